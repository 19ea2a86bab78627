//! How does a whole runtime run futures that aren't `Send`?
//!
//! A [`LocalRuntime`] is a [`Runtime`] with a [`LocalSet`] of its own, and its `block_on` runs
//! both. While the runtime is entered on its thread, `spawn_local` uses that set
//! (`task/spawn_local.rs`). So it also works in tasks made by `spawn` and under `enter`.
//!
//! Interface: [`LocalRuntime`], [`LocalOptions`]. Invariants: a `LocalRuntime` never leaves its
//! thread. Its local tasks are dropped before the runtime, while the runtime is entered.
//!
//! tokio: in `runtime/local_runtime/` local tasks are in the runtime's own queue. Here `block_on`'s
//! future polls them, at most 61 in one poll.

use std::fmt;
use std::marker::PhantomData;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::time::Duration;

use kettle_runtime::{EnterGuard, Handle, JoinHandle, RuntimeMetrics};

use super::owner::Runtime;
use crate::task::LocalSet;
use crate::task::spawn_local::Registration;

/// A runtime for futures that need not be `Send`.
///
/// It is driven and dropped on the thread that made it. Otherwise, it works like [`Runtime`].
///
/// ```
/// use std::rc::Rc;
/// use kettle::runtime::LocalRuntime;
///
/// let runtime = LocalRuntime::new()?;
/// let sum = runtime.block_on(async {
///     let cup = Rc::new(40);
///     2 + kettle::task::spawn_local(async move { *cup }).await.unwrap()
/// });
/// assert_eq!(sum, 42);
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct LocalRuntime {
    // Dropped first.
    local: Local,
    runtime: Runtime,
}

/// The local tasks, and the entry by which `spawn_local` finds them.
struct Local {
    set: LocalSet,
    handle: Handle,
    _registration: Registration,
}

/// Options for a [`LocalRuntime`] only. So far there are none.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct LocalOptions {
    /// Makes it `!Send`, as tokio's is.
    not_send: PhantomData<*mut u8>,
}

impl LocalRuntime {
    /// Adds a local set to a runtime.
    pub(super) fn of(runtime: Runtime) -> LocalRuntime {
        let (set, handle) = (LocalSet::new(), runtime.handle().clone());
        let registration = Registration::new(&set, handle.id());
        LocalRuntime { local: Local { set, handle, _registration: registration }, runtime }
    }

    /// Spawns a future as a task of this runtime, which runs while the thread is inside `block_on`.
    #[track_caller]
    pub fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        self.local.set.spawn_local(future)
    }

    /// Drives the runtime on this thread until `future` is ready, like [`Runtime::block_on`].
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(self.local.set.run_until(future))
    }

    /// Runs a closure on this runtime's blocking pool.
    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, func: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        self.runtime.spawn_blocking(func)
    }

    /// Returns the runtime's handle, through which other threads spawn futures that are `Send`.
    pub fn handle(&self) -> &Handle {
        self.runtime.handle()
    }

    /// Returns the runtime's counts, not including local tasks.
    pub fn metrics(&self) -> RuntimeMetrics {
        self.runtime.metrics()
    }

    /// Enters this runtime, including for `spawn_local`, until the guard is dropped.
    ///
    /// ```
    /// let runtime = kettle::runtime::LocalRuntime::new()?;
    /// let _guard = runtime.enter();
    /// let task = kettle::task::spawn_local(async { "later" });
    /// assert_eq!(runtime.block_on(task).unwrap(), "later");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn enter(&self) -> EnterGuard<'_> {
        self.runtime.enter()
    }

    /// Ends the runtime, as [`Runtime::shutdown_timeout`] does.
    pub fn shutdown_timeout(self, duration: Duration) {
        let LocalRuntime { local, runtime } = self;
        drop(local);
        runtime.shutdown_timeout(duration);
    }

    /// Ends the runtime without waiting for blocking jobs. It can be called in async code.
    pub fn shutdown_background(self) {
        self.shutdown_timeout(Duration::ZERO);
    }
}

/// Drops every local task while the runtime is entered.
impl Drop for Local {
    fn drop(&mut self) {
        let _entered = self.handle.enter();
        self.set.end();
    }
}

impl UnwindSafe for LocalRuntime {}
impl RefUnwindSafe for LocalRuntime {}

impl fmt::Debug for LocalRuntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalRuntime").field("runtime", &self.runtime).finish_non_exhaustive()
    }
}
