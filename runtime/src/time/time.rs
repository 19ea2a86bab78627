//! How does any thread register a timer, and how does the loop fire it?
//!
//! A runtime's clock and wheel are a [`Time`], in an `Arc` that each of its timers holds. The wheel
//! is behind a lock, so that any thread may register, move and cancel timers.
//!
//! The loop announces its sleep (`inbox/inbox.rs`) before it reads the first deadline. A thread
//! that registers an earlier one, or changes the clock, does so first, and then asks whether the
//! loop is asleep. Whichever comes second sees the other, so no deadline is slept through.
//!
//! Firing begins with the hand of the wheel, which moves to the present. Then a bounded number of
//! due timers leave the wheel, and their wakers are called without the lock. The others stay, to be
//! fired in the next turn unless they are cancelled before.
//!
//! Invariant: the paused clock jumps under the lock, after a last check of the wheel.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use kettle_events::{Cause, Event, Point, RemoteEvents, Resource, StateLock, Wait, change, emit};

use super::clock::Clock;
use super::wheel::{TimerKey, Wheel};
use crate::base::user_code::catch_panic;
use crate::base::{Call, WakerSlot, store_waker};
use crate::inbox::Inbox;
use crate::tasks::{Message, PER_PHASE, caused_by, wake_some};

pub(crate) struct Time {
    pub(crate) clock: Clock,
    pub(crate) timers: StateLock<Timers>,
    inbox: Arc<Inbox<Message>>,
}

pub(crate) struct Timers {
    pub(crate) wheel: Wheel<WakerSlot>,
    /// The runtime has ended: nothing will fire.
    closed: bool,
    /// A timer has been registered since the loop last fired any. Perhaps it is gone by now.
    registered: bool,
}

/// Where a timer is.
#[derive(Clone, Copy, Debug)]
pub(super) enum State {
    /// Not in the wheel: it has not been polled, or was moved after it had fired.
    New,
    /// In the wheel under this index, unless it has fired.
    Registered(u32),
    Fired,
}

impl Time {
    pub(crate) fn new(paused: bool, inbox: Arc<Inbox<Message>>, events: Arc<RemoteEvents>) -> Time {
        let wheel = Wheel::new(events);
        let timers = StateLock::new(Timers { wheel, closed: false, registered: false });
        Time { clock: Clock::new(paused), timers, inbox }
    }

    /// Phase 4 of a turn: wakes tasks whose timers are due, but not too many. True: more are due,
    /// and stay for the next turn. Reads the clock only if there is a timer, or was one.
    pub(crate) fn fire(&self) -> bool {
        let mut timers = self.timers.lock();
        if !std::mem::take(&mut timers.registered) && timers.wheel.is_empty() {
            return false;
        }
        let (before, now) = (timers.wheel.len(), self.clock.tick_now());
        timers.wheel.advance(now);
        let mut due = VecDeque::new();
        timers.wheel.take_due(PER_PHASE, |mut waker| due.extend(waker.serve()));
        timers.check_fired(before, due.len(), now);
        let more = timers.wheel.has_due();
        drop(timers);
        caused_by(Cause::Timer, || wake_some(Point::Timer, &mut due, Call::wake));
        more
    }

    /// Until which tick the loop may sleep, once it has announced its sleep. `None`: only a socket,
    /// a message or the end of a blocking job can end the sleep.
    pub(crate) fn sleep_until(&self) -> Option<u64> {
        let mut timers = self.timers.lock();
        let paused = self.clock.is_paused();
        // A paused clock jumps to this tick, where there has to be a timer. By the machine's clock,
        // waking once too early costs less than looking for the exact deadline.
        let wheel = &mut timers.wheel;
        let tick = if paused { wheel.next_deadline() } else { wheel.next_look() }?;
        // While a blocking job has not ended, a paused clock can't jump to a later tick either.
        let frozen = paused && self.inbox.jobs.load(Ordering::Acquire) > 0;
        (!frozen || self.clock.until(tick).is_zero()).then_some(tick)
    }

    /// Moves the paused clock to the first deadline, which it reads again under the lock.
    pub(crate) fn jump_to_next_deadline(&self) {
        let mut timers = self.timers.lock();
        let Some(tick) = timers.wheel.next_deadline() else { return };
        let by = self.clock.until(tick);
        if !by.is_zero() && self.clock.advance(by) == Some(true) {
            timers.check_jump(self.clock.tick_now());
            drop(timers);
            change(|| Event::Advance { by, auto: true });
        }
    }

    /// Pauses, moves or resumes the clock. Nothing fires before the next [`Time::fire`].
    ///
    /// This takes the lock, because the loop holds it while it reads the clock and moves the hand:
    /// otherwise the hand could be ahead of a clock that was paused in between. And it unparks the
    /// loop, which is sleeping by what the clock said before.
    pub(crate) fn change_clock<R>(&self, change: impl FnOnce(&Clock) -> R) -> R {
        let timers = self.timers.lock();
        let (before, result) = (self.clock.now(), change(&self.clock));
        debug_assert!(before <= self.clock.now(), "time/clock.rs: a clock never goes backwards");
        drop(timers);
        self.inbox.unpark_if_asleep();
        result
    }

