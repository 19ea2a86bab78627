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
//! **Insert**: the highest group in which deadline and hand differ is the level (how far they are
//! apart doesn't count); the deadline's own number in that group is the slot. With the hand at 0, a
//! sleep of 2,000 ms = 31 × 64 + 16 differs in group 1, where it says 31:
//!
//! ```text
//!   level 1   [^][ ][ ][ ] … [ ][●][ ] … [ ]     ^ the hand, in slot 0 of every level
//!              0  1  2  3    30  31  32   63     slot 31 takes in 1,984 … 2,047 ms
//!   level 0   [^][ ][●][ ] … [ ][ ][ ] … [ ]     another timer, due at tick 2
//! ```
//!
//! **Cascade**: the groups above a timer's level are the hand's own, so every timer lies ahead of the
//! hand and nothing wraps around. On a lower level more groups agree, so the first occupied slot of the
//! lowest occupied level holds the earliest timers of all. When the hand enters that slot, it agrees
//! with them in one group more: they are placed anew, each on a lower level (from level 6 some go back
//! there), or they are due. The hand goes straight to the earliest; two empty years are one step.
//!
//! Who differs from the hand above the last group (bit 36 and up) stands in one more list, "level 6,
//! slot 0". It is placed anew when the hand enters the 2^36 ms that its earliest timer lies in.
//!
//! **Keys**: an index and a deadline. When the hand has reached the deadline, the timer has fired, and
//! its key finds nothing, whoever has its index next. So an entry needs no generation (with its waiter
//! 32 bytes, not 40), and who asks need not look at it. But who cancels a timer must forget its key:
//! its deadline may lie ahead, and the index be another's.
//!
//! Interface: [`Wheel::insert`], [`Wheel::move_to`], [`Wheel::cancel`], [`Wheel::get_mut`];
//! [`Wheel::advance`] takes out what is due; until when one may sleep say [`Wheel::next_look`] (at once,
//! sometimes too early) and [`Wheel::next_deadline`] (exactly).
//!
//! Invariants: every deadline in the wheel is `> elapsed`. The list that a timer stands in follows
//! from hand and deadline alone ([`place`]), so it is not stored; equal deadlines share a list, so
//! they leave in the order in which they came. A list's bit is set exactly if it is not empty. No
//! timer's deadline is below its list's `earliest`. No value is dropped in here, and no waker called:
//! the engine is borrowed.
//!
//! Not here: `Instant`s and rounding them up to ticks, wakers, the clock (`timer/mod.rs`).
//!
//! tokio: `runtime/time/wheel/{mod,level}.rs`. The same levels, but entries are linked through the
//! futures themselves (`unsafe`, no slab), behind one mutex; and it parks until a slot's *start*,
//! so that a lone sleep of 2 s parks twice (until 1,984 ms, then 2,000), ours once.

#[path = "wheel_told.rs"]
mod told;

use std::mem;
use std::time::Duration;

use crate::event::{Event, emit};
use crate::id::Serial;
use told::level_and_slot;

/// Bits in a group; 2^6 = 64 slots are the bits of a `u64`.
const GROUP: usize = 6;
const SLOTS: usize = 1 << GROUP;
const LEVELS: usize = 6;
/// The one list behind the last level.
const OVERFLOW: usize = LEVELS * SLOTS;
/// No entry; ends a list.
const NONE: u32 = u32::MAX;
/// So much room an empty wheel keeps: one timer that comes and goes needs no allocator.
const KEEP: usize = 64;

/// Timers by deadline, in ticks (milliseconds since the runtime's start).
pub(crate) struct Wheel<T> {
    /// The hand: everything that is due up to this tick was taken out.
    elapsed: u64,
    /// Bit `s` of element `l`: the list at level `l`, slot `s` is not empty.
    occupied: [u64; LEVELS + 1],
    /// Level by level, slot by slot, and the overflow list.
    lists: Box<[List; OVERFLOW + 1]>,
    /// A slab of our own: links here, waiters in `values`. (In one, a registration took a tenth longer.)
    entries: Vec<Entry>,
    /// Who waits, by the same indices; `None`: a free entry. Apart, so that a walk finds more of
    /// the entries in each cache line: that saves an eighth of the time to fire.
    values: Vec<Option<T>>,
    /// The first free entry; its `next` is the next free one.
    free: u32,
    len: usize,
    /// What the entries are called in events; empty if nobody records (from a runtime's start, or never).
    names: Vec<Serial>,
    /// How many entries and lists were looked at: the tests' proof that a cost is O(1).
    #[cfg(test)]
    touched: usize,
}

/// Names one timer. Packed, to leave its owner room for a tag before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, packed(4))]
pub(crate) struct TimerKey {
    index: u32,
    deadline: u64,
}

#[derive(Clone, Copy)]
struct Entry {
    deadline: u64,
    prev: u32,
    next: u32,
}

#[derive(Clone, Copy)]
struct List {
    head: u32,
    tail: u32,
    /// The smallest deadline; if `stale`, perhaps that of a timer which has left, and the smallest is
    /// later, never earlier.
    earliest: u64,
    stale: bool,
}

