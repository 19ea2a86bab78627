//! What do tasks wait for, and which tasks wait there now?
//!
//! Timers, sockets, channels, locks and the other primitives are the console's *resources*; a task
//! that waits for one has an *async op* there, from its first fruitless look until it gets what it
//! wants, gives up or ends. Looks that are fruitful at once are not told: there would be one for each
//! message.
//!
//! Interface: [`Resources::learn`], shown each event while the running task's span is entered.
//! Invariants: a timer is there while it is in the wheel, a socket while it is registered, a
//! channel until it is closed (what is still received after that is not told). Of a lock, and of a
//! primitive that is neither a lock nor such a channel, no event tells the end: it is there from its
//! first use. If there are too many, all go but mutexes that are held and those where a task waits.
//!
//! A task has got its part of a primitive when it is served, which another task may do. A waiter is
//! therefore known by its ticket there.
//!
//! Not here: the words themselves (`spans.rs`, `primitives.rs`), wakers (`console.rs`).

use std::collections::HashMap;
use std::time::Duration;

use kettle_events::{
    Act, ChannelKind, Direction, Event, Id, Outcome, Place, Record, Resource, Serial, SyncKind,
    Tried, Units,
};
use tracing::Span;

use super::primitives;
use super::spans::{self, Op, Sort, State};

/// More resources than this whose end no event tells are not kept.
const ENDLESS: usize = 1024;

/// The resources that are there.
#[derive(Debug, Default)]
pub(super) struct Resources {
    open: HashMap<Serial, Entry>,
    /// At which of them does a task wait? So that its end need not look everywhere.
    waiting: HashMap<Id, Vec<Serial>>,
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
    ops: Vec<(Id, Resource, Op)>,
}

