//! Which values does a broadcast channel still keep, and for how many receivers?
//!
//! Each value has a *position*, counted up from 0 by the sends. A receiver has a *cursor*: the
//! position of the value that it takes next. A slot keeps a value until every receiver that there
//! was when it was sent has taken it, and at most until `capacity` newer ones were sent.
//!
//! ```text
//!             first                         next
//!               ▼                             ▼
//!   gone … gone [17][18][19][20][21][22]        the next value sent gets position 23
//!        ▲           ▲                   ▲
//!        a cursor    one that can        one that has taken everything:
//!        that lags   take 18             it waits for 23
//! ```
//!
//! Receivers take in order, so a slot is emptied after all slots in front of it: the empty ones are
//! always the oldest, and are removed at once.
//!
//! Interface: [`Slots`], [`Shared`], [`Taken`].
//!
//! Invariants: `unseen` of a slot is the number of receivers whose cursor is at or before its
//! position, and is never 0. A cursor that is not behind `first` has all slots from there on.
//! Nothing is cloned or dropped here: values are handed out, for the caller to do so without the
//! channel's lock.
//!
//! tokio: a ring of `capacity` slots that is allocated at once, each with a lock of its own under
//! which its value is cloned and dropped.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::ReentrantMutex;

use crate::sync::trim::trim;

/// A value on its way to several receivers. It is cloned under a lock of its own, because `T` need
/// not be `Sync`. Only receivers of this very value on other threads ever wait for it; on the same
/// thread, a `clone` that receives here may take it again.
pub(super) type Shared<T> = Arc<ReentrantMutex<T>>;

/// The values that are kept.
pub(super) struct Slots<T> {
    kept: VecDeque<Slot<T>>,
    capacity: usize,
    /// The position of the next value.
    next: u64,
}

struct Slot<T> {
    value: Shared<T>,
    /// How many receivers have not taken it.
    unseen: usize,
}

/// What is there at a cursor.
pub(super) enum Taken<T> {
    Value(Shared<T>),
    /// Nothing was sent since.
    Nothing,
    /// So many were overwritten.
    Lagged(u64),
}

impl<T> Slots<T> {
    pub(super) fn new(capacity: usize) -> Slots<T> {
        Slots { kept: VecDeque::new(), capacity, next: 0 }
    }

    /// How many values are kept.
    pub(super) fn len(&self) -> usize {
        self.kept.len()
    }

    /// The position of the next value: the cursor of a new receiver.
    pub(super) fn next(&self) -> u64 {
        self.next
    }

    /// The position of the oldest value that is kept.
    fn first(&self) -> u64 {
        self.next - self.kept.len() as u64
    }

    /// Puts a value in for so many receivers. Returns the one that it overwrites.
    pub(super) fn push(&mut self, value: Shared<T>, receivers: usize) -> Option<Shared<T>> {
        let full = self.kept.len() == self.capacity;
        let overwritten = if full { self.kept.pop_front() } else { None };
        self.kept.push_back(Slot { value, unseen: receivers });
        self.next += 1;
        overwritten.map(|slot| slot.value)
    }

    /// Takes the value at the cursor, and moves the cursor on: by one, or to the oldest value that
    /// is left.
    pub(super) fn take(&mut self, cursor: &mut u64) -> Taken<T> {
        if *cursor == self.next {
            return Taken::Nothing;
        }
        let first = self.first();
        if *cursor < first {
            return Taken::Lagged(first - std::mem::replace(cursor, first));
        }
        let slot = &mut self.kept[index(*cursor - first)];
        *cursor += 1;
        slot.unseen -= 1;
        let value = slot.value.clone();
        if slot.unseen == 0 {
            debug_assert_eq!(*cursor, first + 1, "the oldest slot is emptied first");
            self.kept.pop_front();
            trim(&mut self.kept);
        }
        Taken::Value(value)
    }

    /// A receiver leaves. Returns the values that only it had still to take.
    pub(super) fn leave(&mut self, cursor: u64) -> Vec<Shared<T>> {
        let taken = index(cursor.saturating_sub(self.first()));
        for slot in self.kept.iter_mut().skip(taken) {
            slot.unseen -= 1;
        }
        let empty = self.kept.iter().take_while(|slot| slot.unseen == 0).count();
        let dropped = self.kept.drain(..empty).map(|slot| slot.value).collect();
        trim(&mut self.kept);
        dropped
    }
}

/// There are fewer slots than `usize::MAX`, so the distance of two positions in them fits.
fn index(distance: u64) -> usize {
    usize::try_from(distance).expect("a slot's index")
}
