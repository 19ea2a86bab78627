//! A program without `async` gets a part that has it: reports of how much is done, ten in a second.
//!
//! Wrong: `start_reports` makes a runtime, spawns its task there, and returns. The runtime is dropped with it, and the task was
//! never polled.
//!
//! Expected: `unpolled`, of the task in `start_reports`. The cure: keep the runtime for as long as its tasks are wanted, with a
//! thread in its `block_on`.
//!
//! doctor: `unpolled`

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use kettle::runtime::Builder;
use kettle::time::interval;

#[derive(Default)]
struct Progress {
    done: AtomicU64,
    reports: AtomicU64,
}

async fn report(progress: Arc<Progress>) {
    let mut clock = interval(Duration::from_millis(100));
    loop {
        clock.tick().await;
        println!("{} done", progress.done.load(Ordering::Relaxed));
        progress.reports.fetch_add(1, Ordering::Relaxed);
    }
}

fn start_reports(progress: &Arc<Progress>) -> io::Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.spawn(report(progress.clone()));
    Ok(())
}

fn main() -> io::Result<()> {
    let progress = Arc::new(Progress::default());
    start_reports(&progress)?;
    for _ in 0..50 {
        thread::sleep(Duration::from_millis(10)); // the work of the program
        progress.done.fetch_add(1, Ordering::Relaxed);
    }
    println!("{} reports were made", progress.reports.load(Ordering::Relaxed));
    Ok(())
}
