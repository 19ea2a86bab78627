//! Which task is polled next?
//!
//! A [`RunQueue`] is rebuilt from the records of wakes and polls. It has the engine's two queues
//! (`runtime/src/tasks/run_queue.rs`): the urgent one for tasks that were woken by a timer, a
//! source or another thread, and the ordinary one for all others. Tasks are taken from the two
//! alternately.
//!
//! Each task in a queue has a *rank*: the task with the lower rank is polled first. The ordinary
//! queue has even ranks and the urgent one odd ranks, so that they alternate. A rank need not
//! change later, because a task that joins at the end leaves the others in their order. (If a
//! schedule chooses another task than the first, ranks show only who joined first.)
//!
//! Interface: [`RunQueue::push`] and [`RunQueue::push_front`] add a task. [`RunQueue::next`] gives
//! the task to be polled next, after a [`RunQueue::choose`] the one that the schedule chose;
//! [`RunQueue::pop`] takes it out. [`RunQueue::in_order`] gives all.
//! Invariant: a task is in the run queue at most once.

use std::collections::VecDeque;
use std::mem;

use kettle_events::{Cause, Id};

/// The rank of the first task in empty queues. (The future of a `block_on` gets a lower one.)
const FIRST: u64 = 1 << 32;

/// The run queue: tasks with their ranks.
#[derive(Clone, Debug, Default)]
pub(super) struct RunQueue {
    ordinary: VecDeque<(u64, Id)>,
    urgent: VecDeque<(u64, Id)>,
    /// If both have a task, is the next one from the ordinary queue?
    ordinary_next: bool,
    /// Which task a schedule has chosen: 0 is the one that is next by the rule, 1 the one after it.
    chosen: usize,
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

    /// Puts `block_on`'s own future before all others. Gives its rank, and the new ranks of tasks
    /// that change places: if it was the ordinary queue's turn, the urgent queue's is now next.
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

    /// A schedule has chosen the `nth` task after the next one by the rule.
    pub(super) fn choose(&mut self, nth: usize) {
        self.chosen = nth;
    }

    /// The task to be polled next, by the rule or by the schedule's choice.
    pub(super) fn next(&self) -> Option<Id> {
        let (mut first, mut other) = (&self.ordinary, &self.urgent);
        if self.is_urgent_next() {
            (first, other) = (other, first);
        }
        let place = first.get(self.chosen);
        let place = place.or_else(|| other.get(self.chosen.checked_sub(first.len())?));
        place.map(|(_, task)| *task)
    }

    /// Takes the next task out.
    pub(super) fn pop(&mut self) -> Option<Id> {
        let (urgent_next, nth) = (self.is_urgent_next(), mem::take(&mut self.chosen));
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

    /// Takes out all tasks up to this one. If records are missing, the tasks before it have been
    /// polled in between. (To search for it and keep them would visit a long queue at each poll.)
    pub(super) fn skip_to(&mut self, task: Id) {
        while self.pop().is_some_and(|next| next != task) {}
    }

    /// Takes out a task, wherever it is.
    pub(super) fn remove(&mut self, task: Id) {
        self.chosen = 0;
        self.ordinary.retain(|(_, other)| *other != task);
        self.urgent.retain(|(_, other)| *other != task);
    }

    pub(super) fn len(&self) -> usize {
        self.ordinary.len() + self.urgent.len()
    }

    /// All tasks, in the order in which they are polled if no other task is woken.
    pub(super) fn in_order(&self) -> Vec<Id> {
        let mut rest = self.clone();
        std::iter::from_fn(|| rest.pop()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tasks_before_a_polled_one_are_skipped() {
        let tasks: Vec<_> = (0..4).map(|_| Id::next()).collect();
        let mut queue = RunQueue::default();
        for &task in &tasks[..3] {
            queue.push(task, Cause::Runtime);
        }
        queue.skip_to(tasks[1]);
        assert_eq!(queue.in_order(), [tasks[2]]);
        queue.skip_to(tasks[3]); // no wake of it is recorded
        assert_eq!(queue.len(), 0);
    }
}
