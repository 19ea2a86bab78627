//! What does an event tell beside its fields?
//!
//! Which task it is about, where something was made, which things it names, which is over after it,
//! and how far has the running task come? Interface: the methods of [`Event`] here. Invariant: one
//! `match` without a wildcard answers, and no other list.

use crate::event::Event;
use crate::id::Id;
use crate::kinds::{Act, Cause, Effect, Outcome, Place, Resource, SyncKind, Tried};

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

/// How far has the running task come by an event?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Headway {
    /// Something has happened.
    Made,
    /// It has looked for something, or gave up what it had: nothing has come of it.
    Nothing,
    /// It can't go on. If nothing else happens in its poll, that returns `Pending`.
    Waits,
}

impl Event {
    /// The task (or job) that it is about, where that need not be the one that is being polled.
    pub fn about(&self) -> Option<Id> {
        self.told().about
    }

    /// The line of the program where what it tells of was made.
    pub fn made(&self) -> Option<Place> {
        self.told().made
    }

    /// The things that it names, in the order in which it is said in words. Two at most.
    pub fn things(&self) -> impl Iterator<Item = Thing> + use<> {
        let [one, other] = self.told().things;
        one.into_iter().chain(other)
    }

    /// What is over after it. (Of primitives no event tells that.)
    pub fn ends(&self) -> Option<Thing> {
        let Told { things: [thing, _], is_over, .. } = self.told();
        thing.filter(|_| is_over)
    }

    /// How far the running task has come by it.
    pub fn headway(&self) -> Headway {
        self.told().headway
    }

    #[expect(clippy::match_same_arms, reason = "the events stay in their order")]
    fn told(&self) -> Told {
        match *self {
            Event::RunStart { .. } | Event::RunEnd { .. } | Event::Message { .. } => SOMETHING,
            Event::Turn { .. } | Event::Choice { .. } => SOMETHING.idle(),
            Event::Park { .. } | Event::Unpark { .. } | Event::Advance { .. } => SOMETHING,
            Event::Spawn { task, at, .. } => Told { made: Some(at), ..about(task) },
            Event::PollStart { task } => about(task).idle(),
            Event::PollEnd { task, outcome: Outcome::Pending, .. } => about(task).waits(),
            Event::PollEnd { task, .. } => about(task).over(),
            Event::Wake { task, by: Cause::Task(waker), effect, .. } => match effect {
                Effect::DuringPoll if waker == task => about(task).waits(),
                _ => Told { things: [waker, task].map(|id| Some(Thing::Task(id))), ..about(task) },
            },
            Event::Wake { task, by: Cause::Deferred, .. } => about(task).idle(),
            Event::Wake { task, .. } | Event::Cancel { task } => about(task),
            Event::Join { task, .. } | Event::Detach { task } => about(task),
            Event::BlockingStart { task } | Event::BlockingRun { task, .. } => about(task),
            Event::BlockingEnd { task, .. } => about(task).over(),
            Event::Wait { on, .. } => names(on.thing()).waits(),
            Event::Done { .. } => SOMETHING.idle(),
            Event::Served { .. } => SOMETHING,
            Event::Defer { .. } => SOMETHING.waits(),
            Event::TimerAdd { timer, .. } => names(Thing::Timer(timer)).waits(),
            Event::TimerMove { timer, .. } => names(Thing::Timer(timer)),
            Event::TimerFire { timer, .. } => names(Thing::Timer(timer)).over(),
            Event::TimerCancel { timer } => names(Thing::Timer(timer)).over().idle(),
            Event::SourceAdd { source, .. } => names(Thing::Source(source)).waits(),
            Event::SourceTry { source, result: Tried::WouldBlock, .. }
            | Event::SourceClear { source, .. } => names(Thing::Source(source)).waits(),
            Event::SourceTry { source, .. }
            | Event::SourceNew { source, .. }
            | Event::SourceReady { source, .. } => names(Thing::Source(source)),
            Event::SourceDrop { source } => names(Thing::Source(source)).over(),
            Event::SyncNew { kind, sync, at, .. } => {
                Told { made: Some(at), ..names(Thing::Sync(kind, sync)) }
            }
            Event::SyncAct { kind, sync, act, .. } => match (kind, act) {
                (SyncKind::Mutex, Act::Take | Act::Release) | (_, Act::Refuse) => {
                    names(Thing::Sync(kind, sync)).idle()
                }
                _ => names(Thing::Sync(kind, sync)),
            },
            Event::Scope { .. } | Event::ScopeEnd { .. } => SOMETHING.idle(),
            Event::Unpolled { at, .. } => Told { made: Some(at), ..SOMETHING },
            Event::LateTick { .. } | Event::TimerCascade { .. } => SOMETHING,
            Event::ChildEnd { .. } | Event::Note { .. } | Event::Lost { .. } => SOMETHING,
        }
    }
}

/// The answers of one event.
struct Told {
    about: Option<Id>,
    made: Option<Place>,
    things: [Option<Thing>; 2],
    is_over: bool,
    headway: Headway,
}

const SOMETHING: Told =
    Told { about: None, made: None, things: [None; 2], is_over: false, headway: Headway::Made };

fn about(task: Id) -> Told {
    Told { about: Some(task), ..names(Thing::Task(task)) }
}

fn names(thing: Thing) -> Told {
    Told { things: [Some(thing), None], ..SOMETHING }
}

impl Told {
    fn over(self) -> Told {
        Told { is_over: true, ..self }
    }

    fn idle(self) -> Told {
        Told { headway: Headway::Nothing, ..self }
    }

    fn waits(self) -> Told {
        Told { headway: Headway::Waits, ..self }
    }
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
