//! What does an event tell besides its fields?
//!
//! Which task it is about, where something was made, which things it names, whether one of them
//! ends with it, and whether the running task has to wait now. Interface: the methods of [`Event`]
//! here. Invariant: one `match` without a wildcard answers all of this.

use crate::event::Event;
use crate::id::Id;
use crate::kinds::{Cause, Effect, Outcome, Place, Resource, SyncKind, Tried};

/// Something that events name by an id.
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

impl Event {
    /// The task or job that it is about, which need not be the one being polled.
    pub fn about(&self) -> Option<Id> {
        self.facts().about
    }

    /// The line of the program where its subject was made.
    pub fn made(&self) -> Option<Place> {
        self.facts().made
    }

    /// The things that it names, at most two, in the order in which a sentence names them.
    pub fn things(&self) -> impl Iterator<Item = Thing> + use<> {
        let [one, other] = self.facts().things;
        one.into_iter().chain(other)
    }

    /// The thing that ends with it. No event reports the end of a primitive.
    pub fn ends(&self) -> Option<Thing> {
        let Facts { things: [thing, _], is_over, .. } = self.facts();
        thing.filter(|_| is_over)
    }

    /// Does the running task now have to wait? If nothing else happens in its poll, the poll
    /// returns `Pending`.
    pub fn waits(&self) -> bool {
        self.facts().waits
    }

    #[expect(clippy::match_same_arms, reason = "an arm has a few events and not half a screen")]
    fn facts(&self) -> Facts {
        match *self {
            Event::Spawn { task, at, .. } => Facts { made: Some(at), ..about(task) },
            Event::PollEnd { task, outcome: Outcome::Pending, .. } => about(task).waiting(),
            Event::PollEnd { task, .. } | Event::BlockingEnd { task, .. } => about(task).over(),
            Event::Wake { task, by: Cause::Task(waker), effect, .. } => match effect {
                Effect::DuringPoll if waker == task => about(task).waiting(),
                _ => Facts { things: [waker, task].map(|id| Some(Thing::Task(id))), ..about(task) },
            },
            Event::PollStart { task } | Event::Wake { task, .. } | Event::Cancel { task } => {
                about(task)
            }
            Event::Join { task, .. } | Event::Detach { task } | Event::Clones { task, .. } => {
                about(task)
            }
            Event::BlockingStart { task } | Event::BlockingRun { task, .. } => about(task),
            Event::Wait { on, .. } => names(on.thing()).waiting(),
            Event::Defer { .. } => NOTHING.waiting(),
            Event::TimerAdd { timer, .. } | Event::TimerAt { timer, .. } => {
                names(Thing::Timer(timer)).waiting()
            }
            Event::TimerMove { timer, .. } => names(Thing::Timer(timer)),
            Event::TimerFire { timer, .. } | Event::TimerCancel { timer } => {
                names(Thing::Timer(timer)).over()
            }
            Event::SourceAdd { source, .. }
            | Event::SourceTry { source, result: Tried::WouldBlock, .. }
            | Event::SourceClear { source, .. } => names(Thing::Source(source)).waiting(),
            Event::SourceTry { source, .. }
            | Event::SourceNew { source, .. }
            | Event::SourceReady { source, .. } => names(Thing::Source(source)),
            Event::SourceDrop { source } => names(Thing::Source(source)).over(),
            Event::SyncNew { kind, sync, at, .. } => {
                Facts { made: Some(at), ..names(Thing::Sync(kind, sync)) }
            }
            Event::SyncAct { kind, sync, .. } => names(Thing::Sync(kind, sync)),
            Event::Unpolled { at, .. } => Facts { made: Some(at), ..NOTHING },
            Event::RunStart { .. } | Event::RunEnd { .. } | Event::Message { .. } => NOTHING,
            Event::Turn { .. } | Event::Choice { .. } | Event::Advance { .. } => NOTHING,
            Event::Park { .. } | Event::Unpark { .. } | Event::TimerCascade { .. } => NOTHING,
            Event::Served { .. } | Event::Done { .. } | Event::LateTick { .. } => NOTHING,
            Event::Scope { .. } | Event::ScopeEnd { .. } | Event::ChildEnd { .. } => NOTHING,
            Event::Note { .. } | Event::Lost { .. } => NOTHING,
        }
    }
}

/// The answers for one event.
struct Facts {
    about: Option<Id>,
    made: Option<Place>,
    things: [Option<Thing>; 2],
    is_over: bool,
    waits: bool,
}

const NOTHING: Facts =
    Facts { about: None, made: None, things: [None; 2], is_over: false, waits: false };

fn about(task: Id) -> Facts {
    Facts { about: Some(task), ..names(Thing::Task(task)) }
}

fn names(thing: Thing) -> Facts {
    Facts { things: [Some(thing), None], ..NOTHING }
}

impl Facts {
    fn over(self) -> Facts {
        Facts { is_over: true, ..self }
    }

    fn waiting(self) -> Facts {
        Facts { waits: true, ..self }
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
