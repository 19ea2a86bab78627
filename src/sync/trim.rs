//! When does a queue free the memory that a burst needed?
//!
//! When it becomes empty, because then no entry has to be moved. A queue that is never empty keeps
//! its memory, and so does a small one, so that it isn't allocated again and again.
//!
//! Not here: slabs, which are freed where their last entry is removed.
//!
//! tokio: it has no queues like these; its lists free each block or node that becomes empty.

use std::collections::VecDeque;

/// An empty queue keeps room for this many entries.
pub(crate) const KEEP: usize = 256;

/// Frees the queue's memory if it is empty now.
#[inline]
pub(crate) fn trim<T>(queue: &mut VecDeque<T>) {
    if queue.is_empty() && queue.capacity() > KEEP {
        *queue = VecDeque::new();
    }
}
