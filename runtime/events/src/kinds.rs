//! Which small types do the fields of an event (`event.rs`) have?

#![allow(missing_docs)] // where a name says everything

use std::panic::Location;

use crate::id::Id;

/// A line of a source file.
pub type Place = &'static Location<'static>;

/// Where in the program something happened. Known only in builds with debug assertions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum At {
    /// At this line, which calls kettle, or polls a future of kettle's by its `.await`.
    Call(Place),
    /// In a future that the program made at this line, and that other code polls.
    Made(Place),
    /// In a drop, which has no line of its own.
    Drop,
    /// Outside of the program's calls: the runtime did it, or code that isn't the program's.
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

/// The kind of a task.
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

/// How a poll or a task has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Outcome {
    Pending,
    Ready,
    Panicked,
    /// Its future was dropped before its end.
    Cancelled,
}

/// What woke a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Cause {
    /// The task that was being polled, perhaps the woken task itself.
    Task(Id),
    Timer,
    Io,
    /// A message from another thread, or from a blocking job.
    Message,
    /// A deferred waker ([`Event::Defer`](super::Event::Defer)).
    Deferred,
    /// The runtime itself, for a new task or because it ends; its sink; or code outside of tasks.
    Runtime,
}

/// What a wake did to its task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Effect {
    /// The task went to the back of its queue, to this position counted from 1. (A new main future
    /// goes to the front.) There is an ordinary queue, and an urgent one for tasks woken by a
    /// timer, a socket or another thread.
    Queued(usize),
    /// None, because the task was woken before and has not been polled since.
    Coalesced,
    /// The task is being polled. If the poll returns `Pending`, the task is queued once more. If
    /// the task ends, nothing follows from the wake.
    DuringPoll,
    /// None, because the task is over.
    Stale,
}

/// What a task can wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resource {
    Timer(Id),
    /// One direction of an I/O source.
    Source(Id, Direction),
    Task(Id),
    /// These units of a primitive, and the ticket that the waiter has in its line. (An `mpsc`
    /// channel's line is for room.) Tickets count up from 1 in an empty line, so a waiter's
    /// position is one more than the number of lower tickets.
    Sync(SyncKind, Id, Units, usize),
    /// A value for the only receiver, or the end of its channel; the next end of a task in a set.
    SyncValue(SyncKind, Id),
    /// The end of all receivers or, for a oneshot channel, of its sender.
    SyncClosed(SyncKind, Id),
}

impl Resource {
    /// The thing that is waited for.
    pub fn thing(self) -> Thing {
        match self {
            Resource::Timer(timer) => Thing::Timer(timer),
            Resource::Source(source, _) => Thing::Source(source),
            Resource::Task(task) => Thing::Task(task),
            Resource::Sync(kind, sync, ..)
            | Resource::SyncValue(kind, sync)
            | Resource::SyncClosed(kind, sync) => Thing::Sync(kind, sync),
        }
    }
}

/// Something that events name by an id. (A blocking job counts as a task.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Thing {
    Task(Id),
    Timer(Id),
    Source(Id),
    Sync(SyncKind, Id),
}

/// Which primitive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// A stream in memory, whose bytes are counted. At most one task waits at each end.
    Pipe,
    JoinSet,
}

impl SyncKind {
    /// Is it a channel for values in order, with one receiver?
    pub fn is_channel(self) -> bool {
        matches!(self, SyncKind::Mpsc | SyncKind::Oneshot)
    }

    /// Can only the tasks that have taken its units give them back? A semaphore isn't a lock,
    /// because any task may add a permit. A lock that is taken whole ([`Units::All`]) is exclusive.
    pub fn is_lock(self) -> bool {
        matches!(self, SyncKind::Mutex | SyncKind::RwLock | SyncKind::OnceCell)
    }
}

/// How much of a primitive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Units {
    /// The whole lock, which no other task shares; or all waiters.
    All,
    /// A number of permits, readers or values; 1 where they aren't counted.
    #[cfg_attr(feature = "serde", serde(untagged))]
    Count(u32),
}

impl Units {
    /// This many, or as many as fit.
    pub fn of(count: usize) -> Units {
        Units::Count(u32::try_from(count).unwrap_or(u32::MAX))
    }
}

/// What was done with a primitive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Act {
    /// The running task took these units, or reserved as many places of a channel.
    Take,
    /// Units were given back or added, or a reserved place is about to be filled.
    Release,
    /// Units are lost, or values were missed or dropped with their channel.
    Forget,
    /// A value or a notification went in, or a task arrived. `All` serves all waiters.
    Put,
    /// A value or a notification came out.
    Get,
    /// All waiters are served and nothing more will come, or there is no receiver.
    Close,
    /// There is one more receiver, `units` in all, so the channel isn't closed any more.
    Open,
    /// A sender was cloned or dropped. Now there are `units` of them, not counting weak ones.
    Senders,
    /// The last sender of an `mpsc` channel was dropped. What is in it can still be taken.
    End,
    /// A call got nothing without a wait, because the primitive is closed (then `count` is 0),
    /// empty (then `units` is 0), full, or held.
    Refuse,
}

/// Why a waker was deferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Deferral {
    /// The task spent its budget for this poll.
    Budget,
    /// It yielded with a combinator's waker. With its own it would wake itself
    /// ([`Effect::DuringPoll`]).
    Yield,
    /// It moved the paused clock, and tasks whose timers are due run first.
    Clock,
}

/// The directions of an I/O source, which may be ready for each of them.
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
    /// All directions. The value of each is its place here.
    pub const ALL: [Direction; 4] = [Self::Read, Self::Write, Self::Priority, Self::Error];
}

/// What polls several futures: as branches, or as tasks of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum ScopeKind {
    Select,
    Join,
    TryJoin,
    /// A `timeout`, with a branch for its future and one for its limit.
    Timeout,
    /// A `JoinSet`, with the number of the primitive. The waits of its handles are in its scope.
    Set,
    /// A `LocalSet`. Its scope belongs to the task that polls it.
    LocalSet,
}

/// The result of a non-blocking operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Tried {
    Done,
    WouldBlock,
    Failed(#[cfg_attr(feature = "serde", serde(skip))] std::io::ErrorKind),
}

/// A choice that the runtime is free to make. (`docs/ARCHITECTURE.md` has a table.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Point {
    /// Which ready task is polled next.
    Task,
    /// Which due timer wakes its task next.
    Timer,
    /// Which task waiting for a ready source is woken next.
    Source,
    /// Which deferred waker is called next.
    Deferred,
    /// Which branch `select!` asks first.
    Select,
    /// How many bytes fewer than possible a read or write moves.
    Transfer,
    /// Does this poll's budget end now?
    Budget,
    /// Is a task that has to wait polled once more, though nothing has woken it?
    Spurious,
    /// What the network does to a connection.
    #[cfg_attr(feature = "serde", serde(untagged))]
    Fault(&'static Fault),
}

/// A fault that a simulated network may have.
#[derive(Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
pub struct Fault {
    /// Its name, which begins with `net.`.
    pub word: &'static str,
    /// The effect of each answer from 1 on; 0 is no fault.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub does: &'static [&'static str],
}

/// What a message asks the runtime to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum MessageKind {
    Spawn,
    Wake,
    Abort,
}
