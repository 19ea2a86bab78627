//! Which timers are due, when a hundred thousand of them wait and most will be cancelled?
//!
//! A sorted map would do, but it would sort exactly what mostly never happens: timeouts. A wheel
//! sorts late, a far deadline coarsely, and finer as it comes nearer. It has six *levels* of 64
//! *slots*; a slot is a list of timers; the hand is a number, `elapsed`, in ticks of a millisecond.
//! Cut hand and deadline into groups of six bits:
//!
//! ```text
//!   deadline   … overflow | level 5 | level 4 | level 3 | level 2 | level 1 | level 0 |
//!   its bits      63 … 36   35 … 30   29 … 24   23 … 18   17 … 12    11 … 6     5 … 0
//!
//!   level      6       5          4         3          2         1        0
//!   one slot   the     12.4 days  4.7 h     4.4 min    4.1 s     64 ms    1 ms
//!   64 slots   rest    2.2 years  12.4 days 4.7 h      4.4 min   4.1 s    64 ms
//! ```
//!
//! **Insert**: the highest group in which deadline and hand differ is the level; the deadline's
//! own number in that group is the slot. With the hand at 0, a sleep of 2,000 ms = 31 × 64 + 16
//! differs in group 1, where it says 31:
//!
//! ```text
//!   level 1   [^][ ][ ][ ] … [ ][●][ ] … [ ]     ^ the hand, in slot 0 of every level
//!              0  1  2  3    30  31  32   63     slot 31 takes in 1,984 … 2,047 ms
//!   level 0   [^][ ][●][ ] … [ ][ ][ ] … [ ]     ● at level 0: due at 2 ms, no other
//! ```
//!
//! **Cascade**: the groups above a timer's level are the hand's own, so every timer lies ahead of
//! the hand and nothing wraps around; and the first occupied slot of the lowest occupied level
//! holds the earliest timers of all. When the hand enters that slot, it agrees with them in one
//! group more: they are placed anew, each on a lower level, or they are due. The hand jumps from
//! one occupied slot to the next, by the bitmaps; two years with nothing in them are one step.
//!
//! Past the last level (2^36 ms) one more list, "level 6, slot 0", takes all. It is sorted anew
//! when the hand enters the 2^36 ms that its earliest timer lies in.
//!
//! Interface: [`Wheel::insert`], [`Wheel::cancel`], [`Wheel::get_mut`]; [`Wheel::advance`] takes
//! out what is due; [`Wheel::next_look`] and [`Wheel::next_deadline`] say how long one may sleep.
//!
//! Invariants: every deadline in the wheel is `> elapsed`. The list that a timer stands in follows
//! from hand and deadline alone ([`place`]), so it is not stored; equal deadlines share a list, so
//! they leave in the order in which they came. A list's bit is set exactly if it is not empty. No
//! timer's deadline is below its list's `earliest`. Nothing foreign is dropped or called in here.
//!
//! Not here: `Instant`s and rounding them up to ticks, wakers, the clock (`timer/mod.rs`).
//!
//! tokio: `runtime/time/wheel/{mod,level}.rs`. The same levels, but entries are linked through the
//! futures themselves (`unsafe`, no slab), behind one mutex; beyond 2^36 ms they wrap around on the
//! last level; and it parks until a slot's *start*, so that a lone sleep of 2 s parks twice (until
//! 1,984 ms, then 2,000 ms), ours once.

use std::mem;
use std::time::Duration;

use slab::Slab;

use crate::event::{Event, emit};
use crate::id::Serial;

/// Bits in a group; 2^6 = 64 slots are the bits of a `u64`.
const GROUP: u32 = 6;
const SLOTS: usize = 1 << GROUP;
const LEVELS: usize = 6;
/// The "level" of the one list behind the last level.
const OVERFLOW: u8 = 6;
/// No entry; ends a list.
const NONE: u32 = u32::MAX;
/// An empty wheel keeps room for so many timers, so that one timer that comes and goes does not
/// go through the allocator each time.
const KEEP: usize = 64;

/// Timers by deadline, in ticks (milliseconds since the runtime's start).
pub(crate) struct Wheel<T> {
    /// The hand: everything that is due up to this tick was taken out.
    elapsed: u64,
    /// Bit `s` of element `l`: the list at level `l`, slot `s` is not empty.
    occupied: [u64; LEVELS + 1],
    /// Level by level, slot by slot, and the overflow list.
    lists: Box<[List; LEVELS * SLOTS + 1]>,
    entries: Slab<Entry<T>>,
    /// How many entries and lists were looked at: the tests' proof that a cost is O(1).
    #[cfg(test)]
    touched: std::cell::Cell<usize>,
}

/// Names one timer. Once that one is gone the key finds nothing, whoever has its index now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimerKey {
    index: u32,
    serial: Serial,
}

struct Entry<T> {
    serial: Serial,
    deadline: u64,
    prev: u32,
    next: u32,
    value: T,
}

