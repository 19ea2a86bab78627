// The tutorial's `mutex`: ten tasks and one lock.

use std::sync::Arc;

use super::play::seconds;
use super::sync::Mutex;
use super::{sleep, spawn};

pub(crate) async fn main() {
    let counter = Arc::new(Mutex::new(0));

    for _ in 0..10 {
        let counter = Arc::clone(&counter);
        spawn(async move {
            let mut num = counter.lock().await;
            *num += 1;
        });
    }

    sleep(seconds(0.1)).await;
    println!("Final count: {}", *counter.lock().await);
}
