//! How does any thread register a timer, and how does the loop fire it?
//!
//! Clock and wheel of a runtime are a [`Time`], in an `Arc` that each of its timers holds. Any
//! thread may register, move and cancel timers: the wheel is behind a lock.
//!
//! The loop says that it sleeps (`inbox.rs`) before it looks at the first deadline. A thread that
//! registers an earlier one, or changes the clock, does so first and asks then whether the loop
//! sleeps. Whichever comes first, the second one sees it: no deadline is slept through.
//!
//! Firing has two parts. The hand of the wheel moves to the present, and then a bounded number of
//! due timers leave the wheel and their wakers are called, unlocked. The others stay, to be fired
//! in the next turn, or cancelled until then.
//!
//! Interface: [`Time`]; `Timer` uses the rest. Invariants: no user code runs under the lock: wakers
//! are cloned before and dropped after. The paused clock jumps under it, after a last look.
//!
//! tokio: `runtime/time/mod.rs`: one wheel behind one mutex; it unparks its driver likewise.

use std::collections::VecDeque;
use std::ops::Deref;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use kettle_events::{Cause, Event, Open, Point, RemoteEvents, Resource, emit, emit_lasting};
use parking_lot::{Mutex, MutexGuard};

use super::clock::Clock;
use super::wheel::{TimerKey, Wheel};
use crate::base::user_code::catch_panic;
use crate::base::{Call, WakerSlot, store_waker};
use crate::inbox::Inbox;
use crate::tasks::current::caused_by;
use crate::tasks::{Message, PER_PHASE, wake_some};

/// A runtime's clock and its timers.
pub(crate) struct Time {
    pub(crate) clock: Clock,
    timers: Mutex<Timers>,
    inbox: Arc<Inbox<Message>>,
}

struct Timers {
    wheel: Wheel<WakerSlot>,
    /// The runtime has ended: nothing will fire.
    closed: bool,
    /// A timer was registered since the last look. It may be gone, and in the next poll come anew.
    registered: bool,
}

/// Until when the loop may sleep.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sleep {
    /// `None`: there is no timer.
    pub(crate) until: Option<u64>,
    /// Time does not pass: the clock is paused.
    pub(crate) paused: bool,
}

/// Where a timer is.
#[derive(Clone, Copy, Debug)]
pub(super) enum State {
    /// Nowhere: it has not been polled, or was moved after it had fired.
    New,
    /// In the wheel under this index, unless it has fired.
    Registered(u32),
    Fired,
}

impl Time {
    pub(crate) fn new(
        paused: bool,
        inbox: Arc<Inbox<Message>>,
        events: Arc<RemoteEvents>,
    ) -> Arc<Time> {
        let timers =
            Mutex::new(Timers { wheel: Wheel::new(events), closed: false, registered: false });
        Arc::new(Time { clock: Clock::new(paused), timers, inbox })
    }

    /// Phase 4 of a turn: wakes tasks whose timers are due, but not too many. True: more are due,
    /// and wait for the next turn. The clock is read only if there is a timer, or was one.
    pub(crate) fn fire(&self) -> bool {
        let mut timers = self.timers.lock();
        if !std::mem::take(&mut timers.registered) && timers.wheel.is_empty() {
            return false;
        }
        timers.wheel.advance(self.clock.tick_now());
        let mut due = VecDeque::new();
        timers.wheel.take_due(PER_PHASE, |mut waker| due.extend(waker.serve()));
        let more = timers.wheel.has_due();
        drop(timers);
        caused_by(Cause::Timer, || wake_some(Point::Timer, &mut due, Call::wake));
        more
    }

    /// Until when the loop may sleep, once it has said that it is about to.
    pub(crate) fn next_sleep(&self) -> Sleep {
        let mut timers = self.timers.lock();
        let paused = self.clock.is_paused();
        // A paused clock jumps to the deadline, and must not stop where no timer is. The machine's
        // clock may: waking once too early costs less than looking for the exact deadline.
        let wheel = &mut timers.wheel;
        let until = if paused { wheel.next_deadline() } else { wheel.next_look() };
        Sleep { until, paused }
    }

    /// The time left until then.
    pub(crate) fn left(&self, sleep: Sleep) -> Option<Duration> {
        sleep.until.map(|tick| self.clock.until(tick))
    }

    /// Moves the paused clock to the first deadline, read again under the lock.
    pub(crate) fn jump_to_next_deadline(&self) {
        let mut timers = self.timers.lock();
        let Some(tick) = timers.wheel.next_deadline() else { return };
        let by = self.clock.until(tick);
        if !by.is_zero() && self.clock.advance(by) {
            drop(timers);
            emit_lasting(|| Event::Advance { by, auto: true });
        }
    }

    /// Pauses, moves or resumes the clock. Nothing fires before the next [`Time::fire`].
    ///
    /// Under the lock, because the loop reads the clock and moves the hand under it: a hand that
    /// had read the time before a pause would be ahead of the clock after it. And the loop may be
    /// asleep, by what the clock said before another thread changed it.
    pub(crate) fn change_clock<R>(&self, change: impl FnOnce(&Clock) -> R) -> R {
        let timers = self.timers.lock();
        let result = change(&self.clock);
        drop(timers);
        self.inbox.unpark_if_asleep();
        result
    }

