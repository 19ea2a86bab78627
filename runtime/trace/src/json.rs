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
//! Not here: how text and numbers are written (`json_text.rs`), the words for what an event tells by
//! one of a few (`json_words.rs`), lines that are no events (`lines.rs`), files (`file.rs`).

use std::time::Duration;

use kettle_runtime::event::{Cause, Direction, Effect, Event, Outcome, Place, Record, Resource};
use kettle_runtime::id::{Id, Serial};

use crate::json_text as json;
use crate::json_words::{
    channel_kind_word, closer_word, deferral_word, direction_word, kind_word, letter_word, name_of,
    outcome_word, replaced_word, tried_word,
};
use crate::names::{Name, Names};
use crate::sources::Sources;
use crate::words::Teller;

/// Writes records as lines.
#[derive(Debug, Default)]
pub(crate) struct Scribe {
    teller: Teller,
    sources: Sources,
    /// The sentence of the record at hand; kept for its room.
    say: String,
}

impl Scribe {
    /// Adds to `out` a line for each source file that this record is the first to mention.
    pub(crate) fn sources(&mut self, record: &Record, out: &mut Vec<u8>) {
        let places = [Some(record.place), record.at, made(&record.event)];
        for place in places.into_iter().flatten() {
            self.sources.meet(place, out);
        }
    }

    /// Adds the record's line to `out`.
    pub(crate) fn line(&mut self, record: &Record, out: &mut Vec<u8>) {
        // First, because the sentence names things in its own order, and so does the story.
        self.say.clear();
        self.say.push_str(&self.teller.sentence(record));
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
        let mut fields = Fields { out, names: self.teller.names(), sources: &mut self.sources };
        fields.who(record);
        fields.event(&record.event);
        fields.place("src", record.place, false);
        if let Some(at) = record.at {
            fields.place("at", at, true);
        }
        json::key(out, "say");
        json::text(out, &self.say);
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

/// A line in the making. Each method adds one field.
struct Fields<'a> {
    out: &'a mut Vec<u8>,
    names: &'a mut Names,
    sources: &'a mut Sources,
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
        match *event {
            Event::RunStart { paused } => self.ev("RunStart").flag("paused", paused),
            Event::RunEnd { tasks, timers, sources } => {
                self.ev("RunEnd").count("tasks", tasks).count("timers", timers);
                self.count("sources", sources)
            }
            Event::Turn { queued, tasks, timers, sources } => {
                self.ev("Turn").count("queued", queued).count("tasks", tasks);
                self.count("timers", timers).count("sources", sources)
            }
            Event::Park { timeout } => {
                self.ev("Park").maybe("timeout", timeout.map(json::whole_nanos))
            }
            Event::Unpark { events, rung } => {
                self.ev("Unpark").count("events", events).flag("rung", rung)
            }
            Event::Advance { by, auto } => self.ev("Advance").nanos("by", by).flag("auto", auto),
            Event::Letter { kind } => self.ev("Letter").word("kind", letter_word(kind)),
            Event::Note { text } => self.ev("Note").text("text", text),
            Event::Lost { records } => self.ev("Lost").number("records", records),
            ref event => self.of_a_task(event),
        };
    }

    fn of_a_task(&mut self, event: &Event) -> &mut Self {
        match *event {
            Event::Spawn { kind, at, size, .. } => {
                self.ev("Spawn").word("kind", kind_word(kind)).place("made", at, true);
                self.count("size", size)
            }
            Event::PollStart { .. } => self.ev("PollStart"),
            Event::PollEnd { outcome, kept, .. } => {
                self.ev("PollEnd").outcome(outcome).count("kept", kept)
            }
            Event::Wake { by, effect, .. } => self.ev("Wake").cause(by).effect(effect),
            Event::Wait { on, replaced } => {
                self.ev("Wait").on(on).word("replaced", replaced_word(replaced))
            }
            Event::Unwait { on } => self.ev("Unwait").on(on),
            Event::Defer { why } => self.ev("Defer").word("why", deferral_word(why)),
            Event::BlockingStart { .. } => self.ev("BlockingStart"),
            Event::BlockingEnd { .. } => self.ev("BlockingEnd"),
            Event::Cancel { .. } => self.ev("Cancel"),
            Event::Join { outcome, .. } => self.ev("Join").outcome(outcome),
            Event::Detach { .. } => self.ev("Detach"),
            Event::Unpolled { at } => self.ev("Unpolled").place("made", at, true),
            ref event => self.of_a_timer(event),
        }
    }

    fn of_a_timer(&mut self, event: &Event) -> &mut Self {
        match *event {
            Event::TimerAdd { timer, due, level, slot } => {
                self.ev("TimerAdd").timer(timer).nanos("due", due);
                self.number("level", level.into()).number("slot", slot.into())
            }
            Event::TimerCascade { level, slot, moved } => {
                self.ev("TimerCascade").number("level", level.into()).number("slot", slot.into());
                self.count("moved", moved)
            }
            Event::TimerFire { timer, late } => {
                self.ev("TimerFire").timer(timer).nanos("late", late)
            }
            Event::TimerCancel { timer } => self.ev("TimerCancel").timer(timer),
            ref event => self.of_a_source(event),
        }
    }

