//! How does a task wait for a kernel's timer again and again?
//!
//! With a timer that repeats and has one owner. The owner polls by `&mut`, so that one place for a
//! waker is enough: `poll_io`, where `TimerFd::expired` joins a list of waiters.
//!
//! Not here: kettle's own interval, which costs no system call (`kettle::time::interval`).

use std::future::{Future, poll_fn};
use std::io;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::TimerFd;

/// Ticks every `period`, for the first time a period from now.
///
/// # Errors
///
/// [`InvalidInput`](io::ErrorKind::InvalidInput) if `period` is zero; else as [`TimerFd::new`].
///
/// # Panics
///
/// Outside of a runtime.
///
/// ```
/// # #[kettle::main]
/// # async fn main() -> std::io::Result<()> {
/// use std::time::{Duration, Instant};
///
/// let start = Instant::now();
/// let mut interval = kettle_timerfd::interval(Duration::from_millis(1))?;
/// let mut ticks = 0;
/// while ticks < 3 {
///     ticks += interval.tick().await?;
/// }
/// assert!(start.elapsed() >= Duration::from_millis(3));
/// # Ok(())
/// # }
/// ```
#[track_caller]
pub fn interval(period: Duration) -> io::Result<Interval> {
    let timer = TimerFd::new()?;
    timer.set_every(period)?;
    Ok(Interval { timer })
}

/// Made by [`interval`].
#[derive(Debug)]
pub struct Interval {
    timer: TimerFd,
}

impl Interval {
    /// Waits for the next tick. Says how many there have been since the last one was seen: 1, or
    /// more if the task came late.
    ///
    /// # Errors
    ///
    /// As [`TimerFd::expired`].
    ///
    /// # Cancel safety
    ///
    /// No tick is lost if the future is dropped: the next one counts it.
    pub fn tick(&mut self) -> impl Future<Output = io::Result<u64>> {
        poll_fn(|cx| self.poll_tick(cx))
    }

    /// [`tick`](Interval::tick) for hand-written futures and streams. Only the newest caller is
    /// woken.
    pub fn poll_tick(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        self.timer.poll_expired(cx)
    }
}
