//! Two tasks poll one `Sleep`, each with its own waker. The sleep keeps the last one only, so one of them never hears
//! of the end.
//!
//! doctor: `lost_wakeup`
//! cure: a `Sleep` of its own for each task (`sleep_until`), for a future keeps only the last waker
//! ends: killed

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kettle::time::{Sleep, sleep};

#[derive(Clone)]
struct Deadline(Arc<Mutex<Pin<Box<Sleep>>>>);

impl Deadline {
    fn after(time: Duration) -> Deadline {
        Deadline(Arc::new(Mutex::new(Box::pin(sleep(time)))))
    }

    async fn passed(&self) {
        poll_fn(|cx| self.0.lock().unwrap().as_mut().poll(cx)).await;
    }
}

async fn bidder(name: &'static str, deadline: Deadline) {
    println!("{name} bids");
    deadline.passed().await;
    println!("{name} hears the hammer");
}

#[kettle::main]
async fn main() {
    let deadline = Deadline::after(Duration::from_millis(200));
    let ann = kettle::spawn(bidder("Ann", deadline.clone()));
    let bob = kettle::spawn(bidder("Bob", deadline.clone()));
    ann.await.unwrap();
    bob.await.unwrap();
}
