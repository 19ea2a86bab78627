//! In which order are the lines of a trace file written, and when is the file full?
//!
//! The header comes first, then a line for each event. The text of a source file precedes the first
//! event that names the file. Lines that the program printed stand within the poll that printed
//! them ([`place_of_printed`]). The last line says whether the trace is complete, or ends because
//! the file is full: at its limit of bytes, and a page also at a number of events.
//!
//! Interface: [`Writer::create`]; then [`Writer::write`] for events and printed lines,
//! [`Writer::lint`] for a verdict, [`Writer::stacks`] for stack traces; [`Writer::close`] for the
//! last line. [`Writer::failure`] says whether all of it could be written.
//!
//! Invariant: nothing follows the last line.
//! Not here: the forms of a file (`form.rs`), on which thread and when it is written (`file.rs`),
//! the file itself (`store.rs`).

use std::io;
use std::mem;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use kettle_events::{Cause, Effect, Event, Id, Outcome, Record, Stack, Tried};

use crate::doctor::Lint;
use crate::file::form::{ENDINGS, Form};
use crate::file::json::Encoder;
use crate::file::lines::{Header, OtherLine};
use crate::file::output::Output;
use crate::file::store::Store;
use crate::words::refused::unfit;
use crate::words::stderr::print_message;
use crate::words::text::raw;

/// How many bytes of lines a file holds by default.
const DEFAULT_LIMIT: u64 = 64 * 1024 * 1024;

/// Writes one trace file.
#[derive(Debug)]
pub(crate) struct Writer {
    path: PathBuf,
    store: Store,
    encoder: Encoder,
    /// When the file was created; `None` once the header is written.
    created: Option<SystemTime>,
    /// The name of the test, if a search has started the program for one test.
    test: Option<String>,
    /// How many more bytes of events and printed lines the file may have.
    bytes_left: u64,
    events_left: u64,
    /// Is the last line written?
    is_ended: bool,
    /// The number and time of the last record that was written.
    last_seq: u64,
    last_time: Duration,
    missing_records: u64,
    /// How long recording has delayed the runtime's thread.
    overhead: Duration,
}

impl Writer {
    /// See [`File::create`](crate::File::create).
    pub(crate) fn create(path: &Path) -> io::Result<Writer> {
        let form = Form::of(path).ok_or_else(|| no_known_ending(path))?;
        let store = create_store(path, &form).map_err(|error| cannot_be_written(path, &error))?;
        Ok(Writer {
            path: path.to_path_buf(),
            store,
            encoder: (form.new_encoder)(),
            created: Some(SystemTime::now()),
            test: None,
            bytes_left: DEFAULT_LIMIT,
            events_left: form.max_events,
            is_ended: false,
            last_seq: 0,
            last_time: Duration::ZERO,
            missing_records: 0,
            overhead: Duration::ZERO,
        })
    }

    pub(crate) fn limit(&mut self, bytes: u64) {
        self.bytes_left = bytes;
    }

    /// Gives the trace the test's name, because a search has started the program for this test.
    pub(crate) fn of_test(&mut self, test: &str) {
        self.test = Some(test.to_owned());
    }

    /// Stores the stack traces of records that `write` will get.
    pub(crate) fn stacks(&mut self, stacks: impl Iterator<Item = (u64, Stack)>) {
        if !self.is_ended {
            self.encoder.stacks.add(stacks);
        }
    }

    /// Writes events, and the lines that the program printed while they happened.
    pub(crate) fn write(&mut self, records: &[Record], printed: &[String]) {
        let Some(first) = records.first() else { return };
        self.write_header(matches!(first.event, Event::RunStart { paused: true }));
        let place = place_of_printed(records);
        for (index, record) in records.iter().enumerate() {
            if index == place.before {
                self.write_printed(printed, place.task);
            }
            self.write_event(record);
        }
    }

    /// Writes a verdict beside the events, after the texts of the source files that it names.
    pub(crate) fn lint(&mut self, lint: &Lint) {
        if self.is_ended {
            return;
        }
        self.store.add(|out| {
            for spot in &lint.spots {
                self.encoder.write_source(spot.place, out);
            }
            OtherLine::Lint(lint).write(out);
        });
    }

    /// Passes everything that was written on to the system.
    pub(crate) fn flush(&mut self) {
        self.store.flush();
        self.print_failure();
    }

    /// Writes the rest of the program's output, and then the last line. `overhead`: how long
    /// recording has delayed the runtime's thread since the last record.
    pub(crate) fn close(&mut self, output: Option<Output>, overhead: Duration) {
        self.write_header(false); // if there was no event
        if let Some(output) = output {
            self.write_rest_of(output);
        }
        self.overhead += overhead;
        if self.last_seq > 0 {
            self.end("complete");
        }
        if self.missing_records > 0 {
            let (path, missing) = (self.path.display(), self.missing_records);
            print_message(format_args!("{missing} events are missing in the trace {path}"));
        }
        self.store.close();
    }

    /// Prints an error on standard error, so that a trace that ends early isn't taken for a whole
    /// one. The program goes on.
    pub(crate) fn print_failure(&mut self) {
        if let Err(error) = self.failure() {
            print_message(format_args!("{error}; the trace ends early"));
        }
    }

    /// Why the file was given up. Returned only once.
    pub(crate) fn failure(&mut self) -> io::Result<()> {
        match self.store.failure() {
            Some(error) => Err(cannot_be_written(&self.path, &error)),
            None => Ok(()),
        }
    }

