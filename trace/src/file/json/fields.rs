//! How does one field of an event become text?
//!
//! [`Fields`] is a line in the making: each method adds one field, named as the event names it.
//!
//! Not here: which fields an event has (`json.rs`).

use std::time::Duration;

use kettle_events::{Cause, Direction, Effect, Id, Outcome, Resource, SyncKind, Units};

use super::words::{direction_word, outcome_word, sync_kind_word};
use crate::words::names::{Family, Name, Names};
use crate::words::text as json;
use crate::words::text::field;

/// A line in the making. Each method adds one field; its key is one of [`field!`](field).
pub(super) struct Fields<'a> {
    pub(super) out: &'a mut Vec<u8>,
    pub(super) names: &'a mut Names,
}

impl Fields<'_> {
    #[inline]
    pub(super) fn cause(&mut self, by: Cause) -> &mut Self {
        match by {
            Cause::Task(task) => {
                self.out.extend_from_slice(b",\"by\":{\"task\":");
                self.name(|names| names.task(task));
                self.out.push(b'}');
                self
            }
            Cause::Timer => self.word(field!("by"), "timer"),
            Cause::Io => self.word(field!("by"), "io"),
            Cause::Message => self.word(field!("by"), "message"),
            Cause::Deferred => self.word(field!("by"), "deferred"),
            Cause::Runtime => self.word(field!("by"), "runtime"),
        }
    }

    #[inline]
    pub(super) fn effect(&mut self, effect: Effect) -> &mut Self {
        match effect {
            Effect::Queued(place) => {
                self.word(field!("effect"), "queued").count(field!("place"), place)
            }
            Effect::Coalesced => self.word(field!("effect"), "coalesced"),
            Effect::DuringPoll => self.word(field!("effect"), "during_poll"),
            Effect::Stale => self.word(field!("effect"), "stale"),
        }
    }

    #[inline]
    pub(super) fn on(&mut self, on: Resource) -> &mut Self {
        json::raw(self.out, field!("on"));
        self.resource(on)
    }

    /// An object by itself.
    #[inline]
    pub(super) fn resource(&mut self, on: Resource) -> &mut Self {
        let (key, name, ticket, direction) = match on {
            Resource::Timer(timer) => ("timer", self.names.timer(timer), None, None),
            Resource::Source(source, direction) => {
                ("source", self.names.source(source), None, Some(direction))
            }
            Resource::SyncValue(kind, sync) => ("value", self.names.sync(kind, sync), None, None),
            Resource::Sync(kind, sync, _, ticket) => {
                ("sync", self.names.sync(kind, sync), Some(ticket), None)
            }
            Resource::SyncClosed(kind, sync) => ("closed", self.names.sync(kind, sync), None, None),
            Resource::Task(task) => ("task", self.names.task(task), None, None),
            _ => {
                json::word(self.out, "unknown");
                return self;
            }
        };
        self.out.extend_from_slice(b"{\"");
        json::raw(self.out, key);
        self.out.extend_from_slice(b"\":");
        self.name(|_| name);
        if let Some(ticket) = ticket.filter(|ticket| *ticket > 0) {
            self.count(field!("ticket"), ticket);
        }
        if let Some(direction) = direction {
            self.direction(direction);
        }
        if let Resource::Sync(_, _, units, _) = on {
            self.units(units);
        }
        self.out.push(b'}');
        self
    }

    #[inline]
    pub(super) fn outcome(&mut self, outcome: Outcome) -> &mut Self {
        self.word(field!("outcome"), outcome_word(outcome))
    }

    #[inline]
    pub(super) fn direction(&mut self, direction: Direction) -> &mut Self {
        self.word(field!("direction"), direction_word(direction))
    }

    #[inline]
    pub(super) fn task(&mut self, key: &str, id: Id) -> &mut Self {
        json::raw(self.out, key);
        self.name(|names| names.task(id))
    }

    #[inline]
    pub(super) fn timer(&mut self, timer: Id) -> &mut Self {
        json::raw(self.out, field!("timer"));
        self.name(|names| names.timer(timer))
    }

    #[inline]
    pub(super) fn source(&mut self, source: Id) -> &mut Self {
        json::raw(self.out, field!("source"));
        self.name(|names| names.source(source))
    }

    #[inline]
    pub(super) fn sync(&mut self, kind: SyncKind, sync: Id) -> &mut Self {
        json::raw(self.out, field!("sync"));
        self.name(|names| names.sync(kind, sync)).word(field!("kind"), sync_kind_word(kind))
    }

    #[inline]
    pub(super) fn units(&mut self, units: Units) -> &mut Self {
        match units {
            Units::Count(units) => self.number(field!("units"), units.into()),
            Units::All => self.word(field!("units"), "all"),
        }
    }

    #[inline]
    pub(super) fn name(&mut self, name: impl FnOnce(&mut Names) -> Name) -> &mut Self {
        let name = name(self.names);
        let Some(number) = name.shown_number() else {
            json::word(self.out, name.word());
            return self;
        };
        // Not by `name.word()`: a length that is known is copied faster.
        let begin: &[u8] = match name.family {
            Family::Main => b"\"main ",
            Family::Task => b"\"task ",
            Family::Job => b"\"job ",
            Family::Timer => b"\"timer ",
            Family::Source => b"\"source ",
            Family::Sync(_) => {
                self.out.push(b'"');
                json::raw(self.out, name.word());
                b" "
            }
        };
        self.out.extend_from_slice(begin);
        json::number(self.out, number);
        self.out.push(b'"');
        self
    }

    /// A place in the source, which has been escaped.
    #[inline]
    pub(super) fn place(&mut self, key: &str, place: &str) -> &mut Self {
        json::raw(self.out, key);
        self.out.push(b'"');
        self.out.extend_from_slice(place.as_bytes());
        self.out.push(b'"');
        self
    }

    #[inline]
    pub(super) fn word(&mut self, key: &str, word: &str) -> &mut Self {
        json::raw(self.out, key);
        json::word(self.out, word);
        self
    }

    #[inline]
    pub(super) fn text(&mut self, key: &str, text: &str) -> &mut Self {
        json::raw(self.out, key);
        json::text(self.out, text);
        self
    }

    #[inline]
    pub(super) fn flag(&mut self, key: &str, flag: bool) -> &mut Self {
        json::raw(self.out, key);
        self.out.extend_from_slice(if flag { b"true" } else { b"false" });
        self
    }

    #[inline]
    pub(super) fn nanos(&mut self, key: &str, time: Duration) -> &mut Self {
        self.number(key, json::whole_nanos(time))
    }

    #[inline]
    pub(super) fn count(&mut self, key: &str, count: usize) -> &mut Self {
        self.number(key, count as u64)
    }

    #[inline]
    pub(super) fn maybe(&mut self, key: &str, number: Option<u64>) -> &mut Self {
        let Some(number) = number else {
            json::raw(self.out, key);
            self.out.extend_from_slice(b"null");
            return self;
        };
        self.number(key, number)
    }

    #[inline]
    pub(super) fn number(&mut self, key: &str, number: u64) -> &mut Self {
        json::raw(self.out, key);
        json::number(self.out, number);
        self
    }
}
