//! How does an event become a record, and a record reach its sink?
//!
//! Records gather in a bounded buffer in the runtime's [`Recorder`]. They go to its [`Sink`] after
//! each poll, before the loop asks the reactor or sleeps, and when it leaves its thread.
//!
//! Only the thread that drives a runtime makes its records. What other threads do to its timers,
//! sources, jobs and channels goes into the queue of its [`RemoteEvents`], and is recorded with its
//! own time before the driving thread's next event.
//!
//! Invariants: buffer and queue are bounded, and count the records that they lose, except for
//! values that other threads send and receive. A sink that wants no records, or whose records have
//! a gap, is shown snapshots of what exists (`look.rs`). Not here: `emit` (`thread.rs`).

use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::panic::Location;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::record::By;
use crate::table::Table;
use crate::{
    Act, At, Clocks, End, Event, Id, Outcome, Place, ReadClocks, Record, Sink, Stack, StateLock,
};

/// At most so many records wait for the sink, and as many events of other threads for a record.
pub(crate) const BUFFER: usize = 65_536;
/// At most this many stacks wait for the sink, since each takes half a kilobyte.
const STACKS: usize = 256;

/// One runtime's record in the making: its sink, and what the sink has not seen yet.
pub struct Recorder {
    pub(crate) sink: Option<Box<dyn Sink>>,
    pub(crate) clocks: ReadClocks,
    pub(crate) remote: Arc<RemoteEvents>,
    pub(crate) unseen: Unseen,
    take_stack: Option<fn() -> Stack>,
    pub(crate) live: bool,
    /// How many snapshots it was shown, and when it may be shown the next (`look.rs`).
    pub(crate) looks: u32,
    pub(crate) next_look: Duration,
    /// Does the sink know that records were lost?
    pub(crate) has_lost: bool,
    /// The number of the last record.
    pub(crate) seq: u64,
    /// How often the loop has gone round; each record says in which turn it was made.
    turn: u64,
    /// Tasks that may be waiting for something that isn't kettle's: polled since the last park, and
    /// no wait recorded since one ended.
    pub(crate) silent: BTreeSet<Id>,
    /// The times of the last record.
    last: Clocks,
    /// When the sink was called last.
    sink_called: Duration,
    /// How long the sink has kept the thread busy since the last record.
    overhead: Duration,
    /// The sink's first veto, until it is taken.
    pub(crate) veto: Option<String>,
}

/// What the sink has not seen yet: records, and stacks with the numbers of their records.
#[derive(Default)]
pub(crate) struct Unseen {
    pub(crate) records: Vec<Record>,
    pub(crate) stacks: Vec<(u64, Stack)>,
}

/// What any thread may reach of one runtime: the table of what exists there, and a queue of what
/// other threads did and is not recorded yet.
#[derive(Debug, Default)]
pub struct RemoteEvents {
    pub(crate) recorded: AtomicBool,
    pub(crate) watched: AtomicBool,
    // No user code runs under this lock, so it need not be counted, which would double its cost.
    pub(crate) table: Mutex<Table>,
    /// How many polls have begun, and the task being polled, or 0: its thread writes them.
    pub(crate) begun: AtomicU64,
    pub(crate) polled: AtomicU64,
    /// The number of the last poll that has spent its budget.
    pub(crate) spent: AtomicU64,
    /// What is known about the other ends of its sources.
    pub(crate) ends: StateLock<BTreeMap<Id, Weak<dyn End>>>,
    /// When its recorder was made, and what the clocks showed then.
    pub(crate) began: OnceLock<(Instant, Clocks)>,
    /// A watching thread wants a snapshot at the end of the next poll, or at the next sleep.
    pub(crate) look_requested: AtomicBool,
    /// At most [`BUFFER`] events.
    queue: StateLock<Vec<RemoteEvent>>,
    /// Is there perhaps an event in the queue? This is read without the lock.
    has_events: AtomicBool,
    /// How many events and records found no room.
    lost: AtomicU64,
}