    /// Writes the header, if it isn't written yet.
    fn write_header(&mut self, is_clock_paused: bool) {
        let Some(created) = self.created.take() else { return };
        let mut header = Header::new(is_clock_paused, created);
        if let Some(test) = self.test.take() {
            header.args = vec![mem::replace(&mut header.program, test)];
        }
        self.store.add(|out| OtherLine::Header(&header).write(out));
    }

    fn write_event(&mut self, record: &Record) {
        if self.is_ended {
            return;
        }
        (self.last_seq, self.last_time) = (record.seq, record.time);
        self.overhead += record.overhead;
        if let Event::Lost { records } = record.event {
            self.missing_records += records;
        }
        // Before the event's line, which refers to them. They don't count towards the limit.
        self.store.add(|out| self.encoder.write_sources(record, out));
        let length = self.store.add(|out| self.encoder.write_event(record, out));
        self.events_left -= 1;
        self.count(length);
    }

    /// Writes lines that the program has printed, in this task's poll or in none.
    fn write_printed(&mut self, printed: &[String], task: Option<Id>) {
        let task = task.map(|task| self.encoder.teller.names.task(task));
        let (after, time) = (self.last_seq, self.last_time);
        for text in printed {
            if self.is_ended {
                return;
            }
            let line = OtherLine::Printed { text, after, time, task };
            let length = self.store.add(|out| line.write(out));
            self.count(length);
        }
    }

    /// Writes the lines that were printed after the last event.
    fn write_rest_of(&mut self, mut output: Output) {
        while !self.is_ended {
            let lines = output.lines(); // a part of the file, because it may be large
            if lines.is_empty() {
                break;
            }
            self.write_printed(&lines, None);
        }
        self.write_printed(output.rest().as_slice(), None);
    }

    /// Counts a line of this length. If the trace is full now, it ends.
    fn count(&mut self, bytes: u64) {
        self.bytes_left = self.bytes_left.saturating_sub(bytes);
        if self.bytes_left == 0 || self.events_left == 0 {
            self.end("full");
            let (path, last) = (self.path.display(), self.last_seq);
            print_message(format_args!("the trace {path} is full, and ends at event {last}"));
        }
    }

    /// Writes the last line, if there is none yet.
    fn end(&mut self, how: &'static str) {
        if !self.is_ended {
            let last = OtherLine::End { how, overhead: self.overhead };
            self.store.add(|out| last.write(out));
            self.is_ended = true;
            self.store.flush();
        }
    }
}

/// Creates the file and writes what precedes its lines, so that a full disk is noticed now.
fn create_store(path: &Path, form: &Form) -> io::Result<Store> {
    let mut store = Store::create(path, form.mark)?;
    store.add(|out| raw(out, &(form.head)()));
    store.flush();
    match store.failure() {
        Some(error) => Err(error),
        None => Ok(store),
    }
}

/// Where printed lines stand among records.
struct PlaceOfPrinted {
    /// The index of the record that they precede.
    before: usize,
    /// The task that printed them.
    task: Option<Id>,
}

/// The lines belong to the last poll that ends among these records. In it they precede the events
/// with which the task begins to wait. If no poll ends, they precede all records.
fn place_of_printed(records: &[Record]) -> PlaceOfPrinted {
    let is_poll_end = |record: &Record| matches!(record.event, Event::PollEnd { .. });
    let Some(end) = records.iter().rposition(is_poll_end) else {
        return PlaceOfPrinted { before: 0, task: None };
    };
    let acts = |record: &Record| !is_part_of_waiting(&record.event);
    let last_act = records[..end].iter().rposition(acts);
    PlaceOfPrinted { before: last_act.map_or(0, |last| last + 1), task: records[end].task }
}

/// Is this one of the events at the end of a poll, with which the task begins to wait?
#[expect(clippy::match_same_arms, reason = "an arm has a few events and not half a screen")]
fn is_part_of_waiting(event: &Event) -> bool {
    match *event {
        // A task that yields wakes itself, and then waits for its next poll.
        Event::Wake { task, by: Cause::Task(waker), effect, .. } => {
            waker == task && effect == Effect::DuringPoll
        }
        Event::Wait { .. } | Event::Defer { .. } => true,
        Event::TimerAdd { .. } | Event::TimerAt { .. } | Event::SourceAdd { .. } => true,
        Event::SourceTry { result: Tried::WouldBlock, .. } | Event::SourceClear { .. } => true,
        // A task that is polled within another's poll, such as a local set's.
        Event::PollEnd { outcome: Outcome::Pending, .. } => true,
        _ => false,
    }
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
    use crate::file::form::PAGE_EVENTS;
    use crate::fixture::{Scratch, Script};
    use crate::page::html;

    #[test]
    fn a_page_with_its_full_number_of_events_says_so() {
        let (scratch, mut script) = (Scratch::new("full.html"), Script::new());
        for _ in 0..5 {
            script.write(Event::Note { text: "tea" });
        }
        let mut writer = Writer::create(scratch.path()).unwrap();
        assert_eq!(writer.events_left, PAGE_EVENTS);
        writer.events_left = 3; // 200,000 would take long
        writer.write(&script.records, &[]);
        writer.stacks([(6, Stack::default())].into_iter());
        let stacks = format!("{:?}", writer.encoder.stacks);
        assert!(stacks.contains("ahead: {}"), "no record removes it: {stacks}");
        writer.close(None, Duration::ZERO);
        let lines = html::lines(&scratch.text());
        let events = lines.iter().filter(|line| line.starts_with("{\"n\":"));
        assert_eq!((events.count(), &**lines.last().unwrap()), (3, "{\"end\":\"full\"}"));
    }
}
