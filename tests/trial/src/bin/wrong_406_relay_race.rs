//! Four runners wait for each other at the start. One of them doesn't find its shoes.
//! doctor: `deadlock`

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Barrier;
use kettle::time::{Instant, sleep};

async fn find_shoes(runner: usize) -> Result<u32, String> {
    sleep(Duration::from_millis(10 * runner as u64)).await;
    if runner == 2 { Err("no shoes".to_string()) } else { Ok(40 + runner as u32) }
}

async fn run(runner: usize, start: Arc<Barrier>) -> Result<Duration, String> {
    let size = find_shoes(runner).await?;
    start.wait().await;
    let begin = Instant::now();
    sleep(Duration::from_millis(u64::from(100 - size))).await;
    Ok(begin.elapsed())
}

#[kettle::main]
async fn main() {
    let start = Arc::new(Barrier::new(4));
    let runners: Vec<_> = (0..4).map(|n| kettle::spawn(run(n, start.clone()))).collect();
    for (n, runner) in runners.into_iter().enumerate() {
        match runner.await.unwrap() {
            Ok(time) => println!("runner {n}: {time:?}"),
            Err(why) => println!("runner {n} gave up: {why}"),
        }
    }
}
