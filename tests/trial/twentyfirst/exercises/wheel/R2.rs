//! Which timers are due, when a hundred thousand wait and most will be cancelled?
//!
//! A sorted map would do, but it would spend its time sorting timeouts, most of which never fire. A
//! wheel sorts late, a far deadline coarsely, and finer as it comes nearer. It has six *levels* of
//! 64 *slots*; a slot is a list of timers; the hand is a number, `elapsed`, in ticks of a
//! millisecond. Cut hand and deadline into groups of six bits:
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
//! The rule for inserting is that of [`list_number`], at the end of the file. In this picture the hand is
//! at 0, and a sleep of 2,000 ms = 31 × 64 + 16 is in the wheel:
//!
//! ```text
//!   level 1   [^][ ][ ][ ] … [ ][●][ ] … [ ]     ^ the hand, in slot 0 of every level
//!              0  1  2  3    30  31  32   63     slot 31 takes in 1,984 … 2,047 ms
//!   level 0   [^][ ][●][ ] … [ ][ ][ ] … [ ]     another timer, due at tick 2
//! ```
//!
//! When the hand enters a slot of a higher level, the timers in it are on too high a level: they
//! are placed anew, or they are due.
//!
//! A timer that differs from the hand in bit 36 or above is in one more list, "level 6, slot 0".
//! The timers of this list are placed anew when the hand enters the span of 2^36 ms in which the
//! earliest of them lies.
//!
//! **Firing**: what the hand has reached goes to the list of due timers, and leaves the wheel from
//! there, a bounded number at a time. Until then it can still be cancelled or moved.
//!
//! **Keys**: an index and a deadline. When a timer has fired, its index is used again, but with
//! another deadline: the new one lies ahead of the hand, the old one does not. So the key of a
//! fired timer finds nothing. (The key of a cancelled timer must not be used any more.)
//!
//! Interface: [`Wheel::insert`], [`Wheel::move_to`], [`Wheel::cancel`], [`Wheel::get_mut`];
//! [`Wheel::advance`] moves the hand, [`Wheel::take_due`] takes out what is due.
//! [`Wheel::next_look`] (at once, sometimes too early) and [`Wheel::next_deadline`] (exactly) say
//! how long the loop may sleep.
//!
//! Invariants: the list that a timer is in follows from hand and deadline ([`list_number`]), so it
//! is not stored; equal deadlines share a list, so they leave in the order in which they came. A
//! list's bit is set exactly if it is not empty. No timer's deadline is below its list's
//! `earliest`. No value is dropped in here, and no waker called: a lock is held.
//!
//! Replace each `todo!()`. Begin with [`list_number`], at the end of the file, and go upwards: each of
//! them stands on those below it. [`Wheel::append`] is there, and shows how lists are linked. The
//! fields are a proposal: change what you like, as long as the `pub(crate)` functions stay. Each
//! `emit` tells the replay, and a check or two, what the wheel does.
//!
//! Not here: `Instant`s and rounding them up to ticks, the clock (`clock.rs`), the lock
//! (`time.rs`).

use std::collections::BTreeMap;
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use kettle_events::{Event, Id, RemoteEvents};
use slab::Slab;

/// Bits in a group; 2^6 = 64 slots are the bits of a `u64`.
const GROUP: usize = 6;
const SLOTS: usize = 1 << GROUP;
const LEVELS: usize = 6;
/// The one list behind the last level.
const OVERFLOW: usize = LEVELS * SLOTS;
/// Not a slot: those that the hand has reached.
const DUE: usize = OVERFLOW + 1;
const KEEP: usize = 64;

/// Timers by deadline. A slot is a vector in no order, and a timer knows its place in it. What is
/// due is sorted, by deadline and by when it came.
pub(crate) struct Wheel<T> {
    elapsed: u64,
    occupied: [u64; LEVELS + 1],
    slots: Box<[Slot]>,
    due: BTreeMap<(u64, u64), u32>,
    entries: Slab<Entry<T>>,
    /// How many have come: the next number.
    came: u64,
    events: Arc<RemoteEvents>,
}

