//! What is one entry of a Chrome trace?
//!
//! An object with a phase (`X` a slice, `i` an instant, `s` and `f` the ends of an arrow, `C` a
//! counter, `M` a name), a track, and a time in microseconds, with the nanoseconds behind the point.
//!
//! Interface: [`Entry`]; [`process`] and [`thread`], which give names.

use std::time::Duration;

use crate::words::names::{Family, Name};
use crate::words::text as json;

/// Which row of the picture an entry is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Track {
    /// The loop.
    Loop,
    /// A task, or a blocking job.
    Of(Name),
}

impl Track {
    /// What the format calls a thread. (Readers take 0 for the idle one.)
    fn number(self) -> u64 {
        match self {
            Track::Loop => 1,
            Track::Of(Name { family: Family::Main, number }) => 1 + number as u64,
            // Rarely more than a few `block_on`s; tasks and jobs take turns behind them.
            Track::Of(Name { family: Family::Job, number }) => 1_001 + 2 * number as u64,
            Track::Of(Name { number, .. }) => 1_000 + 2 * number as u64,
        }
    }
}

/// The first entry of all: what program this is.
pub(crate) fn process(out: &mut Vec<u8>, program: &str) {
    out.extend_from_slice(b"{\"name\":\"process_name\",\"ph\":\"M\",\"pid\":1,\"args\":{\"name\":");
    json::text(out, program);
    out.extend_from_slice(b"}}");
}

/// What a track is called, and its place among the others.
pub(crate) fn thread(out: &mut Vec<u8>, track: Track, origin: Option<&str>) {
    let name = match (track, origin) {
        (Track::Loop, _) => "the loop".to_owned(),
        (Track::Of(name), None) => name.to_string(),
        (Track::Of(name), Some(origin)) => format!("{name} · {origin}"),
    };
    let open = |out: &mut Vec<u8>, what: &str, argument: &str| {
        out.extend_from_slice(b",\n{\"name\":");
        json::word(out, what);
        out.extend_from_slice(b",\"ph\":\"M\",\"pid\":1");
        json::key(out, "tid");
        json::number(out, track.number());
        out.extend_from_slice(b",\"args\":{");
        json::word(out, argument);
        out.push(b':');
    };
    open(out, "thread_name", "name");
    json::text(out, &name);
    out.extend_from_slice(b"}}");
    open(out, "thread_sort_index", "sort_index");
    json::number(out, track.number());
    out.extend_from_slice(b"}}");
}

/// An entry in the making. Fields come first, then arguments, then its end.
#[must_use]
pub(crate) struct Entry<'a> {
    out: &'a mut Vec<u8>,
    /// Are its arguments open?
    args: bool,
}

impl<'a> Entry<'a> {
    pub(crate) fn new(
        out: &'a mut Vec<u8>,
        phase: &str,
        name: &str,
        track: Track,
        at: Duration,
    ) -> Entry<'a> {
        out.extend_from_slice(b",\n{\"ph\":");
        json::word(out, phase);
        json::key(out, "name");
        json::text(out, name);
        // The ends of an arrow find each other by name, category and number.
        json::key(out, "cat");
        json::word(out, "kettle");
        json::key(out, "pid");
        json::number(out, 1);
        json::key(out, "tid");
        json::number(out, track.number());
        Entry { out, args: false }.micros("ts", at)
    }

    /// A field that is a word.
    pub(crate) fn word(self, key: &str, word: &str) -> Entry<'a> {
        json::key(self.out, key);
        json::word(self.out, word);
        self
    }

    /// A field that is a number.
    pub(crate) fn number(self, key: &str, number: u64) -> Entry<'a> {
        json::key(self.out, key);
        json::number(self.out, number);
        self
    }

    /// A field that is a time.
    pub(crate) fn micros(self, key: &str, time: Duration) -> Entry<'a> {
        let nanos = json::whole_nanos(time);
        json::key(self.out, key);
        json::number(self.out, nanos / 1_000);
        let rest = nanos % 1_000;
        // One digit each.
        let digits = [rest / 100, rest / 10 % 10, rest % 10];
        self.out.push(b'.');
        for digit in digits {
            json::number(self.out, digit);
        }
        self
    }

    /// The argument `say`: the event in words.
    pub(crate) fn say(mut self, say: &str) -> Entry<'a> {
        self.argument("say");
        json::text(self.out, say);
        self
    }

    /// The argument `event`: its number.
    pub(crate) fn event(mut self, number: u64) -> Entry<'a> {
        self.argument("event");
        json::number(self.out, number);
        self
    }

    /// A counter's value.
    pub(crate) fn count(mut self, count: usize) -> Entry<'a> {
        self.argument("count");
        json::number(self.out, count as u64);
        self
    }

    pub(crate) fn end(self) {
        self.out.extend_from_slice(if self.args { b"}}" } else { b"}" });
    }

    fn argument(&mut self, key: &str) {
        if self.args {
            json::key(self.out, key);
        } else {
            self.out.extend_from_slice(b",\"args\":{\"");
            self.out.extend_from_slice(key.as_bytes());
            self.out.extend_from_slice(b"\":");
            self.args = true;
        }
    }
}
