//! How does an event become a sentence?
//!
//! It becomes one short sentence with a subject: "task 1 waits for timer 1, due at 2.000 s". The
//! [`Teller`] remembers what sentences need and events don't repeat: names, when a timer is due,
//! and who waits for what.
//!
//! Interface: for each record, in order, one of three is called: [`Teller::sentence`] gives the
//! sentence; [`Teller::story_sentence`] does, too, but `None` for a record that the story (a run as
//! printed text) leaves out; [`Teller::skip`] only takes note of the record. After that,
//! [`Teller::subject`] says which task the record is about.
//!
//! Invariant: a sentence has only names, counts and times by the runtime's clock, but no address,
//! no id, no size of a future. So the same run always has the same sentences, and tests may compare
//! them.
//!
//! Elsewhere: the templates, except for waits (`sentences.rs`, `loop_words.rs`, `sync_words.rs`);
//! columns, colours, places (`story.rs`).

use std::collections::HashMap;
use std::fmt::Display;
use std::time::Duration;

use kettle_events::{Event, Id, Record, Resource};

use super::loop_words::write_loop;
use super::say::{Count, Seconds, Who, say};
use super::sentences::{verb, write_job_or_timer, write_scope, write_source, write_task};
use super::sync_words::{self, Marks, fill, number};
use crate::words::names::{Name, Names};
use crate::words::quick::Quick;
use crate::words::text::Out;

/// Turns records into sentences.
#[derive(Debug, Default)]
pub(crate) struct Teller {
    pub(crate) names: Names,
    /// When each timer in the wheel is due.
    due: HashMap<u64, Duration, Quick>,
    /// The waits that haven't ended.
    waits: HashMap<Id, OpenWait, Quick>,
    /// The task or job of the present record.
    pub(crate) who: Option<Name>,
    /// The sentence of the present record. A field so that its buffer is reused.
    text: Out,
}

#[derive(Clone, Copy, Debug)]
struct OpenWait {
    /// The task or job that waits.
    waiter: Option<Id>,
    on: Resource,
}

impl Teller {
    /// Takes note of a record that gets no sentence.
    pub(crate) fn skip(&mut self, record: &Record) {
        self.learn(record);
        if let Event::Done { wait, .. } = record.event {
            self.waits.remove(&wait);
        }
    }

    /// Stores what later sentences need. Returns who did it, and the first two things that the
    /// event names, as `Who`s because these have words for `None`, too.
    fn learn(&mut self, record: &Record) -> [Who; 3] {
        let [who, it, other] = self.names.learn_some(record, |_| true);
        match record.event {
            Event::TimerAdd { timer, due, .. }
            | Event::TimerAt { timer, due }
            | Event::TimerMove { timer, due, .. } => _ = self.due.insert(timer.get(), due),
            Event::TimerFire { timer, .. } | Event::TimerCancel { timer } => {
                self.due.remove(&timer.get());
            }
            Event::Wait { wait, on, .. } => {
                self.waits.insert(wait, OpenWait { waiter: record.task.or(record.job), on });
            }
            _ => {}
        }
        [Who(who), Who(it), Who(other)]
    }

    /// The task that this record is about, or else the task or job that was running.
    pub(crate) fn subject(&mut self, record: &Record) -> Option<Name> {
        record.event.about().or(record.task).or(record.job).map(|task| self.names.task(task))
    }

    /// The record in words. [`Teller::last_sentence`] gives them again until the next call.
    pub(crate) fn sentence(&mut self, record: &Record) -> &str {
        self.text.clear();
        let [who, it, other] = self.learn(record);
        self.who = who.0;
        // Each of these writes the sentences for some kinds of events, and is `false` for others.
        let (text, event) = (&mut self.text, &record.event);
        let is_written = write_loop(text, event, record.time)
            || write_task(text, event, [who, it, other])
            || write_job_or_timer(text, event, who, it)
            || write_scope(text, event, who)
            || write_source(text, event, who, it);
        if !is_written {
            self.write_wait_or_primitive(event, who, it);
        }
        self.last_sentence()
    }

