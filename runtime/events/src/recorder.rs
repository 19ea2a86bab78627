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

/// Of an event on another thread: the job that did it, how long ago, and how far the clock moved.
#[derive(Clone, Copy, Default)]
struct Elsewhere {
    job: Option<Id>,
    ago: Duration,
    clock_moved: Duration,
}

type HandedOver = (Box<dyn Sink>, Vec<Record>, Vec<(u64, Stack)>);

/// At most so many records wait for the sink, and as many events of other threads for a record.
pub(crate) const BUFFER: usize = 65_536;
/// At most this many stacks wait for the sink, since each takes half a kilobyte.
const STACKS: usize = 256;

/// One runtime's record in the making: its sink, and what the sink has not seen yet.
pub struct Recorder {
    pub(crate) sink: Option<Box<dyn Sink>>,
    pub(crate) clocks: ReadClocks,
    pub(crate) remote: Arc<RemoteEvents>,
    pub(crate) buffer: Vec<Record>,
    take_stack: Option<fn() -> Stack>,
    stacks: Vec<(u64, Stack)>,
    pub(crate) live: bool,
    pub(crate) looked: Looked,
    /// Has the sink been told that records were lost?
    pub(crate) has_lost: bool,
    /// The number of the last record.
    pub(crate) seq: u64,
    /// How often the loop has gone round; each record says in which turn it was made.
    turn: u64,
    /// Tasks that may be waiting for something that isn't kettle's: polled since the last park, and
    /// no wait recorded since one ended.
    pub(crate) silent: BTreeSet<Id>,
    /// What the clocks showed at the last record.
    last: Clocks,
    /// When the sink was called last, and how long it took since the last record.
    called: Duration,
    overhead: Duration,
    /// The sink's first veto, until it is taken.
    pub(crate) veto: Option<String>,
}

/// When the last snapshot had been shown, how long that took, and how many were shown.
#[derive(Debug, Default)]
pub(crate) struct Looked {
    pub(crate) ended: Duration,
    pub(crate) took: Duration,
    pub(crate) times: u32,
}

/// May this event be left out for want of room, because the count of a later one makes up for it?
fn is_left_out(event: &Event, waiting: usize) -> bool {
    waiting >= BUFFER / 2
        && matches!(event, Event::SyncAct { act: Act::Put | Act::Get | Act::Refuse, .. })
}

/// What any thread may reach of one runtime: the table of what exists there, and a queue of what
/// other threads did and is not recorded yet.
#[derive(Debug, Default)]
pub struct RemoteEvents {
    pub(crate) recorded: AtomicBool,
    pub(crate) watched: AtomicBool,
    // No user code runs under this lock, so it need not be counted, which would double its cost.
    pub(crate) table: Mutex<Table>,
    /// How many polls have begun or ended, and the task being polled, or 0: its thread writes them.
    pub(crate) polls: AtomicU64,
    pub(crate) polled: AtomicU64,
    /// One more than `polls` was when a poll last spent its budget.
    pub(crate) spent: AtomicU64,
    /// What is known about the other ends of its sources.
    pub(crate) ends: StateLock<BTreeMap<Id, Weak<dyn End>>>,
    /// When its recorder was made, and what the clocks showed then.
    pub(crate) began: OnceLock<(Instant, Clocks)>,
    /// A watching thread wants a snapshot at the end of the next poll, or at the next sleep.
    pub(crate) look_requested: AtomicBool,
    /// At most [`BUFFER`] events, each with the job that did it, if known, and when that was.
    queue: StateLock<Vec<(Event, Place, By, Instant)>>,
    news: AtomicBool,
    /// How many events and records found no room.
    lost: AtomicU64,
}

impl Recorder {
    /// A recorder for one runtime, which emits through `remote` what other threads may do to it.
    pub fn new(sink: Box<dyn Sink>, clocks: ReadClocks, remote: Arc<RemoteEvents>) -> Box<Self> {
        static LAST: AtomicU32 = AtomicU32::new(0);
        let number = LAST.fetch_add(1, Ordering::Relaxed) + 1;
        remote.table.lock().number = number;
        remote.recorded.store(sink.wants(), Ordering::Relaxed);
        _ = remote.began.set((Instant::now(), clocks()));
        remote.watched.store(true, Ordering::Relaxed);
        ANY.store(true, Ordering::Relaxed);
        WATCHED.lock().insert(number, Arc::downgrade(&remote));
        Box::new(Recorder {
            looked: Looked::default(),
            has_lost: false,
            live: sink.live(),
            take_stack: sink.takes_stacks(),
            stacks: Vec::new(),
            sink: Some(sink),
            clocks,
            remote,
            buffer: Vec::new(),
            seq: 0,
            turn: 0,
            silent: BTreeSet::new(),
            last: Clocks::default(),
            called: Duration::ZERO,
            overhead: Duration::ZERO,
            veto: None,
        })
    }

