//! What can tasks wait for, and what is its state now?
//!
//! Timers, sockets, channels, locks and the other primitives are the console's *resources*.
//!
//! Interface: [`Resources::learn`], shown each event while the running task's span is entered.
//! Invariants: a timer is there while it is in the wheel, a socket while it is registered, a
//! channel for values in order until it is closed (what is still received after that is not told). Of
//! another primitive no event tells the end: it is there from its making, or its first use. If there are
//! too many, all go but locks that are held and those where a task waits.
//!
//! Not here: which tasks wait (`ops.rs`), the words themselves (`spans.rs`, `primitives.rs`), wakers
//! (`console.rs`).

use std::collections::HashMap;
use std::time::Duration;

use kettle_events::{
    Act, Direction, Event, Id, Outcome, Place, Record, Resource, SyncKind, Thing, Tried, Units,
};
use tracing::Span;

use super::ops::{self, Ops};
use super::primitives;
use super::spans::{self, Sort, State};

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
    locked: bool,
    /// What a primitive counted when it was made.
    at_first: Option<usize>,
}

impl Resources {
    /// Tells the console what an event says about a resource.
    pub(super) fn learn(&mut self, record: &Record) {
        let running = record.task;
        match record.event {
            Event::Wait { on, .. } => {
                if let Some(task) = running {
                    self.wait(task, on, record.at);
                }
            }
            Event::Served { on: Resource::Sync(_, sync, _, ticket) }
            | Event::Unwait { on: Resource::Sync(_, sync, _, ticket) } => {
                self.ops.served(sync, ticket);
            }
            Event::Unwait { on } => {
                if let Some(task) = running {
                    self.ops.leaves(task, on);
                }
            }
            Event::PollEnd { task, outcome, .. } if outcome != Outcome::Pending => {
                self.ops.task_is_over(task);
            }
            event @ (Event::TimerAdd { .. }
            | Event::TimerMove { .. }
            | Event::TimerFire { .. }
            | Event::TimerCancel { .. }) => self.learn_of_timer(record, event),
            Event::SyncNew { kind, sync, room, count, at } => {
                self.know(sync, primitives::sort(kind), Some(at));
                if let Some(entry) = self.open.get_mut(&sync) {
                    entry.at_first = Some(count);
                }
                if let Some(room) = room {
                    self.state(sync, State::Capacity(room));
                }
                self.count(kind, sync, count);
            }
            Event::SyncAct { kind, sync, act, units, count } if kind.is_channel() => {
                self.learn_of_channel(running, (kind, sync), (act, units), count);
            }
            Event::SyncAct { kind, sync, act, units, count } => {
                self.know(sync, primitives::sort(kind), record.at);
                self.learn_of_act(kind, sync, (act, units), count);
            }
            event => self.learn_of_source(running, record.at, event),
        }
    }

    fn learn_of_timer(&mut self, record: &Record, event: Event) {
        match event {
            Event::TimerAdd { timer, due, .. } => {
                self.add(timer, Sort::Timer, record.at);
                self.state(timer, State::Duration(millis(due.saturating_sub(record.time))));
            }
            Event::TimerMove { timer, due, .. } => {
                self.state(timer, State::Duration(millis(due.saturating_sub(record.time))));
            }
            Event::TimerFire { timer, .. } | Event::TimerCancel { timer } => self.close(timer),
            _ => {}
        }
    }

    fn learn_of_source(&mut self, running: Option<Id>, at: Option<Place>, event: Event) {
        match event {
            Event::SourceAdd { source, what } => self.add(source, Sort::Source(what), at),
            Event::SourceReady { source, ready: [readable, writable, ..], .. } => {
                if readable {
                    self.state(source, State::Readable(true));
                }
                if writable {
                    self.state(source, State::Writable(true));
                }
            }
            Event::SourceClear { source, direction: Direction::Read } => {
                self.state(source, State::Readable(false));
            }
            Event::SourceClear { source, direction: Direction::Write } => {
                self.state(source, State::Writable(false));
            }
            Event::SourceTry { source, direction, result, .. } if result != Tried::WouldBlock => {
                self.got(running, source, Resource::Source(source, direction));
            }
            Event::SourceDrop { source } => self.close(source),
            _ => {}
        }
    }

    /// A channel for values in order. It is there until it is closed, or has brought its one value.
    fn learn_of_channel(
        &mut self,
        running: Option<Id>,
        (kind, sync): (SyncKind, Id),
        (act, units): (Act, Units),
        count: usize,
    ) {
        match (act, units) {
            (Act::Senders, Units::Count(senders)) => {
                self.state(sync, State::Senders(senders as usize));
            }
            (Act::Put, _) => self.count(kind, sync, count),
            (Act::Get, _) => {
                self.got(running, sync, Resource::SyncValue(kind, sync));
                self.count(kind, sync, count);
                if kind == SyncKind::Oneshot {
                    self.close(sync);
                }
            }
            (Act::Close | Act::End, _) => self.close(sync),
            _ => {}
        }
    }

    fn learn_of_act(&mut self, kind: SyncKind, sync: Id, (act, units): (Act, Units), count: usize) {
        self.count(kind, sync, count);
        if let Some(closed) = primitives::closed(act) {
            self.state(sync, closed);
        }
        if act == Act::Close {
            self.ops.are_over(sync);
        } else if (act, units) == (Act::Put, Units::All) {
            self.ops.queue_is_served(sync);
        }
    }

    fn count(&mut self, kind: SyncKind, sync: Id, count: usize) {
        let Some(entry) = self.open.get_mut(&sync) else { return };
        if let Some(counted) = primitives::counted(kind, count, entry.at_first) {
            if let State::Locked(locked) = counted {
                entry.locked = locked;
            }
            spans::state(&entry.span, counted);
        }
    }

    // ----- resources -----

    fn add(&mut self, id: Id, sort: Sort, at: Option<Place>) {
        let span = spans::resource(sort, at);
        if spans::is_heard(&span) {
            self.open.insert(id, Entry { sort, span, locked: false, at_first: None });
        }
    }

    /// Adds a resource, unless it is there. Of those whose end no event tells, some may have to go.
    fn know(&mut self, id: Id, sort: Sort, at: Option<Place>) {
        if self.open.contains_key(&id) {
            return;
        }
        if !sort.is_endless() {
            return self.add(id, sort, at);
        }
        if self.endless >= ENDLESS {
            let ops = &self.ops;
            self.open.retain(|id, entry| !entry.sort.is_endless() || entry.locked || ops.any(*id));
            self.endless = self.open.values().filter(|entry| entry.sort.is_endless()).count();
        }
        self.add(id, sort, at);
        self.endless += usize::from(self.open.contains_key(&id));
    }

    fn close(&mut self, id: Id) {
        self.open.remove(&id);
        self.ops.are_over(id);
    }

    fn state(&self, id: Id, state: State) {
        if let Some(entry) = self.open.get(&id) {
            spans::state(&entry.span, state);
        }
    }

    // ----- which tasks wait there -----

    fn wait(&mut self, task: Id, on: Resource, at: Option<Place>) {
        if let Thing::Sync(kind, sync) = on.thing()
            && !kind.is_channel()
        {
            self.know(sync, primitives::sort(kind), at);
        }
        if let Some(entry) = ops::id(on).and_then(|id| self.open.get(&id)) {
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
    fn is_endless(self) -> bool {
        use Sort::{Broadcast, Pipe, Sync, Watch};
        matches!(self, Sync(_) | Watch | Broadcast | Pipe)
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
#[path = "resources_tests.rs"]
mod tests;
