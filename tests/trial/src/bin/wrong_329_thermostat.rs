//! A thermostat in a `watch`. The sensor writes each measurement with `send_if_modified`, so that only real changes wake the heating.
//!
//! Wrong: the closure compares after it has written: it always says that nothing was modified. The heating is never told.
//!
//! Expected: `deadlock`. `main` (the heating) waits for a change of the watch, the sender still exists (the sensor's task waits for the next order). The cure: return `true` from the closure of `send_if_modified` when it changed the value (compare before writing).
//!
//! doctor: `deadlock`
//! ends: killed

use kettle::sync::{mpsc, watch};
use kettle::time::{Duration, sleep};

fn update(shown: &watch::Sender<i32>, measured: i32) {
    shown.send_if_modified(|shown| {
        *shown = measured;
        *shown != measured
    });
}

async fn sensor(shown: watch::Sender<i32>, mut measure: mpsc::Receiver<i32>) {
    while let Some(measured) = measure.recv().await {
        sleep(Duration::from_millis(10)).await; // the probe is slow
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