    /// Registers a timer, unless the hand has passed its deadline. `at.1` says that the program
    /// gave the deadline as an instant (`Event::TimerAt`). Panics if the runtime has shut down.
    pub(super) fn register(&self, at: (Instant, bool), cx: &Context<'_>, wait: &mut Wait) -> State {
        let tick = self.clock.tick_of(at.0);
        let waker = WakerSlot::of(cx);
        let mut timers = self.timers.lock();
        if timers.wheel.is_past(tick) {
            return State::Fired; // the lock goes first, and then the waker
        }
        if timers.closed {
            drop(timers);
            shut_down();
        }
        timers.registered = true;
        let is_first = timers.wheel.is_first(tick);
        let key = timers.wheel.insert(tick, waker);
        timers.waits(key, wait);
        timers.check(key);
        self.check_tick(tick, at.0);
        if at.1 {
            let (timer, due) = (timers.wheel.name(key), Duration::from_millis(tick));
            emit(|| Event::TimerAt { timer, due });
        }
        drop(timers);
        if is_first {
            self.inbox.unpark_if_asleep();
        }
        State::Registered(key.index)
    }

    /// The key of the timer that was registered under this index with this deadline.
    pub(super) fn key(&self, index: u32, deadline: Instant) -> TimerKey {
        TimerKey { index, deadline: self.clock.tick_of(deadline) }
    }

    /// Ready if the timer has fired; otherwise stores the newest waker. Panics if it never will.
    pub(super) fn poll(&self, key: TimerKey, cx: &Context<'_>, wait: &mut Wait) -> Poll<()> {
        let polled = store_waker(cx, |clone| {
            let mut timers = self.timers.lock();
            let never = timers.never_fires(key);
            let Some(waker) = timers.wheel.get_mut(key) else { return Some(Err(never)) };
            let old = waker.store(cx, clone)?;
            timers.waits(key, wait);
            timers.check(key);
            Some(Ok(old))
        });
        match polled {
            Ok(_old) => Poll::Pending,
            Err(false) => Poll::Ready(()),
            Err(true) => shut_down(),
        }
    }

    /// Has this timer left the wheel for another reason than the runtime's end?
    pub(super) fn has_fired(&self, key: TimerKey) -> bool {
        let mut timers = self.timers.lock();
        timers.wheel.get_mut(key).is_none() && !timers.never_fires(key)
    }

    /// Moves a registered timer to another deadline. The waiting task is woken only if the new
    /// deadline has passed. A timer that had fired is new again.
    pub(super) fn move_to(&self, key: TimerKey, deadline: Instant) -> State {
        let tick = self.clock.tick_of(deadline);
        let mut timers = self.timers.lock();
        if timers.wheel.get_mut(key).is_none() {
            return State::New;
        }
        if timers.wheel.is_past(tick) {
            let waker = timers.wheel.cancel(key).and_then(|mut waker| waker.serve());
            drop(timers);
            // After an uncaught panic the timer's old key could be another timer's by then.
            catch_panic(|| waker.into_iter().for_each(Call::wake));
            return State::Fired;
        }
        let is_first = timers.wheel.is_first(tick);
        let key = timers.wheel.move_to(key, tick);
        timers.check(key);
        drop(timers);
        if is_first {
            self.inbox.unpark_if_asleep();
        }
        State::Registered(key.index)
    }

    /// If a timer has not fired, takes it out of the wheel and drops the waker without the lock.
    pub(super) fn cancel(&self, index: u32, deadline: Instant) {
        let (key, mut timers) = (self.key(index, deadline), self.timers.lock());
        let before = timers.wheel.len();
        let waker = timers.wheel.cancel(key);
        timers.check_left(key, before, waker.is_some());
        drop((timers, waker)); // the lock first
    }

    /// The runtime is ending, and nothing will fire any more. The wakers go to `due`, to be called.
    pub(crate) fn close(&self, due: &mut VecDeque<Call>) {
        let mut timers = self.timers.lock();
        timers.closed = true;
        due.extend(timers.wheel.drain().filter_map(|mut waker| waker.take()));
    }
}

impl Timers {
    /// Was this timer still waiting when the runtime shut down?
    fn never_fires(&self, key: TimerKey) -> bool {
        self.closed && !self.wheel.is_past(key.deadline)
    }

    fn waits(&mut self, key: TimerKey, wait: &mut Wait) {
        let due = Duration::from_millis(key.deadline);
        let wait = wait.pending(Some(due), || Resource::Timer(self.wheel.name(key)));
        if wait.get().is_some() {
            self.wheel.get_mut(key).into_iter().for_each(|waker| waker.stored_for(wait));
        }
    }
}

#[cold]
fn shut_down() -> ! {
    panic!("the runtime that this timer belongs to has shut down: it will never fire")
}

#[path = "time_checks.rs"]
mod checks;
