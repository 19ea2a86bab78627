//! How does an event become a record, and a record reach its sink?
//!
//! Records gather in a bounded buffer of the runtime's [`Recorder`]. They go to its [`Sink`] after
//! each poll, before the loop asks the reactor or sleeps, and when it leaves its thread.
//!
//! Invariants: a full buffer loses the newest records and says how many. What other threads did is
//! recorded before a `Turn`, `RunStart` or `RunEnd`, so that the counts in those agree with it.

use std::mem;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::{Event, Id, Place, Record, RemoteEvents, Sink, Times};

/// The most records that wait for the sink. One poll makes fewer in any sane program.
const BUFFER: usize = 65_536;

/// One runtime's record in the making: its sink, and what the sink has not seen yet.
pub struct Recorder {
    sink: Option<Box<dyn Sink>>,
    times: Arc<dyn Times>,
    pub(crate) remote: Arc<RemoteEvents>,
    /// At most [`BUFFER`].
    buffer: Vec<Record>,
    /// What [`Sink::live`] said.
    pub(crate) live: bool,
    seq: u64,
    turn: u64,
    lost: u64,
    /// What the sink objects to: the first objection, until it is heeded.
    pub(crate) objection: Option<String>,
}

impl Recorder {
    /// A recorder for one runtime, which emits through `remote` what any thread may do to it.
    pub fn new(
        sink: Box<dyn Sink>,
        times: Arc<dyn Times>,
        remote: Arc<RemoteEvents>,
    ) -> Box<Recorder> {
        remote.on.store(true, Ordering::Relaxed);
        let live = sink.live();
        let (sink, buffer, objection) = (Some(sink), Vec::new(), None);
        let (seq, turn, lost) = (0, 0, 0);
        Box::new(Recorder { sink, times, remote, buffer, live, seq, turn, lost, objection })
    }

    /// Records an event: of this running task, at this line of the program.
    pub(crate) fn push(&mut self, event: Event, place: Place, at: (Option<Id>, Option<Place>)) {
        if matches!(event, Event::Turn { .. } | Event::RunStart { .. } | Event::RunEnd { .. }) {
            self.take_remote();
        }
        self.turn += u64::from(matches!(event, Event::Turn { .. }));
        self.add(event, place, at);
    }

    /// Records what other threads did.
    pub(crate) fn take_remote(&mut self) {
        let queue = self.remote.take();
        self.lost += queue.lost;
        for (event, place) in queue.events {
            self.add(event, place, (None, None));
        }
    }

    fn add(&mut self, event: Event, place: Place, at: (Option<Id>, Option<Place>)) {
        if self.buffer.len() < BUFFER {
            let record = self.next(event, place, at);
            self.buffer.push(record);
        } else {
            self.lost += 1;
        }
    }

    fn next(&mut self, event: Event, place: Place, at: (Option<Id>, Option<Place>)) -> Record {
        self.seq += 1;
        let (time, real) = self.times.times();
        let (task, at) = at;
        Record { seq: self.seq, time, real, turn: self.turn, task, place, at, event }
    }

    /// Takes sink and records out, to be called with nothing borrowed.
    pub(crate) fn hand_over(&mut self) -> Option<(Box<dyn Sink>, Vec<Record>)> {
        let sink = self.sink.take_if(|_| !self.buffer.is_empty() || self.lost > 0)?;
        let mut records = mem::take(&mut self.buffer);
        if self.lost > 0 {
            let lost = Event::Lost { records: mem::take(&mut self.lost) };
            records.push(self.next(lost, Location::caller(), (None, None)));
        }
        Some((sink, records))
    }

    /// Puts the sink back and reuses the buffer's memory. What the sink itself has caused comes
    /// next.
    pub(crate) fn take_back(
        &mut self,
        sink: Box<dyn Sink>,
        mut records: Vec<Record>,
        objects: Option<String>,
    ) {
        records.clear();
        records.append(&mut self.buffer);
        self.buffer = records;
        self.sink = Some(sink);
        self.objection = self.objection.take().or(objects);
    }
}

/// The runtime has ended, or the sink has panicked: nothing is recorded from now on.
impl Drop for Recorder {
    fn drop(&mut self) {
        self.remote.on.store(false, Ordering::Relaxed);
        self.remote.take();
    }
}

/// Calls the sink. Returns its objection, or the error that it panicked.
pub(crate) fn call_sink(sink: &mut dyn Sink, records: &[Record]) -> Result<Option<String>, ()> {
    let tell = AssertUnwindSafe(|| {
        sink.record(records);
        sink.objection()
    });
    catch_unwind(tell).map_err(mem::forget) // dropping a panic's value might panic again
}
