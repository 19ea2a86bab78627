//! A collector writes each half second what has come. Its `sleep` is made anew in each round of the loop, and values
//! come each 50 ms: it never writes.
//!
//! doctor: `can't be told`

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::{Instant, sleep};

struct Collector {
    values: mpsc::Receiver<u32>,
    kept: Vec<u32>,
}

impl Collector {
    async fn run(mut self) {
        loop {
            kettle::select! {
                value = self.values.recv() => match value {
                    Some(value) => self.kept.push(value),
                    None => break,
                },
                () = sleep(Duration::from_millis(500)) => self.write(),
            }
        }
        println!("{} values were never written", self.kept.len());
    }

    fn write(&mut self) {
        println!("{} values", self.kept.len());
        self.kept.clear();
    }
}

#[kettle::main]
async fn main() {
    let (meter, values) = mpsc::channel(8);
    let collector = kettle::spawn(Collector { values, kept: Vec::new() }.run());
    let begin = Instant::now();
    for value in 0.. {
        if begin.elapsed() > Duration::from_secs(4) {
            break;
        }
        meter.send(value).await.unwrap();
        sleep(Duration::from_millis(50)).await;
    }
    drop(meter);
    collector.await.unwrap();
}
