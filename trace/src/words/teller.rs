//! How does an event become a sentence?
//!
//! As one short sentence with a subject: "task 1 waits for timer 1, due at 2.000 s". The teller
//! remembers what sentences need and events don't repeat: names, and when a timer is due.
//!
//! Interface: [`Teller::sentence`] or [`Teller::story_sentence`], once for each record, in order;
//! then [`Teller::subject`].
//!
//! Invariant: sentences hold names, counts and the runtime's clock; no address, no process-wide
//! number, no size of a future (it changes with the compiler). The same run is told in the same
//! words, so tests may pin them.
//!
//! Not here: the templates, but for those of waits (`sentences.rs`, `of_the_loop.rs`,
//! `of_sync.rs`); columns, colours, places (`story.rs`).

use std::collections::HashMap;
use std::fmt::Display;
use std::time::Duration;

use kettle_events::{Event, Id, Record, Resource};

use super::of_sync;
use super::of_the_loop::of_the_loop;
use super::say::{Count, Seconds, Who, say};
use super::sentences::{of_a_job_or_timer, of_a_scope, of_a_source, of_a_task, verb};
use crate::words::names::{Name, Names};
use crate::words::quick::Quick;
use crate::words::text::Out;

/// Puts records into words.
#[derive(Clone, Debug, Default)]
pub(crate) struct Teller {
    names: Names,
    /// When each timer in the wheel is due.
    due: HashMap<u64, Duration, Quick>,
    /// Who waits in each open wait, and for what.
    waits: HashMap<Id, (Option<Id>, Resource), Quick>,
    /// The task or job of the present record.
    pub(crate) who: Option<Name>,
    /// Its sentence; kept for its memory.
    text: Out,
}

impl Teller {
    /// Takes a record that gets no sentence.
    pub(crate) fn pass(&mut self, record: &Record) {
        self.learn(record);
        if let Event::Done { wait, .. } = record.event {
            self.waits.remove(&wait);
        }
    }

    fn learn(&mut self, record: &Record) -> [Who; 3] {
        let [who, it, other] = self.names.learn_of(record, |_| true);
        match record.event {
            Event::TimerAdd { timer, due, .. }
            | Event::TimerAt { timer, due }
            | Event::TimerMove { timer, due, .. } => {
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
        [Who(who), Who(it), Who(other)]
    }

    pub(crate) fn names(&mut self) -> &mut Names {
        &mut self.names
    }

    /// The task that this record is about; else the one that was being polled.
    pub(crate) fn subject(&mut self, record: &Record) -> Option<Name> {
        record.event.about().or(record.task).or(record.job).map(|task| self.names.task(task))
    }

    /// The record in words. They are kept until the next one is asked for ([`Teller::said`]).
    pub(crate) fn sentence(&mut self, record: &Record) -> &str {
        self.text.clear();
        let [who, it, other] = self.learn(record);
        self.who = who.0;
        // Each knows some kinds of events, and leaves the others to the next.
        let (text, event) = (&mut self.text, &record.event);
        let is_done = of_the_loop(text, event, record.time)
            || of_a_task(text, event, [who, it, other])
            || of_a_job_or_timer(text, event, who, it)
            || of_a_scope(text, event, who)
            || of_a_source(text, event, who, it);
        if !is_done {
            self.of_a_wait_or_primitive(event, who, it);
        }
        self.said()
    }

    /// The same, if the story has this record. It leaves out the end of a wait if the act before it
    /// already says that the first in a line got something, or that it gave up. (A timer reports
    /// itself that it is given up.)
    pub(crate) fn story_sentence(&mut self, record: &Record) -> Option<&str> {
        let is_in_story = match &record.event {
            Event::Served { .. } => matches!(self.served(&record.event), Some(Resource::Sync(..))),
            Event::Done { on, got, .. } => !got && !matches!(on, Resource::Timer(_)),
            Event::TimerAt { .. } => false,
            _ => true,
        };
        if !is_in_story {
            self.pass(record);
            return None;
        }
        Some(self.sentence(record))
    }

    /// The last sentence once more.
    pub(crate) fn said(&self) -> &str {
        self.text.to_str().expect("it is text")
    }

    fn of_a_wait_or_primitive(&mut self, event: &Event, who: Who, it: Who) {
        let text = &mut self.text;
        match *event {
            Event::SyncNew { kind, room, count, .. } => {
                of_sync::made(text, [who, it], kind, (room, count));
            }
            Event::SyncAct { kind, act, units, count, with, .. } => {
                of_sync::act(text, [who, it], (kind, act), (units, count), with != 0);
            }
            Event::Wait { on, own, .. } => {
                say!(text, "{who} waits ");
                self.awaited(on);
                if !own {
                    say!(&mut self.text, ", with a waker that isn't its own");
                }
            }
            Event::Served { wait } => match self.waits.get(&wait).copied() {
                Some((who, on)) => {
                    let who = Who(who.map(|task| self.names.task(task)));
                    say!(text, "{who} is served: it waits ");
                    self.awaited(on);
                }
                None => say!(text, "a wait that this record doesn't have is served"),
            },
            Event::Done { wait, on, got } => {
                let known = self.waits.remove(&wait);
                let who = known.map_or(who, |(who, _)| Who(who.map(|task| self.names.task(task))));
                say!(text, "{who} {} ", if got { "has waited" } else { "no longer waits" });
                self.awaited(on);
            }
            // An event of a newer version; its fields may hold numbers of this process.
            _ => say!(text, "something that this story has no words for"),
        }
    }

    /// What the wait is for that is served here.
    pub(crate) fn served(&self, event: &Event) -> Option<Resource> {
        let Event::Served { wait } = event else { return None };
        self.waits.get(wait).map(|(_, on)| *on)
    }

    fn awaited(&mut self, on: Resource) {
        let (text, it) = (&mut self.text, self.names.thing(on.thing()));
        awaited(text, &it, on);
        match on {
            Resource::Timer(timer) => {
                if let Some(due) = self.due.get(&timer.get()) {
                    say!(text, ", due at {}", Seconds(*due));
                }
            }
            Resource::Sync(.., ticket) => say!(text, ", ticket {ticket}"),
            _ => {}
        }
    }
}

/// The end of "waits …".
pub(crate) fn awaited(text: &mut Out, it: &dyn Display, on: Resource) {
    match on {
        Resource::Timer(_) => say!(text, "for {it}"),
        Resource::Source(_, direction) => say!(text, "to {} {it}", verb(direction)),
        Resource::Sync(kind, _, units, _) => of_sync::awaited(text, it, kind, units),
        Resource::SyncValue(kind, _) => of_sync::awaited_value(text, it, kind),
        Resource::SyncClosed(kind, _) => {
            let end = if kind.is_channel() { "other end" } else { "receivers" };
            say!(text, "for the {end} of {it} to go");
        }
        Resource::Task(_) => say!(text, "for the end of {it}"),
        _ => say!(text, "for something"),
    }
}

/// Seconds with three digits, and with more when there are more to tell.
pub(crate) fn seconds(duration: Duration) -> String {
    Seconds(duration).to_string()
}

/// "1 task", "2 tasks", "2 branches".
pub(crate) fn count(number: usize, thing: &'static str) -> String {
    Count(number, thing).to_string()
}
