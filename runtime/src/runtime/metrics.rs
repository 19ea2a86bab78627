//! What can a program ask a runtime about itself?
//!
//! Interface: [`RuntimeMetrics`], [`drives_runtime`]. The counting is done where things happen: the
//! scheduler counts tasks, the inbox messages, and the loop its work and its sleep (`park.rs`).
//!
//! tokio: `runtime/metrics/runtime.rs`.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use kettle_events::Id;

use super::handle::Handle;
use crate::executor::SharedParts;
use crate::tasks::{Scheduler, current};

/// Does this thread drive a runtime at this moment?
pub fn drives_runtime() -> bool {
    current::with_scheduler(|_| ()).is_some()
}

/// A runtime's own counts. Exact on the thread that drives it, and while none does. On another
/// thread what the loop is just receiving may be missing. The one thread of a runtime is `worker`
/// 0: any other number is a panic.
#[derive(Clone, Debug)]
pub struct RuntimeMetrics {
    handle: Handle,
}

impl Handle {
    /// The runtime's counts.
    pub fn metrics(&self) -> RuntimeMetrics {
        RuntimeMetrics { handle: self.clone() }
    }

    /// The runtime's scheduler, if this thread drives it.
    fn with_scheduler<R>(&self, f: impl FnOnce(&mut Scheduler) -> R) -> Option<R> {
        let inbox = &self.shared.inbox;
        let own = |it: &mut Scheduler| Arc::ptr_eq(&it.inbox, inbox).then(|| f(it));
        current::with_scheduler(own).flatten()
    }
}

impl RuntimeMetrics {
    /// How many threads run tasks: one.
    pub fn num_workers(&self) -> usize {
        1
    }

    /// How many tasks have been spawned and have not ended, without `block_on`'s own future.
    pub fn num_alive_tasks(&self) -> usize {
        let SharedParts { alive, inbox, .. } = &*self.handle.shared;
        alive.load(Ordering::Relaxed) + inbox.spawns.load(Ordering::Relaxed)
    }

    /// How many messages of other threads (a spawn, a wake, an abort) have not been received yet.
    pub fn global_queue_depth(&self) -> usize {
        self.handle.shared.inbox.len()
    }

    /// How long the loop of thread `worker`, which is 0, was awake, up to its last sleep.
    #[track_caller]
    pub fn worker_total_busy_duration(&self, worker: usize) -> Duration {
        Self::only(worker);
        Duration::from_nanos(self.handle.shared.busy.load(Ordering::Relaxed))
    }

    /// How often the loop of thread `worker`, which is 0, has gone to sleep. A jump of the paused
    /// clock counts as a sleep, and so does one that ends at once.
    #[track_caller]
    pub fn worker_park_count(&self, worker: usize) -> u64 {
        self.worker_park_unpark_count(worker).div_ceil(2)
    }

    /// How often it has gone to sleep or woken up: an odd number while it sleeps.
    #[track_caller]
    pub fn worker_park_unpark_count(&self, worker: usize) -> u64 {
        Self::only(worker);
        self.handle.shared.sleeps.load(Ordering::Relaxed)
    }

    #[track_caller]
    fn only(worker: usize) {
        assert_eq!(worker, 0, "a kettle runtime has one worker, number 0");
    }

    /// How much room the runtime keeps for tasks, deferred wakers and timers, in entries. For the
    /// tests that watch it return after a burst; `None` on a thread that does not drive it.
    #[doc(hidden)]
    pub fn capacity(&self) -> Option<usize> {
        let tasks = self.handle.with_scheduler(|scheduler| scheduler.capacity())?;
        Some(tasks + current::capacity() + self.handle.shared.time.wheel().capacity())
    }

    /// The tasks that wait, each with the number of references to it, without `block_on`'s own
    /// future. For the doctor.
    #[doc(hidden)]
    pub fn waiting(&self) -> Vec<(Id, usize)> {
        self.handle.with_scheduler(|scheduler| scheduler.waiting()).unwrap_or_default()
    }

    /// Ends the loop's sleep if it sleeps: its sink is to look once more. For the doctor.
    #[doc(hidden)]
    pub fn unpark(&self) {
        self.handle.shared.inbox.unpark_if_asleep();
    }

    /// Does the loop sleep, or is it about to, and nothing has come since? For the doctor.
    #[doc(hidden)]
    pub fn is_asleep(&self) -> bool {
        self.handle.shared.inbox.is_asleep()
    }

    /// The threads of the pool for blocking work, if they are idle: all jobs have ended, and no
    /// message has come. For the doctor.
    #[doc(hidden)]
    pub fn idle_threads(&self) -> Option<usize> {
        let shared = &self.handle.shared;
        shared.inbox.is_quiet().then(|| shared.pool.alive())
    }
}
