//! What is known of a task?
//!
//! Its state, as in `runtime/src/tasks/header.rs`; what it was made for and by which task; which
//! wake caused its latest poll; where its wakers are stored.

use std::collections::BTreeSet;
use std::time::Duration;

use kettle_events::{Cause, Effect, Id, Kind, Outcome, Place};

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
    /// The name of its future's type; empty if it was spawned out of sight.
    pub what: &'static str,
    /// Its state.
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
    /// The end that its `JoinHandle` has reported.
    pub joined: Option<Outcome>,
    /// May its `JoinHandle` still come for its output? One that goes without a report was dropped.
    /// (A drop on another thread after the task's end isn't recorded.)
    pub handle: bool,
    /// How many clones of its waker there were when the thread went to sleep, if its latest poll
    /// has left it no wait.
    pub clones: Option<usize>,
    /// Has somebody asked for its end?
    pub cancelled: bool,
    /// Its place in the order of queued tasks: the lowest rank is polled first.
    pub(super) rank: u64,
    /// It has given way, and its waker is called at the end of the phase.
    pub(super) deferred: bool,
    /// It was woken during its present poll.
    pub(super) again: bool,
    /// Its future is to be dropped in its present poll.
    pub(super) ends: bool,
    /// Its waits whose wakers are stored: the oldest first.
    pub(super) waits: BTreeSet<Id>,
    /// The records of its spawn and of its end.
    pub(super) spawned: Option<u64>,
    pub(super) ended: Option<u64>,
}

/// The state of a task.
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
    /// What woke it.
    pub by: Cause,
}

impl Task {
    pub(super) fn new(id: Id, kind: Kind, made: Option<Place>, since: Duration) -> Task {
        let handle = kind != Kind::Main;
        Task {
            id,
            kind,
            made,
            what: "",
            state: if made.is_some() { State::New } else { State::Queued },
            since,
            polls: 0,
            woken_by: None,
            next_wake: None,
            at: None,
            joined: None,
            handle,
            clones: None,
            cancelled: false,
            rank: 0,
            deferred: false,
            again: false,
            ends: false,
            waits: BTreeSet::new(),
            spawned: None,
            ended: None,
        }
    }

    /// How many of its wakers are stored in our timers, sources, primitives and join handles.
    pub fn stored(&self) -> usize {
        self.waits.len()
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
        self.clones = None;
        self.woken_by = self.next_wake.take();
    }

    /// Is this what a wake does to it as it is?
    pub(super) fn fits(&self, effect: Effect) -> bool {
        match effect {
            Effect::Queued(_) => matches!(self.state, State::New | State::Waiting),
            Effect::DuringPoll => self.state == State::Polling && !self.again,
            Effect::Coalesced => self.state == State::Queued || self.again,
            Effect::Stale => self.is_over(),
        }
    }
}
