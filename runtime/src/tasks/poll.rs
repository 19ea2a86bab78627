//! What happens around each poll of a task?
//!
//! [`poll_task`] makes the task the running one, gives it a full budget, and emits the events of
//! the poll. Afterwards cause, id and budget are as before (`scope.rs`). A panic is caught in
//! `join/join_handle.rs`. [`poll_alone`] gives a budget to a future that no loop polls.

use std::task::{Context, Waker};

use kettle_events::{Cause, Id, Outcome, Point, PollRecord, RemoteEvents, RowGuard};

use super::budget::{UNITS, remaining};
use super::schedule::choose;
use super::scope::{PollScope, SCOPE, caused_by};
use super::sink::{flush_if_live, look_if};
use crate::base::own_waker;

/// Polls a task for the executor or a local set. The program sees it as `shown`. Cloning the waker
/// must not run foreign code. `events` are its runtime's, if this thread drives one.
#[inline]
pub fn poll_task(
    task: Id,
    shown: Option<Id>,
    waker: &Waker,
    row: &mut RowGuard,
    events: Option<&RemoteEvents>,
    poll: impl FnOnce(&mut Context<'_>) -> Outcome,
) -> Outcome {
    let _scope = PollScope { cause: Cause::Task(task), shown, budget: UNITS }.enter();
    debug_assert_eq!(remaining(), Some(UNITS), "tasks/budget.rs: a poll begins with 128 units");
    let _own = own_waker(waker);
    let record = PollRecord::begin(events, task, row);
    flush_if_live();
    let outcome = poll(&mut Context::from_waker(waker));
    if outcome == Outcome::Pending && choose(Point::Spurious, 2) == 1 {
        caused_by(Cause::Runtime, || waker.wake_by_ref());
    }
    if let Some(record) = record
        && record.end(outcome, row, |took| look_if(true, |now| now.polling = took))
    {
        flush_if_live();
    }
    outcome
}

/// Polls the future of a thread that drives no loop, but waits for this future alone. Its budget
/// lets a `timeout` end, or a `join!` go on, beside operations that are always ready.
pub(crate) fn poll_alone<R>(poll: impl FnOnce() -> R) -> R {
    let _scope = PollScope { budget: UNITS, ..SCOPE.get() }.enter();
    poll()
}