/// Names one timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimerKey {
    pub(super) index: u32,
    pub(super) deadline: u64,
}

struct Entry<T> {
    deadline: u64,
    /// When it came, of all.
    number: u64,
    value: T,
    slot: usize,
    place: usize,
    name: Id,
}

#[derive(Clone, Default)]
struct Slot {
    timers: Vec<u32>,
    /// None is earlier. (It may have left.)
    earliest: u64,
}

impl<T> Wheel<T> {
    pub(crate) fn new(events: Arc<RemoteEvents>) -> Wheel<T> {
        Wheel {
            elapsed: 0,
            occupied: [0; LEVELS + 1],
            slots: vec![Slot::default(); OVERFLOW + 1].into(),
            due: BTreeMap::new(),
            entries: Slab::new(),
            came: 0,
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

    pub(crate) fn is_past(&self, deadline: u64) -> bool {
        deadline <= self.elapsed
    }

    pub(crate) fn insert(&mut self, deadline: u64, value: T) -> TimerKey {
        let timer = Id::next();
        let number = self.next_number();
        let entry = Entry { deadline, number, value, slot: DUE, place: 0, name: timer };
        let index = u32::try_from(self.entries.insert(entry)).expect("too many timers");
        let (level, slot) = level_and_slot(self.place(index));
        let due = Duration::from_millis(deadline);
        self.events.emit(|| Event::TimerAdd { timer, due, level, slot });
        TimerKey { index, deadline }
    }

    pub(crate) fn move_to(&mut self, key: TimerKey, deadline: u64) -> TimerKey {
        self.displace(key.index);
        let number = self.next_number();
        let entry = &mut self.entries[key.index as usize];
        (entry.deadline, entry.number) = (deadline, number);
        let timer = entry.name;
        let (level, slot) = level_and_slot(self.place(key.index));
        let due = Duration::from_millis(deadline);
        self.events.emit(|| Event::TimerMove { timer, due, level, slot });
        TimerKey { deadline, ..key }
    }

    pub(crate) fn get_mut(&mut self, key: TimerKey) -> Option<&mut T> {
        let entry = self.entries.get_mut(key.index as usize)?;
        (entry.deadline == key.deadline).then_some(&mut entry.value)
    }

    pub(crate) fn name(&mut self, key: TimerKey) -> Id {
        self.entries[key.index as usize].name
    }

    pub(crate) fn cancel(&mut self, key: TimerKey) -> Option<T> {
        self.get_mut(key)?;
        self.displace(key.index);
        let Entry { value, name: timer, .. } = self.remove(key.index);
        self.events.emit(|| Event::TimerCancel { timer });
        Some(value)
    }

    pub(crate) fn is_first(&mut self, deadline: u64) -> bool {
        self.next_look().is_none_or(|first| deadline < first)
    }

    pub(crate) fn next_look(&mut self) -> Option<u64> {
        if self.has_due() {
            return Some(self.elapsed);
        }
        self.first().map(|slot| self.slots[slot].earliest)
    }

    pub(crate) fn next_deadline(&mut self) -> Option<u64> {
        if self.has_due() {
            return Some(self.elapsed);
        }
        let slot = &self.slots[self.first()?];
        slot.timers.iter().map(|index| self.entries[*index as usize].deadline).min()
    }

    /// First takes out all slots that begin by `now`, then moves the hand, then places their timers.
    pub(crate) fn advance(&mut self, now: u64) {
        debug_assert!(now >= self.elapsed, "the hand goes back: now={now} of {}", self.elapsed);
        let mut entered = Vec::new();
        while let Some(number) = self.first() {
            let shift = GROUP * (number / SLOTS);
            if self.slots[number].earliest >> shift << shift > now {
                break;
            }
            self.mark(number, false);
            entered.push((number, mem::take(&mut self.slots[number].timers)));
        }
        self.elapsed = self.elapsed.max(now);
        for (from, timers) in entered {
            let mut moved = 0;
            for index in timers {
                let to = self.place(index);
                moved += usize::from(to != from && to != DUE);
            }
            if moved > 0 {
                let (level, slot) = level_and_slot(from);
                self.events.emit(|| Event::TimerCascade { level, slot, moved });
            }
        }
    }

    pub(crate) fn has_due(&self) -> bool {
        !self.due.is_empty()
    }

    pub(crate) fn take_due(&mut self, most: usize, mut fired: impl FnMut(T)) {
        for _ in 0..most {
            let Some((_, index)) = self.due.pop_first() else { break };
            let Entry { deadline, value, name: timer, .. } = self.remove(index);
            let late = Duration::from_millis(self.elapsed - deadline);
            self.events.emit(|| Event::TimerFire { timer, late });
            fired(value);
        }
    }

    pub(crate) fn drain(&mut self) -> impl Iterator<Item = T> {
        self.occupied = [0; LEVELS + 1];
        self.slots.fill(Slot::default());
        self.due.clear();
        mem::take(&mut self.entries).into_iter().map(|(_, entry)| {
            self.events.emit(|| Event::TimerCancel { timer: entry.name });
            entry.value
        })
    }

    fn next_number(&mut self) -> u64 {
        self.came += 1;
        self.came
    }

    /// Puts an entry where it belongs, and says where that is.
    fn place(&mut self, index: u32) -> usize {
        let entry = &mut self.entries[index as usize];
        let number = list_number(self.elapsed, entry.deadline);
        entry.slot = number;
        if number == DUE {
            self.due.insert((entry.deadline, entry.number), index);
            return DUE;
        }
        let slot = &mut self.slots[number];
        let so_far = if slot.timers.is_empty() { u64::MAX } else { slot.earliest };
        slot.earliest = so_far.min(entry.deadline);
        entry.place = slot.timers.len();
        slot.timers.push(index);
        self.mark(number, true);
        number
    }

    /// Takes an entry out of where it is. The last one of the slot gets its place.
    fn displace(&mut self, index: u32) {
        let &Entry { deadline, number, slot, place, .. } = &self.entries[index as usize];
        if slot == DUE {
            self.due.remove(&(deadline, number));
            return;
        }
        let timers = &mut self.slots[slot].timers;
        timers.swap_remove(place);
        if let Some(other) = timers.get(place) {
            self.entries[*other as usize].place = place;
        }
        if timers.is_empty() {
            *timers = Vec::new();
            self.mark(slot, false);
        }
    }

    fn mark(&mut self, number: usize, occupied: bool) {
        let bit = 1 << (number % SLOTS);
        let bits = &mut self.occupied[number / SLOTS];
        *bits = if occupied { *bits | bit } else { *bits & !bit };
    }

    fn remove(&mut self, index: u32) -> Entry<T> {
        let entry = self.entries.remove(index as usize);
        if self.is_empty() && self.entries.capacity() > KEEP {
            self.entries = Slab::new();
        }
        entry
    }

    fn first(&self) -> Option<usize> {
        let level = self.occupied.iter().position(|bits| *bits != 0)?;
        Some(level * SLOTS + self.occupied[level].trailing_zeros() as usize)
    }
}

/// Where a timer belongs.
fn list_number(elapsed: u64, deadline: u64) -> usize {
    if deadline <= elapsed {
        return DUE;
    }
    let level = (elapsed ^ deadline).ilog2() as usize / GROUP;
    let slot = (deadline >> (GROUP * level)) as usize % SLOTS;
    (level * SLOTS + slot).min(OVERFLOW)
}

fn level_and_slot(list: usize) -> (u8, u8) {
    ((list / SLOTS) as u8, (list % SLOTS) as u8)
}
