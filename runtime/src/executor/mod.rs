//! What does the loop do, when does it sleep and end, and what runs work that blocks?
//!
//! | file | the question it answers |
//! |---|---|
//! | `pool.rs` | which threads run blocking jobs, and how many may there be? |
//! | `executor.rs` | what are the phases of a turn, and how many polls fit into one? |
//! | `park.rs` | when is the loop idle, how long does it sleep, and which hooks does it call? |
//! | `shutdown.rs` | what happens when a loop leaves its thread, and when its runtime ends? |

mod executor;
mod park;
mod pool;
mod shutdown;

pub use executor::Hook;
pub(crate) use executor::{Executor, SharedParts, panic_if_objected};
pub(crate) use pool::Pool;
pub use pool::StartThread;
