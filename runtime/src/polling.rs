//! Who is being polled on this thread, and who causes what happens now?
//!
//! While a task is polled it is the *running* one: wakes are its doing, and a waker that looks
//! like its own needs no cloning to be remembered. Between polls the loop says which of its steps
//! it is at.
//!
//! Interface: [`as_running`], [`own_task`], [`running_task`]; [`phase`], [`cause`].
//! Invariants: what was running before (a local set's host) runs again afterwards, also after a
//! panic.
//!
//! tokio: the current task's id stands in its context; who woke whom is not recorded.

use std::cell::Cell;
use std::task::{RawWakerVTable, Waker};

use crate::event::Cause;
use crate::id::Id;
use crate::remote::HomeId;
use crate::task::Key;

/// Who causes what happens now.
#[derive(Clone, Copy)]
pub(crate) enum Now {
    /// This task, which is being polled.
    Running(RunningTask),
    /// This step of the loop.
    Step(Cause),
}

/// A running task, and how its own waker looks.
#[derive(Clone, Copy)]
pub(crate) struct RunningTask {
    home: HomeId,
    key: Key,
    waker: (*const (), &'static RawWakerVTable),
}

const NOBODY: Now = Now::Step(Cause::Engine);

thread_local! {
    static NOW: Cell<Now> = const { Cell::new(NOBODY) };
}

/// Puts back what was, when the guard is dropped.
struct Before(Now);

impl Drop for Before {
    #[inline]
    fn drop(&mut self) {
        NOW.set(self.0);
    }
}

/// Polls a task as the running one.
#[inline]
pub(crate) fn as_running<R>(home: HomeId, key: Key, waker: &Waker, poll: impl FnOnce() -> R) -> R {
    let waker = (waker.data(), waker.vtable());
    let _before = Before(NOW.replace(Now::Running(RunningTask { home, key, waker })));
    poll()
}

/// Makes one step of the loop under its name.
pub(crate) fn phase<R>(cause: Cause, step: impl FnOnce() -> R) -> R {
    let _before = Before(NOW.replace(Now::Step(cause)));
    step()
}

#[inline]
fn running() -> Option<RunningTask> {
    match NOW.try_with(Cell::get) {
        Ok(Now::Running(running)) => Some(running),
        _ => None,
    }
}

/// If `waker` is the running task's own: that task. Address and table are compared; the header at
/// that address is alive, because the executor holds it during the poll.
#[inline]
pub(crate) fn own_task(waker: &Waker) -> Option<(HomeId, Key)> {
    let running = running()?;
    let (data, vtable) = running.waker;
    let own = waker.data() == data && std::ptr::eq(waker.vtable(), vtable);
    own.then_some((running.home, running.key))
}

/// The id of the task that is being polled on this thread.
pub fn running_task() -> Option<Id> {
    running().map(|running| running.key.id)
}

/// Who causes what happens at this moment on this thread.
#[inline]
pub(crate) fn cause() -> Cause {
    match NOW.try_with(Cell::get).unwrap_or(NOBODY) {
        Now::Running(running) => Cause::Task(running.key.id),
        Now::Step(cause) => cause,
    }
}

/// Nobody runs: an engine is being seated.
pub(crate) fn set_aside() -> Now {
    NOW.replace(NOBODY)
}

/// The engine has left its seat.
pub(crate) fn put_back(before: Now) {
    NOW.set(before);
}
