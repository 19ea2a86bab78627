//! A thread is told to stop, and main yields in a loop until it has: for a quarter of a second, which is as
//! long as its last piece of work takes.
//!
//! Suspicious: a busy loop. Right: a short one, at the end of the program.
//!
//! doctor: silence

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use kettle::task::yield_now;
use kettle::time::sleep;

#[kettle::main]
async fn main() {
    let (stop, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let (told, ended) = (stop.clone(), done.clone());
    let thread = thread::spawn(move || {
        while !told.load(Ordering::Acquire) {
            thread::sleep(Duration::from_millis(250));
        }
        ended.store(true, Ordering::Release);
    });
    sleep(Duration::from_millis(600)).await;
    stop.store(true, Ordering::Release);
    while !done.load(Ordering::Acquire) {
        yield_now().await;
    }
    thread.join().expect("it doesn't panic");
}