impl Resources {
    /// Tells the console what an event says about a resource.
    pub(super) fn learn(&mut self, record: &Record) {
        let running = record.task;
        match record.event {
            Event::Wait { on, .. } => {
                if let Some(task) = running {
                    self.wait(task, placeless(on), record.at);
                }
            }
            Event::Served { on: Resource::Sync(_, sync, _, ticket) }
            | Event::Unwait { on: Resource::Sync(_, sync, _, ticket) } => self.served(sync, ticket),
            Event::Unwait { on } => {
                if let Some(task) = running {
                    self.leave(task, placeless(on));
                }
            }
            Event::PollEnd { task, outcome, .. } if outcome != Outcome::Pending => {
                self.leave_all(task);
            }
            event @ (Event::TimerAdd { .. }
            | Event::TimerMove { .. }
            | Event::TimerFire { .. }
            | Event::TimerCancel { .. }) => self.learn_of_timer(record, event),
            event @ (Event::LockTake { .. } | Event::LockRelease { .. }) => {
                self.learn_of_lock(running, record.at, event);
            }
            Event::SyncNew { kind, sync, count, at } => {
                self.know(sync, primitives::sort(kind), Some(at));
                if let Some(entry) = self.open.get_mut(&sync) {
                    entry.at_first = Some(count);
                }
                self.count(kind, sync, count);
            }
            Event::SyncAct { kind, sync, act, units, count } => {
                self.know(sync, primitives::sort(kind), record.at);
                self.learn_of_act(kind, sync, (act, units), count);
            }
            event => {
                self.learn_of_source(running, record.at, event);
                self.learn_of_channel(running, event);
            }
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
            Event::SourceReady { source, readable, writable, .. } => {
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

    fn learn_of_channel(&mut self, running: Option<Id>, event: Event) {
        match event {
            Event::ChannelOpen { channel, capacity, kind, at } => {
                let sort = match kind {
                    ChannelKind::Oneshot => Sort::Oneshot,
                    ChannelKind::Mpsc => Sort::Mpsc,
                };
                self.add(channel, sort, Some(at));
                if let Some(capacity) = capacity {
                    self.state(channel, State::Capacity(capacity));
                }
            }
            Event::ChannelSenders { channel, alive } => {
                self.state(channel, State::Senders(alive));
            }
            Event::ChannelSend { channel, len } => {
                self.got(running, channel, Resource::ChannelRoom(channel, 0));
                self.state(channel, State::Len(len));
            }
            Event::ChannelRecv { channel, len } => {
                self.got(running, channel, Resource::ChannelValue(channel));
                self.state(channel, State::Len(len));
                if self.is(channel, Sort::Oneshot) {
                    self.close(channel);
                }
            }
            Event::ChannelClose { channel, .. } => self.close(channel),
            _ => {}
        }
    }

    fn learn_of_lock(&mut self, running: Option<Id>, at: Option<Place>, event: Event) {
        let (lock, locked) = match event {
            Event::LockTake { lock } => (lock, true),
            Event::LockRelease { lock, handed_over } => (lock, handed_over),
            _ => return,
        };
        self.know(lock, LOCK, at);
        if matches!(event, Event::LockTake { .. }) {
            self.got(running, lock, Resource::Lock(lock, 0));
        }
        if let Some(entry) = self.open.get_mut(&lock) {
            entry.locked = locked;
        }
        self.state(lock, State::Locked(locked));
    }

    fn learn_of_act(
        &mut self,
        kind: SyncKind,
        sync: Serial,
        (act, units): (Act, Units),
        count: usize,
    ) {
        self.count(kind, sync, count);
        if let Some(closed) = primitives::closed(act) {
            self.state(sync, closed);
        }
        if act == Act::Close {
            self.leave_if(sync, |_| true);
        } else if (act, units) == (Act::Put, Units::All) {
            self.leave_if(sync, |on| matches!(on, Resource::Sync(..)));
        }
    }

    fn count(&self, kind: SyncKind, sync: Serial, count: usize) {
        let Some(entry) = self.open.get(&sync) else { return };
        if let Some(counted) = primitives::counted(kind, count, entry.at_first) {
            spans::state(&entry.span, counted);
        }
    }

    // ----- resources -----

    fn add(&mut self, serial: Serial, sort: Sort, at: Option<Place>) {
        let span = spans::resource(sort, at);
        if spans::is_heard(&span) {
            let entry = Entry { sort, span, locked: false, at_first: None, ops: Vec::new() };
            self.open.insert(serial, entry);
        }
    }

    /// Adds a resource whose end no event tells, unless it is there.
    fn know(&mut self, serial: Serial, sort: Sort, at: Option<Place>) {
        if self.open.contains_key(&serial) {
            return;
        }
        if self.endless >= ENDLESS {
            self.open.retain(|_, entry| {
                !entry.sort.is_endless() || entry.locked || !entry.ops.is_empty()
            });
            self.endless = self.open.values().filter(|entry| entry.sort.is_endless()).count();
        }
        self.add(serial, sort, at);
        self.endless += usize::from(self.open.contains_key(&serial));
    }

    fn close(&mut self, serial: Serial) {
        let Some(entry) = self.open.remove(&serial) else { return };
        for (task, ..) in entry.ops {
            self.forget(task, serial);
        }
    }

    fn state(&self, serial: Serial, state: State) {
        if let Some(entry) = self.open.get(&serial) {
            spans::state(&entry.span, state);
        }
    }

    fn is(&self, serial: Serial, sort: Sort) -> bool {
        self.open.get(&serial).is_some_and(|entry| entry.sort == sort)
    }

    // ----- which tasks wait there -----

    fn wait(&mut self, task: Id, on: Resource, at: Option<Place>) {
        let Some(serial) = serial(on) else { return };
        match on {
            Resource::Lock(lock, _) => self.know(lock, LOCK, at),
            Resource::Sync(kind, sync, ..) | Resource::SyncClosed(kind, sync) => {
                self.know(sync, primitives::sort(kind), at);
            }
            _ => {}
        }
        let Some(entry) = self.open.get_mut(&serial) else { return };
        let (source, name) = words(on);
        let is_here = |(other, at, _): &&(Id, Resource, Op)| (*other, *at) == (task, on);
        if entry.ops.iter().find(is_here).is_none() {
            entry.ops.push((task, on, Op::new(&entry.span, source)));
            self.waiting.entry(task).or_default().push(serial);
        }
        if let Some((_, _, op)) = entry.ops.iter().find(is_here) {
            op.polled(&entry.span, name, false);
        }
    }

    /// The running task has got what it waited for, if it waited.
    fn got(&mut self, running: Option<Id>, serial: Serial, on: Resource) {
        let Some(task) = running else { return };
        let Some(entry) = self.open.get(&serial) else { return };
        let found = entry.ops.iter().find(|(other, at, _)| (*other, *at) == (task, on));
        if let Some((_, _, op)) = found {
            op.polled(&entry.span, words(on).1, true);
            self.leave(task, on);
        }
    }

    fn leave(&mut self, task: Id, on: Resource) {
        let Some(serial) = serial(on) else { return };
        let Some(entry) = self.open.get_mut(&serial) else { return };
        let before = entry.ops.len();
        entry.ops.retain(|(other, at, _)| (*other, *at) != (task, on));
        if entry.ops.len() < before {
            self.forget(task, serial);
        }
    }

    /// The waiter of a primitive with this ticket waits no more; 0: the first.
    fn served(&mut self, sync: Serial, ticket: usize) {
        let Some(entry) = self.open.get(&sync) else { return };
        let tickets = entry.ops.iter().filter_map(|(_, on, _)| match on {
            Resource::Sync(.., ticket) => Some(*ticket),
            _ => None,
        });
        let served = if ticket == 0 { tickets.min() } else { Some(ticket) };
        let Some(served) = served else { return };
        self.leave_if(sync, |on| matches!(on, Resource::Sync(.., ticket) if ticket == served));
    }

    fn leave_if(&mut self, sync: Serial, over: impl Fn(Resource) -> bool) {
        let Some(entry) = self.open.get_mut(&sync) else { return };
        let over: Vec<_> = entry.ops.extract_if(.., |(_, on, _)| over(*on)).collect();
        for (task, ..) in over {
            self.forget(task, sync);
        }
    }

    fn leave_all(&mut self, task: Id) {
        for serial in self.waiting.remove(&task).unwrap_or_default() {
            if let Some(entry) = self.open.get_mut(&serial) {
                entry.ops.retain(|(other, ..)| *other != task);
            }
        }
    }

    /// One op less of this task there.
    fn forget(&mut self, task: Id, serial: Serial) {
        let Some(serials) = self.waiting.get_mut(&task) else { return };
        if let Some(index) = serials.iter().position(|&other| other == serial) {
            serials.swap_remove(index);
        }
        if serials.is_empty() {
            self.waiting.remove(&task);
        }
    }
}

const LOCK: Sort = Sort::Sync("Mutex");

impl Sort {
    fn is_endless(self) -> bool {
        use Sort::{Broadcast, Pipe, Sync, Util, Watch};
        matches!(self, Sync(_) | Util(_) | Watch | Broadcast | Pipe)
    }
}

/// Without the ticket, where the task that waits is the one that learns of its turn.
fn placeless(on: Resource) -> Resource {
    match on {
        Resource::ChannelRoom(channel, _) => Resource::ChannelRoom(channel, 0),
        Resource::Lock(lock, _) => Resource::Lock(lock, 0),
        on => on,
    }
}

/// The resource's own number; the end of a task is none.
fn serial(on: Resource) -> Option<Serial> {
    match on {
        Resource::Timer(serial)
        | Resource::Source(serial, _)
        | Resource::ChannelValue(serial)
        | Resource::ChannelRoom(serial, _)
        | Resource::ChannelClosed(serial)
        | Resource::Lock(serial, _)
        | Resource::Sync(_, serial, ..)
        | Resource::SyncClosed(_, serial) => Some(serial),
        _ => None,
    }
}

/// Which method waits there, and what does it ask at each look?
fn words(on: Resource) -> (&'static str, &'static str) {
    match on {
        Resource::Timer(_) => ("Timer::poll", "poll_elapsed"),
        Resource::Source(_, Direction::Read) => ("Source::readable", "poll_read_ready"),
        Resource::Source(_, Direction::Write) => ("Source::writable", "poll_write_ready"),
        Resource::ChannelValue(_) => ("Receiver::recv", "poll_recv"),
        Resource::ChannelRoom(..) => ("Sender::send", "poll_reserve"),
        Resource::ChannelClosed(_) | Resource::SyncClosed(..) => ("Sender::closed", "poll_closed"),
        Resource::Sync(kind, _, units, _) => primitives::words(kind, units),
        Resource::Lock(..) => ("Mutex::lock", "poll_lock"),
        _ => ("await", "poll"),
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
#[path = "resources_tests.rs"]
mod tests;
