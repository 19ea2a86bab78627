//! A warehouse wants four permits for a heavy load, and takes them one by one, by `merge`, as they come free. Two loads come at once.
//!
//! Wrong: each has two permits of four and wants a third one. Both hold what the other one needs.
//!
//! Expected: `deadlock`: two tasks wait at the semaphore, and have its permits themselves. The cure: `acquire_many`, all at once.
//!
//! doctor: `deadlock`
//! ends: killed

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::time::sleep;

async fn load(hands: Arc<Semaphore>, weight: usize) -> usize {
    let mut mine = Arc::clone(&hands).acquire_owned().await.unwrap();
    while mine.num_permits() < weight {
        sleep(Duration::from_millis(10)).await; // calls for one more
        mine.merge(Arc::clone(&hands).acquire_owned().await.unwrap());
    }
    sleep(Duration::from_millis(20)).await;
    mine.num_permits()
}

#[kettle::main]
async fn main() {
    let hands = Arc::new(Semaphore::new(4));
    let loads = [3, 4].map(|weight| kettle::spawn(load(Arc::clone(&hands), weight)));
    for load in loads {
        println!("carried by {}", load.await.unwrap());
    }
}
