//! How is a runtime reached from any thread?
//!
//! Through a [`Handle`]: the runtime's shared parts. It spawns (by letter, where the engine is not
//! seated), makes the runtime current, and blocks on a future without driving the engine.
//!
//! Interface: [`Handle`], [`EnterGuard`], [`enter_block_on`]. Invariants: a handle never keeps a
//! runtime running; after its end it takes nothing and says so.
//!
//! tokio: `runtime/handle.rs`.

use std::fmt;
use std::marker::PhantomData;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::{Pin, pin};
use std::sync::{Arc, MutexGuard};
use std::task::{Context, Poll};
use std::thread;

use futures_task::waker_ref;

use crate::blocking;
use crate::current;
use crate::join::JoinHandle;
use crate::parker::Parker;
use crate::runtime::Shared;
use crate::spawn::spawn_on;

/// A runtime's address: cheap to clone, usable from any thread, outlives the runtime.
///
/// tokio: `tokio::runtime::Handle`.
///
/// ```
/// # #[kettle::main]
/// # async fn main() {
/// use kettle::runtime::Handle;
///
/// let handle = Handle::current();
/// let thread = std::thread::spawn(move || handle.spawn(async { "from another thread" }));
/// let task = thread.join().unwrap();
/// assert_eq!(task.await.unwrap(), "from another thread");
/// # }
/// ```
#[derive(Clone)]
pub struct Handle {
    pub(crate) shared: Arc<Shared>,
}

impl Handle {
    /// The current runtime's.
    ///
    /// # Panics
    ///
    /// Where there is no runtime.
    #[track_caller]
    pub fn current() -> Handle {
        Handle { shared: current::shared(Arc::clone) }
    }

    /// The current runtime's, if there is one.
    ///
    /// # Errors
    ///
    /// There is none here.
    pub fn try_current() -> Result<Handle, TryCurrentError> {
        current::try_shared(Arc::clone).map(|shared| Handle { shared }).ok_or(TryCurrentError(()))
    }

    /// Makes this runtime the current one on this thread until the guard is dropped: `spawn`,
    /// timers and sockets then belong to it.
    pub fn enter(&self) -> EnterGuard<'_> {
        let depth = current::enter(self.shared.clone());
        EnterGuard { depth, handle: PhantomData, not_send: PhantomData }
    }

    /// Makes a future a task of this runtime, from any thread.
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        spawn_on(&self.shared, future)
    }

    /// Runs a closure on one of this runtime's threads for blocking work.
    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, work: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        blocking::spawn_on(&self.shared, work)
    }

    /// Polls a future on this thread until it is ready. Unlike `Runtime::block_on` it does not
    /// drive the runtime: tasks, timers and sockets move only while some thread does.
    ///
    /// # Panics
    ///
    /// Inside of another `block_on`; and with what `future` panics with.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let _inside = enter_block_on();
        let _entered = self.enter(); // also while `future` is dropped
        let mut future = pin!(future);
        let parker = Parker::new();
        loop {
            if let Poll::Ready(output) = poll_beside(future.as_mut(), &parker) {
                return output;
            }
            parker.park();
        }
    }
}

/// Polls a future on a thread that drives no engine.
pub(crate) fn poll_beside<F: Future>(future: Pin<&mut F>, parker: &Arc<Parker>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(&waker_ref(parker)))
}

impl UnwindSafe for Handle {}
impl RefUnwindSafe for Handle {}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").field("home", &self.shared.remote.home).finish_non_exhaustive()
    }
}

/// There is no runtime here.
///
/// tokio: `tokio::runtime::TryCurrentError`.
#[derive(Debug)]
pub struct TryCurrentError(());

impl fmt::Display for TryCurrentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is no runtime here: neither inside `block_on` nor under `Handle::enter`")
    }
}

impl std::error::Error for TryCurrentError {}

/// Keeps a runtime current on this thread. To be dropped in the reverse order of entering.
///
/// tokio: `tokio::runtime::EnterGuard`.
#[must_use = "the runtime is current only as long as the guard lives"]
#[derive(Debug)]
pub struct EnterGuard<'a> {
    depth: usize,
    handle: PhantomData<&'a Handle>,
    /// It belongs to this thread: `Sync`, but not `Send`, as a guard of a lock.
    not_send: PhantomData<MutexGuard<'static, ()>>,
}

impl Drop for EnterGuard<'_> {
    fn drop(&mut self) {
        let in_order = current::exit(self.depth);
        assert!(
            in_order || thread::panicking(),
            "guards of `enter` were dropped out of order: the last one taken goes first"
        );
    }
}

/// Marks the thread as inside a `block_on`, where no second one may begin.
#[track_caller]
pub(crate) fn enter_block_on() -> impl Drop {
    assert!(
        !current::is_in_block_on(),
        "`block_on` was called inside of a `block_on`: it would block the thread that drives the \
         runtime. In async code, `.await` the future, or `spawn` it"
    );
    current::enter_block_on()
}
