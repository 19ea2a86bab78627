//! Who is being polled on this thread, and who causes what happens now?
//!
//! While a task is polled it is the *running* one: wakes are its doing, and a waker that looks
//! like its own needs no cloning to be remembered. Between polls the loop says which of its steps
//! it is at.
//!
//! Interface: [`as_running`], [`own_task`], [`running_task`]; [`phase`], [`cause`]; [`defer`].
//! Invariants: what was running before (a local set's host) runs again afterwards, also after a
//! panic.
//!
//! tokio: the current task's id stands in its context; who woke whom is not recorded.

use std::cell::Cell;
use std::task::{Context, RawWakerVTable, Waker};

use crate::context::with_current;
use crate::event::{Cause, Deferral, Event, emit};
use crate::id::Id;
use crate::parked::Parked;
use crate::remote::HomeId;
use crate::task::Key;

/// A running task, and how its own waker looks.
#[derive(Clone, Copy)]
struct Running {
    home: HomeId,
    key: Key,
    waker: (*const (), &'static RawWakerVTable),
}

/// Who runs, and which step of the loop is being made where nobody does.
#[derive(Clone, Copy)]
pub(crate) struct Polling {
    running: Option<Running>,
    phase: Cause,
}

const NOBODY: Polling = Polling { running: None, phase: Cause::Engine };

thread_local! {
    static NOW: Cell<Polling> = const { Cell::new(NOBODY) };
}

/// Puts `now` in place for as long as the guard lives.
struct Until(Polling);

impl Until {
    #[inline]
    fn set(now: Polling) -> Until {
        Until(NOW.replace(now))
    }
}

impl Drop for Until {
    #[inline]
    fn drop(&mut self) {
        NOW.set(self.0);
    }
}

/// Polls a task as the running one.
#[inline]
pub(crate) fn as_running<R>(home: HomeId, key: Key, waker: &Waker, poll: impl FnOnce() -> R) -> R {
    let waker = (waker.data(), waker.vtable());
    let running = Some(Running { home, key, waker });
    let _until = Until::set(Polling { running, phase: Cause::Engine });
    poll()
}

/// Makes one step of the loop under its name.
pub(crate) fn phase<R>(phase: Cause, step: impl FnOnce() -> R) -> R {
    let _until = Until::set(Polling { running: None, phase });
    step()
}

fn running() -> Option<Running> {
    NOW.try_with(Cell::get).ok().and_then(|now| now.running)
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
pub(crate) fn cause() -> Cause {
    let now = NOW.try_with(Cell::get).unwrap_or(NOBODY);
    now.running.map_or(now.phase, |running| Cause::Task(running.key.id))
}

/// Nobody runs: an engine is being seated.
pub(crate) fn set_aside() -> Polling {
    NOW.replace(NOBODY)
}

/// The engine has left its seat.
pub(crate) fn put_back(before: Polling) {
    NOW.set(before);
}

/// Puts a wake-up off. One of our tasks that yields goes to the end of the run queue at once.
/// Everything else waits for the end of this step of the loop: a foreign waker (a combinator that
/// polls its children as soon as they wake would spin without end), a spent budget.
pub fn defer(cx: &Context<'_>, why: Deferral) {
    if why == Deferral::Yield && own_task(cx.waker()).is_some() {
        cx.waker().wake_by_ref();
        return;
    }
    emit(Event::Defer { why });
    let mut parked = Some(Parked::new(cx));
    with_current(|engine| engine.deferred.extend(parked.take()));
    if let Some(parked) = parked {
        parked.wake(); // no engine here that could do it later
    }
}
