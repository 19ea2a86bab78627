//! What keeps a task that is always ready from keeping the thread?
//!
//! A budget. Each poll of a task has [`UNITS`] units; each operation of a primitive that makes
//! progress spends one. When none is left the primitive returns `Pending` although it could go on,
//! and its waker is *deferred*: called at the end of this step of the loop, so that timers, sockets
//! and other tasks get their turn. Whoever awaits notices nothing.
//!
//! Interface: [`poll_proceed`] and [`Permit`], [`has_remaining`], [`with_unconstrained`]; the
//! executor calls `renew`. Invariants: only progress costs: an operation that returns
//! `Pending` has spent nothing. Off the executor (a thread that polls a future by itself) there
//! is no limit.
//!
//! tokio: `task::coop`, with the same 128 units.

use std::cell::Cell;
use std::task::{Context, Poll};

use crate::deferred::defer;
use crate::event::Deferral;

/// Operations per poll of a task.
pub const UNITS: u8 = 128;

/// What is left where there is no limit.
const UNLIMITED: u8 = u8::MAX;

thread_local! {
    /// What is left for the task that is being polled. A plain number, spent only when progress was
    /// made: nothing to give back, and a twentieth less for a message.
    static LEFT: Cell<u8> = const { Cell::new(UNLIMITED) };
}

/// The right to one operation. [`Permit::made_progress`] spends it; dropped, it has cost nothing.
#[must_use = "a permit that is dropped costs nothing: call `made_progress`"]
#[derive(Debug)]
pub struct Permit(());

/// Asks for one operation. `Pending`: the budget of this poll is spent and the waker deferred;
/// return `Pending` too.
///
/// ```
/// use kettle_runtime::budget;
/// use std::task::{Context, Poll, Waker};
///
/// let mut cx = Context::from_waker(Waker::noop());
/// let Poll::Ready(permit) = budget::poll_proceed(&mut cx) else { unreachable!("no limit here") };
/// // … the operation made progress:
/// permit.made_progress();
/// ```
#[inline]
pub fn poll_proceed(cx: &mut Context<'_>) -> Poll<Permit> {
    if has_remaining() {
        return Poll::Ready(Permit(()));
    }
    defer(cx, Deferral::Budget);
    Poll::Pending
}

/// Is there budget left in this poll? Spends nothing.
#[inline]
pub fn has_remaining() -> bool {
    LEFT.try_with(Cell::get).unwrap_or(UNLIMITED) > 0
}

impl Permit {
    /// The operation made progress: the unit is spent.
    #[inline]
    pub fn made_progress(self) {
        let spend = |left: &Cell<u8>| {
            if left.get() != UNLIMITED {
                left.set(left.get().saturating_sub(1));
            }
        };
        // Gone at a thread's end on some systems: then there is no limit.
        let _ = LEFT.try_with(spend);
    }
}

/// Runs `poll` without a limit: for the one operation that must not be kept waiting by what others
/// have spent, such as the look at a timeout's deadline.
///
/// ```
/// use kettle_runtime::budget;
/// assert!(budget::with_unconstrained(budget::has_remaining));
/// ```
///
/// tokio: `task::coop::with_unconstrained`, internal there too.
pub fn with_unconstrained<R>(poll: impl FnOnce() -> R) -> R {
    let _outer = put_aside();
    LEFT.set(UNLIMITED);
    poll()
}

/// Gives the poll that begins here its budget.
#[inline]
pub(crate) fn renew() {
    LEFT.set(UNITS);
}

/// What is left now is left again when the guard is dropped: a poll inside a poll (a local set's
/// task inside its host) has a budget of its own.
pub(crate) fn put_aside() -> Before {
    Before(LEFT.get())
}

pub(crate) struct Before(u8);

impl Drop for Before {
    fn drop(&mut self) {
        LEFT.set(self.0);
    }
}
