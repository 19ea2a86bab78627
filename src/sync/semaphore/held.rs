//! What does a guard of a lock hold of the lock's permits?
//!
//! A [`Held`], which gives them back when it is dropped. It is the guard's last field, so the
//! value's own guard goes first: the task that gets the permits finds the value free.
//!
//! Not here: what a program holds of a semaphore (`permit.rs`), which has no value.

use std::mem;

use super::permits::{Owner, Permits};

/// The permits of a guard, given back after the value's own guard is dropped.
pub(in crate::sync) struct Held<O: Owner> {
    pub(in crate::sync) owner: O,
    taken: usize,
}

/// Why the value's lock needs no waiting.
pub(in crate::sync) const FREE: &str = "the value is free for the task that has the permits";

impl<O: Owner> Held<O> {
    pub(in crate::sync) fn new(owner: O, taken: usize) -> Held<O> {
        Held { owner, taken }
    }

    /// Keeps this much of them and gives back the others.
    pub(in crate::sync) fn keep(&mut self, kept: usize) {
        // First what is held from now on: `keep` calls wakers, and one that panics must not make
        // the drop give back the others a second time.
        let taken = mem::replace(&mut self.taken, kept);
        self.owner.permits().keep(taken, kept);
    }
}

impl<'a, O: Owner> Held<&'a O> {
    /// The same for a guard of a part of the value, whose type doesn't know the whole.
    pub(in crate::sync) fn of_a_part(self) -> Held<&'a Permits> {
        let part = Held::new(self.owner.permits(), self.taken);
        mem::forget(self);
        part
    }
}

impl<O: Owner> Drop for Held<O> {
    #[inline]
    fn drop(&mut self) {
        self.owner.permits().release(self.taken);
    }
}
