//! How many polls does a row take?
//!
//! A sink that counts the engine's own events. Only kettle has it, and only after [`count`]: a row
//! that is measured does not record.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::sample::float;
use kettle::trace::{Event, Record, Sink};

static POLLS: OnceLock<AtomicU64> = OnceLock::new();

/// From now on each runtime of kettle counts its polls.
pub(crate) fn count() {
    POLLS.get_or_init(AtomicU64::default);
}

/// The polls, if they were counted.
pub(crate) fn counted() -> Option<(&'static str, f64)> {
    POLLS.get().map(|polls| ("polls", float(polls.load(Ordering::Relaxed))))
}

/// What a runtime of kettle is built with.
pub(crate) fn sink() -> Option<impl Sink> {
    POLLS.get().map(Counter)
}

struct Counter(&'static AtomicU64);

impl Sink for Counter {
    fn record(&mut self, records: &[Record]) {
        let is_poll = |record: &&Record| matches!(record.event, Event::PollStart { .. });
        let polls = records.iter().filter(is_poll).count();
        self.0.fetch_add(polls as u64, Ordering::Relaxed);
    }
}
