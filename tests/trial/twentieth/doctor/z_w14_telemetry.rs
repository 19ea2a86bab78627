//! Sensors put measurements into a channel; an uploader sends them one by one.
//!
//! Wrong: the channel has no limit, and the uploader (2 ms each) is far slower than the sensors (30 in 2 ms).
//!
//! Expected: `growing_channel`, a hint (with `watch` only), at `unbounded_channel()` in `main`. With `panic` nothing. Cure: a bounded
//! channel, whose `send` is awaited (or drop / batch values).

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::{Instant, interval, sleep};

struct Measurement {
    sensor: u32,
    value: u32,
}

async fn sensor(sensor: u32, out: mpsc::UnboundedSender<Measurement>) {
    let mut beat = interval(Duration::from_millis(2));
    let end = Instant::now() + Duration::from_secs(3);
    let mut value = 0;
    while Instant::now() < end {
        beat.tick().await;
        for _ in 0..10 {
            value += 1;
            if out.send(Measurement { sensor, value }).is_err() {
                return;
            }
        }
    }
}

async fn upload(mut queue: mpsc::UnboundedReceiver<Measurement>) -> u64 {
    let mut sum = 0;
    while let Some(measurement) = queue.recv().await {
        sleep(Duration::from_millis(2)).await; // a request
        sum += u64::from(measurement.value * measurement.sensor);
        if queue.is_closed() {
            break; // the sensors are off: the rest is given up
        }
    }
    sum
}

#[kettle::main]
async fn main() {
    let (out, queue) = mpsc::unbounded_channel();
    let uploader = kettle::spawn(upload(queue));
    for number in 1..=3 {
        kettle::spawn(sensor(number, out.clone()));
    }
    drop(out);
    println!("{}", uploader.await.unwrap());
}
