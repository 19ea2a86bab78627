//! How is a runtime reached from any thread?
//!
//! Through a [`Handle`]: the runtime's shared parts. It spawns, enters the runtime, and
//! blocks on a future without driving the runtime.
//!
//! Interface: [`Handle`], [`EnterGuard`], [`RuntimeMetrics`]. Invariants: a handle never keeps a
//! runtime running; after its end it takes nothing and says so.
//!
//! tokio: `runtime/handle.rs` and `runtime/metrics/runtime.rs`.

use std::fmt;
use std::marker::PhantomData;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard};
use std::task::{Context, Poll};
use std::thread;

use futures_task::waker_ref;
use kettle_events::Id;

use super::context::{self, Shared, enter_block_on};
use super::spawn::{spawn_blocking_on, spawn_on};
use super::thread_parker::ThreadParker;
use crate::join::{JoinHandle, Stage};
use crate::tasks::{Scheduler, current};

/// The way to a runtime, from any thread.
#[derive(Clone)]
pub struct Handle {
    pub(super) shared: Arc<Shared>,
}

impl Handle {
    /// The entered runtime's.
    ///
    /// # Panics
    ///
    /// Where there is no runtime.
    #[track_caller]
    pub fn current() -> Handle {
        Handle { shared: context::shared(Arc::clone) }
    }

    /// The entered runtime's, if there is one.
    ///
    /// # Errors
    ///
    /// There is none here.
    pub fn try_current() -> Result<Handle, TryCurrentError> {
        context::try_shared(Arc::clone).map(|shared| Handle { shared }).ok_or(TryCurrentError(()))
    }

    /// Makes this runtime the entered one on this thread until the guard is dropped: `spawn`,
    /// timers and sockets then belong to it.
    pub fn enter(&self) -> EnterGuard<'_> {
        let depth = context::enter(self.shared.clone());
        EnterGuard { depth, handle: PhantomData, not_send: PhantomData }
    }

    /// Makes a future a task of this runtime, from any thread.
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        spawn_on(self.shared.parts.inbox.clone(), Stage::boxed(future))
    }

    /// Runs a closure on one of this runtime's threads for blocking work.
    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, work: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        spawn_blocking_on(&self.shared, Box::new(work))
    }

    /// Polls a future on this thread until it is ready. Unlike `Runtime::block_on` it does not
    /// drive the runtime: tasks, timers and sockets move only while some thread does.
    ///
    /// # Panics
    ///
    /// Inside another `block_on`; and with what `future` panics with.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let _inside = enter_block_on();
        let _entered = self.enter(); // also while `future` is dropped
        let mut future = Box::pin(future); // first, as in `spawn.rs`
        let parker = ThreadParker::new();
        loop {
            if let Poll::Ready(output) = poll_beside(future.as_mut(), &parker) {
                return output;
            }
            parker.park();
        }
    }
}

/// Polls a future on a thread that drives no runtime.
pub(super) fn poll_beside<F: Future>(
    future: Pin<&mut F>,
    parker: &Arc<ThreadParker>,
) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(&waker_ref(parker)))
}

impl UnwindSafe for Handle {}
impl RefUnwindSafe for Handle {}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").finish_non_exhaustive()
    }
}

/// There is no runtime here.
#[derive(Debug)]
pub struct TryCurrentError(());

impl fmt::Display for TryCurrentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is no runtime here: neither inside `block_on` nor under `Handle::enter`")
    }
}

impl std::error::Error for TryCurrentError {}

/// Keeps a runtime entered on this thread. To be dropped in the reverse order of entering.
#[must_use = "the runtime is entered only as long as the guard lives"]
#[derive(Debug)]
pub struct EnterGuard<'a> {
    depth: usize,
    handle: PhantomData<&'a Handle>,
    /// It belongs to this thread: `Sync`, but not `Send`, as a guard of a lock.
    not_send: PhantomData<MutexGuard<'static, ()>>,
}

impl Drop for EnterGuard<'_> {
    fn drop(&mut self) {
        let in_order = context::exit(self.depth);
        assert!(
            in_order || thread::panicking(),
            "guards of `enter` were dropped out of order: the last one taken goes first"
        );
    }
}

/// A runtime's own counts. Exact on the thread that drives it; elsewhere as of its last turn.
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
        current::with_scheduler(|scheduler| {
            let own = Arc::ptr_eq(&scheduler.inbox, &self.shared.parts.inbox);
            own.then(|| f(scheduler))
        })
        .flatten()
    }
}

impl RuntimeMetrics {
    /// How many threads run tasks: one.
    pub fn num_workers(&self) -> usize {
        1
    }

    /// How many tasks have been spawned and have not ended, without `block_on`'s own future.
    pub fn num_alive_tasks(&self) -> usize {
        let here = self.handle.with_scheduler(|scheduler| scheduler.alive);
        here.unwrap_or_else(|| self.handle.shared.parts.alive.load(Ordering::Relaxed))
    }

    /// How much room the runtime keeps for tasks, timers and sources, in entries. For the tests
    /// that watch it return after a burst; `None` on a thread that does not drive it.
    #[doc(hidden)]
    pub fn capacity(&self) -> Option<usize> {
        let tasks = self.handle.with_scheduler(|scheduler| scheduler.capacity())?;
        let shared = &self.handle.shared;
        let others =
            shared.parts.time.wheel().capacity() + shared.parts.sources.members().capacity();
        Some(tasks + others)
    }

    /// The tasks that wait, each with the number of references to it. For the doctor.
    #[doc(hidden)]
    pub fn waiting(&self) -> Vec<(Id, usize)> {
        self.handle.with_scheduler(|scheduler| scheduler.waiting()).unwrap_or_default()
    }

    /// The threads of the pool for blocking work, if they are idle: no job is out, and no message
    /// has come. For the doctor.
    #[doc(hidden)]
    pub fn idle_threads(&self) -> Option<usize> {
        let shared = &self.handle.shared;
        let jobs = shared.parts.blocking.load(Ordering::Acquire);
        let idle = jobs == 0 && shared.parts.inbox.len() == 0;
        idle.then(|| shared.pool.threads())
    }
}
