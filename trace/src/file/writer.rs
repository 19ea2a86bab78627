//! Which forms can a trace file have, in which order are its lines written, and when is it full?
//!
//! The ending of the file's name decides its form ([`for_ending`]): lines of JSON (`.jsonl`), or a
//! page that shows the same lines (`.html`). First comes the page, if it is one, then the header,
//! then a line for each event, with the text of each source file before the first event that names
//! it. A trace is full at its limit of bytes, and a page also at [`PAGE_EVENTS`] events, so that a
//! browser can open it in a few seconds. Its last line says so.
//!
//! Interface: [`Writer::create`]; [`Writer::write`] writes events and printed lines,
//! [`Writer::lint`] a verdict, [`Writer::close`] the last line. Invariant: nothing follows the last
//! line. Not here: on which thread and when (`file.rs`), the file itself (`store.rs`).

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::{self, Write};
use std::mem;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use kettle_events::{Cause, Effect, Event, Id, Outcome, Record, Stack, Tried};

use crate::doctor::Lint;
use crate::file::json::Scribe;
use crate::file::lines::{self, Aside, Header};
use crate::file::output::Output;
use crate::file::store::Store;
use crate::page::html;
use crate::words::refused::unfit;
use crate::words::text::{Out, raw};

/// How many bytes of lines a file holds by default.
const LIMIT: u64 = 64 * 1024 * 1024;
/// How many events a page holds.
const PAGE_EVENTS: u64 = 200_000;

/// The endings of file names and what they mean, for messages.
pub(crate) const ENDINGS: &str =
    ".html (a replay to open in a browser) or .jsonl (a line an event)";

/// For files with this ending: the scribe that writes their lines, the text that comes before the
/// lines, and the mark with which each such file begins.
pub(crate) fn for_ending(ending: &str) -> Option<(Scribe, String, &'static str)> {
    match ending {
        "html" => Some((Scribe::for_a_page(), html::head(), html::MARK)),
        "jsonl" => Some((Scribe::default(), String::new(), lines::MARK)),
        _ => None,
    }
}

/// Writes one trace file.
#[derive(Debug)]
pub(crate) struct Writer {
    path: PathBuf,
    store: Store,
    scribe: Scribe,
    /// A line that isn't an event, while it is made. A field so that its buffer is reused.
    aside: Out,
    /// How many more bytes of lines the file may have.
    room: u64,
    /// How many more events it may have.
    events: u64,
    /// Is the last line written?
    is_ended: bool,
    /// When the file was created; `None` once the header is written.
    created: Option<SystemTime>,
    /// The test that the run is of, if a search has made it.
    test: Option<String>,
    /// The number and time of the last record that was written.
    last_seq: u64,
    last_time: Duration,
    /// How many records are missing.
    lost: u64,
    /// How long recording has delayed the runtime's thread.
    overhead: Duration,
}

impl Writer {
    /// See [`File::create`](crate::File::create).
    pub(crate) fn create(path: &Path) -> io::Result<Writer> {
        let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default();
        let (scribe, head, mark) = for_ending(ending).ok_or_else(|| no_known_ending(path))?;
        let is_a_page = !head.is_empty();
        // So a full disk is noticed now. The header is written with the first event.
        let store = Store::create(path, mark).and_then(|mut store| {
            store.add(|out| raw(out, &head));
            store.flush();
            store.failure().map_or(Ok(store), Err)
        });
        Ok(Writer {
            path: path.to_path_buf(),
            store: store.map_err(|error| cannot_be_written(path, &error))?,
            scribe,
            aside: Out::new(),
            room: LIMIT,
            events: if is_a_page { PAGE_EVENTS } else { u64::MAX },
            is_ended: false,
            created: Some(SystemTime::now()),
            test: None,
            last_seq: 0,
            last_time: Duration::ZERO,
            lost: 0,
            overhead: Duration::ZERO,
        })
    }

    pub(crate) fn limit(&mut self, bytes: u64) {
        self.room = bytes;
    }

