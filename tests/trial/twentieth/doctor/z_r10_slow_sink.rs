//! A relay between two channels, with a stop signal and a tick. What was received and has no room yet is parked in the relay itself.
//!
//! Right: the branch that waits for room does so with a value that is in `self.parked` until there is room. Near to: `lost_value`.
//!
//! Expected: silent.

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::{interval, sleep};

struct Relay {
    from: mpsc::Receiver<u32>,
    to: mpsc::Sender<u32>,
    parked: Option<u32>,
}

impl Relay {
    async fn step(&mut self) -> bool {
        if self.parked.is_none() {
            self.parked = self.from.recv().await;
        }
        if self.parked.is_none() {
            return false;
        }
        let Ok(room) = self.to.reserve().await else { return false };
        if let Some(value) = self.parked.take() {
            room.send(value);
        }
        true
    }

    async fn run(mut self) -> u32 {
        let mut tick = interval(Duration::from_millis(15));
        let mut ticks = 0;
        loop {
            kettle::select! {
                more = self.step() => if !more { return ticks },
                _ = tick.tick() => ticks += 1,
            }
        }
    }
}

#[kettle::main]
async fn main() {
    let (source, from) = mpsc::channel(4);
    let (to, mut sink) = mpsc::channel(1);
    let relay = kettle::spawn(Relay { from, to, parked: None }.run());
    let producer = kettle::spawn(async move {
        for value in 0..40 {
            source.send(value).await.unwrap();
        }
    });
    let mut got = 0;
    while let Some(value) = sink.recv().await {
        assert_eq!(value, got);
        got += 1;
        sleep(Duration::from_millis(35)).await;
    }
    producer.await.unwrap();
    println!("{got} values, {} ticks", if relay.await.unwrap() > 20 { "many" } else { "few" });
}
