//! What does a snapshot of a runtime contain?
//!
//! What exists at one moment: the tasks that have not ended, the open waits, what is held, and the
//! primitives that all these name. A runtime that records nothing takes one of itself (`look.rs`),
//! and the records of a run lead to one (`trace/src/fold`), of the same types. A field whose name
//! says everything has no comment.
//!
//! Invariants: a snapshot has what exists, and nothing that has ended. What its maker can't know is
//! `None`. Each list is sorted by id, which is the order in which things were made.

#![allow(missing_docs)]

use std::fmt;
use std::time::Duration;

use crate::spin::Spin;
use crate::{Id, Kind, Place, Resource, ScopeKind, SyncKind, Units};

/// What exists in a runtime at one moment.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Snapshot {
    /// The time since the runtime's start, by the runtime's clock and by the machine's.
    pub time: Duration,
    pub real: Duration,
    /// Does a thread drive the runtime, and is the runtime's clock paused?
    pub driven: bool,
    pub paused: bool,
    /// The tasks that are being polled, the innermost last.
    pub running: Vec<Id>,
    pub tasks: Vec<TaskNow>,
    /// The open waits of its tasks and jobs.
    pub waits: Vec<WaitNow>,
    pub holds: Vec<HoldNow>,
    /// The combinators that have been polled.
    pub scopes: Vec<ScopeNow>,
    pub jobs: Vec<JobNow>,
    pub sources: Vec<SourceNow>,
    /// The primitives of `sync` that are waited for or held.
    pub things: Vec<ThingNow>,
    /// Does the loop fall asleep, so that only another thread or a source can end that?
    pub for_good: bool,
    /// Has a time limit passed in the poll that is in progress?
    pub at_a_limit: bool,
    /// How many polls had begun or ended.
    pub polls: u64,
    /// How long the poll that is about to end has taken, by the machine's clock.
    pub polling: Duration,
    /// Has the poll that is in progress spent its budget?
    pub spent: bool,
    /// The tasks whose latest polls were all in vain (`spin.rs`).
    pub spins: Vec<(Id, Spin)>,
    /// Futures that were dropped unpolled so far.
    pub unpolled: Vec<UnpolledNow>,
}

impl Snapshot {
    /// The timers that were due before `next` have fired, so their waits are served.
    pub fn fired_before(&mut self, next: Duration) {
        for wait in &mut self.waits {
            if wait.due.is_some_and(|due| due < next) {
                (wait.served, wait.due) = (true, None);
            }
        }
    }

    /// This task, to add what only its scheduler knows.
    pub fn task_mut(&mut self, id: Id) -> Option<&mut TaskNow> {
        let place = self.tasks.binary_search_by_key(&id, |task| task.id).ok()?;
        self.tasks.get_mut(place)
    }
}

/// A task, from its admission until the scheduler removes it.
#[derive(Clone, Debug)]
pub struct TaskNow {
    pub id: Id,
    /// Which of the runtime's tasks it is, counted from 1 as they were spawned. The futures of
    /// `block_on` are counted apart. 0: not known.
    pub number: usize,
    pub kind: Kind,
    pub made: Option<Place>,
    /// The program's line at which it was last seen.
    pub at: Option<Place>,
    /// Will it be polled without another wake? `None`: only the runtime's thread knows.
    pub queued: Option<bool>,
    pub polled: bool,
    /// Has somebody asked for its end?
    pub cancelled: bool,
    /// How many handles could await or abort it. `None`: only the runtime's thread knows.
    pub handles: Option<usize>,
    /// How many clones of its waker are with code that isn't kettle's. `None`: not counted.
    pub clones: Option<usize>,
}

