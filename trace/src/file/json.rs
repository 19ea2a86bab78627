//! How does a record become a line of the trace?
//!
//! As one JSON object: number, time, turn, task, the event's name and its fields, the places in the
//! source, and the sentence that the story would tell. `docs/trace-format.md` describes every line
//! and field, and a test compares it with this file.
//!
//! Interface: [`Scribe::sources`], then [`Scribe::line`], once for each record, in order.
//!
//! Invariant: tasks and things have the names that the story gives them.
//!
//! Not here: how fields, text and numbers are written (`json/`), lines that are no events (`lines.rs`), files (`file.rs`).

mod changes;
mod entry;
mod fields;
mod told;
mod values;
mod words;

use kettle_events::{Event, Id, Place, Record};

use self::changes::Changes;
use self::fields::Fields;
pub(crate) use self::words::name_of;
use self::words::{act_word, deferral_word, kind_word, message_word, replaced_word, tried_word};
use crate::words::names::{Name, future_name};
use crate::words::sources::Sources;
use crate::words::teller::Teller;
use crate::words::text as json;
use crate::words::text::field;

/// Writes records as lines.
#[derive(Debug, Default)]
pub(crate) struct Scribe {
    teller: Teller,
    sources: Sources,
    /// The places of the record at hand, by their numbers.
    places: Places,
    /// What the events change, if a page is to know it.
    changes: Option<Changes>,
    /// Of the record at hand what does not fit into its line; kept for its room.
    more: Vec<u8>,
}

/// A record's places.
#[derive(Clone, Copy, Debug, Default)]
struct Places {
    src: usize,
    at: Option<usize>,
    made: Option<usize>,
}

impl Scribe {
    /// One whose lines say, too, what each event has changed.
    pub(crate) fn for_a_page() -> Scribe {
        Scribe { changes: Some(Changes::default()), ..Scribe::default() }
    }

    /// Adds lines for a reader that has none of the lines before: they say all there is now.
    pub(crate) fn everything(&mut self, out: &mut Vec<u8>) {
        if let Some(changes) = &mut self.changes {
            changes.everything(self.teller.names(), &mut self.sources, out);
        }
    }

    /// Adds to `out` a line for each source file that this record is the first to mention.
    pub(crate) fn sources(&mut self, record: &Record, out: &mut Vec<u8>) {
        let mut meet = |place| self.sources.meet(place, out);
        self.places = Places {
            src: meet(record.place),
            at: record.at.map(&mut meet),
            made: record.event.made().map(meet),
        };
    }

    /// The same for a place that no record has named.
    pub(crate) fn source(&mut self, place: Place, out: &mut Vec<u8>) {
        self.sources.meet(place, out);
    }

    /// What it calls this task.
    pub(crate) fn name(&mut self, task: Id) -> Name {
        self.teller.names().task(task)
    }

    /// Adds the record's line to `out`, and if that does not hold all that it has changed, more of them.
    pub(crate) fn line(&mut self, record: &Record, out: &mut Vec<u8>) {
        // First, because the sentence names things in its own order, and so does the story.
        self.teller.sentence(record);
        out.extend_from_slice(b"{\"n\":");
        json::number(out, record.seq);
        json::raw(out, field!("t"));
        json::nanos(out, record.time);
        if record.real != record.time {
            json::raw(out, field!("real"));
            json::nanos(out, record.real);
        }
        json::raw(out, field!("turn"));
        json::number(out, record.turn);
        let Places { src, at, made } = self.places;
        let shown = |number| self.sources.shown(number);
        let mut fields = Fields { out, names: self.teller.names() };
        fields.who(record);
        fields.event(&record.event);
        if let Some(made) = made {
            fields.place(field!("made"), shown(made).column());
        }
        // The engine's without its column, which says nothing to a reader.
        fields.place(field!("src"), shown(src).line());
        if let Some(at) = at {
            fields.place(field!("at"), shown(at).column());
        }
        if let Some(changes) = &mut self.changes {
            let names = self.teller.names();
            changes.after(record, names, &mut self.sources, (&mut *out, &mut self.more));
        }
        json::raw(out, field!("say"));
        // Not all of it is in words of ours: it may name a type, or be what the program says.
        json::text(out, self.teller.said());
        out.extend_from_slice(b"}\n");
        out.append(&mut self.more);
    }
}

