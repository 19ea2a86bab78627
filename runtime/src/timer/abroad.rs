//! How does a timer get into a wheel that it can't reach from where it is polled?
//!
//! By letter. It shares an [`AbroadTimer`] with its entry in the wheel; whoever polls leaves a
//! waker there, and the entry says when it fires, or that it never will because its runtime has
//! ended. A timer that is moved to another deadline goes in anew, and its letter says what stood
//! there for it before: home takes that out and lets its waiter wait on, at the new entry.
//!
//! Interface: [`AbroadTimer`]; [`Arrival`] and [`cancel_for`], the letters. Invariants: letters are
//! opened in the order in which they were posted, so an entry that is named in one has come, and
//! has fired if it is not there. A letter that nobody opens tells the waiter that home has ended.
//!
//! tokio: no such thing; its wheel stands behind a mutex, which every thread may take.

use std::sync::Arc;
use std::task::Context;
use std::time::Instant;

use parking_lot::Mutex;

use super::{TimerKey, TimerWaiter};
use crate::context::with_current;
use crate::foreign::quietly;
use crate::parked::Parked;
use crate::remote::TimerName;
use crate::task::Key;

/// What a timer elsewhere and its entry in the wheel share.
#[derive(Debug)]
pub(crate) struct AbroadTimer {
    deadline: Instant,
    state: Mutex<AbroadState>,
}

#[derive(Debug)]
struct AbroadState {
    fate: Fate,
    waiter: Option<Parked>,
    /// Where it stands, known once the letter was opened.
    key: Option<TimerKey>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Waits,
    Fired,
    /// Home has ended.
    Ended,
}

impl AbroadTimer {
    pub(super) fn new(deadline: Instant) -> Arc<AbroadTimer> {
        let state = AbroadState { fate: Fate::Waits, waiter: None, key: None };
        Arc::new(AbroadTimer { deadline, state: Mutex::new(state) })
    }

    pub(super) fn has_fired(&self) -> bool {
        self.state.lock().fate == Fate::Fired
    }

    /// Has it fired? Otherwise the newest waker is stored.
    ///
    /// # Panics
    ///
    /// When home has ended.
    pub(super) fn poll(&self, cx: &Context<'_>) -> bool {
        let newest = Parked::clone_of(cx.waker());
        let mut state = self.state.lock();
        assert!(
            state.fate != Fate::Ended,
            "the runtime that this timer belongs to has shut down: it will never fire"
        );
        if state.fate == Fate::Fired {
            return true;
        }
        let old = state.waiter.replace(newest);
        drop(state);
        drop(old);
        false
    }

    pub(super) fn fire(&self) {
        self.tell(Fate::Fired);
    }

    pub(super) fn end(&self) {
        self.tell(Fate::Ended);
    }

    fn tell(&self, fate: Fate) {
        let waiter = {
            let mut state = self.state.lock();
            state.fate = fate;
            state.key = None;
            state.waiter.take()
        };
        if let Some(waiter) = waiter {
            quietly(|| waiter.wake());
        }
    }

    /// Takes over who waited for the timer's old entry, unless a newer poll has come.
    fn inherit(&self, waiter: Option<Parked>) {
        let mut left = waiter;
        let mut state = self.state.lock();
        if state.waiter.is_none() {
            state.waiter = left.take();
        }
        drop(state);
        drop(left);
    }
}

/// A timer elsewhere on its way into the wheel.
pub(crate) struct Arrival {
    /// `None`: it has arrived.
    abroad: Option<Arc<AbroadTimer>>,
    before: Option<TimerName>,
}

impl Arrival {
    /// `before`: what stood in the wheel for the same timer until now.
    pub(super) fn new(abroad: Arc<AbroadTimer>, before: Option<TimerName>) -> Arrival {
        Arrival { abroad: Some(abroad), before }
    }

    /// The letter was opened: put it into the wheel.
    pub(crate) fn add(mut self) {
        let Some(abroad) = self.abroad.take() else { return };
        abroad.inherit(self.before.take().and_then(take_out));
        let fate = with_current(|engine| {
            let tick = engine.shared.clock.tick_of(abroad.deadline);
            if engine.closing {
                return Fate::Ended;
            }
            if engine.timers.is_past(tick) {
                return Fate::Fired;
            }
            let key = engine.timers.insert(tick, TimerWaiter::Abroad(abroad.clone()));
            abroad.state.lock().key = Some(key);
            Fate::Waits
        });
        match fate.unwrap_or(Fate::Ended) {
            Fate::Waits => {}
            fate => abroad.tell(fate),
        }
    }
}

/// Nobody will open the letter, because home has ended.
impl Drop for Arrival {
    fn drop(&mut self) {
        if let Some(abroad) = self.abroad.take() {
            abroad.end();
        }
    }
}

/// A letter from a timer elsewhere: take it out again.
pub(crate) fn cancel_for(name: TimerName) {
    drop(take_out(name));
}

/// Takes an entry out of the wheel, if it still stands there, and gives who waited for it.
fn take_out(name: TimerName) -> Option<Parked> {
    let key = match name {
        TimerName::Key(key) => key,
        TimerName::Abroad(abroad) => abroad.state.lock().key.take()?,
    };
    let taken = with_current(|engine| Some((engine.timers.cancel(key)?, engine.home)));
    match taken.flatten()? {
        (TimerWaiter::Task { index, id }, home) => Some(Parked::task(home, Key { index, id })),
        (TimerWaiter::Other(parked), _) => Some(*parked),
        (TimerWaiter::Abroad(abroad), _) => abroad.state.lock().waiter.take(),
    }
}
