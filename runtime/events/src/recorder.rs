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
//! values that other threads send and receive. While nothing records, only what a look would begin
//! with is kept (`state.rs`), and only for a sink that looks now and then.

use std::collections::BTreeSet;
use std::mem;
use std::panic::Location;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use crate::state::{ASKED, By, Lasting, Since, State};
use crate::{Act, At, Event, Id, Outcome, Place, Record, Sink, Stack, StateLock, Times};

/// What another thread did: the job that did it, how long ago, and how far the clock moved since.
type Elsewhere = (Option<Id>, Duration, Duration);
type HandedOver = (Box<dyn Sink>, Vec<Record>, Vec<(u64, Stack)>);

/// At most this many records wait for the sink, and as many events of other threads for a record.
pub(crate) const BUFFER: usize = 65_536;
/// A loop that sleeps without a deadline is looked at the first few times, and then not until this
/// time has passed since the last of these looks.
const BETWEEN: Duration = Duration::from_millis(10);
const AT_ONCE: u32 = 8;
/// At most this many stacks wait for the sink, since each takes half a kilobyte.
const STACKS: usize = 256;

/// One runtime's record in the making: its sink, and what the sink has not seen yet.
pub struct Recorder {
    sink: Option<Box<dyn Sink>>,
    pub(crate) times: Times,
    pub(crate) remote: Arc<RemoteEvents>,
    pub(crate) buffer: Vec<Record>,
    take_stack: Option<fn() -> Stack>,
    stacks: Vec<(u64, Stack)>,
    pub(crate) live: bool,
    /// When the loop was last looked at as it fell asleep, and how often in total.
    looked: (Duration, u32),
    pub(crate) seq: u64,
    turn: u64,
    /// Tasks that were polled since the last park, and have recorded no wait since one ended.
    pub(crate) silent: BTreeSet<Id>,
    /// When the last record was made.
    last: (Duration, Duration),
    /// When the sink was called last, and how long it took since the last record.
    called: Duration,
    overhead: Duration,
    /// The sink's first veto, until it is taken.
    pub(crate) veto: Option<String>,
}

/// May this event be left out for want of room, because the count of a later one makes up for it?
fn is_left_out(event: &Event, waiting: usize) -> bool {
    waiting >= BUFFER / 2
        && matches!(event, Event::SyncAct { act: Act::Put | Act::Get | Act::Refuse, .. })
}

/// What other threads have done to one runtime but is not recorded yet. `emit` is in `thread.rs`.
#[derive(Debug, Default)]
pub struct RemoteEvents {
    pub(crate) on: AtomicBool,
    pub(crate) keeps: AtomicBool,
    pub(crate) state: StateLock<State>,
    /// A moment by the machine's clock, and by the runtime's.
    pub(crate) began: OnceLock<(Instant, (Duration, Duration))>,
    /// How many open waits are for sources.
    pub(crate) sources: AtomicUsize,
    /// How far the clock was moved, in nanoseconds.
    pub(crate) moved: AtomicU64,
    /// A watching thread wants a look at the next poll or sleep.
    pub(crate) asked: AtomicBool,
    /// At most [`BUFFER`] events, each with the job that did it, if known, and when that was.
    queue: StateLock<Vec<(Event, Place, By, Instant)>>,
    news: AtomicBool,
    /// How many events and records found no room.
    lost: AtomicU64,
}

impl Recorder {
    /// A recorder for one runtime, which emits through `remote` what other threads may do to it.
    pub fn new(sink: Box<dyn Sink>, times: Times, remote: Arc<RemoteEvents>) -> Box<Recorder> {
        remote.on.store(true, Ordering::Relaxed);
        _ = remote.began.set((Instant::now(), times()));
        remote.keeps.store(true, Ordering::Relaxed);
        Box::new(Recorder {
            looked: Default::default(),
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
        self.remote.keep(event, place, by);
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

    pub(crate) fn reason_asleep(&mut self, for_good: bool) -> bool {
        let (now, (last, times)) = ((self.times)().1, self.looked);
        let due = times < AT_ONCE || now >= last + BETWEEN;
        let looks = for_good && due && self.remote.sources.load(Ordering::Relaxed) == 0;
        if looks {
            self.looked = (now, times + 1);
        }
        looks || self.remote.asked.load(Ordering::Relaxed)
    }

    /// Takes sink and records out, so that the sink is called with nothing borrowed.
    pub(crate) fn hand_over(&mut self) -> Option<HandedOver> {
        let sink = self.sink.take_if(|_| !self.buffer.is_empty())?;
        self.called = (self.times)().1;
        let mut taken = mem::take(&mut self.buffer);
        let records = self.remote.lost.swap(0, Ordering::Relaxed);
        if records > 0 {
            self.add(Event::Lost { records }, Location::caller(), By::NOBODY, Default::default());
            taken.append(&mut self.buffer);
        }
        Some((sink, taken, mem::take(&mut self.stacks)))
    }

    /// Puts the sink back and reuses the buffer's memory. Events caused by the sink come next.
    pub(crate) fn take_back(&mut self, sink: Box<dyn Sink>, mut records: Vec<Record>) {
        let wants = sink.wants();
        records.clear();
        records.shrink_to(if wants { BUFFER } else { 0 }); // a look may have taken far more
        records.append(&mut self.buffer);
        self.remote.on.store(wants, Ordering::Relaxed);
        (self.sink, self.buffer) = (Some(sink), records);
        self.overhead += (self.times)().1.saturating_sub(self.called);
    }
}

/// The runtime has ended, or the sink has panicked, so nothing is recorded any more.
impl Drop for Recorder {
    fn drop(&mut self) {
        self.remote.on.store(false, Ordering::Relaxed);
        self.remote.keeps.store(false, Ordering::Relaxed);
        self.remote.is_looked_at();
        mem::take(&mut *self.remote.queue.lock());
    }
}

impl RemoteEvents {
    /// Is this runtime recorded?
    #[inline]
    pub fn on(&self) -> bool {
        self.on.load(Ordering::Relaxed)
    }

    /// Keeps an event that began something, or forgets what it ended.
    pub(crate) fn keep(&self, event: Event, place: Place, by: By) {
        if let Event::Advance { by, .. } = event {
            let nanos = u64::try_from(by.as_nanos()).unwrap_or(u64::MAX);
            self.moved.fetch_add(nanos, Ordering::Relaxed);
        }
        self.state.lock().keep(Lasting { event, place, by, since: self.now() });
    }

    /// The beginning of something that begins now.
    pub(crate) fn now(&self) -> Since {
        (Instant::now(), self.moved.load(Ordering::Relaxed))
    }

    pub(crate) fn is_looked_at(&self) {
        if self.asked.swap(false, Ordering::Relaxed) {
            ASKED.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// Is the state kept?
    #[inline]
    pub fn keeps(&self) -> bool {
        self.keeps.load(Ordering::Relaxed)
    }

    /// Records what another thread did, or this job, at this line of the program.
    #[track_caller]
    pub fn push(&self, event: Event, job: Option<Id>, at: At) {
        let (place, by) = (Location::caller(), By { task: job, at, ..By::NOBODY });
        self.keep(event, place, by);
        if !self.on() {
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
