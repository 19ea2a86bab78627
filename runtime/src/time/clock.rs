//! What time is it, is the clock paused, and which tick is a deadline?
//!
//! The time is the machine's, unless a test has paused the clock. Then time moves only when the
//! test advances it or, by *auto-advance*, when the runtime has nothing left to do but wait for a
//! timer. So a test of an hour's timeouts takes no time and gives the same result in every run.
//!
//! Interface: [`Clock`], one per runtime; [`was_any_clock_paused`]. Invariants: a paused clock
//! never goes backwards, since a `Duration` that is added isn't negative. Until some clock in the
//! process is paused, the time costs one plain load more than with std. `time.rs` moves the clock.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use kettle_events::{Clocks, StateLock};

static EVER_PAUSED: AtomicBool = AtomicBool::new(false);

#[inline]
pub(crate) fn was_any_clock_paused() -> bool {
    EVER_PAUSED.load(Ordering::Relaxed)
}

pub(crate) struct Clock {
    start: Instant,
    state: StateLock<State>,
}

/// The time is `base` plus what has passed since `resumed`, which is `None` during a pause.
struct State {
    base: Instant,
    resumed: Option<Instant>,
}

impl Clock {
    pub(crate) fn new(paused: bool) -> Clock {
        let start = Instant::now();
        let resumed = (!paused).then_some(start);
        EVER_PAUSED.fetch_or(paused, Ordering::Relaxed);
        Clock { start, state: StateLock::new(State { base: start, resumed }) }
    }

    #[inline]
    pub(crate) fn now(&self) -> Instant {
        if was_any_clock_paused() { self.state.lock().now() } else { Instant::now() }
    }

    pub(crate) fn is_paused(&self) -> bool {
        was_any_clock_paused() && self.state.lock().resumed.is_none()
    }

    /// False: it was paused already.
    pub(crate) fn pause(&self) -> bool {
        let mut time = self.state.lock();
        time.base = time.now();
        EVER_PAUSED.store(true, Ordering::Relaxed);
        time.resumed.take().is_some()
    }

    /// False: it is not paused.
    pub(crate) fn resume(&self) -> bool {
        let mut time = self.state.lock();
        let paused = time.resumed.is_none();
        time.resumed.get_or_insert_with(Instant::now);
        paused
    }

    /// False: it is not paused. `None`: it would leave what `Instant` can hold. A panic's hook may
    /// ask for the time, so the caller panics, without the lock.
    pub(crate) fn advance(&self, by: Duration) -> Option<bool> {
        let mut time = self.state.lock();
        let paused = time.resumed.is_none();
        if paused {
            time.base = time.base.checked_add(by)?;
        }
        Some(paused)
    }

    /// The tick of the wheel at which `deadline` has passed, rounded up so that no timer is early.
    pub(super) fn tick_of(&self, deadline: Instant) -> u64 {
        let after = deadline.saturating_duration_since(self.start);
        let almost_one = Duration::from_nanos(999_999);
        u64::try_from(after.saturating_add(almost_one).as_millis()).unwrap_or(u64::MAX)
    }

    /// The latest tick that has passed.
    pub(super) fn tick_now(&self) -> u64 {
        u64::try_from(self.since_start().as_millis()).unwrap_or(u64::MAX)
    }

    pub(crate) fn until(&self, tick: u64) -> Duration {
        Duration::from_millis(tick).saturating_sub(self.since_start())
    }

    fn since_start(&self) -> Duration {
        self.now().saturating_duration_since(self.start)
    }

    /// The time since the start, by this clock and by the machine's, which differ after a pause.
    pub(crate) fn clocks(&self) -> Clocks {
        let real = self.start.elapsed();
        Clocks { time: if was_any_clock_paused() { self.since_start() } else { real }, real }
    }
}

impl State {
    fn now(&self) -> Instant {
        self.base + self.resumed.map_or(Duration::ZERO, |resumed| resumed.elapsed())
    }
}
