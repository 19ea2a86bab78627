//! How can any thread reach a runtime?
//!
//! Through a [`Handle`], which holds the runtime's shared parts. It spawns tasks, enters the
//! runtime, and blocks on a future without driving the runtime. A handle never keeps a runtime
//! running, and once the runtime has ended, the handle refuses everything and says so.
//!
//! Interface: [`Handle`], [`EnterGuard`]; [`RuntimeId`], [`RuntimeFlavor`].

use std::convert::Infallible;
use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::pin;
use std::sync::{Arc, MutexGuard};
use std::task::Context;

use futures_task::waker_ref;
use kettle_events::Id;

use super::context::{self, Entered, enter_block_on};
use super::shared::Shared;
use super::spawn::{spawn_job, spawn_on};
use super::thread_parker::ThreadParker;
use crate::base::own_waker;
use crate::executor::Main;
use crate::join::{JoinHandle, Stage};
use crate::tasks::budget::wake_deferred;
use crate::tasks::poll::poll_alone;

/// Gives access to a runtime from any thread.
#[derive(Clone, Debug)]
pub struct Handle {
    pub(super) shared: Arc<Shared>,
}

impl Handle {
    /// The handle of the entered runtime.
    ///
    /// # Panics
    ///
    /// If there is no runtime.
    #[track_caller]
    pub fn current() -> Handle {
        Handle { shared: context::shared(Arc::clone) }
    }

    /// The handle of the entered runtime, if there is one.
    ///
    /// # Errors
    ///
    /// No runtime is entered.
    pub fn try_current() -> Result<Handle, TryCurrentError> {
        context::try_shared(Arc::clone).map(|shared| Handle { shared }).ok_or(TryCurrentError(()))
    }

    /// Makes this runtime the entered one on this thread until the guard is dropped, so that
    /// `spawn`, timers and sockets use it.
    pub fn enter(&self) -> EnterGuard<'_> {
        EnterGuard { _entered: context::enter(self.shared.clone()), belongs: PhantomData }
    }

    /// Turns a future into a task of this runtime, from any thread.
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        spawn_on(self.shared.inbox.clone(), Stage::boxed(future))
    }

    /// Runs a closure on one of this runtime's threads for blocking work.
    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, work: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        spawn_job(&self.shared, Box::new(work)).unwrap_or_else(|refused| refused)
    }

    /// Polls a future on this thread until it is ready. Unlike `Runtime::block_on` it doesn't drive
    /// the runtime, so tasks, timers and sockets make progress only while some thread drives it.
    ///
    /// # Panics
    ///
    /// Inside another `block_on`, or if `future` panics.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let future = Box::pin(future); // before any call takes it by value: see `spawn.rs`
        self.output_of(future, |future| {
            let Ok(()) = poll_here(future, &ThreadParker::new(), || None::<Infallible>);
        })
    }

    /// What every `block_on` does: enters the runtime, and lets `run` poll the future to its end.
    #[track_caller]
    pub(super) fn output_of<F: Future>(&self, future: F, run: impl FnOnce(Main<'_>)) -> F::Output {
        let _inside = enter_block_on();
        let _entered = self.enter();
        let (mut future, mut output) = (pin!(future), None); // dropped before the runtime is left
        run(pin!(poll_fn(|cx| future.as_mut().poll(cx).map(|ready| output = Some(ready)))));
        output.expect("it has come to its end")
    }

    /// The runtime's number, which no other runtime has.
    pub fn id(&self) -> RuntimeId {
        RuntimeId(self.shared.id)
    }

    /// The runtime's name, if its builder gave it one.
    pub fn name(&self) -> Option<&str> {
        self.shared.name.as_deref()
    }

    /// The runtime's kind: there is only one.
    pub fn runtime_flavor(&self) -> RuntimeFlavor {
        RuntimeFlavor::CurrentThread
    }
}

/// Polls a future on this thread, sleeping in between, until it is ready or `instead` has a value.
pub(super) fn poll_here<T>(
    mut future: Main<'_>,
    parker: &Arc<ThreadParker>,
    instead: impl Fn() -> Option<T>,
) -> Result<(), T> {
    let waker = waker_ref(parker);
    let _own = own_waker(&waker);
    loop {
        instead().map_or(Ok(()), Err)?;
        let polled = poll_alone(|| future.as_mut().poll(&mut Context::from_waker(&waker)));
        if polled.is_ready() {
            return Ok(());
        }
        // Inside a drop at a runtime's end, the loop can't call them: it waits for this call's end.
        wake_deferred();
        parker.park();
    }
}

/// The number of a runtime or a local set, unique for the life of the process.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RuntimeId(Id);

impl RuntimeId {
    #[doc(hidden)]
    pub fn next() -> RuntimeId {
        RuntimeId(Id::next())
    }

    /// Its id in events.
    #[doc(hidden)]
    pub fn id(self) -> Id {
        self.0
    }
}

impl fmt::Debug for RuntimeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for RuntimeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The kind of a runtime.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RuntimeFlavor {
    /// One thread runs the tasks. All of kettle's runtimes are of this kind.
    CurrentThread,
    /// Several threads run the tasks. kettle has no such runtime.
    MultiThread,
}

/// The error if no runtime is entered.
#[derive(Debug)]
pub struct TryCurrentError(());

impl TryCurrentError {
    /// Is the reason that no runtime was entered? It always is.
    pub fn is_missing_context(&self) -> bool {
        true
    }

    /// Is the reason that the thread is ending? It never is, since the thread-local outlives it.
    pub fn is_thread_local_destroyed(&self) -> bool {
        false
    }
}

impl fmt::Display for TryCurrentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is no runtime here: neither inside `block_on` nor under `Handle::enter`")
    }
}

impl std::error::Error for TryCurrentError {}

/// Keeps a runtime entered on this thread. Guards must be dropped in the reverse order of entering.
#[must_use = "the runtime is entered only as long as the guard lives"]
#[derive(Debug)]
pub struct EnterGuard<'a> {
    _entered: Entered,
    /// Ties the guard to a handle and this thread: `Sync` but not `Send`, like a lock's guard.
    belongs: PhantomData<(&'a Handle, MutexGuard<'static, ()>)>,
}
