//! What is waited for now, and what is held?
//!
//! The one place where the doctor asks for open waits and holds. Today they are the fold's: a wait
//! is a waker that is stored somewhere.
//!
//! Interface: [`Run::open`], [`Run::holders`], [`Run::sync`]. Not here: what could end a wait
//! (`graph.rs`).

use kettle_events::{Resource, Units};

use super::run::Run;
use crate::fold::{Holder, Primitive, Task, Wait, Waiter};

/// A task that waits for more things than these waits for none of them alone.
const FEW: usize = 16;

impl Run {
    /// What a task waits for.
    pub(super) fn open(&self, task: &Task) -> Vec<Wait> {
        let waits = self.fold.waits_of(task.id);
        self.looks_at(waits.len());
        waits
    }

    /// The same for a lint that asks again and again: none, if there are many.
    pub(super) fn few(&self, task: &Task) -> Vec<Wait> {
        if task.stored() > FEW { Vec::new() } else { self.open(task) }
    }

    /// What is held of what is waited for, and by whom.
    pub(super) fn holders(&self, on: Resource) -> &[(Units, Holder)] {
        self.sync(on).map(|known| &known.holders[..]).unwrap_or_default()
    }

    /// The waiter before it in line that was given what it waits for, and has not taken it yet.
    pub(super) fn handed(&self, on: Resource) -> Option<&Waiter> {
        let (Resource::Sync(_, sync, ..) | Resource::SyncValue(_, sync)) = on else { return None };
        self.fold.handed(sync).next()
    }

    /// The lock, channel or other primitive that is waited for.
    pub(super) fn sync(&self, on: Resource) -> Option<&Primitive> {
        match on {
            Resource::Sync(_, id, ..)
            | Resource::SyncValue(_, id)
            | Resource::SyncClosed(_, id) => self.fold.primitive(id),
            _ => None,
        }
    }
}
