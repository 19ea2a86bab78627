//! How does a task wait for an instant?
//!
//! | file | the question it answers |
//! |---|---|
//! | `clock.rs` | what time is it, is the clock paused, and which tick is a deadline? |
//! | `wheel.rs` | which timers are due, when a hundred thousand wait and most will be cancelled? |
//! | `time.rs` | how does any thread register a timer, and how does the loop fire it? |
//! | `timer.rs` | how does a task wait for one instant, and leave nothing behind? |
//!
//! The resolution is a millisecond because `clock.rs` rounds deadlines up to ticks, `wheel.rs`
//! counts in ticks, and the selector can't sleep for less (`io/reactor.rs`).

mod clock;
mod time;
mod timer;
mod wheel;

pub(crate) use clock::{Clock, was_any_clock_paused};
pub(crate) use time::Time;
pub use timer::Timer;
