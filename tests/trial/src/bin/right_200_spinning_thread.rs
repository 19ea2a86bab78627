//! An audio thread has a tiny executor of its own, which asks its future again and again; the future receives from kettle's channel.
//!
//! Right: it is a thread of its own, and may spin. kettle's tasks send to it, and sleep between.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

fn spin_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
        thread::sleep(Duration::from_micros(200));
    }
}

#[kettle::main]
async fn main() {
    let (samples, mut heard) = mpsc::channel::<u32>(4);
    let audio = thread::spawn(move || {
        spin_on(async move {
            let mut sum = 0;
            while let Some(sample) = heard.recv().await {
                sum += sample;
            }
            sum
        })
    });
    for sample in 0..30 {
        sleep(Duration::from_millis(40)).await;
        samples.send(sample).await.unwrap();
    }
    drop(samples);
    println!("{}", audio.join().unwrap());
}
