//! Does what the heads of the engine state hold at the begin of a turn, around a sleep, and at the
//! runtime's end?

use std::cell::Cell;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use super::Executor;
use crate::base::{VERIFIES, holds};
use crate::tasks::scheduler_checks::{self, queued};

const ASLEEP: &str = "inbox/inbox.rs: `asleep` is true only between `prepare_to_sleep` and `awake`";
const SLEEPS: &str = "executor/executor.rs: `sleeps` is odd while the loop sleeps";
const IDLE: &str = "executor/park.rs: if a hook or the sink wakes a task, the loop doesn't sleep";
const LEFT: &str = "executor/executor.rs: more timers are due only if there were timers";
const PHASE: &str = "executor/executor.rs: phase 1 ends when no task is ready, or at its bound";
const END: &str = "executor/shutdown.rs: after `shut_down` no task is alive, nor waits";

thread_local! {
    static TURN: Cell<usize> = const { Cell::new(0) };
}

impl Executor {
    /// A turn begins: no task is being polled.
    pub(super) fn check_turn(&self) {
        if VERIFIES {
            let turn = TURN.replace((TURN.get() + 1) % 1_000_000);
            scheduler_checks::turn(turn, &self.inbox, self.counts.alive.load(Relaxed));
            self.time.check(turn);
            holds(LEFT, !self.timers_left || self.time.timers.lock().wheel.capacity() > 0, turn);
            self.reactor.sources.check(turn);
            self.check_awake();
        }
    }

    /// Phase 1 is over, after this many polls.
    pub(super) fn check_polls(&self, polls: usize) {
        holds(PHASE, !VERIFIES || polls == self.event_interval || queued() == 0, polls);
    }

    /// The loop is about to wait in the selector.
    pub(super) fn check_sleep(&self, timeout: Option<Duration>) {
        holds(IDLE, !VERIFIES || timeout == Some(Duration::ZERO) || self.is_idle(), timeout);
    }

    /// The loop has been awake since its last wait.
    pub(super) fn check_awake(&self) {
        if VERIFIES {
            let sleeps = self.counts.sleeps.load(Relaxed);
            holds(SLEEPS, sleeps.is_multiple_of(2), sleeps);
            holds(ASLEEP, !self.inbox.is_asleep(), sleeps);
        }
    }

    /// The runtime has dropped all its futures.
    pub(super) fn check_end(&self) {
        if VERIFIES {
            let (timers, sources) = (self.time.timers.lock(), self.reactor.sources.members.lock());
            let (tasks, wakers) = (self.counts.alive.load(Relaxed), self.due_wakers.len());
            let left = [tasks, queued(), timers.wheel.len(), sources.len(), wakers];
            holds(END, left == [0; 5], left);
        }
    }
}
