//! Which timers are due, when a hundred thousand of them wait and most will be cancelled?
//!
//! A wheel: see `starter.rs`.

use std::mem;
use std::time::Duration;

use slab::Slab;

use crate::event::{Event, emit};
use crate::id::Serial;

/// Bits in a group; 2^6 = 64 slots in a level.
const GROUP: usize = 6;
const SLOTS: usize = 1 << GROUP;
const LEVELS: usize = 6;
/// The one list behind the last level.
const OVERFLOW: usize = LEVELS * SLOTS;
/// So much room an empty wheel keeps.
const KEEP: usize = 64;

/// Timers by deadline, in ticks (milliseconds since the runtime's start).
pub(crate) struct Wheel<T> {
    /// The hand: everything that is due up to this tick was taken out.
    elapsed: u64,
    /// Level by level, slot by slot, and the overflow list: indices of entries, in any order.
    lists: Vec<Vec<u32>>,
    entries: Slab<Entry<T>>,
    /// How many timers there have ever been.
    count: u64,
    /// What the entries are called in events; empty while nobody records.
    names: Vec<Serial>,
}

struct Entry<T> {
    deadline: u64,
    /// Which timer this is, counted from the first. Among equal deadlines the smaller leaves first.
    order: u64,
    /// Where in its list it stands.
    position: usize,
    value: T,
}

/// Names one timer: its entry, and which timer it must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimerKey {
    index: u32,
    order: u64,
}

