//! How does a task wait for one instant, and leave nothing behind?
//!
//! It polls a [`Timer`]: a deadline and, after the first poll, a key into the wheel of its runtime.
//! The wheel forgets a timer when it fires, so the next poll knows it has fired when the key finds
//! nothing. Dropping a timer that has not fired takes its entry out of the wheel at once.
//!
//! Invariants: a timer is never early, because deadlines round up to the tick and the clock rounds
//! down. Adding and cancelling read no clock, and cost the same among many timers (the exercise
//! counts). A timer is `Send + Sync`. `runtime/entered.rs` finds its runtime.
//!
//! tokio: the entry is a pinned node of an intrusive list.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use kettle_events::{Wait, in_a_drop, this_poll};

use super::time::{State, Time};
use crate::tasks::budget;

/// Becomes ready when its deadline has passed, and can be moved to another deadline. `sleep`,
/// `timeout` and `interval` are built on it.
pub struct Timer {
    time: Arc<Time>,
    deadline: Instant,
    state: State,
    wait: Wait,
    /// In which poll the deadline was counted from the present. 0: it was given as an instant.
    counted: u32,
}

impl Timer {
    /// A timer of this runtime. Its first poll puts it into the wheel.
    pub(crate) fn of(time: Arc<Time>, deadline: Instant) -> Timer {
        Timer { time, deadline, state: State::New, wait: Wait::NONE, counted: 0 }
    }

    /// Notes that the deadline was counted from the present, for the event if this poll polls it.
    #[inline]
    pub fn count_from_now(&mut self) {
        self.counted = this_poll();
    }

    /// When the timer becomes ready.
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Has it fired? It fires only if it has been polled, and when the loop checks its timers.
    pub fn is_elapsed(&self) -> bool {
        match self.state {
            State::New => false,
            State::Registered(index) => self.time.has_fired(self.time.key(index, self.deadline)),
            State::Fired => true,
        }
    }

    /// Moves the timer to another deadline. Its task is woken only if that deadline has passed.
    pub fn reset(&mut self, deadline: Instant) {
        self.state = match self.state {
            State::New | State::Fired => State::New,
            State::Registered(index) => {
                self.time.move_to(self.time.key(index, self.deadline), deadline)
            }
        };
        if let State::New = self.state {
            self.wait = Wait::NONE; // the next poll begins a new wait
        }
        (self.deadline, self.counted) = (deadline, 0);
    }

    /// Ready when the deadline has passed; otherwise stores the newest waker in the wheel.
    /// Panics if the runtime that it was made in has shut down.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let permit = ready!(budget::poll_proceed(cx));
        match self.state {
            State::New => {
                let at = self.counted != this_poll();
                self.state = self.time.register((self.deadline, at), cx, &mut self.wait);
                if let State::Registered(_) = self.state {
                    return Poll::Pending;
                }
            }
            State::Registered(index) => {
                let key = self.time.key(index, self.deadline);
                ready!(self.time.poll(key, cx, &mut self.wait));
            }
            State::Fired => {}
        }
        self.time.check_ready(self.deadline);
        self.state = State::Fired;
        self.wait.got();
        permit.made_progress();
        Poll::Ready(())
    }
}

impl Drop for Timer {
    #[inline]
    fn drop(&mut self) {
        let _line = in_a_drop();
        if let State::Registered(index) = self.state {
            self.time.cancel(index, self.deadline);
        }
    }
}

impl fmt::Debug for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Timer { deadline, state, .. } = self;
        write!(f, "Timer {{ deadline: {deadline:?}, state: {state:?} }}")
    }
}
