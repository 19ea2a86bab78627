//! What is a task, and what does a wake do to it?

pub(crate) mod hand_over; // how does a finished task reach the handle that waits for it?
pub(crate) mod scope; // whose code is running on this thread?
mod header; // what do a task's scheduler, wakers and handles share?
pub(crate) mod run_queue; // in which order are tasks polled?
mod scheduler; // which tasks are alive, what state is each in, and what changes it?
pub(crate) mod scheduler_checks;
pub(crate) mod current; // which scheduler is this thread's, and what does every wake and abort do?
pub(crate) mod schedule; // what is the runtime free to decide, and what decides it?
pub(crate) mod sink; // when does the sink get the events, and what do they say about waiting tasks?
pub mod budget; // how many operations may one poll make, and which wakers are called later?
pub(crate) mod poll; // what happens around each poll of a task?

pub(crate) use header::{BoxedTask, Header, Message, Owner, Task};
pub(crate) use schedule::{PER_PHASE, wake_some};
pub use schedule::{Schedule, choices, choose, choose_task, has_schedule};
pub(crate) use scheduler::{Entry, Scheduler};
pub use scope::{cause, shown_id};
pub(crate) use scope::{caused_by, show_id};
