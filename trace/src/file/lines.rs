//! What is in a trace beside events?
//!
//! The header, what the program printed, what the doctor found, what is missing, and the end.
//!
//! Interface: [`Aside`], all of these, as lines.
//!
//! Not here: what the doctor finds (`doctor.rs`), events (`json.rs`), the text of source files (`sources.rs`).

use std::time::{Duration, SystemTime};

use crate::doctor::Lint;
use crate::words::names::Name;
use crate::words::text as json;
use crate::words::whose::from_root;

/// A line that is no event.
#[derive(Debug)]
pub(crate) enum Aside<'a> {
    /// What run this is.
    Header(&'a Header),
    /// A line of what the program printed.
    Note { text: &'a str, after: u64, time: Duration, task: Option<Name> },
    /// What the doctor found.
    Lint(&'a Lint),
    /// The trace has its size: from here on only the end of the run is kept.
    Full { limit: u64, after: u64 },
    /// So many events are missing.
    Lost { events: u64, after: u64 },
    /// The last line.
    End(&'static str),
}

/// What is known when a run begins.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) program: String,
    pub(crate) args: Vec<String>,
    pub(crate) paused: bool,
    pub(crate) started: SystemTime,
}

impl Header {
    /// This program's, started at this time.
    pub(crate) fn new(paused: bool, started: SystemTime) -> Header {
        let program = std::env::current_exe().ok();
        let program = program.as_deref().and_then(|path| path.file_stem());
        let program = program.map_or("a program".into(), |name| name.to_string_lossy().into());
        let args = std::env::args_os().skip(1).map(|arg| arg.to_string_lossy().into()).collect();
        Header { program, args, paused, started }
    }
}

impl Aside<'_> {
    /// Adds the line to `out`.
    pub(crate) fn line(&self, out: &mut Vec<u8>) {
        match *self {
            Aside::Header(header) => header_line(header, out),
            Aside::Note { text, after, time, task } => {
                out.extend_from_slice(b"{\"note\":");
                json::text(out, text);
                json::key(out, "t");
                json::nanos(out, time);
                json::key(out, "after");
                json::number(out, after);
                of(task, out);
            }
            Aside::Lint(lint) => {
                out.extend_from_slice(b"{\"lint\":");
                json::text(out, lint.kind.name());
                json::key(out, "after");
                json::number(out, lint.after);
                of(lint.task, out);
                if let Some(place) = lint.place() {
                    json::key(out, "at");
                    let file = from_root(place.file());
                    json::text(out, &format!("{file}:{}:{}", place.line(), place.column()));
                }
                json::key(out, "say");
                json::text(out, &lint.text);
                json::key(out, "why");
                json::text(out, &lint.notes.join("\n"));
                json::key(out, "help");
                json::text(out, &lint.help);
            }
            Aside::Full { limit, after } => two("full", limit, after, out),
            Aside::Lost { events, after } => two("lost", events, after, out),
            Aside::End(how) => {
                out.extend_from_slice(b"{\"end\":");
                json::word(out, how);
            }
        }
        out.extend_from_slice(b"}\n");
    }
}

fn header_line(header: &Header, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"v\":5");
    json::key(out, "kettle");
    json::word(out, env!("CARGO_PKG_VERSION"));
    json::key(out, "program");
    json::text(out, &header.program);
    json::key(out, "args");
    for (number, arg) in header.args.iter().enumerate() {
        out.push(if number == 0 { b'[' } else { b',' });
        json::text(out, arg);
    }
    out.extend_from_slice(if header.args.is_empty() { b"[]" } else { b"]" });
    json::key(out, "clock");
    json::word(out, if header.paused { "paused" } else { "real" });
    json::key(out, "started");
    json::word(out, &utc(header.started));
    json::key(out, "sites");
    // As `kettle-events` decides it.
    json::raw(out, if cfg!(debug_assertions) { "true" } else { "false" });
}

fn of(task: Option<Name>, out: &mut Vec<u8>) {
    if let Some(task) = task {
        json::key(out, "task");
        json::text(out, &task.to_string());
    }
}

fn two(what: &str, number: u64, after: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"");
    out.extend_from_slice(what.as_bytes());
    out.extend_from_slice(b"\":");
    json::number(out, number);
    json::key(out, "after");
    json::number(out, after);
}

/// `2026-11-20T14:00:00.123Z`
fn utc(time: SystemTime) -> String {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let (days, second) = (since.as_secs() / 86_400, since.as_secs() % 86_400);
    let (year, month, day) = date(days);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    let millis = since.subsec_millis();
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
}

/// Year, month and day so many days after the first of 1970: years are counted off, then months.
fn date(mut days: u64) -> (u64, u64, u64) {
    let leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let mut year = 1970;
    while days >= 365 + u64::from(leap(year)) {
        days -= 365 + u64::from(leap(year));
        year += 1;
    }
    let february = 28 + u64::from(leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    (year, month, days + 1)
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
    fn days_become_dates() {
        assert_eq!(date(0), (1970, 1, 1));
        assert_eq!(date(58), (1970, 2, 28));
        assert_eq!(date(59), (1970, 3, 1));
        assert_eq!(date(11_016), (2000, 2, 29));
        assert_eq!(date(11_017), (2000, 3, 1));
        assert_eq!(date(20_453), (2025, 12, 31));
        assert_eq!(date(20_454), (2026, 1, 1));
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(951_782_399_007);
        assert_eq!(utc(time), "2000-02-28T23:59:59.007Z");
    }

    #[test]
    fn a_header_tells_what_run_it_is() {
        let args = vec!["a \"b\"".to_owned(), "c".to_owned()];
        let started = SystemTime::UNIX_EPOCH;
        let header = Header { program: "tea\\1".to_owned(), args, paused: true, started };
        let header = line(&Aside::Header(&header));
        assert_eq!(keys(&header), ["args", "clock", "kettle", "program", "sites", "started", "v"]);
        assert_eq!(header["v"].as_u64().unwrap(), 5);
        assert_eq!(header["program"].as_str().unwrap(), "tea\\1");
        assert_eq!(header["args"].as_array().unwrap()[0].as_str().unwrap(), "a \"b\"");
        assert_eq!(header["args"].as_array().unwrap().len(), 2);
        assert_eq!(header["clock"].as_str().unwrap(), "paused");
        assert_eq!(header["started"].as_str().unwrap(), "1970-01-01T00:00:00.000Z");
        let header = line(&Aside::Header(&Header::new(false, started)));
        assert_eq!(header["clock"].as_str().unwrap(), "real");
        assert!(header["program"].as_str().unwrap().starts_with("kettle_trace"));
    }

    #[test]
    fn a_verdict_tells_whom_what_and_what_to_write_instead() {
        let task = Name { family: Family::Task, number: 3 };
        let lint = Lint::new(LintKind::BusyLoop, Some(task), "task 3 \"works\"".to_owned(), 7)
            .spot(Some(Location::caller()), "here")
            .note("it")
            .note("spins")
            .help("wait\nfor it");
        let told = line(&Aside::Lint(&lint));
        assert_eq!(keys(&told), ["after", "at", "help", "lint", "say", "task", "why"]);
        assert_eq!(told["lint"].as_str().unwrap(), "busy_loop");
        assert_eq!(told["after"].as_u64().unwrap(), 7);
        assert_eq!(told["task"].as_str().unwrap(), "task 3");
        assert!(told["at"].as_str().unwrap().contains("lines.rs:"));
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
        assert_eq!(line(&Aside::End("complete"))["end"].as_str().unwrap(), "complete");
    }
}
