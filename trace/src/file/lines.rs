//! Which lines does a trace have besides events?
//!
//! The header, lines that the program printed, verdicts of the doctor, and the end.
//!
//! Interface: an [`OtherLine`] is any of these; [`OtherLine::write`] writes it. [`Header::new`]
//! describes the run.
//!
//! Not here: what the doctor finds (`doctor/`), events (`json.rs`), the texts of source files
//! (`words/sources.rs`).

use std::time::{Duration, SystemTime};

use kettle_events::{Place, fields};
use serde::{Serialize, Serializer};

use crate::doctor::Lint;
use crate::file::json::write_object;
use crate::words::names::Name;
use crate::words::text::{Out, raw};

/// What each trace that isn't a page begins with: the first fields of its header.
pub(crate) const MARK: &str = "{\"v\":9,\"kettle\":\"";

/// A line that isn't an event.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum OtherLine<'a> {
    /// The first line: which run this is.
    Header(&'a Header),
    /// A line that the program printed.
    Printed {
        #[serde(rename = "note")]
        text: &'a str,
        #[serde(rename = "t")]
        time: Duration,
        /// The number of the event that precedes it.
        after: u64,
        /// The task in whose poll it was printed.
        #[serde(skip_serializing_if = "Option::is_none")]
        task: Option<Name>,
    },
    /// A verdict of the doctor.
    #[serde(serialize_with = "serialize_verdict")]
    Lint(&'a Lint),
    /// The last line.
    End {
        /// `complete` or `full`.
        #[serde(rename = "end")]
        how: &'static str,
        /// How long recording has delayed the runtime's thread.
        #[serde(skip_serializing_if = "Duration::is_zero")]
        overhead: Duration,
    },
}

/// The first line: what is known when a run begins.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Header {
    /// The version of the trace's form.
    v: u8,
    /// The version of kettle.
    kettle: &'static str,
    pub(crate) program: String,
    pub(crate) args: Vec<String>,
    clock: &'static str,
    /// In milliseconds since the beginning of 1970.
    started: u64,
    /// Do records name lines of the program? Only in builds with debug assertions.
    sites: bool,
}

impl Header {
    /// The header of a run of this program, started at this time.
    pub(crate) fn new(is_clock_paused: bool, started: SystemTime) -> Header {
        let since_1970 = started.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Header {
            v: 9,
            kettle: env!("CARGO_PKG_VERSION"),
            program: program_name(),
            args: std::env::args_os().skip(1).map(|arg| arg.to_string_lossy().into()).collect(),
            clock: if is_clock_paused { "paused" } else { "real" },
            started: u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX),
            sites: cfg!(debug_assertions),
        }
    }
}

fn program_name() -> String {
    let file = std::env::current_exe().unwrap_or_default();
    match file.file_stem() {
        Some(name) => name.to_string_lossy().into_owned(),
        None => "a program".to_owned(),
    }
}

impl OtherLine<'_> {
    /// Adds the line to `out`.
    pub(crate) fn write(&self, out: &mut Out) {
        write_object(self, out);
        raw(out, "\n");
    }
}

#[derive(Serialize)]
struct Verdict<'a> {
    /// The kind's name.
    lint: &'static str,
    after: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    task: Option<Name>,
    /// The place of the mistake, which is also the first of the spots.
    #[serde(serialize_with = "fields::place", skip_serializing_if = "Option::is_none")]
    at: Option<Place>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    spots: Vec<ShownSpot<'a>>,
    say: &'a str,
    why: String,
    help: &'a str,
    /// Does it say that tasks wait forever?
    hangs: bool,
}

/// A place in the program, and what the doctor says about it.
#[derive(Serialize)]
struct ShownSpot<'a> {
    #[serde(serialize_with = "fields::place")]
    at: Option<Place>,
    say: &'a str,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn serialize_verdict<S: Serializer>(lint: &&Lint, to: S) -> Result<S::Ok, S::Error> {
    let spots = lint.spots.iter();
    let verdict = Verdict {
        lint: lint.kind.name(),
        after: lint.after,
        since: lint.since,
        task: lint.task,
        at: lint.place(),
        spots: spots.map(|spot| ShownSpot { at: Some(spot.place), say: &spot.label }).collect(),
        say: &lint.text,
        why: lint.notes.join("\n"),
        help: &lint.help,
        hangs: lint.kind.is_a_hang(),
    };
    verdict.serialize(to)
}
