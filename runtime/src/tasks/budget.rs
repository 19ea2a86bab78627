//! How many operations may one poll make, and which wakers are called later?
//!
//! A poll of a task has a *budget* of 128 units ([`UNITS`]), and each operation of a primitive that
//! makes progress spends one. When none is left, the primitive returns `Pending` although it could
//! go on, and the task's waker is *deferred*: the loop calls it after this turn's polls. So timers,
//! sockets and other tasks get a turn, and the awaiting code doesn't notice.
//!
//! [`defer`] also serves a task that yields, and one that has moved the paused clock, to let the
//! woken tasks run. If a yield woke its task at once, timers and sockets would wait until this
//! turn's polls are used up, and a combinator that polls children as soon as they wake would spin.
//!
//! Interface: [`poll_proceed`] and [`Permit`], [`has_remaining`], [`with_unconstrained`];
//! [`remaining`] and [`set_remaining`]; [`defer`], [`let_urgent_run`]; `wake_deferred`, phase 2 of
//! a turn. Invariants: a `Pending` is free, as it drops the permit. Outside of tasks and `block_on`
//! there is no limit. A waker deferred during the polls is called in the same turn unless 1,024 are
//! ahead of it; one deferred later in the next, and the loop doesn't park before that.
//!
//! A foreign executor that blocks *inside* a task (`futures::executor::block_on`) spends the task's
//! budget and then waits for a deferred waker that the blocked loop can't call. So it hangs, here
//! and in tokio: run such code with `spawn_blocking`.

use std::future::poll_fn;
use std::mem;
use std::task::{Context, Poll, Waker};

use kettle_events::{Cause, Deferral, Event, Point, Shows, emit_counted};

use super::current::with_scheduler;
use super::schedule::{PER_PHASE, choose, wake_some};
use super::scope::{PollScope, SCOPE, UNLIMITED, caused_by};
use super::sink::flush_if_live;

/// Operations per poll of a task.
pub const UNITS: u8 = 128;

/// The right to one operation. Only [`Permit::made_progress`] spends it.
#[must_use = "a permit that is dropped costs nothing: call `made_progress`"]
#[derive(Debug)]
pub struct Permit(());

/// Asks for one operation. If it returns `Pending`, this poll's budget is spent and the waker is
/// deferred, so return `Pending` too.
#[inline]
pub fn poll_proceed(cx: &mut Context<'_>) -> Poll<Permit> {
    if has_remaining() {
        return Poll::Ready(Permit(()));
    }
    defer(cx, Deferral::Budget);
    Poll::Pending
}

/// Is there budget left in this poll?
#[inline]
pub fn has_remaining() -> bool {
    remaining() != Some(0)
}

impl Permit {
    /// Spends the unit, because the operation made progress. A schedule may end the budget here.
    #[inline]
    pub fn made_progress(self) {
        if let Some(left) = remaining() {
            let left = if choose(Point::Budget, 2) == 1 { 1 } else { left };
            set_remaining(left.saturating_sub(1));
        }
    }
}

/// Runs `poll` without a limit, for a poll that must not be delayed by what other operations have
/// spent, such as the check of a timeout's deadline.
pub fn with_unconstrained<R>(poll: impl FnOnce() -> R) -> R {
    let _scope = PollScope { budget: UNLIMITED, ..SCOPE.get() }.enter();
    poll()
}

/// Wakes the task that is polling with `cx`, but not before phase 2 of a turn. Without a current
/// scheduler there is no such phase, so it wakes the task at once.
pub fn defer(cx: &Context<'_>, why: Deferral) {
    let is_spent = why == Deferral::Budget;
    emit_counted(if is_spent { Shows::InVain } else { Shows::Nothing }, || Event::Defer { why });
    if is_spent {
        flush_if_live(); // a foreign `block_on` would now wait for this poll's end
    }
    let is_last = |last: &Waker| last.will_wake(cx.waker());
    match with_scheduler(|scheduler| scheduler.deferred.back().is_some_and(is_last)) {
        None => return cx.waker().wake_by_ref(),
        Some(true) => return, // a poll that asks a thousand times too often is woken once
        Some(false) => {}
    }
    let waker = cx.waker().clone(); // not in the closure: it may be foreign code
    with_scheduler(|scheduler| scheduler.deferred.push_back(waker));
}

/// Waits until the tasks that a timer, a socket or another thread has woken by now have run.
/// `counts` says how many tasks have entered the urgent queue and left it, if it is on this thread.
pub fn let_urgent_run(counts: impl Fn() -> Option<(u64, u64)>) -> impl Future<Output = ()> {
    let mut last = None;
    poll_fn(move |cx| {
        match last {
            Some(last) if counts().is_none_or(|(_, left)| left >= last) => return Poll::Ready(()),
            Some(_) => {}
            None => last = Some(counts().map_or(0, |(pushed, _)| pushed)),
        }
        defer(cx, Deferral::Clock);
        Poll::Pending
    })
}

/// Phase 2 of a turn: calls deferred wakers, but not too many at once.
pub(crate) fn wake_deferred() {
    let any = with_scheduler(|it| (!it.deferred.is_empty()).then(|| mem::take(&mut it.deferred)));
    let Some(mut deferred) = any.flatten() else { return };
    caused_by(Cause::Deferred, || wake_some(Point::Deferred, &mut deferred, Waker::wake));
    // Leftover wakers stay in front of those that these calls have deferred.
    with_scheduler(|it| deferred.append(&mut it.deferred));
    with_scheduler(|it| it.deferred = deferred);
}

/// The runtime ends: calls all deferred wakers, and at most a phase of those that they defer.
pub(crate) fn wake_all_deferred() {
    let now = with_scheduler(|scheduler| scheduler.deferred.len()).unwrap_or_default();
    (0..now.div_ceil(PER_PHASE)).for_each(|_| wake_deferred());
}

/// How many units are left in this poll. `None`: there is no limit here.
#[inline]
pub fn remaining() -> Option<u8> {
    Some(SCOPE.get().budget).filter(|left| *left != UNLIMITED)
}

/// Sets how many units are left in this poll.
#[inline]
pub fn set_remaining(units: u8) {
    SCOPE.set(PollScope { budget: units, ..SCOPE.get() });
}
