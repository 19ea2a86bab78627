//! Which records of a page may an event have changed?
//!
//! Those that it names, those between which a waker came or went (`tasks.rs` writes that down), timers
//! that moved down the wheel. To compare these few with what a page was told is enough.
//!
//! Interface: [`Fold::touched`]; [`Fold::everything`].
//!
//! Not here: what is in a record (`shown.rs`).

use kettle_events::{Event, Id, Record, Resource};

use super::fold::Fold;
use super::waiting::Spot;

/// What a page has a record of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Item {
    /// A task, or a blocking job.
    Task(Id),
    Select(Id),
    Timer(Id),
    Source(Id),
    Channel(Id),
    Lock(Id),
    /// This ticket of the line for room in a channel.
    Room(Id, usize),
    /// This ticket of the line of a lock.
    InLine(Id, usize),
    Primitive(Id),
    /// This ticket of the line of a primitive.
    InQueue(Id, usize),
}

impl Fold {
    pub(super) fn begin_changes(&mut self) {
        self.tasks.moves.clear();
        self.wheel.moved.clear();
        self.dropped.clear();
    }

    /// What the last record may have changed, each once. `named` gets what its event is about.
    pub(crate) fn touched(&self, record: &Record, named: &mut Vec<Item>, out: &mut Vec<Item>) {
        named.clear();
        subjects(record, named);
        out.clear();
        out.extend(record.task.map(Item::Task));
        out.extend_from_slice(named);
        for &(task, spot) in &self.tasks.moves {
            out.extend(task.map(Item::Task));
            match spot {
                Some(Spot::Timer(timer)) => out.push(Item::Timer(timer)),
                Some(Spot::Source(source, _)) => out.push(Item::Source(source)),
                Some(Spot::Value(channel) | Spot::Closed(channel)) => {
                    out.push(Item::Channel(channel));
                }
                Some(Spot::Room(channel, ticket)) => {
                    out.extend([Item::Channel(channel), Item::Room(channel, ticket)]);
                }
                Some(Spot::Lock(lock, ticket)) => {
                    out.extend([Item::Lock(lock), Item::InLine(lock, ticket)]);
                }
                Some(Spot::Sync(_, sync, _, ticket)) => {
                    out.extend([Item::Primitive(sync), Item::InQueue(sync, ticket)]);
                }
                Some(Spot::SyncClosed(_, sync)) => out.push(Item::Primitive(sync)),
                Some(Spot::Task(id)) => out.push(Item::Task(id)),
                None => {}
            }
        }
        out.extend(self.wheel.moved.iter().map(|timer| Item::Timer(*timer)));
        out.extend(self.dropped.iter().map(|source| Item::Source(*source)));
        out.sort_unstable();
        out.dedup();
    }

    /// All that there is, for a page that knows nothing yet.
    pub(crate) fn everything(&self) -> Vec<Item> {
        let tasks = self.tasks.all.values().filter(|task| !task.is_over());
        let mut all: Vec<Item> = tasks.map(|task| Item::Task(task.id)).collect();
        all.extend(self.jobs.keys().map(|job| Item::Task(*job)));
        all.extend(self.selects.keys().map(|task| Item::Select(*task)));
        all.extend(self.wheel.timers.keys().map(|timer| Item::Timer(*timer)));
        all.extend(self.sources.keys().map(|source| Item::Source(*source)));
        all.extend(self.tried.iter().map(|(source, _)| Item::Source(source)));
        for (id, channel) in self.channels.iter() {
            all.push(Item::Channel(id));
            all.extend(channel.room.tickets().map(|ticket| Item::Room(id, ticket)));
        }
        for (id, lock) in self.locks.iter() {
            all.push(Item::Lock(id));
            all.extend(lock.line.tickets().map(|ticket| Item::InLine(id, ticket)));
        }
        for (id, known) in self.primitives.iter() {
            all.push(Item::Primitive(id));
            all.extend(known.line.tickets().map(|ticket| Item::InQueue(id, ticket)));
        }
        all
    }
}

/// The task (or job) that the event is about, by a field of its own.
pub(crate) fn about(event: &Event) -> Option<Id> {
    match *event {
        Event::Spawn { task, .. }
        | Event::PollStart { task }
        | Event::PollEnd { task, .. }
        | Event::Wake { task, .. }
        | Event::BlockingStart { task }
        | Event::BlockingEnd { task }
        | Event::Cancel { task }
        | Event::Detach { task }
        | Event::Join { task, .. } => Some(task),
        _ => None,
    }
}

/// What the event itself names.
fn subjects(record: &Record, out: &mut Vec<Item>) {
    out.extend(about(&record.event).map(Item::Task));
    match record.event {
        Event::TimerAdd { timer, .. }
        | Event::TimerMove { timer, .. }
        | Event::TimerFire { timer, .. }
        | Event::TimerCancel { timer } => out.push(Item::Timer(timer)),
        Event::SourceAdd { source, .. }
        | Event::SourceTry { source, .. }
        | Event::SourceReady { source, .. }
        | Event::SourceClear { source, .. }
        | Event::SourceDrop { source } => out.push(Item::Source(source)),
        Event::ChannelOpen { channel, .. }
        | Event::ChannelSenders { channel, .. }
        | Event::ChannelSend { channel, .. }
        | Event::ChannelRecv { channel, .. }
        | Event::ChannelClose { channel, .. }
        | Event::ChannelDrop { channel, .. } => out.push(Item::Channel(channel)),
        Event::LockTake { lock } | Event::LockRelease { lock, .. } => out.push(Item::Lock(lock)),
        Event::SyncNew { sync, .. } | Event::SyncAct { sync, .. } => {
            out.push(Item::Primitive(sync));
        }
        Event::Wait { on, .. } | Event::Unwait { on } | Event::Served { on } => at(on, out),
        Event::SelectStart { .. } | Event::SelectPoll { .. } | Event::SelectWin { .. } => {
            out.extend(record.task.map(Item::Select));
        }
        _ => {}
    }
}

fn at(on: Resource, out: &mut Vec<Item>) {
    match on {
        Resource::Timer(timer) => out.push(Item::Timer(timer)),
        Resource::Source(source, _) => out.push(Item::Source(source)),
        Resource::ChannelValue(channel)
        | Resource::ChannelRoom(channel, _)
        | Resource::ChannelClosed(channel) => out.push(Item::Channel(channel)),
        Resource::Lock(lock, _) => out.push(Item::Lock(lock)),
        Resource::Sync(_, sync, ..) | Resource::SyncClosed(_, sync) => {
            out.push(Item::Primitive(sync));
        }
        Resource::Task(task) => out.push(Item::Task(task)),
        _ => {}
    }
}