    /// The record in words, if the story prints this record. It leaves out what another record says
    /// already: that a wait was served, unless it was in line at a primitive; that a wait has
    /// ended, unless it was given up; a timer's deadline that was set before.
    pub(crate) fn story_sentence(&mut self, record: &Record) -> Option<&str> {
        let is_in_story = match &record.event {
            Event::Served { wait } => {
                self.waits.get(wait).is_some_and(|wait| matches!(wait.on, Resource::Sync(..)))
            }
            Event::Done { on, got, .. } => !got && !matches!(on, Resource::Timer(_)),
            Event::TimerAt { .. } => false,
            _ => true,
        };
        if !is_in_story {
            self.skip(record);
            return None;
        }
        Some(self.sentence(record))
    }

    /// The last sentence, again.
    pub(crate) fn last_sentence(&self) -> &str {
        self.text.to_str().expect("it is text")
    }

    fn write_wait_or_primitive(&mut self, event: &Event, who: Who, it: Who) {
        let text = &mut self.text;
        match *event {
            Event::SyncNew { kind, room, count, .. } => {
                let template = sync_words::template_of_new(kind, room);
                let units = room.unwrap_or_default();
                fill(text, template, &Marks { who, name: &it, units, count });
            }
            Event::SyncAct { kind, act, units, count, with, .. } => {
                // (`with` is another guard, to or from which the units move; 0: there is none.)
                let template = match with {
                    0 => sync_words::template(kind, act, units, count),
                    _ => sync_words::split_or_merge(kind, act),
                };
                fill(text, template, &Marks { who, name: &it, units: number(units), count });
            }
            Event::Wait { on, own, .. } => {
                say!(text, "{who} waits ");
                self.write_awaited(on);
                if !own {
                    say!(&mut self.text, ", with a waker that isn't its own");
                }
            }
            Event::Served { wait } => match self.waits.get(&wait).copied() {
                Some(OpenWait { waiter, on }) => {
                    let who = Who(waiter.map(|task| self.names.task(task)));
                    say!(text, "{who} is served: it waits ");
                    self.write_awaited(on);
                }
                None => say!(text, "a wait that this record doesn't have is served"),
            },
            Event::Done { wait, on, got } => {
                let who = match self.waits.remove(&wait) {
                    Some(OpenWait { waiter, .. }) => Who(waiter.map(|task| self.names.task(task))),
                    None => who,
                };
                say!(text, "{who} {} ", if got { "has waited" } else { "no longer waits" });
                self.write_awaited(on);
            }
            // An event of a newer version: its fields may contain ids, which no sentence may have.
            _ => say!(text, "something that this story has no words for"),
        }
    }

    /// Writes what follows "waits", with the deadline or the place in line.
    fn write_awaited(&mut self, on: Resource) {
        let (text, it) = (&mut self.text, self.names.thing(on.thing()));
        write_awaited(text, &it, on);
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

/// Writes what follows "waits". `it` is the name of the thing that is waited for.
pub(crate) fn write_awaited(text: &mut Out, it: &dyn Display, on: Resource) {
    match on {
        Resource::Timer(_) => say!(text, "for {it}"),
        Resource::Source(_, direction) => say!(text, "to {} {it}", verb(direction)),
        Resource::Sync(kind, _, units, _) => sync_words::write_awaited(text, it, kind, units),
        Resource::SyncValue(kind, _) => sync_words::write_awaited_value(text, it, kind),
        Resource::SyncClosed(kind, _) => {
            let end = if kind.is_channel() { "other end" } else { "receivers" };
            say!(text, "for the {end} of {it} to go");
        }
        Resource::Task(_) => say!(text, "for the end of {it}"),
        _ => say!(text, "for something"),
    }
}

/// "2.000 s", as [`Seconds`] writes it.
pub(crate) fn seconds(duration: Duration) -> String {
    Seconds(duration).to_string()
}

/// "2 tasks", as [`Count`] writes it.
pub(crate) fn count(number: usize, thing: &'static str) -> String {
    Count(number, thing).to_string()
}
