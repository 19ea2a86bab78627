//! What does the loop do, when does it sleep, and how does it end?
//!
//! | file | the question it answers |
//! |---|---|
//! | `executor.rs` | what does the loop do, and in which order? |
//! | `park.rs` | when does the loop sleep, and until when? |
//! | `shutdown.rs` | what happens when a loop leaves its thread, and when its runtime ends? |
//!
//! May import: everything below: `tasks`, `time`, `io`, `inbox`, `base`, the events.

mod executor;
mod park;
mod shutdown;

pub(crate) use executor::{Executor, Parts, heed};
