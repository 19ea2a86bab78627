//! How does a record become a line of the trace?
//!
//! As one JSON object: number, time, turn, task, the event's name and its fields, the places in the
//! source, and the sentence that the story would tell. `docs/watch.md` describes every kind of
//! line, and the types in `kettle-events` the fields of each event.
//!
//! Interface: [`Scribe::sources`], then [`Scribe::line`], once for each record, in order; or
//! [`Scribe::pass`] for those that are not written, and [`Scribe::snapshot`] to begin after them.
//!
//! Invariant: tasks and things have the names that the story gives them.
//!
//! Not here: how an event's fields are written (`json/wire.rs`), texts and numbers
//! (`words/text.rs`), lines that are no events (`lines.rs`), files (`file.rs`).

mod changes;
mod stacks;
mod wire;

use kettle_events::{At, Place, Record, Resource};
use serde::Serialize;

use self::changes::Changes;
use self::stacks::Stacks;
use self::wire::{ALL, Wire};
use crate::words::names::Names;
use crate::words::say::say;
use crate::words::sources::Sources;
use crate::words::teller::Teller;
use crate::words::text::{self as json, Out, whole_nanos};

/// Writes records as lines.
#[derive(Debug, Default)]
pub(crate) struct Scribe {
    teller: Teller,
    sources: Sources,
    pub(crate) stacks: Stacks,
    /// The places of the present record, by their numbers.
    places: Places,
    /// Says what the events change, for a page.
    changes: Option<Changes>,
    /// The lines after the one of the present record. Kept for its memory.
    more: Out,
}

/// A record's places.
#[derive(Clone, Copy, Debug, Default)]
struct Places {
    src: Option<usize>,
    at: Option<usize>,
    made: Option<usize>,
}

impl Scribe {
    /// One whose lines also say what each event has changed.
    pub(crate) fn for_a_page() -> Scribe {
        Scribe { changes: Some(Changes::default()), ..Scribe::default() }
    }

    /// A record that is not to be written.
    pub(crate) fn pass(&mut self, record: &Record) {
        self.teller.pass(record);
        if let Some(changes) = &mut self.changes {
            changes.pass(record);
        }
    }

    /// A copy that knows as much, but has written nothing.
    pub(crate) fn snapshot(&self) -> Scribe {
        let changes = self.changes.as_ref().map(Changes::snapshot);
        Scribe { teller: self.teller.clone(), changes, ..Scribe::default() }
    }

    /// Adds the source files that [`Scribe::everything`] names.
    pub(crate) fn sources_of_everything(&mut self, out: &mut Out) {
        for place in self.changes.iter().flat_map(Changes::places) {
            self.sources.meet(place, out);
        }
    }

    /// Adds lines for a reader that has none of the lines before: they say all there is now.
    pub(crate) fn everything(&mut self, out: &mut Out) {
        if let Some(changes) = &mut self.changes {
            changes.everything(self.teller.names(), out);
        }
    }

    /// Adds to `out` a line for each source file that this record is the first to mention, and for
    /// its stack if no record before had the same.
    pub(crate) fn sources(&mut self, record: &Record, out: &mut Out) {
        let mut meet = |place| self.sources.meet(place, out);
        let (src, at) = (meet(record.place), record.at.place().and_then(&mut meet));
        self.places = Places { src, at, made: record.event.made().and_then(meet) };
        self.stacks.meet(record, out);
    }

    /// The same for a place that no record has named.
    pub(crate) fn source(&mut self, place: Place, out: &mut Out) {
        self.sources.meet(place, out);
    }

    pub(crate) fn names(&mut self) -> &mut Names {
        self.teller.names()
    }

    /// Adds the record's line to `out`, and if that does not hold all that it has changed, more of
    /// them.
    pub(crate) fn line(&mut self, record: &Record, out: &mut Out) {
        // First, because the sentence names things in its own order, and so does the story.
        self.teller.sentence(record);
        self.head(record, out);
        Wire::fields(&record.event, self.teller.names(), out);
        // What the wait is for that is served.
        if let Some(on) = self.teller.served(&record.event) {
            Wire::fields(&Served { on }, self.teller.names(), out);
        }
        self.where_it_was(record.at, out);
        if let Some(stack) = self.stacks.of_this {
            say!(out, ",\"stack\":{stack}");
        }
        if let Some(changes) = &mut self.changes {
            changes.after(record, self.teller.names(), (&mut *out, &mut self.more));
            for (key, to) in changes.pointers() {
                if let Some(to) = to {
                    say!(out, ",\"{key}\":{to}");
                }
            }
        }
        json::raw(out, ",\"say\":");
        // Not all of it is in words of ours: it may name a type, or be what the program says.
        json::text(out, self.teller.said());
        json::raw(out, "}\n");
        if !self.more.is_empty() {
            out.push(&self.more);
            self.more.clear();
        }
    }

    /// Writes when it was, and who did it.
    fn head(&self, record: &Record, out: &mut Out) {
        say!(out, "{{\"n\":{},\"t\":{}", record.seq, whole_nanos(record.time));
        if record.real != record.time {
            say!(out, ",\"real\":{}", whole_nanos(record.real));
        }
        if !record.overhead.is_zero() {
            say!(out, ",\"overhead\":{}", whole_nanos(record.overhead));
        }
        say!(out, ",\"turn\":{}", record.turn);
        // The task that was being polled is its `run`; and its `task`, too, unless the event is
        // about one. (A job's thread is no task's poll.)
        if let Some(who) = self.teller.who.filter(|_| record.event.about().is_none()) {
            say!(out, ",\"task\":\"{who}\"");
        }
        if let Some(who) = self.teller.who.filter(|_| record.task.is_some()) {
            say!(out, ",\"run\":\"{who}\"");
        }
        if let Some(scope) = record.scope {
            say!(out, ",\"in\":{scope}");
        }
    }

    /// Writes its places. The engine's has no column, which would tell a reader nothing.
    fn where_it_was(&self, by: At, out: &mut Out) {
        let Places { src, at, made } = self.places;
        if let Some(made) = made {
            say!(out, ",\"made\":\"{}\"", self.sources.column(made));
        }
        if let Some(src) = src {
            say!(out, ",\"src\":\"{}\"", self.sources.line(src));
        }
        if let Some(at) = at {
            say!(out, ",\"at\":\"{}\"", self.sources.column(at));
        }
        match by {
            At::Made(_) => json::raw(out, ",\"line\":\"made\""),
            At::Drop => json::raw(out, ",\"line\":\"drop\""),
            At::Call(_) | At::Unknown => {}
        }
    }
}

#[derive(Serialize)]
struct Served {
    on: Resource,
}

/// Adds an object of these fields. (No id is in them: those are named by the [`Scribe`].)
pub(crate) fn object(value: &impl Serialize, out: &mut Out) {
    Wire::object(value, ALL, &mut Names::new(), out);
}

#[cfg(test)]
mod tests;
