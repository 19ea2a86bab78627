//! What is written of a run, and in which order?
//!
//! The page first if it is a replay, then the header, then a line an event, with the text of each
//! source file before the first event that names it. A trace that has its size ends, and says so;
//! a page has it at [`EVENTS`], too, since a browser is to open it in a few seconds.
//!
//! Interface: [`Writer::create`]; [`Writer::write`], [`Writer::lint`], [`Writer::close`]; for a
//! file that is written later, and more than once, [`Writer::claim`], [`Writer::restart`],
//! [`Writer::end`]. Invariant: nothing follows the last line.
//!
//! Not here: on which thread and when (`file.rs`), the forms that a file may have (`form.rs`), the
//! file itself (`store.rs`).

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::{self, Write};
use std::mem;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use kettle_events::{Event, Id, Record, Stack};

use crate::doctor::Lint;
use crate::file::form::{ENDINGS, for_ending};
use crate::file::json::Scribe;
use crate::file::lines::{Aside, Header};
use crate::file::output::Output;
use crate::file::store::Store;
use crate::words::refused::unfit;
use crate::words::text::{Out, raw};

/// How many bytes of lines a file holds unless that is set.
const LIMIT: u64 = 64 * 1024 * 1024;
/// How many events a page holds. (A flight recorder's has as many as were kept.)
const EVENTS: u64 = 200_000;

/// The number of a record, and its time.
type Moment = (u64, Duration);

/// A file in the making.
#[derive(Debug)]
pub(crate) struct Writer {
    path: PathBuf,
    store: Store,
    scribe: Scribe,
    /// A line in the making; kept for its memory.
    aside: Out,
    /// How many more bytes of lines the file may have, and how many more events.
    room: u64,
    events: u64,
    /// The last line is written.
    over: bool,
    /// When the file was made; `None` once the header is written.
    made: Option<SystemTime>,
    /// The one test that the run is of.
    of_test: Option<String>,
    /// The number and time of the last record that was written.
    last: Moment,
    /// How many records are missing.
    lost: u64,
    /// How long recording has kept the runtime's thread.
    overhead: Duration,
}

impl Writer {
    /// As [`File::create`](crate::File::create).
    pub(crate) fn create(path: &Path) -> io::Result<Writer> {
        let mut writer = Writer::claim(path)?;
        writer.head();
        // (So a full disk is known now. The header waits for the first event.)
        writer.store.flush();
        match writer.store.failure() {
            Some(error) => Err(cannot_be_written(path, &error)),
            None => Ok(writer),
        }
    }

    /// One that leaves the file's contents alone until [`Writer::restart`].
    pub(crate) fn claim(path: &Path) -> io::Result<Writer> {
        let (scribe, head, mark) = form_of(path).ok_or_else(|| no_known_ending(path))?;
        Ok(Writer {
            path: path.to_path_buf(),
            store: Store::claim(path, mark).map_err(|error| cannot_be_written(path, &error))?,
            scribe,
            aside: Out::new(),
            room: LIMIT,
            events: if head.is_empty() { u64::MAX } else { EVENTS },
            over: false,
            made: Some(SystemTime::now()),
            of_test: None,
            last: Default::default(),
            lost: 0,
            overhead: Duration::ZERO,
        })
    }

    /// Empties the file, and writes what comes before all lines.
    fn head(&mut self) {
        let (_, head, _) = form_of(&self.path).expect("it has one");
        self.store.empty();
        self.store.add(|out| raw(out, &head));
    }

    pub(crate) fn limit(&mut self, bytes: u64) {
        self.room = bytes;
    }

