//! A task drops the guard before it waits.

use std::sync::{Arc, Mutex};
use std::time::Duration;

#[kettle::main]
async fn main() {
    let cups = Arc::new(Mutex::new(0));
    let shared = Arc::clone(&cups);
    let task = kettle::spawn(async move {
        let mut cups = shared.lock().unwrap();
        *cups += 1;
        drop(cups);
        kettle::time::sleep(Duration::from_millis(10)).await;
    });
    task.await.unwrap();
    println!("Cups: {}", cups.lock().unwrap());
}
