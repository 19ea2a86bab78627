//! How does a tracker count the tasks that it spawns?
//!
//! It spawns a future with a token beside it, by the doors of `task` and `runtime`.
//!
//! tokio: `tokio_util::task::TaskTracker`.

use super::task_tracker::TaskTracker;
use crate::runtime::Handle;
use crate::task::{self, JoinHandle, LocalSet};

/// Spawning counted tasks.
impl TaskTracker {
    /// Spawns a task on the current runtime and counts it until its future is dropped.
    ///
    /// tokio: `tokio_util::task::TaskTracker::spawn`.
    ///
    /// # Panics
    ///
    /// Outside a runtime, as [`spawn`](crate::spawn).
    ///
    /// ```
    /// # #[kettle::main]
    /// # async fn main() {
    /// let tracker = kettle::util::task::TaskTracker::new();
    /// let task = tracker.spawn(async { 1 });
    /// assert_eq!(tracker.len(), 1);
    /// assert_eq!(task.await.unwrap(), 1);
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        task::spawn(self.track_future(task))
    }

    /// As [`spawn`](TaskTracker::spawn), on the runtime of this handle.
    ///
    /// tokio: `tokio_util::task::TaskTracker::spawn_on`.
    #[track_caller]
    pub fn spawn_on<F>(&self, task: F, handle: &Handle) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        handle.spawn(self.track_future(task))
    }

    /// As [`spawn`](TaskTracker::spawn), on the current [`LocalSet`].
    ///
    /// tokio: `tokio_util::task::TaskTracker::spawn_local`.
    ///
    /// # Panics
    ///
    /// Outside a `LocalSet`, as [`spawn_local`](crate::task::spawn_local).
    #[track_caller]
    pub fn spawn_local<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        task::spawn_local(self.track_future(task))
    }

    /// As [`spawn`](TaskTracker::spawn), on this [`LocalSet`].
    ///
    /// tokio: `tokio_util::task::TaskTracker::spawn_local_on`.
    #[track_caller]
    pub fn spawn_local_on<F>(&self, task: F, local_set: &LocalSet) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        local_set.spawn_local(self.track_future(task))
    }

    /// Runs `task` on the current runtime's blocking pool and counts it until it has returned.
    ///
    /// tokio: `tokio_util::task::TaskTracker::spawn_blocking`.
    ///
    /// # Panics
    ///
    /// Outside a runtime, as [`spawn_blocking`](crate::task::spawn_blocking).
    #[track_caller]
    pub fn spawn_blocking<F, T>(&self, task: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        task::spawn_blocking(self.track_job(task))
    }

    /// As [`spawn_blocking`](TaskTracker::spawn_blocking), on the runtime of this handle.
    ///
    /// tokio: `tokio_util::task::TaskTracker::spawn_blocking_on`.
    #[track_caller]
    pub fn spawn_blocking_on<F, T>(&self, task: F, handle: &Handle) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        handle.spawn_blocking(self.track_job(task))
    }

    fn track_job<F: FnOnce() -> T, T>(&self, job: F) -> impl FnOnce() -> T + use<F, T> {
        let token = self.token();
        move || {
            let output = job();
            drop(token);
            output
        }
    }
}
