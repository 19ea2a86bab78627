//! How does a record become a line of the trace?
//!
//! As one JSON object: number, time, turn, task, the event's name and its fields, the places in the
//! source, and the sentence that the story would tell. `docs/trace-format.md` describes every line
//! and field, and a test compares it with this file.
//!
//! Interface: [`Scribe::sources`], then [`Scribe::line`], once for each record, in order.
//!
//! Invariant: who and what have the names that the story gives them.
//!
//! Not here: how fields, text and numbers are written (`json/`), lines that are no events (`lines.rs`), files (`file.rs`).

mod fields;
pub(crate) mod text;
mod words;

use kettle_runtime::event::{Event, Place, Record};
use kettle_runtime::id::Id;

use self::fields::Fields;
use self::text as json;
pub(crate) use self::words::name_of;
use self::words::{
    channel_kind_word, closer_word, deferral_word, kind_word, letter_word, replaced_word,
    tried_word,
};
use crate::names::{Name, future_name};
use crate::sources::Sources;
use crate::words::Teller;

/// Writes records as lines.
#[derive(Debug, Default)]
pub(crate) struct Scribe {
    teller: Teller,
    sources: Sources,
}

impl Scribe {
    /// Adds to `out` a line for each source file that this record is the first to mention.
    pub(crate) fn sources(&mut self, record: &Record, out: &mut Vec<u8>) {
        let places = [Some(record.place), record.at, made(&record.event)];
        for place in places.into_iter().flatten() {
            self.sources.meet(place, out);
        }
    }

    /// What it calls this task.
    pub(crate) fn name(&mut self, task: Id) -> Name {
        self.teller.names().task(task)
    }

    /// Adds the record's line to `out`.
    pub(crate) fn line(&mut self, record: &Record, out: &mut Vec<u8>) {
        // First, because the sentence names things in its own order, and so does the story.
        self.teller.sentence(record);
        out.extend_from_slice(b"{\"n\":");
        json::number(out, record.seq);
        json::key(out, "t");
        json::nanos(out, record.time);
        if record.real != record.time {
            json::key(out, "real");
            json::nanos(out, record.real);
        }
        json::key(out, "turn");
        json::number(out, record.turn);
        let mut fields = Fields { out, names: self.teller.names(), sources: &self.sources };
        fields.who(record);
        fields.event(&record.event);
        fields.place("src", record.place, false);
        if let Some(at) = record.at {
            fields.place("at", at, true);
        }
        json::key(out, "say");
        json::text(out, self.teller.said());
        out.extend_from_slice(b"}\n");
    }
}

/// Where the thing that this event tells of was made.
fn made(event: &Event) -> Option<Place> {
    match *event {
        Event::Spawn { at, .. } | Event::ChannelOpen { at, .. } | Event::Unpolled { at } => {
            Some(at)
        }
        _ => None,
    }
}

/// The task (or job) that the event is about, by a field of its own.
fn about(event: &Event) -> Option<Id> {
    match *event {
        Event::Spawn { task, .. }
        | Event::PollStart { task }
        | Event::PollEnd { task, .. }
        | Event::Wake { task, .. }
        | Event::BlockingStart { task }
        | Event::BlockingEnd { task }
        | Event::Cancel { task }
        | Event::Detach { task }
        | Event::Join { task, .. } => Some(task),
        _ => None,
    }
}

