//! What does a page show of the state?
//!
//! These types are the list: each field of each is read by a part of the replay's page
//! (`trace/src/page/`), and the page reads nothing else. A fold that was made for a page
//! ([`Fold::keeping`]) gives them for each task and thing.
//!
//! Not here: which of them an event may have changed (`touched.rs`), how they are written
//! (`file/json/changes.rs`).

use kettle_events::fields;
use kettle_events::{
    Deferral, Direction, Id, Kind, Outcome, Place, Resource, SyncKind, Tried, Units,
};
use serde::Serialize;

use super::course::Phase;
use super::fold::Fold;
use super::primitive::Primitive;
use super::task::{State, Task};
use super::things::{Holder, Side, Source};
use super::waiting::{Spot, Waiter};
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
        /// Its open waits.
        waits: Vec<Awaited>,
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

/// What a task waits for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Awaited {
    /// The end of this phase of the loop.
    Deferred(Deferral),
    #[serde(untagged)]
    On(Resource),
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
    pub(crate) waits: Vec<Who>,
}

shown! {
    /// (Its waiters in line are told by their tickets: [`Fold::line_of`].)
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
        /// The tasks that were given what they wait for.
        handed: Vec<Who>,
        /// The task that waits for a value, if one does.
        value_waiting: Vec<Who>,
        closed_waiting: Vec<Who>,
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

/// The waiter that has this ticket in a line; `None`: no waiter has it any more.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ShownTicket {
    pub(crate) ticket: usize,
    pub(crate) who: Option<Who>,
}

shown! {
    /// A blocking job that is out.
    ShownJob {
        by: Option<Id>,
        waited: Option<u64>,
        /// What it waits for on its thread, if that is told.
        waits: Vec<Awaited>,
    }
}

impl Who {
    fn of(task: Option<Id>) -> Who {
        task.map_or(Who::Thread, Who::Task)
    }

    fn waits(waiter: Waiter) -> Who {
        Who::of(waiter.task)
    }
}

impl ShownTask {
    pub(crate) fn waits_on(&self) -> impl Iterator<Item = Resource> {
        self.waits.iter().filter_map(|awaited| match awaited {
            Awaited::On(on) => Some(*on),
            Awaited::Deferred(_) => None,
        })
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

    pub(crate) fn shown_task(&self, id: Id) -> Option<ShownTask> {
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
            waits: self.awaited(task),
            woken: task.again,
            cancelling: task.cancelled,
            clones: task.clones,
            handle: task.handle,
            joiner: self.joiner(id),
            joined: task.joined,
            detached: task.detached,
        })
    }

    /// Its open waits (of very many, as of a large set's tasks, the latest), in the order in which
    /// it has asked them last.
    fn awaited(&self, task: &Task) -> Vec<Awaited> {
        if task.waits.is_empty() && task.deferred.is_none() {
            return Vec::new();
        }
        let latest = task.waits.iter().rev().take(MOST);
        let open = latest.filter_map(|wait| self.waits.stored(*wait));
        let open = open.filter(|wait| !self.is_given_up(&wait.waiter));
        let mut all: Vec<_> =
            open.map(|wait| (wait.waiter.renewed, Awaited::On(wait.on))).collect();
        all.extend(task.deferred.map(|(seq, why)| (seq, Awaited::Deferred(why))));
        all.sort_by_key(|(seq, _)| *seq);
        all.into_iter().map(|(_, awaited)| awaited).collect()
    }

    fn joiner(&self, id: Id) -> Option<Id> {
        let joiner = self.waits.alone(Spot::Task(id));
        joiner.filter(|joiner| !self.is_given_up(joiner)).and_then(|joiner| joiner.task)
    }

    pub(crate) fn shown_timer(&self, id: Id) -> Option<ShownTimer> {
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

    pub(crate) fn shown_source(&self, id: Id) -> Option<ShownSource> {
        let &Source { what, registered, closed, ref sides, .. } = self.sources.get(&id)?;
        let [read, write, priority, error] =
            Direction::ALL.map(|way| self.side(id, way, &sides[way as usize]));
        Some(ShownSource { what, registered, closed, read, write, priority, error })
    }

    pub(crate) fn shown_primitive(&self, sync: Id) -> Option<ShownPrimitive> {
        let known = self.primitives.get(sync)?;
        Some(ShownPrimitive {
            kind: known.kind,
            room: known.room.map(|room| room as u64),
            count: known.count.map(|count| count as u64),
            senders: known.senders.map(|senders| senders as u64),
            closed: known.closed,
            holders: known.latest_holders().iter().flat_map(|held| shares(known, held)).collect(),
            whole: known.is_exclusive(),
            handed: self.waits.handed(known.kind, sync).copied().map(Who::waits).collect(),
            value_waiting: self.waiting(Spot::Value(known.kind, sync)),
            closed_waiting: self.waiting(Spot::Closed(known.kind, sync)),
            uses: known.uses,
        })
    }

    pub(crate) fn shown_job(&self, id: Id) -> Option<ShownJob> {
        let job = self.jobs.get(&id).filter(|job| job.out)?;
        let waited = job.waited.and_then(|waited| u64::try_from(waited.as_nanos()).ok());
        let waits = self.wait_of_job(id).map(|wait| Awaited::On(wait.on)).into_iter().collect();
        Some(ShownJob { by: job.parent, waited, waits })
    }

    pub(crate) fn shown_ticket(&self, sync: Id, ticket: usize) -> Option<ShownTicket> {
        let kind = self.primitives.get(sync)?.kind;
        let waiter = self.waits.at(Spot::Line(kind, sync, ticket)).next();
        Some(ShownTicket { ticket, who: waiter.copied().map(Who::waits) })
    }

    fn side(&self, id: Id, way: Direction, side: &Side) -> ShownSide {
        let bytes = side.bytes.map(|bytes| bytes as u64);
        let waits = self.waiting(Spot::Source(id, way));
        ShownSide { ready: side.ready, last: side.last, bytes, waits }
    }

    /// Each once.
    fn waiting(&self, spot: Spot) -> Vec<Who> {
        let mut all = Vec::new();
        for waiter in self.waits.at(spot).filter(|waiter| !self.is_given_up(waiter)) {
            let who = Who::waits(*waiter);
            if !all.contains(&who) {
                all.push(who);
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Script;
    use kettle_events::{Cause, Effect, Event};

    #[test]
    fn a_task_that_moved_the_clock_gives_way_until_it_is_woken() {
        let ((mut script, main), mut fold) = (Script::begun(true), Fold::keeping());
        let wake = |by| Event::Wake { task: main, by, effect: Effect::Queued(1), wait: None };
        let end = Event::PollEnd { task: main, outcome: Outcome::Pending };
        script.write(wake(Cause::Runtime)).task(main).write(Event::PollStart { task: main });
        script.write(Event::Defer { why: Deferral::Clock }).write(end).task(None);
        script.write(wake(Cause::Deferred));
        let gave_way =
            |record| (fold.step(record), fold.shown_loop(None).unwrap().deferred.len()).1;
        assert_eq!(script.records.iter().map(gave_way).collect::<Vec<_>>()[4..], [1, 1, 0]);
    }
}
