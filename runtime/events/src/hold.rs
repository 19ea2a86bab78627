//! What was taken from a primitive?
//!
//! Units, until they are given back or forgotten. A guard has the [`Key`] of its hold and says
//! itself when it ends: under the primitive's lock, before the next taker has the units. A guard
//! that is forgotten still holds them.
//!
//! Interface: [`Primitive::takes`], [`Key::less`], [`Key::more`].

use std::sync::Arc;

use crate::kept::Kept;
use crate::primitive::Primitive;
use crate::running::{running, with_remote};
use crate::snapshot::HoldNow;
use crate::table::{Entry, Key};
use crate::{Id, RemoteEvents, Units};

impl Primitive {
    /// Units are taken by what runs here, which may be a `job`. `owned`: the guard owns the
    /// primitive. Returns the hold with its number in events. On a thread without a runtime it is
    /// kept in this `runtime`.
    #[cold]
    pub fn takes(
        self: &Arc<Primitive>,
        units: Units,
        owned: bool,
        (runtime, job): (Option<&Arc<RemoteEvents>>, Option<Id>),
    ) -> (Key, u64) {
        let (id, by) = (Id::next().get(), running());
        let (at, task) = (by.at.place(), by.task.or(job));
        let now = HoldNow { id, thing: self.id, units, by: task, at, owned };
        let keep =
            |remote: &Arc<RemoteEvents>| remote.keep(|_| Some(Entry::Hold(now, self.clone())));
        let kept = with_remote(keep).or_else(|| runtime.map(keep));
        (kept.map_or(Key::NONE, Kept::into_key), id)
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
                _ => drop(table.remove(self)),
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
