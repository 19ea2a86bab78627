//! Right: a plain thread measures each 400 ms and sends what it finds; between two values the whole runtime sleeps
//! without a timer.
//!
//! doctor: silence

use std::thread;
use std::time::Duration;

use kettle::sync::{mpsc, watch};

fn measure(out: &mpsc::Sender<u32>) {
    for value in 0..6 {
        thread::sleep(Duration::from_millis(400));
        out.blocking_send(value * value).unwrap();
    }
}

#[kettle::main]
async fn main() {
    let (out, mut values) = mpsc::channel(1);
    let sensor = thread::spawn(move || measure(&out));
    let (shown, mut display) = watch::channel(0);
    let display = kettle::spawn(async move {
        while display.changed().await.is_ok() {
            println!("{}", *display.borrow_and_update());
        }
    });
    while let Some(value) = values.recv().await {
        shown.send(value).unwrap();
    }
    drop(shown);
    display.await.unwrap();
    sensor.join().unwrap();
}
