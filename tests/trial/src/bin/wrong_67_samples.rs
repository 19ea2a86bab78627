//! A collector adds up what the probes measure.
//!
//! Wrong: the channel is that of std. The collector's `recv` blocks the only thread, and the probes can't measure.
//!
//! Expected: `blocking_poll`, in a poll that goes on. The cure: a channel of `kettle::sync` and `recv().await`.
//!
//! doctor: `blocking_poll`
//! ends: killed

use std::sync::mpsc;
use std::time::Duration;

use kettle::task::JoinSet;
use kettle::time::interval;

struct Sample {
    probe: usize,
    micros: u64,
}

async fn probe(number: usize, samples: mpsc::Sender<Sample>) {
    let mut pace = interval(Duration::from_millis(40));
    for round in 0..5 {
        pace.tick().await;
        let micros = 100 * number as u64 + round;
        if samples.send(Sample { probe: number, micros }).is_err() {
            return;
        }
    }
}

async fn collect(samples: mpsc::Receiver<Sample>) -> Vec<u64> {
    let mut sums = vec![0; 4];
    while let Ok(sample) = samples.recv() {
        sums[sample.probe] += sample.micros;
    }
    sums
}

#[kettle::main]
async fn main() {
    let (samples, collected) = mpsc::channel();
    let mut probes = JoinSet::new();
    for number in 0..4 {
        probes.spawn(probe(number, samples.clone()));
    }
    drop(samples);
    let collector = kettle::spawn(collect(collected));
    while probes.join_next().await.is_some() {}
    println!("{:?}", collector.await.expect("the collector"));
}
