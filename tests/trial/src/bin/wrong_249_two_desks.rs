//! Two desks of a bank, each a thread with a runtime of its own, and two accounts that both use: locks of kettle's work across runtimes.
//!
//! Wrong: one desk books from the first account to the second, the other one back, and each takes the locks in the order of its transfer.
//!
//! Expected: `deadlock`: each of two runtimes sleeps, and its `main` waits for a lock that the other one has. The cure: take the locks in one
//! order.
//!
//! doctor: `deadlock`
//! ends: killed

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use kettle::runtime::Builder;
use kettle::sync::Mutex;
use kettle::time::sleep;

type Account = Arc<Mutex<i64>>;

async fn book(from: Account, to: Account, amount: i64) {
    let mut from = from.lock().await;
    sleep(Duration::from_millis(30)).await; // is it covered?
    let mut to = to.lock().await;
    *from -= amount;
    *to += amount;
}

fn desk(from: &Account, to: &Account, amount: i64) -> thread::JoinHandle<()> {
    let booking = book(Arc::clone(from), Arc::clone(to), amount);
    thread::spawn(move || {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(booking);
    })
}

fn main() {
    let (first, second) = (Account::default(), Account::default());
    let desks = [desk(&first, &second, 100), desk(&second, &first, 30)];
    for desk in desks {
        desk.join().unwrap();
    }
    println!("booked");
}
