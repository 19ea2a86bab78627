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
//! Not here: how a sentence is put together (`words/say.rs`), columns, colours, places (`story.rs`).

use std::collections::HashMap;
use std::time::Duration;

use kettle_events::{
    Cause, Deferral, Effect, Event, Id, Kind, Outcome, Record, Resource, ScopeKind,
};

use super::of_a_source::{of_a_source, verb};
use super::of_sync;
use super::of_the_loop::of_the_loop;
use super::say::{Count, Seconds, Who, said, say};
use crate::words::names::{Name, Names};
use crate::words::quick::Quick;

/// Puts records into words.
#[derive(Clone, Debug, Default)]
pub(crate) struct Teller {
    names: Names,
    /// When each timer in the wheel is due.
    due: HashMap<u64, Duration, Quick>,
    /// Who waits in each open wait, and for what.
    waits: HashMap<Id, (Option<Id>, Resource)>,
    /// The sentence at hand; kept for its room.
    text: String,
}

impl Teller {
    /// One that forgets what is over early: [`Names::forgetting`].
    pub(crate) fn forgetting(long: usize) -> Teller {
        Teller { names: Names::forgetting(long), ..Teller::default() }
    }

    /// Takes a record that is not to be told.
    pub(crate) fn pass(&mut self, record: &Record) {
        self.learn(record);
        if let Event::Done { wait, .. } = record.event {
            self.waits.remove(&wait);
        }
    }

    fn learn(&mut self, record: &Record) {
        self.names.learn(record);
        match record.event {
            Event::TimerAdd { timer, due, .. } | Event::TimerMove { timer, due, .. } => {
                self.due.insert(timer.get(), due);
            }
            Event::TimerFire { timer, .. } | Event::TimerCancel { timer } => {
                self.due.remove(&timer.get());
            }
            Event::Wait { wait, on, .. } => {
                self.waits.insert(wait, (record.task.or(record.job), on));
            }
            _ => {}
        }
    }

    /// The names it uses.
    pub(crate) fn names(&mut self) -> &mut Names {
        &mut self.names
    }

    /// The task that this record is about; else the one that was being polled.
    pub(crate) fn subject(&mut self, record: &Record) -> Option<Name> {
        record.event.about().or(record.task).or(record.job).map(|task| self.names.task(task))
    }

    /// The record in words. They are kept until the next one is asked for ([`Teller::said`]).
    pub(crate) fn sentence(&mut self, record: &Record) -> &str {
        self.learn(record);
        self.text.clear();
        let who = Who(record.task.or(record.job).map(|task| self.names.task(task)));
        // Each knows some kinds of events, and leaves the others to the next.
        let text = &mut self.text;
        let told = of_the_loop(text, &record.event, record.time)
            || of_a_source(text, &mut self.names, who, &record.event)
            || self.of_a_timer(who, &record.event)
            || self.of_a_primitive(who, &record.event)
            || self.of_a_select(who, record);
        if !told {
            self.of_a_task(who, &record.event);
        }
        &self.text
    }

    /// The last sentence once more.
    pub(crate) fn said(&self) -> &str {
        &self.text
    }

    fn of_a_task(&mut self, who: Who, event: &Event) {
        match *event {
            Event::Spawn { task, kind, .. } => self.spawn(who, task, kind),
            Event::PollStart { task } => say!(self.text, self.task(task), " is polled"),
            Event::PollEnd { task, outcome, .. } => {
                let what = match outcome {
                    Outcome::Pending => " returns Pending",
                    Outcome::Ready => " returns Ready",
                    Outcome::Panicked => " panics",
                    Outcome::Cancelled => " is dropped before its end",
                };
                say!(self.text, self.task(task), what);
            }
            Event::Clones { task, count: some } => {
                let are = if some == 1 { "'s waker is left" } else { "'s waker are left" };
                say!(self.text, count(some, "clone").as_str(), " of ", self.task(task), are);
            }
            Event::Wake { task, by, effect, .. } => self.wake(task, by, effect),
            Event::Wait { on, .. } => {
                say!(self.text, who, " waits ");
                self.awaited(on);
            }
            Event::Served { wait } => self.serves(wait),
            Event::Done { wait, on, got } => self.done(who, wait, on, got),
            Event::Defer { why } => {
                let why = match why {
                    Deferral::Yield => " yields: its waker is deferred to the end of this phase",
                    Deferral::Budget => {
                        " has spent its budget: its waker is deferred to the end of this phase"
                    }
                    Deferral::Clock => {
                        " has moved the clock: its waker is deferred, what is due goes first"
                    }
                };
                say!(self.text, who, why);
            }
            Event::BlockingStart { task } => {
                say!(self.text, who, " hands ", self.task(task), " to the blocking pool");
            }
            Event::BlockingRun { task, waited, .. } => {
                say!(self.text, "a thread of the pool takes ", self.task(task));
                say!(self.text, ", which waited ", Seconds(waited), " for it");
            }
            Event::BlockingEnd { task, ran: Some(ran) } => {
                say!(self.text, self.task(task), " has ended: it had a thread for ", Seconds(ran));
            }
            Event::BlockingEnd { task, ran: None } => {
                say!(self.text, self.task(task), " was cancelled before it ran");
            }
            Event::Cancel { task } => {
                say!(self.text, who, " asks for the end of ", self.task(task));
            }
            Event::Join { task, outcome } => {
                let how = match outcome {
                    Outcome::Pending => " is not finished",
                    Outcome::Ready => " finished",
                    Outcome::Panicked => " panicked",
                    Outcome::Cancelled => " was cancelled",
                };
                say!(self.text, who, " learns that ", self.task(task), how);
            }
            Event::Detach { task } => {
                let task = self.task(task);
                say!(self.text, who, " drops the handle of ", task);
                say!(self.text, ": its end will not be awaited");
            }
            Event::Unpolled { .. } => say!(self.text, who, " drops a future that was never polled"),
            // (The panic hook notes what panics.)
            Event::Note { text } if text.starts_with("panicked at ") => {
                say!(self.text, who, " ", text);
            }
            Event::Note { text } => say!(self.text, who, " says: ", text),
            // An event of a newer version; its fields may hold numbers that are not to be told.
            _ => say!(self.text, "something that this story has no words for"),
        }
    }

