//! In which order are tasks polled?
//!
//! First come, first served, in two lines that are served in turn: the long one, and a short one
//! for those whom a timer or a socket woke. So a due timer does not wait behind a hundred thousand
//! busy tasks, and a thousand busy sockets don't starve the rest.
//!
//! kettle's own file does the same with two plain vectors for each line, which change places
//! (decision 9 says why). A task stands here once at most: `task.rs` sees to that, not the queue.

use std::collections::VecDeque;

use crate::event::Cause;

/// Slots of tasks that are ready to be polled.
pub(crate) struct RunQueue {
    long: VecDeque<u32>,
    /// Woken by a timer or a socket.
    short: VecDeque<u32>,
    /// Where both have somebody: is it this line's turn?
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

    /// Takes the next one: from the two lines in turn, from the other where one is empty.
    pub(crate) fn pop(&mut self) -> Option<u32> {
        if self.short.is_empty() {
            return self.long.pop_front(); // and the turn stays whose it is
        }
        let shorts_turn = self.short_next;
        self.short_next = !shorts_turn;
        if shorts_turn || self.long.is_empty() {
            self.short.pop_front()
        } else {
            self.long.pop_front()
        }
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
