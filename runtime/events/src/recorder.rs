//! How does an event become a record, and a record reach its sink?
//!
//! Records gather in a bounded buffer in the runtime's [`Recorder`]. They go to its [`Sink`] after
//! each poll, before the loop asks the reactor or sleeps, and when it leaves its thread.
//!
//! Any thread may touch timers, sources, jobs and channels, but only the thread that drives the
//! runtime makes its records. So what other threads do goes into a queue, [`RemoteEvents`], and is
//! recorded with its own time before the driving thread's next event.
//!
//! Invariants: buffer and queue are bounded, and count the records that they lose, except for
//! values that other threads send and receive. A sink may want no records, and then looks at what
//! exists instead (`table.rs`, `look.rs`); so does a sink whose records have a gap.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::panic::Location;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::record::By;
use crate::table::Table;
use crate::{Act, At, End, Event, Id, Outcome, Place, Record, Sink, Stack, StateLock, Times};

/// Of an event on another thread: the job that did it, how long ago, and how far the clock moved.
type Elsewhere = (Option<Id>, Duration, Duration);
type HandedOver = (Box<dyn Sink>, Vec<Record>, Vec<(u64, Stack)>);

/// At most so many records wait for the sink, and as many events of other threads for a record.
pub(crate) const BUFFER: usize = 65_536;
/// At most this many stacks wait for the sink, since each takes half a kilobyte.
const STACKS: usize = 256;

/// One runtime's record in the making: its sink, and what the sink has not seen yet.
pub struct Recorder {
    pub(crate) sink: Option<Box<dyn Sink>>,
    pub(crate) times: Times,
    pub(crate) remote: Arc<RemoteEvents>,
    pub(crate) buffer: Vec<Record>,
    take_stack: Option<fn() -> Stack>,
    stacks: Vec<(u64, Stack)>,
    pub(crate) live: bool,
    pub(crate) looked: Looked,
    /// Has the sink been told that records were lost?
    pub(crate) has_lost: bool,
    pub(crate) seq: u64,
    turn: u64,
    /// Tasks that were polled since the last park, and have recorded no wait since one ended.
    pub(crate) silent: BTreeSet<Id>,
    /// When the last record was made, by the runtime's clock and by the machine's.
    last: (Duration, Duration),
    /// When the sink was called last, and how long it took since the last record.
    called: Duration,
    overhead: Duration,
    /// The sink's first veto, until it is taken.
    pub(crate) veto: Option<String>,
}

/// When the last look ended, how long it took, and how many there were.
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

/// What other threads have done to one runtime but is not recorded yet. `emit` is in `thread.rs`.
#[derive(Debug, Default)]
pub struct RemoteEvents {
    pub(crate) recorded: AtomicBool,
    pub(crate) watched: AtomicBool,
    /// The number of its table, which keys contain.
    pub(crate) number: Number,
    // No user code runs under this lock, so it need not be counted, which would double its cost.
    pub(crate) table: Mutex<Table>,
    /// How many polls have begun or ended, and the task being polled, or 0: its thread writes them.
    pub(crate) polls: AtomicU64,
    pub(crate) polled: AtomicU64,
    /// Has that poll spent its budget?
    pub(crate) spent: AtomicBool,
    /// What is known about the other ends of its sources.
    pub(crate) ends: StateLock<BTreeMap<Id, Weak<dyn End>>>,
    /// The start, by the machine's clock and by the runtime's.
    pub(crate) began: OnceLock<(Instant, (Duration, Duration))>,
    /// A watching thread wants a look at the end of the next poll, or at the next sleep.
    pub(crate) look_requested: AtomicBool,
    /// At most [`BUFFER`] events, each with the job that did it, if known, and when that was.
    queue: StateLock<Vec<(Event, Place, By, Instant)>>,
    news: AtomicBool,
    /// How many events and records found no room.
    lost: AtomicU64,
}

