//! How does a table name its entries by small numbers that stay theirs while they live?
//!
//! As a vector with a list of its free places. A number stays its entry's until that is freed, and
//! is then given to the next. An entry is filled in place. Built elsewhere and moved in, it costs a
//! fifth of a spawn that is joined at once: wide reads after narrow writes stall the processor.
//!
//! Interface: [`Slots`], for tasks; [`fill`], for what is lent out of an entry. Invariants: who
//! frees an entry has taken out what it held.
//!
//! Not here: the sources and those who wait for them (crate `slab`: `reactor.rs`, `readiness.rs`),
//! timers (`timer/wheel.rs` has a table of its own).
//!
//! tokio: tasks are allocations of their own, in a list.

use std::mem;

/// A table of entries, some of them free.
pub(crate) struct Slots<S> {
    entries: Vec<S>,
    free: Vec<u32>,
    /// How many were in use at the last search (`give_back`); `MAX`: search again.
    kept: usize,
}

/// Below this capacity nothing is given back.
const KEEP: usize = 1024;

impl<S> Slots<S> {
    pub(crate) fn new() -> Slots<S> {
        Slots { entries: Vec::new(), free: Vec::new(), kept: usize::MAX }
    }

    /// The number of a free entry; with none free, of a new one, made of `empty`.
    #[inline]
    pub(crate) fn take(&mut self, empty: impl FnOnce() -> S) -> u32 {
        if let Some(index) = self.free.pop() {
            return index;
        }
        self.entries.push(empty());
        self.kept = usize::MAX;
        u32::try_from(self.entries.len() - 1).expect("fewer than 2^32 tasks at a time")
    }

    #[inline]
    pub(crate) fn free(&mut self, index: u32) {
        self.free.push(index);
        if index as usize + 1 == self.entries.len() {
            self.kept = usize::MAX; // the one that held the room
        }
    }

    #[inline]
    pub(crate) fn at(&mut self, index: u32) -> &mut S {
        &mut self.entries[index as usize]
    }

    #[inline]
    pub(crate) fn get(&mut self, index: u32) -> Option<&mut S> {
        self.entries.get_mut(index as usize)
    }

    /// All entries with their numbers, the free ones too.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &S)> {
        (0..).zip(&self.entries)
    }

    pub(crate) fn used(&self) -> usize {
        self.entries.len() - self.free.len()
    }

    pub(crate) fn capacity(&self) -> usize {
        self.entries.capacity()
    }

    /// Gives back the room behind the last entry in use. One at the far end holds all the room. The
    /// search for it is repeated only when half of those then in use are gone, or that one, so that
    /// a park costs little.
    pub(crate) fn give_back(&mut self, is_free: impl Fn(&S) -> bool) {
        let used = self.used();
        if self.capacity() <= KEEP || used * 4 >= self.capacity() || used * 2 > self.kept {
            return;
        }
        self.kept = used;
        let last = self.entries.iter().rposition(|entry| !is_free(entry));
        self.entries.truncate(last.map_or(0, |last| last + 1));
        self.free.retain(|&index| (index as usize) < self.entries.len());
        self.entries.shrink_to_fit();
        self.free.shrink_to_fit();
    }
}

/// Puts something where nothing is. An assignment would ask whether there is something to be
/// dropped: twice in each poll. (Were there something after all, a release build would leak it.)
#[inline]
pub(crate) fn fill<T>(place: &mut Option<T>, value: Option<T>) {
    let nothing = mem::replace(place, value);
    debug_assert!(nothing.is_none(), "there is something in this place already");
    mem::forget(nothing);
}
