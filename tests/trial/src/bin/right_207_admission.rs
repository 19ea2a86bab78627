//! A hotel's desk gets a room, then takes the next guest, in one branch; the other branch is the hourly report.
//!
//! Right: what a report drops is a wait for a guest, with the room that it had, which is free again. No guest is lost.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Semaphore, mpsc};
use kettle::time::{interval, sleep};

async fn admit(guests: &mut mpsc::Receiver<u32>, rooms: &Arc<Semaphore>) -> Option<u32> {
    let room = rooms.clone().acquire_owned().await.expect("never closed");
    let guest = guests.recv().await?;
    kettle::spawn(async move {
        sleep(Duration::from_millis(90)).await; // a night
        drop(room);
    });
    Some(guest)
}

#[kettle::main]
async fn main() {
    let (arrive, mut guests) = mpsc::channel(8);
    kettle::spawn(async move {
        for guest in 1..=24 {
            sleep(Duration::from_millis(20)).await;
            arrive.send(guest).await.unwrap();
        }
    });
    let rooms = Arc::new(Semaphore::new(2));
    let mut report = interval(Duration::from_millis(35));
    let mut admitted = Vec::new();
    loop {
        kettle::select! {
            guest = admit(&mut guests, &rooms) => match guest {
                Some(guest) => admitted.push(guest),
                None => break,
            },
            _ = report.tick() => println!("{} guests", admitted.len()),
        }
    }
    let _all_out = rooms.acquire_many(2).await.unwrap(); // the last night
    assert!(admitted.is_sorted() && admitted.len() == 24);
}
