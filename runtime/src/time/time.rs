//! How do many threads share one wheel with the loop that sleeps by it?
//!
//! Clock and wheel of a runtime are a [`Time`], in an `Arc` that each of its timers holds. Any
//! thread may register, move and cancel timers: the wheel is behind a lock. Before the loop
//! sleeps it writes under that lock until when; a thread that registers an earlier deadline sees
//! that, and unparks the loop. So no deadline falls between the loop's look and its sleep.
//!
//! Firing takes two steps. The hand of the wheel moves to the present, and then a bounded number of
//! due timers leave the wheel and their wakers are called, unlocked. The others stay, to be fired
//! in the next turn, or cancelled until then.
//!
//! Interface: [`Time`]; `Timer` uses the rest. Invariants: no user code runs under the lock: wakers
//! are cloned before and dropped after. While the loop sleeps, `parked_until` is no later than the
//! first deadline. The virtual clock jumps under the lock, after a last look at the first deadline.
//!
//! tokio: `runtime/time/mod.rs`, one wheel behind one mutex; it unparks its driver for an earlier
//! deadline, too.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use kettle_events::{Cause, Event, ForeignEvents, Replaced, Resource, emit};
use parking_lot::Mutex;

use super::clock::Clock;
use super::wheel::{TimerKey, Wheel};
use crate::base::WakerSlot;
use crate::base::user_code::{PER_STEP, wake_some};
use crate::inbox::Unpark;
use crate::tasks::current::in_step;

/// A runtime's clock and its timers.
pub(crate) struct Time {
    pub(crate) clock: Arc<Clock>,
    shared: Mutex<Shared>,
    unpark: Arc<Unpark>,
}

struct Shared {
    wheel: Wheel<WakerSlot>,
    /// The loop sleeps, or is about to, until this tick at the latest.
    parked_until: Option<u64>,
    /// The runtime has ended: nothing will fire.
    closed: bool,
}

/// For how long the loop may sleep.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sleep {
    /// `None`: there is no timer.
    pub(crate) timeout: Option<Duration>,
    /// Time does not pass: the clock is virtual.
    pub(crate) paused: bool,
}

/// What became of a timer that was asked to wait.
pub(super) enum Waiting {
    /// It is in the wheel, under this key.
    Registered(TimerKey),
    Fired,
}

const NEVER: u64 = u64::MAX;

impl Time {
    pub(crate) fn new(paused: bool, unpark: Arc<Unpark>, events: Arc<ForeignEvents>) -> Arc<Time> {
        let clock = Arc::new(Clock::new(paused));
        let shared = Shared { wheel: Wheel::new(events), parked_until: None, closed: false };
        Arc::new(Time { clock, shared: Mutex::new(shared), unpark })
    }

    /// Step 4 of a turn: wakes tasks whose timers are due, but not too many. True: more are due,
    /// and wait for the next turn. The clock is read only if there is a timer.
    pub(crate) fn fire(&self, due: &mut VecDeque<Waker>) -> bool {
        let mut shared = self.shared.lock();
        if shared.wheel.is_empty() {
            return false;
        }
        shared.wheel.advance(self.clock.tick_now());
        shared.wheel.take_due(PER_STEP, |mut waker| due.extend(waker.take()));
        let more = shared.wheel.has_due();
        drop(shared);
        in_step(Cause::Timer, || wake_some(due));
        more || !due.is_empty()
    }

    /// Says that the loop is about to sleep, and for how long it may. From here until
    /// [`Time::awake`], an earlier deadline unparks it.
    pub(crate) fn prepare_to_sleep(&self) -> Sleep {
        let mut shared = self.shared.lock();
        // Under the lock: a thread that pauses the clock after this finds `parked_until`.
        let paused = self.clock.is_paused();
        // A virtual clock jumps to the deadline, and must not stop where no timer is. The machine's
        // clock may: waking once too early costs less than looking for the exact deadline.
        let wheel = &mut shared.wheel;
        let deadline = if paused { wheel.next_deadline() } else { wheel.next_look() };
        shared.parked_until = Some(deadline.unwrap_or(NEVER));
        drop(shared);
        Sleep { timeout: deadline.map(|tick| self.clock.until(tick)), paused }
    }

    /// Says that the loop is awake: from here on nobody needs to unpark it.
    pub(crate) fn awake(&self) {
        self.shared.lock().parked_until = None;
    }

    /// Moves the virtual clock to the first deadline, as that is now.
    pub(crate) fn jump_to_next_deadline(&self) {
        let mut shared = self.shared.lock();
        let Some(tick) = shared.wheel.next_deadline() else { return };
        let by = self.clock.until(tick);
        if self.clock.is_paused() && !by.is_zero() {
            self.clock.advance(by);
            drop(shared);
            emit(|| Event::Advance { by, auto: true });
        }
    }

