//! In which order are tasks polled?
//!
//! First come, first served: who is woken goes to the end of the queue, whoever woke him.

use std::collections::VecDeque;

use crate::event::Cause;

/// Slots of tasks that are ready to be polled.
pub(crate) struct RunQueue {
    queue: VecDeque<u32>,
}

/// A queue with room for no more than this is left alone.
const KEEP: usize = 1024;

impl RunQueue {
    /// An empty queue.
    pub(crate) fn new() -> RunQueue {
        RunQueue { queue: VecDeque::new() }
    }

    /// Puts a task at the end. Returns its place: 1 is the front.
    pub(crate) fn push(&mut self, index: u32, _by: Cause) -> usize {
        self.queue.push_back(index);
        self.queue.len()
    }

    /// Puts a task before all others.
    pub(crate) fn push_front(&mut self, index: u32) {
        self.queue.push_front(index);
    }

    /// Takes the next one.
    pub(crate) fn pop(&mut self) -> Option<u32> {
        self.queue.pop_front()
    }

    /// Takes one out, wherever it stands.
    pub(crate) fn remove(&mut self, index: u32) {
        self.queue.retain(|&other| other != index);
    }

    /// How many stand in the queue.
    pub(crate) fn len(&self) -> usize {
        self.queue.len()
    }

    /// Gives back what a burst left behind.
    pub(crate) fn give_back(&mut self) {
        if self.queue.capacity() > KEEP && self.queue.len() * 4 < self.queue.capacity() {
            self.queue.shrink_to(KEEP);
        }
    }

    /// For how many tasks there is room.
    pub(crate) fn capacity(&self) -> usize {
        self.queue.capacity()
    }
}
