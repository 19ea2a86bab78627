//! What is known of a task?
//!
//! Where it stands, as in the states of `runtime/src/task.rs`; what it was made for and by whom; which
//! wake caused its latest poll; where its wakers are stored.

use std::time::Duration;

use kettle_runtime::event::{Cause, Effect, Kind, Outcome, Place};
use kettle_runtime::id::Id;

use super::select::Round;
use super::waiting::{Spot, Waiter};

/// A task, or the future of a `block_on`.
#[derive(Clone, Debug)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "each is told by an event of its own")]
pub struct Task {
    /// Its number.
    pub id: Id,
    /// What kind of task.
    pub kind: Kind,
    /// Where it was spawned; `None`: out of sight.
    pub made: Option<Place>,
    /// The task that spawned it, if one did.
    pub parent: Option<Id>,
    /// Where it stands.
    pub state: State,
    /// Since when it is in this state, by the runtime's clock.
    pub since: Duration,
    /// How often it was polled.
    pub polls: u64,
    /// The wake that caused its latest poll.
    pub woken_by: Option<Woken>,
    /// The wake that will cause the next one.
    pub next_wake: Option<Woken>,
    /// Where in the program it last awaited something.
    pub at: Option<Place>,
    /// May its `JoinHandle` still come for its output? (A handle that was dropped on another thread
    /// after the task's end is not heard of.)
    pub handle: bool,
    /// How many others than its slot held what its wakers point to, after its latest poll: see
    /// [`Event::PollEnd`](kettle_runtime::event::Event::PollEnd).
    pub kept: usize,
    /// Has somebody asked for its end?
    pub cancelled: bool,
    /// The rounds of `select!` in its present poll, the innermost last.
    pub rounds: Vec<Round>,
    /// It was woken during its present poll.
    pub(super) again: bool,
    /// Its future is to be dropped in its present poll.
    pub(super) ends: bool,
    /// Spawned by a letter: its handle lives elsewhere, and keeps what its wakers point to in
    /// another way.
    pub(super) by_letter: bool,
    /// Where its wakers are stored.
    pub(super) waits: Vec<Spot>,
    /// Who waits for its end.
    pub(super) joiner: Option<Waiter>,
}

/// Where a task stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Made, and in no queue yet.
    New,
    /// In the run queue.
    Queued,
    /// It is being polled.
    Polling,
    /// It has returned `Pending`, and nobody has woken it since.
    Waiting,
    /// Over.
    Done(Outcome),
}

/// A wake that reached a task and changed something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Woken {
    /// The wake's record.
    pub seq: u64,
    /// Who woke.
    pub by: Cause,
}

impl Task {
    pub(super) fn new(
        id: Id,
        kind: Kind,
        made: Option<Place>,
        parent: Option<Id>,
        since: Duration,
        by_letter: bool,
    ) -> Task {
        Task {
            id,
            kind,
            made,
            parent,
            state: if made.is_some() { State::New } else { State::Queued },
            since,
            polls: 0,
            woken_by: None,
            next_wake: None,
            at: None,
            handle: kind != Kind::Main,
            kept: 0,
            cancelled: false,
            rounds: Vec::new(),
            again: false,
            ends: false,
            by_letter,
            waits: Vec::new(),
            joiner: None,
        }
    }

    /// How many held its waker after its latest poll, beside our primitives: clones, and abort
    /// handles. To be asked when that poll has just ended: its own handle is among
    /// [`kept`](Task::kept), but only while it lives.
    pub fn clones(&self) -> usize {
        self.kept.saturating_sub(usize::from(self.is_celled() || self.handle))
    }

    /// Is it joined to its handle in a cell (it is local, or was spawned by a letter)? Then that
    /// holds the task for life, and whoever waits for its end leaves a clone of the waker there.
    pub(crate) fn is_celled(&self) -> bool {
        self.kind == Kind::Local || self.by_letter
    }

    /// Has it ended?
    pub fn is_over(&self) -> bool {
        matches!(self.state, State::Done(_))
    }

    pub(super) fn enter(&mut self, state: State, now: Duration) {
        (self.state, self.since) = (state, now);
    }

    pub(super) fn begin_poll(&mut self, now: Duration) {
        self.enter(State::Polling, now);
        self.polls += 1;
        (self.again, self.ends) = (false, self.cancelled);
        self.woken_by = self.next_wake.take();
    }

    pub(super) fn what_a_wake_does(&self) -> &'static str {
        match self.state {
            State::New | State::Waiting => "Queued",
            State::Polling if !self.again => "DuringPoll",
            State::Queued | State::Polling => "Coalesced",
            State::Done(_) => "Stale",
        }
    }
}

pub(super) fn name(effect: Effect) -> &'static str {
    match effect {
        Effect::Queued(_) => "Queued",
        Effect::Coalesced => "Coalesced",
        Effect::DuringPoll => "DuringPoll",
        Effect::Stale => "Stale",
    }
}
