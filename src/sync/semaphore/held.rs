//! How does a lock's guard hold the lock's permits?
//!
//! In a [`Held`], which gives them back when it is dropped. It is the guard's last field, so that
//! the value's own guard is dropped first and the next task finds the value free.
//!
//! Not here: a semaphore's permits (`permit.rs`), which don't guard a value.

use std::mem;

use kettle_runtime::event::in_a_drop;

use super::acquire::Owner;
use super::permits::Permits;
use crate::sync::report::Hold;

/// A guard's permits, given back after the value's own guard has been dropped.
pub(in crate::sync) struct Held<O: Owner> {
    pub(in crate::sync) owner: O,
    hold: Hold,
}

/// The reason why the value's lock can always be taken at once.
pub(in crate::sync) const FREE: &str = "the value is free for the task that has the permits";

impl<O: Owner> Held<O> {
    pub(in crate::sync) fn new(owner: O, hold: Hold) -> Held<O> {
        Held { owner, hold }
    }

    /// Keeps this many permits and gives the others back.
    pub(in crate::sync) fn shrink_to(&mut self, units: usize) {
        self.owner.permits().shrink(&mut self.hold, units);
    }
}

impl<'a, O: Owner> Held<&'a O> {
    /// Converts it for a guard for part of the value, whose type doesn't name the whole.
    pub(in crate::sync) fn of_a_part(self) -> Held<&'a Permits> {
        let Hold { units, key } = self.hold;
        let part = Held::new(self.owner.permits(), Hold { units, key });
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
