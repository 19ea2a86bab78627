//! What is known of a task?
//!
//! Its state, as in `runtime/src/tasks/header.rs`; what it was made for and by which task; which
//! wake caused its latest poll; where its wakers are stored.

use std::collections::BTreeMap;
use std::time::Duration;

use kettle_events::{Cause, Deferral, Effect, Id, Kind, Outcome, Place};

use super::select::Round;
use super::waiting::{Spot, Waiter};

/// So many places at which a task awaits something are remembered.
const PLACES: usize = 32;

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
    /// The task that spawned it, if one did.
    pub parent: Option<Id>,
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
    /// Where it awaited the timer that fired for it last.
    pub(crate) timer_at: Option<Place>,
    /// Where it has awaited something, each place once.
    pub(super) places: Vec<Place>,
    /// Where it got something without a wait: since it last awaited something, and before.
    pub(super) passed: [Vec<Place>; 2],
    /// Where a task or a job that it came to await had ended before, if these places were new to it.
    pub(crate) steps: Vec<Place>,
    /// Has it only renewed waits in this poll? (None, if it has told of no wait.)
    pub(super) still: Option<bool>,
    /// It has come to a place at which it had been before, with or without a wait, or to more than are remembered: how
    /// many it knew then.
    pub(super) returned: Option<usize>,
    /// The task that woke it last, for the present poll or, between two polls, for the next one. (It may have been
    /// queued already.)
    pub(super) called_by: Option<Id>,
    /// Has it come to new places since it was last at such a one? And the task that woke it for the first of these, if a
    /// task did.
    pub(super) led_out: (bool, Option<Id>),
    /// What its `JoinHandle` has told of its end, once it was asked.
    pub joined: Option<Outcome>,
    /// Was its `JoinHandle` dropped without being asked?
    pub detached: bool,
    /// May its `JoinHandle` still come for its output? (A handle that was dropped on another thread
    /// after the task's end is not heard of.)
    pub handle: bool,
    /// How many handles can abort it: its `JoinHandle` and `AbortHandle`s, as they were after its
    /// latest poll, less the `JoinHandle` if that has gone since.
    pub handles: usize,
    /// How many clones of its waker there were after its latest poll.
    pub wakers: usize,
    /// How many clones of its waker were in other places than our timers, sources, primitives and
    /// join handles, after its latest poll.
    pub clones: usize,
    /// More waits were known after its latest poll than clones of its waker: some wait under the waker
    /// of a combinator, or have been called on another thread.
    pub combined: bool,
    /// Has somebody asked for its end?
    pub cancelled: bool,
    /// The rounds of `select!` in its present poll, the innermost last.
    pub rounds: Vec<Round>,
    /// In its present poll it has deferred its waker: by which record, and why.
    pub(super) deferred: Option<(u64, Deferral)>,
    /// Of two tasks that are queued, the one with the lower rank is polled first.
    pub(super) rank: u64,
    /// It was woken during its present poll.
    pub(super) again: bool,
    /// Its future is to be dropped in its present poll.
    pub(super) ends: bool,
    /// Where its wakers are stored, by the records of their coming there: the oldest first.
    pub(super) waits: BTreeMap<u64, Spot>,
    /// The record of its end.
    pub(super) ended: Option<u64>,
    /// The task that waits for its end.
    pub(super) joiner: Option<Waiter>,
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
    pub(super) fn new(
        id: Id,
        kind: Kind,
        made: Option<Place>,
        parent: Option<Id>,
        since: Duration,
    ) -> Task {
        let handle = kind != Kind::Main;
        Task {
            id,
            kind,
            made,
            what: "",
            parent,
            state: if made.is_some() { State::New } else { State::Queued },
            since,
            polls: 0,
            woken_by: None,
            next_wake: None,
            at: None,
            timer_at: None,
            places: Vec::new(),
            passed: [Vec::new(), Vec::new()],
            steps: Vec::new(),
            still: None,
            returned: None,
            called_by: None,
            led_out: (false, None),
            joined: None,
            detached: false,
            handle,
            handles: usize::from(handle),
            wakers: 0,
            clones: 0,
            combined: false,
            cancelled: false,
            rounds: Vec::new(),
            deferred: None,
            rank: 0,
            again: false,
            ends: false,
            waits: BTreeMap::new(),
            ended: None,
            joiner: None,
        }
    }

    /// Its poll ends, and it awaits this.
    pub(super) fn awaits_at(&mut self, at: Option<Place>) {
        let called_by = self.called_by.take();
        self.at = at.or(self.at);
        let by_a_timer = self.woken_by.is_some_and(|wake| wake.by == Cause::Timer);
        let is_still = by_a_timer && self.still == Some(true); // it was another one's, or an old one
        let Some(at) = at.filter(|_| !is_still) else { return };
        if self.places.contains(&at) || self.places.len() == PLACES {
            (self.returned, self.led_out) = (Some(self.places.len()), (false, None));
        } else {
            if self.returned == Some(self.places.len()) {
                self.led_out = (true, called_by);
            }
            // (No wake has led it out of a loop there: it knows one place more than it did then.)
            if self.passed[1].contains(&at) || self.steps.contains(&at) {
                (self.returned, self.led_out) = (Some(self.places.len()), (false, None));
            }
            self.places.push(at);
        }
        let [passed, before] = &mut self.passed;
        // What got a part at once, and waits for the rest, was there only once.
        let elsewhere = passed.drain(..).filter(|place| *place != at);
        before.extend(elsewhere.take(PLACES - before.len()));
    }

    /// It got something at this place without a wait; or learned that what it awaited there has `ended`.
    pub(super) fn passes(&mut self, at: Place, ended: bool) {
        let known = if ended { &mut self.steps } else { &mut self.passed[0] };
        let is_new = !(known.contains(&at) || ended && self.places.contains(&at));
        if self.returned.is_none() && known.len() < PLACES && is_new {
            known.push(at);
        }
    }

    /// At how many places one after the other has it awaited something? None, if it has come back to one of
    /// them, as a loop does, or to more places than are remembered: that may be a loop, too.
    pub(crate) fn came_on(&self) -> usize {
        if self.returned.is_some() { 0 } else { self.places.len() }
    }

    /// Has it gone round in a loop, until this other task woke it, and been at new places only since?
    pub(crate) fn was_led_out_by(&self, other: Id) -> bool {
        self.led_out.1 == Some(other)
    }

    /// Has it gone round in a loop, and been at new places only since?
    pub(crate) fn has_left_its_loop(&self) -> bool {
        self.led_out.0
    }

    /// How many of its wakers are stored in our timers, sources, primitives and join handles.
    pub fn stored(&self) -> usize {
        self.waits.len()
    }

    /// Its waker is at this place since that record.
    pub(super) fn joins(&mut self, since: u64, spot: Spot) {
        self.waits.insert(since, spot);
    }

    /// The one that came there with that record is there no longer.
    pub(super) fn leaves(&mut self, since: u64) -> bool {
        self.waits.remove(&since).is_some()
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
        (self.again, self.ends, self.deferred) = (false, self.cancelled, None);
        self.still = None;
        self.woken_by = self.next_wake.take();
    }

    /// A wake comes to it: what does that do?
    pub(super) fn is_called(&mut self, by: Cause) -> &'static str {
        if let Cause::Task(by) = by {
            self.called_by = Some(by);
        }
        self.what_a_wake_does()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::place;

    #[test]
    fn a_task_is_led_out_of_a_loop_by_the_first_wake_alone() {
        let (id, main) = (Id::next(), Id::next());
        let [round, after, later] = [place(), place(), place()];
        for by_main in [true, false] {
            let mut task = Task::new(id, Kind::Task, Some(round), None, Duration::ZERO);
            for at in [round, round] {
                task.awaits_at(Some(at));
            }
            task.is_called(if by_main { Cause::Task(main) } else { Cause::Runtime });
            task.awaits_at(Some(after));
            assert_eq!(task.was_led_out_by(main), by_main);
            // What wakes it afterwards has led it nowhere.
            task.is_called(Cause::Task(main));
            task.awaits_at(Some(later));
            assert_eq!(task.was_led_out_by(main), by_main);
        }
    }

    #[test]
    fn a_place_that_it_passed_is_one_at_which_it_has_been() {
        let (id, main) = (Id::next(), Id::next());
        let [made, asks, works, ends] = [place(), place(), place(), place()];
        for (passed, places) in [(true, 0), (false, 3)] {
            let mut task = Task::new(id, Kind::Task, Some(made), None, Duration::ZERO);
            if passed {
                task.passes(asks, false);
            }
            task.awaits_at(Some(works));
            // Here it gets a part at once, and then waits for the rest.
            task.passes(asks, false);
            task.awaits_at(Some(asks));
            task.is_called(Cause::Task(main));
            task.awaits_at(Some(ends));
            assert_eq!(task.came_on(), places);
            assert!(!task.was_led_out_by(main));
        }
    }
}
