//! What does a record say that can't be?
//!
//! A [`Contradiction`]: the events so far lead to one state, and this record speaks of another. The
//! fold then believes the record and goes on from there, so that one slip is noted once.
//!
//! Either the engine has left something out of the record or recorded it wrongly, or something was
//! done where nothing records: by another thread, or between two `block_on`s.
//!
//! Invariant: after [`Event::Lost`](kettle_events::Event::Lost) nothing is noted any more;
//! what is missing would be found again and again.

use std::fmt;

/// How many are kept.
const KEPT: usize = 64;

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
    /// The record that is looked at.
    pub(super) seq: u64,
    pub(super) found: Vec<Contradiction>,
    /// Records are missing: everything may be contradicted.
    pub(super) blind: bool,
}

impl Trouble {
    /// Notes a contradiction, unless `holds`.
    pub(super) fn check(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds && !self.blind && self.found.len() < KEPT {
            self.found.push(Contradiction { seq: self.seq, what: what() });
        }
    }
}
