//! Who owns a runtime, and what can its owner do?

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

/// A runtime: tasks, timers, sockets, and the loop that serves them.
///
/// It works while a thread is inside [`block_on`](Runtime::block_on); one of
/// `Builder::new_multi_thread` (feature `rt-multi-thread`) always does. Dropping it drops
/// every task and waits until its blocking jobs are done, also the queued ones.
///
/// tokio: `tokio::runtime::Runtime`, of the current-thread kind.
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
    /// Dropped first. It keeps the engine, too, as long as it drives it.
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

    /// Gives it a keeper.
    #[cfg(feature = "rt-multi-thread")]
    pub(super) fn with_keeper(mut self, start: &StartThread) -> io::Result<Runtime> {
        self.keeper = Some(Keeper::start(&self.engine, start)?);
        Ok(self)
    }

    /// Drives the runtime on this thread until `future` is ready. If another thread drives it at
    /// the moment, this one polls only `future`, and takes the runtime over when the other leaves.
    ///
    /// # Panics
    ///
    /// Inside another `block_on`, and with what `future` panics with; the runtime stays usable.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        #[cfg(feature = "rt-multi-thread")]
        if let Some(keeper) = &self.keeper {
            return keeper.block_on(&self.engine, future);
        }
        self.engine.block_on(future)
    }

    /// The runtime's address, for other threads.
    pub fn handle(&self) -> &Handle {
        #[cfg(feature = "rt-multi-thread")]
        if let Some(keeper) = &self.keeper {
            keeper.begin();
        }
        self.engine.handle()
    }

    /// The runtime's counts.
    ///
    /// ```
    /// let runtime = kettle::runtime::Runtime::new()?;
    /// assert_eq!(runtime.metrics().num_workers(), 1);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn metrics(&self) -> RuntimeMetrics {
        self.handle().metrics()
    }

    /// Makes a future a task of this runtime. It runs while the runtime works.
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.handle().spawn(future)
    }

    /// Runs a closure on one of this runtime's threads for blocking work.
    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, work: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        self.handle().spawn_blocking(work)
    }

    /// Makes this the entered runtime on this thread until the guard is dropped.
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

    /// Ends the runtime: every task is dropped, and blocking jobs are awaited, at most for
    /// `duration`. Those that are not done by then go on without it.
    ///
    /// # Panics
    ///
    /// In async code, unless `duration` is zero: the wait would block the loop's thread.
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
            keeper.leave(Some(duration));
        }
        if let Some(engine) = Arc::into_inner(self.engine) {
            engine.shut_down(Some(duration.saturating_sub(begun.elapsed())));
        }
    }

    /// Ends the runtime without waiting for blocking jobs. May be called in async code.
    pub fn shutdown_background(self) {
        self.shutdown_timeout(Duration::ZERO);
    }
}

// Here, because a set knows of no runtime.
impl LocalSet {
    /// [`run_until`](LocalSet::run_until) as the runtime's own future.
    ///
    /// # Panics
    ///
    /// As [`Runtime::block_on`].
    #[track_caller]
    pub fn block_on<F: Future>(&self, rt: &Runtime, future: F) -> F::Output {
        rt.block_on(self.run_until(future))
    }
}
