//! How does a task wait for an instant, and leave nothing behind when it stops waiting?
//!
//! With a [`Timer`]: a deadline and, once it has been polled, a key into the wheel of the runtime
//! that it was made in. The wheel forgets a timer when it fires, so the key then finds nothing:
//! that is how the next poll knows. Dropping a timer that has not fired takes its entry out of the
//! wheel at once, wherever it stands (`wheel.rs`: the entry is linked, the key says where).
//!
//! Away from home a timer can't reach the wheel. It then shares an [`AbroadTimer`] with it: the
//! entry goes in by letter, and comes out by letter.
//!
//! Interface: [`Timer`]; [`Waiter`], what the wheel holds; [`Entry`] and [`cancel_for`] for
//! the letters. Invariants: never early (deadlines round up to the tick, the clock rounds down);
//! adding and cancelling read no clock; a timer is `Send + Sync`, because it holds ids and not
//! pointers.
//!
//! tokio: `runtime/time/entry.rs`; its entry is a pinned node of an intrusive list, behind a lock.

pub(crate) mod wheel;

use std::mem;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Instant;

use parking_lot::Mutex;

use crate::budget;
use crate::context::{engine_at_home, with_current};
use crate::current;
use crate::event::{Event, Replaced, Resource, emit};
use crate::executor::Engine;
use crate::foreign::quietly;
use crate::parked::Parked;
use crate::remote::{HomeId, Letter, TimerName, post};

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
    state: State,
}

#[derive(Debug)]
enum State {
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
        Timer { deadline, home, state: State::New }
    }

    /// When it becomes ready.
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Has the wheel let it go? (Not: has the deadline passed. Until the loop looks at its timers,
    /// or while nobody has polled it, it has not.)
    pub fn is_elapsed(&self) -> bool {
        match &self.state {
            State::New => false,
            State::Home(key) => {
                let waits = |engine: &mut Engine| engine.timers.get_mut(*key).is_some();
                engine_at_home(self.home, waits) == Some(false)
            }
            State::Abroad(abroad) => abroad.0.lock().fired,
            State::Fired => true,
        }
    }

    /// Moves it to another deadline. Whoever waits for it goes on waiting, without being polled.
    pub fn reset(&mut self, deadline: Instant) {
        let waits = self.take_out();
        self.deadline = deadline;
        self.state = State::New;
        match waits {
            Some(Waiter::Home(parked)) => {
                if let Some(waiter) = self.add_at_home(parked) {
                    waiter.wake();
                }
            }
            Some(Waiter::Abroad(abroad)) => {
                let waker = abroad.0.lock().waker.take();
                self.add_abroad(waker);
            }
            None => {}
        }
    }

    /// Ready when the deadline has passed; otherwise the newest waker is stored in the wheel.
    ///
    /// # Panics
    ///
    /// When the runtime that it was made in has shut down.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let permit = ready!(budget::poll_proceed(cx));
        if engine_at_home(self.home, |_| ()).is_some() {
            self.poll_at_home(cx);
        } else {
            self.poll_abroad(cx);
        }
        if matches!(self.state, State::Fired) {
            permit.made_progress();
            return Poll::Ready(());
        }
        Poll::Pending
    }

    fn poll_at_home(&mut self, cx: &Context<'_>) {
        match &self.state {
            State::New => {
                drop(self.add_at_home(Parked::new(cx)));
                if let State::Home(key) = self.state {
                    let on = Resource::Timer(key.serial());
                    emit(Event::Wait { on, replaced: Replaced::None });
                }
            }
            State::Home(key) => {
                let key = *key;
                let mut newest = Some(Parked::new(cx));
                let waits = engine_at_home(self.home, |engine| {
                    let Some(Waiter::Home(parked)) = engine.timers.get_mut(key) else {
                        return false;
                    };
                    mem::swap(parked, newest.as_mut().expect("swapped once"));
                    true
                });
                if waits == Some(true) {
                    let same = newest.is_some_and(|old| old.will_wake(cx));
                    let replaced = if same { Replaced::Same } else { Replaced::Other };
                    emit(Event::Wait { on: Resource::Timer(key.serial()), replaced });
                } else {
                    self.state = State::Fired;
                }
            }
            State::Abroad(abroad) => {
                if abroad.poll(cx) {
                    self.state = State::Fired;
                }
            }
            State::Fired => {}
        }
    }

    /// Puts it into the wheel. Gives the waiter back if the deadline has passed.
    fn add_at_home(&mut self, parked: Parked) -> Option<Waiter> {
        let deadline = self.deadline;
        let added = engine_at_home(self.home, |engine| {
            let tick = engine.shared.clock.tick_of(deadline);
            engine.timers.insert(tick, Waiter::Home(parked))
        });
        match added {
            Some(Ok(key)) => self.state = State::Home(key),
            Some(Err(waiter)) => {
                self.state = State::Fired;
                return Some(waiter);
            }
            None => self.state = State::New,
        }
        None
    }

    fn poll_abroad(&mut self, cx: &Context<'_>) {
        if let State::Home(key) = self.state {
            // It was registered at home and has moved since. If it fired there, it will again.
            drop(post(self.home, Letter::TimerCancel(TimerName::Key(key))));
            self.state = State::New;
        }
        match &self.state {
            State::Abroad(abroad) => {
                if abroad.poll(cx) {
                    self.state = State::Fired;
                }
            }
            State::New => self.add_abroad(Some(cx.waker().clone())),
            State::Home(_) | State::Fired => {}
        }
    }

    fn add_abroad(&mut self, waker: Option<Waker>) {
        let inside = Inside { waker, fired: false, ended: false, key: None };
        let abroad = Arc::new(AbroadTimer(Mutex::new(inside), self.deadline));
        self.state = State::Abroad(abroad.clone());
        let refused = post(self.home, Letter::TimerAdd(Entry(Some(abroad)))).is_err();
        assert!(!refused, "{SHUT_DOWN}");
    }

    /// Takes its entry out of the wheel, if it stands there: at home now, elsewhere by letter.
    fn take_out(&mut self) -> Option<Waiter> {
        match mem::replace(&mut self.state, State::Fired) {
            State::Home(key) => {
                let taken = engine_at_home(self.home, |engine| engine.timers.cancel(key));
                if taken.is_none() {
                    drop(post(self.home, Letter::TimerCancel(TimerName::Key(key))));
                }
                taken.flatten()
            }
            State::Abroad(abroad) => {
                if abroad.0.lock().fired {
                    return None;
                }
                let name = TimerName::Abroad(abroad.clone());
                drop(post(self.home, Letter::TimerCancel(name)));
                Some(Waiter::Abroad(abroad))
            }
            State::New | State::Fired => None,
        }
    }
}

