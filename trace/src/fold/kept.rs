//! How many primitives are remembered?
//!
//! All, while they are few. The end of some is never recorded: a sender or a guard may be dropped
//! on another thread. So where there are some thousands, they are looked through whenever half as
//! many have come, or a quarter of all that there are: those that were not heard of since the time
//! before are forgotten. Nothing waits at those that go, and one that is heard of again is made
//! anew, with less known of it.
//!
//! Interface: [`Kept`]. Invariant: four are looked at for each that has come, on average, however
//! many there are.

use std::collections::BTreeMap;

use kettle_events::Id;

use super::primitive::Primitive;

/// So many are remembered at least. Of those that nothing waits at, about as many at most.
pub(super) const MOST: usize = if cfg!(test) { 1 << 6 } else { 1 << 12 };

/// Primitives by their numbers, and for each: was it heard of since they were looked through?
#[derive(Clone, Debug, Default)]
pub(super) struct Kept {
    all: BTreeMap<Id, (Primitive, bool)>,
    /// So many have come since then.
    came: usize,
}

impl Kept {
    pub(super) fn get(&self, id: Id) -> Option<&Primitive> {
        self.all.get(&id).map(|(known, _)| known)
    }

    pub(super) fn get_mut(&mut self, id: Id) -> Option<&mut Primitive> {
        let (known, heard) = self.all.get_mut(&id)?;
        *heard = true;
        Some(known)
    }

    /// Another one.
    pub(super) fn insert(&mut self, id: Id, new: Primitive) -> &mut Primitive {
        self.came += 1;
        let all = self.all.len();
        if all > MOST && self.came > (MOST / 2).max(all / 4) {
            self.came = 0;
            self.all.retain(|_, (known, heard)| std::mem::take(heard) || !known.is_idle());
        }
        &mut self.all.entry(id).or_insert((new, true)).0
    }

    pub(super) fn remove(&mut self, id: Id) {
        self.all.remove(&id);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Id, &Primitive)> {
        self.all.iter().map(|(id, (known, _))| (*id, known))
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kettle_events::SyncKind;

    #[test]
    fn what_was_not_heard_of_for_longest_goes_and_what_is_waited_at_stays() {
        let (mut kept, new) = (Kept::default(), || Primitive::new(SyncKind::Mutex));
        let [waited, used, silent] = [(); 3].map(|()| Id::next());
        kept.insert(waited, Primitive { waiting: 1, ..new() });
        kept.insert(used, new());
        for _ in 0..10 * MOST {
            let short = Id::next();
            kept.insert(short, new());
            kept.remove(short);
        }
        kept.insert(silent, new());
        assert!(kept.get(used).is_some(), "there are few, however many have come and gone");
        for _ in 0..10 * MOST {
            kept.insert(Id::next(), new());
            assert!(kept.get_mut(used).is_some(), "it was heard of");
            assert!(kept.len() <= 2 * MOST, "{}", kept.len());
        }
        assert!(kept.get(waited).is_some() && kept.get(silent).is_none(), "where something waits");
    }
}
