//! How does a test make an hour pass in no time?
//!
//! It stops the runtime's clock and moves it forward. The functions here are the engine's, under
//! tokio's names.
//!
//! Interface: [`pause`], [`resume`], [`advance`].
//!
//! Not here: the clock (`runtime/src/time/clock.rs`), and the effects of moving it
//! (`runtime/src/runtime/entered.rs`).
//!
//! tokio: `time/clock.rs`, behind the feature `test-util`.

use std::time::Duration;

use kettle_runtime::clock;

use crate::origin::located;
use crate::task::let_urgent_run;

/// Stops the entered runtime's clock. From then on, [`advance`] moves it, and it jumps to the next
/// deadline whenever the runtime has nothing else to do.
///
/// # Panics
///
/// If called outside a runtime, or if the clock is paused already.
///
/// ```
/// # #[kettle::main] async fn main() {
/// use kettle::time::{Duration, Instant, pause, sleep};
///
/// pause();
/// let start = Instant::now();
/// sleep(Duration::from_secs(3600)).await; // takes no time
/// assert_eq!(start.elapsed().as_secs(), 3600);
/// # }
/// ```
#[track_caller]
pub fn pause() {
    #[cfg(all(feature = "macros", feature = "trace"))]
    if crate::entry::pauses() {
        return;
    }
    clock::pause();
}

/// Lets the entered runtime's clock run on from where it was stopped.
///
/// # Panics
///
/// If called outside a runtime, or if the clock isn't paused.
///
/// ```
/// # #[kettle::main(start_paused = true)] async fn main() {
/// use kettle::time::{Duration, Instant, resume, sleep};
///
/// resume();
/// let start = std::time::Instant::now();
/// sleep(Duration::from_millis(1)).await; // a millisecond of the machine's time
/// assert!(start.elapsed() >= Duration::from_millis(1));
/// # }
/// ```
#[track_caller]
pub fn resume() {
    clock::resume();
}

/// Moves the entered runtime's clock forward, fires the due timers, and lets the woken tasks run
/// before it returns, except for local tasks in sets other than the caller's. They all see the new
/// time, so to stop at each deadline in between, `sleep` instead.
///
/// # Panics
///
/// If polled outside a runtime, or if the clock isn't paused.
///
/// # Cancel safety
///
/// The clock has moved after the first poll, whether or not the future is polled again.
///
/// ```
/// # #[kettle::main(start_paused = true)] async fn main() {
/// use kettle::time::{Duration, advance, sleep};
///
/// let minute = Duration::from_secs(60);
/// let tea = kettle::spawn(async move { sleep(3 * minute).await });
/// kettle::task::yield_now().await; // it begins to wait
/// advance(2 * minute).await;
/// assert!(!tea.is_finished());
/// advance(minute).await;
/// assert!(tea.is_finished());
/// # }
/// ```
#[track_caller]
pub fn advance(by: Duration) -> impl Future<Output = ()> {
    located(async move {
        clock::advance(by).await;
        let_urgent_run().await; // and those of a local set
    })
}
