//! What was taken from a primitive?
//!
//! Units, until they are given back or forgotten. A guard has the [`Key`] of its hold and says
//! itself when it ends: under the primitive's lock, before the next taker has the units. A guard
//! that is forgotten still holds them.
//!
//! Interface: [`Primitive::takes`], [`Key::less`], [`Key::more`].

use std::sync::Arc;

use crate::primitive::Primitive;
use crate::record::By;
use crate::running::RUNNING;
use crate::snapshot::HoldNow;
use crate::table::{Entry, Key};
use crate::{Id, RemoteEvents, Units};

impl Primitive {
    /// Units are taken by what runs here. `owned`: the guard owns the primitive. Returns the hold
    /// with its number in events. On a thread without a runtime it is kept `elsewhere`, as that of
    /// a job if it is one.
    #[cold]
    pub fn takes<'a>(
        self: &Arc<Primitive>,
        units: Units,
        owned: bool,
        elsewhere: impl FnOnce() -> Option<(&'a Arc<RemoteEvents>, Option<Id>)>,
    ) -> (Key, u64) {
        let (id, thing) = (Id::next().get(), self.id);
        let key = RUNNING.with(|it| {
            let By { task, at, .. } = it.get();
            let keep = |remote: &RemoteEvents, by| {
                let now = HoldNow { id, thing, units, by, at: at.place(), owned };
                remote.keep(|_| Some(Entry::Hold(now, self.clone()))).into_key()
            };
            match &*it.remote.borrow() {
                Some(here) => keep(here, task),
                None => elsewhere().map_or(Key::NONE, |(remote, job)| keep(remote, task.or(job))),
            }
        });
        (key, id)
    }
}

impl Key {
    /// The hold goes on with so much less, or is over. Returns its number in events.
    pub fn less(self, units: Units) -> Option<u64> {
        let less = |remote: &RemoteEvents| {
            let mut table = remote.table.lock();
            let Some(Entry::Hold(now, _)) = table.get_mut(self) else { return None };
            let id = now.id;
            match (&mut now.units, units) {
                (Units::Count(all), Units::Count(some)) if *all > some => *all -= some,
                (all @ Units::All, Units::Count(_)) => *all = Units::Count(1), // it reads on
                _ => table.remove(self),
            }
            Some(id)
        };
        self.with_remote(less).flatten()
    }

    /// The hold goes on with so much more. Returns its number in events.
    pub fn more(self, units: Units) -> Option<u64> {
        let more = |entry: &mut Entry| {
            let Entry::Hold(now, _) = entry else { return None };
            if let (Units::Count(all), Units::Count(some)) = (&mut now.units, units) {
                *all += some;
            }
            Some(now.id)
        };
        self.change(more).flatten()
    }
}
