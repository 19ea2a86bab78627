//! How does a handle come to its task's output, in the slab?
//!
//! By asking the slot. A finished task stays in it until its handle has come or is dropped; an
//! unfinished one remembers who asked last. Which of the two sides is late makes no difference.
//!
//! tokio: `JOIN_INTEREST` and `JOIN_WAKER`, two bits of the task's state word.

use std::mem;
use std::pin::Pin;

use super::{Key, Scheduler, State};
use crate::cell::Reply;
use crate::headers::Spare;
use crate::id::Id;
use crate::parked::Parked;
use crate::stage::Task;

/// Who waits for a task's end.
pub(crate) enum Joiner {
    Nobody,
    /// Its handle was polled by this other task of the same home.
    Task(Key),
    /// By somebody else, here.
    Parked(Parked),
    /// Its handle was polled elsewhere and sent a letter.
    Reply(Reply),
}

/// What a task leaves to be told or dropped, once the scheduler is no longer borrowed.
pub(crate) struct Leftovers<T: ?Sized> {
    /// A finished task that nobody will come for, or that the reply below is to get.
    pub(crate) task: Option<Pin<Box<T>>>,
    pub(crate) joiner: Joiner,
}

impl<T: Task + ?Sized> Scheduler<T> {
    /// A handle asks: the box of its task, if that has ended and nobody has taken it yet. Then the
    /// handle's header is asked for, to be kept with the slot's.
    #[inline]
    pub(crate) fn claim(&mut self, key: Key, spare: impl FnOnce() -> Spare) -> Option<Pin<Box<T>>> {
        self.get(key).filter(|slot| slot.state == State::Done)?;
        self.unclaimed -= 1;
        self.release(key, spare())
    }

    /// Is there such a task? Not if its output has been moved or taken.
    pub(crate) fn has(&mut self, key: Key) -> bool {
        self.get(key).is_some()
    }

    /// A handle waits. Who waited before through the same one is given back, to be dropped when
    /// nothing is borrowed.
    #[inline]
    pub(crate) fn wait(&mut self, key: Key, waiter: Joiner) -> Joiner {
        match self.get(key) {
            Some(slot) => mem::replace(&mut slot.joiner, waiter),
            None => waiter,
        }
    }

    /// A handle was dropped: gives out the box if its task has ended.
    pub(crate) fn detach(&mut self, key: Key) -> Leftovers<T> {
        let mut leftovers = Leftovers { task: None, joiner: Joiner::Nobody };
        if let Some(slot) = self.get(key) {
            slot.handle = false;
            leftovers.joiner = mem::replace(&mut slot.joiner, Joiner::Nobody);
            if slot.state == State::Done {
                self.unclaimed -= 1;
                leftovers.task = self.release(key, None);
            }
        }
        leftovers
    }

    /// Finished tasks whose handles have not come yet: the engine leaves its seat, and they must
    /// be found where it is not.
    pub(crate) fn take_unclaimed(&mut self) -> Vec<(Id, Pin<Box<T>>)> {
        let unclaimed = mem::take(&mut self.unclaimed);
        let done = if unclaimed > 0 { self.keys(|state| state == State::Done) } else { Vec::new() };
        let taken =
            done.into_iter().filter_map(|key| Some((key.id, self.release(key, None)?))).collect();
        // Now, or the next `block_on`'s own future takes the last of many slots, and keeps it.
        self.give_back();
        taken
    }
}
