//! How does a task wait for an instant?
//!
//! With a [`Sleep`], which makes the engine's timer a future. The first poll puts the timer into
//! the wheel, with the poller's waker. When the instant has passed, the loop takes the timer out
//! and calls that waker, and the next poll returns `Ready`. Dropping the future removes its timer.
//!
//! Interface: [`sleep`], [`sleep_until`], [`Sleep`]. Invariants: a `Sleep` is never ready early;
//! each poll stores the newest waker; it belongs to the runtime that was entered when it was made,
//! but can be polled anywhere. Not here: the timer (`runtime/src/time/timer.rs`).
//!
//! tokio: in `time/sleep.rs` the future itself is a node of the timer's list, so it must not move.
//! Our future could, but a program that relied on that wouldn't compile with tokio.

use std::pin::Pin;
use std::task::{Context, Poll};

use crate::origin::Origin;
use kettle_runtime::Timer;
use kettle_runtime::event::done_here;
use pin_project_lite::pin_project;

use super::{Duration, FAR, Instant};

/// Waits for `duration` from now. Durations above thirty years count as thirty years.
///
/// The clock ticks in milliseconds, and the wait is rounded up. Unlike `std::thread::sleep`, it
/// delays only this task: the thread runs other tasks in the meantime.
///
/// # Panics
///
/// If called outside a runtime, or if its runtime has shut down when it is awaited.
///
/// # Cancel safety
///
/// Dropping it ends the wait and leaves no timer behind. A new `sleep` waits for the whole duration
/// again: in a loop with `select!`, make one before the loop and await a `&mut` to it.
///
/// ```
/// use kettle::time::{Duration, Instant, sleep};
///
/// #[kettle::main(start_paused = true)]
/// async fn main() {
///     let start = Instant::now();
///     sleep(Duration::from_millis(100)).await;
///     assert_eq!(start.elapsed(), Duration::from_millis(100));
/// }
/// ```
#[track_caller]
pub fn sleep(duration: Duration) -> Sleep {
    sleep_until(Instant::now() + duration.min(FAR)).counted_from_now()
}

/// Waits until `deadline`. If that has passed, it waits at most until the loop next checks timers.
/// It panics where [`sleep`] does.
///
/// # Cancel safety
///
/// Dropping it ends the wait and leaves no timer behind. A new one with the same deadline waits for
/// the rest of the time.
///
/// ```
/// # #[kettle::main(start_paused = true)] async fn main() {
/// use kettle::time::{Duration, Instant, sleep_until};
///
/// let deadline = Instant::now() + Duration::from_secs(1);
/// sleep_until(deadline).await;
/// assert_eq!(Instant::now(), deadline);
/// # }
/// ```
#[track_caller]
pub fn sleep_until(deadline: Instant) -> Sleep {
    Sleep { timer: Timer::new(deadline.into_std()), origin: Origin::here() }
}

pin_project! {
    /// The future returned by [`sleep`] and [`sleep_until`].
    ///
    /// It is not `Unpin`: to poll it by reference, or to [`reset`](Sleep::reset) it, pin it with
    /// [`pin!`](crate::pin) or `Box::pin`. It is `Send` and `Sync`, and can be awaited on another
    /// thread or runtime as long as its own runtime is driven.
    ///
    /// ```
    /// # #[kettle::main(start_paused = true)] async fn main() {
    /// use kettle::time::{Duration, Instant, sleep};
    ///
    /// let start = Instant::now();
    /// let tea = sleep(Duration::from_secs(180));
    /// kettle::pin!(tea);
    /// for cup in 1..=2 {
    ///     kettle::select! {
    ///         () = &mut tea => break,
    ///         () = sleep(Duration::from_secs(100)) => println!("cup {cup} is warm"),
    ///     }
    /// }
    /// assert_eq!(start.elapsed(), Duration::from_secs(180));
    /// # }
    /// ```
    #[project(!Unpin)]
    #[derive(Debug)]
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct Sleep {
        timer: Timer,
        origin: Origin,
    }
}

impl Sleep {
    /// Returns the instant at which the sleep becomes ready.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// use kettle::time::{Duration, Instant, sleep_until};
    /// let soon = Instant::now() + Duration::from_millis(5);
    /// let sleep = sleep_until(soon);
    /// assert_eq!(sleep.deadline(), soon);
    /// sleep.await;
    /// # }
    /// ```
    pub fn deadline(&self) -> Instant {
        Instant::from_std(self.timer.deadline())
    }

    /// Returns whether its runtime has seen it end or, on a thread that isn't driving that runtime,
    /// whether a poll there has. The answer is `false` until the first poll, whatever the clock
    /// says, and again after [`Sleep::reset`].
    ///
    /// tokio: `tokio::time::Sleep::is_elapsed`, where `reset` starts the timer as a poll does.
    ///
    /// ```
    /// # #[kettle::main(start_paused = true)] async fn main() {
    /// use kettle::time::{Duration, sleep};
    /// let sleep = sleep(Duration::from_secs(1));
    /// kettle::pin!(sleep);
    /// assert!(!sleep.is_elapsed());
    /// sleep.as_mut().await;
    /// assert!(sleep.is_elapsed());
    /// # }
    /// ```
    pub fn is_elapsed(&self) -> bool {
        self.timer.is_elapsed()
    }

    /// Moves the sleep to another deadline, earlier or later, even after it has been ready. A task
    /// that is waiting for it now waits until the new deadline, with no need for another poll.
    ///
    /// ```
    /// # #[kettle::main(start_paused = true)] async fn main() {
    /// use kettle::time::{Duration, Instant, sleep};
    /// let start = Instant::now();
    /// let sleep = sleep(Duration::from_secs(1));
    /// kettle::pin!(sleep);
    /// sleep.as_mut().reset(start + Duration::from_secs(5));
    /// sleep.await;
    /// assert_eq!(start.elapsed(), Duration::from_secs(5));
    /// # }
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn reset(self: Pin<&mut Self>, deadline: Instant) {
        done_here(|| self.project().timer.reset(deadline.into_std()));
    }
}

impl Sleep {
    /// Marks the deadline as a duration from now.
    #[inline]
    pub(super) fn counted_from_now(mut self) -> Sleep {
        self.timer.count_from_now();
        self
    }

    /// Allows the sleep to be dropped unpolled, because the future that it limits was ready at
    /// once.
    pub(super) fn allow_unpolled(self: Pin<&mut Self>) {
        self.project().origin.allow_unpolled();
    }
}

impl Future for Sleep {
    type Output = ();

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        let _line = this.origin.awaited();
        this.timer.poll(cx)
    }
}
