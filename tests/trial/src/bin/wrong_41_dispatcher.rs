//! A dispatcher takes jobs from a channel and gives each to a worker, of which at most two run. Its settings
//! may change at any time.
//!
//! The mistake: taking the job and waiting for the permit are one branch of `select!`. When the settings
//! change while it waits, the branch is dropped, with the job.
//!
//! Expected: `lost_value`, at the `select!`. Cure: only `recv` in the branch; wait for the permit in its
//! body.
//!
//! doctor: `lost_value`
//! ends: by itself

use std::sync::Arc;
use std::time::Duration;

use kettle::select;
use kettle::sync::{Semaphore, mpsc, watch};
use kettle::time::sleep;

#[kettle::main]
async fn main() {
    let (sender, mut jobs) = mpsc::channel(16);
    let (change, mut settings) = watch::channel(1);
    let workers = Arc::new(Semaphore::new(2));
    kettle::spawn(async move {
        for version in 2..6 {
            sleep(Duration::from_millis(70)).await;
            change.send_replace(version);
        }
        sleep(Duration::from_secs(1)).await;
    });
    kettle::spawn(async move {
        for job in 0..16 {
            let _closed = sender.send(job).await;
        }
    });
    loop {
        let next = async {
            let job = jobs.recv().await;
            (job, workers.clone().acquire_owned().await)
        };
        select! {
            biased;
            changed = settings.changed() => {
                if changed.is_err() { break }
                println!("settings {}", *settings.borrow());
            }
            (job, permit) = next => {
                let Some(job) = job else { break };
                kettle::spawn(async move {
                    let _permit = permit;
                    sleep(Duration::from_millis(50)).await;
                    println!("job {job} is done");
                });
            }
        }
    }
    sleep(Duration::from_millis(200)).await;
}
