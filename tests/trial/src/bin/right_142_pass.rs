//! A cook rings a bell for each dish; a waiter carries them.
//!
//! Right: the bell is a `Notify`, and rings that come while the waiter is at a table are one. But at each ring the waiter
//! carries all that is ready, and looks again before it waits.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kettle::sync::Notify;
use kettle::time::sleep;

#[derive(Default)]
struct Pass {
    ready: Mutex<VecDeque<&'static str>>,
    closed: Mutex<bool>,
    bell: Notify,
}

async fn cook(pass: Arc<Pass>) {
    for (dish, takes) in [("soup", 5), ("salad", 1), ("fish", 1200), ("rice", 2), ("cake", 30)] {
        sleep(Duration::from_millis(takes)).await;
        pass.ready.lock().unwrap().push_back(dish);
        pass.bell.notify_one();
    }
    *pass.closed.lock().unwrap() = true;
    pass.bell.notify_one();
}

async fn wait_at_tables(pass: Arc<Pass>) -> usize {
    let mut carried = 0;
    loop {
        while let Some(dish) = { pass.ready.lock().unwrap().pop_front() } {
            sleep(Duration::from_millis(40)).await;
            println!("{dish}");
            carried += 1;
        }
        if *pass.closed.lock().unwrap() && pass.ready.lock().unwrap().is_empty() {
            return carried;
        }
        pass.bell.notified().await;
    }
}

#[kettle::main]
async fn main() {
    let pass = Arc::new(Pass::default());
    let waiter = kettle::spawn(wait_at_tables(pass.clone()));
    kettle::spawn(cook(pass));
    assert_eq!(waiter.await.unwrap(), 5);
}
