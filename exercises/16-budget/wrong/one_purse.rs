//! What keeps a task that is always ready from keeping the thread?
//!
//! A budget: see `starter.rs`.

use std::cell::Cell;
use std::task::{Context, Poll};

use crate::deferred::defer;
use crate::event::Deferral;

/// Operations per poll of a task.
pub const UNITS: u8 = 128;

thread_local! {
    /// What is left for the task that is being polled on this thread; `None`: no limit.
    static LEFT: Cell<Option<u8>> = const { Cell::new(None) };
}

/// The right to one operation. [`Permit::made_progress`] spends it; dropped, it has cost nothing.
#[must_use = "a permit that is dropped costs nothing: call `made_progress`"]
#[derive(Debug)]
pub struct Permit(());

/// Asks for one operation. `Pending`: the budget of this poll is spent and the waker deferred;
/// return `Pending` too.
pub fn poll_proceed(cx: &mut Context<'_>) -> Poll<Permit> {
    if has_remaining() {
        return Poll::Ready(Permit(()));
    }
    // `Pending` needs somebody who wakes. Not now: then the task would stand in the run queue before
    // the loop has looked at timers and sockets.
    defer(cx, Deferral::Budget);
    Poll::Pending
}

/// Is there budget left in this poll? Spends nothing.
pub fn has_remaining() -> bool {
    LEFT.get() != Some(0)
}

impl Permit {
    /// The operation made progress: the unit is spent.
    pub fn made_progress(self) {
        // `saturating`: two permits may have been given for the last unit.
        LEFT.set(LEFT.get().map(|left| left.saturating_sub(1)));
    }
}

/// Runs `poll` without a limit. Afterwards there is left what was left before, also if it panics.
pub fn with_unconstrained<R>(poll: impl FnOnce() -> R) -> R {
    struct Again(Option<u8>);
    impl Drop for Again {
        fn drop(&mut self) {
            LEFT.set(self.0);
        }
    }
    let _again = Again(LEFT.replace(None));
    poll()
}

/// Gives the poll that begins here its budget.
pub(crate) fn renew() {
    LEFT.set(Some(UNITS));
}

/// What is left now is left again when the guard is dropped: a poll inside a poll (a local set's
/// task inside its host) has a budget of its own.
pub(crate) fn put_aside() -> Before {
    Before(LEFT.get())
}

/// What was left before.
pub(crate) struct Before(Option<u8>);

impl Drop for Before {
    fn drop(&mut self) {
        // Back to the limit of before, if there was one. What was spent meanwhile is spent.
        LEFT.set(self.0.and(LEFT.get()));
    }
}
