//! How does an event become a record, and a record reach its sink?
//!
//! Records gather in a bounded buffer of this thread, on the runtime's [`Tape`], and go to the
//! runtime's [`Sink`] between two steps of the loop, never while the engine is borrowed.
//!
//! Interface: [`emit`], [`on`], [`Sink`]; the engine seats its [`Tape`] with itself and calls
//! [`flush`]. Invariants: with no sink, `emit` is one branch on a thread-local flag. Threads
//! without a seated engine record nothing: what they do arrives as a letter, and is told then. A
//! full buffer loses the newest records and says how many.

use std::cell::{Cell, RefCell};
use std::io::{self, Write};
use std::mem::ManuallyDrop;
use std::panic::Location;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::{Cause, Event, Outcome, Place, site};
use crate::budget::with_unconstrained;
use crate::clock::Clock;
use crate::foreign::quietly;
use crate::id::Id;
use crate::polling::{phase, running_task};

/// One event with its circumstances.
#[derive(Clone, Copy, Debug)]
pub struct Record {
    /// Counts the records of one run, from 1.
    pub seq: u64,
    /// Time since the runtime's start, by the runtime's clock (which may be virtual).
    pub time: Duration,
    /// Time since the runtime's start by the machine's clock: the same, unless the runtime's clock
    /// was paused or moved.
    pub real: Duration,
    /// The loop's turn.
    pub turn: u64,
    /// The task that was being polled.
    pub task: Option<Id>,
    /// The line of the runtime (or of a primitive in `kettle`) that emitted the event.
    pub place: Place,
    /// The program's line at which the running task awaits what it does this in (`site.rs`). Only
    /// in builds with debug assertions.
    pub at: Option<Place>,
    /// What happened.
    pub event: Event,
}

/// Who wants to see the records.
///
/// Called on the engine's thread between two steps of its loop, with the engine not borrowed: a
/// sink may use the runtime, but what it does is recorded too.
pub trait Sink: Send {
    /// Takes what has happened since the last call, oldest first.
    fn record(&mut self, records: &[Record]);

    /// Does it want to be called at once when a poll begins and when it has returned, and not only
    /// between two steps of the loop? For those who take the time themselves.
    fn live(&self) -> bool {
        false
    }

    /// Has it seen what the program must not go on with? Asked after each call; with these words
    /// `block_on` panics at the next step of its loop, or the runtime at its end.
    fn objection(&mut self) -> Option<String> {
        None
    }
}

/// How many records wait for the sink at the most. One poll makes fewer in any sane program.
const BUFFER: usize = 65_536;

/// A runtime's record in the making: its sink, and what the sink has not seen yet.
pub(crate) struct Tape {
    sink: Option<Box<dyn Sink>>,
    clock: Arc<Clock>,
    buffer: Vec<Record>,
    /// What [`Sink::live`] said.
    live: bool,
    seq: u64,
    turn: u64,
    lost: u64,
    /// What the sink objects to, and nobody has heard yet.
    objection: Option<String>,
    /// Where the tasks stand around which the running one is polled, the innermost last.
    around: Vec<Option<Place>>,
}

