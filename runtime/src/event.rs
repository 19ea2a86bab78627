//! What can be seen of a runtime from outside?
//!
//! Everything that changes the engine's state says so, once, at the place where it happens:
//! `emit(Event::…)`. An event is a small `Copy` value; together with a number, a time, the running
//! task and the place in the source where it was emitted it is a [`Record`]. Records gather in a
//! bounded buffer of this thread and go to the runtime's [`Sink`] between two steps of the loop,
//! never while the engine is borrowed.
//!
//! Interface: [`emit`], [`on`] for whoever counts or remembers only for the record's sake,
//! [`Sink`] for whoever wants to see. The engine seats a [`Tape`] with itself and calls [`flush`].
//!
//! Invariants: with no sink, `emit` is one branch on a thread-local flag. An event is emitted where
//! the state changes and nowhere else, so that replaying the events rebuilds the state. Threads
//! without a seated engine record nothing: what they do arrives as a letter, and is told then.
//!
//! Not here: what becomes of the records (crate `kettle-trace`).
//!
//! tokio: the `tracing` spans under `tokio_unstable`; they name tasks and resources, not the
//! engine's own steps.

use std::cell::{Cell, RefCell};
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::Clock;
use crate::context;
use crate::id::{Id, Serial};

/// A place in a source file.
pub type Place = &'static Location<'static>;

/// One change of state in the runtime. The families are in the order of a task's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A thread took its seat at the engine and begins to run it.
    RunStart {
        /// Is the clock virtual (paused) at this moment?
        paused: bool,
    },
    /// The engine's loop ended; what it leaves behind.
    RunEnd {
        /// Tasks that are alive, without `block_on`'s own future.
        tasks: usize,
        /// Timers in the wheel.
        timers: usize,
        /// Registered I/O sources.
        sources: usize,
    },
    /// A turn of the loop begins.
    Turn {
        /// How many tasks stand in the run queue.
        queued: usize,
    },
    /// A task was made. It stands in the run queue after a [`Event::Wake`] that follows.
    Spawn {
        /// The new task.
        task: Id,
        /// The kind of task.
        kind: Kind,
        /// Where `spawn` was called.
        at: Place,
        /// Size of the future in bytes.
        size: usize,
    },
    /// The executor begins to poll a task.
    PollStart {
        /// The task polled.
        task: Id,
    },
    /// The poll returned.
    PollEnd {
        /// The task polled.
        task: Id,
        /// What it returned.
        outcome: Outcome,
    },
    /// A wake-up reached its task.
    Wake {
        /// The task that was to be woken.
        task: Id,
        /// Who woke it.
        by: Cause,
        /// What the wake did.
        effect: Effect,
    },
    /// The running task stored its waker somewhere and will return `Pending`.
    Wait {
        /// What it waits for.
        on: Resource,
        /// Was another waker stored there, and whose?
        replaced: Replaced,
    },
    /// A stored waker was taken away before anybody called it: its future was dropped.
    Unwait {
        /// What is no longer waited for.
        on: Resource,
    },
    /// A waker was put off until the end of this step of the loop (`yield_now`, spent budget).
    Defer {
        /// Why.
        why: Deferral,
    },
    /// A timer went into the wheel.
    TimerAdd {
        /// The timer.
        timer: Serial,
        /// When it is due, since the runtime's start, rounded up to the wheel's tick.
        due: Duration,
        /// The wheel's level.
        level: u8,
        /// The slot on that level.
        slot: u8,
    },
    /// The wheel's hand reached a slot of a higher level; its timers moved to lower ones.
    TimerCascade {
        /// The level they came from.
        level: u8,
        /// The slot they came from.
        slot: u8,
        /// How many moved.
        moved: usize,
    },
    /// A timer is due and left the wheel.
    TimerFire {
        /// The timer.
        timer: Serial,
        /// How long after its tick the loop looked at it.
        late: Duration,
    },
    /// A timer left the wheel before it was due.
    TimerCancel {
        /// The timer.
        timer: Serial,
    },
    /// An I/O source was registered with the operating system's selector.
    SourceAdd {
        /// The source.
        source: Serial,
    },
    /// A non-blocking operation on a source.
    SourceTry {
        /// The source.
        source: Serial,
        /// Reading (and accepting) or writing (and connecting).
        direction: Direction,
        /// What came of it.
        result: Tried,
    },
    /// The selector reported a source.
    SourceReady {
        /// The source.
        source: Serial,
        /// Which way it is ready: reading.
        readable: bool,
        /// Which way it is ready: writing.
        writable: bool,
        /// The other side will send no more, this side can, or an error stands.
        closed: bool,
    },
    /// A source's readiness was used up.
    SourceClear {
        /// The source.
        source: Serial,
        /// Which way.
        direction: Direction,
    },
    /// A source left the selector.
    SourceDrop {
        /// The source.
        source: Serial,
    },
    /// Nothing is left to do: the thread goes to sleep in the selector.
    Park {
        /// Until when at the latest; `None`: until something happens.
        timeout: Option<Duration>,
    },
    /// The thread is back.
    Unpark {
        /// How many events of sources it brought.
        events: usize,
        /// Did a letter ring?
        rung: bool,
    },
    /// The virtual clock was moved.
    Advance {
        /// By how much.
        by: Duration,
        /// Did the runtime move it because nothing else was left to do?
        auto: bool,
    },
    /// A letter from another thread was opened.
    Letter {
        /// What it asks for.
        kind: LetterKind,
    },
    /// A job was handed to the blocking pool.
    BlockingStart {
        /// The job's id.
        task: Id,
    },
    /// The letter that says that a blocking job ended was opened.
    BlockingEnd {
        /// The job's id.
        task: Id,
    },
    /// A value went into a channel.
    ChannelSend {
        /// The channel.
        channel: Serial,
        /// How many values it now holds.
        len: usize,
    },
    /// A value came out of a channel.
    ChannelRecv {
        /// The channel.
        channel: Serial,
        /// How many values it now holds.
        len: usize,
    },
    /// A channel was closed: by its receiver, or because the last sender went.
    ChannelClose {
        /// The channel.
        channel: Serial,
        /// Who closed it.
        by: Closer,
    },
    /// A lock was taken.
    LockTake {
        /// The lock.
        lock: Serial,
    },
    /// A lock was released.
    LockRelease {
        /// The lock.
        lock: Serial,
        /// Was it handed to the first in the line?
        handed_over: bool,
    },
    /// `select!` begins a round.
    SelectStart {
        /// How many branches it has.
        branches: u32,
        /// The branch it asks first.
        first: u32,
    },
    /// `select!` polled a branch.
    SelectPoll {
        /// The branch.
        branch: u32,
        /// Was it ready?
        ready: bool,
    },
    /// A branch won; the other futures are about to be dropped.
    SelectWin {
        /// The branch.
        branch: u32,
    },
    /// Somebody asked for a task's end.
    Cancel {
        /// The task.
        task: Id,
    },
    /// A task's end was learned through its handle.
    Join {
        /// The task.
        task: Id,
        /// How it ended.
        outcome: Outcome,
    },
    /// Records were lost because the buffer was full.
    Lost {
        /// How many.
        records: u64,
    },
}

