//! What can tasks wait for, and what is its state now?
//!
//! Timers, sockets, channels, locks and the other primitives are the console's *resources*.
//!
//! Interface: [`Resources::learn`], shown each event while the running task's span is entered. What a
//! thing's state is the fold says; here is what the console was told of it last.
//! Invariants: a timer is there while it is in the wheel, a socket while it is registered, a
//! channel for values in order until it is closed (what is still received after that is not told). Of
//! another primitive no event tells the end: it is there from its making, or its first use. If there are
//! too many, all go but locks that are held and those where a task waits.
//!
//! Not here: which tasks wait (`ops.rs`), the words themselves (`spans.rs`, `primitives.rs`), wakers
//! (`console.rs`).

use std::collections::HashMap;

use kettle_events::{Act, Direction, Event, Id, Place, Record, Resource, SyncKind, Thing, Tried};
use tracing::Span;

use super::ops::{self, Ops};
use super::primitives;
use super::spans::{self, Sort, State};
use crate::fold::{Fold, Primitive, Source, Timer};

/// More resources than this whose end no event tells are not kept.
const ENDLESS: usize = 1024;

/// The resources that are there.
#[derive(Debug, Default)]
pub(super) struct Resources {
    open: HashMap<Id, Entry>,
    ops: Ops,
    /// How many of them are there whose end no event tells.
    endless: usize,
}

#[derive(Debug)]
struct Entry {
    sort: Sort,
    span: Span,
    /// What was told of it last.
    told: Vec<State>,
}

impl Resources {
    /// Tells the console what a record says about resources; the fold has taken it already.
    pub(super) fn learn(&mut self, fold: &Fold, record: &Record) {
        match record.event {
            Event::SourceTry { source, direction, result, .. } if result != Tried::WouldBlock => {
                self.got(record.task, source, Resource::Source(source, direction));
            }
            Event::SyncAct { kind, sync, act: Act::Get, .. } => {
                self.got(record.task, sync, Resource::SyncValue(kind, sync));
            }
            // A task that waits for the other end to go has drawn no ticket.
            Event::SyncAct { sync, act: Act::Close, .. } => self.ops.are_over(sync),
            _ => {}
        }
        for thing in record.event.things() {
            self.look_at(thing, fold, record);
        }
        for (sync, ticket) in fold.left_a_line() {
            self.ops.served(sync, ticket);
        }
        match record.event {
            Event::Wait { on, .. } => self.wait(record.task, on),
            Event::Unwait { on } => {
                if let Some(task) = record.task {
                    self.ops.leaves(task, on);
                }
            }
            event => {
                if let Some(Thing::Task(task)) = event.ends() {
                    self.ops.task_is_over(task);
                }
            }
        }
    }

    /// Tells what is new of a thing that a record names.
    fn look_at(&mut self, thing: Thing, fold: &Fold, record: &Record) {
        let (id, seen) = match thing {
            Thing::Task(_) => return,
            Thing::Timer(id) => (id, fold.timer(id).map(of_a_timer)),
            Thing::Source(id) => (id, fold.source_of(id).map(of_a_source)),
            Thing::Sync(_, id) => (id, fold.primitive(id).and_then(of_a_primitive)),
        };
        let Some((sort, made, states)) = seen else { return self.close(id) };
        self.know(id, sort, made.or(record.at));
        let Some(entry) = self.open.get_mut(&id) else { return };
        for state in states.iter().filter(|state| !entry.told.contains(state)) {
            spans::state(&entry.span, *state, record.time);
        }
        entry.told = states;
    }

    /// Adds a resource, unless it is there. Of those whose end no event tells, some may have to go.
    fn know(&mut self, id: Id, sort: Sort, at: Option<Place>) {
        if self.open.contains_key(&id) {
            return;
        }
        if sort.is_endless() && self.endless >= ENDLESS {
            let ops = &self.ops;
            let locked = |entry: &Entry| entry.told.contains(&State::Locked(true));
            self.open.retain(|id, entry| !entry.sort.is_endless() || locked(entry) || ops.any(*id));
            self.endless = self.open.values().filter(|entry| entry.sort.is_endless()).count();
        }
        let span = spans::resource(sort, at);
        if spans::is_heard(&span) {
            self.open.insert(id, Entry { sort, span, told: sort.at_first() });
            self.endless += usize::from(sort.is_endless());
        }
    }

    fn close(&mut self, id: Id) {
        self.open.remove(&id);
        self.ops.are_over(id);
    }

    fn wait(&mut self, running: Option<Id>, on: Resource) {
        let entry = ops::id(on).and_then(|id| self.open.get(&id));
        if let (Some(task), Some(entry)) = (running, entry) {
            self.ops.waits(task, on, &entry.span);
        }
    }

    /// The running task has got what it waited for, if it waited.
    fn got(&mut self, running: Option<Id>, id: Id, on: Resource) {
        if let (Some(task), Some(entry)) = (running, self.open.get(&id)) {
            self.ops.got(task, on, &entry.span);
        }
    }
}

impl Sort {
    /// What is so of each, and is not told.
    fn at_first(self) -> Vec<State> {
        match self {
            Sort::Source(_) => vec![State::Readable(true), State::Writable(true)],
            _ => vec![State::Closed(false), State::Senders(1)],
        }
    }

    fn is_endless(self) -> bool {
        use Sort::{Broadcast, Pipe, Sync, Watch};
        matches!(self, Sync(_) | Watch | Broadcast | Pipe)
    }
}

type Seen = (Sort, Option<Place>, Vec<State>);

fn of_a_timer(timer: &Timer) -> Seen {
    (Sort::Timer, None, vec![State::Deadline(timer.due)])
}

fn of_a_source(source: &Source) -> Seen {
    let ready = |direction| source.side(direction).ready;
    let (readable, writable) = (ready(Direction::Read), ready(Direction::Write));
    let states = vec![State::Readable(readable), State::Writable(writable)];
    (Sort::Source(source.what), None, states)
}

/// A channel for values in order is there until it is closed, or has brought its one value.
fn of_a_primitive(known: &Primitive) -> Option<Seen> {
    let ended =
        known.senders == Some(0) && (known.kind == SyncKind::Mpsc || known.count == Some(0));
    if known.kind.is_channel() && (known.closed || ended) {
        return None;
    }
    let counted = known.count.and_then(|count| primitives::counted(known.kind, count, known.first));
    let more = [known.room.map(State::Capacity), counted, known.senders.map(State::Senders)];
    let states = more.into_iter().flatten().chain([State::Closed(known.closed)]).collect();
    Some((primitives::sort(known.kind), known.made, states))
}

#[cfg(test)]
#[path = "resources_tests.rs"]
mod tests;