impl Fields<'_> {
    /// `run` is the task that was being polled, `task` the one that the event is about, else that one.
    fn who(&mut self, record: &Record) {
        if let Some(task) = record.event.about().or(record.task) {
            self.task(field!("task"), task);
        }
        if let Some(running) = record.task {
            self.task(field!("run"), running);
        }
    }

    fn event(&mut self, event: &Event) {
        self.word(field!("ev"), name_of(event));
        match *event {
            Event::RunStart { paused } => self.flag(field!("paused"), paused),
            Event::RunEnd { tasks, timers, sources } => {
                self.count(field!("tasks"), tasks).count(field!("timers"), timers);
                self.count(field!("sources"), sources)
            }
            Event::Turn { queued, tasks, timers, sources } => {
                self.count(field!("queued"), queued).count(field!("tasks"), tasks);
                self.count(field!("timers"), timers).count(field!("sources"), sources)
            }
            Event::Park { timeout } => {
                self.maybe(field!("timeout"), timeout.map(json::whole_nanos))
            }
            Event::Unpark { events, unparked } => {
                self.count(field!("events"), events).flag(field!("unparked"), unparked)
            }
            Event::Advance { by, auto } => self.nanos(field!("by"), by).flag(field!("auto"), auto),
            Event::Message { kind } => self.word(field!("kind"), message_word(kind)),
            Event::Note { text } => self.text(field!("text"), text),
            Event::Lost { records } => self.number(field!("records"), records),
            ref event => self.of_a_task(event),
        };
    }

    fn of_a_task(&mut self, event: &Event) -> &mut Self {
        match *event {
            Event::Spawn { kind, size, what, .. } => {
                self.word(field!("kind"), kind_word(kind));
                self.count(field!("size"), size).text(field!("what"), &future_name(what))
            }
            Event::PollEnd { outcome, wakers, handles, .. } => {
                self.outcome(outcome).count(field!("wakers"), wakers);
                self.count(field!("handles"), handles)
            }
            Event::Wake { by, effect, .. } => self.cause(by).effect(effect),
            Event::Wait { on, replaced } => {
                self.on(on).word(field!("replaced"), replaced_word(replaced))
            }
            Event::Unwait { on } | Event::Served { on } => self.on(on),
            Event::Defer { why } => self.word(field!("why"), deferral_word(why)),
            Event::Join { outcome, .. } => self.outcome(outcome),
            ref event => self.of_a_timer(event),
        }
    }

    fn of_a_timer(&mut self, event: &Event) -> &mut Self {
        match *event {
            Event::TimerAdd { timer, due, level, slot }
            | Event::TimerMove { timer, due, level, slot } => {
                self.timer(timer).nanos(field!("due"), due);
                self.number(field!("level"), level.into()).number(field!("slot"), slot.into())
            }
            Event::TimerCascade { level, slot, moved } => {
                self.number(field!("level"), level.into()).number(field!("slot"), slot.into());
                self.count(field!("moved"), moved)
            }
            Event::TimerFire { timer, late } => self.timer(timer).nanos(field!("late"), late),
            Event::TimerCancel { timer } => self.timer(timer),
            ref event => self.of_a_source(event),
        }
    }

    fn of_a_source(&mut self, event: &Event) -> &mut Self {
        match *event {
            Event::SourceAdd { source, what } => self.source(source).text(field!("what"), what),
            Event::SourceTry { source, direction, result, bytes } => {
                self.source(source).direction(direction);
                let bytes = bytes.map(|bytes| bytes as u64);
                self.word(field!("result"), tried_word(result)).maybe(field!("bytes"), bytes)
            }
            Event::SourceReady { source, ready: [readable, writable, priority, error], closed } => {
                self.source(source).flag(field!("readable"), readable);
                self.flag(field!("writable"), writable).flag(field!("priority"), priority);
                self.flag(field!("error"), error).flag(field!("closed"), closed)
            }
            Event::SourceClear { source, direction } => self.source(source).direction(direction),
            Event::SourceDrop { source } => self.source(source),
            ref event => self.of_a_primitive(event),
        }
    }

    fn of_a_primitive(&mut self, event: &Event) -> &mut Self {
        match *event {
            Event::SyncNew { kind, sync, room, count, .. } => {
                let room = room.map(|room| room as u64);
                self.sync(kind, sync).maybe(field!("room"), room).count(field!("count"), count)
            }
            Event::SyncAct { kind, sync, act, units, count } => {
                self.sync(kind, sync).word(field!("act"), act_word(act)).units(units);
                self.count(field!("count"), count)
            }
            Event::SelectStart { branches, first } => {
                self.number(field!("branches"), branches.into());
                self.number(field!("first"), first.into())
            }
            Event::SelectPoll { branch, ready } => {
                self.number(field!("branch"), branch.into()).flag(field!("ready"), ready)
            }
            Event::SelectWin { branch } => self.number(field!("branch"), branch.into()),
            // It has no fields of its own beside a task, or it is of a newer version.
            _ => self,
        }
    }
}

#[cfg(test)]
mod tests;
