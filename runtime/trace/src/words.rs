//! How is an event said in plain words?
//!
//! As one short sentence with a subject: "task 1 waits for timer 1, due at 2.000 s". The teller
//! remembers what sentences need and events don't repeat: names, and when a timer is due.
//!
//! Interface: [`Teller::sentence`], once for each record, in order; then [`Teller::subject`].
//!
//! Invariant: sentences hold names, counts and the runtime's clock; no address, no process-wide
//! number, no size of a future (it changes with the compiler). The same run is told in the same
//! words, so tests may pin them.
//!
//! Not here: columns, colours, places (`story.rs`).

mod of_the_loop;

use std::collections::HashMap;
use std::time::Duration;

use kettle_runtime::event::{
    Cause, ChannelKind, Closer, Deferral, Direction, Effect, Event, Kind, Outcome, Record,
    Replaced, Resource, Tried,
};
use kettle_runtime::id::{Id, Serial};

use self::of_the_loop::of_the_loop;
use crate::names::{Name, Names};

/// Puts records into words.
#[derive(Debug, Default)]
pub(crate) struct Teller {
    names: Names,
    /// When each timer in the wheel is due.
    due: HashMap<Serial, Duration>,
}

impl Teller {
    /// The names it uses.
    pub(crate) fn names(&mut self) -> &mut Names {
        &mut self.names
    }

    /// The task that this record is about; else the one that was being polled.
    pub(crate) fn subject(&mut self, record: &Record) -> Option<Name> {
        let task = match record.event {
            Event::Spawn { task, .. }
            | Event::PollStart { task }
            | Event::PollEnd { task, .. }
            | Event::Wake { task, .. }
            | Event::BlockingEnd { task } => Some(task),
            _ => record.task,
        };
        task.map(|task| self.names.task(task))
    }

    /// The record in words.
    pub(crate) fn sentence(&mut self, record: &Record) -> String {
        self.names.learn(&record.event);
        let who = match record.task {
            Some(task) => self.names.task(task).to_string(),
            None => "the loop".to_owned(),
        };
        match record.event {
            event @ (Event::RunStart { .. }
            | Event::RunEnd { .. }
            | Event::Turn { .. }
            | Event::Park { .. }
            | Event::Unpark { .. }
            | Event::Advance { .. }
            | Event::Letter { .. }
            | Event::Lost { .. }) => of_the_loop(event, record.time),
            event @ (Event::TimerAdd { .. }
            | Event::TimerMove { .. }
            | Event::TimerCascade { .. }
            | Event::TimerFire { .. }
            | Event::TimerCancel { .. }) => self.of_a_timer(event),
            event @ (Event::SourceAdd { .. }
            | Event::SourceTry { .. }
            | Event::SourceReady { .. }
            | Event::SourceClear { .. }
            | Event::SourceDrop { .. }) => self.of_a_source(&who, event),
            event @ (Event::ChannelOpen { .. }
            | Event::ChannelSenders { .. }
            | Event::ChannelSend { .. }
            | Event::ChannelRecv { .. }
            | Event::ChannelClose { .. }
            | Event::LockTake { .. }
            | Event::LockRelease { .. }
            | Event::SelectStart { .. }
            | Event::SelectPoll { .. }
            | Event::SelectWin { .. }) => self.of_a_primitive(&who, event),
            event => self.of_a_task(&who, event),
        }
    }

    fn of_a_task(&mut self, who: &str, event: Event) -> String {
        match event {
            Event::Spawn { task, kind, .. } => self.spawn(who, task, kind),
            Event::PollStart { task } => format!("{} is polled", self.task(task)),
            Event::PollEnd { task, outcome, .. } => {
                let what = match outcome {
                    Outcome::Pending => "returns Pending",
                    Outcome::Ready => "returns Ready",
                    Outcome::Panicked => "panics",
                    Outcome::Cancelled => "is dropped before its end",
                };
                format!("{} {what}", self.task(task))
            }
            Event::Wake { task, by, effect } => self.wake(task, by, effect),
            Event::Wait { on, replaced } => self.wait(who, on, replaced),
            Event::Unwait { on } => format!("{who} no longer waits {}", self.awaited(on)),
            Event::Served { on } => self.served(who, on),
            Event::Defer { why: Deferral::Yield } => {
                format!("{who} yields: its waker is put off to the end of this step")
            }
            Event::Defer { why: Deferral::Budget } => {
                format!("{who} has spent its budget: its waker is put off to the end of this step")
            }
            Event::Defer { why: Deferral::Clock } => {
                format!("{who} has moved the clock: its waker is put off, what is due goes first")
            }
            Event::BlockingStart { task } => {
                format!("{who} hands {} to the blocking pool", self.task(task))
            }
            Event::BlockingEnd { task } => format!("{} has ended", self.task(task)),
            Event::Cancel { task } => format!("{who} asks for the end of {}", self.task(task)),
            Event::Join { task, outcome } => {
                let how = match outcome {
                    Outcome::Pending => "is not finished",
                    Outcome::Ready => "finished",
                    Outcome::Panicked => "panicked",
                    Outcome::Cancelled => "was cancelled",
                };
                format!("{who} learns that {} {how}", self.task(task))
            }
            Event::Detach { task } => {
                format!(
                    "{who} drops the handle of {}: nobody will ask how it ends",
                    self.task(task)
                )
            }
            Event::Unpolled { .. } => format!("{who} drops a future that was never polled"),
            Event::Note { text } => format!("{who} says: {text}"),
            // An event of a newer engine; its fields may hold numbers that are not to be told.
            _ => "something that this story has no words for".to_owned(),
        }
    }

