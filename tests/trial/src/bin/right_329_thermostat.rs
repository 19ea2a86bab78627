//! A thermostat in a `watch`. The sensor writes each measurement with `send_if_modified`, so that only real changes wake the heating.
//!
//! Right: the closure compares before it writes. Two measurements change nothing and wake nobody; the third does.
//!
//! Expected: silence.
//!
//! doctor: silence
//! ends: by itself

use kettle::sync::{mpsc, watch};
use kettle::time::{Duration, sleep};

fn update(shown: &watch::Sender<i32>, measured: i32) {
    shown.send_if_modified(|shown| {
        let changed = *shown != measured;
        *shown = measured;
        changed
    });
}

async fn sensor(shown: watch::Sender<i32>, mut measure: mpsc::Receiver<i32>) {
    while let Some(measured) = measure.recv().await {
        sleep(Duration::from_millis(300)).await; // the probe is slow
        update(&shown, measured);
    }
}

#[kettle::main]
async fn main() {
    let (shown, mut seen) = watch::channel(20);
    let (ask, measure) = mpsc::channel(4);
    kettle::spawn(sensor(shown, measure));
    for degrees in [20, 20, 17] {
        ask.send(degrees).await.unwrap();
    }
    seen.changed().await.unwrap();
    println!("{} degrees: heat", *seen.borrow_and_update());
}
