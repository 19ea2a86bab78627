//! A thread of its own takes jobs from std's channel and runs each on its runtime, with a task that counts what the jobs report.
//!
//! Right: between two jobs nothing drives the runtime, and nothing has to: its task waits for reports, which only jobs make, and there is no timer.
//!
//! Expected: silence.
//!
//! doctor: silence
//! ends: by itself

use std::sync::mpsc as std_mpsc;
use std::thread;
use std::time::Duration;

use kettle::runtime::Builder;
use kettle::sync::mpsc;
use kettle::time::sleep;

async fn count(mut reports: mpsc::UnboundedReceiver<u64>) -> u64 {
    let mut sum = 0;
    while let Some(report) = reports.recv().await {
        sum += report;
    }
    sum
}

fn main() {
    let (jobs, queue) = std_mpsc::channel::<u64>();
    let worker = thread::spawn(move || {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let (report, reports) = mpsc::unbounded_channel();
        let sum = runtime.spawn(count(reports));
        for job in queue {
            runtime.block_on(async {
                sleep(Duration::from_millis(job)).await;
                report.send(job).unwrap();
            });
        }
        drop(report);
        runtime.block_on(sum).unwrap()
    });
    jobs.send(150).unwrap();
    thread::sleep(Duration::from_millis(3000));
    jobs.send(50).unwrap();
    drop(jobs);
    println!("{} ms of jobs", worker.join().unwrap());
}
