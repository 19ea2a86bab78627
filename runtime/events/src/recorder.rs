//! How does an event become a record, and a record reach its sink?
//!
//! Records gather in a bounded buffer of the runtime's [`Recorder`], which is on the thread that
//! drives the runtime, and go to the runtime's [`Sink`] between two steps of the loop.
//!
//! Interface: [`emit`], [`on`], [`note`]; for the runtime [`Recorder`], [`install`], [`PollRecord`],
//! [`flush`], [`take_objection`]. Invariants: with no sink, `emit` is one branch on a thread-local
//! flag. A thread without a recorder records nothing; what it does to a runtime's timers, sources
//! and jobs goes through [`ForeignEvents`]. A full buffer loses the newest records and says how many.

use std::cell::{Cell, RefCell};
use std::io::{self, Write};
use std::mem::{self, ManuallyDrop};
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::sync::Arc;

use crate::place;
use crate::{Event, ForeignEvents, Id, Outcome, Place, Record, Sink, Times};

/// How many records wait for the sink at the most. One poll makes fewer in any sane program.
const BUFFER: usize = 65_536;

/// What this floor keeps per thread. Never destroyed: a runtime may be in another thread-local, and
/// end after this would have.
pub(crate) struct Thread {
    on: Cell<bool>,
    running: Cell<Option<Id>>,
    /// The program's line at which the running task awaits.
    pub(crate) place: Cell<Option<Place>>,
    pub(crate) polls: Cell<u32>,
    recorder: RefCell<Option<Box<Recorder>>>,
}

thread_local! {
    pub(crate) static THREAD: ManuallyDrop<Thread> = const {
        ManuallyDrop::new(Thread {
            on: Cell::new(false),
            running: Cell::new(None),
            place: Cell::new(None),
            polls: Cell::new(0),
            recorder: RefCell::new(None),
        })
    };
}

impl Thread {
    pub(crate) fn count_poll(&self) {
        self.polls.set(self.polls.get().wrapping_add(1));
    }
}

/// One runtime's record in the making: its sink, and what the sink has not seen yet.
pub struct Recorder {
    sink: Option<Box<dyn Sink>>,
    times: Arc<dyn Times>,
    foreign: Arc<ForeignEvents>,
    buffer: Vec<Record>,
    /// What [`Sink::live`] said.
    live: bool,
    seq: u64,
    turn: u64,
    lost: u64,
    objection: Option<String>,
}

/// Records one event. Without a sink: one branch, and the event is not even made.
#[inline]
#[track_caller]
pub fn emit(event: impl FnOnce() -> Event) {
    if on() {
        record(event(), Location::caller());
    }
}

/// Is this thread recording?
#[inline]
pub fn on() -> bool {
    THREAD.with(|thread| thread.on.get())
}

/// Writes a line of the program's own into the record; without a sink, or outside of a runtime,
/// nowhere.
///
/// ```
/// # #[kettle::main]
/// # async fn main() {
/// kettle::trace::note("the water boils");
/// # }
/// ```
#[inline]
#[track_caller]
pub fn note(text: &'static str) {
    emit(|| Event::Note { text });
}

/// The task that is being polled on this thread.
#[inline]
pub fn running_task() -> Option<Id> {
    THREAD.with(|thread| thread.running.get())
}

/// One poll of a task, from its creation to [`PollRecord::end`]: names the running task and brackets
/// its events. Polls may be nested (a local set inside its host): dropped, also by a panic, it
/// restores the poll around it.
#[derive(Debug)]
pub struct PollRecord {
    task: Id,
    around: (Option<Id>, Option<Place>),
    ended: bool,
}

impl PollRecord {
    /// The poll begins.
    #[inline]
    #[track_caller]
    pub fn begin(task: Id) -> PollRecord {
        let around = THREAD.with(|thread| {
            thread.count_poll();
            (thread.running.replace(Some(task)), thread.place.replace(None))
        });
        emit(|| Event::PollStart { task });
        PollRecord { task, around, ended: false }
    }

    /// The poll has returned; `kept` tells how many wakers and handles of the task there are.
    #[inline]
    #[track_caller]
    pub fn end(&mut self, outcome: Outcome, kept: impl FnOnce() -> (usize, usize)) {
        self.ended = true;
        emit(|| {
            let (wakers, handles) = kept();
            Event::PollEnd { task: self.task, outcome, wakers, handles }
        });
    }
}

impl Drop for PollRecord {
    #[inline]
    fn drop(&mut self) {
        if !self.ended {
            self.end(Outcome::Panicked, || (0, 0));
        }
        THREAD.with(|thread| {
            thread.count_poll();
            thread.running.set(self.around.0);
            thread.place.set(self.around.1);
        });
    }
}

/// Takes a recorder to this thread, with the runtime that it belongs to; gives back the one before.
pub fn install(recorder: Option<Box<Recorder>>) -> Option<Box<Recorder>> {
    THREAD.with(|thread| {
        thread.on.set(recorder.is_some());
        thread.recorder.replace(recorder)
    })
}

