//! What does a scheduler do beside running tasks?
//!
//! It cleans up: after `block_on`'s own future, after a burst, and at the end.

use super::{Key, Scheduler, State};
use crate::stage::Task;

/// So many headers are kept without a task.
const SPARE: usize = 256;

impl<T: Task + ?Sized> Scheduler<T> {
    /// Frees the slot of `block_on`'s own future. True if that was being polled: it has panicked.
    pub(crate) fn remove_main(&mut self, key: Key) -> bool {
        let Some(state) = self.get(key).map(|slot| slot.state) else { return false };
        self.queue.remove(key.index);
        self.release(key, None);
        matches!(state, State::Running | State::RunningWoken)
    }

    /// Asks for every task's end; the executor then finds them all in the queue.
    pub(crate) fn cancel_all(&mut self) {
        for key in self.keys(|state| !matches!(state, State::Done | State::Free)) {
            self.cancel(key);
        }
    }

    /// The keys of all tasks in such a state.
    pub(super) fn keys(&self, of: impl Fn(State) -> bool) -> Vec<Key> {
        let keys = self.slots.iter().filter(|(_, slot)| of(slot.state));
        keys.map(|(index, slot)| Key { index, id: slot.id }).collect()
    }

    /// Gives back what a burst left behind: before a park, at a local set's poll, on leaving a seat.
    pub(crate) fn give_back(&mut self) {
        self.slots.give_back(|slot| slot.state == State::Free);
        self.queue.give_back();
        self.headers.truncate(self.slots.used().max(SPARE));
    }

    /// Capacities of slab and queue, for the tests that watch them return.
    pub(crate) fn capacity(&self) -> usize {
        self.slots.capacity() + self.queue.capacity()
    }
}
