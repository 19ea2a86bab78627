//! Who is polled next?
//!
//! The same two lines as the engine's run queue has (`runtime/src/queue.rs`), and the same rule: who
//! was woken by a timer or a source stands in the prompt line, everybody else in the ordinary one,
//! and both are taken from in turn. The engine's own lines are not asked: these are rebuilt from
//! wakes and polls.
//!
//! Invariant: a task stands in them at most once.

use std::collections::VecDeque;

use kettle_runtime::event::Cause;
use kettle_runtime::id::Id;

/// The run queue.
#[derive(Clone, Debug)]
pub(super) struct Lines {
    pub(super) ordinary: VecDeque<Id>,
    pub(super) prompt: VecDeque<Id>,
    prompt_next: bool,
}

impl Lines {
    pub(super) fn new() -> Lines {
        Lines { ordinary: VecDeque::new(), prompt: VecDeque::new(), prompt_next: true }
    }

    /// Puts a task at the end of its line; gives its place.
    pub(super) fn push(&mut self, task: Id, by: Cause) -> usize {
        let line = match by {
            Cause::Timer | Cause::Io => &mut self.prompt,
            _ => &mut self.ordinary,
        };
        line.push_back(task);
        line.len()
    }

    /// `block_on`'s own future, which goes before all others.
    pub(super) fn push_front(&mut self, task: Id) {
        self.ordinary.push_front(task);
    }

    /// Who is next by the rule.
    pub(super) fn next(&self) -> Option<Id> {
        let prompt = self.prompt.front().filter(|_| self.prompt_next || self.ordinary.is_empty());
        prompt.or(self.ordinary.front()).or(self.prompt.front()).copied()
    }

    /// Takes the next one out.
    pub(super) fn pop(&mut self) -> Option<Id> {
        if self.prompt.is_empty() {
            return self.ordinary.pop_front();
        }
        let prompt_first = self.prompt_next;
        self.prompt_next = !prompt_first;
        if !prompt_first && !self.ordinary.is_empty() {
            return self.ordinary.pop_front();
        }
        self.prompt.pop_front()
    }

    /// Takes out all up to this one: where records are missing, those before it have been polled
    /// unseen, or were never there. (To look for it and keep them would take a look at all of a long
    /// line for each poll.)
    pub(super) fn skip_to(&mut self, task: Id) {
        while self.pop().is_some_and(|next| next != task) {}
    }

    /// Takes one out from wherever it stands. Did it stand there?
    pub(super) fn remove(&mut self, task: Id) -> bool {
        let before = self.len();
        self.ordinary.retain(|&other| other != task);
        self.prompt.retain(|&other| other != task);
        self.len() < before
    }

    pub(super) fn len(&self) -> usize {
        self.ordinary.len() + self.prompt.len()
    }

    /// Everybody, in the order in which they are polled if nobody else comes.
    pub(super) fn in_order(&self) -> Vec<Id> {
        let mut rest = self.clone();
        std::iter::from_fn(|| rest.pop()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_lines_are_taken_from_in_turn() {
        let tasks: Vec<_> = (0..5).map(|_| Id::next()).collect();
        let mut lines = Lines::new();
        assert_eq!(lines.push(tasks[0], Cause::Engine), 1);
        assert_eq!(lines.push(tasks[1], Cause::Letter), 2);
        assert_eq!(lines.push(tasks[2], Cause::Timer), 1);
        assert_eq!(lines.push(tasks[3], Cause::Io), 2);
        lines.push_front(tasks[4]);
        assert_eq!(lines.in_order(), [2, 4, 3, 0, 1].map(|index: usize| tasks[index]));
        for _ in 0..5 {
            let next = lines.next();
            assert_eq!(lines.pop(), next);
        }
        assert_eq!((lines.next(), lines.len()), (None, 0));
    }

    #[test]
    fn who_stood_before_one_that_is_polled_is_skipped() {
        let tasks: Vec<_> = (0..4).map(|_| Id::next()).collect();
        let mut lines = Lines::new();
        for &task in &tasks[..3] {
            lines.push(task, Cause::Engine);
        }
        lines.skip_to(tasks[1]);
        assert_eq!(lines.in_order(), [tasks[2]]);
        lines.skip_to(tasks[3]); // nobody has told of it
        assert_eq!(lines.len(), 0);
    }
}
