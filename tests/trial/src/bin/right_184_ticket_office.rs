//! An office may ask a slow service for at most sixty answers a second. What is asked comes in crowds, each question in a task of its
//! own, without a handle, and its answer goes into a list.
//!
//! Right: two thousand tasks come within a second and wait for a permit. Each gets one; the last ones after a few seconds.
//!
//! Expected: silent: they end, one after the other.
//!
//! doctor: silence

use std::sync::{Arc, Mutex};
use std::time::Duration;

use kettle::sync::{Semaphore, mpsc};
use kettle::time::{interval, sleep};

#[kettle::main]
async fn main() {
    let permits = Arc::new(Semaphore::new(0));
    let answers = Arc::new(Mutex::new(Vec::new()));
    let (alive, mut ended) = mpsc::channel::<()>(1);
    let refill = kettle::spawn({
        let permits = Arc::clone(&permits);
        async move {
            let mut clock = interval(Duration::from_millis(20));
            loop {
                clock.tick().await;
                permits.add_permits(8);
            }
        }
    });
    for crowd in 0..20 {
        for question in 0..100 {
            let (permits, answers) = (Arc::clone(&permits), Arc::clone(&answers));
            let alive = alive.clone();
            kettle::spawn(async move {
                permits.acquire().await.expect("it is open").forget();
                answers.lock().unwrap().push(crowd * 100 + question);
                drop(alive);
            });
        }
        sleep(Duration::from_millis(50)).await;
    }
    drop(alive);
    let _ = ended.recv().await;
    refill.abort();
    println!("{} answers", answers.lock().unwrap().len());
}
