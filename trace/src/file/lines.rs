//! What is in a trace beside events?
//!
//! The header, what the program printed, what the doctor found, what is missing, and the end.
//!
//! Interface: [`Aside`], all of these, as lines.
//!
//! Not here: what the doctor finds (`doctor.rs`), events (`json.rs`), the text of source files
//! (`sources.rs`).

use std::time::{Duration, SystemTime};

use kettle_events::{Place, fields};
use serde::{Serialize, Serializer};

use crate::doctor::Lint;
use crate::file::json::object;
use crate::words::names::Name;
use crate::words::text::{Out, raw};

/// How a trace of lines begins.
pub(crate) const MARK: &str = "{\"v\":9,\"kettle\":\"";

/// A line that is no event.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Aside<'a> {
    /// The first line: which run this is.
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
    /// A verdict of the doctor.
    #[serde(serialize_with = "verdict")]
    Lint(&'a Lint),
    /// The last line.
    End {
        end: &'static str,
        /// How long recording kept the runtime's thread.
        #[serde(skip_serializing_if = "Duration::is_zero")]
        overhead: Duration,
        /// The task whose poll goes on, of which nothing more was handed over.
        #[serde(skip_serializing_if = "Option::is_none")]
        unseen: Option<Name>,
    },
}

/// The header: what is known when a run begins.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Header {
    v: u8,
    kettle: &'static str,
    pub(crate) program: String,
    pub(crate) args: Vec<String>,
    clock: &'static str,
    /// In milliseconds since the beginning of 1970.
    started: u64,
    /// As `kettle-events` decides it.
    sites: bool,
    /// The number of events before the first one that a flight recorder has kept.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) before: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Header {
    /// This program's, started at this time.
    pub(crate) fn new(paused: bool, started: SystemTime) -> Header {
        let since = started.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let program = std::env::current_exe().ok();
        let program = program.as_deref().and_then(|path| path.file_stem());
        Header {
            v: 9,
            kettle: env!("CARGO_PKG_VERSION"),
            program: program.map_or("a program".into(), |name| name.to_string_lossy().into()),
            args: std::env::args_os().skip(1).map(|arg| arg.to_string_lossy().into()).collect(),
            clock: if paused { "paused" } else { "real" },
            started: u64::try_from(since.as_millis()).unwrap_or(u64::MAX),
            sites: cfg!(debug_assertions),
            before: 0,
        }
    }
}

impl Aside<'_> {
    /// Adds the line to `out`.
    pub(crate) fn line(&self, out: &mut Out) {
        object(self, out);
        raw(out, "\n");
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

/// Why is a flight recorder's file written? In the file's word, and in words.
pub(crate) type Why = (&'static str, &'static str);

pub(crate) const VERDICT: Why = ("verdict", "a verdict of the doctor");
pub(crate) const PANIC: Why = ("panic", "a panic");
pub(crate) const CALL: Why = ("call", "a call");
