//! What is an instant, when a test can stop the clock?
//!
//! `std`'s, with another [`Instant::now`]: it asks the runtime's clock, which a test may have
//! paused. The type is one of its own so that the two are not mixed up without a word: `std`'s
//! `now` and `elapsed` know nothing of a paused clock.
//!
//! Interface: [`Instant`]. Invariants: subtracting a later instant gives zero and never panics.
//! Not here: the clock (`runtime/src/time/clock.rs`).
//!
//! tokio: `time/instant.rs`, the same wrapper.

use std::fmt;
use std::ops::{Add, AddAssign, Sub, SubAssign};
use std::time::Duration;

use kettle_runtime::clock;

/// A point in time, by the entered runtime's clock.
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
    /// The current time: of the entered runtime's clock, or the machine's where there is no
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

    /// The same point in time.
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

    /// The same point in time.
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

    /// How long after `earlier` this is; zero if it is before.
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

    /// How long after `earlier` this is; `None` if it is before.
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

    /// How long after `earlier` this is; zero if it is before.
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

    /// How long ago this was, by the entered runtime's clock; zero if it is yet to come.
    ///
    /// ```
    /// # #[kettle::main(start_paused = true)]
    /// # async fn main() {
    /// use kettle::time::{Duration, Instant, advance};
    /// let start = Instant::now();
    /// advance(Duration::from_secs(7)).await;
    /// assert_eq!(start.elapsed(), Duration::from_secs(7));
    /// # }
    /// ```
    pub fn elapsed(&self) -> Duration {
        Instant::now().duration_since(*self)
    }

    /// So much later; `None` if that is more than an instant can hold.
    ///
    /// ```
    /// use kettle::time::{Duration, Instant};
    /// assert!(Instant::now().checked_add(Duration::from_secs(1)).is_some());
    /// assert!(Instant::now().checked_add(Duration::MAX).is_none());
    /// ```
    pub fn checked_add(&self, duration: Duration) -> Option<Instant> {
        self.std.checked_add(duration).map(Instant::from_std)
    }

    /// So much earlier; `None` if that is more than an instant can hold.
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

/// Panics if the sum is more than an instant can hold, as `std`'s does.
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

/// Panics if the difference is more than an instant can hold, as `std`'s does.
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

/// The time between two instants; zero if the second is the later one.
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