impl<T> Wheel<T> {
    /// An empty wheel with its hand at tick 0.
    pub(crate) fn new() -> Wheel<T> {
        Wheel {
            elapsed: 0,
            occupied: [0; LEVELS + 1],
            lists: Box::new([EMPTY; OVERFLOW + 1]),
            entries: Vec::new(),
            values: Vec::new(),
            free: NONE,
            len: 0,
            names: Vec::new(),
            #[cfg(test)]
            touched: 0,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn capacity(&self) -> usize {
        self.entries.capacity()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Is it too late for a timer with this deadline?
    pub(crate) fn is_past(&self, deadline: u64) -> bool {
        deadline <= self.elapsed
    }

    /// Puts a timer in; its deadline lies ahead. (Inline: saves a seventh of a registration.)
    #[allow(clippy::inline_always)]
    #[inline(always)]
    pub(crate) fn insert(&mut self, deadline: u64, value: T) -> TimerKey {
        let index = self.take_free();
        let (list, prev) = self.append(index, deadline);
        *self.entry(index) = Entry { deadline, prev, next: NONE };
        self.values[index as usize] = Some(value);
        emit(|| self.added(list, index, deadline));
        TimerKey { index, deadline }
    }

    /// Puts a timer that has not fired to another deadline, which lies ahead, too. The old key is void.
    pub(crate) fn move_to(&mut self, key: TimerKey, deadline: u64) -> TimerKey {
        self.unlink(key.index);
        let (list, prev) = self.append(key.index, deadline);
        *self.entry(key.index) = Entry { deadline, prev, next: NONE };
        emit(|| self.moved(list, key, deadline));
        TimerKey { deadline, ..key }
    }

    /// The timer's value; `None` if it has fired.
    pub(crate) fn get_mut(&mut self, key: TimerKey) -> Option<&mut T> {
        // The key is not compared with the entry: its timer, ahead and not cancelled, is there.
        // Fired, it is not even looked at: that saves a cache miss, a tenth of a timer's life.
        let fired = self.is_past(key.deadline);
        if fired { None } else { self.values.get_mut(key.index as usize)?.as_mut() }
    }

    /// Takes a timer out before it is due; its key is to be forgotten. Looks at the entry, its two
    /// neighbours and their list, however many timers there are.
    #[inline]
    pub(crate) fn cancel(&mut self, key: TimerKey) -> Option<T> {
        self.get_mut(key)?;
        self.unlink(key.index);
        let value = self.remove(key.index);
        emit(|| Event::TimerCancel { timer: self.name(key) });
        self.give_back();
        value
    }

    /// No timer is due before this tick: sleep until then, [`advance`](Wheel::advance), ask again.
    ///
    /// It is the smallest deadline, unless that timer was cancelled and others stand in its slot. A
    /// loop that wakes then finds nothing due, but sorts the slot. The exact answer would cost a
    /// walk through the slot before each park of a server that moves its oldest timeout.
    pub(crate) fn next_look(&mut self) -> Option<u64> {
        self.first().map(|list| self.list(list).earliest)
    }

    /// The smallest deadline. Walks through the first occupied slot if its earliest timer was
    /// cancelled: for a virtual clock, which must not stop at a tick where nothing is.
    pub(crate) fn next_deadline(&mut self) -> Option<u64> {
        let list = self.first().map(|list| *self.list(list))?;
        if !list.stale {
            return Some(list.earliest);
        }
        let (mut smallest, mut index) = (u64::MAX, list.head);
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
        debug_assert!(now >= self.elapsed, "the hand goes back: now={now} of {}", self.elapsed);
        while let Some(list) = self.first() {
            // The slot's first tick: all in it have these upper bits. (In level 6 only its earliest.)
            let shift = GROUP * (list / SLOTS);
            let begin = self.list(list).earliest >> shift << shift;
            if begin > now {
                break;
            }
            self.enter(list, now, due);
        }
        self.elapsed = self.elapsed.max(now);
        self.give_back();
    }

    /// Takes everything out, due or not. The end: nothing may be put in any more, or the keys of
    /// what is drained would find it.
    pub(crate) fn drain(&mut self) -> Vec<T> {
        self.occupied = [0; LEVELS + 1];
        self.lists.fill(EMPTY);
        for (index, _) in self.values.iter().enumerate().filter(|(_, value)| value.is_some()) {
            emit(|| Event::TimerCancel { timer: self.names[index] });
        }
        self.clear().into_iter().flatten().collect()
    }

    fn clear(&mut self) -> Vec<Option<T>> {
        (self.free, self.len) = (NONE, 0);
        (self.entries, self.names) = (Vec::new(), Vec::new());
        mem::take(&mut self.values)
    }

    /// Moves the hand into a slot, the first occupied one, and empties it: what is due leaves the
    /// wheel, the others are placed anew.
    fn enter(&mut self, from: usize, now: u64, due: &mut Vec<T>) {
        let list = mem::replace(self.list(from), EMPTY);
        self.occupied[from / SLOTS] &= !(1 << (from % SLOTS));
        // Not past `earliest`, or the slot's later timers would be due before they are in order.
        // Not only to the slot's beginning: a lone timer would move down level by level.
        let hand = list.earliest.min(now);
        debug_assert!(hand > self.elapsed, "a slot ahead: elapsed={} hand={hand}", self.elapsed);
        self.elapsed = hand;
        let (mut next, mut moved) = (list.head, 0);
        while next != NONE {
            let index = next;
            let Entry { deadline, next: after, .. } = *self.entry(index);
            next = after;
            if deadline <= hand {
                due.extend(self.fire(index, Duration::from_millis(now - deadline)));
            } else {
                let (to, prev) = self.append(index, deadline);
                let entry = self.entry(index);
                (entry.prev, entry.next) = (prev, NONE);
                moved += usize::from(to != from);
            }
        }
        if moved > 0 {
            let (level, slot) = level_and_slot(from);
            emit(|| Event::TimerCascade { level, slot, moved });
        }
    }

    /// Removes an entry that is due and stands in no list any more.
    fn fire(&mut self, index: u32, late: Duration) -> Option<T> {
        emit(|| Event::TimerFire { timer: self.names[index as usize], late });
        self.remove(index)
    }

    /// Appends an index to the list of its deadline: to which, behind whom? The caller links it.
    fn append(&mut self, index: u32, deadline: u64) -> (usize, u32) {
        let place = place(self.elapsed, deadline);
        let list = self.list(place);
        let prev = mem::replace(&mut list.tail, index);
        if deadline <= list.earliest {
            list.earliest = deadline;
            list.stale = false;
        }
        if prev == NONE {
            list.head = index;
            self.occupied[place / SLOTS] |= 1 << (place % SLOTS);
        } else {
            self.entry(prev).next = index;
        }
        (place, prev)
    }

    /// Takes an entry out of its list. Was it the earliest there, `earliest` is stale.
    fn unlink(&mut self, index: u32) {
        let Entry { deadline, prev, next, .. } = *self.entry(index);
        let place = place(self.elapsed, deadline);
        let list = self.list(place);
        if (prev, next) == (NONE, NONE) {
            *list = EMPTY;
            self.occupied[place / SLOTS] &= !(1 << (place % SLOTS));
            return;
        }
        list.stale |= deadline == list.earliest;
        if prev == NONE {
            list.head = next;
        } else {
            self.entry(prev).next = next;
        }
        if next == NONE {
            self.list(place).tail = prev;
        } else {
            self.entry(next).prev = prev;
        }
    }

    /// An entry that nobody uses. None free: a new one becomes the only free one.
    fn take_free(&mut self) -> u32 {
        self.len += 1;
        if self.free == NONE {
            self.free = u32::try_from(self.entries.len()).unwrap_or(NONE);
            assert!(self.free != NONE, "too many timers in the wheel: {}", self.len);
            self.entries.push(Entry { deadline: 0, prev: NONE, next: NONE });
            self.values.push(None);
        }
        let next = self.entry(self.free).next;
        mem::replace(&mut self.free, next)
    }

    /// Frees an entry that stands in no list any more.
    fn remove(&mut self, index: u32) -> Option<T> {
        self.len -= 1;
        let next = mem::replace(&mut self.free, index);
        self.entry(index).next = next;
        self.values[index as usize].take()
    }

    /// After a burst the memory goes back as soon as the last timer is gone. Not before: entries
    /// can't move, their keys hold their indices.
    fn give_back(&mut self) {
        if self.len == 0 && self.entries.capacity() > KEEP {
            self.clear();
        }
    }

    /// The first occupied slot of the lowest occupied level: the earliest timers of all.
    fn first(&self) -> Option<usize> {
        let level = self.occupied.iter().position(|slots| *slots != 0)?;
        Some(level * SLOTS + self.occupied[level].trailing_zeros() as usize)
    }

    fn list(&mut self, place: usize) -> &mut List {
        #[cfg(test)]
        (self.touched += 1);
        &mut self.lists[place]
    }

    fn entry(&mut self, index: u32) -> &mut Entry {
        #[cfg(test)]
        (self.touched += 1);
        &mut self.entries[index as usize]
    }
}

/// The one rule of the wheel, see the head of the file: the number of a list.
#[allow(clippy::cast_possible_truncation)] // there are 385 lists
fn place(elapsed: u64, deadline: u64) -> usize {
    debug_assert!(deadline > elapsed, "a deadline ahead: elapsed={elapsed} deadline={deadline}");
    let level = (elapsed ^ deadline).ilog2() as usize / GROUP;
    let slot = (deadline >> (GROUP * level)) as usize % SLOTS;
    (level * SLOTS + slot).min(OVERFLOW)
}

const EMPTY: List = List { head: NONE, tail: NONE, earliest: u64::MAX, stale: false };

#[cfg(test)]
#[path = "wheel_tests.rs"]
mod tests;
