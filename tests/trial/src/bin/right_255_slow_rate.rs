//! A limit for requests: a semaphore whose permits are used up by `forget`, and given anew by a thread each half second.
//!
//! Right: thirty tasks without handles wait for the thread; at times none of them can go on by anything that kettle knows.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use kettle::sync::{Semaphore, mpsc};

#[kettle::main]
async fn main() {
    let rate = Arc::new(Semaphore::new(5));
    let (done, mut answers) = mpsc::channel(4);
    for request in 0..30 {
        let (rate, done) = (Arc::clone(&rate), done.clone());
        kettle::spawn(async move {
            rate.acquire().await.unwrap().forget();
            done.send(request).await.unwrap();
        });
    }
    drop(done);
    let refilled = Arc::downgrade(&rate);
    drop(rate);
    let clock = thread::spawn(move || {
        loop {
            thread::sleep(Duration::from_millis(600));
            match refilled.upgrade() {
                Some(rate) => rate.add_permits(5),
                None => return,
            }
        }
    });
    let mut sum = 0;
    while let Some(answer) = answers.recv().await {
        sum += answer;
    }
    println!("{sum}");
    clock.join().unwrap();
}