    /// The trace gets the test's name: the program was started for this test, not by the user.
    pub(crate) fn of_test(&mut self, test: &str) {
        self.of_test = Some(test.to_owned());
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a verdict beside the events.
    pub(crate) fn lint(&mut self, lint: &Lint) {
        lint.spots.iter().for_each(|spot| self.scribe.source(spot.place, &mut self.aside));
        self.aside(&Aside::Lint(lint));
    }

    /// Takes the stacks of records that it will be given.
    pub(crate) fn stacks(&mut self, stacks: impl Iterator<Item = (u64, Stack)>) {
        self.scribe.stacks.take(stacks);
    }

    fn begin(&mut self, first: Option<&Record>) {
        let Some(made) = self.made.take() else { return };
        let mut header = Header::new(first.is_some_and(is_paused), made);
        if let Some(test) = self.of_test.take() {
            header.args = vec![mem::replace(&mut header.program, test)];
        }
        self.aside(&Aside::Header(&header));
    }

    fn event(&mut self, record: &Record) {
        if self.over {
            return;
        }
        self.overhead += record.overhead;
        self.scribe.sources(record, &mut self.aside);
        self.add_aside();
        self.last = (record.seq, record.time);
        if let Event::Lost { records } = record.event {
            self.lost += records;
        }
        self.events -= 1;
        self.line(|scribe, out| scribe.line(record, out));
    }

    /// Writes a line. If the trace has its full size then, it ends.
    fn line(&mut self, write: impl FnOnce(&mut Scribe, &mut Out)) {
        if self.over {
            return;
        }
        let length = self.store.add(|out| write(&mut self.scribe, out));
        self.room = self.room.saturating_sub(length);
        if self.room == 0 || self.events == 0 {
            self.end("full", self.overhead, None);
            let (path, last) = (self.path.display(), self.last.0);
            say(format_args!("the trace {path} is full, and ends at event {last}"));
        }
    }

    /// Writes what was printed in this task's poll, or outside of any, up to the last record.
    fn notes(&mut self, printed: &[String], task: Option<Id>) {
        let task = task.map(|task| self.scribe.names().task(task));
        let (after, time) = self.last;
        for text in printed {
            let note = Aside::Note { text, after, time, task };
            self.line(|_, out| note.line(out));
        }
    }

    fn aside(&mut self, aside: &Aside<'_>) {
        aside.line(&mut self.aside);
        self.add_aside();
    }

    fn add_aside(&mut self) {
        if !self.over && !self.aside.is_empty() {
            self.store.add(|out| out.push(&self.aside));
        }
        self.aside.clear();
    }

    /// Writes the rest, and then the last line. `overhead`: how long the
    /// runtime's thread was kept since the last record.
    pub(crate) fn close(&mut self, output: Option<Output>, overhead: Duration) {
        let whole = self.made.is_none();
        self.begin(None);
        if let Some(mut output) = output.filter(|_| !self.over) {
            loop {
                let printed = output.lines();
                if printed.is_empty() {
                    break;
                }
                self.notes(&printed, None);
            }
            self.notes(output.rest().as_slice(), None);
        }
        if whole {
            self.end("complete", self.overhead + overhead, None);
        }
        if self.lost > 0 {
            let (path, lost) = (self.path.display(), self.lost);
            say(format_args!(
                "{lost} events are missing in the trace {path}: they came faster than they could be written"
            ));
        }
        self.store.close();
    }

    /// A scribe for this file that knows nothing of a run yet. Perhaps only its end is written, so
    /// what is over is forgotten while so many others are named.
    pub(crate) fn scribe(&self, long: usize) -> Scribe {
        let (mut scribe, ..) = form_of(&self.path).expect("it has a form");
        scribe.names().forget_after(long);
        scribe
    }

    /// Starts the file again, with what this scribe knows and the records from `first` on.
    pub(crate) fn restart(&mut self, scribe: Scribe, header: &Header, first: &Record) {
        self.head();
        (self.scribe, self.made, self.over) = (scribe, None, false);
        self.last = (first.seq - 1, first.time);
        (self.room, self.events) = (u64::MAX, u64::MAX);
        self.aside(&Aside::Header(header));
        self.scribe.sources_of_everything(&mut self.aside);
        self.add_aside();
        self.line(Scribe::everything);
    }

    /// Writes the last line, if there is none yet. `overhead`: so long recording has kept the
    /// runtime's thread; `unseen`: the task whose poll is not over.
    pub(crate) fn end(&mut self, end: &'static str, overhead: Duration, unseen: Option<Id>) {
        let unseen = unseen.map(|task| self.scribe.names().task(task));
        self.aside(&Aside::End { end, overhead, unseen });
        self.over = true;
        self.store.flush();
    }

    /// No file of its own is left where nothing was written.
    pub(crate) fn leave(&self) {
        self.store.remove_if_made(&self.path);
    }

    /// A trace that ends early must not pass for one that is whole, nor end the program.
    pub(crate) fn complain(&mut self) {
        if let Err(error) = self.failure() {
            say(format_args!("{error}; the trace ends early"));
        }
    }

    /// Why the file was given up, once.
    pub(crate) fn failure(&mut self) -> io::Result<()> {
        self.store.failure().map_or(Ok(()), |error| Err(cannot_be_written(&self.path, &error)))
    }

    /// Hands to the system what was written.
    pub(crate) fn flush(&mut self) {
        self.store.flush();
        self.complain();
    }

    /// Writes what happened, and what the program has printed meanwhile.
    pub(crate) fn write(&mut self, records: &[Record], printed: &[String]) {
        if records.is_empty() {
            return;
        }
        self.begin(records.first());
        // In the poll that has just ended, before it came to wait; if none has, before all of this.
        let end = records.iter().rposition(|record| matches!(record.event, Event::PollEnd { .. }));
        let (poll, task) = end.map_or((&[][..], None), |end| (&records[..end], records[end].task));
        let acts = |record: &Record| !record.event.waits();
        let before = poll.iter().rposition(acts).map_or(0, |last| last + 1);
        for (number, record) in records.iter().enumerate() {
            if number == before {
                self.notes(printed, task);
            }
            self.event(record);
        }
    }
}

fn form_of(path: &Path) -> Option<(Scribe, String, &'static str)> {
    for_ending(path.extension().and_then(OsStr::to_str).unwrap_or_default())
}

/// Does a run begin here whose clock is paused?
pub(crate) fn is_paused(record: &Record) -> bool {
    matches!(record.event, Event::RunStart { paused: true })
}

/// `tea.2.html` of `tea.html`.
pub(crate) fn inserted(path: &Path, what: impl fmt::Display) -> PathBuf {
    let mut ending = OsString::from(format!("{what}."));
    ending.push(path.extension().unwrap_or_default());
    path.with_extension(ending)
}

/// Says something on standard error; if that is gone, it is lost.
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
    use crate::page::html::lines;

    #[test]
    fn a_page_has_so_many_events_and_says_that_there_were_more() {
        let (scratch, mut script) = (Scratch::ending("full.html"), Script::new());
        (0..5).for_each(|_| _ = script.write(Event::Note { text: "tea" }));
        let mut writer = Writer::create(scratch.path()).unwrap();
        assert_eq!(std::mem::replace(&mut writer.events, 3), EVENTS);
        writer.write(&script.records, &[]);
        writer.close(None, Duration::ZERO);
        let lines = lines(&scratch.text());
        let events = lines.iter().filter(|line| line.starts_with("{\"n\":"));
        assert_eq!((events.count(), &**lines.last().unwrap()), (3, "{\"end\":\"full\"}"));
    }
}
