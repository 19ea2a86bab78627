//! Two transfers lock the same two accounts, each its own first. A lock that doesn't come in time is given up, and the
//! whole transfer is tried again.
//!
//! Right: the circle lasts for more than a second, and the limits open it. The second transfer waits for longer, so the
//! first gives up and the second gets through.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::time::{sleep, timeout};

struct Account {
    name: &'static str,
    pence: Mutex<i64>,
}

async fn transfer(from: &Account, to: &Account, pence: i64, patience: Duration) -> u32 {
    for attempt in 1.. {
        let mut source = from.pence.lock().await;
        sleep(Duration::from_millis(20)).await; // the bank checks the balance
        if let Ok(mut target) = timeout(patience, to.pence.lock()).await {
            *source -= pence;
            *target += pence;
            return attempt;
        }
        drop(source);
        println!("{} to {}: again", from.name, to.name);
        sleep(Duration::from_millis(100)).await;
    }
    unreachable!("it is tried for ever")
}

#[kettle::main]
async fn main() {
    let ada = Arc::new(Account { name: "Ada", pence: Mutex::new(1000) });
    let bert = Arc::new(Account { name: "Bert", pence: Mutex::new(1000) });
    let there = kettle::spawn({
        let (ada, bert) = (Arc::clone(&ada), Arc::clone(&bert));
        async move { transfer(&ada, &bert, 300, Duration::from_millis(1500)).await }
    });
    let back = kettle::spawn({
        let (ada, bert) = (Arc::clone(&ada), Arc::clone(&bert));
        async move { transfer(&bert, &ada, 100, Duration::from_secs(4)).await }
    });
    println!("back: {} attempts", back.await.expect("a transfer"));
    println!("there: {} attempts", there.await.expect("a transfer"));
    println!("{} has {} p", ada.name, ada.pence.lock().await);
}