#[derive(Clone, Copy)]
struct List {
    head: u32,
    tail: u32,
    /// The smallest deadline, or one that was the smallest until that timer was cancelled.
    earliest: u64,
    /// Is it the latter? Then the smallest is unknown, but not below `earliest`.
    stale: bool,
}

/// Where in the wheel.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Place {
    level: u8,
    slot: u8,
}

impl TimerKey {
    /// The timer's name in events.
    pub(crate) fn serial(self) -> Serial {
        self.serial
    }
}

impl<T> Wheel<T> {
    /// An empty wheel with its hand at tick 0.
    pub(crate) fn new() -> Wheel<T> {
        Wheel {
            elapsed: 0,
            occupied: [0; LEVELS + 1],
            lists: Box::new([List::EMPTY; LEVELS * SLOTS + 1]),
            entries: Slab::new(),
            #[cfg(test)]
            touched: std::cell::Cell::new(0),
        }
    }

    /// How many timers wait.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// How many there is room for.
    pub(crate) fn capacity(&self) -> usize {
        self.entries.capacity()
    }

    /// Does none wait?
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The tick up to which everything was taken out.
    #[cfg_attr(not(test), allow(dead_code))] // the tests and the model ask
    #[cfg(test)]
    pub(crate) fn elapsed(&self) -> u64 {
        self.elapsed
    }

    /// Puts a timer in. Gives the value back if it is due already: `deadline <= elapsed`.
    pub(crate) fn insert(&mut self, deadline: u64, value: T) -> Result<TimerKey, T> {
        if deadline <= self.elapsed {
            return Err(value);
        }
        let serial = Serial::new();
        let entry = Entry { serial, deadline, prev: NONE, next: NONE, value };
        let index = u32::try_from(self.entries.insert(entry)).unwrap_or(NONE);
        assert!(index != NONE, "too many timers in the wheel: {}", self.entries.len());
        let Place { level, slot } = self.link(index);
        let due = Duration::from_millis(deadline);
        emit(|| Event::TimerAdd { timer: serial, due, level, slot });
        Ok(TimerKey { index, serial })
    }

    /// The timer's value; `None` if it fired, was cancelled or was never here.
    pub(crate) fn get_mut(&mut self, key: TimerKey) -> Option<&mut T> {
        self.touch();
        let entry = self.entries.get_mut(key.index as usize)?;
        (entry.serial == key.serial).then_some(&mut entry.value)
    }

    /// Takes a timer out before it is due. Looks at the entry, its two neighbours and their list,
    /// however many timers there are.
    pub(crate) fn cancel(&mut self, key: TimerKey) -> Option<T> {
        self.get_mut(key)?;
        self.unlink(key.index);
        let entry = self.entries.remove(key.index as usize);
        emit(|| Event::TimerCancel { timer: entry.serial });
        self.give_back();
        Some(entry.value)
    }

    /// No timer is due before this tick: sleep until then, [`advance`](Wheel::advance), ask again.
    ///
    /// It is the smallest deadline, unless that timer was cancelled and others stand in its slot.
    /// Whoever comes then comes for nothing, but the slot is sorted by it. The exact answer would
    /// cost a walk through the slot before each park of a server that moves its oldest timeout.
    pub(crate) fn next_look(&self) -> Option<u64> {
        self.first().map(|place| self.list(place).earliest)
    }

    /// The smallest deadline. Walks through the first occupied slot if its earliest timer was
    /// cancelled: for a virtual clock, which must not stop at a tick where nothing is.
    pub(crate) fn next_deadline(&self) -> Option<u64> {
        let list = self.list(self.first()?);
        if !list.stale {
            return Some(list.earliest);
        }
        let mut smallest = u64::MAX;
        let mut index = list.head;
        while index != NONE {
            let entry = self.entry(index);
            smallest = smallest.min(entry.deadline);
            index = entry.next;
        }
        Some(smallest)
    }

    /// Moves the hand to `now`. Appends to `due` what is due by then, by deadline, and among equal
    /// deadlines in the order of insertion.
    pub(crate) fn advance(&mut self, now: u64, due: &mut Vec<T>) {
        let elapsed = self.elapsed;
        debug_assert!(now >= elapsed, "the hand never goes back: elapsed={elapsed} now={now}");
        while let Some(place) = self.first() {
            // The slot's first tick: all in the slot have these upper bits.
            let shift = GROUP * u32::from(place.level);
            let begin = self.list(place).earliest >> shift << shift;
            if begin > now {
                break;
            }
            self.enter(place, now, due);
        }
        self.elapsed = self.elapsed.max(now);
        self.give_back();
    }

    /// Takes everything out, due or not.
    pub(crate) fn drain(&mut self) -> Vec<T> {
        self.occupied = [0; LEVELS + 1];
        self.lists.fill(List::EMPTY);
        let take = |(_, entry): (usize, Entry<T>)| {
            emit(|| Event::TimerCancel { timer: entry.serial });
            entry.value
        };
        mem::take(&mut self.entries).into_iter().map(take).collect()
    }

