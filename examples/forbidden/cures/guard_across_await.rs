//! The guard is gone before the task waits; or it is a guard that may be kept.

use std::sync::Arc;
use std::time::Duration;

use kettle::time::sleep;

async fn lock_briefly(cups: Arc<std::sync::Mutex<u32>>) {
    sleep(Duration::from_millis(10)).await;
    *cups.lock().unwrap() += 1;
}

async fn lock_throughout(cups: Arc<kettle::sync::Mutex<u32>>) {
    let mut cups = cups.lock().await;
    sleep(Duration::from_millis(10)).await;
    *cups += 1;
}

#[kettle::main]
async fn main() {
    let cups = Arc::new(std::sync::Mutex::new(0));
    kettle::spawn(lock_briefly(Arc::clone(&cups))).await.unwrap();
    println!("Cups: {}", cups.lock().unwrap());

    let cups = Arc::new(kettle::sync::Mutex::new(0));
    kettle::spawn(lock_throughout(Arc::clone(&cups))).await.unwrap();
    println!("Cups: {}", cups.lock().await);
}
