//! What does a record say that can't be?
//!
//! A [`Contradiction`]: the events so far lead to one state, and this record speaks of another. The
//! fold then believes the record and goes on from there, so that one slip is told once.
//!
//! There are two sorts. Most can't be explained by anything: the engine forgot to tell something,
//! or told it wrongly. But records are only made on the thread that drives the runtime. A value
//! sent from another thread, or between two `block_on`s, is not told; it shows in the next length.
//! Such a contradiction is [`unseen`](Contradiction::unseen): perhaps something was done out of
//! sight. Where all is done on one thread and within `block_on`, there is no excuse for either.
//!
//! Invariant: after [`Event::Lost`](kettle_events::Event::Lost) nothing is noted any more;
//! what is missing would be found again and again.

use std::fmt;

/// So many are kept; of the others only the number.
const KEPT: usize = 64;

/// Something that a record says and the records before it exclude.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// The record, by its [`seq`](kettle_events::Record::seq).
    pub seq: u64,
    /// Could something that nobody records explain it: another thread, code outside of the run?
    pub unseen: bool,
    /// What is said, and what was known.
    pub what: String,
}

impl fmt::Display for Contradiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sort = if self.unseen { " (or done out of sight)" } else { "" };
        write!(f, "record {}: {}{sort}", self.seq, self.what)
    }
}

/// The contradictions found so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Trouble {
    /// The record that is looked at.
    pub(super) seq: u64,
    pub(super) found: Vec<Contradiction>,
    pub(super) count: usize,
    /// Records are missing: everything may be contradicted.
    pub(super) blind: bool,
}

impl Trouble {
    /// Notes what nothing explains, unless `holds`.
    pub(super) fn check(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.note(false, what);
        }
    }

    /// Notes what something out of sight may explain, unless `holds`.
    pub(super) fn check_seen(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.note(true, what);
        }
    }

    fn note(&mut self, unseen: bool, what: impl FnOnce() -> String) {
        if self.blind {
            return;
        }
        self.count += 1;
        if self.found.len() < KEPT {
            self.found.push(Contradiction { seq: self.seq, unseen, what: what() });
        }
    }
}
