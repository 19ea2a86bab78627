//! Which timers are due, when a hundred thousand are waiting and most will be cancelled?
//!
//! A sorted map would know, but would spend its time sorting timeouts, most of which never fire. A
//! wheel sorts late: coarsely while a deadline is far away, more finely as it comes nearer. It has
//! six *levels* of 64 *slots*. A slot is a list of timers, and the *hand* is a number, `elapsed`,
//! in ticks of a millisecond. Cut hand and deadline into groups of six bits:
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
//! **Insert**: the highest group in which deadline and hand differ is the level, however far apart
//! they are, and the deadline's number in that group is the slot. With the hand at 0, a sleep of
//! 2,000 ms = 31 × 64 + 16 differs in group 1, where it says 31:
//!
//! ```text
//!   level 1   [^][ ][ ][ ] … [ ][●][ ] … [ ]     ^ the hand, in slot 0 of every level
//!              0  1  2  3    30  31  32   63     slot 31 takes in 1,984 … 2,047 ms
//!   level 0   [^][ ][●][ ] … [ ][ ][ ] … [ ]     another timer, due at tick 2
//! ```
//!
//! **Cascade**: in the groups above its level, a timer equals the hand. So its slot lies ahead of
//! the hand's on that level, and nothing wraps around. The lower the level, the more groups are
//! equal, so the first occupied slot of the lowest occupied level holds the earliest timers of all.
//! When the hand enters that slot, one more group is equal, and each timer in the slot is now due,
//! or is placed again on a lower level. The hand goes straight to the earliest timer.
//!
//! A timer that differs from the hand in bit 36 or above is in one more list, "level 6, slot 0".
//! Its timers are placed again, some of them in the same list, when the hand enters the span of
//! 2^36 ms in which the earliest of them lies.
//!
//! **Firing**: timers that the hand has reached go to the list of due timers, and leave the wheel
//! from there, a bounded number at a time. Until then they can still be cancelled or moved.
//!
//! **Keys**: an index and a deadline. When a timer has fired, its index is used again, but for a
//! deadline ahead of the hand, so the key of a fired timer finds nothing. The key of a cancelled
//! timer must not be used any more.
//!
//! Interface: [`Wheel::insert`], [`Wheel::move_to`], [`Wheel::cancel`], [`Wheel::get_mut`];
//! [`Wheel::advance`] moves the hand, [`Wheel::take_due`] takes out what is due;
//! [`Wheel::next_look`] and [`Wheel::next_deadline`] say how long the loop may sleep.
//!
//! Invariants: hand and deadline determine the list that a timer is in ([`list_number`]), so it is
//! not stored. Equal deadlines share a list, so they leave in the order in which they came. A
//! list's bit is set if and only if the list isn't empty. No timer's deadline is below its list's
//! `earliest`. Because a lock is held, no value is dropped here and no waker called.
//!
//! Not here: `Instant`s and the clock (`clock.rs`), the lock (`time.rs`).
//!
//! tokio: the same levels, but entries are linked through the futures themselves (`unsafe`, no
//! slab). It parks until a slot's *start*, so for a lone sleep of 2 s it parks twice (until 1,984
//! ms, then 2,000), and kettle once.

use std::mem;
use std::sync::Arc;
use std::time::Duration;

use kettle_events::{Event, Id, RemoteEvents};
use slab::Slab;

/// Bits in a group. 2^6 = 64 slots are the bits of a `u64`.
const GROUP: usize = 6;
const SLOTS: usize = 1 << GROUP;
const LEVELS: usize = 6;
/// The list beyond the last level.
const OVERFLOW: usize = LEVELS * SLOTS;
/// The list of timers that the hand has reached.
const DUE: usize = OVERFLOW + 1;
/// Ends a list.
const NONE: u32 = u32::MAX;
/// Invariants, for whoever breaks one.
const PLACE: &str = "time/wheel.rs: hand and deadline determine the list that a timer is in";
const BITS: &str = "time/wheel.rs: a list's bit is set if and only if the list isn't empty";
const EARLIEST: &str = "time/wheel.rs: no timer's deadline is below its list's `earliest`";
const AHEAD: &str = "time/wheel.rs: the hand never goes back";
/// An empty wheel keeps this much room, so that a timer that comes and goes needs no allocator.
const KEEP: usize = 64;

