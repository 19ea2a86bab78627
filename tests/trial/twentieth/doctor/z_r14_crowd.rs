//! Two thousand fans wait for the gate to open. They come in one after the other, for 0.8 s, and wait for 1.5 s more.
//!
//! Right: the gate opens, all tasks end. They were detached, and are counted with a semaphore. Near to: `leaked_tasks`.
//!
//! Expected: silent.

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Semaphore, watch};
use kettle::time::sleep;

async fn fan(mut gate: watch::Receiver<bool>, inside: Arc<Semaphore>) {
    if gate.wait_for(|open| *open).await.is_ok() {
        inside.add_permits(1);
    }
}

#[kettle::main]
async fn main() {
    let (gate, closed) = watch::channel(false);
    let inside = Arc::new(Semaphore::new(0));
    for _ in 0..40 {
        for _ in 0..50 {
            kettle::spawn(fan(closed.clone(), inside.clone()));
        }
        sleep(Duration::from_millis(20)).await;
    }
    drop(closed);
    sleep(Duration::from_millis(1500)).await;
    gate.send_replace(true);
    let all = inside.acquire_many(2000).await.unwrap();
    println!("{} fans are in", all.num_permits());
}
