//! What is Linux's timer, without anything that waits?
//!
//! A file descriptor of three system calls: set it, ask how long it still runs, and read how often
//! it has expired since the last read. It is made non-blocking, so that a read of a timer that has
//! not expired says `WouldBlock`. That, and [`AsRawFd`], is all that [`Source`] asks for.
//!
//! Not here: waiting (`lib.rs`).
//!
//! [`Source`]: kettle_runtime::Source

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::time::Duration;

use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
    timerfd_gettime, timerfd_settime,
};

/// Its name is what traces call the source.
#[derive(Debug)]
pub(crate) struct KernelTimer(OwnedFd);

impl KernelTimer {
    /// By the clock of `std::time::Instant`, so that both can be compared.
    pub(crate) fn new() -> io::Result<KernelTimer> {
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        Ok(KernelTimer(timerfd_create(TimerfdClockId::Monotonic, flags)?))
    }

    /// Expires after `first`, and then every `period`; zero: never (again). What it had counted
    /// before is forgotten.
    pub(crate) fn set(&self, first: Duration, period: Duration) -> io::Result<()> {
        let times = Itimerspec { it_value: timespec(first), it_interval: timespec(period) };
        timerfd_settime(&self.0, TimerfdTimerFlags::empty(), &times)?;
        Ok(())
    }

    /// How long until it expires; zero: it will not.
    pub(crate) fn remaining(&self) -> io::Result<Duration> {
        let Timespec { tv_sec, tv_nsec } = timerfd_gettime(&self.0)?.it_value;
        let (seconds, nanos) = (u64::try_from(tv_sec), u32::try_from(tv_nsec));
        Ok(Duration::new(seconds.unwrap_or(0), nanos.unwrap_or(0)))
    }

    /// How often it has expired since the last read. `WouldBlock`: not once.
    pub(crate) fn read(&self) -> io::Result<u64> {
        let mut count = [0; 8];
        let n = rustix::io::read(&self.0, &mut count)?;
        debug_assert_eq!(n, count.len(), "a timer's count comes whole");
        Ok(u64::from_ne_bytes(count))
    }
}

impl AsFd for KernelTimer {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl AsRawFd for KernelTimer {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

/// What is too long for the system becomes the longest that it takes: 292 thousand million years.
fn timespec(duration: Duration) -> Timespec {
    Timespec {
        tv_sec: i64::try_from(duration.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: duration.subsec_nanos().into(),
    }
}
