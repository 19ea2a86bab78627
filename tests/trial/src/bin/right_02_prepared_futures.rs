//! A batch: futures are made first, put aside in a list while the permission is asked for, and polled
//! later. One that is not needed is dropped unpolled, as is a deadline that did not matter.
//!
//! Suspicious: futures of kettle's that exist for a second without being polled, and two that never are.
//!
//! doctor: silence

use std::pin::Pin;
use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::{sleep, timeout};

type Step = Pin<Box<dyn Future<Output = bool> + Send>>;

async fn permission() -> u32 {
    sleep(Duration::from_millis(1200)).await;
    2
}

fn steps(results: &mpsc::Sender<u32>) -> Vec<Step> {
    let step = |number| {
        let results = results.clone();
        Box::pin(async move { results.send(number).await.is_ok() }) as Step
    };
    let mut steps: Vec<Step> = (0..3).map(step).collect();
    let last = results.clone();
    steps
        .push(Box::pin(async move { timeout(Duration::from_secs(1), last.send(9)).await.is_ok() }));
    steps
}

#[kettle::main]
async fn main() {
    let (results, mut inbox) = mpsc::channel(8);
    let deadline = sleep(Duration::from_secs(5));
    let unused = results.send(77);
    let prepared = steps(&results);
    let allowed = permission().await;
    if allowed == 0 {
        deadline.await;
        let _ = unused.await;
        return;
    }
    for (number, step) in prepared.into_iter().enumerate() {
        if number == 1 {
            drop(step); // was not needed
        } else {
            println!("step {number}: {}", step.await);
        }
    }
    while let Ok(number) = inbox.try_recv() {
        println!("result {number}");
    }
}
