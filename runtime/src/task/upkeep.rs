//! What does a scheduler do beside running tasks?
//!
//! It cleans up: after `block_on`'s own future, after a burst, and at the end.

use super::{Key, Scheduler, State};
use crate::stage::Task;

/// Below this capacity nothing is given back.
const KEEP: usize = 1024;

impl<T: Task + ?Sized> Scheduler<T> {
    /// Frees the slot of `block_on`'s own future, which has ended or panicked.
    pub(crate) fn remove_main(&mut self, key: Key) {
        if self.get(key).is_some() {
            self.queue.remove(key.index);
            self.release(key);
        }
    }

    /// Asks for every task's end; the executor then finds them all in the queue.
    pub(crate) fn cancel_all(&mut self) {
        for key in self.keys(|state| state != State::Done) {
            self.cancel(key);
        }
    }

    /// The keys of all tasks in such a state.
    pub(super) fn keys(&self, of: impl Fn(State) -> bool) -> Vec<Key> {
        let slots = self.slots.iter().filter(|(_, slot)| of(slot.state));
        let key = |(index, id)| Some(Key { index: u32::try_from(index).ok()?, id });
        slots.map(|(index, slot)| (index, slot.id)).filter_map(key).collect()
    }

    /// Gives back what a burst left behind. Called when the loop has nothing better to do.
    pub(crate) fn give_back(&mut self) {
        if self.slots.capacity() > KEEP && self.slots.len() * 4 < self.slots.capacity() {
            self.slots.shrink_to_fit();
        }
        self.queue.give_back();
        self.spare.truncate(self.slots.len().max(KEEP / 4));
    }

    /// Capacities of slab and queue, for the tests that watch them return.
    pub(crate) fn capacity(&self) -> usize {
        self.slots.capacity() + self.queue.capacity()
    }
}
