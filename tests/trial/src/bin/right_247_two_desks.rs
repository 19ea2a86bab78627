//! Two desks of a bank, each a thread with a runtime of its own, and two accounts in locks of kettle's that both use.
//!
//! Right: both take the locks in one order. The first one has both for two seconds, while a thread of its pool asks somewhere; the other runtime
//! sleeps meanwhile and waits for a lock that no task of it has.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use kettle::runtime::Builder;
use kettle::sync::Mutex;
use kettle::task::spawn_blocking;

type Account = Arc<Mutex<i64>>;

async fn book(first: Account, second: Account, amount: i64) {
    let mut first = first.lock().await;
    let mut second = second.lock().await;
    spawn_blocking(|| thread::sleep(Duration::from_secs(2))).await.unwrap(); // is it covered?
    *first -= amount;
    *second += amount;
}

fn desk(first: &Account, second: &Account, amount: i64) -> thread::JoinHandle<()> {
    let booking = book(Arc::clone(first), Arc::clone(second), amount);
    thread::spawn(move || {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(booking);
    })
}

fn main() {
    let (first, second) = (Account::default(), Account::default());
    let desks = [desk(&first, &second, 100), desk(&first, &second, -30)];
    for desk in desks {
        desk.join().unwrap();
    }
    println!("{} {}", first.blocking_lock(), second.blocking_lock());
}
