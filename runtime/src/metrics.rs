//! What does a runtime count of itself?
//!
//! tokio: `runtime/metrics/runtime.rs`; here the counts that mean something on one thread.

use std::sync::atomic::Ordering;

use crate::context::engine_if_seated;
use crate::handle::Handle;

/// A runtime's own counts. Exact on the thread that drives it; elsewhere as of its last turn.
///
/// tokio: `tokio::runtime::RuntimeMetrics`.
///
/// ```
/// # #[kettle::main]
/// # async fn main() {
/// let handle = kettle::runtime::Handle::current();
/// let task = kettle::spawn(std::future::pending::<()>());
/// assert_eq!(handle.metrics().num_alive_tasks(), 1);
/// task.abort();
/// assert!(task.await.is_err());
/// assert_eq!(handle.metrics().num_alive_tasks(), 0);
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct RuntimeMetrics {
    handle: Handle,
}

impl Handle {
    /// The runtime's counts.
    pub fn metrics(&self) -> RuntimeMetrics {
        RuntimeMetrics { handle: self.clone() }
    }
}

impl RuntimeMetrics {
    /// How many threads run tasks: one.
    pub fn num_workers(&self) -> usize {
        1
    }

    /// How much room the runtime keeps for tasks, timers and wakers, in entries. For the tests that
    /// watch it return after a burst; `None` where the runtime is not seated.
    #[doc(hidden)]
    pub fn capacity(&self) -> Option<usize> {
        engine_if_seated(self.handle.shared.remote.home, |engine| {
            let wakers = engine.deferred.step.capacity() + engine.due.capacity();
            let unclaimed = engine.shared.remote.finished.lock().capacity();
            let tasks = engine.scheduler.capacity() + unclaimed;
            tasks + engine.timers.capacity() + engine.reactor.capacity() + wakers
        })
    }

    /// How many tasks have been spawned and have not ended, without `block_on`'s own future.
    pub fn num_alive_tasks(&self) -> usize {
        let shared = &self.handle.shared;
        let here = engine_if_seated(shared.remote.home, |engine| engine.scheduler.alive);
        here.unwrap_or_else(|| shared.alive.load(Ordering::Relaxed))
    }

    /// The threads of the pool for blocking work, if they are idle: no job is out. For the doctor.
    #[doc(hidden)]
    pub fn idle_threads(&self) -> Option<usize> {
        let shared = &self.handle.shared;
        let idle = shared.blocking_out.load(Ordering::Relaxed) == 0;
        idle.then(|| shared.pool.threads())
    }
}
