//! What is a task, and what does a wake do to it?

pub(crate) mod hand_over; // how does a finished task reach the handle that waits for it?
mod header; // what do a task's scheduler, wakers and handles share?
pub(crate) mod run_queue; // in which order are tasks polled?
mod scheduler; // which tasks are alive, what state is each in, and what changes it?
pub(crate) mod current; // which scheduler is this thread's, and what does every wake and abort do?
pub(crate) mod schedule; // what is the runtime free to decide, and what decides it?
pub mod budget; // how many operations may one poll make, and which wakers are called later?
pub(crate) mod poll; // what happens around each poll of a task?

pub(crate) use current::show_id;
pub use current::shown_id;
pub(crate) use header::{BoxedTask, Header, Message, Owner, Task};
pub(crate) use schedule::{PER_PHASE, has_schedule, wake_some};
pub use schedule::{Schedule, choose, choose_task};
pub(crate) use scheduler::{Entry, Scheduler};
