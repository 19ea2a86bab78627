//! What does a guard of a lock hold of the lock's permits?
//!
//! A [`Held`], which gives them back when it is dropped. It is the guard's last field, so the
//! value's own guard goes first: the task that gets the permits finds the value free.
//!
//! Not here: what a program holds of a semaphore (`permit.rs`), which has no value.

use std::mem;

use kettle_runtime::event::in_a_drop;

use super::acquire::Owner;
use super::permits::Permits;
use crate::sync::report::Hold;

/// The permits of a guard, given back after the value's own guard is dropped.
pub(in crate::sync) struct Held<O: Owner> {
    pub(in crate::sync) owner: O,
    hold: Hold,
}

/// Why the value's lock needs no waiting.
pub(in crate::sync) const FREE: &str = "the value is free for the task that has the permits";

impl<O: Owner> Held<O> {
    pub(in crate::sync) fn new(owner: O, hold: Hold) -> Held<O> {
        Held { owner, hold }
    }

    /// Keeps this much of them and gives back the others.
    pub(in crate::sync) fn keep(&mut self, kept: usize) {
        self.owner.permits().keep(&mut self.hold, kept);
    }
}

impl<'a, O: Owner> Held<&'a O> {
    /// The same for a guard of a part of the value, whose type doesn't know the whole.
    pub(in crate::sync) fn of_a_part(self) -> Held<&'a Permits> {
        let Hold { units, id } = self.hold;
        let part = Held::new(self.owner.permits(), Hold { units, id });
        mem::forget(self);
        part
    }
}

impl<O: Owner> Drop for Held<O> {
    #[inline]
    fn drop(&mut self) {
        let _line = in_a_drop();
        self.owner.permits().release(&self.hold);
    }
}
