//! How does one field of an event become text?
//!
//! [`Fields`] is a line in the making: each method adds one field, named as the event names it.
//!
//! Not here: which fields an event has (`json.rs`).

use std::time::Duration;

use kettle_runtime::event::{Cause, Direction, Effect, Outcome, Place, Resource};
use kettle_runtime::id::{Id, Serial};

use super::text as json;
use super::words::{direction_word, outcome_word};
use crate::names::{Name, Names};
use crate::sources::Sources;

/// A line in the making. Each method adds one field.
pub(super) struct Fields<'a> {
    pub(super) out: &'a mut Vec<u8>,
    pub(super) names: &'a mut Names,
    pub(super) sources: &'a Sources,
}

impl Fields<'_> {
    pub(super) fn cause(&mut self, by: Cause) -> &mut Self {
        match by {
            Cause::Task(task) => {
                self.out.extend_from_slice(b",\"by\":{\"task\":");
                self.name(|names| names.task(task));
                self.out.push(b'}');
                self
            }
            Cause::Timer => self.word("by", "timer"),
            Cause::Io => self.word("by", "io"),
            Cause::Letter => self.word("by", "letter"),
            Cause::Deferred => self.word("by", "deferred"),
            Cause::Engine => self.word("by", "engine"),
        }
    }

    pub(super) fn effect(&mut self, effect: Effect) -> &mut Self {
        match effect {
            Effect::Queued(place) => self.word("effect", "queued").count("place", place),
            Effect::Coalesced => self.word("effect", "coalesced"),
            Effect::DuringPoll => self.word("effect", "during_poll"),
            Effect::Stale => self.word("effect", "stale"),
        }
    }

    pub(super) fn on(&mut self, on: Resource) -> &mut Self {
        let (key, name, place, direction) = match on {
            Resource::Timer(timer) => ("timer", self.names.timer(timer), None, None),
            Resource::Source(source, direction) => {
                ("source", self.names.source(source), None, Some(direction))
            }
            Resource::ChannelValue(channel) => ("value", self.names.channel(channel), None, None),
            Resource::ChannelRoom(channel, place) => {
                ("room", self.names.channel(channel), Some(place), None)
            }
            Resource::ChannelClosed(channel) => ("closed", self.names.channel(channel), None, None),
            Resource::Lock(lock, place) => ("lock", self.names.lock(lock), Some(place), None),
            Resource::Task(task) => ("task", self.names.task(task), None, None),
            _ => return self.word("on", "unknown"),
        };
        self.out.extend_from_slice(b",\"on\":{\"");
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.name(|_| name);
        if let Some(place) = place {
            self.count("place", place);
        }
        if let Some(direction) = direction {
            self.direction(direction);
        }
        self.out.push(b'}');
        self
    }

    pub(super) fn outcome(&mut self, outcome: Outcome) -> &mut Self {
        self.word("outcome", outcome_word(outcome))
    }

    pub(super) fn direction(&mut self, direction: Direction) -> &mut Self {
        self.word("direction", direction_word(direction))
    }

    pub(super) fn task(&mut self, key: &str, id: Id) -> &mut Self {
        json::key(self.out, key);
        self.name(|names| names.task(id))
    }

    pub(super) fn timer(&mut self, timer: Serial) -> &mut Self {
        json::key(self.out, "timer");
        self.name(|names| names.timer(timer))
    }

    pub(super) fn source(&mut self, source: Serial) -> &mut Self {
        json::key(self.out, "source");
        self.name(|names| names.source(source))
    }

    pub(super) fn channel(&mut self, channel: Serial) -> &mut Self {
        json::key(self.out, "channel");
        self.name(|names| names.channel(channel))
    }

    pub(super) fn lock(&mut self, lock: Serial) -> &mut Self {
        json::key(self.out, "lock");
        self.name(|names| names.lock(lock))
    }

    pub(super) fn name(&mut self, name: impl FnOnce(&mut Names) -> Name) -> &mut Self {
        let name = name(self.names);
        self.out.push(b'"');
        self.out.extend_from_slice(name.word().as_bytes());
        if let Some(number) = name.shown_number() {
            self.out.push(b' ');
            json::number(self.out, number);
        }
        self.out.push(b'"');
        self
    }

    /// A place in the source; the engine's without its column, which says nothing to anybody.
    pub(super) fn place(&mut self, key: &str, place: Place, column: bool) -> &mut Self {
        json::key(self.out, key);
        self.out.push(b'"');
        let shown = self.sources.shown(place);
        let text = if column { shown.column() } else { shown.line() };
        self.out.extend_from_slice(text.as_bytes());
        self.out.push(b'"');
        self
    }

    pub(super) fn word(&mut self, key: &str, word: &str) -> &mut Self {
        json::key(self.out, key);
        json::word(self.out, word);
        self
    }

    pub(super) fn text(&mut self, key: &str, text: &str) -> &mut Self {
        json::key(self.out, key);
        json::text(self.out, text);
        self
    }

    pub(super) fn flag(&mut self, key: &str, flag: bool) -> &mut Self {
        json::key(self.out, key);
        self.out.extend_from_slice(if flag { b"true" } else { b"false" });
        self
    }

    pub(super) fn nanos(&mut self, key: &str, time: Duration) -> &mut Self {
        self.number(key, json::whole_nanos(time))
    }

    pub(super) fn count(&mut self, key: &str, count: usize) -> &mut Self {
        self.number(key, count as u64)
    }

    pub(super) fn maybe(&mut self, key: &str, number: Option<u64>) -> &mut Self {
        let Some(number) = number else {
            json::key(self.out, key);
            self.out.extend_from_slice(b"null");
            return self;
        };
        self.number(key, number)
    }

    pub(super) fn number(&mut self, key: &str, number: u64) -> &mut Self {
        json::key(self.out, key);
        json::number(self.out, number);
        self
    }
}
