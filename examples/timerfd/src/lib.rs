//! Linux's timers that are file descriptors ([timerfd]), awaited on kettle.
//!
//! ```
//! use kettle_timerfd::TimerFd;
//! use std::time::Duration;
//!
//! #[kettle::main]
//! async fn main() -> std::io::Result<()> {
//!     let timer = TimerFd::new()?;
//!     timer.set(Duration::from_micros(300))?;
//!     assert_eq!(timer.expired().await?, 1);
//!     Ok(())
//! }
//! ```
//!
//! kettle has timers of its own, which cost no system call; use those. A kernel's timer differs in
//! two ways. Its grain is finer than a millisecond. And it *counts*: a task that comes late learns
//! how many periods have passed.
//!
//! The crate stands outside of kettle and uses only what anybody can: it shows how an I/O source is
//! added. kettle's `docs/extending.md` goes through it.
//!
//! | file | the question it answers |
//! |---|---|
//! | `sys.rs` | what is Linux's timer, without anything that waits? |
//! | `lib.rs` | how does a task wait for it? |
//!
//! Interface: [`TimerFd`]. Invariants: never early; what has expired is counted until it is
//! read, whatever futures were dropped meanwhile; a timer that is dropped leaves the selector.
//!
//! Not here: readiness, wakers, the selector. They are behind [`Source`].
//!
//! tokio: `io::unix::AsyncFd` is the door for this; the crate `tokio-timerfd` goes through it.
//!
//! [timerfd]: https://man7.org/linux/man-pages/man2/timerfd_create.2.html

#[cfg(not(target_os = "linux"))]
compile_error!("timerfd is Linux's own");

mod sys;

use std::fmt;
use std::future::Future;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::task::{Context, Poll};
use std::time::Duration;

use kettle_runtime::event::Direction;
use kettle_runtime::{Interest, Source};

use sys::KernelTimer;

/// The shortest time that is not zero, which would mean *never* to the system.
const AT_ONCE: Duration = Duration::from_nanos(1);

/// A timer of the kernel's. It is quiet until it is [set](TimerFd::set).
///
/// It goes by the machine's clock, that of [`std::time::Instant`]: a paused clock of kettle's does
/// not stop it, and does not move it on.
///
/// It belongs to the runtime in which it was made, and may be used from any thread, in another
/// runtime, under any executor; it makes progress while its own runtime runs.
pub struct TimerFd {
    source: Source<KernelTimer>,
}

impl TimerFd {
    /// A timer of the current runtime.
    ///
    /// # Errors
    ///
    /// The system's: too many open files.
    ///
    /// # Panics
    ///
    /// Outside of a runtime.
    #[track_caller]
    pub fn new() -> io::Result<TimerFd> {
        Ok(TimerFd { source: Source::new(KernelTimer::new()?, Interest::READABLE)? })
    }

    /// Lets it expire once, this much later than now. Zero is at once.
    ///
    /// Replaces what was set before, and forgets what had expired. A waiting task goes on waiting,
    /// for the new instant.
    ///
    /// ```
    /// # #[kettle::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use std::time::{Duration, Instant};
    ///
    /// let timer = kettle_timerfd::TimerFd::new()?;
    /// timer.set(Duration::from_hours(1))?;
    ///
    /// let start = Instant::now();
    /// timer.set(Duration::from_millis(2))?;
    /// timer.expired().await?;
    /// assert!(start.elapsed() >= Duration::from_millis(2));
    /// # Ok(())
    /// # }
    /// ```
    pub fn set(&self, after: Duration) -> io::Result<()> {
        self.source.get_ref().set(after.max(AT_ONCE), Duration::ZERO)
    }

    /// Lets it expire every `period`, for the first time a period from now. Else as
    /// [`set`](TimerFd::set).
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](io::ErrorKind::InvalidInput) if `period` is zero.
    pub fn set_every(&self, period: Duration) -> io::Result<()> {
        if period.is_zero() {
            let words = "a timer with a period of zero would expire without end";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, words));
        }
        self.source.get_ref().set(period, period)
    }

    /// Makes it quiet: it does not expire, and what had expired is forgotten. A waiting task goes
    /// on waiting, until it is set again.
    pub fn stop(&self) -> io::Result<()> {
        self.source.get_ref().set(Duration::ZERO, Duration::ZERO)
    }

    /// How long until it expires next. `None`: it will not.
    ///
    /// ```
    /// # #[kettle::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use std::time::Duration;
    ///
    /// let timer = kettle_timerfd::TimerFd::new()?;
    /// assert_eq!(timer.remaining()?, None);
    /// timer.set(Duration::from_hours(1))?;
    /// assert!(timer.remaining()?.is_some_and(|left| left <= Duration::from_hours(1)));
    /// timer.stop()?;
    /// assert_eq!(timer.remaining()?, None);
    /// # Ok(())
    /// # }
    /// ```
    pub fn remaining(&self) -> io::Result<Option<Duration>> {
        let remaining = self.source.get_ref().remaining()?;
        Ok(Some(remaining).filter(|remaining| !remaining.is_zero()))
    }

    /// Waits until it has expired. How often, since it was asked last: at least 1.
    ///
    /// Any number of tasks may wait. One of them gets the count; the others wait on.
    ///
    /// # Errors
    ///
    /// If it would have to wait, and the runtime that the timer belongs to has shut down.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost if the future is dropped: the kernel goes on counting.
    pub fn expired(&self) -> impl Future<Output = io::Result<u64>> {
        self.source.io(Direction::Read, KernelTimer::read, |_| None)
    }

    /// How often it has expired since it was asked last.
    ///
    /// # Errors
    ///
    /// [`WouldBlock`](io::ErrorKind::WouldBlock): not once.
    ///
    /// ```
    /// # #[kettle::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let timer = kettle_timerfd::TimerFd::new()?;
    /// let error = timer.try_expired().unwrap_err();
    /// assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock);
    /// # Ok(())
    /// # }
    /// ```
    pub fn try_expired(&self) -> io::Result<u64> {
        self.source.try_io(Direction::Read, KernelTimer::read, |_| None)
    }

    /// [`expired`](TimerFd::expired) for hand-written futures. Only the newest caller is woken.
    pub fn poll_expired(&self, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        self.source.poll_io(Direction::Read, cx, 0, KernelTimer::read, |_| None)
    }
}

impl AsFd for TimerFd {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.source.get_ref().as_fd()
    }
}

impl fmt::Debug for TimerFd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TimerFd").field(&self.source).finish()
    }
}
