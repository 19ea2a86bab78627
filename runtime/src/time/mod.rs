//! How does a task wait for an instant?
//!
//! The resolution is a millisecond because `clock.rs` rounds deadlines up to ticks, `wheel.rs`
//! counts in ticks, and the selector can't sleep for less (`io/reactor.rs`).

mod clock; // what time is it, is the clock paused, and which tick is a deadline?
mod wheel; // which timers are due, when a hundred thousand are waiting and most will be cancelled?
mod time; // how does any thread register a timer, and how does the loop fire it?
mod timer; // how does a task wait for one instant, and leave nothing behind?
#[cfg(test)]
mod timer_tests;

pub(crate) use clock::{Clock, was_any_clock_paused};
pub(crate) use time::Time;
pub use timer::Timer;
