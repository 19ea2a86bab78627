//! A queue with room for three that is full: its consumer works at certain times only, every 1.3 seconds, and
//! eight producers wait for room.
//!
//! Suspicious: everybody waits at a full channel, for a long time. Right: that is what back-pressure is.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

#[kettle::main]
async fn main() {
    let (sender, mut parcels) = mpsc::channel(3);
    for producer in 0..8 {
        let sender = sender.clone();
        kettle::spawn(async move {
            for parcel in 0..2 {
                sender.send((producer, parcel)).await.expect("they are fetched");
            }
        });
    }
    drop(sender);
    let mut fetched = Vec::new();
    while fetched.len() < 16 {
        sleep(Duration::from_millis(1300)).await;
        while let Ok(parcel) = parcels.try_recv() {
            fetched.push(parcel);
            kettle::task::yield_now().await;
        }
    }
    println!("{} parcels", fetched.len());
}