    /// Stops the clock. False: it is paused already.
    pub(crate) fn pause(&self) -> bool {
        let news = self.clock.pause();
        self.look_anew();
        news
    }

    /// Lets the clock run on. False: it is not paused.
    pub(crate) fn resume(&self) -> bool {
        let news = self.clock.resume();
        self.look_anew();
        news
    }

    /// Moves the virtual clock. Nothing fires before the next [`Time::fire`].
    pub(crate) fn advance(&self, by: Duration) {
        self.clock.advance(by);
        self.look_anew();
    }

    /// The loop may be asleep, by what the clock said before another thread changed it.
    fn look_anew(&self) {
        if self.shared.lock().parked_until.take().is_some() {
            self.unpark.unpark();
        }
    }

    /// Registers a timer, unless its deadline has passed.
    ///
    /// # Panics
    ///
    /// If the runtime has shut down.
    pub(super) fn register(&self, deadline: Instant, cx: &Context<'_>) -> Waiting {
        let tick = self.clock.tick_of(deadline);
        let waker = cx.waker().clone();
        let mut shared = self.shared.lock();
        if shared.wheel.is_past(tick) {
            drop(shared);
            return Waiting::Fired; // and the waker is dropped
        }
        if shared.closed {
            drop(shared);
            shut_down();
        }
        let key = shared.wheel.insert(tick, WakerSlot::new(waker));
        shared.waits(key, Replaced::None);
        let earlier = shared.is_before_wake_up(tick);
        drop(shared);
        if earlier {
            self.unpark.unpark();
        }
        Waiting::Registered(key)
    }

    /// Has this timer fired? Otherwise its newest waker is stored.
    ///
    /// # Panics
    ///
    /// If the runtime has shut down before.
    pub(super) fn poll(&self, key: TimerKey, cx: &Context<'_>) -> Poll<()> {
        let mut clone = None;
        loop {
            let mut shared = self.shared.lock();
            let closed = shared.closed && !shared.wheel.is_past(key.deadline());
            let Some(stored) = shared.wheel.get_mut(key) else {
                drop(shared);
                return if closed { shut_down() } else { Poll::Ready(()) };
            };
            let Some((replaced, _old)) = stored.store(cx, &mut clone) else {
                drop(shared);
                clone = Some(cx.waker().clone());
                continue;
            };
            shared.waits(key, replaced);
            drop(shared); // and after it the old waker
            return Poll::Pending;
        }
    }

    /// Is this timer no longer in the wheel?
    pub(super) fn has_fired(&self, key: TimerKey) -> bool {
        self.shared.lock().wheel.get_mut(key).is_none()
    }

    /// Moves a registered timer to another deadline. Its waiter goes on waiting; it is woken here
    /// if that deadline has passed. `None`: it had fired before.
    pub(super) fn move_to(&self, key: TimerKey, deadline: Instant) -> Option<Waiting> {
        let tick = self.clock.tick_of(deadline);
        let mut shared = self.shared.lock();
        shared.wheel.get_mut(key)?;
        if shared.wheel.is_past(tick) {
            let waker = shared.wheel.cancel(key);
            drop(shared);
            waker.and_then(|mut waker| waker.take()).into_iter().for_each(Waker::wake);
            return Some(Waiting::Fired);
        }
        let key = shared.wheel.move_to(key, tick);
        let earlier = shared.is_before_wake_up(tick);
        drop(shared);
        if earlier {
            self.unpark.unpark();
        }
        Some(Waiting::Registered(key))
    }

    /// Takes a timer out of the wheel, if it has not fired. The waker is dropped here, unlocked.
    pub(super) fn cancel(&self, key: TimerKey) {
        let waker = self.shared.lock().wheel.cancel(key);
        drop(waker);
    }

    /// The runtime ends: nothing will fire any more. Gives out the wakers of those that wait.
    pub(crate) fn close(&self) -> VecDeque<Waker> {
        let mut shared = self.shared.lock();
        shared.closed = true;
        shared.wheel.drain().filter_map(|mut waker| waker.take()).collect()
    }

    /// How many timers wait.
    pub(crate) fn timers(&self) -> usize {
        self.shared.lock().wheel.len()
    }

    /// Room for timers.
    pub(crate) fn capacity(&self) -> usize {
        self.shared.lock().wheel.capacity()
    }
}

impl Shared {
    fn waits(&self, key: TimerKey, replaced: Replaced) {
        if let Some(timer) = self.wheel.name(key) {
            emit(|| Event::Wait { on: Resource::Timer(timer), replaced });
        }
    }

    /// Does the loop sleep beyond this tick? True for one caller: the loop then looks anew.
    fn is_before_wake_up(&mut self, tick: u64) -> bool {
        let earlier = self.parked_until.is_some_and(|until| tick < until);
        if earlier {
            self.parked_until = None;
        }
        earlier
    }
}

#[cold]
fn shut_down() -> ! {
    panic!("the runtime that this timer belongs to has shut down: it will never fire")
}
