//! What does a page show of the state?
//!
//! These types are the list: each field of each is read by a part of the replay's page
//! (`trace/src/page/`), and the page reads nothing else. A fold that was made for a page
//! ([`Fold::keeping`]) gives them for each task and thing.
//!
//! Not here: which of them an event may have changed (`touched.rs`), how they are written
//! (`file/json/changes.rs`).

use kettle_events::fields;
use kettle_events::{Id, Kind, Outcome, Place, SyncKind, Thing, Tried, Units};
use serde::Serialize;

use super::course::Phase;
use super::fold::Fold;
use super::primitive::Primitive;
use super::task::State;
use super::things::{Holder, Source};
use super::waiting::Spot;
use crate::words::whose::is_stds;

/// So many of the places where a task waits are shown, the latest.
const MOST: usize = 64;

/// A struct that says which of its fields have another value than they had: one bit each, that of
/// the last field the lowest.
macro_rules! shown {
    ($(#[$about:meta])* $name:ident { $($(#[$how:meta])* $field:ident: $of:ty,)* }) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Serialize)]
        pub(crate) struct $name {
            $($(#[$how])* pub(crate) $field: $of,)*
        }

        impl $name {
            pub(crate) fn differing(&self, was: &$name) -> u32 {
                let mut differing = 0;
                $(differing = differing << 1 | u32::from(self.$field != was.$field);)*
                differing
            }
        }
    };
}

/// A task that waits for a thing, or holds it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) enum Who {
    /// Code outside of all tasks and jobs.
    #[serde(rename = "a thread")]
    Thread,
    #[serde(untagged)]
    Task(Id),
}

shown! {
    /// What is there once: the loop, and what is known of all tasks together.
    ShownLoop {
        phase: Option<Phase>,
        /// The tasks that are being polled, the innermost last.
        stack: Vec<Id>,
        /// How long the thread sleeps at most, in nanoseconds.
        timeout: Option<u64>,
        /// The tick that the hand of the wheel has reached.
        hand: u64,
        /// The tasks that have given way in this phase.
        deferred: Vec<Id>,
    }
}

shown! {
    ShownTask {
        kind: Kind,
        #[serde(serialize_with = "fields::place")]
        made: Option<Place>,
        /// The name of its future's type.
        #[serde(serialize_with = "fields::future")]
        what: &'static str,
        #[serde(rename = "where")]
        place: Whereabouts,
        /// How it has ended.
        how: Option<Outcome>,
        /// Its rank in the queue; what it was when it was there last.
        rank: u64,
        polls: u64,
        #[serde(serialize_with = "fields::place")]
        at: Option<Place>,
        /// It was woken in its present poll.
        woken: bool,
        cancelling: bool,
        /// So many clones of its waker there were when the thread went to sleep, if it waits for
        /// nothing.
        clones: Option<usize>,
        handle: bool,
        joiner: Option<Id>,
        joined: Option<Outcome>,
        detached: bool,
    }
}

/// Each task is in exactly one place.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Whereabouts {
    Queued,
    Polling,
    Waiting,
    Done,
}

shown! {
    ShownTimer {
        /// In nanoseconds.
        due: u64,
        level: u8,
        slot: u8,
        task: Option<Id>,
        #[serde(serialize_with = "fields::place")]
        at: Option<Place>,
    }
}

shown! {
    ShownSource {
        what: &'static str,
        registered: bool,
        closed: bool,
        read: ShownSide,
        write: ShownSide,
        priority: ShownSide,
        error: ShownSide,
    }
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct ShownSide {
    pub(crate) ready: bool,
    pub(crate) last: Option<Tried>,
    pub(crate) bytes: Option<u64>,
}

shown! {
    ShownPrimitive {
        kind: SyncKind,
        room: Option<u64>,
        count: Option<u64>,
        senders: Option<u64>,
        closed: bool,
        /// The tasks that hold some of it.
        holders: Vec<Who>,
        /// One of them holds all of it.
        whole: bool,
        uses: u64,
    }
}

/// A holder, and of a channel one for each place that it has reserved.
fn shares(of: &Primitive, (units, holder): &(Units, Holder)) -> impl Iterator<Item = Who> {
    let many = match *units {
        Units::Count(places) if of.kind.is_channel() => places as usize,
        _ => 1,
    };
    std::iter::repeat_n(Who::of(holder.task), many.min(MOST))
}

shown! {
    /// A blocking job that is out.
    ShownJob {
        by: Option<Id>,
        waited: Option<u64>,
    }
}

/// The values of an entry.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Shown {
    Task(ShownTask),
    Job(ShownJob),
    Timer(ShownTimer),
    Source(ShownSource),
    Primitive(ShownPrimitive),
}

impl Shown {
    /// In which table it is.
    pub(crate) fn table(&self) -> &'static str {
        match self {
            Shown::Task(_) => "tasks",
            Shown::Job(_) => "jobs",
            Shown::Timer(_) => "timers",
            Shown::Source(_) => "sources",
            Shown::Primitive(_) => "primitives",
        }
    }

    /// These fields have another value than they had.
    pub(crate) fn differing(&self, was: &Shown) -> u32 {
        match (self, was) {
            (Shown::Task(now), Shown::Task(was)) => now.differing(was),
            (Shown::Job(now), Shown::Job(was)) => now.differing(was),
            (Shown::Timer(now), Shown::Timer(was)) => now.differing(was),
            (Shown::Source(now), Shown::Source(was)) => now.differing(was),
            (Shown::Primitive(now), Shown::Primitive(was)) => now.differing(was),
            _ => u32::MAX,
        }
    }
}

