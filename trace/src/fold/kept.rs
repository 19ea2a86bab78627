//! How many primitives are remembered?
//!
//! All, while they are few. The end of some is never told: a sender or a guard may be dropped on
//! another thread. So where there are more than some thousands, they are looked through whenever half as
//! many have come, or a quarter of all that there are: those that were not heard of since the time before
//! are forgotten. Nothing waits at those that go, and one that is heard of again is made anew, with less
//! known of it.
//!
//! Interface: [`Kept`]. Invariant: four are looked at for each that has come, on average, however many
//! there are.

use std::collections::BTreeMap;

use kettle_events::Id;

/// So many are remembered at least. Of those that nothing waits at, about as many at most.
pub(super) const MOST: usize = if cfg!(test) { 1 << 6 } else { 1 << 12 };

/// Something that may be forgotten.
pub(super) trait Idle {
    /// Does nothing wait at it?
    fn is_idle(&self) -> bool;
}

/// Things by their numbers.
#[derive(Clone, Debug)]
pub(super) struct Kept<T> {
    things: BTreeMap<Id, Entry<T>>,
    /// So many have come since they were looked through.
    came: usize,
}

#[derive(Clone, Debug)]
struct Entry<T> {
    thing: T,
    /// It was heard of since then.
    heard: bool,
}

impl<T> Default for Kept<T> {
    fn default() -> Kept<T> {
        Kept { things: BTreeMap::new(), came: 0 }
    }
}

impl<T: Idle> Kept<T> {
    pub(super) fn get(&self, id: Id) -> Option<&T> {
        Some(&self.things.get(&id)?.thing)
    }

    pub(super) fn get_mut(&mut self, id: Id) -> Option<&mut T> {
        let entry = self.things.get_mut(&id)?;
        entry.heard = true;
        Some(&mut entry.thing)
    }

    pub(super) fn get_or_insert_with(&mut self, id: Id, new: impl FnOnce() -> T) -> &mut T {
        if !self.things.contains_key(&id) {
            self.make_room();
        }
        let new = || Entry { thing: new(), heard: true };
        let entry = self.things.entry(id).or_insert_with(new);
        entry.heard = true;
        &mut entry.thing
    }

    /// True if it was not there before.
    pub(super) fn insert(&mut self, id: Id, thing: T) -> bool {
        self.make_room();
        self.things.insert(id, Entry { thing, heard: true }).is_none()
    }

    pub(super) fn remove(&mut self, id: Id) -> Option<T> {
        Some(self.things.remove(&id)?.thing)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Id, &T)> {
        self.things.iter().map(|(id, entry)| (*id, &entry.thing))
    }

    pub(super) fn len(&self) -> usize {
        self.things.len()
    }

    /// One more comes.
    fn make_room(&mut self) {
        self.came += 1;
        let all = self.things.len();
        if all > MOST && self.came > (MOST / 2).max(all / 4) {
            self.came = 0;
            self.things
                .retain(|_, entry| std::mem::take(&mut entry.heard) || !entry.thing.is_idle());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Thing(bool);

    impl Idle for Thing {
        fn is_idle(&self) -> bool {
            self.0
        }
    }

    #[test]
    fn what_was_not_heard_of_for_longest_goes_and_what_is_waited_at_stays() {
        let mut kept = Kept::default();
        let (waited, used) = (Id::next(), Id::next());
        kept.insert(waited, Thing(false));
        kept.insert(used, Thing(true));
        for _ in 0..10 * MOST {
            kept.insert(Id::next(), Thing(true));
            assert!(kept.get_mut(used).is_some(), "it was heard of");
            assert!(kept.len() <= 2 * MOST, "{}", kept.len());
        }
        assert!(kept.get(waited).is_some(), "something waits there");
    }

    #[test]
    fn while_there_are_few_none_goes_however_many_have_come_and_gone() {
        let mut kept = Kept::default();
        let silent = Id::next();
        kept.insert(silent, Thing(true));
        for _ in 0..10 * MOST {
            let short = Id::next();
            kept.insert(short, Thing(true));
            kept.remove(short);
        }
        assert!(kept.get(silent).is_some(), "it is one of two");
    }
}
