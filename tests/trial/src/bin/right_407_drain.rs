//! A server of jobs that shuts down in order: no new jobs, a second for those under way, then the rest is aborted.
//! doctor: silence

use std::time::Duration;

use kettle::sync::{mpsc, watch};
use kettle::task::JoinSet;
use kettle::time::{sleep, timeout};

async fn job(number: u32) -> u32 {
    let long = if number % 7 == 0 { 5000 } else { 300 };
    sleep(Duration::from_millis(long)).await;
    number
}

async fn server(mut jobs: mpsc::Receiver<u32>, mut stop: watch::Receiver<bool>) -> (usize, usize) {
    let mut running = JoinSet::new();
    let mut done = 0;
    loop {
        kettle::select! {
            biased;
            _ = stop.changed() => break,
            Some(ended) = running.join_next() => done += usize::from(ended.is_ok()),
            Some(number) = jobs.recv() => { running.spawn(job(number)); }
        }
    }
    println!("stopping: {} jobs are under way", running.len());
    jobs.close();
    let drain = async {
        while let Some(ended) = running.join_next().await {
            done += usize::from(ended.is_ok());
        }
    };
    let _ = timeout(Duration::from_secs(1), drain).await;
    let aborted = running.len();
    running.shutdown().await;
    (done, aborted)
}

#[kettle::main]
async fn main() {
    let (jobs, queue) = mpsc::channel(2);
    let (stop, stopped) = watch::channel(false);
    let server = kettle::spawn(server(queue, stopped));
    let clients = kettle::spawn(async move {
        for number in 1.. {
            if jobs.send(number).await.is_err() {
                return number - 1;
            }
            sleep(Duration::from_millis(60)).await;
        }
        0
    });
    sleep(Duration::from_secs(1)).await;
    stop.send(true).unwrap();
    let (done, aborted) = server.await.unwrap();
    println!("{done} done, {aborted} aborted, {} were sent", clients.await.unwrap());
}
