//! In which order are tasks polled?
//!
//! First come, first served, in two lines that are served in turn: the long one, and a short one
//! for those whom a timer or a socket woke. So a due timer does not wait behind a hundred thousand
//! busy tasks, and a thousand busy sockets don't starve the rest.
//!
//! kettle's own file is this one, but for `pop`: where the short line is empty, which is nearly
//! always, it looks at nothing else and writes nothing.

use std::collections::VecDeque;

use crate::event::Cause;

/// Slots of tasks that are ready to be polled.
pub(crate) struct RunQueue {
    long: VecDeque<u32>,
    /// Woken by a timer or a socket.
    short: VecDeque<u32>,
    /// Whose turn is it?
    short_next: bool,
}

/// A line with room for no more than this is left alone.
const KEEP: usize = 1024;

impl RunQueue {
    /// An empty queue.
    pub(crate) fn new() -> RunQueue {
        RunQueue { long: VecDeque::new(), short: VecDeque::new(), short_next: true }
    }

    /// Puts a task at the end of its line. Returns its place there: 1 is the front.
    pub(crate) fn push(&mut self, index: u32, by: Cause) -> usize {
        let line = match by {
            Cause::Timer | Cause::Io => &mut self.short,
            _ => &mut self.long,
        };
        line.push_back(index);
        line.len()
    }

    /// Puts a task before all others of the long line.
    pub(crate) fn push_front(&mut self, index: u32) {
        self.long.push_front(index);
    }

    /// Takes the next one: from the line whose turn it is, from the other if that is empty.
    pub(crate) fn pop(&mut self) -> Option<u32> {
        let (first, second) = if self.short_next {
            (&mut self.short, &mut self.long)
        } else {
            (&mut self.long, &mut self.short)
        };
        self.short_next = !self.short_next;
        first.pop_front().or_else(|| second.pop_front())
    }

    /// Takes one out, wherever it stands.
    pub(crate) fn remove(&mut self, index: u32) {
        self.long.retain(|&other| other != index);
        self.short.retain(|&other| other != index);
    }

    /// How many stand in both lines.
    pub(crate) fn len(&self) -> usize {
        self.long.len() + self.short.len()
    }

    /// Gives back what a burst left behind.
    pub(crate) fn give_back(&mut self) {
        for line in [&mut self.long, &mut self.short] {
            // Only when most of the room is unused: else a queue that grows and shrinks would be
            // moved to and fro.
            if line.capacity() > KEEP && line.len() * 4 < line.capacity() {
                line.shrink_to(KEEP);
            }
        }
    }

    /// For how many tasks there is room.
    pub(crate) fn capacity(&self) -> usize {
        self.long.capacity() + self.short.capacity()
    }
}
