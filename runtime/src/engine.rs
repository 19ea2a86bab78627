//! What does a runtime consist of?
//!
//! Of the fields below, in one box, and nothing else. Whoever holds the box holds them all; it is
//! `Send`, so a runtime may be made on one thread and driven on another.
//!
//! Interface: [`Engine`]; [`engine`], its fields where the loop runs. Invariants: only the thread
//! on which it is seated touches it (`seat.rs`); what other threads may touch is in [`Shared`].
//!
//! tokio: `Core` and `Handle` of the current-thread scheduler, and the drivers.

use std::sync::Arc;

use crate::context::with_current;
use crate::deferred::Deferred;
use crate::event::{Event, Tape};
use crate::letterbox::Inside;
use crate::reactor::Reactor;
use crate::remote::{HomeId, Letter, unregister};
use crate::rng::Rng;
use crate::runtime::Shared;
use crate::task::{Scheduler, SendTask};
use crate::timer::{TimerWaiter, Wheel};

/// Everything that one runtime consists of. Plain fields: who holds the box holds them all.
pub(crate) struct Engine {
    /// Its id; here because every wake compares it.
    pub(crate) home: HomeId,
    /// What other threads may know of it.
    pub(crate) shared: Arc<Shared>,
    pub(crate) scheduler: Scheduler<SendTask>,
    pub(crate) timers: Wheel<TimerWaiter>,
    pub(crate) reactor: Reactor,
    pub(crate) letters: Inside<Letter>,
    /// Wakers to be called at the end of this step.
    pub(crate) deferred: Deferred,
    /// Timers that are due, on their way out of the wheel; kept for its capacity.
    pub(crate) due: Vec<TimerWaiter>,
    pub(crate) event_interval: usize,
    pub(crate) rng: Rng,
    pub(crate) tape: Option<Box<Tape>>,
    /// It is being shut down: new tasks are refused.
    pub(crate) closing: bool,
}

/// Polls per turn while neither timers nor sockets can become ready. (Letters wait for its end.)
const UNDISTURBED: usize = 1024;

impl Engine {
    /// After so many polls, may more be made in this turn, and until how many? Asked once per event
    /// interval, not at each poll: 2 % of a yield's instructions.
    pub(crate) fn may_go_on(&self, polls: usize, until: &mut usize) -> bool {
        *until = polls + self.event_interval;
        polls == 0 || (polls < UNDISTURBED && !self.may_be_disturbed())
    }

    /// Can anything outside become ready, so that the loop has to look?
    fn may_be_disturbed(&self) -> bool {
        !self.timers.is_empty() || !self.shared.sources.is_empty()
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.scheduler.queue.len() == 0 && self.deferred.is_empty()
    }

    /// What stands where as a turn begins, by the engine's own counters.
    pub(crate) fn at_turn(&self) -> Event {
        Event::Turn {
            queued: self.scheduler.queue.len(),
            tasks: self.scheduler.alive,
            timers: self.timers.len(),
            sources: self.shared.sources.len(),
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        unregister(self.home);
    }
}

/// What the loop relies on.
pub(crate) const SEATED: &str = "the loop runs with its engine seated";

/// The engine's fields, in the loop: there is always one.
pub(crate) fn engine<R>(f: impl FnOnce(&mut Engine) -> R) -> R {
    with_current(f).expect(SEATED)
}