/// An event that another thread has emitted.
#[derive(Debug)]
struct RemoteEvent {
    event: Event,
    place: Place,
    /// The blocking job that ran on that thread, if any, and the line.
    by: By,
    emitted: Instant,
}

impl Recorder {
    /// A recorder for one runtime, which emits through `remote` what other threads may do to it.
    pub fn new(sink: Box<dyn Sink>, clocks: ReadClocks, remote: Arc<RemoteEvents>) -> Box<Self> {
        let number = LAST_TABLE.fetch_add(1, Ordering::Relaxed) + 1;
        remote.table.lock().number = number;
        remote.recorded.store(sink.wants(), Ordering::Relaxed);
        _ = remote.began.set((Instant::now(), clocks()));
        remote.watched.store(true, Ordering::Relaxed);
        WATCHED.lock().insert(number, Arc::downgrade(&remote));
        Box::new(Recorder {
            looks: 0,
            next_look: Duration::ZERO,
            has_lost: false,
            live: sink.live(),
            take_stack: sink.takes_stacks(),
            sink: Some(sink),
            clocks,
            remote,
            unseen: Unseen::default(),
            seq: 0,
            turn: 0,
            silent: BTreeSet::new(),
            last: Clocks::default(),
            sink_called: Duration::ZERO,
            overhead: Duration::ZERO,
            veto: None,
        })
    }

    pub(crate) fn push(&mut self, event: Event, place: Place, by: By) {
        self.take_remote(if let Event::Advance { by, .. } = event { by } else { Duration::ZERO });
        self.turn += u64::from(matches!(event, Event::Turn { .. }));
        // From a poll's beginning, or the end of a wait, until the next wait a task is silent.
        match (event, by.task) {
            (Event::PollStart { task }, _) | (Event::Done { .. }, Some(task)) => {
                self.silent.insert(task);
            }
            (Event::PollEnd { outcome: Outcome::Pending, .. }, _) => {}
            (Event::Wait { .. } | Event::Defer { .. } | Event::PollEnd { .. }, Some(task)) => {
                self.silent.remove(&task);
            }
            _ => {}
        }
        self.add(event, place, by, None);
    }

    /// Records what other threads did before the runtime's clock was moved this far.
    pub(crate) fn take_remote(&mut self, clock_moved: Duration) {
        if self.remote.has_events.swap(false, Ordering::Relaxed) {
            let events = mem::take(&mut *self.remote.queue.lock());
            for RemoteEvent { event, place, by, emitted } in events {
                if !is_left_out(&event, self.unseen.records.len()) {
                    let (now, ago) = ((self.clocks)(), emitted.elapsed());
                    let time = now.time.saturating_sub(clock_moved + ago);
                    let emitted = Clocks { time, real: now.real.saturating_sub(ago) };
                    self.add(event, place, by, Some(emitted));
                }
            }
        }
    }

    /// Adds a record; for an event of another thread, with the times when it was `emitted`. The
    /// time that the sink took is charged to the record, but to one that is dated back only as much
    /// as fits since the previous record.
    fn add(&mut self, event: Event, place: Place, by: By, emitted: Option<Clocks>) {
        if self.unseen.records.len() == BUFFER {
            self.remote.lost.fetch_add(1, Ordering::Relaxed);
            return;
        }
        self.seq += 1;
        let (seq, turn, previous) = (self.seq, self.turn, self.last);
        let Clocks { time, real } = emitted.unwrap_or_else(|| (self.clocks)());
        let (time, real) = (time.max(previous.time), real.max(previous.real));
        self.last = Clocks { time, real };
        let passed = real.saturating_sub(previous.real);
        let overhead = if emitted.is_none() { self.overhead } else { self.overhead.min(passed) };
        self.overhead -= overhead;
        let By { task, scope, at } = by;
        let (task, job) = if emitted.is_none() { (task, None) } else { (None, task) };
        let record = Record { seq, time, real, overhead, turn, task, job, scope, place, at, event };
        self.unseen.records.push(record);
        if let (Some(take_stack), Event::Wait { .. }, Some(_)) = (self.take_stack, event, task)
            && self.unseen.stacks.len() < STACKS
        {
            self.unseen.stacks.push((seq, take_stack()));
            self.overhead = (self.clocks)().real.saturating_sub(real);
        }
    }

