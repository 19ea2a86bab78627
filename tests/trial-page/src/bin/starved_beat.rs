//! A heartbeat every 25 ms, beside a report that sorts its rows without a pause.
//! Why is there no heartbeat of task 1 between 0.1 s and 0.5 s?

use std::time::{Duration, Instant};

use kettle::time::{interval, sleep};

async fn heartbeat() {
    let mut ticks = interval(Duration::from_millis(25));
    loop {
        ticks.tick().await;
    }
}

fn sort_rows() -> u32 {
    let begun = Instant::now();
    let mut rounds = 0_u32;
    while begun.elapsed() < Duration::from_millis(400) {
        rounds = rounds.wrapping_add(1);
    }
    rounds
}

async fn report() -> u32 {
    sleep(Duration::from_millis(100)).await;
    let rounds = sort_rows();
    sleep(Duration::from_millis(100)).await;
    rounds
}

#[kettle::main]
async fn main() {
    let beat = kettle::spawn(heartbeat());
    let report = kettle::spawn(report());
    println!("rounds {}", report.await.expect("joins"));
    beat.abort();
    let _ = beat.await;
}
