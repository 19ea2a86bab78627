//! A bucket goes from thread to thread: one waits at a barrier of std's for another one, which joins a third one, which sleeps.
//!
//! Right: at the end of the chain is a sleep, so in two seconds the bucket is here.
//!
//! Expected: silent, though all threads but one wait for each other, and that one for a time.
//!
//! doctor: silence

use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use kettle::sync::oneshot;
use kettle::task::spawn_blocking;

#[kettle::main]
async fn main() {
    let (bucket, here) = oneshot::channel();
    let barrier = Arc::new(Barrier::new(2));
    let well = thread::spawn(|| thread::sleep(Duration::from_secs(2)));
    let second = thread::spawn({
        let barrier = barrier.clone();
        move || {
            well.join().unwrap();
            barrier.wait();
        }
    });
    let third = spawn_blocking(move || {
        barrier.wait();
        bucket.send("water").unwrap();
    });
    let fire = kettle::spawn(async move { here.await.unwrap() });
    println!("{}", fire.await.unwrap());
    third.await.unwrap();
    second.join().unwrap();
}