    fn spawn(&mut self, who: &str, task: Id, kind: Kind) -> String {
        let task = self.task(task);
        match kind {
            Kind::Main => format!("{task} is made, block_on's own future"),
            Kind::Task => format!("{who} spawns {task}"),
            Kind::Local => format!("{who} spawns {task}, which stays on this thread"),
        }
    }

    fn wake(&mut self, task: Id, by: Cause, effect: Effect) -> String {
        let woken = self.task(task);
        let act = match by {
            Cause::Task(waker) if waker == task => format!("{woken} wakes itself"),
            Cause::Task(waker) => format!("{} wakes {woken}", self.task(waker)),
            Cause::Timer => format!("a timer wakes {woken}"),
            Cause::Io => format!("a source wakes {woken}"),
            Cause::Letter => format!("a letter wakes {woken}"),
            Cause::Deferred => format!("the waker that was put off wakes {woken}"),
            Cause::Engine => format!("the engine wakes {woken}"),
        };
        match effect {
            Effect::Queued(place) => format!("{act}: queued, number {place} in its line"),
            Effect::Coalesced => format!("{act}: woken already, nothing changes"),
            Effect::DuringPoll => {
                format!("{act}: being polled now, so once more if it returns Pending")
            }
            Effect::Stale => format!("{act}: nobody there any more"),
        }
    }

    fn wait(&mut self, who: &str, on: Resource, replaced: Replaced) -> String {
        let awaited = self.awaited(on);
        let replaced = match replaced {
            Replaced::None => "",
            Replaced::Same => " (its waker is there already)",
            Replaced::Other => " (in place of another task's waker)",
        };
        format!("{who} waits {awaited}{replaced}")
    }

    fn served(&mut self, who: &str, on: Resource) -> String {
        match on {
            Resource::ChannelRoom(channel, _) => {
                format!("{who} gives room in {} to the first in line", self.names.channel(channel))
            }
            Resource::ChannelValue(channel) => {
                format!(
                    "no value will come in {}: its receiver is told",
                    self.names.channel(channel)
                )
            }
            on => format!("{who} serves the first who waits {}", self.awaited(on)),
        }
    }

    /// The end of "waits …".
    fn awaited(&mut self, on: Resource) -> String {
        match on {
            Resource::Timer(timer) => {
                let name = self.names.timer(timer);
                match self.due.get(&timer) {
                    Some(&due) => format!("for {name}, due at {}", seconds(due)),
                    None => format!("for {name}"),
                }
            }
            Resource::Source(source, direction) => {
                format!("to {} {}", verb(direction), self.names.source(source))
            }
            Resource::ChannelValue(channel) => {
                format!("for a value in {}", self.names.channel(channel))
            }
            Resource::ChannelRoom(channel, place) => {
                format!("for room in {}, number {place} in line", self.names.channel(channel))
            }
            Resource::ChannelClosed(channel) => {
                format!("for the other end of {} to go", self.names.channel(channel))
            }
            Resource::Lock(lock, place) => {
                format!("for {}, number {place} in line", self.names.lock(lock))
            }
            Resource::Task(task) => format!("for the end of {}", self.task(task)),
            _ => "for something".to_owned(),
        }
    }

    fn of_a_timer(&mut self, event: Event) -> String {
        match event {
            Event::TimerAdd { timer, due, level, slot } => {
                self.due.insert(timer, due);
                let (name, due) = (self.names.timer(timer), seconds(due));
                format!("{name}, due at {due}, goes into the wheel: level {level}, slot {slot}")
            }
            Event::TimerMove { timer, due, level, slot } => {
                self.due.insert(timer, due);
                let (name, due) = (self.names.timer(timer), seconds(due));
                format!("{name} is moved, and now due at {due}: level {level}, slot {slot}")
            }
            Event::TimerCascade { level, slot, moved } => {
                let timers = count(moved, "timer");
                format!(
                    "the wheel turns: level {level}, slot {slot} gives {timers} to lower levels"
                )
            }
            Event::TimerFire { timer, late } => {
                self.due.remove(&timer);
                let late = if late.is_zero() {
                    String::new()
                } else {
                    format!(", {} late", seconds(late))
                };
                format!("{} fires{late}", self.names.timer(timer))
            }
            Event::TimerCancel { timer } => {
                self.due.remove(&timer);
                format!("{} is cancelled: it leaves the wheel", self.names.timer(timer))
            }
            other => unreachable!("no event of a timer: {other:?}"),
        }
    }

