//! Which task is an event about, what does it make, and which things does it name?
//!
//! Three questions of everything that shows a run: the names of things, the lines of a trace, the
//! state behind them, the story's columns. Each has one answer here: [`Event::about`],
//! [`Event::made`], [`Event::things`].
//!
//! Invariant: each is a `match` that names every event, so a new one must answer. (No other file
//! has a list of events for any of these questions.)

use crate::event::Event;
use crate::id::Id;
use crate::kinds::{Cause, Place, Resource, SyncKind};

/// Something that events name, and readers by a name of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Thing {
    /// A task, or a blocking job.
    Task(Id),
    /// A timer.
    Timer(Id),
    /// An I/O source.
    Source(Id),
    /// A primitive of `sync`.
    Sync(SyncKind, Id),
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

impl Event {
    /// The task (or job) that it is about, where that need not be the one that is being polled.
    pub fn about(&self) -> Option<Id> {
        match *self {
            Event::Spawn { task, .. }
            | Event::PollStart { task }
            | Event::PollEnd { task, .. }
            | Event::Wake { task, .. }
            | Event::BlockingStart { task }
            | Event::BlockingEnd { task }
            | Event::Cancel { task }
            | Event::Join { task, .. }
            | Event::Detach { task } => Some(task),
            Event::RunStart { .. }
            | Event::RunEnd { .. }
            | Event::Turn { .. }
            | Event::Wait { .. }
            | Event::Unwait { .. }
            | Event::Served { .. }
            | Event::Defer { .. }
            | Event::TimerAdd { .. }
            | Event::TimerMove { .. }
            | Event::TimerCascade { .. }
            | Event::TimerFire { .. }
            | Event::TimerCancel { .. }
            | Event::SourceAdd { .. }
            | Event::SourceTry { .. }
            | Event::SourceReady { .. }
            | Event::SourceClear { .. }
            | Event::SourceDrop { .. }
            | Event::Park { .. }
            | Event::Unpark { .. }
            | Event::Advance { .. }
            | Event::Message { .. }
            | Event::SyncNew { .. }
            | Event::SyncAct { .. }
            | Event::SelectStart { .. }
            | Event::SelectPoll { .. }
            | Event::SelectWin { .. }
            | Event::Unpolled { .. }
            | Event::Note { .. }
            | Event::Lost { .. } => None,
        }
    }

    /// The line of the program where what it tells of was made.
    pub fn made(&self) -> Option<Place> {
        match *self {
            Event::Spawn { at, .. } | Event::SyncNew { at, .. } | Event::Unpolled { at } => {
                Some(at)
            }
            Event::RunStart { .. }
            | Event::RunEnd { .. }
            | Event::Turn { .. }
            | Event::PollStart { .. }
            | Event::PollEnd { .. }
            | Event::Wake { .. }
            | Event::Wait { .. }
            | Event::Unwait { .. }
            | Event::Served { .. }
            | Event::Defer { .. }
            | Event::TimerAdd { .. }
            | Event::TimerMove { .. }
            | Event::TimerCascade { .. }
            | Event::TimerFire { .. }
            | Event::TimerCancel { .. }
            | Event::SourceAdd { .. }
            | Event::SourceTry { .. }
            | Event::SourceReady { .. }
            | Event::SourceClear { .. }
            | Event::SourceDrop { .. }
            | Event::Park { .. }
            | Event::Unpark { .. }
            | Event::Advance { .. }
            | Event::Message { .. }
            | Event::BlockingStart { .. }
            | Event::BlockingEnd { .. }
            | Event::SyncAct { .. }
            | Event::SelectStart { .. }
            | Event::SelectPoll { .. }
            | Event::SelectWin { .. }
            | Event::Cancel { .. }
            | Event::Join { .. }
            | Event::Detach { .. }
            | Event::Note { .. }
            | Event::Lost { .. } => None,
        }
    }

    /// The things that it names, in the order in which it is said in words. Two at most.
    pub fn things(&self) -> impl Iterator<Item = Thing> + use<> {
        let [one, other] = match *self {
            Event::Wake { task, by: Cause::Task(waker), .. } => {
                [Some(Thing::Task(waker)), Some(Thing::Task(task))]
            }
            Event::Spawn { task, .. }
            | Event::PollStart { task }
            | Event::PollEnd { task, .. }
            | Event::Wake { task, .. }
            | Event::BlockingStart { task }
            | Event::BlockingEnd { task }
            | Event::Cancel { task }
            | Event::Join { task, .. }
            | Event::Detach { task } => [Some(Thing::Task(task)), None],
            Event::Wait { on, .. } | Event::Unwait { on } | Event::Served { on } => {
                [Some(on.thing()), None]
            }
            Event::TimerAdd { timer, .. }
            | Event::TimerMove { timer, .. }
            | Event::TimerFire { timer, .. }
            | Event::TimerCancel { timer } => [Some(Thing::Timer(timer)), None],
            Event::SourceAdd { source, .. }
            | Event::SourceTry { source, .. }
            | Event::SourceReady { source, .. }
            | Event::SourceClear { source, .. }
            | Event::SourceDrop { source } => [Some(Thing::Source(source)), None],
            Event::SyncNew { kind, sync, .. } | Event::SyncAct { kind, sync, .. } => {
                [Some(Thing::Sync(kind, sync)), None]
            }
            Event::RunStart { .. }
            | Event::RunEnd { .. }
            | Event::Turn { .. }
            | Event::Defer { .. }
            | Event::TimerCascade { .. }
            | Event::Park { .. }
            | Event::Unpark { .. }
            | Event::Advance { .. }
            | Event::Message { .. }
            | Event::SelectStart { .. }
            | Event::SelectPoll { .. }
            | Event::SelectWin { .. }
            | Event::Unpolled { .. }
            | Event::Note { .. }
            | Event::Lost { .. } => [None, None],
        };
        one.into_iter().chain(other)
    }
}
