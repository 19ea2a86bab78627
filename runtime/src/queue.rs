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
    /// Woken by a timer or a socket.
    prompt: Line,
    /// Where both have somebody: is it this line's turn?
    prompt_next: bool,
}

/// Below this capacity nothing is given back.
const KEEP: usize = 1024;

impl RunQueue {
    pub(crate) fn new() -> RunQueue {
        RunQueue { queue: Line::default(), prompt: Line::default(), prompt_next: true }
    }

    /// Puts a task at the end of the line that its wake's cause sends it to. Returns its place
    /// there: 1 is the front.
    #[inline]
    pub(crate) fn push(&mut self, index: u32, by: Cause) -> usize {
        let line = match by {
            Cause::Timer | Cause::Io => &mut self.prompt,
            _ => &mut self.queue,
        };
        line.push(index);
        line.len()
    }

    /// Puts a task before all others of the run queue.
    pub(crate) fn push_front(&mut self, index: u32) {
        self.queue.front_only().insert(0, index);
    }

    /// Takes the next one: from the two lines in turn, from the other where one is empty.
    #[inline]
    pub(crate) fn pop(&mut self) -> Option<u32> {
        if self.prompt.len() == 0 {
            return self.queue.pop();
        }
        let prompt_first = self.prompt_next;
        self.prompt_next = !prompt_first;
        if !prompt_first && self.queue.len() > 0 {
            return self.queue.pop();
        }
        self.prompt.pop()
    }

    /// Takes one out, wherever it stands.
    pub(crate) fn remove(&mut self, index: u32) {
        for line in [&mut self.queue, &mut self.prompt] {
            line.front_only().retain(|&other| other != index);
            line.back.retain(|&other| other != index);
        }
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.queue.len() + self.prompt.len()
    }

    /// Gives back what a burst left behind.
    pub(crate) fn give_back(&mut self) {
        for line in [&mut self.queue, &mut self.prompt] {
            if line.capacity() > KEEP && line.len() * 4 < line.capacity() {
                line.front_only().shrink_to(KEEP);
                line.back.shrink_to(KEEP);
            }
        }
    }

    pub(crate) fn capacity(&self) -> usize {
        self.queue.capacity() + self.prompt.capacity()
    }
}

/// First in, first out, in two plain vectors: those in front are taken one after another, newcomers
/// gather at the back, and when the front is used up, the two change places. A ring (`VecDeque`)
/// asks at each step whether it is at its end: a tenth of a yield's instructions.
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

    #[inline]
    fn pop(&mut self) -> Option<u32> {
        loop {
            if let Some(&index) = self.front.get(self.taken) {
                self.taken += 1;
                return Some(index);
            }
            if self.back.is_empty() {
                return None;
            }
            self.change_places();
        }
    }

    #[cold]
    fn change_places(&mut self) {
        mem::swap(&mut self.front, &mut self.back);
        self.back.clear();
        self.taken = 0;
    }

    /// The front, without those that are gone.
    fn front_only(&mut self) -> &mut Vec<u32> {
        self.front.drain(..self.taken);
        self.taken = 0;
        &mut self.front
    }

    #[inline]
    fn len(&self) -> usize {
        self.front.len() - self.taken + self.back.len()
    }

    fn capacity(&self) -> usize {
        self.front.capacity() + self.back.capacity()
    }
}