/// What kind of task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `block_on`'s own future.
    Main,
    /// Made by `spawn`.
    Task,
    /// Made by `spawn_local`.
    Local,
}

/// What a poll came to, or a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Not finished.
    Pending,
    /// Finished with an output.
    Ready,
    /// Finished with a panic.
    Panicked,
    /// Its future was dropped before its end.
    Cancelled,
}

/// Who woke a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The task that was being polled; if it is the woken one itself, it woke itself.
    Task(Id),
    /// A timer that was due.
    Timer,
    /// A source that became ready.
    Io,
    /// A letter from another thread, or from a blocking job.
    Letter,
    /// A waker that was put off (`yield_now`, spent budget).
    Deferred,
    /// The engine itself: a new task, an abort, the end of the run.
    Engine,
}

/// What a wake did to its task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It went to the end of the run queue, to this place (1 is the front).
    Queued(usize),
    /// It stood in the run queue already.
    Coalesced,
    /// It is being polled: it will be queued once more when the poll returns.
    DuringPoll,
    /// It is over, or was never there: nothing.
    Stale,
}

/// What a task can wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resource {
    /// A timer.
    Timer(Serial),
    /// One direction of an I/O source.
    Source(Serial, Direction),
    /// A value in a channel.
    ChannelValue(Serial),
    /// Room in a channel, with the place in the line (1 is the front).
    ChannelRoom(Serial, usize),
    /// A channel's other end being gone.
    ChannelClosed(Serial),
    /// A lock, with the place in the line (1 is the front).
    Lock(Serial, usize),
    /// A task's end.
    Task(Id),
}

/// Whose waker a new one replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replaced {
    /// Nobody's: nothing was stored there.
    None,
    /// The same task's.
    Same,
    /// Another task's.
    Other,
}

/// Why a waker was put off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deferral {
    /// The task spent its budget for this poll.
    Budget,
    /// It called `yield_now`.
    Yield,
    /// It moved the virtual clock; what became due runs first.
    Clock,
}