    /// Gives the trace the test's name, because a search has started the program for this test.
    pub(crate) fn of_test(&mut self, test: &str) {
        self.test = Some(test.to_owned());
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a verdict beside the events.
    pub(crate) fn lint(&mut self, lint: &Lint) {
        lint.spots.iter().for_each(|spot| self.scribe.source(spot.place, &mut self.aside));
        self.aside(&Aside::Lint(lint));
    }

    /// Takes the stack traces of records that `write` will get.
    pub(crate) fn stacks(&mut self, stacks: impl Iterator<Item = (u64, Stack)>) {
        self.scribe.stacks.add(stacks);
    }

    /// Writes the header, before the first event.
    fn begin(&mut self, first: Option<&Record>) {
        let Some(created) = self.created.take() else { return };
        let mut header = Header::new(first.is_some_and(is_paused), created);
        if let Some(test) = self.test.take() {
            header.args = vec![mem::replace(&mut header.program, test)];
        }
        self.aside(&Aside::Header(&header));
    }

    fn event(&mut self, record: &Record) {
        if self.is_ended {
            return;
        }
        self.overhead += record.overhead;
        self.scribe.sources(record, &mut self.aside);
        self.add_aside();
        (self.last_seq, self.last_time) = (record.seq, record.time);
        if let Event::Lost { records } = record.event {
            self.lost += records;
        }
        self.events -= 1;
        self.line(|scribe, out| scribe.line(record, out));
    }

    /// Writes a line. If the trace is full then, it ends.
    fn line(&mut self, write: impl FnOnce(&mut Scribe, &mut Out)) {
        if self.is_ended {
            return;
        }
        let length = self.store.add(|out| write(&mut self.scribe, out));
        self.room = self.room.saturating_sub(length);
        if self.room == 0 || self.events == 0 {
            self.end("full", self.overhead);
            let (path, last) = (self.path.display(), self.last_seq);
            say(format_args!("the trace {path} is full, and ends at event {last}"));
        }
    }

    /// Writes lines that the program has printed, after the last event, in this task's poll or in
    /// none.
    fn printed(&mut self, printed: &[String], task: Option<Id>) {
        let task = task.map(|task| self.scribe.names().task(task));
        let (after, time) = (self.last_seq, self.last_time);
        for text in printed {
            let note = Aside::Note { text, after, time, task };
            self.line(|_, out| note.line(out));
        }
    }

    /// Writes a line that isn't an event.
    fn aside(&mut self, aside: &Aside<'_>) {
        aside.line(&mut self.aside);
        self.add_aside();
    }

    fn add_aside(&mut self) {
        if !self.is_ended && !self.aside.is_empty() {
            self.store.add(|out| out.push(&self.aside));
        }
        self.aside.clear();
    }

    /// Writes the rest of the program's output, and then the last line. `overhead`: how long
    /// recording has delayed the runtime's thread since the last record.
    pub(crate) fn close(&mut self, output: Option<Output>, overhead: Duration) {
        let has_events = self.created.is_none();
        self.begin(None);
        if let Some(mut output) = output.filter(|_| !self.is_ended) {
            let lines = std::iter::from_fn(|| Some(output.lines()).filter(|it| !it.is_empty()));
            lines.for_each(|printed| self.printed(&printed, None));
            self.printed(output.rest().as_slice(), None);
        }
        if has_events {
            self.end("complete", self.overhead + overhead);
        }
        if self.lost > 0 {
            let (path, lost) = (self.path.display(), self.lost);
            say(format_args!("{lost} events are missing in the trace {path}"));
        }
        self.store.close();
    }

    /// Writes the last line, if there is none yet. `overhead`: how long recording has delayed the
    /// runtime's thread in all.
    fn end(&mut self, end: &'static str, overhead: Duration) {
        self.aside(&Aside::End { end, overhead });
        self.is_ended = true;
        self.store.flush();
    }

    /// Reports an error on standard error, so that a trace that ends early isn't taken for a whole
    /// one. The program goes on.
    pub(crate) fn complain(&mut self) {
        if let Err(error) = self.failure() {
            say(format_args!("{error}; the trace ends early"));
        }
    }

    /// Why the file was given up. Returned only once.
    pub(crate) fn failure(&mut self) -> io::Result<()> {
        self.store.failure().map_or(Ok(()), |error| Err(cannot_be_written(&self.path, &error)))
    }

    /// Passes everything that was written on to the system.
    pub(crate) fn flush(&mut self) {
        self.store.flush();
        self.complain();
    }

    /// Writes events, and the lines that the program has printed meanwhile.
    pub(crate) fn write(&mut self, records: &[Record], printed: &[String]) {
        if records.is_empty() {
            return;
        }
        self.begin(records.first());
        // The lines go into the poll that has just ended, before the events of its wait; if no poll
        // has ended, before all these events.
        let end = records.iter().rposition(|record| matches!(record.event, Event::PollEnd { .. }));
        let (poll, task) = end.map_or((&[][..], None), |end| (&records[..end], records[end].task));
        let acts = poll.iter().rposition(|record| !waits(&record.event));
        let before = acts.map_or(0, |last| last + 1);
        for (number, record) in records.iter().enumerate() {
            if number == before {
                self.printed(printed, task);
            }
            self.event(record);
        }
    }
}

/// Does the running task now have to wait?
#[expect(clippy::match_same_arms, reason = "an arm has a few events and not half a screen")]
fn waits(event: &Event) -> bool {
    match *event {
        Event::Wake { task, by: Cause::Task(waker), effect, .. } => {
            waker == task && effect == Effect::DuringPoll
        }
        Event::Wait { .. } | Event::Defer { .. } => true,
        Event::TimerAdd { .. } | Event::TimerAt { .. } | Event::SourceAdd { .. } => true,
        Event::SourceTry { result: Tried::WouldBlock, .. } | Event::SourceClear { .. } => true,
        Event::PollEnd { outcome: Outcome::Pending, .. } => true,
        _ => false,
    }
}

/// Does a run with a paused clock begin here?
fn is_paused(record: &Record) -> bool {
    matches!(record.event, Event::RunStart { paused: true })
}

/// Inserts `what` before a path's ending: `tea.html` becomes `tea.2.html`.
pub(crate) fn inserted(path: &Path, what: impl fmt::Display) -> PathBuf {
    let mut ending = OsString::from(format!("{what}."));
    ending.push(path.extension().unwrap_or_default());
    path.with_extension(ending)
}

/// Prints a message on standard error, and ignores an error of that.
pub(crate) fn say(words: fmt::Arguments<'_>) {
    let _ = writeln!(io::stderr(), "kettle: {words}");
}

fn no_known_ending(path: &Path) -> io::Error {
    let path = path.display();
    unfit(format!("a trace can't be called {path}: its name must end in {ENDINGS}"))
}

fn cannot_be_written(path: &Path, error: &io::Error) -> io::Error {
    let advice = match error.kind() {
        io::ErrorKind::NotFound => "make its directory first",
        io::ErrorKind::PermissionDenied => "name a file where you may write",
        io::ErrorKind::IsADirectory => "name a file in that directory",
        io::ErrorKind::ResourceBusy => "it is being written by another trace: name another file",
        io::ErrorKind::AlreadyExists => "remove it, or name another file",
        io::ErrorKind::StorageFull => "make room, or name a file elsewhere",
        _ => "name another file",
    };
    let text = format!("the trace {} can't be written ({error}): {advice}", path.display());
    io::Error::new(error.kind(), text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Scratch, Script};

    #[test]
    fn a_page_with_its_full_number_of_events_says_so() {
        let (scratch, mut script) = (Scratch::ending("full.html"), Script::new());
        (0..5).for_each(|_| _ = script.write(Event::Note { text: "tea" }));
        let mut writer = Writer::create(scratch.path()).unwrap();
        assert_eq!(std::mem::replace(&mut writer.events, 3), PAGE_EVENTS);
        writer.write(&script.records, &[]);
        writer.close(None, Duration::ZERO);
        let lines = html::lines(&scratch.text());
        let events = lines.iter().filter(|line| line.starts_with("{\"n\":"));
        assert_eq!((events.count(), &**lines.last().unwrap()), (3, "{\"end\":\"full\"}"));
    }
}
