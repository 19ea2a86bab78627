//! In which order are tasks polled?
//!
//! Whoever is woken is pushed here, whoever is popped is polled next. A task is named by a number,
//! the index of its slot. It stands here at most once at a time: `task.rs` sees to that.
//!
//! There are two lines. Most tasks stand in the long one. Those whom a timer or a socket woke
//! stand in a short one beside it, and `pop` takes from both in turn.
//!
//! Replace each `todo!()`, and give the struct the fields that you need.

use crate::event::Cause;

/// Slots of tasks that are ready to be polled.
pub(crate) struct RunQueue {}

impl RunQueue {
    /// An empty queue.
    pub(crate) fn new() -> RunQueue {
        todo!("both lines, empty")
    }

    /// Puts a task at the end of its line: the short one if `by` is `Cause::Timer` or `Cause::Io`,
    /// else the long one. Returns its place in that line: 1 is the front.
    pub(crate) fn push(&mut self, index: u32, by: Cause) -> usize {
        todo!("put {index} at the end of the line for {by:?}")
    }

    /// Puts a task before all others of the long line. (`block_on` does that with its own future,
    /// once.)
    pub(crate) fn push_front(&mut self, index: u32) {
        todo!("put {index} at the front of the long line")
    }

    /// Takes the next one.
    ///
    /// While the short line is empty, the long one is served. While somebody stands in the short
    /// one, they are served in turn, the short one first; if it is the long one's turn and that is
    /// empty, the short one is served. So the turn passes at each call that finds somebody in the
    /// short line, and only then. (The replay of a run follows its tasks by the same rule.)
    pub(crate) fn pop(&mut self) -> Option<u32> {
        todo!("take the front of the line whose turn it is")
    }

    /// Takes one out, wherever it stands. If it stands nowhere, nothing happens.
    pub(crate) fn remove(&mut self, index: u32) {
        todo!("take {index} out of its line")
    }

    /// How many stand in both lines.
    pub(crate) fn len(&self) -> usize {
        todo!("count both lines")
    }

    /// Gives back the memory that a burst left behind. Called at the beginning of each turn of the
    /// loop, so it must be cheap when there is nothing to give back. A line that has room for no
    /// more than about a thousand, or uses a quarter of its room or more, is left alone: it would
    /// soon grow again.
    pub(crate) fn give_back(&mut self) {
        todo!("shrink a line that has far more room than it uses")
    }

    /// For how many tasks there is room without another allocation.
    pub(crate) fn capacity(&self) -> usize {
        todo!("the room of both lines")
    }
}
