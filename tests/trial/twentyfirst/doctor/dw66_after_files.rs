// WRONG. Reads a file (kettle::fs: a blocking job, whose thread idles on), then a lock-order mistake of two tasks (RwLock and Mutex).
// EXPECT: deadlock, both places; no false word about threads/jobs. CURE: the same order.
use kettle::sync::{Mutex, RwLock};
use std::sync::Arc;
use std::time::Duration;

async fn save(index: Arc<RwLock<Vec<String>>>, disk: Arc<Mutex<u32>>) {
    let index = index.read().await;
    kettle::time::sleep(Duration::from_millis(20)).await;
    *disk.lock().await += index.len() as u32;
}

async fn load(index: Arc<RwLock<Vec<String>>>, disk: Arc<Mutex<u32>>) {
    let mut disk = disk.lock().await;
    let text = kettle::fs::read_to_string("Cargo.toml").await.unwrap();
    index.write().await.extend(text.lines().map(String::from));
    *disk += 1;
}

#[kettle::main]
async fn main() {
    let (index, disk) = (Arc::default(), Arc::default());
    let one = kettle::spawn(save(Arc::clone(&index), Arc::clone(&disk)));
    let two = kettle::spawn(load(index, disk));
    one.await.unwrap();
    two.await.unwrap();
    println!("saved and loaded");
}
