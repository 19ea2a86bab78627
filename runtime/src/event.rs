//! What can be seen of a runtime from outside?
//!
//! Everything that changes the engine's state says so, once, at the place where it happens:
//! `emit(|| Event::…)`. An [`Event`] is a small `Copy` value. With a number, a time, the running
//! task and the place in the source where it was emitted it is a [`Record`]; the records of a run,
//! in their order, are its whole story.
//!
//! Interface: [`Event`] and the small types in its fields (`kinds.rs`), [`emit`], [`note`],
//! [`Record`] and [`Sink`] (`tape.rs`), [`Origin`] and [`located`] (`site.rs`). Invariants: an event is emitted where the state changes and nowhere else,
//! so that replaying the events rebuilds the state. A new thing to see is a new emit at the place
//! where it happens, never a second look from elsewhere.
//!
//! Not here: what becomes of the records (crate `kettle-trace`).
//!
//! tokio: the `tracing` spans under `tokio_unstable`; they name tasks and resources, not the
//! engine's own steps.

mod kinds;
mod site;
mod tape;

use std::time::Duration;

use crate::id::{Id, Serial};

pub use kinds::{
    Cause, ChannelKind, Closer, Deferral, Direction, Effect, Kind, LetterKind, Outcome, Place,
    Replaced, Resource, Tried,
};
pub use site::{Located, Origin, awaited, located};
pub use tape::{Record, Sink, emit, note, on};
pub(crate) use tape::{Tape, begin_poll, end_poll, flush, flush_and_heed, object, objected, seat};

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
        /// Tasks that are alive, without `block_on`'s own future.
        tasks: usize,
        /// Timers in the wheel.
        timers: usize,
        /// Registered I/O sources.
        sources: usize,
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
        /// The name of the future's type; an `async fn`'s has its function's name in it.
        what: &'static str,
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
        /// How many others hold what its wakers point to: clones of its waker, and abort handles;
        /// its `JoinHandle` is one of them as long as it lives. What waits in our own primitives
        /// is remembered by number, and is not among them.
        kept: usize,
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
    /// A waiter is no longer there, because its future was dropped. (At a lock its waker may have
    /// been called before: it leaves the line all the same.)
    Unwait {
        /// What is no longer waited for.
        on: Resource,
    },
    /// The first in line was given what it waits for, or a waiter was told that nothing will come:
    /// its waker was taken away, and is called next. Only told where nothing else says so.
    Served {
        /// What was waited for.
        on: Resource,
    },
    /// A waker was put off until the end of this step of the loop. (Not by the `yield_now` of one
    /// of our tasks: that is a [`Event::Wake`] by itself.)
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
    /// A timer in the wheel was moved to another deadline. It is the same timer, and whoever waits
    /// for it waits on.
    TimerMove {
        /// The timer.
        timer: Serial,
        /// When it is due now, as in [`Event::TimerAdd`].
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
        /// What it is, by the name of its type: `TcpListener`, `TcpStream`.
        what: &'static str,
    },
    /// A non-blocking operation on a source.
    SourceTry {
        /// The source.
        source: Serial,
        /// Reading (and accepting) or writing (and connecting).
        direction: Direction,
        /// What came of it.
        result: Tried,
        /// How many bytes it moved, if it is one that moves bytes and was done.
        bytes: Option<usize>,
    },
    /// The selector reported a source.
    SourceReady {
        /// The source.
        source: Serial,
        /// A try may succeed, or find the end or an error: reading.
        readable: bool,
        /// The same for writing.
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
    /// A channel was made.
    ChannelOpen {
        /// The channel.
        channel: Serial,
        /// What kind of channel.
        kind: ChannelKind,
        /// How many values it can hold; `None`: any number.
        capacity: Option<usize>,
        /// Where it was made.
        at: Place,
    },
    /// A sender of a channel was cloned or dropped.
    ChannelSenders {
        /// The channel.
        channel: Serial,
        /// How many there are now, without weak ones.
        alive: usize,
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
    /// A receiver was dropped, and with it what it had not received. (Nothing is told if there was
    /// nothing.)
    ChannelDrop {
        /// The channel.
        channel: Serial,
        /// How many values are lost.
        values: usize,
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
    /// A `JoinHandle` was dropped before it gave the task's output: nobody will learn of its end.
    Detach {
        /// The task.
        task: Id,
    },
    /// One of our own futures was dropped without ever having been polled: what it was made for
    /// was not done. Only told in builds with debug assertions.
    Unpolled {
        /// Where it was made.
        at: Place,
    },
    /// The program said something ([`note`]).
    Note {
        /// What it said.
        text: &'static str,
    },
    /// Records were lost because the buffer was full.
    Lost {
        /// How many.
        records: u64,
    },
}
