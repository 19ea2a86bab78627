//! A sensor reports far more often than the disk can take.
//! doctor: `growing_channel`

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::{Instant, interval, sleep};

struct Reading {
    at: Instant,
    celsius: f32,
}

async fn sensor(readings: mpsc::UnboundedSender<Reading>, end: Instant) -> u32 {
    let mut clock = interval(Duration::from_millis(5));
    let mut sent = 0;
    while Instant::now() < end {
        clock.tick().await;
        for _ in 0..40 {
            let celsius = 20.0 + (sent % 17) as f32 / 10.0;
            if readings.send(Reading { at: Instant::now(), celsius }).is_err() {
                return sent;
            }
            sent += 1;
        }
    }
    sent
}

async fn disk(mut readings: mpsc::UnboundedReceiver<Reading>) -> (u32, Duration, f32) {
    let (mut written, mut oldest, mut warmest) = (0, Duration::ZERO, f32::MIN);
    while let Some(Reading { at, celsius }) = readings.recv().await {
        sleep(Duration::from_millis(2)).await;
        oldest = oldest.max(at.elapsed());
        warmest = warmest.max(celsius);
        written += 1;
    }
    (written, oldest, warmest)
}

#[kettle::main]
async fn main() {
    let (tx, rx) = mpsc::unbounded_channel();
    let disk = kettle::spawn(disk(rx));
    let sent = sensor(tx, Instant::now() + Duration::from_secs(4)).await;
    println!("{sent} readings were sent");
    disk.abort();
    println!("and the disk is still busy: {}", disk.await.is_err());
}
