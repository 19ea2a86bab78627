//! Which records of a page may an event have changed?
//!
//! Those that it names, those of the running task, those between which a waker came or went
//! (`tasks.rs` writes that down), timers that moved down the wheel. To compare these few with what
//! a page was told is enough.
//!
//! Interface: [`Fold::touched`]; [`Fold::everything`], [`Fold::open`], [`Fold::places`].
//!
//! Not here: what is in a record (`shown.rs`).

use kettle_events::{Event, Id, Place, Record, Thing};

use super::fold::Fold;
use super::scopes::Here;
use super::waiting::{Spot, Wait};

/// What a page has a record of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Item {
    /// A task, or a blocking job.
    Task(Id),
    Timer(Id),
    Source(Id),
    Primitive(Id),
    /// This ticket of the line of a primitive.
    InLine(Id, usize),
}

impl Fold {
    pub(super) fn begin_changes(&mut self) {
        self.tasks.moves.clear();
        self.wheel.moved.clear();
    }

    /// What the last record may have changed, each once. `named` gets what its event is about.
    pub(crate) fn touched(&self, record: &Record, named: &mut Vec<Item>, out: &mut Vec<Item>) {
        named.clear();
        subjects(record, named);
        out.clear();
        if let Some(task) = record.task {
            out.push(Item::Task(task));
        }
        out.extend(record.job.map(Item::Task));
        out.extend_from_slice(named);
        for &(task, spot) in &self.tasks.moves {
            out.extend(task.map(Item::Task));
            match spot {
                Some(Spot::Timer(timer)) => out.push(Item::Timer(timer)),
                Some(Spot::Source(source, _)) => out.push(Item::Source(source)),
                Some(Spot::Line(_, sync, ticket)) => {
                    out.extend([Item::Primitive(sync), Item::InLine(sync, ticket)]);
                }
                Some(Spot::Handed(_, sync, _) | Spot::Value(_, sync) | Spot::Closed(_, sync)) => {
                    out.push(Item::Primitive(sync));
                }
                Some(Spot::Task(id)) => out.push(Item::Task(id)),
                None => {}
            }
        }
        out.extend(self.wheel.moved.iter().map(|timer| Item::Timer(*timer)));
        out.sort_unstable();
        out.dedup();
    }

    /// The scopes that are open, and the waits that nothing has served, as the events that told of
    /// them last.
    pub(crate) fn open(&self) -> impl Iterator<Item = (Here, Event)> {
        let told = |&(Wait { on, waiter }, at): &(Wait, Option<Spot>)| {
            let is_open = at.is_some_and(|spot| !matches!(spot, Spot::Handed(..)));
            (is_open && !self.is_given_up(&waiter))
                .then_some(((waiter.task, waiter.scope), Event::Wait { wait: waiter.wait, on }))
        };
        self.scopes.all().chain(self.waits.in_order().filter_map(told))
    }

    /// All that there is, for a page that knows nothing yet.
    pub(crate) fn everything(&self) -> Vec<Item> {
        let tasks = self.tasks().filter(|task| !task.is_over());
        let mut all: Vec<Item> = tasks.map(|task| Item::Task(task.id)).collect();
        all.extend(self.jobs.keys().map(|job| Item::Task(*job)));
        all.extend(self.timers().map(|(timer, _)| Item::Timer(timer)));
        all.extend(self.sources.keys().map(|source| Item::Source(*source)));
        all.extend(self.primitives.iter().map(|(sync, _)| Item::Primitive(sync)));
        all.extend(self.waits.at.keys().filter_map(|(spot, _)| match *spot {
            Spot::Line(_, sync, ticket) => Some(Item::InLine(sync, ticket)),
            _ => None,
        }));
        all
    }
}

/// For a page that begins in the middle.
impl Fold {
    /// The program's lines that are in all that there is.
    pub(crate) fn places(&self) -> Vec<Place> {
        let of = |item| match item {
            Item::Task(id) => self.shown_task(id).map(|task| vec![task.made, task.at]),
            Item::Timer(id) => self.shown_timer(id).map(|timer| vec![timer.at]),
            Item::Source(_) | Item::Primitive(_) | Item::InLine(..) => None,
        };
        self.everything().into_iter().filter_map(of).flatten().flatten().collect()
    }
}

/// What the event itself names.
fn subjects(record: &Record, out: &mut Vec<Item>) {
    out.extend(record.event.things().map(|thing| match thing {
        Thing::Task(task) => Item::Task(task),
        Thing::Timer(timer) => Item::Timer(timer),
        Thing::Source(source) => Item::Source(source),
        Thing::Sync(_, sync) => Item::Primitive(sync),
    }));
}
