//! How does a task do something every so often, without drifting?
//!
//! With an [`Interval`]: one timer that is moved on at each tick, by the period from when the tick
//! was *due*, not from when it was seen. If the task comes late for a tick, and it may be late for
//! many, [`MissedTickBehavior`] says what becomes of those that it missed.
//!
//! Interface: [`interval`], [`interval_at`], [`Interval`], [`MissedTickBehavior`]. Invariants: a
//! tick is never early; a period is never zero; between two ticks no timer is in the wheel unless a
//! task is waiting.
//!
//! tokio: `time/interval.rs`; there the timer must not move in memory, so it is in a box.

use std::future::poll_fn;
use std::task::{Context, Poll, ready};

use crate::origin::located;
use kettle_runtime::Timer;
use kettle_runtime::event::{Event, awaited, done_here, emit};

use super::{Duration, FAR, Instant};

/// Ticks every `period`, at first at once. Periods above thirty years count as thirty years.
///
/// # Panics
///
/// If `period` is zero, or where there is no runtime.
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

/// Ticks every `period`, at first at `start`.
///
/// # Panics
///
/// As [`interval`].
///
/// ```
/// # #[kettle::main(start_paused = true)]
/// # async fn main() {
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
    assert!(!period.is_zero(), "an interval with a period of zero would tick without end");
    Interval { timer: Timer::new(start.into_std()), period, missed: MissedTickBehavior::default() }
}

/// What an [`Interval`] does about ticks that were missed.
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
/// A tick that is late by no more than 5 ms is not missed.
///
/// ```
/// # #[kettle::main(start_paused = true)]
/// # async fn main() {
/// use kettle::time::{Duration, Instant, MissedTickBehavior, advance, interval};
///
/// let ms = Duration::from_millis;
/// let start = Instant::now();
/// let mut interval = interval(ms(10));
/// interval.set_missed_tick_behavior(MissedTickBehavior::Skip);
/// interval.tick().await;
/// advance(ms(35)).await; // too late for the ticks at 10, 20 and 30
/// assert_eq!(interval.tick().await - start, ms(10)); // at 35: the one that was waited for
/// assert_eq!(interval.tick().await - start, ms(40)); // back in step
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissedTickBehavior {
    /// They are made up for at once, one after another, until the interval is in step again. The
    /// number of ticks is right.
    #[default]
    Burst,
    /// The interval goes on from when the late tick was seen: between two ticks there is never
    /// less than the period.
    Delay,
    /// They are left out. The ticks stay at multiples of the period from the start.
    Skip,
}

impl MissedTickBehavior {
    /// The tick after the one that was due at `due` and was seen `now`, too late.
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

/// Ticks again and again; made by [`interval`] and [`interval_at`].
///
/// ```
/// # #[kettle::main(start_paused = true)]
/// # async fn main() {
/// use kettle::time::{Duration, interval};
///
/// let mut interval = interval(Duration::from_secs(1));
/// let first = interval.tick().await;
/// let second = interval.tick().await;
/// assert_eq!(second - first, interval.period());
/// # }
/// ```
#[derive(Debug)]
pub struct Interval {
    timer: Timer,
    period: Duration,
    missed: MissedTickBehavior,
}

impl Interval {
    /// Late by more than this, a tick counts as missed. Less is the loop's and the clock's own
    /// coarseness, and would make `Delay` drift.
    const SLACK: Duration = Duration::from_millis(5);

    /// Waits for the next tick. Gives the instant at which it was due.
    ///
    /// # Panics
    ///
    /// If the runtime that it was made in has shut down.
    ///
    /// # Cancel safety
    ///
    /// No tick is lost if the future is dropped: it is used up only when it is ready.
    ///
    /// ```
    /// # #[kettle::main(start_paused = true)]
    /// # async fn main() {
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

    /// The same for a future written by hand. `Pending`: the newest waker is stored.
    ///
    /// # Panics
    ///
    /// As [`Interval::tick`].
    ///
    /// ```
    /// # #[kettle::main(start_paused = true)]
    /// # async fn main() {
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

    /// The next tick is one period from now.
    ///
    /// ```
    /// # #[kettle::main(start_paused = true)]
    /// # async fn main() {
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

    /// The next tick is now.
    ///
    /// ```
    /// # #[kettle::main(start_paused = true)]
    /// # async fn main() {
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

    /// The next tick is `after` from now, those after it follow by the period.
    ///
    /// ```
    /// # #[kettle::main(start_paused = true)]
    /// # async fn main() {
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

    /// The next tick is at `deadline`, those after it follow by the period.
    ///
    /// ```
    /// # #[kettle::main(start_paused = true)]
    /// # async fn main() {
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

    /// What it does about missed ticks.
    ///
    /// ```
    /// # #[kettle::main]
    /// # async fn main() {
    /// use kettle::time::{Duration, MissedTickBehavior, interval};
    /// let interval = interval(Duration::from_secs(1));
    /// assert_eq!(interval.missed_tick_behavior(), MissedTickBehavior::Burst);
    /// # }
    /// ```
    pub fn missed_tick_behavior(&self) -> MissedTickBehavior {
        self.missed
    }

    /// Sets what to do about missed ticks.
    ///
    /// ```
    /// # #[kettle::main]
    /// # async fn main() {
    /// use kettle::time::{Duration, MissedTickBehavior, interval};
    /// let mut interval = interval(Duration::from_secs(1));
    /// interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    /// assert_eq!(interval.missed_tick_behavior(), MissedTickBehavior::Delay);
    /// # }
    /// ```
    pub fn set_missed_tick_behavior(&mut self, behavior: MissedTickBehavior) {
        self.missed = behavior;
    }

    /// The time between two ticks.
    ///
    /// ```
    /// # #[kettle::main]
    /// # async fn main() {
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

    /// The period, cut to what can be added to any instant.
    fn step(&self) -> Duration {
        self.period.min(FAR)
    }
}
