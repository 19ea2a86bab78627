//! What does a page show of the state, and what of that may an event have changed?
//!
//! These types are the list: each field of each is read by a part of the replay's page
//! (`trace/src/page/`), and the page reads nothing else. An event changes those that it names,
//! those of the running task, timers and tasks to which a waker came or from which one went
//! (`tasks.rs` writes that down), and timers that moved down the wheel. So it is enough to compare
//! these few with the values that the page has.
//!
//! Interface: [`Fold::shown_loop`], [`Fold::shown`], [`Fold::touched`]; [`Fold::everything`],
//! [`Fold::open`], [`Fold::places`] for a page that begins in the middle.
//!
//! Not here: how they are written (`file/json/changes.rs`).

use kettle_events::fields;
use kettle_events::{
    Event, Id, Kind, Outcome, Place, Record, SyncKind, Thing, ThingNow, Units, WaitNow,
};
use serde::Serialize;

use super::course::Phase;
use super::fold::Fold;
use super::primitive::{Holder, Primitive};
use super::scopes::Here;
use super::task::State;
use super::things::{Side, Source};
use super::waiting::{Part, Spot, Wait};
use crate::words::whose::is_stds;

/// How many holders of a primitive are shown, and places that one has reserved.
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
    /// The loop, and counts over all tasks.
    ShownLoop {
        phase: Option<Phase>,
        /// The tasks that are being polled, the innermost last.
        stack: Vec<Id>,
        /// How long the thread sleeps at most, in nanoseconds.
        timeout: Option<u64>,
        /// The tick that the hand of the wheel has reached.
        hand: u64,
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
        /// Its rank in the queue, or the rank that it had there last.
        rank: u64,
        polls: u64,
        #[serde(serialize_with = "fields::place")]
        at: Option<Place>,
        /// Was it woken during its present poll?
        woken: bool,
        /// Has it given way in this phase?
        deferred: bool,
        cancelling: bool,
        /// So many clones of its waker there were when the thread went to sleep, if it waits for
        /// nothing.
        clones: Option<usize>,
        handle: bool,
        joiner: Option<Id>,
        joined: Option<Outcome>,
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
        level: Option<u8>,
        slot: Option<u8>,
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
        read: Side,
        write: Side,
        priority: Side,
        error: Side,
    }
}

shown! {
    ShownPrimitive {
        kind: SyncKind,
        room: Option<u64>,
        count: Option<u64>,
        senders: Option<u64>,
        closed: bool,
        /// Who took what isn't back, by which record, and how much.
        holders: Vec<(Who, u64, u32)>,
        /// One of them holds all of it.
        whole: bool,
        uses: u64,
    }
}

/// A holder, and of a channel one for each place that it has reserved.
fn shares(of: &Primitive, holder: &Holder) -> impl Iterator<Item = (Who, u64, u32)> {
    let (many, each) = match holder.now.units {
        Units::Count(places) if of.now.kind.is_channel() => (places as usize, 1),
        Units::Count(some) => (1, some),
        Units::All => (1, 1),
    };
    std::iter::repeat_n((Who::of(holder.now.by), holder.since, each), many.min(MOST))
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
    /// The table that it is in.
    pub(crate) fn table(&self) -> &'static str {
        match self {
            Shown::Task(_) => "tasks",
            Shown::Job(_) => "jobs",
            Shown::Timer(_) => "timers",
            Shown::Source(_) => "sources",
            Shown::Primitive(_) => "primitives",
        }
    }

    /// Which fields have a new value, as bits.
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
    /// The loop as it is.
    pub(crate) fn shown_loop(&self) -> ShownLoop {
        let phase = Some(self.course.phase).filter(|phase| *phase != Phase::Outside);
        let timeout = self.course.timeout.and_then(|timeout| timeout.as_nanos().try_into().ok());
        ShownLoop { phase, stack: self.tasks.running.clone(), timeout, hand: self.wheel.hand }
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
            deferred: task.deferred,
            cancelling: task.cancelled,
            clones: task.clones,
            handle: task.handle,
            joiner: self.joiner(id),
            joined: task.joined,
        })
    }

    fn joiner(&self, id: Id) -> Option<Id> {
        let joiner = self.waits.at(Spot::Task(id)).next();
        joiner.filter(|joiner| !self.is_left_behind(joiner)).and_then(|joiner| joiner.now.by)
    }

    fn shown_timer(&self, id: Id) -> Option<ShownTimer> {
        let timer = self.wheel.timers.get(&id)?;
        let wait = self.waits.at(Spot::Timer(id)).next();
        let (by, at) = timer.by;
        Some(ShownTimer {
            due: u64::try_from(timer.due.as_nanos()).unwrap_or(u64::MAX),
            level: timer.place.map(|it| it.0),
            slot: timer.place.map(|it| it.1),
            task: wait.map_or(by, |wait| wait.now.by),
            at: wait.and_then(|wait| wait.now.at).or(at),
        })
    }

    fn shown_source(&self, id: Id) -> Option<ShownSource> {
        let &Source { what, registered, closed, ref sides, .. } = self.things.sources.get(&id)?;
        let [read, write, priority, error] = *sides;
        Some(ShownSource { what, registered, closed, read, write, priority, error })
    }

    fn shown_primitive(&self, sync: Id) -> Option<ShownPrimitive> {
        let known = self.primitives.all.get(&sync)?;
        let ThingNow { kind, room, count, senders, closed, .. } = known.now;
        let [room, count, senders] = [room, count, senders].map(|it| it.map(|some| some as u64));
        Some(ShownPrimitive {
            kind,
            room,
            count,
            senders,
            closed,
            holders: known.latest_holders().iter().flat_map(|held| shares(known, held)).collect(),
            whole: known.is_exclusive(),
            uses: known.uses,
        })
    }

    fn shown_job(&self, id: Id) -> Option<ShownJob> {
        let job = self.things.jobs.get(&id).filter(|job| job.out)?;
        let waited = job.waited.and_then(|waited| u64::try_from(waited.as_nanos()).ok());
        Some(ShownJob { by: job.parent, waited })
    }
}

