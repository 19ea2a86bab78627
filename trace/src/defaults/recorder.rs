//! How are records kept in memory?
//!
//! A [`Recorder`] is the [`Sink`] that a runtime is built with. A [`Recording`] is the other end,
//! which a test or a program keeps, and reads whenever it likes. The store is a ring: when it is
//! full, a new record overwrites the oldest, and what is read begins with how many were dropped.
//!
//! Interface: [`Recorder::new`] and [`Recorder::with_capacity`] make both ends;
//! [`Recording::records`] gives the records, [`Recording::dropped`] the number of dropped ones.
//!
//! Invariant: the records kept are the last ones, without a gap among them.

use std::collections::VecDeque;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;

use kettle_events::{Record, Sink};
use parking_lot::Mutex;

use crate::doctor::{Keeper, Lint};
use crate::file::thread::lost_before;

/// How many records a recorder keeps by default; some tens of megabytes when full.
const CAPACITY: usize = 262_144;

/// Keeps a runtime's records in memory.
#[derive(Debug)]
pub struct Recorder {
    store: Arc<Mutex<Store>>,
}

/// The records that a [`Recorder`] has kept.
#[derive(Clone, Debug)]
pub struct Recording {
    store: Arc<Mutex<Store>>,
}

#[derive(Debug)]
struct Store {
    ring: VecDeque<Record>,
    capacity: usize,
    dropped: u64,
    /// The doctor's verdicts, of which there are few.
    lints: Vec<Lint>,
}

impl Recorder {
    /// A recorder that keeps the last 262,144 records, and the end from which they are read.
    // The pair belongs together: a recorder without its recording is of no use.
    #[allow(clippy::new_ret_no_self)]
    pub fn new() -> (Recorder, Recording) {
        Recorder::with_capacity(CAPACITY)
    }

    /// A recorder that keeps the last `capacity` records.
    pub fn with_capacity(capacity: usize) -> (Recorder, Recording) {
        let store = Store { ring: VecDeque::new(), capacity, dropped: 0, lints: Vec::new() };
        let store = Arc::new(Mutex::new(store));
        (Recorder { store: Arc::clone(&store) }, Recording { store })
    }
}

// Only code of this file runs under the lock, so the store is consistent whatever panics.
impl UnwindSafe for Recorder {}
impl RefUnwindSafe for Recorder {}
impl UnwindSafe for Recording {}
impl RefUnwindSafe for Recording {}

impl Sink for Recorder {
    fn record(&mut self, records: &[Record]) {
        self.store.lock().append(records);
    }
}

impl Recording {
    /// What has been recorded until now, oldest first. If older records had to make room, an
    /// [`Event::Lost`](kettle_events::Event::Lost) takes their place.
    pub fn records(&self) -> Vec<Record> {
        let store = self.store.lock();
        let mut records = Vec::with_capacity(store.ring.len() + 1);
        if let Some(first) = store.ring.front()
            && store.dropped > 0
        {
            records.push(lost_before(first, store.dropped));
        }
        records.extend(&store.ring);
        records
    }

    /// The verdicts of a doctor before the recorder.
    pub(crate) fn lints(&self) -> Vec<Lint> {
        self.store.lock().lints.clone()
    }

    /// How many older records had to make room.
    pub fn dropped(&self) -> u64 {
        self.store.lock().dropped
    }
}

impl Store {
    fn append(&mut self, records: &[Record]) {
        // If there are more records than the ring holds, only the last ones are stored at all.
        let (too_many, kept) = records.split_at(records.len().saturating_sub(self.capacity));
        let overwritten = (self.ring.len() + kept.len()).saturating_sub(self.capacity);
        self.ring.drain(..overwritten);
        self.ring.extend(kept);
        self.dropped += (too_many.len() + overwritten) as u64;
    }
}

impl Keeper for Recorder {
    fn keep(&mut self, lint: &Lint) {
        self.store.lock().lints.push(lint.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Script, turn};
    use kettle_events::Event;

    #[test]
    fn the_last_records_are_kept_and_the_others_counted() {
        let (mut recorder, recording) = Recorder::with_capacity(3);
        let mut script = Script::new();
        for queued in 0..8 {
            script.write(turn(queued));
        }
        let kept = || recording.records().iter().map(|record| record.seq).collect::<Vec<_>>();
        recorder.record(&script.records[..2]);
        recorder.record(&script.records[2..4]);
        // The first one kept is the record of the loss, with the number of the last lost record.
        assert_eq!(kept(), [1, 2, 3, 4]);
        assert_eq!(recording.records()[0].event, Event::Lost { records: 1 });
        recorder.record(&script.records[4..]);
        assert_eq!(kept(), [5, 6, 7, 8]);
        assert_eq!(recording.records()[0].event, Event::Lost { records: 5 });
        assert_eq!(recording.dropped(), 5);
    }
}
