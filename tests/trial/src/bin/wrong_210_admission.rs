//! A hotel's desk takes the next guest and then waits for a free room, in one branch; the other branch is the hourly report.
//!
//! Wrong: a report that comes while a guest waits for a room drops the branch, and with it the guest.
//!
//! Expected: `lost_value`: the branch received from channel 1, then waited for a permit, and another branch won. The cure: get the room
//! before the guest, or keep the guest outside of the `select!`. (The page names a lock, and no permit: if that is not seen, it is
//! a limit that isn't written down.)
//!
//! doctor: `lost_value`
//! ends: by itself

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Semaphore, mpsc};
use kettle::time::{interval, sleep};

async fn admit(guests: &mut mpsc::Receiver<u32>, rooms: &Arc<Semaphore>) -> Option<u32> {
    let guest = guests.recv().await?;
    let room = rooms.clone().acquire_owned().await.expect("never closed");
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
        for guest in 1..=12 {
            sleep(Duration::from_millis(20)).await;
            let _ = arrive.send(guest).await;
        }
    });
    let rooms = Arc::new(Semaphore::new(2));
    let mut report = interval(Duration::from_millis(70));
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
    println!("{admitted:?}");
}
