//! How does a program read a clock that a test can pause?
//!
//! With an [`Instant`] that wraps `std`'s, but whose `now` reads the runtime's clock, which a test
//! may have paused. It is a separate type so that the two can't be mixed up silently: `std`'s `now`
//! and `elapsed` ignore a paused clock.
//!
//! Interface: [`Instant`]. Invariants: subtracting a later instant gives zero and never panics.
//! Not here: the clock (`runtime/src/time/clock.rs`).
//!
//! tokio: `time/instant.rs`, the same wrapper.

use std::fmt;
use std::ops::{Add, AddAssign, Sub, SubAssign};
use std::time::Duration;

use kettle_runtime::clock;

/// A point in time on the entered runtime's clock.
///
/// ```
/// use kettle::time::{Duration, Instant, sleep};
///
/// #[kettle::main(start_paused = true)]
/// async fn main() {
///     let start = Instant::now();
///     sleep(Duration::from_secs(3600)).await; // takes no time, but moves the clock
///     assert_eq!(start.elapsed(), Duration::from_secs(3600));
/// }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant {
    std: std::time::Instant,
}

impl Instant {
    /// Returns the current time of the entered runtime's clock, or of the machine's outside a
    /// runtime.
    ///
    /// ```
    /// use kettle::time::Instant;
    /// let earlier = Instant::now();
    /// assert!(Instant::now() >= earlier);
    /// ```
    #[inline]
    pub fn now() -> Instant {
        Instant::from_std(clock::now())
    }

    /// Converts from `std`'s instant.
    ///
    /// ```
    /// use kettle::time::Instant;
    /// let std = std::time::Instant::now();
    /// assert_eq!(Instant::from_std(std).into_std(), std);
    /// ```
    #[inline]
    pub fn from_std(std: std::time::Instant) -> Instant {
        Instant { std }
    }

    /// Converts into `std`'s instant.
    ///
    /// ```
    /// use kettle::time::Instant;
    /// let instant = Instant::now();
    /// assert_eq!(Instant::from_std(instant.into_std()), instant);
    /// ```
    #[inline]
    pub fn into_std(self) -> std::time::Instant {
        self.std
    }

    /// Returns how long after `earlier` this is, or zero if it is before.
    ///
    /// ```
    /// use kettle::time::{Duration, Instant};
    /// let earlier = Instant::now();
    /// let later = earlier + Duration::from_secs(1);
    /// assert_eq!(later.duration_since(earlier), Duration::from_secs(1));
    /// assert_eq!(earlier.duration_since(later), Duration::ZERO);
    /// ```
    pub fn duration_since(&self, earlier: Instant) -> Duration {
        self.std.saturating_duration_since(earlier.std)
    }

    /// Returns how long after `earlier` this is, or `None` if it is earlier.
    ///
    /// ```
    /// use kettle::time::{Duration, Instant};
    /// let earlier = Instant::now();
    /// let later = earlier + Duration::from_secs(1);
    /// assert_eq!(later.checked_duration_since(earlier), Some(Duration::from_secs(1)));
    /// assert_eq!(earlier.checked_duration_since(later), None);
    /// ```
    pub fn checked_duration_since(&self, earlier: Instant) -> Option<Duration> {
        self.std.checked_duration_since(earlier.std)
    }

    /// The same as [`duration_since`](Instant::duration_since).
    ///
    /// ```
    /// use kettle::time::{Duration, Instant};
    /// let earlier = Instant::now();
    /// let later = earlier + Duration::from_secs(1);
    /// assert_eq!(earlier.saturating_duration_since(later), Duration::ZERO);
    /// ```
    pub fn saturating_duration_since(&self, earlier: Instant) -> Duration {
        self.std.saturating_duration_since(earlier.std)
    }

    /// Returns how long ago this was by the entered runtime's clock, or zero if it is in the
    /// future.
    ///
    /// ```
    /// # #[kettle::main(start_paused = true)] async fn main() {
    /// use kettle::time::{Duration, Instant, advance};
    /// let start = Instant::now();
    /// advance(Duration::from_secs(7)).await;
    /// assert_eq!(start.elapsed(), Duration::from_secs(7));
    /// # }
    /// ```
    pub fn elapsed(&self) -> Duration {
        Instant::now().duration_since(*self)
    }

    /// Returns the instant `duration` later, or `None` if an instant can't hold it.
    ///
    /// ```
    /// use kettle::time::{Duration, Instant};
    /// assert!(Instant::now().checked_add(Duration::from_secs(1)).is_some());
    /// assert!(Instant::now().checked_add(Duration::MAX).is_none());
    /// ```
    pub fn checked_add(&self, duration: Duration) -> Option<Instant> {
        self.std.checked_add(duration).map(Instant::from_std)
    }

    /// Returns the instant `duration` earlier, or `None` if an instant can't hold it.
    ///
    /// ```
    /// use kettle::time::{Duration, Instant};
    /// assert!(Instant::now().checked_sub(Duration::MAX).is_none());
    /// ```
    pub fn checked_sub(&self, duration: Duration) -> Option<Instant> {
        self.std.checked_sub(duration).map(Instant::from_std)
    }
}

impl From<std::time::Instant> for Instant {
    fn from(std: std::time::Instant) -> Instant {
        Instant::from_std(std)
    }
}

impl From<Instant> for std::time::Instant {
    fn from(instant: Instant) -> std::time::Instant {
        instant.into_std()
    }
}

/// Like `std`'s, this panics if an instant can't hold the sum.
impl Add<Duration> for Instant {
    type Output = Instant;

    fn add(self, duration: Duration) -> Instant {
        Instant::from_std(self.std + duration)
    }
}

impl AddAssign<Duration> for Instant {
    fn add_assign(&mut self, duration: Duration) {
        self.std += duration;
    }
}

/// Like `std`'s, this panics if an instant can't hold the difference.
impl Sub<Duration> for Instant {
    type Output = Instant;

    #[allow(clippy::unchecked_time_subtraction)]
    fn sub(self, duration: Duration) -> Instant {
        Instant::from_std(self.std - duration)
    }
}

impl SubAssign<Duration> for Instant {
    fn sub_assign(&mut self, duration: Duration) {
        self.std -= duration;
    }
}

/// Returns the time between two instants, or zero if the second is the later one.
impl Sub for Instant {
    type Output = Duration;

    fn sub(self, earlier: Instant) -> Duration {
        self.duration_since(earlier)
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.std.fmt(f)
    }
}
