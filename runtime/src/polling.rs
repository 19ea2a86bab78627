//! Who is being polled on this thread, and who causes what happens now?
//!
//! While a task is polled it is the *running* one: wakes are its doing, and a waker that looks
//! like its own needs no cloning to be remembered. Between polls the loop says which of its steps
//! it is at.
//!
//! Interface: [`in_a_row`] and [`run`], [`poll_box`], [`own_task`], [`poll_again`] and [`again`],
//! [`running_task`]; [`step`], [`phase`], [`cause`]; for the seat [`set_aside`], [`put_back`].
//! Invariants: what was running before (a local set's host) runs again after a row of polls, also
//! after a panic. Within the row nobody tidies up: the next poll writes over the last one's traces,
//! which saves (with the seat found once per turn) a sixth of a yield. So after its poll a task
//! counts as running until the next one begins or [`step`] is called; `task.rs: put_back` relies
//! on it ([`again`]).
//!
//! tokio: the current task's id stands in its context; who woke whom is not recorded.

use std::cell::Cell;
use std::pin::Pin;
use std::task::{Context, RawWakerVTable, Waker};

use crate::budget;
use crate::event::{Cause, Outcome};
use crate::id::Id;
use crate::remote::HomeId;
use crate::stage::Task;
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
    key: Key,
    waker: (*const (), &'static RawWakerVTable),
    /// Has it woken itself in this poll, by [`poll_again`]?
    again: bool,
}

const NOBODY: Now = Now::Step(Cause::Engine);

thread_local! {
    static NOW: Cell<Now> = const { Cell::new(NOBODY) };
    /// The home of the running task; without one it says nothing. Beside `NOW`, because it is
    /// written once for a whole row of polls.
    static HOME: Cell<Option<HomeId>> = const { Cell::new(None) };
}

/// Puts back what was, when the guard is dropped.
struct Before(Now);

impl Drop for Before {
    #[inline]
    fn drop(&mut self) {
        NOW.set(self.0);
    }
}

/// Around polls of one home's tasks that follow one another: when the guard is dropped, who was
/// running before runs again, with the budget that it had left.
pub(crate) fn in_a_row(home: HomeId) -> Outer {
    let home = HOME.replace(Some(home));
    Outer { home, _now: Before(NOW.get()), _budget: budget::put_aside() }
}

/// What is put back after a row of polls.
pub(crate) struct Outer {
    home: Option<HomeId>,
    _now: Before,
    _budget: budget::Before,
}

impl Drop for Outer {
    fn drop(&mut self) {
        HOME.set(self.home);
    }
}

/// From here on this is the running task, with a budget of its own.
#[inline]
pub(crate) fn run(key: Key, waker: &Waker) {
    let waker = (waker.data(), waker.vtable());
    NOW.set(Now::Running(RunningTask { key, waker, again: false }));
    budget::renew();
}

/// A task's poll; of one whose end was asked for, that end.
pub(crate) fn poll_box<T: Task + ?Sized>(
    task: Pin<&mut T>,
    id: Id,
    cancelled: bool,
    cx: &mut Context<'_>,
) -> Outcome {
    if cancelled { task.cancel(id) } else { task.poll(id, cx) }
}

/// Between two polls of a row: from here on nobody runs, and this causes what happens.
#[inline]
pub(crate) fn step(cause: Cause) {
    NOW.set(Now::Step(cause));
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
/// that address is alive: the executor holds it during the poll, its slot from then to [`step`].
#[inline]
pub(crate) fn own_task(waker: &Waker) -> Option<(HomeId, Key)> {
    let running = running()?;
    let home = HOME.try_with(Cell::get).ok()??;
    running.is_polled_with(waker).then_some((home, running.key))
}

impl RunningTask {
    #[inline]
    fn is_polled_with(&self, waker: &Waker) -> bool {
        let (data, vtable) = self.waker;
        waker.data() == data && std::ptr::eq(waker.vtable(), vtable)
    }
}

/// If `waker` is the running task's own: it is polled once more after this poll. That is a wake,
/// but it need not go through the engine, which saves a quarter of a yield.
#[inline]
pub(crate) fn poll_again(waker: &Waker) -> bool {
    let Some(running) = running().filter(|running| running.is_polled_with(waker)) else {
        return false;
    };
    NOW.set(Now::Running(RunningTask { again: true, ..running }));
    true
}

/// Has the running task called [`poll_again`] in this poll?
#[inline]
pub(crate) fn again() -> bool {
    running().is_some_and(|running| running.again)
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

/// The engine has left its seat: what was before is again.
pub(crate) fn put_back(before: Now) {
    NOW.set(before);
}