impl Recorder {
    /// A recorder for one runtime, which emits through `remote` what other threads may do to it.
    pub fn new(sink: Box<dyn Sink>, times: Times, remote: Arc<RemoteEvents>) -> Box<Recorder> {
        remote.recorded.store(sink.wants(), Ordering::Relaxed);
        _ = remote.began.set((Instant::now(), times()));
        remote.watched.store(true, Ordering::Relaxed);
        ANY.store(true, Ordering::Relaxed);
        WATCHED.lock().insert(remote.number.0, Arc::downgrade(&remote));
        Box::new(Recorder {
            looked: Looked::default(),
            has_lost: false,
            live: sink.live(),
            take_stack: sink.takes_stacks(),
            stacks: Vec::new(),
            sink: Some(sink),
            times,
            remote,
            buffer: Vec::new(),
            seq: 0,
            turn: 0,
            silent: BTreeSet::new(),
            last: Default::default(),
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
        self.add(event, place, by, Default::default());
    }

    /// Records what other threads did before the runtime's clock was moved this far.
    pub(crate) fn take_remote(&mut self, moved: Duration) {
        if self.remote.news.swap(false, Ordering::Relaxed) {
            let events = mem::take(&mut *self.remote.queue.lock());
            for (event, place, by, when) in events {
                if !is_left_out(&event, self.buffer.len()) {
                    let nobody = By { at: by.at, ..By::NOBODY };
                    self.add(event, place, nobody, (by.task, when.elapsed(), moved));
                }
            }
        }
    }

    fn add(&mut self, event: Event, place: Place, by: By, (job, ago, moved): Elsewhere) {
        if self.buffer.len() == BUFFER {
            self.remote.lost.fetch_add(1, Ordering::Relaxed);
            return;
        }
        self.seq += 1;
        let (seq, turn, now, was) = (self.seq, self.turn, (self.times)(), self.last);
        let since = |now: Duration, was: Duration| was.max(now.saturating_sub(ago));
        let (time, real) = (since(now.0.saturating_sub(moved), was.0), since(now.1, was.1));
        self.last = (time, real);
        let most = if ago.is_zero() { self.overhead } else { real.saturating_sub(was.1) };
        let overhead = self.overhead.min(most);
        self.overhead -= overhead;
        let By { task, scope, at } = by;
        let record = Record { seq, time, real, overhead, turn, task, job, scope, place, at, event };
        self.buffer.push(record);
        if let (Some(take_stack), Event::Wait { .. }, Some(_)) = (self.take_stack, event, task)
            && self.stacks.len() < STACKS
        {
            self.stacks.push((seq, take_stack()));
            self.overhead = (self.times)().1.saturating_sub(real);
        }
    }

    /// Takes sink and records out, so that the sink is called with nothing borrowed.
    pub(crate) fn hand_over(&mut self) -> Option<HandedOver> {
        let sink = self.sink.take_if(|_| !self.buffer.is_empty())?;
        self.called = (self.times)().1;
        let mut taken = mem::take(&mut self.buffer);
        let records = self.remote.lost.swap(0, Ordering::Relaxed);
        if records > 0 {
            self.has_lost = true;
            self.add(Event::Lost { records }, Location::caller(), By::NOBODY, Default::default());
            taken.append(&mut self.buffer);
        }
        Some((sink, taken, mem::take(&mut self.stacks)))
    }

    /// Puts the sink back and reuses the buffer's memory. Events caused by the sink come next.
    pub(crate) fn take_back(&mut self, sink: Box<dyn Sink>, mut records: Vec<Record>) {
        records.clear();
        records.append(&mut self.buffer);
        (self.sink, self.buffer) = (Some(sink), records);
        self.overhead += (self.times)().1.saturating_sub(self.called);
    }
}

/// The runtime has ended, or the sink has panicked, so nothing is recorded any more.
impl Drop for Recorder {
    fn drop(&mut self) {
        self.remote.recorded.store(false, Ordering::Relaxed);
        self.remote.watched.store(false, Ordering::Relaxed);
        WATCHED.lock().remove(&self.remote.number.0);
        let table = mem::take(&mut *self.remote.table.lock());
        drop(table);
        mem::take(&mut *self.remote.queue.lock());
    }
}

/// The runtimes that have a sink and have not ended, by the numbers of their tables.
static WATCHED: StateLock<BTreeMap<u32, Weak<RemoteEvents>>> = StateLock::new(BTreeMap::new());

/// Has any runtime had a sink so far?
static ANY: AtomicBool = AtomicBool::new(false);

/// The number of a table, from 1.
#[derive(Debug)]
pub(crate) struct Number(pub(crate) u32);

impl Default for Number {
    fn default() -> Number {
        static LAST: AtomicU32 = AtomicU32::new(0);
        Number(LAST.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

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

    /// Is it kept what exists in this runtime?
    #[inline]
    pub fn is_watched(&self) -> bool {
        self.watched.load(Ordering::Relaxed)
    }

    /// Records what another thread did, or this job, at this line of the program.
    #[track_caller]
    pub fn push(&self, event: Event, job: Option<Id>, at: At) {
        let (place, by) = (Location::caller(), By { task: job, at, ..By::NOBODY });
        if !self.is_recorded() {
            return;
        }
        let mut queue = self.queue.lock();
        self.news.store(true, Ordering::Relaxed);
        match queue.len() {
            BUFFER.. => _ = self.lost.fetch_add(1, Ordering::Relaxed),
            waiting if is_left_out(&event, waiting) => {}
            _ => queue.push((event, place, by, Instant::now())),
        }
    }
}
