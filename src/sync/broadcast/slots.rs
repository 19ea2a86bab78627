//! Which values does a broadcast channel still keep, and for how many receivers?
//!
//! Each value has a *position*: sends number them from 0. A receiver has a *cursor*, the position
//! of the value that it takes next. A slot keeps a value until all receivers that existed when it
//! was sent have taken it, or until `capacity` newer values have been sent.
//!
//! ```text
//!             first                         next
//!               ▼                             ▼
//!   gone … gone [17][18][19][20][21][22]        the next value sent gets position 23
//!        ▲           ▲                   ▲
//!        a cursor    one that can        one that has taken everything:
//!        that lags   take 18             it awaits 23
//! ```
//!
//! Receivers take values in order, so a slot becomes empty after all slots in front of it. Empty
//! slots are therefore always the oldest, and are removed at once.
//!
//! Interface: [`Slots`], [`Shared`], [`Taken`].
//!
//! Invariants: a slot's `unseen` is the number of receivers whose cursor is at or before its
//! position, and is never 0. All slots from a cursor at or after `first` onwards are kept. No value
//! is cloned or dropped here; the caller does so after releasing the channel's lock.
//!
//! tokio: a ring of `capacity` slots, allocated at once, each with its own lock under which the
//! value is cloned and dropped.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::ReentrantMutex;

use crate::sync::trim::trim;

/// A value on its way to several receivers. It is cloned under its own lock, because `T` need not
/// be `Sync`. Only receivers of the same value on other threads ever wait for this lock; it is
/// reentrant because a `clone` may receive from this channel on the same thread.
pub(super) type Shared<T> = Arc<ReentrantMutex<T>>;

/// The values that the channel is keeping.
pub(super) struct Slots<T> {
    queue: VecDeque<Slot<T>>,
    capacity: usize,
    /// The position of the next value.
    next: u64,
}

struct Slot<T> {
    value: Shared<T>,
    /// How many receivers haven't taken it.
    unseen: usize,
}

/// The outcome of taking a value at a cursor.
pub(super) enum Taken<T> {
    Value(Shared<T>),
    /// No value has been sent since.
    Empty,
    /// This many values were overwritten.
    Lagged(u64),
}

impl<T> Slots<T> {
    pub(super) fn new(capacity: usize) -> Slots<T> {
        Slots { queue: VecDeque::new(), capacity, next: 0 }
    }

    /// Returns how many values are kept.
    pub(super) fn len(&self) -> usize {
        self.queue.len()
    }

    /// Returns the position of the next value, which is the cursor of a new receiver.
    pub(super) fn next(&self) -> u64 {
        self.next
    }

    /// Returns the position of the oldest kept value.
    fn first(&self) -> u64 {
        self.next - self.queue.len() as u64
    }

    /// Adds a value for this many receivers and returns the value that it overwrites.
    pub(super) fn push(&mut self, value: Shared<T>, receivers: usize) -> Option<Shared<T>> {
        let full = self.queue.len() == self.capacity;
        let overwritten = if full { self.queue.pop_front() } else { None };
        self.queue.push_back(Slot { value, unseen: receivers });
        self.next += 1;
        overwritten.map(|slot| slot.value)
    }

    /// Takes the value at the cursor and moves the cursor on by one, or to the oldest remaining
    /// value.
    pub(super) fn take(&mut self, cursor: &mut u64) -> Taken<T> {
        if *cursor == self.next {
            return Taken::Empty;
        }
        let first = self.first();
        if *cursor < first {
            return Taken::Lagged(first - std::mem::replace(cursor, first));
        }
        let slot = &mut self.queue[index(*cursor - first)];
        *cursor += 1;
        slot.unseen -= 1;
        let value = slot.value.clone();
        if slot.unseen == 0 {
            debug_assert_eq!(*cursor, first + 1, "the oldest slot is emptied first");
            self.queue.pop_front();
            trim(&mut self.queue);
        }
        Taken::Value(value)
    }

    /// Removes a receiver and returns the values that only it hadn't taken.
    pub(super) fn leave(&mut self, cursor: u64) -> Vec<Shared<T>> {
        let taken = index(cursor.saturating_sub(self.first()));
        for slot in self.queue.iter_mut().skip(taken) {
            slot.unseen -= 1;
        }
        let empty = self.queue.iter().take_while(|slot| slot.unseen == 0).count();
        let dropped = self.queue.drain(..empty).map(|slot| slot.value).collect();
        trim(&mut self.queue);
        dropped
    }
}

/// Converts the distance between two slots, which fits because there are fewer than `usize::MAX`.
fn index(distance: u64) -> usize {
    usize::try_from(distance).expect("a slot's index")
}
