//! In which order are tasks polled?
//!
//! First come, first served: a woken task joins the back of the run queue. But there is also an
//! *urgent* queue, for tasks that a timer, a socket or another thread has woken, and the loop takes
//! from the two alternately. So a hundred thousand busy tasks don't delay a due timer, and a
//! thousand busy sockets don't starve the other tasks.
//!
//! Interface: [`RunQueue`]. The scheduler has one, and so has each local set. Invariants: the owner
//! puts a task in only once. Each of the two queues keeps the order in which tasks came, and only a
//! new `block_on`'s future goes ahead of all others.
//!
//! tokio: one queue, and a second one for the tasks that other threads have woken.

use std::collections::VecDeque;

use kettle_events::Cause;

/// Slots of tasks that are ready to be polled.
#[derive(Default)]
pub struct RunQueue {
    ordinary: VecDeque<u32>,
    urgent: VecDeque<u32>,
    /// How many tasks have been put into the urgent queue so far.
    urgent_pushed: u64,
    /// While neither queue is empty: is it the ordinary one's turn? The urgent one begins.
    ordinary_next: bool,
}

impl RunQueue {
    /// Puts a task at the back of the queue for its wake's cause. Returns its position (from 1).
    #[inline]
    pub fn push(&mut self, slot: u32, by: Cause) -> usize {
        let urgent = matches!(by, Cause::Timer | Cause::Io | Cause::Message);
        self.urgent_pushed += u64::from(urgent);
        let queue = if urgent { &mut self.urgent } else { &mut self.ordinary };
        queue.push_back(slot);
        queue.len()
    }

    /// Puts a task ahead of all others: it becomes the ordinary queue's turn.
    pub(crate) fn push_front(&mut self, slot: u32) {
        self.ordinary.push_front(slot);
        self.ordinary_next |= !self.urgent.is_empty();
    }

    /// Takes the next task, from the two queues alternately unless one is empty. It first skips
    /// `nth` tasks, counting on into the other queue.
    #[inline]
    pub fn pop(&mut self, nth: usize) -> Option<u32> {
        let ordinary_first = self.ordinary_first();
        let Self { ordinary, urgent, ordinary_next, .. } = self;
        *ordinary_next ^= !urgent.is_empty();
        let (first, other) = if ordinary_first { (ordinary, urgent) } else { (urgent, ordinary) };
        match nth {
            0 => first.pop_front(),
            _ => first.remove(nth).or_else(|| other.remove(nth - first.len())),
        }
    }

    /// The task that `pop` would take.
    pub fn peek(&self, nth: usize) -> Option<u32> {
        let Self { ordinary, urgent, .. } = self;
        let ordinary_first = self.ordinary_first();
        let (first, other) = if ordinary_first { (ordinary, urgent) } else { (urgent, ordinary) };
        first.get(nth).or_else(|| other.get(nth - first.len())).copied()
    }

    #[inline]
    fn ordinary_first(&self) -> bool {
        self.urgent.is_empty() || self.ordinary_next && !self.ordinary.is_empty()
    }

    pub(crate) fn remove(&mut self, slot: u32) {
        self.ordinary.retain(|&other| other != slot);
        self.urgent.retain(|&other| other != slot);
    }

    /// How many tasks have been put into the urgent queue so far, and how many have left it.
    pub fn urgent_counts(&self) -> (u64, u64) {
        (self.urgent_pushed, self.urgent_pushed - self.urgent.len() as u64)
    }

    /// How many tasks are ready.
    pub fn len(&self) -> usize {
        self.ordinary.len() + self.urgent.len()
    }

    /// Is no task ready?
    pub fn is_empty(&self) -> bool {
        self.ordinary.is_empty() && self.urgent.is_empty()
    }

    /// Gives back memory that a burst of tasks needed. Each queue keeps room for `capacity` tasks.
    pub fn shrink_to(&mut self, capacity: usize) {
        self.ordinary.shrink_to(capacity);
        self.urgent.shrink_to(capacity);
    }

    /// How many tasks the queue has room for.
    pub fn capacity(&self) -> usize {
        self.ordinary.capacity() + self.urgent.capacity()
    }
}