/// Timers by deadline, in ticks (milliseconds since the runtime's start).
pub(crate) struct Wheel<T> {
    /// The hand: timers up to this tick have fired, or are among the due ones.
    elapsed: u64,
    /// Bit `s` of element `l`: the list at level `l`, slot `s` is not empty.
    occupied: [u64; LEVELS + 1],
    /// Level by level, slot by slot, the overflow list, and the due ones.
    lists: Box<[List]>,
    entries: Slab<Entry<T>>,
    events: Arc<RemoteEvents>,
}

/// Identifies one timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimerKey {
    pub(super) index: u32,
    pub(super) deadline: u64,
}

struct Entry<T> {
    deadline: u64,
    value: T,
    prev: u32,
    next: u32,
    /// Its id in events.
    name: Id,
}

#[derive(Clone, Copy)]
struct List {
    head: u32,
    tail: u32,
    /// No deadline in the list is smaller. The timer that had this one may have left.
    earliest: u64,
}

impl<T> Wheel<T> {
    pub(crate) fn new(events: Arc<RemoteEvents>) -> Wheel<T> {
        Wheel {
            elapsed: 0,
            occupied: [0; LEVELS + 1],
            lists: vec![EMPTY; DUE + 1].into(),
            entries: Slab::new(),
            events,
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

    /// Has the hand reached this deadline, so that it is too late for a timer?
    pub(crate) fn is_past(&self, deadline: u64) -> bool {
        deadline <= self.elapsed
    }

    /// Puts in a timer whose deadline lies ahead.
    pub(crate) fn insert(&mut self, deadline: u64, value: T) -> TimerKey {
        let timer = Id::next();
        let entry = Entry { deadline, value, prev: NONE, next: NONE, name: timer };
        let index = u32::try_from(self.entries.insert(entry)).unwrap_or(NONE);
        assert!(index != NONE, "time/wheel.rs: too many timers: {}", self.len());
        let (level, slot) = level_and_slot(self.append(index, deadline));
        let due = Duration::from_millis(deadline);
        self.events.emit(|| Event::TimerAdd { timer, due, level, slot });
        TimerKey { index, deadline }
    }

    /// Moves a timer that has not fired to another deadline, which lies ahead. The old key is void.
    pub(crate) fn move_to(&mut self, key: TimerKey, deadline: u64) -> TimerKey {
        self.unlink(key.index);
        self.entry(key.index).deadline = deadline;
        let (level, slot) = level_and_slot(self.append(key.index, deadline));
        let (timer, due) = (self.entry(key.index).name, Duration::from_millis(deadline));
        self.events.emit(|| Event::TimerMove { timer, due, level, slot });
        TimerKey { deadline, ..key }
    }

    /// The deadline of the timer with this index.
    pub(crate) fn peek(&self, index: u32) -> Option<u64> {
        self.entries.get(index as usize).map(|entry| entry.deadline)
    }

    /// The timer's value; `None` if it has fired.
    pub(crate) fn get_mut(&mut self, key: TimerKey) -> Option<&mut T> {
        let entry = self.entries.get_mut(key.index as usize)?;
        (entry.deadline == key.deadline).then_some(&mut entry.value)
    }

    pub(crate) fn name(&mut self, key: TimerKey) -> Id {
        self.entry(key.index).name
    }

    /// Takes a timer out before it fires. Touches only the entry, its two neighbours and their
    /// list, however many timers there are.
    pub(crate) fn cancel(&mut self, key: TimerKey) -> Option<T> {
        self.get_mut(key)?;
        self.unlink(key.index);
        let Entry { value, name: timer, .. } = self.remove(key.index);
        self.events.emit(|| Event::TimerCancel { timer });
        Some(value)
    }

    /// Would a timer with this deadline be the first?
    pub(crate) fn is_first(&mut self, deadline: u64) -> bool {
        self.next_look().is_none_or(|first| deadline < first)
    }

    /// No timer is due before this tick: sleep until then, [`advance`](Wheel::advance), ask again.
    ///
    /// It is the smallest deadline, unless its timer was cancelled and others are in the same slot.
    /// Then the loop wakes with nothing due, and only sorts the slot. The exact answer would cost a
    /// walk through the slot before each park of a server that moves its oldest timeout.
    pub(crate) fn next_look(&mut self) -> Option<u64> {
        if self.has_due() {
            return Some(self.elapsed);
        }
        self.first().map(|list| self.list(list).earliest)
    }

    /// The smallest deadline, found by a walk through the first occupied slot. It is for a paused
    /// clock, which must not stop at a tick without a timer, and is in no hurry.
    pub(crate) fn next_deadline(&mut self) -> Option<u64> {
        if self.has_due() {
            return Some(self.elapsed);
        }
        let first = self.first()?;
        let (mut smallest, mut index) = (u64::MAX, self.list(first).head);
        while index != NONE {
            let entry = self.entry(index);
            smallest = smallest.min(entry.deadline);
            index = entry.next;
        }
        Some(smallest)
    }

    /// Moves the hand to `now`. What is due by then goes to the list of due timers, by deadline,
    /// and among equal deadlines in the order of insertion.
    pub(crate) fn advance(&mut self, now: u64) {
        debug_assert!(now >= self.elapsed, "{AHEAD}: now={now} of {}", self.elapsed);
        while let Some(list) = self.first() {
            // The slot's first tick. All timers in the slot share these upper bits; on level 6 only
            // the earliest has them.
            let shift = GROUP * (list / SLOTS);
            let begin = self.list(list).earliest >> shift << shift;
            if begin > now {
                break;
            }
            self.enter(list, now);
        }
        self.elapsed = self.elapsed.max(now);
    }

    /// Has the hand reached timers that have not fired yet?
    pub(crate) fn has_due(&self) -> bool {
        self.lists[DUE].head != NONE
    }

    /// Fires at most `most` due timers: they leave the wheel, and `fired` gets their values.
    pub(crate) fn take_due(&mut self, most: usize, mut fired: impl FnMut(T)) {
        for _ in 0..most {
            let index = self.lists[DUE].head;
            if index == NONE {
                break;
            }
            self.unlink(index);
            let Entry { deadline, value, name: timer, .. } = self.remove(index);
            let late = Duration::from_millis(self.elapsed - deadline);
            self.events.emit(|| Event::TimerFire { timer, late });
            fired(value);
        }
    }

    /// Takes out all timers, due or not. After that none may be put in.
    pub(crate) fn drain(&mut self) -> impl Iterator<Item = T> {
        self.occupied = [0; LEVELS + 1];
        self.lists.fill(EMPTY);
        mem::take(&mut self.entries).into_iter().map(|(_, entry)| {
            self.events.emit(|| Event::TimerCancel { timer: entry.name });
            entry.value
        })
    }

    /// Moves the hand into the first occupied slot and empties it: each of its timers is placed
    /// again, on a lower level or among the due ones.
    fn enter(&mut self, from: usize, now: u64) {
        let list = mem::replace(self.list(from), EMPTY);
        self.occupied[from / SLOTS] &= !(1 << (from % SLOTS));
        // The hand goes to the earliest timer. Any further, and later timers of the slot would be
        // due unsorted; only to the slot's start, and a lone timer would move down level by level.
        let hand = list.earliest.min(now);
        debug_assert!(hand > self.elapsed, "{AHEAD}: slot at {hand} of {}", self.elapsed);
        debug_assert!(list.head != NONE, "{BITS}: list {from}");
        self.elapsed = hand;
        let (mut next, mut moved) = (list.head, 0);
        while next != NONE {
            let index = next;
            let entry = self.entry(index);
            let deadline = entry.deadline;
            debug_assert!(deadline >= list.earliest, "{EARLIEST}: {deadline} in list {from}");
            next = mem::replace(&mut entry.next, NONE);
            let to = self.append(index, deadline);
            moved += usize::from(to != from && to != DUE);
        }
        if moved > 0 {
            let (level, slot) = level_and_slot(from);
            self.events.emit(|| Event::TimerCascade { level, slot, hand: self.elapsed, moved });
        }
    }

    /// Appends an entry to the list of its deadline, whose number it returns.
    fn append(&mut self, index: u32, deadline: u64) -> usize {
        let number = list_number(self.elapsed, deadline);
        let list = self.list(number);
        let prev = mem::replace(&mut list.tail, index);
        list.earliest = list.earliest.min(deadline);
        if prev == NONE {
            list.head = index;
            self.set_occupied(number, true);
        } else {
            self.entry(prev).next = index;
        }
        let entry = self.entry(index);
        (entry.prev, entry.next) = (prev, NONE);
        let bit = self.occupied[number / SLOTS] >> (number % SLOTS) & 1;
        debug_assert!(number == DUE || bit == 1, "{BITS}: list {number}");
        number
    }

    fn unlink(&mut self, index: u32) {
        let &mut Entry { deadline, prev, next, .. } = self.entry(index);
        let number = list_number(self.elapsed, deadline);
        let list = self.list(number);
        let ends = (list.head == index, list.tail == index);
        debug_assert_eq!(ends, (prev == NONE, next == NONE), "{PLACE}: {deadline}");
        if (prev, next) == (NONE, NONE) {
            *list = EMPTY;
            return self.set_occupied(number, false);
        }
        if prev == NONE {
            list.head = next;
        } else {
            self.entry(prev).next = next;
        }
        if next == NONE {
            self.list(number).tail = prev;
        } else {
            self.entry(next).prev = prev;
        }
    }

    /// The list of due timers has no bit, since the hand need not go there.
    fn set_occupied(&mut self, number: usize, occupied: bool) {
        let bit = u64::from(number != DUE) << (number % SLOTS);
        let bits = &mut self.occupied[number / SLOTS];
        *bits = if occupied { *bits | bit } else { *bits & !bit };
    }

    /// Removes an entry that isn't in a list any more. Memory that a burst needed goes back with
    /// the last timer, because until then entries can't move: their keys hold their indices.
    fn remove(&mut self, index: u32) -> Entry<T> {
        let entry = self.entries.remove(index as usize);
        if self.is_empty() && self.entries.capacity() > KEEP {
            self.entries = Slab::new();
        }
        entry
    }

    /// The first occupied slot of the lowest occupied level, which has the earliest timers of all.
    fn first(&self) -> Option<usize> {
        let level = self.occupied.iter().position(|slots| *slots != 0)?;
        Some(level * SLOTS + self.occupied[level].trailing_zeros() as usize)
    }

    fn list(&mut self, number: usize) -> &mut List {
        &mut self.lists[number]
    }

    fn entry(&mut self, index: u32) -> &mut Entry<T> {
        &mut self.entries[index as usize]
    }
}

/// The number of the list that a deadline belongs to, by the rule for inserting.
#[allow(clippy::cast_possible_truncation)] // there are 386 lists
fn list_number(elapsed: u64, deadline: u64) -> usize {
    if deadline <= elapsed {
        return DUE;
    }
    let level = (elapsed ^ deadline).ilog2() as usize / GROUP;
    let slot = (deadline >> (GROUP * level)) as usize % SLOTS;
    (level * SLOTS + slot).min(OVERFLOW)
}

const EMPTY: List = List { head: NONE, tail: NONE, earliest: u64::MAX };

#[allow(clippy::cast_possible_truncation)] // there are 386 lists
fn level_and_slot(list: usize) -> (u8, u8) {
    ((list / SLOTS) as u8, (list % SLOTS) as u8)
}