impl Who {
    fn of(task: Option<Id>) -> Who {
        task.map_or(Who::Thread, Who::Task)
    }
}

impl Fold {
    /// `None`: the loop is as it was. (Most events leave it so, and its lists aren't copied.)
    pub(crate) fn shown_loop(&self, was: Option<&ShownLoop>) -> Option<ShownLoop> {
        let phase = Some(self.course.phase).filter(|phase| *phase != Phase::Outside);
        let timeout = self.course.timeout.and_then(|timeout| timeout.as_nanos().try_into().ok());
        let (hand, tasks) = (self.wheel.hand, &self.tasks);
        let is_same = was.is_some_and(|was| {
            (was.phase, was.timeout, was.hand) == (phase, timeout, hand)
                && was.stack == tasks.running
                && was.deferred == tasks.deferred
        });
        let (stack, deferred) = (&tasks.running, &tasks.deferred);
        (!is_same).then(|| ShownLoop {
            phase,
            stack: stack.clone(),
            timeout,
            hand,
            deferred: deferred.clone(),
        })
    }

    /// A task, job, timer, source or primitive as it is; `None`: it is gone, or forgotten.
    pub(crate) fn shown(&self, thing: Thing) -> Option<Shown> {
        match thing {
            Thing::Task(id) => match self.shown_task(id) {
                Some(task) => Some(Shown::Task(task)),
                None => self.shown_job(id).map(Shown::Job),
            },
            Thing::Timer(id) => self.shown_timer(id).map(Shown::Timer),
            Thing::Source(id) => self.shown_source(id).map(Shown::Source),
            Thing::Sync(_, sync) => self.shown_primitive(sync).map(Shown::Primitive),
        }
    }

    fn shown_task(&self, id: Id) -> Option<ShownTask> {
        let task = self.tasks.all.get(&id)?;
        let (place, how) = match task.state {
            State::New | State::Queued => (Whereabouts::Queued, None),
            State::Polling => (Whereabouts::Polling, None),
            State::Waiting => (Whereabouts::Waiting, None),
            State::Done(how) => (Whereabouts::Done, Some(how)),
        };
        Some(ShownTask {
            kind: task.kind,
            made: task.made.filter(|at| !is_stds(at.file())),
            what: task.what,
            place,
            how,
            rank: task.rank,
            polls: task.polls,
            at: task.at,
            woken: task.again,
            cancelling: task.cancelled,
            clones: task.clones,
            handle: task.handle,
            joiner: self.joiner(id),
            joined: task.joined,
            detached: task.detached,
        })
    }

    fn joiner(&self, id: Id) -> Option<Id> {
        let joiner = self.waits.alone(Spot::Task(id));
        joiner.filter(|joiner| !self.is_given_up(joiner)).and_then(|joiner| joiner.task)
    }

    fn shown_timer(&self, id: Id) -> Option<ShownTimer> {
        let (timer, waiter) = (self.wheel.timers.get(&id)?, self.waits.alone(Spot::Timer(id)));
        let (by, at) = timer.by;
        Some(ShownTimer {
            due: u64::try_from(timer.due.as_nanos()).unwrap_or(u64::MAX),
            level: timer.level,
            slot: timer.slot,
            task: waiter.map_or(by, |waiter| waiter.task),
            at: waiter.and_then(|waiter| waiter.at).or(at),
        })
    }

    fn shown_source(&self, id: Id) -> Option<ShownSource> {
        let &Source { what, registered, closed, ref sides, .. } = self.sources.get(&id)?;
        let [read, write, priority, error] = sides.each_ref().map(|side| {
            let bytes = side.bytes.map(|bytes| bytes as u64);
            ShownSide { ready: side.ready, last: side.last, bytes }
        });
        Some(ShownSource { what, registered, closed, read, write, priority, error })
    }

    fn shown_primitive(&self, sync: Id) -> Option<ShownPrimitive> {
        let known = self.primitives.get(sync)?;
        Some(ShownPrimitive {
            kind: known.kind,
            room: known.room.map(|room| room as u64),
            count: known.count.map(|count| count as u64),
            senders: known.senders.map(|senders| senders as u64),
            closed: known.closed,
            holders: known.latest_holders().iter().flat_map(|held| shares(known, held)).collect(),
            whole: known.is_exclusive(),
            uses: known.uses,
        })
    }

    fn shown_job(&self, id: Id) -> Option<ShownJob> {
        let job = self.jobs.get(&id).filter(|job| job.out)?;
        let waited = job.waited.and_then(|waited| u64::try_from(waited.as_nanos()).ok());
        Some(ShownJob { by: job.parent, waited })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Script, wake};
    use kettle_events::{Cause, Deferral, Effect, Event};

    #[test]
    fn a_task_that_moved_the_clock_gives_way_until_it_is_woken() {
        let ((mut script, main), mut fold) = (Script::begun(true), Fold::keeping());
        let wake = |by| wake(main, by, Effect::Queued(1));
        script.write(wake(Cause::Runtime)).polls(main);
        script.write(Event::Defer { why: Deferral::Clock }).returns(Outcome::Pending).task(None);
        script.write(wake(Cause::Deferred));
        let gave_way =
            |record| (fold.step(record), fold.shown_loop(None).unwrap().deferred.len()).1;
        assert_eq!(script.records.iter().map(gave_way).collect::<Vec<_>>()[4..], [1, 1, 0]);
    }
}
