//! A microphone's samples go to a recorder by `try_send`, so that the microphone never waits.
//!
//! Wrong: what `try_send` returns is thrown away. The recorder is slow now and then, and then samples are missing in the recording.
//!
//! Can't be told: to drop what is too much is just what many programs use `try_send` for.
//!
//! doctor: can't be told
//! ends: by itself

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

#[kettle::main]
async fn main() {
    let (sample, mut samples) = mpsc::channel(4);
    let recorder = kettle::spawn(async move {
        let mut recorded = 0;
        while samples.recv().await.is_some() {
            recorded += 1;
            if recorded % 10 == 0 {
                sleep(Duration::from_millis(80)).await;
            }
        }
        recorded
    });
    for number in 0..100 {
        sleep(Duration::from_millis(5)).await;
        let _ = sample.try_send(number);
    }
    drop(sample);
    println!("{} of 100", recorder.await.unwrap());
}