thread_local! {
    static ON: Cell<bool> = const { Cell::new(false) };
    /// Never destroyed: a runtime may live in another thread-local, and end after this would have.
    static TAPE: ManuallyDrop<RefCell<Option<Box<Tape>>>> =
        const { ManuallyDrop::new(RefCell::new(None)) };
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
    ON.try_with(Cell::get).unwrap_or(false)
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

/// A poll begins. A live sink is told at once; nothing is borrowed here.
#[inline]
#[track_caller]
pub(crate) fn begin_poll(task: Id) {
    if on() {
        let around = site::replace(None);
        record(Event::PollStart { task }, Location::caller());
        if with_tape(|tape| tape.begin(around)) == Some(true) {
            hand_over();
        }
    }
}

/// The poll has returned. A live sink is told at once: a local set polls one task after another
/// within the poll of another one, and the loop's own call comes when that is over.
#[inline]
#[track_caller]
pub(crate) fn end_poll(task: Id, outcome: Outcome, kept: impl FnOnce() -> usize) {
    if on() {
        record(Event::PollEnd { task, outcome, kept: kept() }, Location::caller());
        if with_tape(Tape::end) == Some(true) {
            hand_over();
        }
    }
}

#[cold]
fn record(event: Event, place: Place) {
    let task = running_task();
    with_tape(|tape| tape.push(event, task, place));
    // A task is spawned from here, as far as is known: until the next await.
    if let Event::Spawn { at, .. } | Event::ChannelOpen { at, .. } = event {
        site::note(at);
    }
}

/// A sink that is called right now has the tape's sink out, not the tape: this borrow is free.
fn with_tape<R>(f: impl FnOnce(&mut Tape) -> R) -> Option<R> {
    TAPE.try_with(|tape| tape.borrow_mut().as_deref_mut().map(f)).ok().flatten()
}

impl Tape {
    pub(crate) fn new(sink: Box<dyn Sink>, clock: Arc<Clock>) -> Tape {
        let live = sink.live();
        Tape {
            sink: Some(sink),
            clock,
            buffer: Vec::new(),
            live,
            seq: 0,
            turn: 0,
            lost: 0,
            objection: None,
            around: Vec::new(),
        }
    }

    /// A poll begins, perhaps within another one that stands there. True: tell the sink.
    fn begin(&mut self, around: Option<Place>) -> bool {
        self.around.push(around);
        self.live
    }

    /// It ends: the one around it stands where it stood.
    fn end(&mut self) -> bool {
        site::replace(self.around.pop().flatten());
        self.live
    }

    /// What the sink objects to, once.
    pub(crate) fn take_objection(&mut self) -> Option<String> {
        self.objection.take()
    }

    fn push(&mut self, event: Event, task: Option<Id>, place: Place) {
        if self.buffer.len() >= BUFFER {
            self.lost += 1;
            return;
        }
        if matches!(event, Event::Turn { .. }) {
            self.turn += 1;
        }
        let record = self.next(event, task, place);
        self.buffer.push(record);
    }

    fn next(&mut self, event: Event, task: Option<Id>, place: Place) -> Record {
        self.seq += 1;
        let (time, real) = self.clock.both_since_start();
        let at = task.and_then(|_| site::current());
        Record { seq: self.seq, time, real, turn: self.turn, task, place, at, event }
    }
}

/// Takes a tape to this thread, with the engine that it belongs to; gives back the one before.
pub(crate) fn seat(tape: Option<Box<Tape>>) -> Option<Box<Tape>> {
    let _ = ON.try_with(|on| on.set(tape.is_some()));
    TAPE.try_with(|seat| seat.replace(tape)).ok().flatten()
}

/// Hands the buffer to the sink. The sink and the records are taken out for the call: what the
/// sink itself causes is recorded behind them.
#[inline]
pub(crate) fn flush() {
    if on() {
        hand_over();
    }
}

/// The same, where a panic may pass: with what the sink objects to.
#[inline]
#[track_caller]
pub(crate) fn flush_and_heed() {
    if on() {
        hand_over();
        heed();
    }
}

/// Panics if the sink has objected, and nothing else panics already.
#[cold]
#[track_caller]
fn heed() {
    object(with_tape(Tape::take_objection).flatten());
}

/// Panics with an objection, unless something panics already.
#[track_caller]
pub(crate) fn object(objection: Option<String>) {
    if let Some(objection) = objection.filter(|_| !thread::panicking()) {
        panic!("{objection}");
    }
}

/// Will the next look for objections panic?
pub(crate) fn objected() -> bool {
    on() && with_tape(|tape| tape.objection.is_some()) == Some(true)
}

#[cold]
fn hand_over() {
    let Some((mut sink, mut records)) = take_out() else { return };
    let (mut objection, mut well) = (None, true);
    if !records.is_empty() {
        well = false;
        let tell = || {
            quietly(|| {
                sink.record(&records);
                objection = sink.objection();
                well = true;
            });
        };
        phase(Cause::Engine, || with_unconstrained(tell));
    }
    if !well {
        return give_up(sink);
    }
    records.clear();
    with_tape(|tape| {
        records.append(&mut tape.buffer);
        tape.buffer = records;
        tape.sink = Some(sink);
        tape.objection = objection.or(tape.objection.take());
    });
}

/// The sink has panicked. What it knows is half of the truth from now on: it is not called again.
fn give_up(sink: Box<dyn Sink>) {
    let _ = ON.try_with(|on| on.set(false));
    let tape = TAPE.try_with(|tape| tape.take()).ok().flatten();
    quietly(|| drop(tape));
    quietly(|| drop(sink));
    let text =
        "kettle: what records this runtime has panicked; the rest of the run is not recorded";
    let _ = writeln!(io::stderr(), "{text}");
}

fn take_out() -> Option<(Box<dyn Sink>, Vec<Record>)> {
    with_tape(|tape| {
        let sink = tape.sink.take()?;
        let mut records = std::mem::take(&mut tape.buffer);
        if tape.lost > 0 {
            let lost = Event::Lost { records: std::mem::take(&mut tape.lost) };
            records.push(tape.next(lost, None, Location::caller()));
        }
        Some((sink, records))
    })
    .flatten()
}
