//! A parcel office takes parcels for the van. Counters reserve their places in the van in the morning. In the evening the
//! van is closed, what is still on its way is loaded, and it leaves.
//!
//! Wrong: a counter that takes an early break leaves its last place in the shelf of unused ones, an `OwnedPermit`. A closed
//! channel has ended when all permits are used or dropped, so the van waits for that one.
//!
//! Expected: `deadlock` of `main` and the van. The cure: drop the permits that are not used before the van is awaited.
//! (Dropping senders would not do: the receiver is closed, and a permit holds it open.)
//!
//! doctor: `deadlock`
//! ends: killed

use std::sync::{Arc, Mutex};
use std::time::Duration;

use kettle::sync::mpsc::{self, OwnedPermit, Receiver, Sender};
use kettle::sync::oneshot;
use kettle::task::JoinSet;
use kettle::time::sleep;

type Shelf = Arc<Mutex<Vec<OwnedPermit<String>>>>;

async fn counter(number: u64, van: Sender<String>, unused: Shelf) {
    let mut places = Vec::new();
    for _ in 0..4 {
        places.push(van.clone().reserve_owned().await.expect("the van is open"));
    }
    while let Some(place) = places.pop() {
        sleep(Duration::from_millis(5 * number)).await;
        if number == 3 && places.is_empty() {
            unused.lock().unwrap().push(place); // a break
            return;
        }
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
    let unused = Shelf::default();
    let mut counters = JoinSet::new();
    for number in 1..=3 {
        counters.spawn(counter(number, to_van.clone(), unused.clone()));
    }
    drop(to_van);
    let van = kettle::spawn(load(van, comes));
    counters.join_all().await;
    evening.send(()).unwrap();
    println!("{} parcels leave", van.await.unwrap());
    println!("{} places were empty", unused.lock().unwrap().len());
}
