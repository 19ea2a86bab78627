//! How does a record become a line of the trace?
//!
//! As one JSON object: number, time, turn, task, the event's name and its fields, the places in the
//! source, and the same sentence as in the story (a run as printed text). `docs/watch.md` describes
//! every kind of line, and the types in `kettle-events` the fields of each event.
//!
//! Interface: an [`Encoder`] gets each record, in order, twice: [`Encoder::write_sources`] adds
//! the lines of source files and stacks that the record is the first to name, and then
//! [`Encoder::write_event`] adds the record's own line. [`Encoder::write_source`] adds a source
//! file that no record names. [`write_object`] writes any other struct.
//!
//! Invariant: tasks, timers and so on have the same names here as in the story.
//!
//! Not here: how an event's fields are written (`json/wire.rs`), texts and numbers
//! (`words/text.rs`), lines that aren't events (`lines.rs`), files (`file.rs`).

mod changes;
mod stacks;
mod wire;

use kettle_events::{At, Place, Record};
use serde::Serialize;

use self::changes::Changes;
use self::stacks::Stacks;
use self::wire::{ALL_FIELDS, Wire};
use crate::words::names::Names;
use crate::words::say::say;
use crate::words::sources::Sources;
use crate::words::teller::Teller;
use crate::words::text::{self, Out, whole_nanos};

/// Writes records as lines.
#[derive(Debug, Default)]
pub(crate) struct Encoder {
    pub(crate) teller: Teller,
    sources: Sources,
    pub(crate) stacks: Stacks,
    /// Set by `write_sources` for the record that `write_event` gets next.
    places: Places,
    /// Works out what each event has changed; only a page needs that.
    changes: Option<Changes>,
    /// Further lines of the present record. A field so that its buffer is reused.
    extra_lines: Out,
}

/// A record's places, as numbers of `Sources`.
#[derive(Clone, Copy, Debug, Default)]
struct Places {
    /// The line of the engine.
    src: Option<usize>,
    /// The line of the program that caused the event.
    at: Option<usize>,
    /// The line of the program that made the thing, if the event makes one.
    made: Option<usize>,
}

impl Encoder {
    /// An encoder whose lines also say what each event has changed.
    pub(crate) fn for_a_page() -> Encoder {
        Encoder { changes: Some(Changes::default()), ..Encoder::default() }
    }

    /// Adds to `out` a line for each source file that no earlier record has mentioned, and one for
    /// the record's stack if no earlier record had the same.
    pub(crate) fn write_sources(&mut self, record: &Record, out: &mut Out) {
        let mut number_of = |place| self.sources.number_of(place, out);
        self.places = Places {
            src: number_of(record.place),
            at: record.at.place().and_then(&mut number_of),
            made: record.event.made().and_then(number_of),
        };
        self.stacks.prepare(record, out);
    }

    /// Adds the line of a place's source file, if it is new. For places that aren't in a record.
    pub(crate) fn write_source(&mut self, place: Place, out: &mut Out) {
        self.sources.number_of(place, out);
    }

    /// Adds the record's line to `out`, and further lines if its changes don't fit into that one.
    pub(crate) fn write_event(&mut self, record: &Record, out: &mut Out) {
        // The sentence first: a thing gets its name when it is first mentioned, and the story,
        // which has nothing but sentences, must give it the same name.
        self.teller.sentence(record);
        self.write_head(record, out);
        Wire::fields(&record.event, &mut self.teller.names, out);
        self.write_places(record.at, out);
        if let Some(stack) = self.stacks.current {
            say!(out, ",\"stack\":{stack}");
        }
        self.write_changes(record, out);
        text::raw(out, ",\"say\":");
        // Escaped, because it may contain the name of a type, or text from the program.
        text::text(out, self.teller.last_sentence());
        text::raw(out, "}\n");
        if !self.extra_lines.is_empty() {
            out.push(&self.extra_lines);
            self.extra_lines.clear();
        }
    }

    /// Writes the record's number, its times, and the tasks that it concerns.
    fn write_head(&self, record: &Record, out: &mut Out) {
        say!(out, "{{\"n\":{},\"t\":{}", record.seq, whole_nanos(record.time));
        if record.real != record.time {
            say!(out, ",\"real\":{}", whole_nanos(record.real));
        }
        if !record.overhead.is_zero() {
            say!(out, ",\"overhead\":{}", whole_nanos(record.overhead));
        }
        say!(out, ",\"turn\":{}", record.turn);
        // `run`: the task that was being polled; on a blocking job's thread there is none. `task`:
        // the task that the event is about, which its own field gives; or else the one above.
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

    /// Writes the places: those in the program with their columns, the one in the engine without,
    /// since no reader needs it there.
    fn write_places(&self, at_by: At, out: &mut Out) {
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
        match at_by {
            At::Made(_) => text::raw(out, ",\"line\":\"made\""),
            At::Drop => text::raw(out, ",\"line\":\"drop\""),
            At::Call(_) | At::Unknown => {}
        }
    }

    /// Writes what the record has changed, and the numbers of earlier records that belong to it.
    fn write_changes(&mut self, record: &Record, out: &mut Out) {
        let Some(changes) = &mut self.changes else { return };
        changes.write_after(record, &mut self.teller.names, out, &mut self.extra_lines);
        let origin = changes.origin;
        if let Some(completed) = changes.fold.completes {
            say!(out, ",\"back\":{completed}");
        }
        if let Some(cause) = origin.cause {
            say!(out, ",\"from\":{cause}");
        }
        if let Some(poll_end) = origin.delay {
            say!(out, ",\"held\":{poll_end}");
        }
        if let Some(main) = changes.main_inside(record) {
            say!(out, ",\"inside\":\"{}\"", self.teller.names.task(main));
        }
    }
}

/// Adds an object with the fields of `value`. They can't contain ids, which only an [`Encoder`] can
/// replace by names.
pub(crate) fn write_object(value: &impl Serialize, out: &mut Out) {
    Wire::object(value, ALL_FIELDS, &mut Names::new(), out);
}

#[cfg(test)]
mod tests;
