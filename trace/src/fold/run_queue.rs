//! Which task is polled next?
//!
//! The same two queues as the engine has (`runtime/src/tasks/run_queue.rs`), and the same rule:
//! tasks that were woken by a timer, a source or another thread are in the urgent queue, all others
//! in the ordinary one, and both are taken from in turn. The engine's own queues are not asked:
//! these are rebuilt from wakes and polls.
//!
//! Each task in them has a *rank*: of two, the one with the lower rank is polled first. A rank is
//! given once, because a task that joins a queue at its end changes nothing in the order of those
//! that are there: the ordinary queue has the even numbers and the urgent one the odd numbers, so
//! that the two take turns. (Where a schedule lets another task go first, the ranks say only what
//! came first.)
//!
//! Invariant: a task is in them at most once.

use std::collections::VecDeque;
use std::mem;

use kettle_events::{Cause, Id};

/// The first rank of all. (New `block_on`s have come before it.)
const FIRST: u64 = 1 << 32;

/// The run queue: tasks with their ranks.
#[derive(Clone, Debug, Default)]
pub(super) struct RunQueue {
    ordinary: VecDeque<(u64, Id)>,
    urgent: VecDeque<(u64, Id)>,
    /// Where both have a task, the next one is ordinary.
    ordinary_next: bool,
    /// How many places behind the next one a schedule has chosen.
    nth: usize,
}

impl RunQueue {
    /// Puts a task at the end of its queue; gives its place there, and its rank.
    pub(super) fn push(&mut self, task: Id, by: Cause) -> (usize, u64) {
        let urgent = matches!(by, Cause::Timer | Cause::Io | Cause::Message);
        let (mut own, mut other) = (&mut self.ordinary, &mut self.urgent);
        if urgent {
            mem::swap(&mut own, &mut other);
        }
        let rank = match (own.back(), other.front()) {
            (Some((last, _)), _) => last + 2,
            (None, Some((next, _))) if urgent == self.ordinary_next => next + 1,
            (None, Some((next, _))) => next - 1,
            (None, None) => FIRST + u64::from(urgent),
        };
        own.push_back((rank, task));
        (own.len(), rank)
    }

    /// `block_on`'s own future goes before all others. Gives its rank, and the new ranks of tasks
    /// that change places: where it was the ordinary queue's turn, an urgent one is next behind it.
    pub(super) fn push_front(&mut self, task: Id) -> Vec<(u64, Id)> {
        let next = self.urgent.front().map_or(FIRST + 2, |(next, _)| next + 1);
        let first = self.ordinary.front().map_or(next, |(first, _)| *first) - 2;
        let change = self.ordinary_next && !self.ordinary.is_empty();
        for (rank, _) in self.urgent.iter_mut().filter(|_| change) {
            *rank -= 2;
        }
        self.ordinary.push_front((first, task));
        self.ordinary_next |= !self.urgent.is_empty();
        let changed = self.urgent.iter().filter(|_| change);
        [(first, task)].iter().chain(changed).copied().collect()
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
        place.map(|(_, task)| *task)
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
        place.map(|(_, task)| task)
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

    /// Takes one out from wherever it is.
    pub(super) fn remove(&mut self, task: Id) {
        self.nth = 0;
        self.ordinary.retain(|(_, other)| *other != task);
        self.urgent.retain(|(_, other)| *other != task);
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
