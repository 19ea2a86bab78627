//! Two workers take parcels from one receiver. It is behind a lock of std's, which each takes for as long as a poll.
//!
//! Wrong: a receiver of an `mpsc` channel keeps one waker, that of the last poll. When both wait, a parcel wakes the
//! second worker only, and the first sleeps on, even when the channel is closed.
//!
//! Expected: `lost_wakeup` of the first worker: another waker took its place. The cure: one task receives; or an async
//! `Mutex` around the receiver, held across `recv().await`.
//!
//! doctor: `lost_wakeup`
//! ends: killed

use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kettle::sync::mpsc::{self, Receiver};
use kettle::time::sleep;

type Parcels = Arc<Mutex<Receiver<u32>>>;

async fn next(parcels: &Parcels) -> Option<u32> {
    poll_fn(|cx| parcels.lock().unwrap().poll_recv(cx)).await
}

async fn work(name: &'static str, parcels: Parcels) -> u32 {
    let mut carried = 0;
    while let Some(number) = next(&parcels).await {
        println!("{name} takes parcel {number}");
        sleep(Duration::from_millis(30)).await;
        carried += 1;
    }
    carried
}

#[kettle::main]
async fn main() {
    let (send, parcels) = mpsc::channel(16);
    let parcels = Arc::new(Mutex::new(parcels));
    let ann = kettle::spawn(work("Ann", parcels.clone()));
    let bob = kettle::spawn(work("Bob", parcels));
    for number in 1..=6 {
        send.send(number).await.unwrap();
        sleep(Duration::from_millis(10)).await;
    }
    sleep(Duration::from_millis(200)).await;
    drop(send);
    println!("Ann: {}, Bob: {}", ann.await.unwrap(), bob.await.unwrap());
}
