//! How does a timer get into a wheel that it can't reach from where it is polled?
//!
//! By letter. It shares an [`AbroadTimer`] with its entry in the wheel; whoever polls leaves a
//! waker there, and the entry says when it fires, or that it never will because its runtime has
//! ended. A timer that is moved to another deadline goes in anew, and its letter says what stood
//! there for it before: home takes that out and lets its waiter wait on, at the new entry.
//!
//! Interface: [`AbroadTimer`]; [`Entry`] and [`cancel_for`], the letters. Invariants: letters are
//! opened in the order in which they were posted, so an entry that is named in one has come, and
//! has fired if it is not there. A letter that nobody opens tells the waiter that home has ended.
//!
//! tokio: no such thing; its wheel stands behind a mutex, which every thread may take.

use std::sync::Arc;
use std::task::Context;
use std::time::Instant;

use parking_lot::Mutex;

use super::{TimerKey, Waiter};
use crate::context::with_current;
use crate::foreign::quietly;
use crate::parked::Parked;
use crate::remote::TimerName;

/// What a timer elsewhere and its entry in the wheel share.
#[derive(Debug)]
pub(crate) struct AbroadTimer {
    deadline: Instant,
    inside: Mutex<Inside>,
}

#[derive(Debug)]
struct Inside {
    stage: Stage,
    waiter: Option<Parked>,
    /// Where it stands, known once the letter was opened.
    key: Option<TimerKey>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Waits,
    Fired,
    /// Home has ended.
    Ended,
}

impl AbroadTimer {
    pub(super) fn new(deadline: Instant) -> Arc<AbroadTimer> {
        let inside = Inside { stage: Stage::Waits, waiter: None, key: None };
        Arc::new(AbroadTimer { deadline, inside: Mutex::new(inside) })
    }

    pub(super) fn has_fired(&self) -> bool {
        self.inside.lock().stage == Stage::Fired
    }

    /// Has it fired? Otherwise the newest waker is stored.
    ///
    /// # Panics
    ///
    /// When home has ended.
    pub(super) fn poll(&self, cx: &Context<'_>) -> bool {
        let newest = Parked::new(cx);
        let mut inside = self.inside.lock();
        assert!(
            inside.stage != Stage::Ended,
            "the runtime that this timer belongs to has shut down: it will never fire"
        );
        if inside.stage == Stage::Fired {
            return true;
        }
        let old = inside.waiter.replace(newest);
        drop(inside);
        drop(old);
        false
    }

    pub(super) fn fire(&self) {
        self.tell(Stage::Fired);
    }

    pub(super) fn end(&self) {
        self.tell(Stage::Ended);
    }

    fn tell(&self, stage: Stage) {
        let waiter = {
            let mut inside = self.inside.lock();
            inside.stage = stage;
            inside.key = None;
            inside.waiter.take()
        };
        if let Some(waiter) = waiter {
            quietly(|| waiter.wake());
        }
    }

    /// Takes over who waited for the timer's old entry, unless a newer poll has come.
    fn inherit(&self, waiter: Option<Parked>) {
        let mut left = waiter;
        let mut inside = self.inside.lock();
        if inside.waiter.is_none() {
            inside.waiter = left.take();
        }
        drop(inside);
        drop(left);
    }
}

/// A timer elsewhere on its way into the wheel.
pub(crate) struct Entry {
    /// `None`: it has arrived.
    abroad: Option<Arc<AbroadTimer>>,
    before: Option<TimerName>,
}

impl Entry {
    /// `before`: what stood in the wheel for the same timer until now.
    pub(super) fn new(abroad: Arc<AbroadTimer>, before: Option<TimerName>) -> Entry {
        Entry { abroad: Some(abroad), before }
    }

    /// The letter was opened: put it into the wheel.
    pub(crate) fn add(mut self) {
        let Some(abroad) = self.abroad.take() else { return };
        abroad.inherit(self.before.take().and_then(take_out));
        let added = with_current(|engine| {
            if engine.closing {
                return None;
            }
            let tick = engine.shared.clock.tick_of(abroad.deadline);
            Some(engine.timers.insert(tick, Waiter::Abroad(abroad.clone())))
        });
        match added.flatten() {
            Some(Ok(key)) => abroad.inside.lock().key = Some(key),
            Some(Err(waiter)) => waiter.wake(),
            None => abroad.end(),
        }
    }
}

/// Nobody will open the letter, because home has ended.
impl Drop for Entry {
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
        TimerName::Abroad(abroad) => abroad.inside.lock().key.take()?,
    };
    match with_current(|engine| engine.timers.cancel(key)).flatten()? {
        Waiter::Home(parked) => Some(parked),
        Waiter::Abroad(abroad) => abroad.inside.lock().waiter.take(),
    }
}
