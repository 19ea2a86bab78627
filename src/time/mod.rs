//! How does a program wait, and how does it limit a wait?
//!
//! ```
//! use kettle::time::{Duration, sleep, timeout};
//!
//! # #[kettle::main(start_paused = true)] async fn main() {
//! sleep(Duration::from_secs(2)).await;
//! let late = timeout(Duration::from_secs(1), sleep(Duration::from_secs(2))).await;
//! assert!(late.is_err());
//! # }
//! ```
//!
//! | to | use | file |
//! |---|---|---|
//! | continue at an instant | [`sleep`], [`sleep_until`] | `sleep.rs` |
//! | give up on a future at an instant | [`timeout`], [`timeout_at`] | `timeout.rs` |
//! | do something again and again | [`interval`], [`interval_at`] | `interval.rs` |
//! | say when | [`Instant`], [`Duration`] | `instant.rs` |
//! | test all this in no time | [`pause`], [`advance`], [`resume`] | `clock.rs` |
//!
//! All of them are built on the engine's [`kettle_runtime::Timer`], a deadline in the timer wheel
//! of the runtime that was entered when the timer was made. The wheel ticks in milliseconds. No
//! timer is ever early, but the loop may be late because it is busy.
//!
//! Not here: the wheel and the clock (`runtime/src/time/`).

#[cfg(feature = "test-util")]
mod clock;
pub mod error;
mod instant;
mod interval;
mod sleep;
mod timeout;

pub use std::time::Duration;

#[cfg(feature = "test-util")]
pub use clock::{advance, pause, resume};
pub use instant::Instant;
pub use interval::{Interval, MissedTickBehavior, interval, interval_at};
pub use sleep::{Sleep, sleep, sleep_until};
pub use timeout::{Timeout, timeout, timeout_at};

/// Thirty years, which stands for all longer waits. No program waits that long, and adding it to an
/// instant can't overflow.
const FAR: Duration = Duration::from_hours(30 * 365 * 24);
