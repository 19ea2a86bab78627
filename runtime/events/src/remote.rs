//! How does another thread report what it did to this runtime?
//!
//! Timers, sources and blocking jobs may be touched by any thread, but a runtime's records are made
//! on the thread that drives it. So what others do goes into this queue, and is recorded at the
//! next turn, or before the next event of a timer, source or job on the runtime's own thread.
//! Timers and sources emit under their locks, so the order here is that of the changes.
//!
//! Interface: [`RemoteEvents`], one per runtime; its `emit` is in `thread.rs`. Invariants: nothing
//! is kept while nothing records; the queue is bounded, and what does not fit is counted as lost.

use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;

use crate::{Event, Place};

/// At most this many events wait for the next turn.
const BOUND: usize = 65_536;

/// What other threads did to a runtime, and has not been recorded yet.
#[derive(Debug, Default)]
pub struct RemoteEvents {
    pub(crate) on: AtomicBool,
    queue: Mutex<Queue>,
}

#[derive(Debug, Default)]
pub(crate) struct Queue {
    pub(crate) events: Vec<(Event, Place)>,
    pub(crate) lost: u64,
}

impl RemoteEvents {
    /// Is this runtime recorded?
    #[inline]
    pub fn on(&self) -> bool {
        self.on.load(Ordering::Relaxed)
    }

    pub(crate) fn push(&self, event: Event, place: Place) {
        let mut queue = self.queue.lock();
        if queue.events.len() < BOUND {
            queue.events.push((event, place));
        } else {
            queue.lost += 1;
        }
    }

    /// What has gathered since the last call.
    pub(crate) fn take(&self) -> Queue {
        mem::take(&mut *self.queue.lock())
    }
}

#[cfg(test)]
#[path = "remote_tests.rs"]
mod tests;