impl Fields<'_> {
    /// `task` is the one that the event is about, else the one that was being polled; if both are
    /// there and differ, that one is `by_task`.
    fn who(&mut self, record: &Record) {
        let about = about(&record.event);
        if let Some(task) = about.or(record.task) {
            self.task("task", task);
        }
        if let (Some(about), Some(running)) = (about, record.task)
            && about != running
        {
            self.task("by_task", running);
        }
    }

    fn event(&mut self, event: &Event) {
        self.word("ev", name_of(event));
        match *event {
            Event::RunStart { paused } => self.flag("paused", paused),
            Event::RunEnd { tasks, timers, sources } => {
                self.count("tasks", tasks).count("timers", timers);
                self.count("sources", sources)
            }
            Event::Turn { queued, tasks, timers, sources } => {
                self.count("queued", queued).count("tasks", tasks);
                self.count("timers", timers).count("sources", sources)
            }
            Event::Park { timeout } => self.maybe("timeout", timeout.map(json::whole_nanos)),
            Event::Unpark { events, rung } => self.count("events", events).flag("rung", rung),
            Event::Advance { by, auto } => self.nanos("by", by).flag("auto", auto),
            Event::Letter { kind } => self.word("kind", letter_word(kind)),
            Event::Note { text } => self.text("text", text),
            Event::Lost { records } => self.number("records", records),
            ref event => self.of_a_task(event),
        };
    }

    fn of_a_task(&mut self, event: &Event) -> &mut Self {
        match *event {
            Event::Spawn { kind, at, size, what, .. } => {
                self.word("kind", kind_word(kind)).place("made", at, true);
                self.count("size", size).text("what", &future_name(what))
            }
            Event::PollEnd { outcome, kept, .. } => self.outcome(outcome).count("kept", kept),
            Event::Wake { by, effect, .. } => self.cause(by).effect(effect),
            Event::Wait { on, replaced } => self.on(on).word("replaced", replaced_word(replaced)),
            Event::Unwait { on } | Event::Served { on } => self.on(on),
            Event::Defer { why } => self.word("why", deferral_word(why)),
            Event::Join { outcome, .. } => self.outcome(outcome),
            Event::Unpolled { at } => self.place("made", at, true),
            ref event => self.of_a_timer(event),
        }
    }

    fn of_a_timer(&mut self, event: &Event) -> &mut Self {
        match *event {
            Event::TimerAdd { timer, due, level, slot }
            | Event::TimerMove { timer, due, level, slot } => {
                self.timer(timer).nanos("due", due);
                self.number("level", level.into()).number("slot", slot.into())
            }
            Event::TimerCascade { level, slot, moved } => {
                self.number("level", level.into()).number("slot", slot.into());
                self.count("moved", moved)
            }
            Event::TimerFire { timer, late } => self.timer(timer).nanos("late", late),
            Event::TimerCancel { timer } => self.timer(timer),
            ref event => self.of_a_source(event),
        }
    }

    fn of_a_source(&mut self, event: &Event) -> &mut Self {
        match *event {
            Event::SourceAdd { source, what } => self.source(source).text("what", what),
            Event::SourceTry { source, direction, result, bytes } => {
                self.source(source).direction(direction);
                let bytes = bytes.map(|bytes| bytes as u64);
                self.word("result", tried_word(result)).maybe("bytes", bytes)
            }
            Event::SourceReady { source, readable, writable, closed } => {
                self.source(source).flag("readable", readable);
                self.flag("writable", writable).flag("closed", closed)
            }
            Event::SourceClear { source, direction } => self.source(source).direction(direction),
            Event::SourceDrop { source } => self.source(source),
            ref event => self.of_a_primitive(event),
        }
    }

    fn of_a_primitive(&mut self, event: &Event) -> &mut Self {
        match *event {
            Event::ChannelOpen { channel, kind, capacity, at } => {
                self.channel(channel).word("kind", channel_kind_word(kind));
                let capacity = capacity.map(|capacity| capacity as u64);
                self.maybe("capacity", capacity).place("made", at, true)
            }
            Event::ChannelSenders { channel, alive } => self.channel(channel).count("alive", alive),
            Event::ChannelSend { channel, len } | Event::ChannelRecv { channel, len } => {
                self.channel(channel).count("len", len)
            }
            Event::ChannelClose { channel, by } => {
                self.channel(channel).word("by", closer_word(by))
            }
            Event::LockTake { lock } => self.lock(lock),
            Event::LockRelease { lock, handed_over } => {
                self.lock(lock).flag("handed_over", handed_over)
            }
            Event::SelectStart { branches, first } => {
                self.number("branches", branches.into());
                self.number("first", first.into())
            }
            Event::SelectPoll { branch, ready } => {
                self.number("branch", branch.into()).flag("ready", ready)
            }
            Event::SelectWin { branch } => self.number("branch", branch.into()),
            // It has no fields of its own beside a task, or a newer engine has told of it.
            _ => self,
        }
    }
}

#[cfg(test)]
mod tests;
