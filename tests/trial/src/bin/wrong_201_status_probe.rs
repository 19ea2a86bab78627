//! A build is awaited by one task, and a status line asks now and then whether it is done, with `now_or_never`.
//!
//! Wrong: `now_or_never` polls the handle with a waker that does nothing, in place of the waker of the task that waits.
//!
//! Expected: `lost_wakeup` of task 2: its join handle was polled with another waker since. The cure: `is_finished`, or a handle that
//! only one task polls.
//!
//! doctor: `lost_wakeup` | `deadlock`
//! ends: killed

use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use kettle::task::JoinHandle;
use kettle::time::sleep;

type Build = Arc<Mutex<JoinHandle<u32>>>;

async fn build() -> u32 {
    sleep(Duration::from_millis(300)).await;
    17
}

async fn publish(build: Build) -> u32 {
    let crates = poll_fn(|cx| build.lock().unwrap().poll_unpin(cx)).await;
    crates.expect("no panic")
}

async fn status(build: Build) {
    for percent in [30, 60, 90] {
        sleep(Duration::from_millis(70)).await;
        let done = (&mut *build.lock().unwrap()).now_or_never();
        println!("{percent} %, done: {}", done.is_some());
    }
}

#[kettle::main]
async fn main() {
    let build = Arc::new(Mutex::new(kettle::spawn(build())));
    let publisher = kettle::spawn(publish(build.clone()));
    let line = kettle::spawn(status(build));
    line.await.unwrap();
    println!("{} crates published", publisher.await.unwrap());
}
