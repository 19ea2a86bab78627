// RIGHT. A recorder collects samples into an unbounded channel for 2.5 s (30 a millisecond-tick); it is meant to: only when the recording is
// over are they sorted and summed up. Memory is bounded by the recording's length. EXPECT: silence, or a hint with "if"/"may".
use kettle::sync::mpsc;
use std::time::{Duration, Instant};

#[kettle::main]
async fn main() {
    let (sender, mut samples) = mpsc::unbounded_channel();
    let recording = kettle::spawn(async move {
        let begin = Instant::now();
        let mut tick = kettle::time::interval(Duration::from_millis(10));
        let mut n = 0_u64;
        while begin.elapsed() < Duration::from_millis(2500) {
            tick.tick().await;
            for _ in 0..60 {
                n += 1;
                sender.send(n.wrapping_mul(2_654_435_761) % 1000).unwrap();
            }
        }
    });
    recording.await.unwrap();
    let mut all = Vec::new();
    while let Some(sample) = samples.recv().await {
        all.push(sample);
    }
    all.sort_unstable();
    println!("{} samples, median {}", all.len(), all[all.len() / 2]);
}
