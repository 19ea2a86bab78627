//! What else can a tool that watches a runtime ask it?
//!
//! Interface: [`Inspector`], for the doctor, the search for failing schedules, and tests.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use kettle_events::{Id, RemoteEvents};

use super::handle::Handle;
use crate::tasks::current::with_scheduler_of;

/// Inspects a runtime.
#[derive(Clone, Debug)]
pub struct Inspector {
    handle: Handle,
}

impl Handle {
    #[doc(hidden)]
    pub fn inspector(&self) -> Inspector {
        Inspector { handle: self.clone() }
    }
}

impl Inspector {
    /// How much room it has for tasks, deferred wakers and timers, if this thread drives it.
    pub fn capacity(&self) -> Option<usize> {
        let shared = &self.handle.shared;
        let tasks = with_scheduler_of(Some(&shared.inbox), |scheduler| scheduler.capacity())?;
        Some(tasks + shared.time.timers.lock().wheel.capacity())
    }

    /// The waiting tasks, each with the numbers of its waker's clones and of its handles, if this
    /// thread drives the runtime.
    pub fn waiting(&self) -> Vec<(Id, usize, usize)> {
        let inbox = &self.handle.shared.inbox;
        with_scheduler_of(Some(inbox), |it| it.waiting().collect()).unwrap_or_default()
    }

    /// Unparks the loop if it is asleep, so that its sink looks once more.
    pub fn unpark(&self) {
        self.handle.shared.inbox.unpark_if_asleep();
    }

    /// What is recorded or kept about the runtime.
    pub fn events(&self) -> &Arc<RemoteEvents> {
        &self.handle.shared.events
    }

    /// Counts the beginnings and the ends of the loop's sleeps.
    pub fn sleeps(&self) -> u64 {
        self.handle.shared.counts.sleeps.load(Relaxed)
    }

    /// Is the loop asleep or about to be, with no message since?
    pub fn is_asleep(&self) -> bool {
        self.handle.shared.inbox.is_asleep()
    }

    /// How many threads the pool has, if all are idle and there is no message.
    pub fn idle_threads(&self) -> Option<usize> {
        let shared = &self.handle.shared;
        shared.inbox.is_quiet().then(|| shared.pool.alive())
    }
}
