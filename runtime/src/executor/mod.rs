//! What does the loop do, when does it sleep, and how does it end?
//!
//! | file | the question it answers |
//! |---|---|
//! | `executor.rs` | what are the steps of the loop, and how many polls make a turn? |
//! | `park.rs` | when is the loop idle, until when does it sleep, and which hooks does it call? |
//! | `shutdown.rs` | what happens when a loop leaves its thread, and when its runtime ends? |
//!
//! May import: everything below.

mod executor;
mod park;
mod shutdown;

pub use executor::Hook;
pub(crate) use executor::{Executor, Parts, heed};
