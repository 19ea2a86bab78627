//! How does a task wait for an instant, and leave nothing behind when it stops waiting?
//!
//! With a [`Timer`]: a deadline and, once it has been polled, a key into the wheel of the runtime
//! that it was made in. The wheel forgets a timer when it fires, so the key then finds nothing:
//! that is how the next poll knows.
//!
//! Dropping a timer that has not fired cancels it: its entry leaves the wheel, and the waker in it
//! is dropped. Where the wheel's home is seated that is done at once, elsewhere by a letter. No
//! search: the key has the entry's index, and the entry is linked with its neighbours in the slot,
//! which follows from hand and deadline (`wheel.rs: cancel`). Nor does it hit another timer: a
//! fired timer's deadline lies behind the hand, and its key finds nothing, whoever has its index.
//!
//! Interface: [`Timer`]; [`TimerWaiter`], what the wheel holds; [`fire_timers`], step 4 of a turn,
//! and of the virtual clock's `advance`. Invariants: never early (deadlines round up to the tick,
//! the clock rounds down); adding and cancelling read no clock; a timer is `Send + Sync`: it holds
//! its home's number and a key, or an `Arc` that is shared with its entry (`Abroad`).
//!
//! Not here: the wheel (`wheel.rs`), a timer that is polled where it can't reach it (`abroad.rs`).
//!
//! tokio: `runtime/time/entry.rs`; its entry is a pinned node of an intrusive list, behind a lock.

mod abroad;
pub(crate) mod wheel;

use std::mem;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use crate::budget;
use crate::context::{engine_if_seated, with_current};
use crate::current;
use crate::engine::{Engine, engine};
use crate::event::{Cause, Event, Replaced, Resource, emit};
use crate::foreign::quietly;
use crate::id::Id;
use crate::parked::Parked;
use crate::polling::{own_task, phase};
use crate::remote::{HomeId, Letter, TimerName, post};
use crate::task::Key;

pub(crate) use abroad::{AbroadTimer, Arrival, cancel_for};
pub(crate) use wheel::{TimerKey, Wheel};

/// Becomes ready when its deadline has passed; can be moved to another deadline. The door to the
/// timer wheel, on which `sleep`, `timeout` and `interval` stand.
///
/// ```
/// # #[kettle::main(start_paused = true)]
/// # async fn main() {
/// use kettle_runtime::{Timer, clock};
/// use std::time::Duration;
///
/// let mut timer = Timer::new(clock::now() + Duration::from_secs(1));
/// std::future::poll_fn(|cx| timer.poll(cx)).await;
/// assert!(timer.is_elapsed());
/// # }
/// ```
#[derive(Debug)]
pub struct Timer {
    deadline: Instant,
    home: HomeId,
    state: TimerState,
}

#[derive(Debug)]
enum TimerState {
    /// Nobody has polled it, or it was moved after it had fired.
    New,
    /// In the wheel, registered at home.
    Home(TimerKey),
    /// In the wheel, registered from elsewhere.
    Abroad(Arc<AbroadTimer>),
    Fired,
}

impl Timer {
    /// A timer of the current runtime. It enters the wheel when it is first polled.
    ///
    /// # Panics
    ///
    /// Where there is no runtime.
    #[track_caller]
    pub fn new(deadline: Instant) -> Timer {
        let home = current::current_home();
        Timer { deadline, home, state: TimerState::New }
    }

