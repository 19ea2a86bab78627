//! Which part of the state does the replay's page show, and what of that may an event have changed?
//!
//! The page (`trace/src/page/`) reads the fields of the `Shown…` types and nothing else. After each
//! event only a few things can look different from what the page has: those that the event names,
//! the running task, things whose wakers were stored or taken (`tasks.rs` notes them), and timers
//! that moved down the wheel. Only these are compared and written.
//!
//! Interface: [`Fold::touched`] gives the things that the last event may have changed,
//! [`Fold::shown`] the present values of one of them, [`Fold::shown_loop`] those of the loop;
//! `differing` says which values differ from earlier ones.
//!
//! Elsewhere: how they are written (`file/json/changes.rs`).

use std::time::Duration;

use kettle_events::fields;
use kettle_events::{Id, Kind, Outcome, Place, Record, SyncKind, Thing, ThingNow, Units};
use serde::Serialize;

use super::fold::Fold;
use super::phase::Phase;
use super::primitive::{Holder, Primitive, hands_over};
use super::task::State;
use super::things::{Side, Source};
use super::waiting::Spot;
use crate::words::whose::is_stds;

/// How many of the places in a channel that one holder has reserved are shown.
const MAX_PLACES: usize = 64;

/// Makes structs with a function `differing`, which says which fields have changed: one bit for
/// each field, the lowest for the first one. Fields without a comment are those of the same name in
/// the [`Fold`]'s own types, such as [`Task`](super::task::Task).
macro_rules! shown {
    ($($(#[$about:meta])* $name:ident { $($(#[$how:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Serialize)]
        pub(crate) struct $name {
            $($(#[$how])* pub(crate) $field: $type,)*
        }

        impl $name {
            pub(crate) fn differing(&self, was: &$name) -> u32 {
                let (mut differing, mut fields) = (0, 0);
                $(
                    differing |= u32::from(self.$field != was.$field) << fields;
                    fields += 1;
                )*
                debug_assert!(fields <= u32::BITS, "each field needs a bit");
                differing
            }
        }
    )*};
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
        /// Its rank in the run queue, or the last one that it had there.
        rank: u64,
        polls: u64,
        #[serde(serialize_with = "fields::place")]
        at: Option<Place>,
        /// Was it woken during its present poll?
        woken: bool,
        /// Has it yielded, so that its waker is called after the polls of this turn?
        deferred: bool,
        /// Was it aborted?
        cancelling: bool,
        clones: Option<usize>,
        handle: bool,
        /// The task that awaits its end.
        joiner: Option<Id>,
        joined: Option<Outcome>,
    }

    ShownTimer {
        /// In nanoseconds.
        due: u64,
        level: u8,
        slot: u8,
        /// The task that waits for it or, if none does, that set it.
        task: Option<Id>,
        #[serde(serialize_with = "fields::place")]
        at: Option<Place>,
    }

    ShownSource {
        what: &'static str,
        registered: bool,
        closed: bool,
        read: Side,
        write: Side,
        priority: Side,
        error: Side,
    }

    ShownPrimitive {
        kind: SyncKind,
        room: Option<u64>,
        count: Option<u64>,
        senders: Option<u64>,
        closed: bool,
        holders: Vec<Share>,
        /// Does one of them hold all of it?
        whole: bool,
        /// Is a waiter given what it waits for when it is served, before it is polled?
        gives: bool,
        uses: u64,
    }

    /// A blocking job that is queued or running.
    ShownJob {
        /// The task that handed it to the pool.
        by: Option<Id>,
        /// How long it waited for a thread of the pool, in nanoseconds.
        waited: Option<u64>,
    }
}

/// What was taken of a primitive and not given back: who took it, by which record, and how many
/// units. (A tuple, since the page reads an array.)
type Share = (Who, u64, u32);

/// Who holds a share.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) enum Who {
    /// Code outside of all tasks and jobs.
    #[serde(rename = "a thread")]
    Thread,
    #[serde(untagged)]
    Task(Id),
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

/// The shares of one holder of a primitive: one, but in a channel one for each reserved place.
fn shares(primitive: &Primitive, holder: &Holder) -> impl Iterator<Item = Share> {
    let (shares, units_of_each) = match holder.now.units {
        Units::Count(places) if primitive.now.kind.is_channel() => (places as usize, 1),
        Units::Count(units) => (1, units),
        Units::All => (1, 1),
    };
    let who = holder.now.by.map_or(Who::Thread, Who::Task);
    std::iter::repeat_n((who, holder.since, units_of_each), shares.min(MAX_PLACES))
}

/// The shown values of one thing.
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
    /// The page's table that it is in.
    pub(crate) fn table(&self) -> &'static str {
        match self {
            Shown::Task(_) => "tasks",
            Shown::Job(_) => "jobs",
            Shown::Timer(_) => "timers",
            Shown::Source(_) => "sources",
            Shown::Primitive(_) => "primitives",
        }
    }

    /// Which fields have a new value, as bits; all of them, if it is a thing of another kind now.
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

impl Fold {
    /// The present values of the loop.
    pub(crate) fn shown_loop(&self) -> ShownLoop {
        let phase = Some(self.loop_state.phase).filter(|phase| *phase != Phase::Outside);
        let timeout = self.loop_state.timeout.and_then(nanos);
        ShownLoop { phase, stack: self.tasks.running.clone(), timeout, hand: self.wheel.hand }
    }

    /// The present values of a task, job, timer, source or primitive; `None`: the fold has
    /// forgotten it.
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
            woken: task.woken_during_poll,
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
        Some(ShownTimer {
            due: nanos(timer.due).unwrap_or(u64::MAX),
            level: timer.slot.level,
            slot: timer.slot.number,
            task: wait.map_or(timer.task, |wait| wait.now.by),
            at: wait.and_then(|wait| wait.now.at).or(timer.at),
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
        let [room, count, senders] =
            [room, count, senders].map(|number| number.map(|number| number as u64));
        Some(ShownPrimitive {
            kind,
            room,
            count,
            senders,
            closed,
            holders: known.latest_holders().iter().flat_map(|held| shares(known, held)).collect(),
            whole: known.is_exclusive(),
            gives: kind.is_channel() || hands_over(kind),
            uses: known.uses,
        })
    }

    fn shown_job(&self, id: Id) -> Option<ShownJob> {
        let job = self.things.jobs.get(&id).filter(|job| job.is_unfinished)?;
        Some(ShownJob { by: job.parent, waited: job.waited.and_then(nanos) })
    }

    /// Fills `named` with the things that the last record's event names, and `all` with those that
    /// it may have changed, each once. (The caller owns both lists, and reuses them.)
    pub(crate) fn touched(&self, record: &Record, named: &mut Vec<Thing>, all: &mut Vec<Thing>) {
        named.clear();
        named.extend(record.event.things());
        all.clear();
        all.extend(record.task.map(Thing::Task));
        all.extend(record.job.map(Thing::Task));
        all.extend_from_slice(named);
        all.extend_from_slice(&self.tasks.touched);
        all.extend(self.wheel.moved.iter().map(|timer| Thing::Timer(*timer)));
        all.sort_unstable();
        all.dedup();
    }
}

fn nanos(time: Duration) -> Option<u64> {
    time.as_nanos().try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Script, wake};
    use kettle_events::{Cause, Deferral, Effect, Event};

    #[test]
    fn a_task_that_moved_the_clock_is_deferred_until_it_is_woken() {
        let ((mut script, main), mut fold) = (Script::begun(true), Fold::new());
        let wake = |by| wake(main, by, Effect::Queued(1));
        script.write(wake(Cause::Runtime)).polls(main);
        script.write(Event::Defer { why: Deferral::Clock }).returns(Outcome::Pending).task(None);
        script.write(wake(Cause::Deferred));
        let deferred = script.records.iter().map(|record| {
            fold.step(record);
            fold.shown_task(main).is_some_and(|task| task.deferred)
        });
        assert_eq!(deferred.collect::<Vec<_>>()[4..], [true, true, false]);
    }
}
