//! A watchdog looks after two plugins that take locks as they like: if they are stuck for two seconds, it aborts
//! one of them, and the other goes on.
//!
//! Suspicious: a circle of two locks. Right: the watchdog opens it, as it is meant to.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::time::sleep;

async fn plugin(first: Arc<Mutex<u32>>, second: Arc<Mutex<u32>>) {
    let mut one = first.lock().await;
    sleep(Duration::from_millis(20)).await;
    let mut two = second.lock().await;
    *one += 1;
    *two += 1;
}

#[kettle::main]
async fn main() {
    let (salt, pepper) = (Arc::new(Mutex::new(0)), Arc::new(Mutex::new(0)));
    let left = kettle::spawn(plugin(salt.clone(), pepper.clone()));
    let right = kettle::spawn(plugin(pepper.clone(), salt.clone()));
    sleep(Duration::from_secs(2)).await;
    if !left.is_finished() {
        left.abort();
    }
    println!("{:?} {:?}", left.await.is_ok(), right.await.is_ok());
    println!("{} {}", salt.lock().await, pepper.lock().await);
}
