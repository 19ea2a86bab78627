//! In which order are tasks polled?
//!
//! First come, first served: who is woken goes to the end of the run queue. Beside it stands a
//! short line for those whom a timer or a socket woke, and the executor takes from both in turn. A
//! hundred thousand busy tasks don't delay a due timer, and a thousand busy sockets don't starve
//! the rest.
//!
//! Interface: [`RunQueue`]. Invariants: a task stands in it at most once (`task.rs` sees to that);
//! within each of the two lines the order is that of the wakes.
//!
//! tokio: one queue, in which those woken from outside stand at the end.

use std::mem;

use crate::event::Cause;

/// Slots of tasks that are ready to be polled.
pub(crate) struct RunQueue {
    queue: Line,
    /// Woken by a timer or a socket, or by who moved the clock.
    prompt: Line,
    /// How many stand there. Asked at each poll, and so counted: 5 of a yield's 194 instructions.
    prompted: usize,
    /// Where both have somebody: is it this line's turn?
    prompt_next: bool,
}

/// A vector of this capacity gives nothing back.
const KEEP: usize = 1024;

impl RunQueue {
    pub(crate) fn new() -> RunQueue {
        RunQueue { queue: Line::default(), prompt: Line::default(), prompted: 0, prompt_next: true }
    }

    /// Puts a task at the end of the line that its wake's cause sends it to. Returns its place
    /// there: 1 is the front.
    #[inline]
    pub(crate) fn push(&mut self, index: u32, by: Cause) -> usize {
        let prompt = matches!(by, Cause::Timer | Cause::Io);
        self.prompted += usize::from(prompt);
        let line = if prompt { &mut self.prompt } else { &mut self.queue };
        line.push(index);
        line.len()
    }

    /// Puts a task before all others of the ordinary line.
    pub(crate) fn push_front(&mut self, index: u32) {
        self.queue.push_front(index);
    }

    /// Takes the next one: from the two lines in turn, from the other where one is empty.
    #[inline]
    pub(crate) fn pop(&mut self) -> Option<u32> {
        if self.prompted == 0 {
            return self.queue.pop();
        }
        let prompt_first = self.prompt_next;
        self.prompt_next = !prompt_first;
        if !prompt_first && self.queue.len() > 0 {
            return self.queue.pop();
        }
        self.prompted -= 1;
        self.prompt.pop()
    }

    /// Takes one out, wherever it stands.
    pub(crate) fn remove(&mut self, index: u32) {
        self.queue.remove(index);
        self.prompt.remove(index);
        self.prompted = self.prompt.len();
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.queue.len() + self.prompted
    }

    /// Gives back what a burst left behind.
    pub(crate) fn give_back(&mut self) {
        self.queue.give_back();
        self.prompt.give_back();
    }

    pub(crate) fn capacity(&self) -> usize {
        self.queue.capacity() + self.prompt.capacity()
    }
}

/// First in, first out, in two plain vectors: those in front are taken one after another, newcomers
/// gather at the back, and when the front is used up, the two change places. A ring (`VecDeque`)
/// works out at each step where it wraps around: among many tasks a tenth of a yield.
#[derive(Default)]
struct Line {
    front: Vec<u32>,
    /// How many of `front` are gone already.
    taken: usize,
    back: Vec<u32>,
}

impl Line {
    #[inline]
    fn push(&mut self, index: u32) {
        self.back.push(index);
    }

    fn push_front(&mut self, index: u32) {
        if self.taken == 0 {
            return self.front.insert(0, index);
        }
        self.taken -= 1;
        self.front[self.taken] = index;
    }

    #[inline]
    fn pop(&mut self) -> Option<u32> {
        if self.taken == self.front.len() {
            return self.pop_from_back();
        }
        let index = self.front[self.taken];
        self.taken += 1;
        Some(index)
    }

    #[inline(never)]
    fn pop_from_back(&mut self) -> Option<u32> {
        if self.back.len() > 1 {
            mem::swap(&mut self.front, &mut self.back);
            self.back.clear();
            self.taken = 1;
            return self.front.first().copied();
        }
        self.back.pop() // nobody, or one alone
    }

    fn remove(&mut self, index: u32) {
        self.forget_taken();
        self.front.retain(|&other| other != index);
        self.back.retain(|&other| other != index);
    }

    fn give_back(&mut self) {
        let most = self.front.capacity().max(self.back.capacity());
        if most > KEEP && self.len() * 4 < most {
            self.forget_taken();
            self.front.shrink_to(KEEP);
            self.back.shrink_to(KEEP);
        }
    }

    fn forget_taken(&mut self) {
        self.front.drain(..self.taken);
        self.taken = 0;
    }

    #[inline]
    fn len(&self) -> usize {
        self.front.len() - self.taken + self.back.len()
    }

    fn capacity(&self) -> usize {
        self.front.capacity() + self.back.capacity()
    }
}

#[cfg(test)]
#[path = "queue_tests.rs"]
mod tests;
