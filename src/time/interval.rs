//! How does a task do something at regular intervals without drifting?
//!
//! With an [`Interval`], a timer that at each tick moves on by one period from when the tick was
//! *due*, not from when the task saw it. If the task is so late that it misses ticks,
//! [`MissedTickBehavior`] decides what happens to them.
//!
//! Interface: [`interval`], [`interval_at`], [`Interval`], [`MissedTickBehavior`]. Invariants: a
//! tick is never early; a period is never zero; after a tick the timer isn't in the wheel again
//! until the next poll.
//!
//! tokio: `time/interval.rs` boxes the timer, because it must not move in memory.

use std::future::poll_fn;
use std::task::{Context, Poll, ready};

use crate::origin::located;
use kettle_runtime::Timer;
use kettle_runtime::event::{Event, awaited, done_here, emit};

use super::{Duration, FAR, Instant};

/// Makes an interval that ticks at once and then every `period`, at most thirty years. Missed ticks
/// come one after another, unless [`Interval::set_missed_tick_behavior`] says otherwise.
///
/// # Panics
///
/// If `period` is zero, or if called outside a runtime.
///
/// ```
/// use kettle::time::{Duration, Instant, interval};
///
/// #[kettle::main(start_paused = true)]
/// async fn main() {
///     let start = Instant::now();
///     let mut interval = interval(Duration::from_millis(10));
///     for _ in 0..3 {
///         interval.tick().await; // at 0, 10 and 20 ms
///     }
///     assert_eq!(start.elapsed(), Duration::from_millis(20));
/// }
/// ```
#[track_caller]
pub fn interval(period: Duration) -> Interval {
    interval_at(Instant::now(), period)
}

/// Like [`interval`], but the first tick is at `start`.
///
/// ```
/// # #[kettle::main(start_paused = true)] async fn main() {
/// use kettle::time::{Duration, Instant, interval_at};
///
/// let second = Duration::from_secs(1);
/// let begin = Instant::now();
/// let mut interval = interval_at(begin + 5 * second, second);
/// assert_eq!(interval.tick().await - begin, 5 * second);
/// assert_eq!(interval.tick().await - begin, 6 * second);
/// # }
/// ```
#[track_caller]
pub fn interval_at(start: Instant, period: Duration) -> Interval {
    assert!(!period.is_zero(), "`period` must be greater than 0");
    Interval { timer: Timer::new(start.into_std()), period, missed: MissedTickBehavior::default() }
}

/// Decides what an [`Interval`] does about missed ticks.
///
/// With a period of 10 ms, and 35 ms of work after the tick at 10 (`|`: `tick` is ready; the first
/// one after the work is always the one that was due at 20):
///
/// ```text
///   due     0         10        20        30        40        50        60
///   Burst   |         |.work.............................|||  |         |
///   Delay   |         |.work.............................|         |         |
///   Skip    |         |.work.............................|    |         |
/// ```
///
/// A tick that is at most 5 ms late doesn't count as missed.
///
/// ```
/// # #[kettle::main(start_paused = true)] async fn main() {
/// use kettle::time::{Duration, Instant, MissedTickBehavior, advance, interval};
///
/// let ms = Duration::from_millis;
/// let start = Instant::now();
/// let mut interval = interval(ms(10));
/// interval.set_missed_tick_behavior(MissedTickBehavior::Skip);
/// interval.tick().await;
/// advance(ms(35)).await; // too late for the ticks at 10, 20 and 30
/// assert_eq!(interval.tick().await - start, ms(10)); // seen at 35: the tick that was due first
/// assert_eq!(interval.tick().await - start, ms(40)); // back in step
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissedTickBehavior {
    /// Makes up for missed ticks at once, one after another, until the interval is on time again.
    /// The number of ticks is right.
    #[default]
    Burst,
    /// Continues from when the late tick was seen. Two ticks are never closer than the period.
    Delay,
    /// Skips missed ticks. Ticks stay at multiples of the period from the start.
    Skip,
}

impl MissedTickBehavior {
    /// Returns the tick after one that was due at `due` but was seen `now`, too late.
    fn next(self, due: Instant, now: Instant, period: Duration) -> Instant {
        match self {
            MissedTickBehavior::Burst => due + period,
            MissedTickBehavior::Delay => now + period,
            MissedTickBehavior::Skip => {
                let into_period = (now - due).as_nanos() % period.as_nanos();
                let into_period = u64::try_from(into_period).expect("a period is below 30 years");
                now + period.saturating_sub(Duration::from_nanos(into_period))
            }
        }
    }
}

/// Ticks at regular intervals; made by [`interval`] and [`interval_at`].
#[derive(Debug)]
pub struct Interval {
    timer: Timer,
    period: Duration,
    missed: MissedTickBehavior,
}

impl Interval {
    /// A tick that is later than this counts as missed. Smaller delays come from the loop and the
    /// clock, and would make `Delay` drift.
    const SLACK: Duration = Duration::from_millis(5);

    /// Waits for the next tick, and returns the instant at which it was due.
    ///
    /// # Panics
    ///
    /// If the runtime in which the interval was made has shut down.
    ///
    /// # Cancel safety
    ///
    /// No tick is lost if the future is dropped, because only a ready future uses one up.
    ///
    /// ```
    /// # #[kettle::main(start_paused = true)] async fn main() {
    /// use kettle::time::{Duration, interval};
    /// let mut interval = interval(Duration::from_secs(1));
    /// let first = interval.tick().await;
    /// assert_eq!(interval.tick().await - first, Duration::from_secs(1));
    /// # }
    /// ```
    #[track_caller]
    pub fn tick(&mut self) -> impl Future<Output = Instant> {
        located(async { poll_fn(|cx| self.poll_tick(cx)).await })
    }

