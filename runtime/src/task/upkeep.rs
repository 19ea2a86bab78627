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
        for key in self.keys(|state| !matches!(state, State::Done | State::Free)) {
            self.cancel(key);
        }
    }

    /// The keys of all tasks in such a state.
    pub(super) fn keys(&self, of: impl Fn(State) -> bool) -> Vec<Key> {
        let keys = (0..).zip(&self.slots).filter(|(_, slot)| of(slot.state));
        keys.map(|(index, slot)| Key { index, id: slot.id }).collect()
    }

    /// Gives back what a burst left behind. Called when the loop has nothing better to do.
    pub(crate) fn give_back(&mut self) {
        let used = self.slots.len() - self.free.len();
        // One task that stays at the far end holds the room. Looked for again when half are gone.
        if self.slots.capacity() > KEEP && used * 4 < self.slots.capacity() && used * 2 <= self.kept
        {
            self.kept = used;
            let last = self.slots.iter().rposition(|slot| slot.state != State::Free);
            self.slots.truncate(last.map_or(0, |last| last + 1));
            self.free.retain(|&index| (index as usize) < self.slots.len());
            self.slots.shrink_to_fit();
            self.free.shrink_to_fit();
        }
        self.queue.give_back();
        self.headers.truncate(used.max(KEEP / 4));
    }

    /// Capacities of slab and queue, for the tests that watch them return.
    pub(crate) fn capacity(&self) -> usize {
        self.slots.capacity() + self.queue.capacity()
    }
}
