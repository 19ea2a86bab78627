// An exporter sends the state of its counters each 50 ms. The receiver complains of five exports within a moment,
// and of a long silence before them.

use std::time::Duration;

use kettle::sync::{mpsc, oneshot};
use kettle::time::{Instant, interval, sleep};

type Export = (u32, Duration);

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// The state of the counters is asked of the task that has them.
async fn counters(mut asked: mpsc::Receiver<oneshot::Sender<u32>>) {
    let mut requests = 0;
    while let Some(answer) = asked.recv().await {
        requests += 7;
        if requests == 35 {
            rotate().await;
        }
        let _ = answer.send(requests);
    }
}

/// Moves yesterday's counters to the archive.
async fn rotate() {
    for _ in 0..3 {
        sleep(ms(75)).await;
    }
}

async fn exporter(ask: mpsc::Sender<oneshot::Sender<u32>>, out: mpsc::Sender<Export>) {
    let start = Instant::now();
    let mut beat = interval(ms(50));
    for _ in 0..14 {
        beat.tick().await;
        let (answer, state) = oneshot::channel();
        if ask.send(answer).await.is_err() {
            return;
        }
        let Ok(state) = state.await else { return };
        if out.send((state, start.elapsed())).await.is_err() {
            return;
        }
    }
}

async fn collector(mut exports: mpsc::Receiver<Export>) -> Vec<Export> {
    let mut all = Vec::new();
    while let Some(export) = exports.recv().await {
        all.push(export);
    }
    all
}

#[kettle::main]
async fn main() {
    let (ask, asked) = mpsc::channel(4);
    let (out, exports) = mpsc::channel(16);
    kettle::spawn(counters(asked));
    kettle::spawn(exporter(ask, out));
    let all = kettle::spawn(collector(exports)).await.unwrap();
    for (state, at) in all {
        println!("{state:3} at {} ms", at.as_millis());
    }
}