    fn of_a_source(&mut self, event: &Event) -> &mut Self {
        match *event {
            Event::SourceAdd { source, what } => {
                self.ev("SourceAdd").source(source).text("what", what)
            }
            Event::SourceTry { source, direction, result } => {
                self.ev("SourceTry").source(source).direction(direction);
                self.word("result", tried_word(result))
            }
            Event::SourceReady { source, readable, writable, closed } => {
                self.ev("SourceReady").source(source).flag("readable", readable);
                self.flag("writable", writable).flag("closed", closed)
            }
            Event::SourceClear { source, direction } => {
                self.ev("SourceClear").source(source).direction(direction)
            }
            Event::SourceDrop { source } => self.ev("SourceDrop").source(source),
            ref event => self.of_a_primitive(event),
        }
    }

    fn of_a_primitive(&mut self, event: &Event) -> &mut Self {
        match *event {
            Event::ChannelOpen { channel, kind, capacity, at } => {
                self.ev("ChannelOpen").channel(channel).word("kind", channel_kind_word(kind));
                let capacity = capacity.map(|capacity| capacity as u64);
                self.maybe("capacity", capacity).place("made", at, true)
            }
            Event::ChannelSenders { channel, alive } => {
                self.ev("ChannelSenders").channel(channel).count("alive", alive)
            }
            Event::ChannelSend { channel, len } => {
                self.ev("ChannelSend").channel(channel).count("len", len)
            }
            Event::ChannelRecv { channel, len } => {
                self.ev("ChannelRecv").channel(channel).count("len", len)
            }
            Event::ChannelClose { channel, by } => {
                self.ev("ChannelClose").channel(channel).word("by", closer_word(by))
            }
            Event::LockTake { lock } => self.ev("LockTake").lock(lock),
            Event::LockRelease { lock, handed_over } => {
                self.ev("LockRelease").lock(lock).flag("handed_over", handed_over)
            }
            Event::SelectStart { branches, first } => {
                self.ev("SelectStart").number("branches", branches.into());
                self.number("first", first.into())
            }
            Event::SelectPoll { branch, ready } => {
                self.ev("SelectPoll").number("branch", branch.into()).flag("ready", ready)
            }
            Event::SelectWin { branch } => self.ev("SelectWin").number("branch", branch.into()),
            // An event of a newer engine: its name and no fields.
            ref event => self.ev(name_of(event).as_str()),
        }
    }

    fn ev(&mut self, name: &str) -> &mut Self {
        self.word("ev", name)
    }

    fn cause(&mut self, by: Cause) -> &mut Self {
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

    fn effect(&mut self, effect: Effect) -> &mut Self {
        match effect {
            Effect::Queued(place) => self.word("effect", "queued").count("place", place),
            Effect::Coalesced => self.word("effect", "coalesced"),
            Effect::DuringPoll => self.word("effect", "during_poll"),
            Effect::Stale => self.word("effect", "stale"),
        }
    }

    fn on(&mut self, on: Resource) -> &mut Self {
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

    fn outcome(&mut self, outcome: Outcome) -> &mut Self {
        self.word("outcome", outcome_word(outcome))
    }

    fn direction(&mut self, direction: Direction) -> &mut Self {
        self.word("direction", direction_word(direction))
    }

    fn task(&mut self, key: &str, id: Id) -> &mut Self {
        json::key(self.out, key);
        self.name(|names| names.task(id))
    }

    fn timer(&mut self, timer: Serial) -> &mut Self {
        json::key(self.out, "timer");
        self.name(|names| names.timer(timer))
    }

    fn source(&mut self, source: Serial) -> &mut Self {
        json::key(self.out, "source");
        self.name(|names| names.source(source))
    }

    fn channel(&mut self, channel: Serial) -> &mut Self {
        json::key(self.out, "channel");
        self.name(|names| names.channel(channel))
    }

    fn lock(&mut self, lock: Serial) -> &mut Self {
        json::key(self.out, "lock");
        self.name(|names| names.lock(lock))
    }

    fn name(&mut self, name: impl FnOnce(&mut Names) -> Name) -> &mut Self {
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
    fn place(&mut self, key: &str, place: Place, column: bool) -> &mut Self {
        json::key(self.out, key);
        self.out.push(b'"');
        let shown = self.sources.shown(place);
        let text = if column { shown.column() } else { shown.line() };
        self.out.extend_from_slice(text.as_bytes());
        self.out.push(b'"');
        self
    }

    fn word(&mut self, key: &str, word: &str) -> &mut Self {
        json::key(self.out, key);
        json::word(self.out, word);
        self
    }

    fn text(&mut self, key: &str, text: &str) -> &mut Self {
        json::key(self.out, key);
        json::text(self.out, text);
        self
    }

    fn flag(&mut self, key: &str, flag: bool) -> &mut Self {
        json::key(self.out, key);
        self.out.extend_from_slice(if flag { b"true" } else { b"false" });
        self
    }

    fn nanos(&mut self, key: &str, time: Duration) -> &mut Self {
        self.number(key, json::whole_nanos(time))
    }

    fn count(&mut self, key: &str, count: usize) -> &mut Self {
        self.number(key, count as u64)
    }

    fn maybe(&mut self, key: &str, number: Option<u64>) -> &mut Self {
        let Some(number) = number else {
            json::key(self.out, key);
            self.out.extend_from_slice(b"null");
            return self;
        };
        self.number(key, number)
    }

    fn number(&mut self, key: &str, number: u64) -> &mut Self {
        json::key(self.out, key);
        json::number(self.out, number);
        self
    }
}