    pub(crate) fn push(&mut self, event: Event, place: Place, by: By) {
        self.take_remote(if let Event::Advance { by, .. } = event { by } else { Duration::ZERO });
        self.turn += u64::from(matches!(event, Event::Turn { .. }));
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
        self.add(event, place, by, Elsewhere::default());
    }

    /// Records what other threads did before the runtime's clock was moved this far.
    pub(crate) fn take_remote(&mut self, clock_moved: Duration) {
        if self.remote.news.swap(false, Ordering::Relaxed) {
            let events = mem::take(&mut *self.remote.queue.lock());
            for (event, place, By { task: job, at, .. }, when) in events {
                if !is_left_out(&event, self.buffer.len()) {
                    let elsewhere = Elsewhere { job, ago: when.elapsed(), clock_moved };
                    self.add(event, place, By { at, ..By::NOBODY }, elsewhere);
                }
            }
        }
    }

    /// The time that the sink took is charged to the next record; to one that is dated back, only
    /// as much as fits since the previous record.
    fn add(&mut self, event: Event, place: Place, by: By, elsewhere: Elsewhere) {
        if self.buffer.len() == BUFFER {
            self.remote.lost.fetch_add(1, Ordering::Relaxed);
            return;
        }
        self.seq += 1;
        let (seq, turn, now, previous) = (self.seq, self.turn, (self.clocks)(), self.last);
        let (By { task, scope, at }, Elsewhere { job, ago, clock_moved }) = (by, elsewhere);
        let time = now.time.saturating_sub(clock_moved + ago).max(previous.time);
        let real = now.real.saturating_sub(ago).max(previous.real);
        self.last = Clocks { time, real };
        let passed = real.saturating_sub(previous.real);
        let overhead = if ago.is_zero() { self.overhead } else { self.overhead.min(passed) };
        self.overhead -= overhead;
        let record = Record { seq, time, real, overhead, turn, task, job, scope, place, at, event };
        self.buffer.push(record);
        if let (Some(take_stack), Event::Wait { .. }, Some(_)) = (self.take_stack, event, task)
            && self.stacks.len() < STACKS
        {
            self.stacks.push((seq, take_stack()));
            self.overhead = (self.clocks)().real.saturating_sub(real);
        }
    }

    /// Takes sink and records out, so that the sink is called with nothing borrowed.
    pub(crate) fn hand_over(&mut self) -> Option<HandedOver> {
        let sink = self.sink.take_if(|_| !self.buffer.is_empty())?;
        self.called = (self.clocks)().real;
        let mut taken = mem::take(&mut self.buffer);
        let records = self.remote.lost.swap(0, Ordering::Relaxed);
        if records > 0 {
            self.has_lost = true;
            let (place, here) = (Location::caller(), Elsewhere::default());
            self.add(Event::Lost { records }, place, By::NOBODY, here);
            taken.append(&mut self.buffer);
        }
        Some((sink, taken, mem::take(&mut self.stacks)))
    }

    /// Puts the sink back and reuses the buffer's memory. Events caused by the sink come next.
    pub(crate) fn take_back(&mut self, sink: Box<dyn Sink>, mut records: Vec<Record>) {
        records.clear();
        records.append(&mut self.buffer);
        (self.sink, self.buffer) = (Some(sink), records);
        self.overhead += (self.clocks)().real.saturating_sub(self.called);
    }
}

/// The runtime has ended, or the sink has panicked, so nothing is recorded any more.
impl Drop for Recorder {
    fn drop(&mut self) {
        self.remote.recorded.store(false, Ordering::Relaxed);
        self.remote.watched.store(false, Ordering::Relaxed);
        let table = mem::take(&mut *self.remote.table.lock());
        WATCHED.lock().remove(&table.number);
        drop(table);
        mem::take(&mut *self.remote.queue.lock());
    }
}

/// The runtimes that have a sink and have not ended, by the numbers of their tables.
static WATCHED: StateLock<BTreeMap<u32, Weak<RemoteEvents>>> = StateLock::new(BTreeMap::new());

/// Has any runtime had a sink so far?
static ANY: AtomicBool = AtomicBool::new(false);

/// The runtime whose table has this number, unless it has ended.
#[cold]
pub(crate) fn runtime_with(number: u32) -> Option<Arc<RemoteEvents>> {
    WATCHED.lock().get(&number).and_then(Weak::upgrade)
}

/// Has any runtime of this process had a sink?
#[inline]
pub fn has_any_sink() -> bool {
    ANY.load(Ordering::Relaxed)
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
        let (mut queue, by) = (self.queue.lock(), By { task: job, at, ..By::NOBODY });
        self.news.store(true, Ordering::Relaxed);
        match queue.len() {
            BUFFER.. => _ = self.lost.fetch_add(1, Ordering::Relaxed),
            waiting if is_left_out(&event, waiting) => {}
            _ => queue.push((event, Location::caller(), by, Instant::now())),
        }
    }
}
