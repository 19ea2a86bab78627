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

use std::collections::VecDeque;

use crate::event::Cause;

/// Slots of tasks that are ready to be polled.
pub(crate) struct RunQueue {
    queue: VecDeque<u32>,
    /// Woken by a timer or a socket.
    prompt: VecDeque<u32>,
    /// Where both have somebody: is it this line's turn?
    prompt_next: bool,
}

/// Below this capacity nothing is given back.
const KEEP: usize = 1024;

impl RunQueue {
    pub(crate) fn new() -> RunQueue {
        RunQueue { queue: VecDeque::new(), prompt: VecDeque::new(), prompt_next: true }
    }

    /// Puts a task at the end of the line that its wake's cause sends it to. Returns its place
    /// there: 1 is the front.
    #[inline]
    pub(crate) fn push(&mut self, index: u32, by: Cause) -> usize {
        let line = match by {
            Cause::Timer | Cause::Io => &mut self.prompt,
            _ => &mut self.queue,
        };
        line.push_back(index);
        line.len()
    }

    /// Puts a task before all others of the run queue.
    pub(crate) fn push_front(&mut self, index: u32) {
        self.queue.push_front(index);
    }

    /// Takes the next one: from the two lines in turn, from the other where one is empty.
    #[inline]
    pub(crate) fn pop(&mut self) -> Option<u32> {
        if self.prompt.is_empty() {
            return self.queue.pop_front();
        }
        let prompt_first = self.prompt_next;
        self.prompt_next = !prompt_first;
        if !prompt_first && !self.queue.is_empty() {
            return self.queue.pop_front();
        }
        self.prompt.pop_front()
    }

    /// Takes one out, wherever it stands.
    pub(crate) fn remove(&mut self, index: u32) {
        self.queue.retain(|&other| other != index);
        self.prompt.retain(|&other| other != index);
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.queue.len() + self.prompt.len()
    }

    /// Gives back what a burst left behind.
    pub(crate) fn give_back(&mut self) {
        for line in [&mut self.queue, &mut self.prompt] {
            if line.capacity() > KEEP && line.len() * 4 < line.capacity() {
                line.shrink_to(KEEP);
            }
        }
    }

    pub(crate) fn capacity(&self) -> usize {
        self.queue.capacity() + self.prompt.capacity()
    }
}
