//! Whose code is running on this thread?
//!
//! User code calls wakers and primitives without saying which task it is. So a thread-local has the
//! *scope* of the running code: the cause of its wakes, the task's id that a program sees, and what
//! is left of its budget. Scopes nest, since a local set polls its tasks inside its own poll.
//!
//! Interface: [`PollScope`]; [`cause`], [`shown_id`]; [`show_id`], [`caused_by`], [`outside`].
//! Invariant: what is set for a while is restored by a guard, even during a panic.

use std::cell::Cell;

use kettle_events::{self as events, Cause, Id};
use scopeguard::guard;

/// What is set around a poll, and restored after it.
#[derive(Clone, Copy)]
pub(super) struct PollScope {
    pub(super) cause: Cause,
    /// The id that a program sees.
    pub(super) shown: Option<Id>,
    /// How many operations this poll may still make, or [`UNLIMITED`].
    pub(super) budget: u8,
}

/// The budget when there is no limit.
pub(super) const UNLIMITED: u8 = u8::MAX;

const OUTSIDE: PollScope = PollScope { cause: Cause::Runtime, shown: None, budget: UNLIMITED };

thread_local! {
    pub(super) static SCOPE: Cell<PollScope> = const { Cell::new(OUTSIDE) };
}

impl PollScope {
    /// Makes this the scope until the guard is dropped.
    #[inline]
    pub(super) fn enter(self) -> impl Drop {
        guard(SCOPE.replace(self), |before| SCOPE.set(before))
    }
}

/// What would cause a wake on this thread now: the running task, or a phase of a turn.
#[inline]
pub fn cause() -> Cause {
    SCOPE.get().cause
}

/// The id of the task or blocking job whose code is running on this thread. `block_on`'s own future
/// is a task only to the loop: the program sees the id that was shown around `block_on`.
pub fn shown_id() -> Option<Id> {
    SCOPE.get().shown
}

/// Shows this id until the guard is dropped, around a job, or around the drop of an unwanted output
/// or of a future that never ran.
pub(crate) fn show_id(shown: Option<Id>) -> impl Drop {
    PollScope { shown, ..SCOPE.get() }.enter()
}

/// Runs code outside of any poll: wakes have this cause, the budget no limit, and events no task.
pub(crate) fn caused_by<R>(cause: Cause, code: impl FnOnce() -> R) -> R {
    let _scope = PollScope { cause, ..OUTSIDE }.enter();
    let _no_task = events::run_as(None);
    code()
}

/// Leaves the poll that this thread is in, if any, until the guard is dropped, because the thread
/// drives another runtime now, or none. The program still sees the same id.
pub(crate) fn outside() -> impl Drop {
    PollScope { shown: shown_id(), ..OUTSIDE }.enter()
}
