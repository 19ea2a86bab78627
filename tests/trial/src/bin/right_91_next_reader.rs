//! A receiver is behind a lock of std's, which each poll takes for a moment. One worker asks for half a second; then the
//! second takes its place.
//!
//! Right: the receiver keeps one waker, that of the last poll. The first worker has lost its own, and has a timer that
//! ends its turn.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kettle::sync::mpsc::{self, Receiver};
use kettle::time::{sleep, timeout};

type Parcels = Arc<Mutex<Receiver<u32>>>;

async fn next(parcels: &Parcels) -> Option<u32> {
    poll_fn(|cx| parcels.lock().unwrap().poll_recv(cx)).await
}

async fn work(name: &'static str, turn: Duration, parcels: Parcels) -> u32 {
    let mut carried = 0;
    let _ = timeout(turn, async {
        while let Some(number) = next(&parcels).await {
            println!("{name} takes parcel {number}");
            carried += 1;
        }
    })
    .await;
    carried
}

#[kettle::main]
async fn main() {
    let (send, parcels) = mpsc::channel(16);
    let parcels = Arc::new(Mutex::new(parcels));
    let ann = kettle::spawn(work("Ann", Duration::from_millis(500), parcels.clone()));
    let bob = kettle::spawn(async move {
        sleep(Duration::from_millis(200)).await;
        work("Bob", Duration::from_mins(1), parcels).await
    });
    for number in 1..=20 {
        sleep(Duration::from_millis(100)).await;
        send.send(number).await.unwrap();
    }
    drop(send);
    println!("Ann: {}, Bob: {}", ann.await.unwrap(), bob.await.unwrap());
}