    fn spawn(&mut self, who: Who, task: Id, kind: Kind) {
        let task = self.task(task);
        match kind {
            Kind::Main => say!(self.text, task, " is made, block_on's own future"),
            Kind::Task => say!(self.text, who, " spawns ", task),
            Kind::Local => say!(self.text, who, " spawns ", task, ", which stays on this thread"),
        }
    }

    fn wake(&mut self, task: Id, by: Cause, effect: Effect) {
        let woken = self.task(task);
        match by {
            Cause::Task(waker) if waker == task => say!(self.text, woken, " wakes itself"),
            Cause::Task(waker) => say!(self.text, self.task(waker), " wakes ", woken),
            Cause::Timer => say!(self.text, "a timer wakes ", woken),
            Cause::Io => say!(self.text, "a source wakes ", woken),
            Cause::Message => say!(self.text, "a message wakes ", woken),
            Cause::Deferred => say!(self.text, "the deferred waker wakes ", woken),
            Cause::Runtime => say!(self.text, "the runtime wakes ", woken),
        }
        match effect {
            Effect::Queued(place) => say!(self.text, ": queued, number ", place, " in its queue"),
            Effect::Coalesced => say!(self.text, ": woken already, nothing changes"),
            Effect::DuringPoll => {
                say!(self.text, ": being polled now, so once more if it returns Pending");
            }
            Effect::Stale => say!(self.text, ": it is over"),
        }
    }

    /// What the wait is for that is served here.
    pub(crate) fn served(&self, event: &Event) -> Option<Resource> {
        let Event::Served { wait } = event else { return None };
        self.waits.get(wait).map(|(_, on)| *on)
    }

    /// Is it for the story? Of a wait not its end where what was done says as much: only what was
    /// given to the first in a line, and what is given up (a timer that is says so itself).
    pub(crate) fn is_for_the_story(&self, event: &Event) -> bool {
        match event {
            Event::Served { .. } => matches!(self.served(event), Some(Resource::Sync(..))),
            Event::Done { on, got, .. } => !got && !matches!(on, Resource::Timer(_)),
            _ => true,
        }
    }

    fn serves(&mut self, wait: Id) {
        match self.waits.get(&wait).copied() {
            Some((who, on)) => {
                let who = Who(who.map(|task| self.task(task)));
                say!(self.text, who, " is served: it waits ");
                self.awaited(on);
            }
            None => say!(self.text, "a wait from before the record is served"),
        }
    }

    fn done(&mut self, who: Who, wait: Id, on: Resource, got: bool) {
        let known = self.waits.remove(&wait);
        let who = known.map_or(who, |(who, _)| Who(who.map(|task| self.task(task))));
        say!(self.text, who, if got { " has waited " } else { " no longer waits " });
        self.awaited(on);
    }

