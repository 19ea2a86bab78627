//! A door has a lock. The porter takes it and waits for the bell, a `Notify`; two guests wait for the lock.
//!
//! Right: the bell is rung by a thread after two seconds, and that one needs no lock.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use kettle::sync::{Mutex, Notify};

#[derive(Default)]
struct Door {
    guests: Mutex<u32>,
    bell: Notify,
}

#[kettle::main]
async fn main() {
    let door = Arc::new(Door::default());
    let porter = kettle::spawn({
        let door = door.clone();
        async move {
            let _closed = door.guests.lock().await;
            door.bell.notified().await;
        }
    });
    kettle::task::yield_now().await;
    let guests: Vec<_> = (0..2)
        .map(|_| {
            let door = door.clone();
            kettle::spawn(async move { *door.guests.lock().await += 1 })
        })
        .collect();
    let ringer = {
        let door = door.clone();
        thread::spawn(move || {
            thread::sleep(Duration::from_secs(2));
            door.bell.notify_one();
        })
    };
    porter.await.unwrap();
    for guest in guests {
        guest.await.unwrap();
    }
    ringer.join().unwrap();
    assert_eq!(*door.guests.lock().await, 2);
}
