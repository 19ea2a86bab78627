//! How many primitives are remembered?
//!
//! All, while they are few. The end of some is never told: a sender or a guard may be dropped on
//! another thread. So where there are more than [`MOST`], the ones that were not heard of for
//! longest are forgotten. Nothing waits at those that go, and one that is heard of again is made
//! anew, with less known of it.
//!
//! Interface: [`Kept`]. Invariant: the cost of a new thing doesn't grow with how many there are.

use std::collections::{BTreeMap, VecDeque};

use kettle_events::Id;

/// So many are remembered that nothing waits at.
pub(super) const MOST: usize = if cfg!(test) { 1 << 6 } else { 1 << 12 };
/// So many are asked whether they can go when a new one comes.
const ASKED: usize = 2;

/// So many that have gone may be in the order.
const SPARE: usize = 32;

/// Something that may be forgotten.
pub(super) trait Idle {
    /// Does nothing wait at it?
    fn is_idle(&self) -> bool;
}

/// Things by their numbers.
#[derive(Clone, Debug)]
pub(super) struct Kept<T> {
    things: BTreeMap<Id, Entry<T>>,
    /// In the order in which they are asked whether they can go. Some have gone already.
    order: VecDeque<Id>,
}

#[derive(Clone, Debug)]
struct Entry<T> {
    thing: T,
    /// It was heard of since it was asked last.
    heard: bool,
}

impl<T> Default for Kept<T> {
    fn default() -> Kept<T> {
        Kept { things: BTreeMap::new(), order: VecDeque::new() }
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
        if self.is_full() && !self.things.contains_key(&id) {
            self.make_room();
        }
        let entry = self.things.entry(id).or_insert_with(|| {
            self.order.push_back(id);
            Entry { thing: new(), heard: true }
        });
        entry.heard = true;
        &mut entry.thing
    }

    /// True if it was not there before.
    pub(super) fn insert(&mut self, id: Id, thing: T) -> bool {
        if self.is_full() {
            self.make_room();
        }
        let new = self.things.insert(id, Entry { thing, heard: true }).is_none();
        if new {
            self.order.push_back(id);
        }
        new
    }

    pub(super) fn remove(&mut self, id: Id) -> Option<T> {
        Some(self.things.remove(&id)?.thing)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Id, &T)> {
        self.things.iter().map(|(id, entry)| (*id, &entry.thing))
    }

    /// So many entries take memory.
    pub(super) fn len(&self) -> usize {
        self.order.len().max(self.things.len())
    }

    fn is_full(&self) -> bool {
        self.order.len() >= MOST || self.has_spare()
    }

    /// Have many of those in the order gone already?
    fn has_spare(&self) -> bool {
        self.order.len() > SPARE + 2 * self.things.len()
    }

    fn make_room(&mut self) {
        if self.has_spare() {
            self.order.retain(|id| self.things.contains_key(id));
        }
        let asked = if self.order.len() < MOST { 0 } else { ASKED };
        for _ in 0..asked {
            let Some(id) = self.order.pop_front() else { return };
            let Some(entry) = self.things.get_mut(&id) else { continue };
            if !std::mem::take(&mut entry.heard) && entry.thing.is_idle() {
                self.things.remove(&id);
            } else {
                self.order.push_back(id);
            }
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
    fn what_has_gone_takes_no_room() {
        let mut kept = Kept::default();
        for _ in 0..10 * MOST {
            let id = Id::next();
            assert!(kept.insert(id, Thing(true)));
            kept.remove(id);
        }
        assert!(kept.len() <= SPARE + 1, "{}", kept.len());
    }

    #[test]
    fn an_id_that_comes_back_is_in_the_order_twice_at_most() {
        let mut kept = Kept::default();
        let id = Id::next();
        for _ in 0..10 * MOST {
            kept.get_or_insert_with(id, || Thing(true));
            kept.remove(id);
        }
        assert!(kept.len() <= SPARE + 1, "{}", kept.len());
        assert_eq!(kept.iter().count(), 0);
    }
}