/// The two directions of an I/O source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Reading and accepting.
    Read,
    /// Writing and connecting.
    Write,
}

/// What came of a non-blocking operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// It was done.
    Done,
    /// The source was not ready.
    WouldBlock,
    /// It failed.
    Failed,
}

/// What a letter asks the engine to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LetterKind {
    /// Take in a new task.
    Spawn,
    /// Wake a task.
    Wake,
    /// Abort a task.
    Abort,
    /// Answer a `JoinHandle` that is polled elsewhere.
    Join,
    /// A `JoinHandle` was dropped elsewhere.
    Detach,
    /// Put a timer into the wheel, for a thread elsewhere.
    TimerAdd,
    /// Take a timer out of the wheel.
    TimerCancel,
    /// A blocking job ended.
    BlockingDone,
}

/// Who closed a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closer {
    /// The last sender was dropped.
    Senders,
    /// The receiver was closed or dropped.
    Receiver,
}

/// One event with its circumstances.
#[derive(Clone, Copy, Debug)]
pub struct Record {
    /// Counts the records of one run, from 1.
    pub seq: u64,
    /// Time since the runtime's start, by the runtime's clock (which may be virtual).
    pub time: Duration,
    /// The loop's turn.
    pub turn: u64,
    /// The task that was being polled.
    pub task: Option<Id>,
    /// The line of the runtime (or of a primitive in `kettle`) that emitted the event.
    pub place: Place,
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
}

/// How many records wait for the sink at the most. One poll makes fewer in any sane program.
const BUFFER: usize = 65_536;

/// A runtime's record in the making: its sink, and what the sink has not seen yet.
pub(crate) struct Tape {
    sink: Option<Box<dyn Sink>>,
    clock: Arc<Clock>,
    buffer: Vec<Record>,
    seq: u64,
    turn: u64,
    lost: u64,
}

thread_local! {
    static ON: Cell<bool> = const { Cell::new(false) };
    static TAPE: RefCell<Option<Box<Tape>>> = const { RefCell::new(None) };
}

/// Records one event. Without a sink: one branch.
#[inline]
#[track_caller]
pub fn emit(event: Event) {
    if on() {
        record(event, Location::caller());
    }
}

/// Is this thread recording?
#[inline]
pub fn on() -> bool {
    ON.try_with(Cell::get).unwrap_or(false)
}

#[cold]
fn record(event: Event, place: Place) {
    let task = context::running_task();
    // A sink that is called right now has the tape's sink out, not the tape: this borrow is free.
    let _ = TAPE.try_with(|tape| {
        if let Some(tape) = tape.borrow_mut().as_mut() {
            tape.push(event, task, place);
        }
    });
}

impl Tape {
    pub(crate) fn new(sink: Box<dyn Sink>, clock: Arc<Clock>) -> Box<Tape> {
        Box::new(Tape { sink: Some(sink), clock, buffer: Vec::new(), seq: 0, turn: 0, lost: 0 })
    }

    fn push(&mut self, event: Event, task: Option<Id>, place: Place) {
        if self.buffer.len() >= BUFFER {
            self.lost += 1;
            return;
        }
        if matches!(event, Event::Turn { .. }) {
            self.turn += 1;
        }
        self.seq += 1;
        let time = self.clock.since_start();
        self.buffer.push(Record { seq: self.seq, time, turn: self.turn, task, place, event });
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

#[cold]
fn hand_over() {
    let Some((mut sink, mut records)) = take_out() else { return };
    if !records.is_empty() {
        sink.record(&records);
    }
    records.clear();
    TAPE.with(|tape| {
        if let Some(tape) = tape.borrow_mut().as_mut() {
            records.append(&mut tape.buffer);
            tape.buffer = records;
            tape.sink = Some(sink);
        }
    });
}

fn take_out() -> Option<(Box<dyn Sink>, Vec<Record>)> {
    TAPE.with(|tape| {
        let mut tape = tape.borrow_mut();
        let tape = tape.as_mut()?;
        let sink = tape.sink.take()?;
        let mut records = std::mem::take(&mut tape.buffer);
        if tape.lost > 0 {
            let lost = Event::Lost { records: std::mem::take(&mut tape.lost) };
            tape.seq += 1;
            let (seq, time, turn) = (tape.seq, tape.clock.since_start(), tape.turn);
            records.push(Record {
                seq,
                time,
                turn,
                task: None,
                place: Location::caller(),
                event: lost,
            });
        }
        Some((sink, records))
    })
}