/// A wait whose future has returned `Pending`, and is neither ready nor dropped.
#[derive(Clone, Copy, Debug)]
pub struct WaitNow {
    pub id: Id,
    pub on: Resource,
    /// The task or job that asked last.
    pub by: Option<Id>,
    /// The branch of a combinator in which it was asked.
    pub scope: Option<Id>,
    /// The program's line that asked.
    pub at: Option<Place>,
    /// When the timer that it waits for is due, by the runtime's clock, if that is in the wheel.
    pub due: Option<Duration>,
    /// The program's line that found nothing at the source that it waits for, or cleared it.
    pub cleared: Option<Place>,
    /// Was the waker the task's own? If not, only other code knows what it wakes.
    pub own: bool,
    /// Was it given its turn or its units, and hasn't been polled since?
    pub served: bool,
    /// Since when a report is known to have woken the task, if it hasn't polled the source since.
    pub reported: Option<Duration>,
    /// Since when it is known to wait, by the runtime's clock.
    pub began: Duration,
    /// The record that began it, if there is one. Then that time is exact.
    pub since: Option<u64>,
}

impl WaitNow {
    /// Does it still wait?
    pub fn is_asked(&self) -> bool {
        !self.served && self.reported.is_none()
    }
}

/// Units of a primitive that were taken, and not given back.
#[derive(Clone, Copy, Debug)]
pub struct HoldNow {
    /// Its number in events, which an [`Id`] gives. (A record says 0 if it knows none.)
    pub id: u64,
    pub thing: Id,
    pub units: Units,
    /// The task or job that took them. Where the guard has gone since isn't known.
    pub by: Option<Id>,
    /// The program's line that took them.
    pub at: Option<Place>,
    /// Does the guard own the primitive, so that it can go to another task?
    pub owned: bool,
}

/// A combinator, or a set, that has been polled and isn't over.
#[derive(Clone, Copy, Debug)]
pub struct ScopeNow {
    /// Its branches have the ids that follow this one.
    pub id: Id,
    pub what: ScopeKind,
    pub branches: u32,
    /// The branch around it.
    pub around: Option<Id>,
    /// The task that polls it.
    pub by: Option<Id>,
}

/// A blocking job that has not ended.
#[derive(Clone, Copy, Debug)]
pub struct JobNow {
    pub id: Id,
    /// Which of the runtime's jobs it is, from 1. 0: not known.
    pub number: usize,
    pub made: Option<Place>,
}

/// A registered source.
#[derive(Clone, Copy, Debug)]
pub struct SourceNow {
    pub id: Id,
    /// Its type.
    pub what: &'static str,
    /// Who is at its other end, and can anything still come from there?
    pub end: EndNow,
    pub fd: Option<i32>,
    /// Is it ready, by direction? All are `false` until somebody has asked the operating system.
    pub ready: [bool; 4],
}

/// What could end a wait for a source?
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Coming {
    /// Nothing: since the choice with this number, a simulated network lets nothing through.
    Silent(u64),
    /// Only a task of this process, which has the other end.
    Closed,
    /// What was done at the other end, and hasn't been reported yet.
    OnItsWay,
    /// Any process may connect here, or send something.
    Listens,
    /// What another process does at the other end; or that isn't known.
    #[default]
    Open,
}

/// What is known of the other end of a source. By default, nothing is.
#[derive(Clone, Copy, Debug, Default)]
pub struct EndNow {
    /// The source at that end.
    pub other: Option<Id>,
    pub coming: [Coming; 4],
}

/// Who knows what happens at both ends of a connection. It must not use a runtime.
pub trait End: fmt::Debug + Send + Sync {
    /// What is known now.
    fn now(&self) -> EndNow;
}

/// A primitive of `sync`. What doesn't apply to its kind, or isn't known, is `None`.
#[derive(Clone, Copy, Debug)]
pub struct ThingNow {
    pub id: Id,
    pub kind: SyncKind,
    /// Which of its kind it is, from 1. 0: not known.
    pub number: usize,
    pub made: Option<Place>,
    /// Free permits, 1 if a lock is free, readers that an `RwLock` still has room for, tasks
    /// missing at a barrier, notifications, or values in it.
    pub count: Option<usize>,
    /// How many values fit in it.
    pub room: Option<usize>,
    pub senders: Option<usize>,
    pub closed: bool,
}

/// Futures made at one line that were dropped unpolled, in the poll that made them.
#[derive(Clone, Copy, Debug)]
pub struct UnpolledNow {
    pub at: Place,
    /// The task that dropped the first.
    pub by: Id,
    pub count: usize,
}
