//! Does the wheel know every timer, and is none early or late?
//!
//! An exercise may replace `wheel.rs`, so these checks use what `time.rs` can use.

use std::time::{Duration, Instant};

use super::{PER_PHASE, Time, TimerKey, Timers};
use crate::base::{VERIFIES, WakerSlot, holds};
use crate::tasks::scheduler_checks::{SOME, some};

const FOUND: &str = "time/wheel.rs: a key finds its timer until it has fired or was cancelled";
const FIRST: &str = "time/wheel.rs: no timer is due before `next_look`";
const DUE: &str = "time/wheel.rs: a timer that the hand has reached is due";
const ONCE: &str = "time/wheel.rs: a timer leaves once, fired or cancelled";
const NEWEST: &str = "time/time.rs: the newest waker of a timer is in the wheel";
const EARLY: &str = "time/timer.rs: a timer is never early";
const ROUND: &str = "time/clock.rs: a tick is a deadline, rounded up to a millisecond";
const JUMP: &str = "time/time.rs: the paused clock jumps to the first deadline";
const BOUND: &str = "executor/executor.rs: each phase is bounded";

impl Time {
    /// The begin of a turn: looks at some timers, and in the next turn at others.
    pub(crate) fn check(&self, turn: usize) {
        let mut timers = self.timers.lock();
        let (now, look) = (self.clock.tick_now(), timers.wheel.next_look());
        holds(EARLY, !timers.wheel.is_past(now + 1), ("the clock is at", now));
        holds(FIRST, timers.wheel.is_empty() == look.is_none(), look);
        for index in some(turn, timers.wheel.capacity()).filter_map(|it| u32::try_from(it).ok()) {
            if let Some(deadline) = timers.wheel.peek(index) {
                timers.check(TimerKey { index, deadline });
            }
        }
    }

    /// A timer with this deadline is due at this tick.
    pub(super) fn check_tick(&self, tick: u64, deadline: Instant) {
        if VERIFIES {
            let left = || deadline.saturating_duration_since(self.clock.now());
            let (most, until) = (left() + Duration::from_millis(1), self.clock.until(tick));
            let is_round = left() <= until && until < most || tick == u64::MAX;
            holds(ROUND, is_round, (tick, until, most));
        }
    }

    /// A timer is ready.
    pub(crate) fn check_ready(&self, deadline: Instant) {
        holds(EARLY, !VERIFIES || self.clock.now() >= deadline, deadline);
    }
}

impl Timers {
    /// The paused clock has jumped, and says `now`: that is some timer's deadline.
    pub(super) fn check_jump(&self, now: u64) {
        let all = self.wheel.capacity();
        let mut timers = some(0, all).filter_map(|it| self.wheel.peek(u32::try_from(it).ok()?));
        holds(JUMP, !VERIFIES || all > SOME || timers.any(|it| it == now), now);
    }

    /// This timer is in the wheel.
    pub(super) fn check(&mut self, key: TimerKey) {
        if VERIFIES {
            let waker = self.wheel.get_mut(key).map(|waker| WakerSlot::is_empty(waker));
            holds(FOUND, waker.is_some(), key);
            holds(NEWEST, waker == Some(false), key);
            let (is_past, look) = (self.wheel.is_past(key.deadline), self.wheel.next_look());
            holds(DUE, is_past == self.wheel.has_due() || !is_past && self.wheel.len() > 1, key);
            holds(FIRST, is_past || look.is_some_and(|look| look <= key.deadline), (key, look));
        }
    }

    /// Of `before` timers this one has left now, or had before.
    pub(super) fn check_left(&mut self, key: TimerKey, before: usize, left: bool) {
        holds(FOUND, !VERIFIES || self.wheel.get_mut(key).is_none(), key);
        holds(ONCE, self.wheel.len() + usize::from(left) == before, (key, before));
    }

    /// Of `before` timers so many have fired, and the hand is at `now`.
    pub(super) fn check_fired(&mut self, before: usize, fired: usize, now: u64) {
        if VERIFIES {
            let (len, due, look) = (self.wheel.len(), self.wheel.has_due(), self.wheel.next_look());
            holds(ONCE, len + fired == before, (len, fired, before));
            holds(BOUND, fired == PER_PHASE || fired < PER_PHASE && !due, (fired, "timers"));
            holds(DUE, due || look.is_none_or(|look| look > now), (look, now));
        }
    }
}
