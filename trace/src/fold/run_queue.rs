//! Which task is polled next?
//!
//! The same two queues as the engine has (`runtime/src/tasks/run_queue.rs`), and the same rule:
//! tasks that were woken by a timer, a source or another thread are in the urgent queue, all others
//! in the ordinary one, and both are taken from in turn. The engine's own queues are not asked:
//! these are rebuilt from wakes and polls.
//!
//! Invariant: a task is in them at most once.

use std::collections::VecDeque;

use kettle_events::{Cause, Id};

/// The run queue.
#[derive(Clone, Debug)]
pub(super) struct RunQueue {
    pub(super) ordinary: VecDeque<Id>,
    pub(super) urgent: VecDeque<Id>,
    urgent_next: bool,
}

impl RunQueue {
    pub(super) fn new() -> RunQueue {
        RunQueue { ordinary: VecDeque::new(), urgent: VecDeque::new(), urgent_next: true }
    }

    /// Puts a task at the end of its queue; gives its place.
    pub(super) fn push(&mut self, task: Id, by: Cause) -> usize {
        let queue = match by {
            Cause::Timer | Cause::Io | Cause::Message => &mut self.urgent,
            _ => &mut self.ordinary,
        };
        queue.push_back(task);
        queue.len()
    }

    /// `block_on`'s own future, which goes before all others.
    pub(super) fn push_front(&mut self, task: Id) {
        self.ordinary.push_front(task);
    }

    /// The next one by the rule.
    pub(super) fn next(&self) -> Option<Id> {
        let urgent = self.urgent.front().filter(|_| self.urgent_next || self.ordinary.is_empty());
        urgent.or(self.ordinary.front()).or(self.urgent.front()).copied()
    }

    /// Takes the next one out.
    pub(super) fn pop(&mut self) -> Option<Id> {
        if self.urgent.is_empty() {
            return self.ordinary.pop_front();
        }
        let urgent_first = self.urgent_next;
        self.urgent_next = !urgent_first;
        if !urgent_first && !self.ordinary.is_empty() {
            return self.ordinary.pop_front();
        }
        self.urgent.pop_front()
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
        self.ordinary.retain(|&other| other != task);
        self.urgent.retain(|&other| other != task);
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
    fn the_two_queues_are_taken_from_in_turn() {
        let tasks: Vec<_> = (0..5).map(|_| Id::next()).collect();
        let mut queue = RunQueue::new();
        assert_eq!(queue.push(tasks[0], Cause::Runtime), 1);
        assert_eq!(queue.push(tasks[1], Cause::Deferred), 2);
        assert_eq!(queue.push(tasks[2], Cause::Timer), 1);
        assert_eq!(queue.push(tasks[3], Cause::Message), 2);
        queue.push_front(tasks[4]);
        assert_eq!(queue.in_order(), [2, 4, 3, 0, 1].map(|index: usize| tasks[index]));
        for _ in 0..5 {
            let next = queue.next();
            assert_eq!(queue.pop(), next);
        }
        assert_eq!((queue.next(), queue.len()), (None, 0));
    }

    #[test]
    fn those_before_one_that_is_polled_are_skipped() {
        let tasks: Vec<_> = (0..4).map(|_| Id::next()).collect();
        let mut queue = RunQueue::new();
        for &task in &tasks[..3] {
            queue.push(task, Cause::Runtime);
        }
        queue.skip_to(tasks[1]);
        assert_eq!(queue.in_order(), [tasks[2]]);
        queue.skip_to(tasks[3]); // no wake has told of it
        assert_eq!(queue.len(), 0);
    }
}