    /// [`Interval::tick`] for hand-written futures. `Pending` means that the newest waker is
    /// stored.
    ///
    /// ```
    /// # #[kettle::main(start_paused = true)] async fn main() {
    /// use kettle::time::{Duration, interval};
    /// let mut interval = interval(Duration::from_secs(1));
    /// std::future::poll_fn(|cx| interval.poll_tick(cx)).await;
    /// # }
    /// ```
    #[track_caller]
    pub fn poll_tick(&mut self, cx: &mut Context<'_>) -> Poll<Instant> {
        let _line = awaited(None);
        ready!(self.timer.poll(cx));
        let (due, now) = (Instant::from_std(self.timer.deadline()), Instant::now());
        let next = if now > due + Interval::SLACK {
            emit(|| self.late_tick(now - due));
            self.missed.next(due, now, self.step())
        } else {
            due + self.step()
        };
        self.reset_at(next);
        Poll::Ready(due)
    }

    /// Sets the next tick to one period from now.
    ///
    /// ```
    /// # #[kettle::main(start_paused = true)] async fn main() {
    /// use kettle::time::{Duration, Instant, advance, interval};
    /// let second = Duration::from_secs(1);
    /// let mut interval = interval(2 * second);
    /// let start = interval.tick().await;
    /// advance(second).await;
    /// interval.reset();
    /// assert_eq!(interval.tick().await - start, 3 * second);
    /// # }
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn reset(&mut self) {
        done_here(|| self.reset_at(Instant::now() + self.step()));
    }

    /// Sets the next tick to now.
    ///
    /// ```
    /// # #[kettle::main(start_paused = true)] async fn main() {
    /// use kettle::time::{Duration, advance, interval};
    /// let second = Duration::from_secs(1);
    /// let mut interval = interval(5 * second);
    /// let start = interval.tick().await;
    /// advance(second).await;
    /// interval.reset_immediately();
    /// assert_eq!(interval.tick().await - start, second);
    /// assert_eq!(interval.tick().await - start, 6 * second);
    /// # }
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn reset_immediately(&mut self) {
        done_here(|| self.reset_at(Instant::now()));
    }

    /// Sets the next tick to `after` from now. Later ticks follow at intervals of the period.
    ///
    /// ```
    /// # #[kettle::main(start_paused = true)] async fn main() {
    /// use kettle::time::{Duration, interval};
    /// let second = Duration::from_secs(1);
    /// let mut interval = interval(second);
    /// let start = interval.tick().await;
    /// interval.reset_after(5 * second);
    /// assert_eq!(interval.tick().await - start, 5 * second);
    /// assert_eq!(interval.tick().await - start, 6 * second);
    /// # }
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn reset_after(&mut self, after: Duration) {
        done_here(|| self.reset_at(Instant::now() + after.min(FAR)));
    }

    /// Sets the next tick to `deadline`. Later ticks follow at intervals of the period.
    ///
    /// ```
    /// # #[kettle::main(start_paused = true)] async fn main() {
    /// use kettle::time::{Duration, interval};
    /// let second = Duration::from_secs(1);
    /// let mut interval = interval(second);
    /// let start = interval.tick().await;
    /// interval.reset_at(start + 5 * second);
    /// assert_eq!(interval.tick().await - start, 5 * second);
    /// # }
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn reset_at(&mut self, deadline: Instant) {
        done_here(|| self.timer.reset(deadline.into_std()));
    }

    /// Returns what the interval does about missed ticks.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// use kettle::time::{Duration, MissedTickBehavior, interval};
    /// let interval = interval(Duration::from_secs(1));
    /// assert_eq!(interval.missed_tick_behavior(), MissedTickBehavior::Burst);
    /// # }
    /// ```
    pub fn missed_tick_behavior(&self) -> MissedTickBehavior {
        self.missed
    }

    /// Sets what the interval does about missed ticks.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// use kettle::time::{Duration, MissedTickBehavior, interval};
    /// let mut interval = interval(Duration::from_secs(1));
    /// interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    /// assert_eq!(interval.missed_tick_behavior(), MissedTickBehavior::Delay);
    /// # }
    /// ```
    pub fn set_missed_tick_behavior(&mut self, behavior: MissedTickBehavior) {
        self.missed = behavior;
    }

    /// Returns the time between two ticks.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// use kettle::time::{Duration, interval};
    /// let second = Duration::from_secs(1);
    /// assert_eq!(interval(second).period(), second);
    /// # }
    /// ```
    pub fn period(&self) -> Duration {
        self.period
    }

    fn late_tick(&self, late: Duration) -> Event {
        let overdue = late.as_nanos() / self.step().as_nanos();
        let overdue = u64::try_from(overdue).unwrap_or(u64::MAX);
        Event::LateTick { late, overdue, made_up: self.missed == MissedTickBehavior::Burst }
    }

    /// Returns the period, cut to a length that can be added to any instant.
    fn step(&self) -> Duration {
        self.period.min(FAR)
    }
}
