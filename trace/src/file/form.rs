//! Which forms can a trace file have?
//!
//! Lines (`.jsonl`), the same lines behind a page that shows them (`.html`), or a Chrome trace
//! (`.json`). The ending of the file's name says which.
//!
//! Interface: [`Form::for_ending`]; then the methods that [`File`](crate::File) needs of each.

use std::time::Duration;

use kettle_events::Record;

use crate::file::json::Scribe;
use crate::file::lines::{self, Aside};
use crate::file::perfetto::{self, Perfetto};
use crate::page::html;
use crate::words::names::Names;
use crate::words::text::Out;

/// A form, with what its writer has to remember of the run.
#[derive(Debug)]
pub(crate) enum Form {
    /// Lines, as `docs/watch.md` describes them.
    Lines(Box<Scribe>),
    /// For Perfetto.
    Perfetto(Box<Perfetto>),
}

impl Form {
    /// The form of files that are called so, what comes first in them, and by what each of them is
    /// known.
    pub(crate) fn for_ending(ending: &str) -> Option<(Form, String, &'static str)> {
        let (form, head, mark) = match ending {
            "html" => (Form::Lines(Box::new(Scribe::for_a_page())), html::head(), html::MARK),
            "jsonl" => (Form::Lines(Box::default()), String::new(), lines::MARK),
            "json" => (Form::Perfetto(Box::default()), String::new(), perfetto::MARK),
            _ => return None,
        };
        Some((form, head, mark))
    }

    pub(crate) fn names(&mut self) -> &mut Names {
        match self {
            Form::Lines(scribe) => scribe.names(),
            Form::Perfetto(perfetto) => perfetto.names(),
        }
    }

    /// Takes note of a record that isn't written.
    pub(crate) fn pass(&mut self, record: &Record) {
        match self {
            Form::Lines(scribe) => scribe.pass(record),
            Form::Perfetto(perfetto) => perfetto.pass(record),
        }
    }

    /// A copy that remembers as much, but has written nothing.
    pub(crate) fn snapshot(&self) -> Form {
        match self {
            Form::Lines(scribe) => Form::Lines(Box::new(scribe.snapshot())),
            Form::Perfetto(perfetto) => Form::Perfetto(Box::new(perfetto.snapshot())),
        }
    }

    /// The endings there are, and what they mean, in words.
    pub(crate) fn endings() -> &'static str {
        ".html (a replay to open in a browser), .json (a Chrome trace, for ui.perfetto.dev) or \
         .jsonl (a line an event)"
    }

    /// The writer of lines, if this form has lines for source files and stacks.
    #[inline]
    pub(crate) fn lines(&mut self) -> Option<&mut Scribe> {
        match self {
            Form::Lines(scribe) => Some(scribe),
            Form::Perfetto(_) => None,
        }
    }

    /// Adds lines for a reader that has none of the lines before.
    pub(crate) fn everything(&mut self, out: &mut Out) {
        if let Form::Lines(scribe) = self {
            scribe.everything(out);
        }
    }

    pub(crate) fn record(&mut self, record: &Record, out: &mut Out) {
        match self {
            Form::Lines(scribe) => scribe.line(record, out),
            Form::Perfetto(perfetto) => perfetto.record(record, out),
        }
    }

    /// Writes what a trace has besides records; `now` is the machine's time of the last record.
    pub(crate) fn aside(&mut self, aside: &Aside<'_>, now: Duration, out: &mut Out) {
        match self {
            Form::Lines(_) => aside.line(out),
            Form::Perfetto(perfetto) => perfetto.aside(aside, now, out),
        }
    }
}
