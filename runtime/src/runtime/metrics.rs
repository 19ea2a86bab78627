//! What can a program, or a tool that watches it, ask a runtime?
//!
//! Interface: [`RuntimeMetrics`], [`Inspector`], [`drives_runtime`]. The scheduler counts tasks,
//! the inbox messages, and the loop its sleeps and the time it is awake (`executor/park.rs`).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kettle_events::{Id, RemoteEvents};

use super::handle::Handle;
use super::shared::Shared;
use crate::tasks::current::{with_scheduler, with_scheduler_of};

/// Is this thread driving a runtime at the moment?
pub fn drives_runtime() -> bool {
    with_scheduler(|_| ()).is_some()
}

/// A runtime's own counts. They are exact on the thread that drives it, and while no thread does;
/// on another thread they may miss what the loop is just receiving. The one thread of a runtime is
/// `worker` 0, and any other number panics.
#[derive(Clone, Debug)]
pub struct RuntimeMetrics {
    handle: Handle,
}

impl Handle {
    /// The runtime's counts.
    pub fn metrics(&self) -> RuntimeMetrics {
        RuntimeMetrics { handle: self.clone() }
    }

    #[doc(hidden)]
    pub fn inspector(&self) -> Inspector {
        Inspector { handle: self.clone() }
    }
}

impl RuntimeMetrics {
    /// How many threads run tasks: one.
    pub fn num_workers(&self) -> usize {
        1
    }

    /// How many tasks have been spawned and have not ended, not counting `block_on`'s own.
    pub fn num_alive_tasks(&self) -> usize {
        let Shared { counts, inbox, .. } = &*self.handle.shared;
        counts.alive.load(Ordering::Relaxed) + inbox.spawns.load(Ordering::Relaxed)
    }

    /// How many messages from other threads have not been received yet.
    pub fn global_queue_depth(&self) -> usize {
        self.handle.shared.inbox.len()
    }

    /// How long the loop of thread `worker`, which must be 0, was awake, up to its last sleep or to
    /// the end of its last `block_on`.
    #[track_caller]
    pub fn worker_total_busy_duration(&self, worker: usize) -> Duration {
        Self::only(worker);
        Duration::from_nanos(self.handle.shared.counts.busy.load(Ordering::Relaxed))
    }

    /// How often the loop of thread `worker`, which must be 0, has gone to sleep. A sleep that ends
    /// at once counts, and so does a jump of the paused clock.
    #[track_caller]
    pub fn worker_park_count(&self, worker: usize) -> u64 {
        self.worker_park_unpark_count(worker).div_ceil(2)
    }

    /// How often the loop has gone to sleep or woken up: an odd number while it is asleep.
    #[track_caller]
    pub fn worker_park_unpark_count(&self, worker: usize) -> u64 {
        Self::only(worker);
        self.handle.shared.counts.sleeps.load(Ordering::Relaxed)
    }

    #[track_caller]
    fn only(worker: usize) {
        assert_eq!(worker, 0, "a kettle runtime has one worker, number 0");
    }
}

/// How many threads only wait and will wake no task: the doctor doesn't expect them to.
pub static IDLE_THREADS: AtomicUsize = AtomicUsize::new(0);

/// What the doctor, the search for failing schedules, and tests ask a runtime.
#[derive(Clone, Debug)]
pub struct Inspector {
    /// The runtime's handle.
    pub handle: Handle,
}

impl Inspector {
    /// How much room it has for tasks, deferred wakers and timers, if this thread drives it.
    pub fn capacity(&self) -> Option<usize> {
        let shared = &self.handle.shared;
        let tasks = with_scheduler_of(Some(&shared.inbox), |scheduler| scheduler.capacity())?;
        Some(tasks + shared.time.timers.lock().wheel.capacity())
    }

    /// The waiting tasks, if this thread drives the runtime, with counts of wakers and handles.
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

    /// Is the loop asleep or about to be, with no message since?
    pub fn is_asleep(&self) -> bool {
        self.handle.shared.inbox.is_asleep()
    }

    /// Is no job out, and no message under way? And how many threads has the pool?
    pub fn threads(&self) -> (bool, usize) {
        (self.handle.shared.inbox.is_quiet(), self.handle.shared.pool.alive())
    }
}
