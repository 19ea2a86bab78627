//! What can a tool that watches a runtime ask it, beside its counts?
//!
//! Interface: [`Inspector`], for the doctor, the search for failing schedules, and tests.

use kettle_events::Id;

use super::handle::Handle;
use crate::executor::SharedParts;
use crate::tasks::current::{self, with_scheduler_of};

/// Looks into a runtime.
#[derive(Clone, Debug)]
pub struct Inspector {
    handle: Handle,
}

impl Handle {
    /// For tools that watch the runtime.
    #[doc(hidden)]
    pub fn inspector(&self) -> Inspector {
        Inspector { handle: self.clone() }
    }
}

impl Inspector {
    /// How much room the runtime keeps for tasks, deferred wakers and timers, in entries. `None` on
    /// a thread that does not drive it.
    pub fn capacity(&self) -> Option<usize> {
        let SharedParts { inbox, time, .. } = &*self.handle.shared;
        let tasks = with_scheduler_of(Some(inbox), |scheduler| scheduler.capacity())?;
        Some(tasks + current::capacity() + time.wheel().capacity())
    }

    /// The tasks that wait, each with the number of references to it, without `block_on`'s own
    /// future. Empty on a thread that does not drive it.
    pub fn waiting(&self) -> Vec<(Id, usize)> {
        let inbox = &self.handle.shared.inbox;
        with_scheduler_of(Some(inbox), |scheduler| scheduler.waiting()).unwrap_or_default()
    }

    /// Ends the loop's sleep if it sleeps, so that its sink looks once more.
    pub fn unpark(&self) {
        self.handle.shared.inbox.unpark_if_asleep();
    }

    /// Does the loop sleep, or is it about to, and nothing has come since?
    pub fn is_asleep(&self) -> bool {
        self.handle.shared.inbox.is_asleep()
    }

    /// The threads of the pool for blocking work, if they are idle: no job is out, and no message.
    pub fn idle_threads(&self) -> Option<usize> {
        let SharedParts { inbox, pool, .. } = &*self.handle.shared;
        inbox.is_quiet().then(|| pool.alive())
    }
}
