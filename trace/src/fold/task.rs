//! What do the records say about a task?
//!
//! A [`Task`] has its [`State`]; where it was spawned; which wake caused its latest poll, and which
//! will cause the next; the waits that have stored its waker. [`Task::can_have`] says whether a
//! wake can have the effect that its record names.
//!
//! Invariant: `next_wake` is set while the task is queued or was woken during its present poll, if
//! those wakes were recorded. Elsewhere: how events change a task (`tasks.rs`).

use std::collections::BTreeSet;
use std::time::Duration;

use kettle_events::{Cause, Effect, Id, Kind, Outcome, Place};

/// A task, or the future of a `block_on`.
#[derive(Clone, Debug)]
#[non_exhaustive]
#[allow(missing_docs)] // where the name says everything
#[expect(clippy::struct_excessive_bools, reason = "each follows from an event of its own")]
pub struct Task {
    pub id: Id,
    pub kind: Kind,
    /// The line that spawned it; `None`: its spawn wasn't recorded.
    pub made: Option<Place>,
    /// The name of its future's type; empty if its spawn wasn't recorded.
    pub what: &'static str,
    pub state: State,
    /// Since when it is in this state, by the runtime's clock.
    pub since: Duration,
    pub polls: u64,
    /// The wake that caused its latest poll.
    pub woken_by: Option<Woken>,
    /// The wake that will cause the next one.
    pub next_wake: Option<Woken>,
    /// Where in the program it last awaited something.
    pub at: Option<Place>,
    /// The end that its `JoinHandle` has reported.
    pub joined: Option<Outcome>,
    /// Does its `JoinHandle` still exist, as far as is recorded? (If another thread drops it after
    /// the task's end, that isn't recorded.)
    pub handle: bool,
    /// How many clones of its waker there were when the thread went to sleep, if its latest poll
    /// has left no wait. With no wait and no clone, nothing can wake the task.
    pub clones: Option<usize>,
    /// Was it aborted? Its future is dropped when it would next be polled.
    pub cancelled: bool,
    /// Its place in the order of queued tasks: the lowest rank is polled first.
    pub(super) rank: u64,
    /// Has it yielded, so that its waker is called after the polls of this turn?
    pub(super) deferred: bool,
    /// Was it woken during its present poll, so that it is queued after that?
    pub(super) woken_during_poll: bool,
    /// Does its present poll only drop its future, because it was aborted before?
    pub(super) poll_drops_it: bool,
    /// Its waits whose wakers are stored: the oldest first.
    pub(super) waits: BTreeSet<Id>,
    /// The number of the record of its spawn.
    pub(super) spawn_record: Option<u64>,
    /// The number of the record of its end.
    pub(super) end_record: Option<u64>,
}

/// The state of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Spawned, and not in the run queue yet.
    New,
    /// In the run queue.
    Queued,
    /// It is being polled.
    Polling,
    /// It has returned `Pending`, and nobody has woken it since.
    Waiting,
    /// Ended, with this outcome.
    Done(Outcome),
}

/// The wake that put a task into the run queue, or will do so after the task's present poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Woken {
    /// The wake's record.
    pub seq: u64,
    /// What woke it.
    pub by: Cause,
}

impl Task {
    pub(super) fn new(id: Id, kind: Kind, made: Option<Place>, since: Duration) -> Task {
        Task {
            id,
            kind,
            made,
            what: "",
            // Without a record of its spawn it is first met in the record of a wake or a poll.
            state: if made.is_some() { State::New } else { State::Queued },
            since,
            polls: 0,
            woken_by: None,
            next_wake: None,
            at: None,
            joined: None,
            handle: kind != Kind::Main,
            clones: None,
            cancelled: false,
            rank: 0,
            deferred: false,
            woken_during_poll: false,
            poll_drops_it: false,
            waits: BTreeSet::new(),
            spawn_record: None,
            end_record: None,
        }
    }

    /// How many of its wakers are stored in timers, sources, primitives and join handles.
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
        self.woken_during_poll = false;
        self.poll_drops_it = self.cancelled;
        self.clones = None;
        self.woken_by = self.next_wake.take();
    }

    /// Can a wake have this effect on the task in its present state?
    pub(super) fn can_have(&self, effect: Effect) -> bool {
        match effect {
            Effect::Queued(_) => matches!(self.state, State::New | State::Waiting),
            Effect::DuringPoll => self.state == State::Polling && !self.woken_during_poll,
            Effect::Coalesced => self.state == State::Queued || self.woken_during_poll,
            Effect::Stale => self.is_over(),
        }
    }
}