    /// The end of "waits …".
    fn awaited(&mut self, on: Resource) {
        match on {
            Resource::Timer(timer) => {
                say!(self.text, "for ", self.names.timer(timer));
                if let Some(&due) = self.due.get(&timer.get()) {
                    say!(self.text, ", due at ", Seconds(due));
                }
            }
            Resource::Source(source, direction) => {
                say!(self.text, "to ", verb(direction), " ", self.names.source(source));
            }
            Resource::Sync(kind, sync, units, ticket) => {
                of_sync::awaited(&mut self.text, self.names.sync(kind, sync), kind, units);
                say!(self.text, ", ticket ", ticket);
            }
            Resource::SyncValue(kind, sync) => {
                of_sync::awaited_value(&mut self.text, self.names.sync(kind, sync), kind);
            }
            Resource::SyncClosed(kind, sync) => {
                let end = if kind.is_channel() { "other end" } else { "receivers" };
                say!(self.text, "for the ", end, " of ", self.names.sync(kind, sync), " to go");
            }
            Resource::Task(task) => say!(self.text, "for the end of ", self.task(task)),
            _ => say!(self.text, "for something"),
        }
    }

    fn of_a_timer(&mut self, who: Who, event: &Event) -> bool {
        match *event {
            Event::TimerAdd { timer, due, level, slot } => {
                say!(self.text, self.names.timer(timer), ", due at ", Seconds(due));
                say!(self.text, ", goes into the wheel: level ", level, ", slot ", slot);
            }
            Event::TimerMove { timer, due, level, slot } => {
                say!(self.text, self.names.timer(timer), " is moved, and now due at ");
                say!(self.text, Seconds(due), ": level ", level, ", slot ", slot);
            }
            Event::TimerCascade { level, slot, moved, .. } => {
                say!(self.text, "the wheel turns: level ", level, ", slot ", slot);
                say!(self.text, " gives ", Count(moved, "timer"), " to lower levels");
            }
            Event::TimerFire { timer, late } => {
                say!(self.text, self.names.timer(timer), " fires");
                if !late.is_zero() {
                    say!(self.text, ", ", Seconds(late), " late");
                }
            }
            Event::TimerCancel { timer } => {
                say!(self.text, self.names.timer(timer), " is cancelled: it leaves the wheel");
            }
            Event::LateTick { late, overdue, made_up } => {
                say!(self.text, who, " takes a tick that was due ", Seconds(late), " ago");
                if overdue > 0 {
                    let are = if overdue == 1 { " is" } else { " are" };
                    say!(self.text, ": ", overdue, " more", are, " overdue, and ");
                    say!(self.text, if made_up { "may come at once" } else { "passed over" });
                }
            }
            _ => return false,
        }
        true
    }

    fn of_a_primitive(&mut self, who: Who, event: &Event) -> bool {
        match *event {
            Event::SyncNew { kind, sync, room, count, .. } => {
                let name = self.names.sync(kind, sync);
                of_sync::made(&mut self.text, (who, name), kind, (room, count));
            }
            Event::SyncAct { kind, sync, act, units, count, with, .. } => {
                let name = self.names.sync(kind, sync);
                of_sync::act(&mut self.text, (who, name), (kind, act), (units, count), with != 0);
            }
            _ => return false,
        }
        true
    }

    /// Readers count branches from one.
    fn of_a_select(&mut self, who: Who, record: &Record) -> bool {
        match record.event {
            Event::Scope { what, branches, .. } => {
                say!(self.text, who, " polls ", combinator(what));
                if branches > 0 {
                    say!(self.text, " of ", Count(branches as usize, "branch"));
                }
            }
            Event::ScopeEnd { what: ScopeKind::Select, won: Some(branch), .. } => {
                say!(self.text, "branch ", u64::from(branch) + 1);
                say!(self.text, " wins: the other futures are dropped");
            }
            Event::ScopeEnd { what: ScopeKind::Timeout, won: Some(1), .. } => {
                say!(self.text, "the limit of a timeout is over: its future is given up");
            }
            Event::ScopeEnd { what, won, .. } => {
                say!(self.text, combinator(what), " is over");
                if let Some(branch) = won {
                    say!(self.text, ", by its branch ", u64::from(branch) + 1);
                }
            }
            _ => return false,
        }
        true
    }

    fn task(&mut self, id: Id) -> Name {
        self.names.task(id)
    }
}

fn combinator(what: ScopeKind) -> &'static str {
    match what {
        ScopeKind::Select => "a select!",
        ScopeKind::Join => "a join!",
        ScopeKind::TryJoin => "a try_join!",
        ScopeKind::Timeout => "a timeout",
        ScopeKind::Set => "a set of tasks",
        ScopeKind::LocalSet => "a local set",
    }
}

/// Seconds with three digits, and with more when there are more to tell.
pub(crate) fn seconds(duration: Duration) -> String {
    said(&Seconds(duration))
}

/// "1 task", "2 tasks", "2 branches".
pub(crate) fn count(number: usize, thing: &'static str) -> String {
    said(&Count(number, thing))
}