/// Does the sink want to be called at the beginning and end of each poll?
#[inline]
pub fn is_live() -> bool {
    on() && with_recorder(|recorder| recorder.live) == Some(true)
}

/// Hands the buffer to the sink. Both are taken out for the call: what the sink itself causes is
/// recorded after them. A sink that panics is not called again.
#[inline]
pub fn flush() {
    if on() {
        hand_over();
    }
}

/// What the sink objects to, once.
pub fn take_objection() -> Option<String> {
    if on() { with_recorder(|recorder| recorder.objection.take()).flatten() } else { None }
}

impl Recorder {
    /// A recorder for one runtime, which emits through `foreign` what any thread may do to it.
    pub fn new(
        sink: Box<dyn Sink>,
        times: Arc<dyn Times>,
        foreign: Arc<ForeignEvents>,
    ) -> Box<Recorder> {
        foreign.set(true);
        let live = sink.live();
        let (sink, buffer, objection) = (Some(sink), Vec::new(), None);
        let (seq, turn, lost) = (0, 0, 0);
        Box::new(Recorder { sink, times, foreign, buffer, live, seq, turn, lost, objection })
    }

    /// What the sink objects to, once.
    pub fn take_objection(&mut self) -> Option<String> {
        self.objection.take()
    }

    fn push(&mut self, event: Event, place: Place) {
        if matches!(event, Event::Turn { .. } | Event::RunStart { .. }) {
            self.take_foreign();
        }
        if self.buffer.len() >= BUFFER {
            self.lost += 1;
            return;
        }
        self.turn += u64::from(matches!(event, Event::Turn { .. }));
        let record = self.next(event, running_task(), place);
        self.buffer.push(record);
    }

    /// Records what other threads did.
    fn take_foreign(&mut self) {
        let queue = self.foreign.take();
        self.lost += queue.lost;
        for (event, place) in queue.events {
            let record = self.next(event, None, place);
            self.buffer.push(record);
        }
    }

    fn next(&mut self, event: Event, task: Option<Id>, place: Place) -> Record {
        self.seq += 1;
        let (time, real) = self.times.times();
        let at = task.and_then(|_| THREAD.with(|thread| thread.place.get()));
        Record { seq: self.seq, time, real, turn: self.turn, task, place, at, event }
    }
}

#[cold]
fn record(event: Event, place: Place) {
    with_recorder(|recorder| recorder.push(event, place));
    // A task is spawned from here, as far as is known: until the next await.
    if let Event::Spawn { at, .. } | Event::ChannelOpen { at, .. } = event {
        place::note(at);
    }
}

/// Records an event of the runtime that `foreign` belongs to, if this thread records for it: after
/// what other threads did before.
pub(crate) fn record_for(foreign: &ForeignEvents, event: Event, place: Place) -> bool {
    let recorded = with_recorder(|recorder| {
        let ours = std::ptr::eq(&raw const *recorder.foreign, foreign);
        if ours {
            recorder.take_foreign();
            recorder.push(event, place);
        }
        ours
    });
    recorded == Some(true)
}

/// A sink that is being called has been taken out of the recorder: this borrow is free.
fn with_recorder<R>(f: impl FnOnce(&mut Recorder) -> R) -> Option<R> {
    THREAD.with(|thread| thread.recorder.borrow_mut().as_deref_mut().map(f))
}

#[cold]
fn hand_over() {
    let Some((mut sink, mut records)) = take_out() else { return };
    let mut objection = None;
    let tell = AssertUnwindSafe(|| {
        if !records.is_empty() {
            sink.record(&records);
            objection = sink.objection();
        }
    });
    if let Err(panic) = catch_unwind(tell) {
        mem::forget(panic); // dropping it might panic again
        return give_up(sink);
    }
    records.clear();
    with_recorder(|recorder| {
        records.append(&mut recorder.buffer);
        recorder.buffer = records;
        recorder.sink = Some(sink);
        recorder.objection = objection.or(recorder.objection.take());
    });
}

fn take_out() -> Option<(Box<dyn Sink>, Vec<Record>)> {
    with_recorder(|recorder| {
        let sink = recorder.sink.take()?;
        let mut records = mem::take(&mut recorder.buffer);
        if recorder.lost > 0 {
            let lost = Event::Lost { records: mem::take(&mut recorder.lost) };
            records.push(recorder.next(lost, None, Location::caller()));
        }
        Some((sink, records))
    })
    .flatten()
}

/// The sink has panicked. What it knows is half of the truth from now on: it is not called again,
/// and not even dropped, which might panic too.
fn give_up(sink: Box<dyn Sink>) {
    mem::forget(sink);
    if let Some(recorder) = install(None) {
        recorder.foreign.set(false);
    }
    let text =
        "kettle: what records this runtime has panicked; the rest of the run is not recorded";
    let _ = writeln!(io::stderr(), "{text}");
}
