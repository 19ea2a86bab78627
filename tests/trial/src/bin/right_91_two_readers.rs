//! Two workers take parcels from one receiver, which is behind a lock of std's that each poll takes for a moment.
//!
//! Right: the receiver keeps one waker, that of the last poll, so one of the two has lost its own. But each asks for a tenth
//! of a second at most and then asks again, so no task sleeps for longer than that.
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

async fn work(name: &'static str, parcels: Parcels) -> u32 {
    let mut carried = 0;
    loop {
        match timeout(Duration::from_millis(100), next(&parcels)).await {
            Ok(Some(number)) => println!("{name} takes parcel {number}"),
            Ok(None) => return carried,
            Err(_) => continue,
        }
        carried += 1;
        sleep(Duration::from_millis(20)).await;
    }
}

#[kettle::main]
async fn main() {
    let (send, parcels) = mpsc::channel(16);
    let parcels = Arc::new(Mutex::new(parcels));
    let ann = kettle::spawn(work("Ann", parcels.clone()));
    let bob = kettle::spawn(work("Bob", parcels));
    for number in 1..=12 {
        sleep(Duration::from_millis(170)).await;
        send.send(number).await.unwrap();
    }
    drop(send);
    println!("Ann: {}, Bob: {}", ann.await.unwrap(), bob.await.unwrap());
}
