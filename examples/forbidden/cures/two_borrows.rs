//! Both own a part of it, and one at a time changes it.

use std::sync::{Arc, Mutex};

async fn pour(cups: Arc<Mutex<u32>>) {
    *cups.lock().unwrap() += 1;
}

#[kettle::main]
async fn main() {
    let cups = Arc::new(Mutex::new(0));
    let first = kettle::spawn(pour(Arc::clone(&cups)));
    let second = kettle::spawn(pour(Arc::clone(&cups)));
    first.await.unwrap();
    second.await.unwrap();
    println!("Cups: {}", cups.lock().unwrap());
}
