//! What is in a trace beside events?
//!
//! The header, what the program printed, what the doctor found, what is missing, and the end.
//!
//! Interface: [`Aside`], all of these, as lines.
//!
//! Not here: what the doctor finds (`doctor.rs`), events (`json.rs`), the text of source files (`sources.rs`).

use std::time::{Duration, SystemTime};

use kettle_events::{Place, fields};
use serde::{Serialize, Serializer};

use crate::doctor::Lint;
use crate::file::json::object;
use crate::file::pages::{Page, in_micros};
use crate::words::names::Name;

/// A line that is no event.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Aside<'a> {
    /// What run this is.
    Header(&'a Header),
    /// A line of what the program printed.
    Note {
        #[serde(rename = "note")]
        text: &'a str,
        #[serde(rename = "t")]
        time: Duration,
        after: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        task: Option<Name>,
    },
    /// What the doctor found.
    #[serde(serialize_with = "verdict")]
    Lint(&'a Lint),
    /// The trace has its size: from here on only the end of the run is kept.
    Full {
        #[serde(rename = "full")]
        limit: u64,
        after: u64,
    },
    /// So many events are missing.
    Lost {
        #[serde(rename = "lost")]
        events: u64,
        after: u64,
    },
    /// Those of the program's other runtimes that have begun by now.
    Pages { pages: Vec<Page> },
    /// The last line.
    End {
        end: &'static str,
        /// How long recording kept the runtime's thread.
        #[serde(skip_serializing_if = "Duration::is_zero")]
        overhead: Duration,
        /// The task whose poll goes on, of which nothing more was handed over.
        #[serde(skip_serializing_if = "Option::is_none")]
        unseen: Option<Name>,
        /// Those of the program's other runtimes that have begun.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pages: Vec<Page>,
    },
}

/// What is known when a run begins.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Header {
    v: u8,
    kettle: &'static str,
    pub(crate) program: String,
    pub(crate) args: Vec<String>,
    clock: &'static str,
    /// In milliseconds since the beginning of 1970.
    started: u64,
    began: u64,
    /// As `kettle-events` decides it.
    sites: bool,
    /// So many events came before the first one that a flight recorder has kept.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) before: u64,
    /// A page in the same folder, to be read beside this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) beside: Option<Beside>,
}

/// Another page.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Beside {
    /// Its file's name.
    pub(crate) page: String,
    /// What is on it.
    pub(crate) say: &'static str,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Header {
    /// This program's, started at this time.
    pub(crate) fn new(paused: bool, started: SystemTime) -> Header {
        let program = std::env::current_exe().ok();
        let program = program.as_deref().and_then(|path| path.file_stem());
        Header {
            v: 8,
            kettle: env!("CARGO_PKG_VERSION"),
            program: program.map_or("a program".into(), |name| name.to_string_lossy().into()),
            args: std::env::args_os().skip(1).map(|arg| arg.to_string_lossy().into()).collect(),
            clock: if paused { "paused" } else { "real" },
            started: in_micros(started) / 1000,
            began: in_micros(started),
            sites: cfg!(debug_assertions),
            before: 0,
            beside: None,
        }
    }
}

impl Aside<'_> {
    /// Adds the line to `out`.
    pub(crate) fn line(&self, out: &mut Vec<u8>) {
        object(self, out);
        out.push(b'\n');
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn verdict<S: Serializer>(lint: &&Lint, to: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Verdict<'a> {
        lint: &'static str,
        after: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        since: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        task: Option<Name>,
        #[serde(serialize_with = "fields::place", skip_serializing_if = "Option::is_none")]
        at: Option<Place>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        spots: Vec<Spotted<'a>>,
        say: &'a str,
        why: String,
        help: &'a str,
    }
    /// A place in the program, and what is to be seen there.
    #[derive(Serialize)]
    struct Spotted<'a> {
        #[serde(serialize_with = "fields::place")]
        at: Option<Place>,
        say: &'a str,
    }
    let &&Lint { kind, task, ref spots, ref text, ref notes, ref help, after, since, .. } = lint;
    let (lint, at, why) = (kind.name(), lint.place(), notes.join("\n"));
    let spots = spots.iter().map(|spot| Spotted { at: Some(spot.place), say: &spot.label });
    let spots = spots.collect();
    Verdict { lint, after, since, task, at, spots, say: text, why, help }.serialize(to)
}

/// Why is a flight recorder's file written?
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Why {
    Verdict,
    Panic,
    Call,
}

