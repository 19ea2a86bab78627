//! Which small types are in the fields of an event?

use std::panic::Location;

use crate::id::Id;

/// A line of a source file.
pub type Place = &'static Location<'static>;

/// Where in the program did something happen? Known in builds with debug assertions only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum At {
    /// At this line, which calls kettle, or polls a future of kettle's by its `.await`.
    Call(Place),
    /// In a future that the program made at this line, and that other code polls.
    Made(Place),
    /// In a drop: that has no line of its own.
    Drop,
    /// In no call of the program's: the runtime did it, or code that isn't the program's.
    #[default]
    Unknown,
}

impl At {
    /// The line, if it has one.
    pub fn place(self) -> Option<Place> {
        match self {
            At::Call(place) | At::Made(place) => Some(place),
            At::Drop | At::Unknown => None,
        }
    }
}

/// What kind of task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
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
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
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

/// What woke a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Cause {
    /// The task that was being polled; if it is the woken one itself, it woke itself.
    Task(Id),
    /// A timer that was due.
    Timer,
    /// A source that became ready.
    Io,
    /// A message from another thread, or from a blocking job.
    Message,
    /// A deferred waker ([`Event::Defer`](super::Event::Defer)).
    Deferred,
    /// The runtime itself: a new task, its sink, its end. Also code outside of any task.
    Runtime,
}

/// What a wake did to its task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Effect {
    /// It went to the back of its queue, to this position (1 is the front); a new main future goes
    /// before all others. There are two queues: the ordinary one, and the urgent one for tasks
    /// woken by a timer, a socket or another thread. The loop takes from both in turn.
    Queued(usize),
    /// It was woken before and has not been polled since: nothing changed.
    Coalesced,
    /// It is being polled: if the poll returns `Pending`, it is queued once more. If the poll ends
    /// the task, the wake was for nothing.
    DuringPoll,
    /// It is over, or was never there: nothing.
    Stale,
}

/// What a task can wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resource {
    /// A timer.
    Timer(Id),
    /// One direction of an I/O source.
    Source(Id, Direction),
    /// A task's end.
    Task(Id),
    /// A primitive, in its line: so much of it, with the waiter's ticket. In a channel for values
    /// in order it is room that is waited for. Tickets count up from 1 in an empty line: the
    /// position in the line is the number of lower tickets in it, plus one. How a primitive reports
    /// itself:
    ///
    /// - It reports its making once ([`Event::SyncNew`](super::Event::SyncNew)).
    /// - A task that joins its line, or stays in it, emits [`Event::Wait`](super::Event::Wait).
    /// - A waiter leaves the line by [`Event::Served`](super::Event::Served), or by
    ///   [`Event::Done`](super::Event::Done) (its future was dropped).
    /// - What it does otherwise is an [`Event::SyncAct`](super::Event::SyncAct). A task holds what
    ///   it takes until it releases or forgets it, so the doctor can name it.
    ///
    /// A waiter for units that was served has them before it takes them. If its future is dropped
    /// in between, it emits `Done` all the same.
    Sync(SyncKind, Id, Units, usize),
    /// A value for the one receiver: it comes with `Put` or never, with `End`. Or a set's next end.
    SyncValue(SyncKind, Id),
    /// The other end being gone: all receivers, or a oneshot's sender. `Close` or `End` ends it.
    SyncClosed(SyncKind, Id),
}

/// Which primitive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum SyncKind {
    /// A channel for many values in order: many senders, one receiver.
    Mpsc,
    /// A channel for one value, once.
    Oneshot,
    Mutex,
    RwLock,
    OnceCell,
    Semaphore,
    Notify,
    Barrier,
    SetOnce,
    Watch,
    Broadcast,
    /// A stream in memory: its bytes are counted, and at most one task waits, at either end.
    Pipe,
    JoinSet,
}

impl SyncKind {
    /// Is it a channel for values in order, with one receiver?
    pub fn is_channel(self) -> bool {
        matches!(self, SyncKind::Mpsc | SyncKind::Oneshot)
    }

    /// Does it come back only from the tasks that have taken it? (Any task may add a permit to a
    /// semaphore: that is no lock.) A lock that is taken whole ([`Units::All`]) is exclusive.
    pub fn is_lock(self) -> bool {
        matches!(self, SyncKind::Mutex | SyncKind::RwLock | SyncKind::OnceCell)
    }
}

/// How much of a primitive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Units {
    /// So many permits, readers, values; one where nothing is counted.
    Count(u32),
    /// The whole lock, which no other task shares; or all waiters.
    All,
}

impl Units {
    /// So many, or as many as can be told.
    pub fn of(count: usize) -> Units {
        Units::Count(u32::try_from(count).unwrap_or(u32::MAX))
    }
}

/// What was done with a primitive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Act {
    /// The running task took these units; of a channel it reserved so many places.
    Take,
    /// Units were given back, or added; or a reserved place is about to be filled.
    Release,
    /// Units that were taken or free are lost; values were missed, or dropped with their channel.
    Forget,
    /// A value or a notification went in, or a task arrived. `All`: that serves all waiters.
    Put,
    /// A value or a notification came out.
    Get,
    /// All waiters are served, and nothing more will come; or it has no receiver.
    Close,
    /// There is a receiver more, so many (`units`) in all: it is not, or no longer, closed.
    Open,
    /// A sender was cloned or dropped: now there are so many (`units`), without weak ones.
    Senders,
    /// The last sender of a channel for values in order was dropped. What is in it can be taken.
    End,
    /// A call got nothing and does not wait: closed (`count` 0), empty (0 `units`), full or taken.
    Refuse,
}

/// Why a waker was deferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Deferral {
    /// The task spent its budget for this poll.
    Budget,
    /// It yielded by a combinator's waker. (By its own it wakes itself: [`Effect::DuringPoll`].)
    Yield,
    /// It moved the paused clock; what became due runs first.
    Clock,
}

/// The directions of an I/O source: what it may be ready for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Direction {
    /// Reading and accepting.
    Read,
    /// Writing and connecting.
    Write,
    /// Reading priority data, which TCP calls urgent.
    Priority,
    /// Fetching an error.
    Error,
}

impl Direction {
    /// All of them. Each one's value is its place here.
    pub const ALL: [Direction; 4] = [Self::Read, Self::Write, Self::Priority, Self::Error];
}

/// What has branches, or tasks of its own?
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum ScopeKind {
    Select,
    Join,
    TryJoin,
    /// `timeout`: of its future, and of its limit.
    Timeout,
    /// A `JoinSet`, with the number of the primitive. In its scope are its handles' waits.
    Set,
    /// A `LocalSet`. Its scope is with the task that polls it.
    LocalSet,
}

/// What came of a non-blocking operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Tried {
    Done,
    WouldBlock,
    Failed(#[cfg_attr(feature = "serde", serde(skip))] std::io::ErrorKind),
}

/// What the runtime is free to decide. (`docs/ARCHITECTURE.md` has a table.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Point {
    /// Which ready task is polled next.
    Task,
    /// Which of the timers that are due wakes its task next.
    Timer,
    /// Which task that waits for a ready source is woken next.
    Source,
    /// Which deferred waker is called next.
    Deferred,
    /// Which branch `select!` asks first.
    Select,
    /// How many bytes less than it could a read or a write moves.
    Transfer,
    /// Does this poll's budget end now?
    Budget,
    /// Is a task that has to wait polled once more, though nothing has woken it?
    Spurious,
}

/// What a message asks the runtime to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum MessageKind {
    Spawn,
    Wake,
    Abort,
}
