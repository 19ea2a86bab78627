//! A gate without permits: a `Semaphore` with none, which is closed when the doors open. Then each waiting task gets an error, which
//! is its word to go.
//!
//! Right: five tasks and `main` wait for permits that nobody will ever give, for two seconds. A blocking job closes the semaphore.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::task::{JoinSet, spawn_blocking};

#[kettle::main]
async fn main() {
    let gate = Arc::new(Semaphore::new(0));
    let mut visitors = JoinSet::new();
    for visitor in 0..5 {
        let gate = Arc::clone(&gate);
        visitors.spawn(async move {
            let _ = gate.acquire().await;
            visitor
        });
    }
    let porter = Arc::clone(&gate);
    let doors = spawn_blocking(move || {
        thread::sleep(Duration::from_secs(2));
        porter.close();
    });
    assert!(gate.acquire_many(3).await.is_err());
    println!("{:?} are in", visitors.join_all().await);
    doors.await.unwrap();
}