    fn of_a_source(&mut self, who: &str, event: Event) -> String {
        match event {
            Event::SourceAdd { source, what } => {
                let name = self.names.source(source);
                format!("{name}, a {what}, is registered with the system's selector")
            }
            Event::SourceTry { source, direction, result, bytes } => {
                let result = match (result, bytes) {
                    (Tried::Done, Some(bytes)) => count(bytes, "byte"),
                    (Tried::Done, None) => "done".to_owned(),
                    (Tried::WouldBlock, _) => "it would block".to_owned(),
                    (Tried::Failed, _) => "it fails".to_owned(),
                };
                let (verb, name) = (verb(direction), self.names.source(source));
                format!("{who} tries to {verb} {name}: {result}")
            }
            Event::SourceReady { source, readable, writable, closed } => {
                let states = [(readable, "readable"), (writable, "writable"), (closed, "closed")];
                let told: Vec<_> =
                    states.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
                let told = if told.is_empty() { "nothing".to_owned() } else { told.join(", ") };
                format!("the selector reports {}: {told}", self.names.source(source))
            }
            Event::SourceClear { source, direction } => {
                let (verb, name) = (verb(direction), self.names.source(source));
                format!("{name} has nothing more to {verb} for now")
            }
            Event::SourceDrop { source } => {
                format!("{} leaves the system's selector", self.names.source(source))
            }
            other => unreachable!("no event of a source: {other:?}"),
        }
    }

    fn of_a_primitive(&mut self, who: &str, event: Event) -> String {
        match event {
            Event::ChannelOpen { channel, kind, capacity, .. } => {
                let room = match (kind, capacity) {
                    (ChannelKind::Oneshot, _) => "for one value, once".to_owned(),
                    (ChannelKind::Mpsc, Some(capacity)) => {
                        format!("with room for {}", count(capacity, "value"))
                    }
                    (ChannelKind::Mpsc, None) => "without a limit".to_owned(),
                };
                format!("{who} makes {}, {room}", self.names.channel(channel))
            }
            Event::ChannelSenders { channel, alive } => {
                format!("{} now has {}", self.names.channel(channel), count(alive, "sender"))
            }
            Event::ChannelSend { channel, len } => {
                let (name, values) = (self.names.channel(channel), count(len, "value"));
                format!("{who} sends into {name}, which now holds {values}")
            }
            Event::ChannelRecv { channel, len } => {
                let (name, values) = (self.names.channel(channel), count(len, "value"));
                format!("{who} receives from {name}, which now holds {values}")
            }
            Event::ChannelClose { channel, by } => {
                let by = match by {
                    Closer::Senders => "its last sender is gone",
                    Closer::Receiver => "by its receiver",
                };
                format!("{} is closed: {by}", self.names.channel(channel))
            }
            Event::LockTake { lock } => format!("{who} takes {}", self.names.lock(lock)),
            Event::LockRelease { lock, handed_over } => {
                let to = if handed_over { " to the first in line" } else { "" };
                format!("{who} releases {}{to}", self.names.lock(lock))
            }
            // Readers count branches from one.
            Event::SelectStart { branches, first } => {
                let (branches, first) = (count(branches as usize, "branch"), first + 1);
                format!("select! asks its {branches}, beginning with branch {first}")
            }
            Event::SelectPoll { branch, ready } => {
                let answer = if ready { "ready" } else { "not ready" };
                format!("select! polls branch {}: {answer}", branch + 1)
            }
            Event::SelectWin { branch } => {
                format!("branch {} wins: the other futures are dropped", branch + 1)
            }
            other => unreachable!("no event of a primitive: {other:?}"),
        }
    }

    fn task(&mut self, id: Id) -> Name {
        self.names.task(id)
    }
}

fn verb(direction: Direction) -> &'static str {
    match direction {
        Direction::Read => "read",
        Direction::Write => "write",
    }
}

/// Seconds with three digits, and with more when there are more to tell.
pub(crate) fn seconds(duration: Duration) -> String {
    if duration.subsec_nanos().is_multiple_of(1_000_000) {
        format!("{:.3} s", duration.as_secs_f64())
    } else {
        format!("{:.6} s", duration.as_secs_f64())
    }
}

/// "1 task", "2 tasks", "2 branches".
pub(crate) fn count(number: usize, thing: &str) -> String {
    match number {
        1 => format!("1 {thing}"),
        _ if thing.ends_with("ch") => format!("{number} {thing}es"),
        _ => format!("{number} {thing}s"),
    }
}

fn saturating(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