    /// Moves the hand into the slot at `place`, the first occupied one, and empties it: what is due
    /// leaves the wheel, the others are placed anew.
    fn enter(&mut self, place: Place, now: u64, due: &mut Vec<T>) {
        let list = mem::replace(self.list_mut(place), List::EMPTY);
        self.occupied[usize::from(place.level)] &= !(1 << place.slot);
        // Not past `earliest`, or the slot's later timers would be due before they are in order.
        // Not only to the slot's beginning: a lone timer would move down level by level.
        let hand = list.earliest.min(now);
        debug_assert!(hand > self.elapsed, "a slot ahead: elapsed={} hand={hand}", self.elapsed);
        self.elapsed = hand;
        let (mut next, mut moved) = (list.head, 0);
        while next != NONE {
            let index = next;
            let entry = self.entry(index);
            next = entry.next;
            if entry.deadline <= hand {
                due.push(self.fire(index, now));
            } else if self.link(index) != place {
                moved += 1;
            }
        }
        if moved > 0 {
            let Place { level, slot } = place;
            emit(|| Event::TimerCascade { level, slot, moved });
        }
    }

    /// Removes an entry that is due and stands in no list any more.
    fn fire(&mut self, index: u32, now: u64) -> T {
        let entry = self.entries.remove(index as usize);
        let late = Duration::from_millis(now - entry.deadline);
        emit(|| Event::TimerFire { timer: entry.serial, late });
        entry.value
    }

    /// Puts an entry at the end of the list where it belongs.
    fn link(&mut self, index: u32) -> Place {
        let deadline = self.entry(index).deadline;
        let place = place(self.elapsed, deadline);
        let list = self.list_mut(place);
        let prev = mem::replace(&mut list.tail, index);
        if deadline <= list.earliest {
            list.earliest = deadline;
            list.stale = false;
        }
        if prev == NONE {
            list.head = index;
            self.occupied[usize::from(place.level)] |= 1 << place.slot;
        } else {
            self.entry_mut(prev).next = index;
        }
        let entry = self.entry_mut(index);
        (entry.prev, entry.next) = (prev, NONE);
        place
    }

    /// Takes an entry out of its list.
    fn unlink(&mut self, index: u32) {
        let &Entry { deadline, prev, next, .. } = self.entry(index);
        let place = place(self.elapsed, deadline);
        let list = self.list_mut(place);
        if (prev, next) == (NONE, NONE) {
            *list = List::EMPTY;
            self.occupied[usize::from(place.level)] &= !(1 << place.slot);
            return;
        }
        list.stale |= deadline == list.earliest;
        if prev == NONE {
            list.head = next;
        } else {
            self.entry_mut(prev).next = next;
        }
        if next == NONE {
            self.list_mut(place).tail = prev;
        } else {
            self.entry_mut(next).prev = prev;
        }
    }

    /// After a burst the memory goes back as soon as the last timer is gone. Not before: entries
    /// can't move, their keys hold their indices.
    fn give_back(&mut self) {
        if self.entries.is_empty() && self.entries.capacity() > KEEP {
            self.entries = Slab::new();
        }
    }

    /// The first occupied slot of the lowest occupied level: the earliest timers of all.
    #[allow(clippy::cast_possible_truncation)] // levels and slots are below 64
    fn first(&self) -> Option<Place> {
        let level = self.occupied.iter().position(|slots| *slots != 0)?;
        let slot = self.occupied[level].trailing_zeros();
        Some(Place { level: level as u8, slot: slot as u8 })
    }

    fn list(&self, place: Place) -> &List {
        self.touch();
        &self.lists[place.index()]
    }

    fn list_mut(&mut self, place: Place) -> &mut List {
        self.touch();
        &mut self.lists[place.index()]
    }

    fn entry(&self, index: u32) -> &Entry<T> {
        self.touch();
        &self.entries[index as usize]
    }

    fn entry_mut(&mut self, index: u32) -> &mut Entry<T> {
        self.touch();
        &mut self.entries[index as usize]
    }

    /// Counts one access; without tests it is nothing.
    #[inline]
    #[cfg_attr(not(test), allow(clippy::unused_self))]
    fn touch(&self) {
        #[cfg(test)]
        self.touched.set(self.touched.get() + 1);
    }
}

/// The one rule of the wheel: see the head of the file.
#[allow(clippy::cast_possible_truncation)] // levels and slots are below 64
fn place(elapsed: u64, deadline: u64) -> Place {
    debug_assert!(deadline > elapsed, "a deadline ahead: elapsed={elapsed} deadline={deadline}");
    let level = (elapsed ^ deadline).ilog2() / GROUP;
    if level >= u32::from(OVERFLOW) {
        return Place { level: OVERFLOW, slot: 0 };
    }
    let slot = deadline >> (GROUP * level) & (SLOTS as u64 - 1);
    Place { level: level as u8, slot: slot as u8 }
}

impl Place {
    fn index(self) -> usize {
        usize::from(self.level) * SLOTS + usize::from(self.slot)
    }
}

impl List {
    const EMPTY: List = List { head: NONE, tail: NONE, earliest: u64::MAX, stale: false };
}

#[cfg(test)]
#[path = "wheel_tests.rs"]
mod tests;