    /// When it becomes ready.
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Has the wheel let it go? (Not: has the deadline passed. Until the loop looks at its timers,
    /// or while nobody has polled it, it has not.)
    pub fn is_elapsed(&self) -> bool {
        match &self.state {
            TimerState::New => false,
            TimerState::Home(key) => {
                let waits = |engine: &mut Engine| engine.timers.get_mut(*key).is_some();
                engine_if_seated(self.home, waits) == Some(false)
            }
            TimerState::Abroad(abroad) => abroad.has_fired(),
            TimerState::Fired => true,
        }
    }

    /// Moves it to another deadline. Whoever waits for it goes on waiting, without being polled.
    pub fn reset(&mut self, deadline: Instant) {
        self.deadline = deadline;
        let mut waiter = None;
        match mem::replace(&mut self.state, TimerState::New) {
            TimerState::New | TimerState::Fired => {}
            TimerState::Home(key) => {
                let at_home = engine_if_seated(self.home, |engine| {
                    // Not there: it has fired, and whoever waited was woken.
                    if engine.timers.get_mut(key).is_some() {
                        waiter = self.move_at_home(engine, key);
                    }
                });
                if at_home.is_none() {
                    self.add_abroad(Some(TimerName::Key(key)));
                }
            }
            TimerState::Abroad(abroad) if abroad.has_fired() => {}
            TimerState::Abroad(abroad) => self.add_abroad(Some(TimerName::Abroad(abroad))),
        }
        if let Some(waiter) = waiter {
            waiter.wake(); // due already
        }
    }

    /// Ready when the deadline has passed; otherwise the newest waker is stored in the wheel.
    ///
    /// # Panics
    ///
    /// When the runtime that it was made in has shut down.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let permit = ready!(budget::poll_proceed(cx));
        if matches!(self.state, TimerState::New | TimerState::Home(_)) {
            self.wait(cx);
        }
        if let TimerState::Abroad(abroad) = &self.state
            && abroad.poll(cx)
        {
            self.state = TimerState::Fired;
        }
        if matches!(self.state, TimerState::Fired) {
            permit.made_progress();
            return Poll::Ready(());
        }
        Poll::Pending
    }

    /// Looks for it in the wheel and leaves the newest waker there. By letter where the wheel is
    /// out of reach, or about to end; what fired at home before that then fires again.
    fn wait(&mut self, cx: &Context<'_>) {
        // A foreign waker is cloned before the engine is borrowed, and dropped after.
        let mut waiter = Some(TimerWaiter::new(self.home, cx));
        let home = self.home;
        let at_home = engine_if_seated(home, |engine| self.poll_at_home(engine, cx, &mut waiter));
        if at_home != Some(true) {
            let before = match mem::replace(&mut self.state, TimerState::New) {
                TimerState::Home(key) => Some(TimerName::Key(key)),
                _ => None,
            };
            self.add_abroad(before);
        }
    }

    /// False: the runtime is ending, and its wheel takes nothing more.
    fn poll_at_home(
        &mut self,
        engine: &mut Engine,
        cx: &Context<'_>,
        waiter: &mut Option<TimerWaiter>,
    ) -> bool {
        let TimerState::Home(key) = self.state else {
            if engine.closing {
                return false;
            }
            self.add_at_home(engine, waiter);
            if let TimerState::Home(key) = self.state {
                let on = || Resource::Timer(engine.timers.name(key));
                emit(|| Event::Wait { on: on(), replaced: Replaced::None });
            }
            return true;
        };
        let (Some(stored), Some(waiter)) = (engine.timers.get_mut(key), waiter) else {
            self.state = TimerState::Fired;
            return true;
        };
        mem::swap(stored, waiter);
        emit(|| {
            let replaced = if waiter.will_wake(cx) { Replaced::Same } else { Replaced::Other };
            Event::Wait { on: Resource::Timer(engine.timers.name(key)), replaced }
        });
        true
    }

    /// Puts it into the wheel. Leaves the waiter where it is if the deadline has passed.
    fn add_at_home(&mut self, engine: &mut Engine, waiter: &mut Option<TimerWaiter>) {
        let tick = engine.shared.clock.tick_of(self.deadline);
        let waiter = if engine.timers.is_past(tick) { None } else { waiter.take() };
        self.state = match waiter {
            Some(waiter) => TimerState::Home(engine.timers.insert(tick, waiter)),
            None => TimerState::Fired,
        };
    }

