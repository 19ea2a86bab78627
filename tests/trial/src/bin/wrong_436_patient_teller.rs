//! A teller pays out, and retries when the till is busy.
//! doctor: `deadlock`

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::time::{interval, timeout};

struct Bank {
    till: Mutex<u32>,
}

impl Bank {
    async fn take(&self, amount: u32) -> Result<u32, &'static str> {
        for attempt in 1..=15 {
            match timeout(Duration::from_millis(200), self.till.lock()).await {
                Ok(mut till) => {
                    *till = till.checked_sub(amount).ok_or("the till is empty")?;
                    return Ok(amount);
                }
                Err(_) => println!("the till is busy ({attempt})"),
            }
        }
        Err("the till was always busy")
    }

    async fn pay_out(&self, amounts: &[u32]) -> Result<u32, &'static str> {
        let till = self.till.lock().await;
        if *till < amounts.iter().sum() {
            return Err("not enough for all");
        }
        let mut paid = 0;
        for amount in amounts {
            paid += self.take(*amount).await?;
        }
        Ok(paid)
    }
}

#[kettle::main]
async fn main() {
    let bank = Arc::new(Bank { till: Mutex::new(500) });
    let clock = kettle::spawn(async {
        let mut chime = interval(Duration::from_millis(500));
        for _ in 0..6 {
            chime.tick().await;
        }
    });
    println!("{:?}", bank.pay_out(&[100, 50]).await);
    clock.await.unwrap();
}
