//! Right: a busy worker drops what its meter has no room for; `try_send` fails most of the time, as meant.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::task::yield_now;
use kettle::time::{Instant, sleep};

async fn work(meter: mpsc::Sender<u64>) -> u64 {
    let begin = Instant::now();
    let (mut done, mut lost) = (0_u64, 0);
    while begin.elapsed() < Duration::from_secs(3) {
        done += (0..20_000_u64).fold(done, |sum, n| sum ^ (n * 31)) % 2 + 1;
        if meter.try_send(done).is_err() {
            lost += 1;
        }
        yield_now().await;
    }
    lost
}

async fn show(mut metrics: mpsc::Receiver<u64>) {
    while let Some(done) = metrics.recv().await {
        println!("{done}");
        sleep(Duration::from_millis(250)).await;
    }
}

#[kettle::main]
async fn main() {
    let (meter, metrics) = mpsc::channel(1);
    let show = kettle::spawn(show(metrics));
    let lost = kettle::spawn(work(meter)).await.unwrap();
    show.await.unwrap();
    println!("{lost} were not shown");
}
