//! A service on one thread with `spawn_local`; its sessions are in a map behind std's `Mutex`.
//!
//! The mistake: a handler keeps std's guard while it awaits the reply's journey. The next handler
//! locks the map, blocks the only thread, and the guard is never dropped.
//!
//! Expected: a poll that never ends, asleep in a lock: the loop is blocked. Cure: don't hold std's
//! guard across the `.await` (a scope of its own), or use `kettle::sync::Mutex`.
//!
//! doctor: `blocking_poll`
//! ends: killed

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use kettle::task::{LocalSet, spawn_local};
use kettle::time::sleep;

type Sessions = Rc<Mutex<HashMap<u32, u32>>>;

#[expect(clippy::await_holding_lock, reason = "the mistake")]
async fn handle(sessions: Sessions, visitor: u32) -> u32 {
    let mut map = sessions.lock().unwrap_or_else(PoisonError::into_inner);
    let visits = map.entry(visitor).or_default();
    *visits += 1;
    sleep(Duration::from_millis(30)).await; // sends the reply
    *visits
}

#[kettle::main]
async fn main() {
    let local = LocalSet::new();
    let served = local.run_until(async {
        let sessions = Sessions::default();
        let mut handlers = Vec::new();
        for visitor in [1, 2, 1] {
            handlers.push(spawn_local(handle(sessions.clone(), visitor)));
            sleep(Duration::from_millis(10)).await;
        }
        let mut served = 0;
        for handler in handlers {
            served += handler.await.expect("no handler panics");
        }
        served
    });
    println!("{} visits", served.await);
}
