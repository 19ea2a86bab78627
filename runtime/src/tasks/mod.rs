//! What is a task, and what does a wake do to it?
//!
//! | file | the question it answers |
//! |---|---|
//! | `hand_over.rs` | how does a finished task reach the handle that waits for it? |
//! | `header.rs` | what do a task's scheduler, wakers and handles share? |
//! | `run_queue.rs` | in which order are tasks polled? |
//! | `scheduler.rs` | which tasks are alive, what state is each in, and what changes it? |
//! | `current.rs` | which scheduler is this thread's, and what does every wake and abort do? |
//! | `schedule.rs` | what is the runtime free to decide, and what decides it? |
//! | `budget.rs` | how many operations may one poll make, and which wakers are called later? |
//! | `poll.rs` | what happens around each poll of a task? |

pub mod budget;
pub(crate) mod current;
pub(crate) mod hand_over;
mod header;
pub(crate) mod poll;
pub(crate) mod run_queue;
pub(crate) mod schedule;
mod scheduler;

pub(crate) use current::show_id;
pub use current::shown_id;
pub(crate) use header::{BoxedTask, Header, Message, Owner, Task};
pub(crate) use schedule::{PER_PHASE, has_schedule, wake_some};
pub use schedule::{Schedule, choose, choose_task};
pub(crate) use scheduler::{Entry, Scheduler};
