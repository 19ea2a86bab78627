//! Which records of a page may an event have changed?
//!
//! Those that it names, those of the running task, timers and tasks to which a waker came or from
//! which one went (`tasks.rs` writes that down), timers that moved down the wheel. To compare these
//! few with what a page was told is enough.
//!
//! Interface: [`Fold::touched`]; [`Fold::everything`], [`Fold::open`], [`Fold::places`].
//!
//! Not here: what is in a record (`shown.rs`).

use kettle_events::{Event, Place, Record, Thing};

use super::fold::Fold;
use super::scopes::Here;
use super::shown::Shown;
use super::waiting::{Spot, Wait};

impl Fold {
    pub(super) fn begin_changes(&mut self) {
        self.tasks.touched.clear();
        self.wheel.moved.clear();
        self.left.clear();
    }

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

    /// The scopes and waits that are open, as the events that told of them last. A wait that was
    /// served is one where that has given something to who waits.
    pub(crate) fn open(&self) -> impl Iterator<Item = (Here, Event)> {
        let told = |&(Wait { on, waiter }, at): &(Wait, Option<Spot>)| {
            let (here, wait) = ((waiter.task, waiter.scope), waiter.wait);
            let is_open = at.is_some() && !self.is_given_up(&waiter);
            let is_handed = matches!(at, Some(Spot::Handed(..)));
            let asked = is_open.then_some((here, Event::Wait { wait, on }));
            asked.into_iter().chain(is_handed.then_some((here, Event::Served { wait })))
        };
        self.scopes.all().chain(self.waits.in_order().flat_map(told))
    }

    /// All that there is, for a page that knows nothing yet.
    pub(crate) fn everything(&self) -> Vec<Thing> {
        let tasks = self.tasks().filter(|task| !task.is_over());
        let mut all: Vec<Thing> = tasks.map(|task| Thing::Task(task.id)).collect();
        all.extend(self.jobs.keys().map(|job| Thing::Task(*job)));
        all.extend(self.timers().map(|(timer, _)| Thing::Timer(timer)));
        all.extend(self.sources.keys().map(|source| Thing::Source(*source)));
        all.extend(self.primitives.iter().map(|(sync, known)| Thing::Sync(known.kind, sync)));
        all
    }
}

/// For a page that begins in the middle.
impl Fold {
    /// The program's lines that are in all that there is.
    pub(crate) fn places(&self) -> Vec<Place> {
        let of = |thing| match self.shown(thing) {
            Some(Shown::Task(task)) => [task.made, task.at],
            Some(Shown::Timer(timer)) => [timer.at, None],
            _ => [None; 2],
        };
        self.everything().into_iter().flat_map(of).flatten().collect()
    }
}
