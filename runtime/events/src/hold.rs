//! How does a runtime know what is taken from a lock or semaphore, and by whom?
//!
//! Each guard makes a *hold*, an entry in the table with the units that it took, and has the
//! entry's [`Key`]. The guard ends its hold itself, under the primitive's lock, so before another
//! task can take the units. If a guard is forgotten, its hold stays.
//!
//! Interface: [`Primitive::begin_hold`], [`Key::shrink`], [`Key::grow`].

use std::sync::Arc;

use crate::primitive::Primitive;
use crate::record::By;
use crate::running::RUNNING;
use crate::snapshot::HoldNow;
use crate::table::{Entry, Key};
use crate::{Id, RemoteEvents, Units};

impl Primitive {
    /// The running task has taken units. `owned`: its guard owns the primitive. Returns the hold's
    /// key, and its number in events. On a thread without a runtime, `elsewhere` gives the runtime
    /// that keeps the hold, and the job that runs here, if any.
    #[cold]
    pub fn begin_hold<'a>(
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
    /// Takes these units out of the hold, which may end it. Returns its number in events.
    pub fn shrink(self, units: Units) -> Option<u64> {
        let shrink = |remote: &RemoteEvents| {
            let mut table = remote.table.lock();
            let Some(Entry::Hold(now, _)) = table.get_mut(self) else { return None };
            let id = now.id;
            match (&mut now.units, units) {
                (Units::Count(all), Units::Count(some)) if *all > some => *all -= some,
                (all @ Units::All, Units::Count(_)) => *all = Units::Count(1), // a reader now
                _ => table.remove(self),
            }
            Some(id)
        };
        self.with_remote(shrink).flatten()
    }

    /// Adds these units to the hold. Returns its number in events.
    pub fn grow(self, units: Units) -> Option<u64> {
        let grow = |entry: &mut Entry| {
            let Entry::Hold(now, _) = entry else { return None };
            if let (Units::Count(all), Units::Count(some)) = (&mut now.units, units) {
                *all += some;
            }
            Some(now.id)
        };
        self.change(grow).flatten()
    }
}
