//! A meter's readings are stored under a lock, and every 40 ms the store is shown. A back-up has the lock now and then.
//!
//! Wrong: the branch of the `select!` that has received a reading awaits the lock within the branch. If the tick comes meanwhile, the
//! reading is dropped.
//!
//! Expected: `lost_value`, a warning, at the `recv()` in `collect` (and the `lock()` behind it). Cure: receive in the branch, and
//! await the lock in the arm's body.

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Mutex, mpsc};
use kettle::time::{interval, sleep};

type Store = Arc<Mutex<Vec<u32>>>;

async fn take_one(readings: &mut mpsc::Receiver<u32>, store: &Store) -> bool {
    let Some(reading) = readings.recv().await else { return false };
    store.lock().await.push(reading);
    true
}

async fn collect(mut readings: mpsc::Receiver<u32>, store: Store) {
    let mut show = interval(Duration::from_millis(40));
    let mut shown = 0;
    loop {
        kettle::select! {
            more = take_one(&mut readings, &store) => if !more { break },
            _ = show.tick() => shown += 1,
        }
    }
    println!("shown {shown} times");
}

async fn back_up(store: Store) {
    for _ in 0..4 {
        sleep(Duration::from_millis(90)).await;
        let copy = store.lock().await;
        sleep(Duration::from_millis(100)).await;
        println!("backed up {}", copy.len());
    }
}

#[kettle::main]
async fn main() {
    let store = Store::default();
    let (meter, readings) = mpsc::channel(4);
    let collector = kettle::spawn(collect(readings, store.clone()));
    let back_up = kettle::spawn(back_up(store.clone()));
    for reading in 0..30 {
        meter.send(reading).await.unwrap();
        sleep(Duration::from_millis(20)).await;
    }
    drop(meter);
    collector.await.unwrap();
    back_up.await.unwrap();
    println!("{} of 30", store.lock().await.len());
}
