//! An archive with one key. Whoever has finished hands the key to the night watch, which locks up.

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Mutex, OwnedMutexGuard, mpsc};
use kettle::time::sleep;

type Key = OwnedMutexGuard<u32>;

async fn scholar(archive: Arc<Mutex<u32>>, watch: mpsc::Sender<Key>) {
    let mut key = archive.lock_owned().await;
    sleep(Duration::from_millis(40)).await;
    *key += 1;
    watch.send(key).await.unwrap();
    println!("home");
}

async fn night_watch(mut keys: mpsc::Receiver<Key>) {
    sleep(Duration::from_millis(190)).await; // makes his round
    while let Some(key) = keys.recv().await {
        sleep(Duration::from_millis(60)).await;
        println!("locked up {}", *key);
    }
}

async fn cleaner(archive: Arc<Mutex<u32>>) {
    sleep(Duration::from_millis(70)).await;
    println!("swept, {} visits", *archive.lock().await);
}

#[kettle::main]
async fn main() {
    let archive = Arc::new(Mutex::new(0));
    let (watch, keys) = mpsc::channel(2);
    kettle::spawn(scholar(Arc::clone(&archive), watch));
    let night_watch = kettle::spawn(night_watch(keys));
    kettle::spawn(cleaner(archive)).await.unwrap();
    night_watch.await.unwrap();
}
