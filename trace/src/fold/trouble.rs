//! Which records contradict the records before them?
//!
//! If the earlier events lead to one state, and this record implies another, that is a
//! [`Contradiction`]: "record 7: task 2 is polled, but was Waiting". The fold believes the record
//! and goes on from there, so that each mistake is noted once. There are two reasons for one. The
//! engine didn't record something, or recorded it wrongly; or something was done where nothing is
//! recorded: on another thread, or between two `block_on`s.
//!
//! Interface: [`Trouble::check`] notes a contradiction, unless a condition holds;
//! [`Trouble::check_count`] compares two counts. Invariant: nothing is noted after
//! [`Event::Lost`](kettle_events::Event::Lost), since each missing record would be a contradiction.

use std::fmt;

/// How many contradictions are stored at most.
const MAX_FOUND: usize = 64;

/// Something that a record says and the records before it exclude.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// The record, by its [`seq`](kettle_events::Record::seq).
    pub seq: u64,
    /// What the record says, and what was known.
    pub what: String,
}

impl fmt::Display for Contradiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "record {}: {}", self.seq, self.what)
    }
}

/// The contradictions found so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Trouble {
    /// The record that the fold takes just now.
    pub(super) seq: u64,
    pub(super) found: Vec<Contradiction>,
    /// Are records missing, so that contradictions prove nothing?
    pub(super) has_gaps: bool,
}

impl Trouble {
    /// Notes a contradiction, unless `holds`.
    pub(super) fn check(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds && !self.has_gaps && self.found.len() < MAX_FOUND {
            self.found.push(Contradiction { seq: self.seq, what: what() });
        }
    }

    /// Notes a contradiction, unless the record's count of something is the known one.
    pub(super) fn check_count(&mut self, recorded: usize, known: usize, what: &str) {
        self.check(recorded == known, || format!("{recorded} {what}, it says, not {known}"));
    }
}
