//! A sampler throws the result of each `send` away. Its reader ends after a hundred samples, and then `send` fails at
//! once, for ever: nothing slows the loop down any more.
//!
//! doctor: `busy_loop`
//! cure: end when `send` fails
//! ends: killed

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

struct Sampler {
    seed: u64,
    out: mpsc::Sender<u64>,
}

impl Sampler {
    fn sample(&mut self) -> u64 {
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        self.seed >> 33
    }

    async fn run(mut self) {
        loop {
            let sample = self.sample();
            // The reader sets the pace: there is room for one.
            let _ = self.out.send(sample).await;
        }
    }
}

async fn mean(mut samples: mpsc::Receiver<u64>) -> u64 {
    let mut sum = 0;
    for _ in 0..100 {
        sum += samples.recv().await.unwrap();
        sleep(Duration::from_millis(2)).await;
    }
    sum / 100
}

#[kettle::main]
async fn main() {
    let (out, samples) = mpsc::channel(1);
    kettle::spawn(Sampler { seed: 7, out }.run());
    println!("the mean is {}", mean(samples).await);
    sleep(Duration::from_mins(10)).await;
}
