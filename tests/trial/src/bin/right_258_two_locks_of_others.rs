//! Counters in a lock of another crate (`futures_util::lock`), shared by tasks and by a thread that uses it with `try_lock`, and keeps it for
//! a second and a half.
//!
//! Right: the thread's guard goes in the end, which wakes the tasks that wait. Their wakers are in that crate's lock.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use futures_util::lock::Mutex;

#[kettle::main]
async fn main() {
    let counts = Arc::new(Mutex::new(0));
    let (taken, mut begin) = kettle::sync::mpsc::channel(1);
    let lent = Arc::clone(&counts);
    let thread = thread::spawn(move || {
        let mut counts = lent.try_lock().expect("free as yet");
        taken.blocking_send(()).unwrap();
        thread::sleep(Duration::from_millis(1500));
        *counts += 100;
    });
    begin.recv().await;
    let tasks = [1, 2, 3].map(|n| {
        let counts = Arc::clone(&counts);
        kettle::spawn(async move { *counts.lock().await += n })
    });
    for task in tasks {
        task.await.unwrap();
    }
    println!("{}", *counts.lock().await);
    thread.join().unwrap();
}
