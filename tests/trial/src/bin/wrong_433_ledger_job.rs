//! A job of the pool books payments, while it has the ledger locked.
//! doctor: `deadlock`

use std::sync::Arc;

use kettle::sync::{Mutex, mpsc};
use kettle::task::spawn_blocking;

#[derive(Default)]
struct Ledger {
    sum: u64,
    lines: u32,
}

fn book_all(ledger: Arc<Mutex<Ledger>>, mut payments: mpsc::Receiver<u64>) {
    let mut ledger = ledger.blocking_lock();
    while let Some(payment) = payments.blocking_recv() {
        ledger.sum += payment;
        ledger.lines += 1;
    }
}

async fn pay(ledger: &Mutex<Ledger>, payments: &mpsc::Sender<u64>, amount: u64) {
    payments.send(amount).await.unwrap();
    let known = ledger.lock().await.lines;
    println!("paid {amount}; {known} lines so far");
}

#[kettle::main]
async fn main() {
    let ledger = Arc::new(Mutex::new(Ledger::default()));
    let (payments, booked) = mpsc::channel(4);
    let job = {
        let ledger = ledger.clone();
        spawn_blocking(move || book_all(ledger, booked))
    };
    for amount in [120, 80, 45] {
        kettle::time::sleep(kettle::time::Duration::from_millis(20)).await;
        pay(&ledger, &payments, amount).await;
    }
    drop(payments);
    job.await.unwrap();
    println!("{} cents", ledger.lock().await.sum);
}
