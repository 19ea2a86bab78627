//! Which lines does a trace have besides events?
//!
//! The header, lines that the program printed, verdicts of the doctor, and the end.
//!
//! Interface: an [`Aside`] is any of these; [`Aside::line`] writes it. [`Header::new`] describes
//! the run.
//!
//! Not here: what the doctor finds (`doctor/`), events (`json.rs`), the texts of source files
//! (`words/sources.rs`).

use std::time::{Duration, SystemTime};

use kettle_events::{Place, fields};
use serde::{Serialize, Serializer};

use crate::doctor::Lint;
use crate::file::json::object;
use crate::words::names::Name;
use crate::words::text::{Out, raw};

/// The beginning of each trace that isn't a page.
pub(crate) const MARK: &str = "{\"v\":9,\"kettle\":\"";

/// A line that isn't an event.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Aside<'a> {
    /// The first line: which run this is.
    Header(&'a Header),
    /// A line that the program printed, in this task's poll, after the event with this number.
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
        /// How long recording has delayed the runtime's thread.
        #[serde(skip_serializing_if = "Duration::is_zero")]
        overhead: Duration,
    },
}

/// The first line: what is known when a run begins.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Header {
    v: u8,
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
        /// Does it say that tasks wait forever?
        hangs: bool,
    }
    /// A place in the program, and what the doctor says about it.
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
    let hangs = kind.is_a_hang();
    Verdict { lint, after, since, task, at, spots, say: text, why, help, hangs }.serialize(to)
}
