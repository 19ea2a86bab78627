//! What keeps a task that is always ready from keeping the thread?
//!
//! A budget. Each poll of a task has [`UNITS`] units; each operation of a primitive that makes
//! progress spends one. When none is left the primitive returns `Pending` although it could go on,
//! and its waker is *deferred*: called at the end of this step of the loop, so that timers, sockets
//! and other tasks get their turn. Whoever awaits notices nothing.
//!
//! Replace each `todo!()`: none is more than a few lines. Every operation of the engine comes
//! through here (a timer, a socket, a handle that is awaited), so nothing runs before you have
//! written all of them.

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

/// Asks for one operation. `Pending`: the budget of this poll is spent; whoever asked returns
/// `Pending` too.
///
/// A `Pending` that nobody wakes is a task that is lost. [`defer`] takes a context and a reason
/// (`Deferral::Budget`), and calls its waker at the end of this step of the loop.
pub fn poll_proceed(cx: &mut Context<'_>) -> Poll<Permit> {
    todo!("a permit if there is budget left; else `Pending`, and somebody who wakes")
}

/// Is there budget left in this poll? Spends nothing.
pub fn has_remaining() -> bool {
    todo!("look at what is left")
}

impl Permit {
    /// The operation made progress: the unit is spent, if units are counted here.
    pub fn made_progress(self) {
        todo!("one unit less")
    }
}

/// Runs `poll` without a limit. Afterwards there is left what was left before, also if it panics.
pub fn with_unconstrained<R>(poll: impl FnOnce() -> R) -> R {
    todo!("no limit while `poll` runs")
}

/// Gives the poll that begins here its budget. The executor calls this before each poll of a task.
pub(crate) fn renew() {
    todo!("a full budget")
}

/// What is left now is left again when the guard is dropped. The executor calls this before a row
/// of polls: a poll inside a poll (a local set's task inside its host) has a budget of its own, and
/// after the last one of a `block_on` there is no limit, as before.
pub(crate) fn put_aside() -> Before {
    Before(LEFT.get())
}

/// What was left before.
pub(crate) struct Before(Option<u8>);

impl Drop for Before {
    fn drop(&mut self) {
        todo!("the guard goes: see `put_aside`")
    }
}