impl Fold {
    /// What the last record may have changed, each once. `named` gets what its event is about.
    pub(crate) fn touched(&self, record: &Record, named: &mut Vec<Thing>, out: &mut Vec<Thing>) {
        named.clear();
        named.extend(record.event.things());
        out.clear();
        if let Some(task) = record.task {
            out.push(Thing::Task(task));
        }
        out.extend(record.job.map(Thing::Task));
        out.extend_from_slice(named);
        out.extend_from_slice(&self.tasks.touched);
        out.extend(self.wheel.moved.iter().map(|timer| Thing::Timer(*timer)));
        out.sort_unstable();
        out.dedup();
    }

    /// The scopes and waits that are open, as their latest events. A wait is served here if it was
    /// given something that it hasn't taken yet.
    pub(crate) fn open(&self) -> impl Iterator<Item = (Here, Event)> {
        let begin = |(known, at): &(Wait, Option<Spot>)| {
            let WaitNow { id: wait, on, by, scope, own, .. } = known.now;
            let (here, is_open) = ((by, scope), at.is_some() && !self.is_left_behind(known));
            let is_handed = matches!(at, Some(Spot::Sync(_, Part::Handed(_))));
            let asked = is_open.then_some((here, Event::Wait { wait, on, own }));
            asked.into_iter().chain(is_handed.then_some((here, Event::Served { wait })))
        };
        self.scopes.all().chain(self.waits.all.values().flat_map(begin))
    }

    /// Everything, for a page that begins here.
    pub(crate) fn everything(&self) -> Vec<Thing> {
        let tasks = self.tasks().filter(|task| !task.is_over());
        let mut all: Vec<Thing> = tasks.map(|task| Thing::Task(task.id)).collect();
        all.extend(self.things.jobs.keys().map(|job| Thing::Task(*job)));
        all.extend(self.timers().map(|(timer, _)| Thing::Timer(timer)));
        all.extend(self.things.sources.keys().map(|source| Thing::Source(*source)));
        let syncs = self.primitives.all.values().map(|known| known.now);
        all.extend(syncs.map(|now| Thing::Sync(now.kind, now.id)));
        all
    }

    /// The program's lines in that.
    pub(crate) fn places(&self) -> Vec<Place> {
        let of = |thing| match self.shown(thing) {
            Some(Shown::Task(task)) => [task.made, task.at],
            Some(Shown::Timer(timer)) => [timer.at, None],
            _ => [None; 2],
        };
        self.everything().into_iter().flat_map(of).flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Script, wake};
    use kettle_events::{Cause, Deferral, Effect, Event};

    #[test]
    fn a_task_that_moved_the_clock_gives_way_until_it_is_woken() {
        let ((mut script, main), mut fold) = (Script::begun(true), Fold::new());
        let wake = |by| wake(main, by, Effect::Queued(1));
        script.write(wake(Cause::Runtime)).polls(main);
        script.write(Event::Defer { why: Deferral::Clock }).returns(Outcome::Pending).task(None);
        script.write(wake(Cause::Deferred));
        let gave_way = script.records.iter().map(|record| {
            fold.step(record);
            fold.shown_task(main).is_some_and(|task| task.deferred)
        });
        assert_eq!(gave_way.collect::<Vec<_>>()[4..], [true, true, false]);
    }
}