    /// Puts it into the wheel by letter, in place of what stood there for it before. Refused,
    /// because the runtime has ended, it says so when it is polled.
    fn add_abroad(&mut self, before: Option<TimerName>) {
        let abroad = AbroadTimer::new(self.deadline);
        self.state = TimerState::Abroad(abroad.clone());
        drop(post(self.home, Letter::TimerAdd(Arrival::new(abroad, before))));
    }

    /// Moves it in the wheel. Gives out the waiter if the new deadline has passed.
    fn move_at_home(&mut self, engine: &mut Engine, key: TimerKey) -> Option<TimerWaiter> {
        let tick = engine.shared.clock.tick_of(self.deadline);
        if engine.timers.is_past(tick) {
            self.state = TimerState::Fired;
            return engine.timers.cancel(key);
        }
        self.state = TimerState::Home(engine.timers.move_to(key, tick));
        None
    }

    /// Takes its entry out of the wheel, if it stands there: at home now, elsewhere by letter.
    fn cancel(&mut self) {
        let name = match &self.state {
            TimerState::New | TimerState::Fired => return,
            TimerState::Home(key) => {
                // What comes out is dropped here, with nothing borrowed.
                if engine_if_seated(self.home, |engine| engine.timers.cancel(*key)).is_some() {
                    return;
                }
                TimerName::Key(*key)
            }
            TimerState::Abroad(abroad) if abroad.has_fired() => return,
            TimerState::Abroad(abroad) => TimerName::Abroad(abroad.clone()),
        };
        drop(post(self.home, Letter::TimerCancel(name)));
    }
}

impl Drop for Timer {
    #[inline]
    fn drop(&mut self) {
        if !matches!(self.state, TimerState::New | TimerState::Fired) {
            self.cancel();
        }
    }
}

/// Who is woken when a timer fires. 16 bytes: there is one for each entry of the wheel.
pub(crate) enum TimerWaiter {
    /// A task of the wheel's own engine: a `Key` in its parts, the tag fits behind the index.
    Task {
        index: u32,
        id: Id,
    },
    /// Anybody else who polled at home: a foreign waker, a local set's task.
    Other(Box<Parked>),
    Abroad(Arc<AbroadTimer>),
}

impl TimerWaiter {
    /// The one who polls with `cx` a timer of `home`.
    fn new(home: HomeId, cx: &Context<'_>) -> TimerWaiter {
        match own_task(cx.waker()) {
            Some((own, Key { index, id })) if own == home => TimerWaiter::Task { index, id },
            _ => TimerWaiter::Other(Box::new(Parked::new(cx))),
        }
    }

    /// Is this the one who polls with `cx`?
    fn will_wake(&self, cx: &Context<'_>) -> bool {
        match self {
            TimerWaiter::Task { id, .. } => own_task(cx.waker()).is_some_and(|own| own.1.id == *id),
            TimerWaiter::Other(parked) => parked.will_wake(cx),
            TimerWaiter::Abroad(_) => false,
        }
    }

    /// The timer is due. Called where the wheel's engine is seated.
    pub(crate) fn wake(self) {
        match self {
            TimerWaiter::Task { index, id } => {
                with_current(|engine| engine.scheduler.wake(Key { index, id }));
            }
            TimerWaiter::Other(parked) => parked.wake(),
            TimerWaiter::Abroad(abroad) => abroad.fire(),
        }
    }

    /// The runtime ends: the timer will never be due.
    pub(crate) fn end(self) {
        match self {
            TimerWaiter::Abroad(abroad) => abroad.end(),
            waiter => waiter.wake(),
        }
    }
}

/// Wakes who waits for a deadline that has passed. The clock is read only if somebody does.
pub(crate) fn fire_timers() {
    let due = with_current(|engine| {
        if engine.timers.is_empty() {
            return None;
        }
        let mut due = mem::take(&mut engine.due);
        engine.timers.advance(engine.shared.clock.tick_now(), &mut due);
        Some(due)
    });
    let Some(mut due) = due.flatten() else { return };
    phase(Cause::Timer, || due.drain(..).for_each(|waiter| quietly(|| waiter.wake())));
    engine(|engine| engine.due = due);
}
