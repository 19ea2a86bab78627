//! A store is saved by one future, and a `select!` gives up to wait for it after a while, to say so in the store itself.
//!
//! Wrong: `select!` polls the save by reference. When the timer wins, the save is still in the line for the lock, and gets
//! it; but nothing polls it while the arm of the timer waits for the same lock.
//!
//! Expected: `deadlock`, proven once the first holder has ended (nothing else is left). Place: the `lock()` in `note`; the lock
//! is free, or belongs to the future that is not polled, made at `lock()` in `save`. Cure: poll the save on (spawn it, so that
//! it is polled on its own), or drop it before the lock is awaited.

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::time::sleep;

type Store = Arc<Mutex<Vec<&'static str>>>;

async fn compact(store: Store) {
    let mut store = store.lock().await;
    sleep(Duration::from_millis(150)).await;
    store.push("compacted");
}

async fn save(store: &Store, what: &'static str) {
    store.lock().await.push(what);
}

async fn note(store: &Store, what: &'static str) {
    let mut store = store.lock().await;
    store.push(what);
}

async fn patient_save(store: &Store) {
    let saved = save(store, "tea");
    kettle::pin!(saved);
    kettle::select! {
        () = &mut saved => println!("saved"),
        () = sleep(Duration::from_millis(50)) => {
            note(store, "slow").await;
            saved.await;
            println!("saved late");
        }
    }
}

#[kettle::main]
async fn main() {
    let store = Store::default();
    let compacting = kettle::spawn(compact(store.clone()));
    kettle::task::yield_now().await;
    patient_save(&store).await;
    compacting.await.unwrap();
    println!("{:?}", store.lock().await);
}