impl<T> Wheel<T> {
    /// An empty wheel with its hand at tick 0.
    pub(crate) fn new() -> Wheel<T> {
        Wheel {
            elapsed: 0,
            lists: empty_lists(),
            entries: Slab::new(),
            count: 0,
            names: Vec::new(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn capacity(&self) -> usize {
        self.entries.capacity()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Is it too late for a timer with this deadline?
    pub(crate) fn is_past(&self, deadline: u64) -> bool {
        deadline <= self.elapsed
    }

    /// Puts a timer in; its deadline lies ahead.
    pub(crate) fn insert(&mut self, deadline: u64, value: T) -> TimerKey {
        self.count += 1;
        let order = self.count;
        let index = self.entries.insert(Entry { deadline, order, position: 0, value });
        let index = u32::try_from(index).expect("fewer than 2^32 timers");
        let list = self.put_into_list(index);
        emit(|| self.added(list, index, deadline));
        TimerKey { index, order }
    }

    /// Puts a timer that waits to another deadline, which lies ahead, too.
    pub(crate) fn move_to(&mut self, key: TimerKey, deadline: u64) -> TimerKey {
        self.take_from_list(key.index);
        self.count += 1;
        let order = self.count;
        let entry = &mut self.entries[key.index as usize];
        (entry.deadline, entry.order) = (deadline, order);
        let list = self.put_into_list(key.index);
        emit(|| self.moved(list, key, deadline));
        TimerKey { order, ..key }
    }

    /// The timer's value; `None` if it has fired or was cancelled.
    pub(crate) fn get_mut(&mut self, key: TimerKey) -> Option<&mut T> {
        let entry = self.entries.get_mut(key.index as usize)?;
        (entry.order == key.order).then_some(&mut entry.value)
    }

    /// Takes a timer out before it is due.
    pub(crate) fn cancel(&mut self, key: TimerKey) -> Option<T> {
        self.get_mut(key)?;
        self.take_from_list(key.index);
        emit(|| Event::TimerCancel { timer: self.name(key) });
        let entry = self.entries.remove(key.index as usize);
        self.give_back();
        Some(entry.value)
    }

    /// No timer is due before this tick: sleep until then, [`advance`](Wheel::advance), ask again.
    pub(crate) fn next_look(&mut self) -> Option<u64> {
        self.next_deadline()
    }

    /// The smallest deadline.
    pub(crate) fn next_deadline(&mut self) -> Option<u64> {
        let (_, earliest) = self.first()?;
        Some(earliest)
    }

    /// Moves the hand to `now`. Appends to `due` what is due by then, by deadline, and among equal
    /// deadlines in the order of insertion.
    pub(crate) fn advance(&mut self, now: u64, due: &mut Vec<T>) {
        debug_assert!(now >= self.elapsed, "the hand goes back: now={now} of {}", self.elapsed);
        while let Some((list, earliest)) = self.first() {
            // The slot's first tick: its timers have these upper bits in common. Once the hand is
            // past it they stand too high, even if none is due.
            let shift = GROUP * (list / SLOTS);
            let begin = earliest >> shift << shift;
            if begin > now {
                break;
            }
            // Not past the earliest timer, or those behind it would be due before they are in order.
            self.elapsed = earliest.min(now);
            self.empty(list, now, due);
        }
        self.elapsed = now;
        self.give_back();
    }

    /// Takes everything out, due or not. The end: nothing is put in any more.
    pub(crate) fn drain(&mut self) -> Vec<T> {
        self.lists = empty_lists();
        for (index, _) in &self.entries {
            emit(|| Event::TimerCancel { timer: self.names[index] });
        }
        let entries = mem::take(&mut self.entries);
        entries.into_iter().map(|(_, entry)| entry.value).collect()
    }

    /// The hand has come into this list: what is due leaves the wheel, the rest is placed anew.
    fn empty(&mut self, list: usize, now: u64, due: &mut Vec<T>) {
        let mut ready = Vec::new();
        let mut moved = 0;
        for index in mem::take(&mut self.lists[list]) {
            let entry = &self.entries[index as usize];
            if self.is_past(entry.deadline) {
                ready.push((entry.order, index));
            } else {
                moved += usize::from(self.put_into_list(index) != list);
            }
        }
        ready.sort_unstable(); // all of one deadline: by their order
        due.extend(ready.into_iter().map(|(_, index)| self.fire(index, now)));
        if moved > 0 {
            let (level, slot) = level_and_slot(list);
            emit(|| Event::TimerCascade { level, slot, moved });
        }
    }

    /// Removes an entry that is due and stands in no list any more.
    fn fire(&mut self, index: u32, now: u64) -> T {
        let entry = self.entries.remove(index as usize);
        let late = Duration::from_millis(now - entry.deadline);
        emit(|| Event::TimerFire { timer: self.names[index as usize], late });
        entry.value
    }

    /// Puts an entry into the list of its deadline. Into which?
    fn put_into_list(&mut self, index: u32) -> usize {
        let entry = &mut self.entries[index as usize];
        let list = place(self.elapsed, entry.deadline);
        entry.position = self.lists[list].len();
        self.lists[list].push(index);
        list
    }

    /// Takes an entry out of its list. The last one of the list fills its place: no search, and
    /// nothing else moves.
    fn take_from_list(&mut self, index: u32) {
        let Entry { deadline, position, .. } = self.entries[index as usize];
        let list = &mut self.lists[place(self.elapsed, deadline)];
        list.swap_remove(position);
        if let Some(last) = list.get(position) {
            self.entries[*last as usize].position = position;
        }
    }

    /// The first list that is not empty, and its earliest deadline: the earliest of all.
    fn first(&self) -> Option<(usize, u64)> {
        let list = self.lists.iter().position(|list| !list.is_empty())?;
        let deadlines = self.lists[list].iter().map(|index| self.entries[*index as usize].deadline);
        Some((list, deadlines.min()?))
    }

    /// After a burst the memory goes back as soon as the last timer is gone. Not before: entries
    /// can't move, their keys hold their indices.
    fn give_back(&mut self) {
        if self.is_empty() && self.capacity() > KEEP {
            (self.entries, self.lists) = (Slab::new(), empty_lists());
            self.names = Vec::new();
        }
    }
}

/// What the wheel tells; the names are known to events alone.
impl<T> Wheel<T> {
    fn added(&mut self, list: usize, index: u32, deadline: u64) -> Event {
        let (timer, (level, slot)) = (Serial::new(), level_and_slot(list));
        self.names.resize(self.names.len().max(index as usize + 1), timer);
        self.names[index as usize] = timer;
        Event::TimerAdd { timer, due: Duration::from_millis(deadline), level, slot }
    }

    fn moved(&self, list: usize, key: TimerKey, deadline: u64) -> Event {
        let (timer, (level, slot)) = (self.name(key), level_and_slot(list));
        Event::TimerMove { timer, due: Duration::from_millis(deadline), level, slot }
    }

    /// What the timer is called in events.
    pub(crate) fn name(&self, key: TimerKey) -> Serial {
        self.names[key.index as usize]
    }
}

#[allow(clippy::cast_possible_truncation)] // there are 385 lists
fn level_and_slot(list: usize) -> (u8, u8) {
    ((list / SLOTS) as u8, (list % SLOTS) as u8)
}

fn empty_lists() -> Vec<Vec<u32>> {
    vec![Vec::new(); OVERFLOW + 1]
}

/// The one rule of the wheel: the number of a list, for a deadline ahead of the hand.
fn place(elapsed: u64, deadline: u64) -> usize {
    debug_assert!(deadline > elapsed, "a deadline ahead: elapsed={elapsed} deadline={deadline}");
    // How far away it is, in bits, and the group that belongs to.
    let level = (deadline - elapsed).ilog2() as usize / GROUP;
    if level >= LEVELS {
        return OVERFLOW;
    }
    // The deadline's own number in that group.
    let slot = (deadline >> (GROUP * level)) % SLOTS as u64;
    level * SLOTS + usize::try_from(slot).expect("less than 64")
}
