//! Several ways to pay are prepared; only one is used. What isn't used is dropped, on purpose.
//! doctor: silence

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use kettle::sync::{Mutex, mpsc};
use kettle::time::{sleep, timeout};

type Payment<'a> = Pin<Box<dyn Future<Output = Option<&'static str>> + Send + 'a>>;

async fn card(till: &Mutex<u32>, amount: u32) -> Option<&'static str> {
    sleep(Duration::from_millis(50)).await;
    *till.lock().await += amount;
    Some("by card")
}

async fn voucher(vouchers: &mpsc::Sender<u32>, amount: u32) -> Option<&'static str> {
    timeout(Duration::from_millis(100), vouchers.send(amount)).await.ok()?.ok()?;
    Some("by voucher")
}

async fn pay(
    choice: usize,
    till: &Mutex<u32>,
    vouchers: &mpsc::Sender<u32>,
) -> Option<&'static str> {
    let patience = sleep(Duration::from_millis(300));
    let goodbye = vouchers.send(0); // sent only if nothing else works
    let mut ways: Vec<Payment<'_>> =
        vec![Box::pin(card(till, 30)), Box::pin(voucher(vouchers, 30))];
    if choice >= ways.len() {
        goodbye.await.ok()?;
        return None;
    }
    let way = ways.swap_remove(choice);
    kettle::select! {
        biased;
        paid = way => paid,
        () = patience => None,
    }
}

#[kettle::main]
async fn main() {
    let till = Mutex::new(0);
    let (vouchers, mut used) = mpsc::channel(2);
    for choice in [0, 1, 1, 1, 2, 0] {
        match pay(choice, &till, &vouchers).await {
            Some(how) => println!("paid {how}"),
            None => println!("not paid"),
        }
        if choice == 1 && used.len() == 2 {
            while let Ok(amount) = used.try_recv() {
                println!("a voucher of {amount}");
            }
        }
    }
    println!("{} in the till", till.lock().await);
}
