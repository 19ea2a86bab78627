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
const FIRST_RANK: u64 = 1 << 32;

/// The run queue.
#[derive(Clone, Debug, Default)]
pub(super) struct RunQueue {
    ordinary: VecDeque<Entry>,
    urgent: VecDeque<Entry>,
    /// If both queues have a task, is it the ordinary one's turn?
    is_ordinarys_turn: bool,
    /// Which task a schedule has chosen: 0 is the one that is next by the rule, 1 the one after it.
    chosen: usize,
}

/// A task in one of the queues.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) rank: u64,
    pub(super) task: Id,
}

impl RunQueue {
    /// Puts a task at the end of its queue. Returns its place there, from 1, and its rank.
    pub(super) fn push(&mut self, task: Id, by: Cause) -> (usize, u64) {
        let is_urgent = matches!(by, Cause::Timer | Cause::Io | Cause::Message);
        let (mut own, mut other) = (&mut self.ordinary, &mut self.urgent);
        if is_urgent {
            mem::swap(&mut own, &mut other);
        }
        let rank = match (own.back(), other.front()) {
            (Some(last), _) => last.rank + 2,
            // Alone in its queue, it is polled before the other queue's first task or, if it is
            // the other queue's turn, after that.
            (None, Some(next)) if is_urgent == self.is_ordinarys_turn => next.rank + 1,
            (None, Some(next)) => next.rank - 1,
            (None, None) => FIRST_RANK + u64::from(is_urgent),
        };
        own.push_back(Entry { rank, task });
        (own.len(), rank)
    }

    /// Puts `block_on`'s own future before all others. Returns its entry, and then the entries of
    /// other tasks whose ranks change.
    pub(super) fn push_front(&mut self, task: Id) -> Vec<Entry> {
        let second = match (self.ordinary.front(), self.urgent.front()) {
            (Some(first), _) => first.rank,
            (None, Some(next)) => next.rank + 1,
            (None, None) => FIRST_RANK + 2,
        };
        let mut changed = vec![Entry { rank: second - 2, task }];
        // The future takes the ordinary queue's turn, so urgent tasks come before the other ones.
        if self.is_ordinarys_turn && !self.ordinary.is_empty() {
            self.urgent.iter_mut().for_each(|entry| entry.rank -= 2);
            changed.extend(&self.urgent);
        }
        self.ordinary.push_front(changed[0]);
        self.is_ordinarys_turn |= !self.urgent.is_empty();
        changed
    }

    /// A schedule has chosen the `nth` task after the next one by the rule.
    pub(super) fn choose(&mut self, nth: usize) {
        self.chosen = nth;
    }

    /// The task to be polled next, by the rule or by the schedule's choice.
    pub(super) fn next(&self) -> Option<Id> {
        let (mut first, mut other) = (&self.ordinary, &self.urgent);
        if self.is_urgent_next() {
            mem::swap(&mut first, &mut other);
        }
        first.iter().chain(other).nth(self.chosen).map(|entry| entry.task)
    }

    /// Takes the next task out.
    pub(super) fn pop(&mut self) -> Option<Id> {
        let (is_urgent_next, nth) = (self.is_urgent_next(), mem::take(&mut self.chosen));
        self.is_ordinarys_turn ^= !self.urgent.is_empty();
        let (mut first, mut other) = (&mut self.ordinary, &mut self.urgent);
        if is_urgent_next {
            mem::swap(&mut first, &mut other);
        }
        let entry = first.remove(nth).or_else(|| other.remove(nth.checked_sub(first.len())?));
        entry.map(|entry| entry.task)
    }

    fn is_urgent_next(&self) -> bool {
        !self.urgent.is_empty() && (!self.is_ordinarys_turn || self.ordinary.is_empty())
    }

    /// Takes out all tasks up to this one. If records are missing, the tasks before it have been
    /// polled in between. (To search for it and keep them would visit a long queue at each poll.)
    pub(super) fn skip_to(&mut self, task: Id) {
        while self.pop().is_some_and(|next| next != task) {}
    }

    /// Takes out a task, wherever it is.
    pub(super) fn remove(&mut self, task: Id) {
        self.chosen = 0;
        self.ordinary.retain(|entry| entry.task != task);
        self.urgent.retain(|entry| entry.task != task);
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
