//! Bookings of a hotel are written into a ledger, and ten times a second the number of free rooms is shown.
//!
//! Wrong: the branch of `select!` takes a booking and then waits for the ledger's lock, which the accountant has now and
//! then. If the clock comes meanwhile, the branch is dropped, and the booking with it.
//!
//! Expected: `lost_value`. The cure: lock in the branch's body, after `=>`, where nothing drops it (or lock first, and
//! receive then).
//!
//! doctor: `lost_value`
//! ends: by itself

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Mutex, mpsc};
use kettle::time::{interval, sleep};

type Ledger = Arc<Mutex<Vec<String>>>;

async fn reception(mut bookings: mpsc::Receiver<String>, ledger: Ledger) {
    let mut clock = interval(Duration::from_millis(20));
    let mut shown = 0;
    loop {
        kettle::select! {
            goes_on = async {
                let Some(booking) = bookings.recv().await else { return false };
                ledger.lock().await.push(booking);
                true
            } => {
                if !goes_on {
                    break;
                }
            }
            _ = clock.tick() => shown += 1,
        }
    }
    println!("the rooms were shown {shown} times");
}

async fn accountant(ledger: Ledger) {
    for _ in 0..12 {
        let bookings = ledger.lock().await;
        sleep(Duration::from_millis(45)).await; // a long sum
        drop(bookings);
        sleep(Duration::from_millis(5)).await;
    }
}

#[kettle::main]
async fn main() {
    let ledger = Ledger::default();
    let (book, bookings) = mpsc::channel(4);
    let accountant = kettle::spawn(accountant(ledger.clone()));
    let reception = kettle::spawn(reception(bookings, ledger.clone()));
    for guest in 1..=30 {
        sleep(Duration::from_millis(15)).await;
        book.send(format!("guest {guest}")).await.unwrap();
    }
    drop(book);
    reception.await.unwrap();
    accountant.await.unwrap();
    println!("{} of 30 bookings are in the ledger", ledger.lock().await.len());
}
