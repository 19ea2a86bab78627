//! A thermostat shows the temperature in large digits, and takes its time for it. A sensor measures on.
//!
//! Wrong: what `borrow` of a `watch` returns is a read lock of std's, kept across the `.await`. The sensor's `send` waits for it, and with it
//! the one thread, so the pause never ends.
//!
//! Expected: `blocking_poll`, a poll that never ends, of task 1 at its `send`. The cure: copy the value out of the borrow before you wait.
//!
//! doctor: `blocking_poll`
//! ends: killed

use std::time::Duration;

use kettle::sync::watch;
use kettle::time::sleep;

async fn sensor(temperature: watch::Sender<f32>) {
    for step in 0_u8..10 {
        sleep(Duration::from_millis(30)).await;
        let _ = temperature.send(18.5 + f32::from(step) / 10.0);
    }
}

#[kettle::main]
async fn main() {
    let (temperature, mut shown) = watch::channel(18.0);
    kettle::spawn(sensor(temperature));
    while shown.changed().await.is_ok() {
        let degrees = shown.borrow_and_update();
        println!("{:.1}", *degrees);
        sleep(Duration::from_millis(40)).await; // for the eye
        println!("      °C ({})", degrees.has_changed());
    }
}