impl Why {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Why::Verdict => "verdict",
            Why::Panic => "panic",
            Why::Call => "call",
        }
    }

    pub(crate) fn said(self) -> &'static str {
        match self {
            Why::Verdict => "a verdict of the doctor",
            Why::Panic => "a panic",
            Why::Call => "a call",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::panic::Location;

    use super::*;
    use crate::doctor::LintKind;
    use crate::fixture::{keys, parse};
    use crate::words::names::Family;
    use serde_json::Value;

    fn line(aside: &Aside<'_>) -> Value {
        let mut out = Vec::new();
        aside.line(&mut out);
        parse(String::from_utf8(out).unwrap().strip_suffix('\n').expect("one line"))
    }

    #[test]
    fn a_header_tells_what_run_it_is() {
        let args = vec!["a \"b\"".to_owned(), "c".to_owned()];
        let started = SystemTime::UNIX_EPOCH + Duration::from_millis(951_782_399_007);
        let program = "tea\\1".to_owned();
        let header = Header { program, args, ..Header::new(true, started) };
        let header = line(&Aside::Header(&header));
        assert_eq!(
            keys(&header),
            ["args", "began", "clock", "kettle", "program", "sites", "started", "v"]
        );
        assert_eq!(header["v"].as_u64().unwrap(), 8);
        assert_eq!(header["program"].as_str().unwrap(), "tea\\1");
        assert_eq!(header["args"].as_array().unwrap()[0].as_str().unwrap(), "a \"b\"");
        assert_eq!(header["args"].as_array().unwrap().len(), 2);
        assert_eq!(header["clock"].as_str().unwrap(), "paused");
        assert_eq!(header["started"].as_u64().unwrap(), 951_782_399_007);
        let header = line(&Aside::Header(&Header::new(false, started)));
        assert_eq!(header["clock"].as_str().unwrap(), "real");
        assert!(header["program"].as_str().unwrap().starts_with("kettle_trace"));
    }

    #[test]
    fn a_verdict_tells_whom_what_and_what_to_write_instead() {
        let task = Name { family: Family::Task, number: 3 };
        let lint = Lint::new(LintKind::BusyLoop, Some(task), "task 3 \"works\"".to_owned(), 7)
            .spot(Some(Location::caller()), "here")
            .since(Some(5))
            .note("it")
            .note("spins")
            .help("wait\nfor it");
        let told = line(&Aside::Lint(&lint));
        assert_eq!(
            keys(&told),
            ["after", "at", "help", "lint", "say", "since", "spots", "task", "why"]
        );
        assert_eq!(told["lint"].as_str().unwrap(), "busy_loop");
        assert_eq!(told["after"].as_u64().unwrap(), 7);
        assert_eq!(told["task"].as_str().unwrap(), "task 3");
        assert_eq!(told["since"].as_u64().unwrap(), 5);
        assert!(told["at"].as_str().unwrap().contains("lines.rs:"));
        assert_eq!(told["spots"][0]["at"], told["at"]);
        assert_eq!(told["spots"][0]["say"].as_str().unwrap(), "here");
        assert_eq!(told["say"].as_str().unwrap(), "task 3 \"works\"");
        assert_eq!(told["why"].as_str().unwrap(), "it\nspins");
        assert_eq!(told["help"].as_str().unwrap(), "wait\nfor it");
        let text = "nothing can wake anybody".to_owned();
        let told = line(&Aside::Lint(&Lint::new(LintKind::Deadlock, None, text, 8)));
        assert_eq!(keys(&told), ["after", "help", "lint", "say", "why"]);
    }

    #[test]
    fn notes_losses_and_ends() {
        let (text, time) = ("Received: </script>", Duration::from_micros(5));
        let note = line(&Aside::Note { text, after: 3, time, task: None });
        assert_eq!(keys(&note), ["after", "note", "t"]);
        assert_eq!(note["note"].as_str().unwrap(), text);
        assert_eq!((note["t"].as_u64().unwrap(), note["after"].as_u64().unwrap()), (5000, 3));
        let lost = line(&Aside::Lost { events: 9, after: 4 });
        assert_eq!((lost["lost"].as_u64().unwrap(), lost["after"].as_u64().unwrap()), (9, 4));
        let full = line(&Aside::Full { limit: 1024, after: 4 });
        assert_eq!((full["full"].as_u64().unwrap(), full["after"].as_u64().unwrap()), (1024, 4));
        let end = |overhead, unseen| {
            line(&Aside::End { end: "complete", overhead, unseen, pages: Vec::new() })
        };
        assert_eq!(keys(&end(Duration::ZERO, None)), ["end"]);
        assert_eq!(end(Duration::ZERO, None)["end"].as_str().unwrap(), "complete");
        assert_eq!(end(Duration::from_micros(7), None)["overhead"].as_u64().unwrap(), 7_000);
        let task = Some(Name { family: Family::Task, number: 3 });
        assert_eq!(end(Duration::ZERO, task)["unseen"].as_str().unwrap(), "task 3");
    }
}