    /// Takes sink and records out, so that the sink is called with nothing borrowed.
    pub(crate) fn hand_over(&mut self) -> Option<(Box<dyn Sink>, Unseen)> {
        let sink = self.sink.take_if(|_| !self.unseen.records.is_empty())?;
        self.sink_called = (self.clocks)().real;
        let mut unseen = mem::take(&mut self.unseen);
        let lost = self.remote.lost.swap(0, Ordering::Relaxed);
        if lost > 0 {
            self.has_lost = true;
            self.add(Event::Lost { records: lost }, Location::caller(), By::NOBODY, None);
            unseen.records.append(&mut self.unseen.records);
        }
        Some((sink, unseen))
    }

    /// Puts the sink back and reuses the buffer's memory. Events caused by the sink come next.
    pub(crate) fn take_back(&mut self, sink: Box<dyn Sink>, mut records: Vec<Record>) {
        records.clear();
        records.append(&mut self.unseen.records);
        (self.sink, self.unseen.records) = (Some(sink), records);
        self.overhead += (self.clocks)().real.saturating_sub(self.sink_called);
    }
}

/// The runtime has ended, or the sink has panicked, so nothing is recorded any more.
impl Drop for Recorder {
    fn drop(&mut self) {
        self.remote.recorded.store(false, Ordering::Relaxed);
        self.remote.watched.store(false, Ordering::Relaxed);
        let table = mem::take(&mut *self.remote.table.lock());
        WATCHED.lock().remove(&table.number);
        mem::take(&mut *self.remote.queue.lock());
    }
}

/// May this event be left out for want of room, because the count of a later one makes up for it?
fn is_left_out(event: &Event, waiting: usize) -> bool {
    waiting >= BUFFER / 2 && matches!(event.act(), Some((_, Act::Put | Act::Get | Act::Refuse)))
}

/// The runtimes that have a sink and have not ended, by the numbers of their tables.
static WATCHED: StateLock<BTreeMap<u32, Weak<RemoteEvents>>> = StateLock::new(BTreeMap::new());

/// The number of the last table, or 0 if no runtime has had a sink so far.
static LAST_TABLE: AtomicU32 = AtomicU32::new(0);

/// The runtime whose table has this number, unless it has ended.
#[cold]
pub(crate) fn runtime_with(number: u32) -> Option<Arc<RemoteEvents>> {
    WATCHED.lock().get(&number).and_then(Weak::upgrade)
}

/// Has any runtime of this process had a sink?
#[inline]
pub fn has_any_sink() -> bool {
    LAST_TABLE.load(Ordering::Relaxed) > 0
}

impl RemoteEvents {
    /// Is this runtime recorded?
    #[inline]
    pub fn is_recorded(&self) -> bool {
        self.recorded.load(Ordering::Relaxed)
    }

    /// Does it have a table of what exists, because it has a sink?
    #[inline]
    pub fn is_watched(&self) -> bool {
        self.watched.load(Ordering::Relaxed)
    }

    /// Records what another thread did, or this job, at this line of the program.
    #[track_caller]
    pub fn push(&self, event: Event, job: Option<Id>, at: At) {
        if !self.is_recorded() {
            return;
        }
        let mut queue = self.queue.lock();
        let (place, emitted) = (Location::caller(), Instant::now());
        let by = By { task: job, at, ..By::NOBODY };
        self.has_events.store(true, Ordering::Relaxed);
        match queue.len() {
            BUFFER.. => _ = self.lost.fetch_add(1, Ordering::Relaxed),
            waiting if is_left_out(&event, waiting) => {}
            _ => queue.push(RemoteEvent { event, place, by, emitted }),
        }
    }
}
