//! A thread of its own takes jobs from std's channel and runs each on its runtime. With the first job comes a task that shows every 100 ms that the program lives.
//!
//! Wrong: between two jobs nothing drives the runtime: the thread waits in std's `recv`, and the task doesn't show anything, though its timer is due.
//!
//! Expected: the hint `idle_runtime`. The cure: drive the runtime all the time: a `block_on` that receives the jobs from kettle's channel; or run the beacon elsewhere.
//!
//! doctor: `idle_runtime`
//! ends: by itself

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use kettle::runtime::Builder;
use kettle::time::{interval, sleep};

async fn beacon(shown: Arc<AtomicU32>) {
    let mut ticks = interval(Duration::from_millis(100));
    loop {
        ticks.tick().await;
        shown.fetch_add(1, Ordering::Relaxed);
    }
}

fn main() {
    let shown = Arc::new(AtomicU32::new(0));
    let beacons = Arc::clone(&shown);
    let (jobs, queue) = mpsc::channel::<u64>();
    let worker = thread::spawn(move || {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.spawn(beacon(beacons));
        for job in queue {
            runtime.block_on(async move { sleep(Duration::from_millis(job)).await });
        }
    });
    jobs.send(150).unwrap();
    thread::sleep(Duration::from_millis(4500));
    jobs.send(50).unwrap();
    drop(jobs);
    worker.join().unwrap();
    println!("shown {} times", shown.load(Ordering::Relaxed));
}
