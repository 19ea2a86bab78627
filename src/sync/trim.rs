//! When does a queue give back the memory of a burst?
//!
//! When it has become empty: then nothing has to be moved. A queue that is never empty keeps what
//! it has grown to, and a small one keeps its room, so that it is not allocated again and again.
//!
//! Not here: slabs. They do the same where their last entry is removed.
//!
//! tokio: has no such queues. Its lists of blocks and of nodes free each when it is empty.

use std::collections::VecDeque;

/// An empty queue keeps room for this many entries.
pub(crate) const KEEP: usize = 256;

/// Gives the memory back if the queue is empty now.
#[inline]
pub(crate) fn trim<T>(queue: &mut VecDeque<T>) {
    if queue.is_empty() && queue.capacity() > KEEP {
        *queue = VecDeque::new();
    }
}
