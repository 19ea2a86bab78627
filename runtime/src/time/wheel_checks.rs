//! Does everything in the wheel hold that the head of `wheel.rs` says?
//!
//! [`Wheel::check`] walks through all of it, for tests and for `tests/models`.

use super::{BITS, DUE, EARLIEST, LEVELS, List, NONE, PLACE, SLOTS, Wheel, list_number};

const LINKS: &str = "time/wheel.rs: a list's links lead to each of its timers from both ends";
const SORTED: &str = "time/wheel.rs: due timers leave by deadline";

impl<T> Wheel<T> {
    pub(crate) fn check(&self) {
        let mut found = 0;
        for (index, list) in self.lists.iter().enumerate() {
            let (level, slot) = (index / SLOTS, index % SLOTS);
            let bit = self.occupied[level] >> slot & 1 == 1;
            let filled = index != DUE && list.head != NONE; // the list of due timers has no bit
            assert_eq!(bit, filled, "{BITS}: level {level}, slot {slot}");
            found += self.check_list(index, list);
        }
        assert_eq!(found, self.len(), "{LINKS}: timers in lists, and their number");
        assert_eq!(self.occupied[LEVELS] >> 1, 0, "{BITS}: one list lies beyond the levels");
    }

    fn check_list(&self, index: usize, list: &List) -> usize {
        let (mut found, mut prev, mut next, mut last) = (0, NONE, list.head, 0);
        while next != NONE {
            let entry = &self.entries[next as usize];
            let (deadline, earliest) = (entry.deadline, list.earliest);
            assert_eq!(entry.prev, prev, "{LINKS}: backward link of entry {next}");
            assert_eq!(list_number(self.elapsed, deadline), index, "{PLACE}: entry {next}");
            assert!(earliest <= deadline, "{EARLIEST}: list {index}, {deadline} < {earliest}");
            assert!(index != DUE || last <= deadline, "{SORTED}: {deadline} after {last}");
            (prev, next, last) = (next, entry.next, deadline);
            found += 1;
        }
        assert_eq!(list.tail, prev, "{LINKS}: tail of list {index}");
        found
    }

    /// The tick up to which all timers are due.
    pub(crate) fn elapsed(&self) -> u64 {
        self.elapsed
    }
}
