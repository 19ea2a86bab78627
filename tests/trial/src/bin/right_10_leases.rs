//! Leases: a client that leases a room puts the guard into a shared table with the time of its end. A
//! reaper takes expired leases out. A client that wants the same room again waits until then.
//!
//! Suspicious: a task waits for a lock that it took itself, and has done nothing since. Right: the guard is
//! where the reaper can drop it, 1.6 seconds later.
//!
//! doctor: silence

use std::collections::HashMap;
use std::sync::{Arc, Mutex as StdMutex, PoisonError};
use std::time::{Duration, Instant};

use kettle::sync::{Mutex, OwnedMutexGuard};
use kettle::time::interval;

type Lease = (Instant, OwnedMutexGuard<u32>);

#[derive(Clone, Default)]
struct Leases(Arc<StdMutex<HashMap<&'static str, Lease>>>);

impl Leases {
    fn keep(&self, client: &'static str, room: OwnedMutexGuard<u32>) {
        let end = Instant::now() + Duration::from_millis(1600);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(client, (end, room));
    }

    async fn reap(self) {
        let mut clock = interval(Duration::from_millis(100));
        loop {
            clock.tick().await;
            let mut leases = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            leases.retain(|_, (end, _)| *end > Instant::now());
        }
    }
}

async fn client(name: &'static str, room: Arc<Mutex<u32>>, leases: Leases) {
    for _ in 0..2 {
        let mut guard = room.clone().lock_owned().await;
        *guard += 1;
        println!("{name} has the room: use {guard}");
        leases.keep(name, guard);
    }
}

#[kettle::main]
async fn main() {
    let leases = Leases::default();
    let room = Arc::new(Mutex::new(0));
    kettle::spawn(leases.clone().reap());
    client("Ada", room, leases).await;
}
