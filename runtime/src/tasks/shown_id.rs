//! Which task id does a program see?
//!
//! That of the running task, with two exceptions. `block_on`'s own future is a task to the loop,
//! but not to the program, which is told that no task is running. And while an output is dropped
//! that no handle wanted, or a future that never ran, the program is told that task's id, although
//! it is not running.
//!
//! Interface: [`shown_id`], [`show_id`]. Invariant: an exception holds for the code that runs at
//! this moment, not for a task that this code polls.
//!
//! tokio: `current_task_id` in `runtime/context.rs`, which is set around polls and drops.

use std::cell::Cell;

use kettle_events::{Id, running_task};
use scopeguard::guard;

thread_local! {
    /// While the first is the running task, the second is shown.
    static EXCEPTION: Cell<(Option<Id>, Option<Id>)> = const { Cell::new((None, None)) };
}

/// The id of the task whose code runs on this thread.
pub fn shown_id() -> Option<Id> {
    let running = running_task();
    let (while_running, shown) = EXCEPTION.get();
    if running == while_running { shown } else { running }
}

/// Until the guard is dropped, this is shown in place of the running task's id.
pub(crate) fn show_id(shown: Option<Id>) -> impl Drop {
    let before = EXCEPTION.replace((running_task(), shown));
    guard(before, |before| EXCEPTION.set(before))
}
