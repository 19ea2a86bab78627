//! What is a task, and what does a wake do to it?
//!
//! | file | the question it answers |
//! |---|---|
//! | `hand_over.rs` | how does a finished task reach the handle that waits for it? |
//! | `header.rs` | what do a task's scheduler, wakers and handles share? |
//! | `run_queue.rs` | in which order are tasks polled? |
//! | `scheduler.rs` | in which states can a task be, and what changes them? |
//! | `current.rs` | which scheduler is this thread's, and what happens when a waker is called? |
//! | `budget.rs` | what keeps a task that is always ready from keeping the thread? |
//!
//! May import: the events, `base`, `inbox`.

pub mod budget;
pub(crate) mod current;
mod hand_over;
mod header;
mod run_queue;
mod scheduler;

pub(crate) use hand_over::Slot;
pub(crate) use header::{BoxedTask, Header, Message, NewTask, Owner, Task};
pub(crate) use scheduler::{CheckedOut, Scheduler};