const SHUT_DOWN: &str = "the runtime that this timer belongs to has shut down: it will never fire";

impl Drop for Timer {
    fn drop(&mut self) {
        // The waker that comes out is dropped here, with nothing borrowed.
        drop(self.take_out());
    }
}

/// Who is woken when a timer fires.
pub(crate) enum Waiter {
    Home(Parked),
    Abroad(Arc<AbroadTimer>),
}

impl Waiter {
    /// The timer is due.
    pub(crate) fn wake(self) {
        match self {
            Waiter::Home(parked) => parked.wake(),
            Waiter::Abroad(abroad) => abroad.tell(|inside| inside.fired = true),
        }
    }

    /// The runtime ends: the timer will never be due.
    pub(crate) fn end(self) {
        match self {
            Waiter::Home(parked) => parked.wake(),
            Waiter::Abroad(abroad) => abroad.tell(|inside| inside.ended = true),
        }
    }
}

/// What a timer elsewhere and its entry in the wheel share; the deadline beside it.
#[derive(Debug)]
pub(crate) struct AbroadTimer(Mutex<Inside>, Instant);

#[derive(Debug)]
struct Inside {
    waker: Option<Waker>,
    fired: bool,
    ended: bool,
    /// Where it stands, known once the letter was opened.
    key: Option<TimerKey>,
}

impl AbroadTimer {
    /// Has it fired? Otherwise the newest waker is stored.
    fn poll(&self, cx: &Context<'_>) -> bool {
        let newest = cx.waker().clone();
        let mut inside = self.0.lock();
        assert!(!inside.ended, "{SHUT_DOWN}");
        if inside.fired {
            return true;
        }
        let old = inside.waker.replace(newest);
        drop(inside);
        drop(old);
        false
    }

    fn tell(&self, change: impl FnOnce(&mut Inside)) {
        let waker = {
            let mut inside = self.0.lock();
            change(&mut inside);
            inside.key = None;
            inside.waker.take()
        };
        if let Some(waker) = waker {
            quietly(|| waker.wake());
        }
    }
}

/// A timer elsewhere on its way into the wheel. If nobody opens the letter, because the runtime
/// ends, whoever waits hears of it.
pub(crate) struct Entry(Option<Arc<AbroadTimer>>);

impl Entry {
    /// The letter was opened: put it into the wheel.
    pub(crate) fn add(mut self) {
        let Some(abroad) = self.0.take() else { return };
        let added = with_current(|engine| {
            let tick = engine.shared.clock.tick_of(abroad.1);
            let insert = |()| engine.timers.insert(tick, Waiter::Abroad(abroad.clone()));
            (!engine.closing).then_some(()).map(insert)
        });
        match added.flatten() {
            Some(Ok(key)) => abroad.0.lock().key = Some(key),
            Some(Err(waiter)) => waiter.wake(),
            None => abroad.tell(|inside| inside.ended = true),
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        if let Some(abroad) = self.0.take() {
            abroad.tell(|inside| inside.ended = true);
        }
    }
}

/// A letter from a timer elsewhere: take it out again.
pub(crate) fn cancel_for(name: TimerName) {
    let key = match name {
        TimerName::Key(key) => Some(key),
        TimerName::Abroad(abroad) => abroad.0.lock().key.take(),
    };
    let taken = key.and_then(|key| with_current(|engine| engine.timers.cancel(key)));
    drop(taken);
}
