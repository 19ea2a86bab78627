//! Transfers that lock two accounts in any order, and give up and begin again if the second lock
//! doesn't come in time. The first patience is a second and a half, then it differs.
//!
//! Suspicious: for more than a second two tasks wait for each other in a circle. Right, because the
//! timers end it, and both transfers are made in the end.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::time::{sleep, timeout};

type Bank = Arc<[Mutex<i64>; 2]>;

async fn transfer(bank: Bank, from: usize, to: usize) -> u64 {
    let mut attempt = 0;
    loop {
        attempt += 1;
        let mut payer = bank[from].lock().await;
        sleep(Duration::from_millis(10)).await; // asks whether it is allowed
        let patience = Duration::from_millis(1500 + 100 * from as u64);
        if let Ok(mut payee) = timeout(patience, bank[to].lock()).await {
            *payer -= 5;
            *payee += 5;
            return attempt;
        }
        drop(payer);
        sleep(Duration::from_millis(50 * attempt * from as u64)).await;
    }
}

#[kettle::main]
async fn main() {
    let bank: Bank = Arc::new([Mutex::new(100), Mutex::new(100)]);
    let there = kettle::spawn(transfer(bank.clone(), 0, 1));
    let back = kettle::spawn(transfer(bank.clone(), 1, 0));
    println!("attempts: {:?} and {:?}", there.await, back.await);
    println!("{} and {}", bank[0].lock().await, bank[1].lock().await);
}
