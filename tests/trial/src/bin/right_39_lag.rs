//! A log on a `broadcast` channel with eight places. A slow reader misses lines, notes how many, and goes on. A
//! second receiver is never read: it only keeps the channel open.
//!
//! Suspicious: a receiver that is never asked, and values that are lost.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::broadcast;
use kettle::sync::broadcast::error::RecvError;
use kettle::time::sleep;

#[kettle::main]
async fn main() {
    let (log, keeper) = broadcast::channel(8);
    let mut lines = log.subscribe();
    let reader = kettle::spawn(async move {
        let (mut read, mut missed) = (0, 0);
        loop {
            match lines.recv().await {
                Ok(_line) => read += 1,
                Err(RecvError::Lagged(count)) => missed += count,
                Err(RecvError::Closed) => return (read, missed),
            }
            sleep(Duration::from_millis(20)).await;
        }
    });
    for line in 0..300_u32 {
        log.send(line).expect("there is a receiver");
        sleep(Duration::from_millis(4)).await;
    }
    drop(log);
    println!("{:?}", reader.await);
    drop(keeper);
}
