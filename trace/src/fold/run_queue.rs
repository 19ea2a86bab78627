//! Which task is polled next?
//!
//! The same two queues as the engine has (`runtime/src/tasks/run_queue.rs`), and the same rule:
//! tasks that were woken by a timer, a source or another thread are in the urgent queue, all others
//! in the ordinary one, and both are taken from in turn. The engine's own queues are not asked:
//! these are rebuilt from wakes and polls.
//!
//! Each task in them has a *rank*: of two, the one with the lower rank is polled first. It is given
//! once, because whatever joins a queue at its end changes nothing in the order of those that are
//! there. (Where a schedule lets another one go first, the ranks of the others say only what came
//! first.)
//!
//! Invariant: a task is in them at most once.

use std::collections::{BTreeMap, VecDeque};
use std::mem;

use kettle_events::{Cause, Id};

/// The run queue.
#[derive(Clone, Debug, Default)]
pub(super) struct RunQueue {
    ordinary: VecDeque<Place>,
    urgent: VecDeque<Place>,
    /// Where both have a task, the next one is ordinary.
    ordinary_next: bool,
    /// The highest rank that was given out.
    highest: u64,
    /// How many places behind the next one a schedule has chosen.
    nth: usize,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    task: Id,
    rank: u64,
}

/// Between two ranks there is room for tasks of the other queue.
const APART: u64 = 1 << 8;

impl RunQueue {
    /// Puts a task at the end of its queue; gives its place there, and its rank.
    pub(super) fn push(&mut self, task: Id, by: Cause) -> (usize, u64) {
        let urgent = matches!(by, Cause::Timer | Cause::Io | Cause::Message);
        let rank = self.rank_of_last(urgent);
        self.highest = self.highest.max(rank);
        let queue = if urgent { &mut self.urgent } else { &mut self.ordinary };
        queue.push_back(Place { task, rank });
        (queue.len(), rank)
    }

    /// `block_on`'s own future, which goes before all others: gives all that are queued, with new
    /// ranks.
    pub(super) fn push_front(&mut self, task: Id) -> BTreeMap<Id, u64> {
        self.ordinary.push_front(Place { task, rank: 0 });
        self.ordinary_next |= !self.urgent.is_empty();
        let ranks = (1..).map(|number: u64| self.highest + number * APART);
        let ranks: BTreeMap<Id, u64> = self.in_order().into_iter().zip(ranks).collect();
        for place in self.ordinary.iter_mut().chain(&mut self.urgent) {
            place.rank = ranks[&place.task];
            self.highest = self.highest.max(place.rank);
        }
        ranks
    }

    /// The rank of one that is about to come before all others.
    pub(super) fn rank_of_front(&self) -> u64 {
        let fronts = [self.ordinary.front(), self.urgent.front()];
        let first = fronts.into_iter().flatten().map(|place| place.rank).min();
        first.map_or(self.highest, |rank| rank - 1)
    }

    /// The rank of one that comes to the end of a queue: between those of the other queue that are
    /// polled before it and those that are polled after it.
    pub(super) fn rank_of_last(&self, urgent: bool) -> u64 {
        let (own, other) =
            if urgent { (&self.urgent, &self.ordinary) } else { (&self.ordinary, &self.urgent) };
        let others_first = usize::from(urgent == self.ordinary_next);
        let before = other.len().min(own.len() + others_first);
        let rank = |place: &Place| place.rank;
        let last = own.back().map(rank).max(before.checked_sub(1).map(|last| other[last].rank));
        match (last, other.get(before).map(rank)) {
            (None, None) => self.highest + APART,
            (Some(last), None) => last.max(self.highest) + APART,
            (None, Some(next)) => next / 2,
            (Some(last), Some(next)) => last.midpoint(next),
        }
    }

    /// A schedule lets this one go first: so many places behind the next one.
    pub(super) fn choose(&mut self, nth: usize) {
        self.nth = nth;
    }

    /// The next one by the rule, or the one that was chosen.
    pub(super) fn next(&self) -> Option<Id> {
        let (mut first, mut other) = (&self.ordinary, &self.urgent);
        if self.is_urgent_next() {
            (first, other) = (other, first);
        }
        let place = first.get(self.nth).or_else(|| other.get(self.nth.checked_sub(first.len())?));
        place.map(|place| place.task)
    }

    /// Takes that one out.
    pub(super) fn pop(&mut self) -> Option<Id> {
        let (urgent_next, nth) = (self.is_urgent_next(), mem::take(&mut self.nth));
        self.ordinary_next ^= !self.urgent.is_empty();
        let (mut first, mut other) = (&mut self.ordinary, &mut self.urgent);
        if urgent_next {
            mem::swap(&mut first, &mut other);
        }
        let place = first.remove(nth).or_else(|| other.remove(nth.checked_sub(first.len())?));
        place.map(|place| place.task)
    }

    fn is_urgent_next(&self) -> bool {
        !self.urgent.is_empty() && (!self.ordinary_next || self.ordinary.is_empty())
    }

    /// Takes out all up to this one: where records are missing, those before it have been polled
    /// unseen, or were never there. (To look for it and keep them would take a look at all of a
    /// long queue for each poll.)
    pub(super) fn skip_to(&mut self, task: Id) {
        while self.pop().is_some_and(|next| next != task) {}
    }

    /// Takes one out from wherever it is. Was it there?
    pub(super) fn remove(&mut self, task: Id) -> bool {
        let before = self.len();
        self.nth = 0;
        self.ordinary.retain(|place| place.task != task);
        self.urgent.retain(|place| place.task != task);
        self.len() < before
    }

    pub(super) fn len(&self) -> usize {
        self.ordinary.len() + self.urgent.len()
    }

    /// All of them, in the order in which they are polled if no other task comes.
    pub(super) fn in_order(&self) -> Vec<Id> {
        let mut rest = self.clone();
        std::iter::from_fn(|| rest.pop()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_before_one_that_is_polled_are_skipped() {
        let tasks: Vec<_> = (0..4).map(|_| Id::next()).collect();
        let mut queue = RunQueue::default();
        for &task in &tasks[..3] {
            queue.push(task, Cause::Runtime);
        }
        queue.skip_to(tasks[1]);
        assert_eq!(queue.in_order(), [tasks[2]]);
        queue.skip_to(tasks[3]); // no wake has told of it
        assert_eq!(queue.len(), 0);
    }
}
