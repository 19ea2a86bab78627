//! A parcel office takes parcels for the van. In the evening the van is closed, and what is still on its way is loaded.
//!
//! Right: one place of the van is kept for a courier, a thread, who has the `OwnedPermit` and comes two seconds late. The
//! closed channel ends when that permit is used.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::thread;
use std::time::Duration;

use kettle::sync::mpsc::{self, Receiver, Sender};
use kettle::sync::oneshot;
use kettle::task::JoinSet;
use kettle::time::sleep;

async fn counter(number: u64, van: Sender<String>) {
    for _ in 0..4 {
        let place = van.reserve().await.expect("the van is open");
        sleep(Duration::from_millis(5 * number)).await;
        place.send(format!("a parcel of counter {number}"));
    }
}

async fn load(mut van: Receiver<String>, evening: oneshot::Receiver<()>) -> usize {
    let _ = evening.await;
    van.close();
    let mut loaded = 0;
    while let Some(parcel) = van.recv().await {
        println!("{parcel}");
        loaded += 1;
    }
    loaded
}

#[kettle::main]
async fn main() {
    let (to_van, van) = mpsc::channel(20);
    let (evening, comes) = oneshot::channel();
    let kept = to_van.clone().reserve_owned().await.expect("the van is open");
    let courier = thread::spawn(move || {
        thread::sleep(Duration::from_secs(2));
        kept.send("a parcel from afar".to_owned());
    });
    let mut counters = JoinSet::new();
    for number in 1..=3 {
        counters.spawn(counter(number, to_van.clone()));
    }
    let van = kettle::spawn(load(van, comes));
    counters.join_all().await;
    evening.send(()).unwrap();
    println!("{} parcels leave", van.await.unwrap());
    courier.join().unwrap();
    assert!(to_van.is_closed());
}
