//! The porter takes the only key of the lift, gives it to the cleaner over a channel, and sleeps. A guest waits for it meanwhile.
//!
//! Right: the guard is an owned one, and the one that took it has it no more when it sleeps.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Mutex, OwnedMutexGuard, mpsc};
use kettle::time::sleep;

async fn clean(
    mut keys: mpsc::Receiver<OwnedMutexGuard<u32>>,
    mut rooms: mpsc::Receiver<u32>,
) -> u32 {
    let mut cleaned = 0;
    while let Some(mut key) = keys.recv().await {
        for _ in 0..3 {
            let Some(room) = rooms.recv().await else { return cleaned };
            *key += room;
            cleaned += 1;
        }
    }
    cleaned
}

#[kettle::main]
async fn main() {
    let key = Arc::new(Mutex::new(0));
    let (give, keys) = mpsc::channel(1);
    let (call, rooms) = mpsc::channel(1);
    let cleaner = kettle::spawn(clean(keys, rooms));
    let porter = kettle::spawn({
        let key = Arc::clone(&key);
        async move {
            let taken = key.lock_owned().await;
            give.send(taken).await.unwrap();
            drop(give);
            sleep(Duration::from_secs(3)).await; // the night
        }
    });
    let guest = kettle::spawn({
        let key = Arc::clone(&key);
        async move {
            sleep(Duration::from_millis(100)).await;
            let key = key.lock().await;
            println!("the lift has been in {}", *key);
        }
    });
    for room in [11, 12, 21] {
        sleep(Duration::from_millis(800)).await;
        call.send(room).await.unwrap();
    }
    guest.await.unwrap();
    porter.await.unwrap();
    println!("{} cleaned", cleaner.await.unwrap());
}
