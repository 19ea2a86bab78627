//! What does the loop do, when does it sleep and end, and what runs blocking work?

mod pool; // which threads run blocking jobs, and how many may there be?
mod executor; // what are the phases of a turn, and how many polls fit into one?
mod park; // when is the loop idle, how long does it sleep, and which hooks does it call?
#[cfg(all(test, unix))]
mod park_tests;
#[cfg(all(test, unix))]
mod record_tests;
mod turn_checks;
mod shutdown; // what happens when a loop leaves its thread, and when its runtime ends?

pub use executor::Hook;
pub(crate) use executor::{Counts, Executor, Main, panic_if_objected};
pub(crate) use pool::Pool;
pub use pool::StartThread;