    /// Registers a timer, unless the hand has passed its deadline. `at.1`: that is an instant.
    ///
    /// # Panics
    ///
    /// If the runtime has shut down.
    pub(super) fn register(&self, at: (Instant, bool), cx: &Context<'_>, wait: &mut Open) -> State {
        let tick = self.clock.tick_of(at.0);
        let waker = cx.waker().clone();
        let mut timers = self.timers.lock();
        if timers.wheel.is_past(tick) {
            drop(timers);
            return State::Fired; // and the waker is dropped
        }
        if timers.closed {
            drop(timers);
            shut_down();
        }
        timers.registered = true;
        let is_first = timers.wheel.is_first(tick);
        let key = timers.wheel.insert(tick, WakerSlot::new(waker));
        timers.waits(key, wait);
        if at.1 {
            emit(|| Event::TimerAt { timer: timers.wheel.name(key) });
        }
        drop(timers);
        if is_first {
            self.inbox.unpark_if_asleep();
        }
        State::Registered(key.index)
    }

    /// The key of a timer that was registered under this index with this deadline.
    pub(super) fn key(&self, index: u32, deadline: Instant) -> TimerKey {
        TimerKey { index, deadline: self.clock.tick_of(deadline) }
    }

    /// Has this timer fired? Otherwise its newest waker is stored.
    ///
    /// # Panics
    ///
    /// If the runtime has shut down before.
    pub(super) fn poll(&self, key: TimerKey, cx: &Context<'_>, wait: &mut Open) -> Poll<()> {
        let polled = store_waker(cx, |clone| {
            let mut timers = self.timers.lock();
            let never = timers.never_fires(key);
            let Some(waker) = timers.wheel.get_mut(key) else { return Some(Err(never)) };
            let old = waker.store(cx, clone)?;
            timers.waits(key, wait);
            Some(Ok(old))
        });
        match polled {
            Ok(_old) => Poll::Pending,
            Err(false) => Poll::Ready(()),
            Err(true) => shut_down(),
        }
    }

    /// Has this timer left the wheel, and not because the runtime has shut down?
    pub(super) fn has_fired(&self, key: TimerKey) -> bool {
        let mut timers = self.timers.lock();
        timers.wheel.get_mut(key).is_none() && !timers.never_fires(key)
    }

    /// Moves a registered timer to another deadline. Its waiter goes on waiting; it is woken here
    /// if that deadline has passed. One that had fired before is new again.
    pub(super) fn move_to(&self, key: TimerKey, deadline: Instant) -> State {
        let tick = self.clock.tick_of(deadline);
        let mut timers = self.timers.lock();
        if timers.wheel.get_mut(key).is_none() {
            return State::New;
        }
        if timers.wheel.is_past(tick) {
            let waker = timers.wheel.cancel(key);
            let waker = waker.and_then(|mut waker| waker.serve());
            drop(timers);
            // Caught: the timer would keep a key that another one may have got.
            catch_panic(|| waker.into_iter().for_each(Call::wake));
            return State::Fired;
        }
        let is_first = timers.wheel.is_first(tick);
        timers.wheel.move_to(key, tick);
        drop(timers);
        if is_first {
            self.inbox.unpark_if_asleep();
        }
        State::Registered(key.index)
    }

    /// Takes a timer out of the wheel, if it has not fired. The waker is dropped here, unlocked.
    pub(super) fn cancel(&self, index: u32, deadline: Instant) {
        let waker = self.timers.lock().wheel.cancel(self.key(index, deadline));
        drop(waker);
    }

    /// The runtime ends: nothing will fire any more. The wakers go to `due`, to be called.
    pub(crate) fn close(&self, due: &mut VecDeque<Call>) {
        let mut timers = self.timers.lock();
        timers.closed = true;
        due.extend(timers.wheel.drain().filter_map(|mut waker| waker.take()));
    }

    /// The timers, locked.
    pub(crate) fn wheel(&self) -> impl Deref<Target = Wheel<WakerSlot>> {
        MutexGuard::map(self.timers.lock(), |timers| &mut timers.wheel)
    }
}

impl Timers {
    /// Was this timer still waiting when the runtime shut down?
    fn never_fires(&self, key: TimerKey) -> bool {
        self.closed && !self.wheel.is_past(key.deadline)
    }

    fn waits(&mut self, key: TimerKey, wait: &mut Open) {
        let due = Duration::from_millis(key.deadline);
        let wait = wait.asked_until(due, || Resource::Timer(self.wheel.name(key)));
        if wait.get().is_some() {
            self.wheel.get_mut(key).into_iter().for_each(|waker| waker.stored_for(wait));
        }
    }
}

#[cold]
fn shut_down() -> ! {
    panic!("the runtime that this timer belongs to has shut down: it will never fire")
}
