//! A key of a room is handed from the guest to the cleaner, who brings it back into the box.
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Mutex, OwnedMutexGuard, mpsc};
use kettle::time::sleep;

struct Room {
    number: u32,
    nights: u32,
}

type Key = OwnedMutexGuard<Room>;

async fn cleaner(mut keys: mpsc::Receiver<Key>) -> u32 {
    let mut cleaned = 0;
    while let Some(key) = keys.recv().await {
        println!("room {} is being cleaned", key.number);
        sleep(Duration::from_millis(1_300)).await;
        cleaned += 1;
        // The key is put back here, as `key` is dropped.
    }
    cleaned
}

async fn guest(room: Arc<Mutex<Room>>, to_cleaner: mpsc::Sender<Key>) {
    for _ in 0..3 {
        let mut key = room.clone().lock_owned().await;
        key.nights += 1;
        to_cleaner.send(key).await.ok().expect("the cleaner works");
    }
}

#[kettle::main]
async fn main() {
    let room = Arc::new(Mutex::new(Room { number: 12, nights: 0 }));
    let (to_cleaner, keys) = mpsc::channel(1);
    let cleaner = kettle::spawn(cleaner(keys));
    let guest = kettle::spawn(guest(room.clone(), to_cleaner));
    guest.await.expect("no panic");
    println!("{} times cleaned", cleaner.await.expect("no panic"));
    println!("{} nights", room.lock().await.nights);
}
