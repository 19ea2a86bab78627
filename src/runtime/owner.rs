//! What can the owner of a runtime do with it?
//!
//! Drive it, spawn on it, enter it, and end it: by a drop, or by a shutdown that waits less long.

#[cfg(feature = "rt-multi-thread")]
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

#[cfg(feature = "rt-multi-thread")]
use kettle_runtime::StartThread;
use kettle_runtime::{EnterGuard, Handle, JoinHandle, RuntimeMetrics, is_in_block_on};

#[cfg(feature = "rt-multi-thread")]
use super::keeper::Keeper;
use crate::task::LocalSet;

/// A runtime: tasks, timers, sockets, and the loop that drives them.
///
/// A runtime works while a thread is inside [`block_on`](Runtime::block_on); one made by
/// `Builder::new_multi_thread` (feature `rt-multi-thread`) always works. Dropping it drops every
/// task and waits for its blocking jobs, including queued ones.
///
/// tokio: `tokio::runtime::Runtime` of the current-thread kind.
///
/// ```
/// use kettle::runtime::Runtime;
///
/// let runtime = Runtime::new()?;
/// let task = runtime.spawn(async { 6 * 7 });
/// assert_eq!(runtime.block_on(task).unwrap(), 42);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Runtime {
    /// Dropped first, because the keeper keeps the engine alive while driving it.
    #[cfg(feature = "rt-multi-thread")]
    keeper: Option<Keeper>,
    engine: Arc<kettle_runtime::Runtime>,
}

impl Runtime {
    pub(super) fn of(engine: kettle_runtime::Runtime) -> Runtime {
        Runtime {
            #[cfg(feature = "rt-multi-thread")]
            keeper: None,
            engine: Arc::new(engine),
        }
    }

    /// Starts a keeper for this runtime.
    #[cfg(feature = "rt-multi-thread")]
    pub(super) fn with_keeper(mut self, start: &StartThread) -> io::Result<Runtime> {
        self.keeper = Some(Keeper::start(&self.engine, start)?);
        Ok(self)
    }

    /// Drives the runtime on this thread until `future` is ready. While another thread is driving
    /// it, this one polls only `future`; it takes over when the other leaves.
    ///
    /// # Panics
    ///
    /// If called inside another `block_on`, or if `future` panics; the runtime stays usable.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        #[cfg(feature = "rt-multi-thread")]
        let future = Box::pin(future); // each call below would have a copy of it on the stack
        #[cfg(feature = "rt-multi-thread")]
        if let Some(keeper) = &self.keeper {
            return keeper.block_on(&self.engine, future);
        }
        self.engine.block_on(future)
    }

    /// Returns the runtime's handle, for other threads.
    pub fn handle(&self) -> &Handle {
        #[cfg(feature = "rt-multi-thread")]
        if let Some(keeper) = &self.keeper {
            keeper.begin();
        }
        self.engine.handle()
    }

    /// Returns the runtime's counts.
    ///
    /// ```
    /// let runtime = kettle::runtime::Runtime::new()?;
    /// assert_eq!(runtime.metrics().num_workers(), 1);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn metrics(&self) -> RuntimeMetrics {
        self.handle().metrics()
    }

    /// Spawns a future as a task of this runtime.
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.handle().spawn(future)
    }

    /// Runs a closure on this runtime's blocking pool.
    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, work: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        self.handle().spawn_blocking(work)
    }

    /// Enters this runtime on this thread until the guard is dropped.
    ///
    /// ```
    /// use kettle::runtime::Runtime;
    ///
    /// let runtime = Runtime::new()?;
    /// let _guard = runtime.enter();
    /// let task = kettle::spawn(async { "later" });
    /// assert_eq!(runtime.block_on(task).unwrap(), "later");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn enter(&self) -> EnterGuard<'_> {
        self.handle().enter()
    }

    /// Ends the runtime: drops every task and waits for blocking jobs, but no longer than
    /// `duration`. Jobs that aren't done by then carry on without it.
    ///
    /// # Panics
    ///
    /// If called in async code, where it would block the loop's thread, unless `duration` is zero.
    ///
    /// ```
    /// use std::time::Duration;
    /// let runtime = kettle::runtime::Runtime::new()?;
    /// runtime.spawn(std::future::pending::<()>());
    /// runtime.shutdown_timeout(Duration::from_secs(1));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn shutdown_timeout(self, duration: Duration) {
        if !duration.is_zero() && is_in_block_on() {
            return drop(self); // which panics
        }
        let begun = Instant::now();
        #[cfg(feature = "rt-multi-thread")]
        if let Some(keeper) = &self.keeper {
            keeper.stop(Some(duration));
        }
        if let Some(engine) = Arc::into_inner(self.engine) {
            engine.shut_down(Some(duration.saturating_sub(begun.elapsed())));
        }
    }

    /// Ends the runtime without waiting for blocking jobs. It can be called in async code.
    pub fn shutdown_background(self) {
        self.shutdown_timeout(Duration::ZERO);
    }
}

// This impl is here because `LocalSet` doesn't know about runtimes.
impl LocalSet {
    /// Awaits [`run_until`](LocalSet::run_until) in [`Runtime::block_on`].
    #[track_caller]
    pub fn block_on<F: Future>(&self, rt: &Runtime, future: F) -> F::Output {
        rt.block_on(self.run_until(Box::pin(future))) // no call has a copy of it on the stack
    }
}
