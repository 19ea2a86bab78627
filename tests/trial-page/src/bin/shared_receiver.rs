//! Four workers, eight jobs of 60 ms. Why not 120 ms?

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::sync::mpsc::{self, Receiver};
use kettle::time::sleep;

#[derive(Debug)]
struct Job(u32);

type Jobs = Arc<Mutex<Receiver<Job>>>;

async fn resize(job: Job) {
    sleep(Duration::from_millis(60)).await;
    println!("job {} is done", job.0);
}

async fn worker(jobs: Jobs) {
    while let Some(job) = jobs.lock().await.recv().await {
        resize(job).await;
    }
}

#[kettle::main]
async fn main() {
    let (to, jobs) = mpsc::channel(8);
    let jobs = Arc::new(Mutex::new(jobs));
    let workers: Vec<_> = (0..4).map(|_| kettle::spawn(worker(Arc::clone(&jobs)))).collect();
    drop(jobs);
    for number in 0..8 {
        to.send(Job(number)).await.expect("a worker");
    }
    drop(to);
    for worker in workers {
        worker.await.expect("no panic");
    }
}
