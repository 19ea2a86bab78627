//! A service that waits for Ctrl-C, which comes after 2.5 seconds, and then shuts down in order: the
//! workers finish their queue, the hub is told last.
//!
//! Suspicious: all tasks wait and nothing in the program could ever wake them; only a signal from outside.
//!
//! doctor: silence

use std::io;
use std::sync::Arc;

use kettle::sync::{Mutex, Notify, mpsc};

async fn work(jobs: Arc<Mutex<mpsc::Receiver<u32>>>) -> u32 {
    let mut sum = 0;
    loop {
        // The line of workers: one waits for a job, the others wait for the lock.
        let job = jobs.lock().await.recv().await;
        match job {
            Some(number) => sum += number,
            None => return sum,
        }
    }
}

#[cfg(unix)]
async fn told_to_stop() -> io::Result<()> {
    let words = format!("sleep 2.5; kill -INT {}", std::process::id());
    let mut user = kettle::process::Command::new("sh").arg("-c").arg(words).spawn()?;
    kettle::signal::ctrl_c().await?;
    user.wait().await.map(drop)
}

#[cfg(not(unix))]
async fn told_to_stop() -> io::Result<()> {
    kettle::time::sleep(std::time::Duration::from_millis(2500)).await;
    Ok(())
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let (jobs, inbox) = mpsc::channel(8);
    let inbox = Arc::new(Mutex::new(inbox));
    let workers: Vec<_> = (0..3).map(|_| kettle::spawn(work(inbox.clone()))).collect();
    let told = Arc::new(Notify::new());
    let bell = told.clone();
    let hub = kettle::spawn(async move { bell.notified().await });
    for number in 1..=20 {
        jobs.send(number).await.map_err(io::Error::other)?;
    }
    told_to_stop().await?;
    println!("stopping");
    drop(jobs);
    let mut sum = 0;
    for worker in workers {
        sum += worker.await?;
    }
    told.notify_one();
    hub.await?;
    println!("sum: {sum}");
    Ok(())
}
