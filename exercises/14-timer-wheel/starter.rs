//! Which timers are due, when a hundred thousand of them wait and most will be cancelled?
//!
//! A sorted map would do, but it would sort exactly what mostly never happens: timeouts. A wheel
//! sorts late, a far deadline coarsely, and finer as it comes nearer. It has six *levels* of 64
//! *slots*, and one more list for what lies past the last level; the hand is a number, `elapsed`, in
//! ticks of a millisecond. Cut hand and deadline into groups of six bits:
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
//! Begin with [`place`], at the end of the file, and go upwards: each `todo!()` stands on those below
//! it. The fields are a proposal; change what you like, as long as the `pub(crate)` functions stay.
//! Each `emit` tells the replay, and a check or two, what the wheel does.

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
        todo!("the smallest deadline of the one list that holds the earliest timers of all")
    }

    /// Moves the hand to `now`. Appends to `due` what is due by then, by deadline, and among equal
    /// deadlines in the order of insertion.
    ///
    /// A list *begins* at the first tick that belongs into it. Once the hand is there, the timers in it
    /// stand too high, whether or not one of them is due.
    pub(crate) fn advance(&mut self, now: u64, due: &mut Vec<T>) {
        debug_assert!(now >= self.elapsed, "the hand goes back: now={now} of {}", self.elapsed);
        todo!(
            "while the first list begins at {now} or before: move the hand into it, and empty it"
        );
        self.elapsed = now;
        self.give_back(); // memory, after a burst
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

    /// The hand has come into this list: what is due leaves the wheel, the rest is placed anew. (From
    /// the overflow list some may go back there.)
    fn empty(&mut self, list: usize, now: u64, due: &mut Vec<T>) {
        let moved: usize = todo!(
            "take the list; `fire` what is due, by its order; how many went to another list?"
        );
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
        todo!("`index` goes to the end of the list of its deadline, and knows its position there")
    }

    /// Takes an entry out of its list, without a search: however many stand there, only two entries
    /// are touched.
    fn take_from_list(&mut self, index: u32) {
        todo!("which list? where in it? and who takes its place?")
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
///
/// The highest group of six bits in which hand and deadline differ is the level; the deadline's own
/// number in that group is the slot. Past the last level there is one list, [`OVERFLOW`]. With the
/// hand at 0, a deadline of 2,000 = 31 × 64 + 16 differs in group 1, where it says 31: it stands in
/// list 64 + 31.
fn place(elapsed: u64, deadline: u64) -> usize {
    debug_assert!(deadline > elapsed, "a deadline ahead: elapsed={elapsed} deadline={deadline}");
    todo!("level * SLOTS + slot, or OVERFLOW")
}
