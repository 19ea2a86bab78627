//! How does a run become a file?
//!
//! A [`File`] is a sink that writes while the program runs: the page first if it is a replay, then
//! the header, then a line an event, with the text of each source file before the first event that
//! names it. So a program that panics, exits or is killed leaves a file that opens, and what it
//! says is true as far as it goes.
//!
//! What may be missing then: the poll in which it happened (its beginning is there, if the program
//! has done little before), and of a program that does a lot the last millisecond before that. If the
//! trace has had its size, the last part of it, which is kept in memory. A file that is whole says
//! so in its last line.
//!
//! Interface: [`File::create`], [`File::limit`], [`File::lint`]; [`save`] for records that were kept
//! in memory.
//!
//! Not here: when lines reach the disk and which are kept (`store.rs`), the forms that a file may have
//! (`ink.rs`).

use std::ffi::OsStr;
use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use kettle_events::{Effect, Event, Id, Record, Sink, Tried};

use crate::doctor::{Keeper, Lint};
use crate::file::ink::Ink;
use crate::file::lines::{Aside, Header};
use crate::file::output::Output;
use crate::file::store::{Forgotten, Room, Store};

/// How many bytes of lines a file holds unless told otherwise.
const LIMIT: u64 = 64 * 1024 * 1024;

/// Writes a runtime's events to a file: a replay to open in a browser (`.html`), a Chrome trace to
/// open in Perfetto (`.json`), or the bare lines (`.jsonl`).
///
/// ```no_run
/// use kettle::runtime::Builder;
/// use kettle::trace::File;
///
/// let mut builder = Builder::new_current_thread();
/// let runtime = builder.enable_all().trace(File::create("tea.html")?).build()?;
/// runtime.block_on(async { /* … */ });
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct File {
    path: PathBuf,
    store: Store,
    ink: Ink,
    /// What is to be written beside a line; kept for its room.
    aside: Vec<u8>,
    limit: u64,
    /// When the file was made; `None` once the header is written.
    made: Option<SystemTime>,
    /// What the program prints, if somebody has told us where.
    output: Option<Output>,
    /// The number of the last record that was written, and its time by both clocks.
    last: (u64, Duration, Duration),
    /// The number of the last record that was given. If it is another one, writing has panicked.
    given: u64,
    loud: bool,
}

impl File {
    /// Makes the file, or empties the one that is there, unless another trace is being written to
    /// it. What it becomes is told by how its name
    /// ends: `.html`, `.json` or `.jsonl`.
    ///
    /// # Errors
    ///
    /// The file can't be made or written, or its name ends otherwise; the words name the path, the
    /// reason, and what can be done.
    pub fn create(path: impl AsRef<Path>) -> io::Result<File> {
        let path = path.as_ref();
        let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default();
        let (ink, head) = Ink::for_ending(ending).ok_or_else(|| no_known_ending(path))?;
        let explain = |error| cannot_be_written(path, &error);
        let mut store = Store::create(path).map_err(explain)?;
        // What is written is written at once, so that a full disk is known now; the header waits for
        // the first event.
        if head.is_empty() {
            store.try_out();
        } else {
            store.aside(head.as_bytes());
            store.flush();
        }
        if let Some(error) = store.failure() {
            return Err(cannot_be_written(path, &error));
        }
        store.limit(LIMIT);
        let (path, made) = (path.to_path_buf(), Some(SystemTime::now()));
        let (aside, last) = (Vec::new(), Default::default());
        let (limit, output, given) = (LIMIT, None, 0);
        Ok(File { path, store, ink, aside, limit, made, output, last, given, loud: true })
    }

    /// How many bytes of lines the file holds at the most; 64 MiB if not set. (The page and the
    /// texts of source files are not counted.) Of a run that has more, the beginning and the end
    /// are kept, and a line between them tells how much is missing.
    #[must_use]
    pub fn limit(mut self, bytes: u64) -> File {
        self.limit = bytes;
        self.store.limit(bytes);
        self
    }

    /// Notes what the program prints beside the events: it goes to this file, too.
    pub(crate) fn output(mut self, output: Output) -> File {
        self.output = Some(output);
        self
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a verdict beside the events.
    pub fn lint(&mut self, lint: &Lint) {
        if let Some(place) = lint.place() {
            self.ink.source(place, &mut self.aside);
        }
        self.aside(&Aside::Lint(lint));
        self.store.flush();
        self.complain();
    }

    fn begin(&mut self, first: Option<&Record>) {
        let Some(made) = self.made.take() else { return };
        let paused =
            first.is_some_and(|record| matches!(record.event, Event::RunStart { paused: true }));
        self.aside(&Aside::Header(&Header::new(paused, made)));
    }

    fn event(&mut self, record: &Record) {
        self.ink.sources(record, &mut self.aside);
        if !self.aside.is_empty() {
            self.store.aside(&self.aside);
            self.aside.clear();
        }
        let ink = &mut self.ink;
        let room = self.store.line(Some(record.seq), |out| ink.record(record, out));
        self.last = (record.seq, record.time, record.real);
        self.go_on(room);
    }

    /// What was printed in this task's poll, or outside of any, up to the last record.
    fn notes(&mut self, printed: &[String], task: Option<Id>) {
        let task = task.map(|task| self.ink.name(task));
        let (after, time, now) = self.last;
        for text in printed {
            let (ink, note) = (&mut self.ink, Aside::Note { text, after, time, task });
            let room = self.store.line(None, |out| ink.aside(&note, now, out));
            self.go_on(room);
        }
    }

    fn go_on(&mut self, room: Room) {
        match room {
            Room::Enough => {}
            Room::Full => self.aside(&Aside::Full { limit: self.limit, after: self.last.0 }),
            Room::Half => self.ink.begin_anew(),
        }
    }

    fn aside(&mut self, aside: &Aside<'_>) {
        self.ink.aside(aside, self.last.2, &mut self.aside);
        self.store.aside(&self.aside);
        self.aside.clear();
    }

    /// Tells of what was given and isn't there: of this, the rest of its batch was lost, too.
    fn admit(&mut self) -> bool {
        let events = self.given.saturating_sub(self.last.0);
        let torn = events > 0;
        if torn {
            self.aside.clear();
            self.aside(&Aside::Lost { events, after: self.last.0 });
            self.last.0 = self.given;
        }
        torn
    }

    fn close(&mut self) {
        let whole = self.made.is_none() && !self.admit();
        self.begin(None);
        if let Some(mut output) = self.output.take() {
            loop {
                let printed = output.lines();
                if printed.is_empty() {
                    break;
                }
                self.notes(&printed, None);
            }
            self.notes(output.rest().as_slice(), None);
        }
        let (mut gap, mut end) = (Vec::new(), Vec::new());
        if let Some(Forgotten { events, after }) = self.store.forgotten() {
            self.ink.aside(&Aside::Lost { events, after }, self.last.2, &mut gap);
        }
        if whole {
            self.ink.aside(&Aside::End("complete"), self.last.2, &mut end);
        }
        self.store.close(&gap, &end);
    }

    /// A trace that ends early must not pass for one that is whole, nor end the program.
    fn complain(&mut self) {
        if self.loud
            && let Some(error) = self.store.failure()
        {
            let error = cannot_be_written(&self.path, &error);
            say(format_args!("{error}; the trace ends early"));
        }
    }
}

impl Sink for File {
    fn record(&mut self, records: &[Record]) {
        let Some(last) = records.last() else { return };
        self.admit();
        self.begin(records.first());
        self.given = last.seq;
        let printed = self.output.as_mut().map(Output::lines).unwrap_or_default();
        // In the poll that has just ended; if none has, before all of this.
        let end = records.iter().rposition(|record| matches!(record.event, Event::PollEnd { .. }));
        let task = end.and_then(|end| records[end].task);
        let before = end.map_or(0, |end| begin_of_the_wait(&records[..end]));
        for (number, record) in records.iter().enumerate() {
            if number == before {
                self.notes(&printed, task);
            }
            self.event(record);
        }
        let sleeps = matches!(last.event, Event::Park { .. } | Event::RunEnd { .. });
        self.store.settle(last.real, sleeps);
        self.complain();
    }

    /// The beginning of a poll is on disk before the program's code runs: it may never come back.
    fn live(&self) -> bool {
        true
    }
}

impl Drop for File {
    fn drop(&mut self) {
        self.close();
        self.complain();
    }
}

/// Where in a poll's records its last wait begins: what was printed in the poll was printed before it.
fn begin_of_the_wait(poll: &[Record]) -> usize {
    let waits = |record: &Record| {
        matches!(
            record.event,
            Event::Wait { .. }
                | Event::TimerAdd { .. }
                | Event::SourceAdd { .. }
                | Event::SourceTry { result: Tried::WouldBlock, .. }
                | Event::SourceClear { .. }
                | Event::SelectStart { .. }
                | Event::SelectPoll { ready: false, .. }
                | Event::Defer { .. }
                | Event::Wake { effect: Effect::DuringPoll, .. }
        )
    };
    poll.iter().rposition(|record| !waits(record)).map_or(0, |last| last + 1)
}

/// Writes records that were kept in memory, of one runtime, to a file: see [`File::create`].
///
/// # Errors
///
/// As [`File::create`], and if the file can't be written to its end.
///
/// ```
/// let ((), records) = kettle::trace::record(|| {
///     let runtime = kettle::runtime::Builder::new_current_thread().build().unwrap();
///     runtime.block_on(async {});
/// });
/// let path = std::env::temp_dir().join("kettle-doc-save.jsonl");
/// kettle::trace::save(&path, &records)?;
/// assert!(std::fs::read_to_string(&path)?.contains("main is polled"));
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn save(path: impl AsRef<Path>, records: &[Record]) -> io::Result<()> {
    let path = path.as_ref();
    let mut file = File::create(path)?;
    file.loud = false;
    file.record(records);
    file.close();
    file.store.failure().map_or(Ok(()), |error| Err(cannot_be_written(path, &error)))
}

/// Says something on standard error; if that is gone, to nobody.
pub(crate) fn say(words: fmt::Arguments<'_>) {
    let _ = writeln!(io::stderr(), "kettle: {words}");
}

fn no_known_ending(path: &Path) -> io::Error {
    let text = format!(
        "a trace can't be called {}: its name must end in {}",
        path.display(),
        Ink::endings()
    );
    io::Error::new(io::ErrorKind::InvalidInput, text)
}

fn cannot_be_written(path: &Path, error: &io::Error) -> io::Error {
    let advice = match error.kind() {
        io::ErrorKind::NotFound => "make its directory first",
        io::ErrorKind::PermissionDenied => "name a file where you may write",
        io::ErrorKind::IsADirectory => "name a file in that directory",
        io::ErrorKind::ResourceBusy => "it is being written by another trace: name another file",
        io::ErrorKind::StorageFull => "make room, or name a file elsewhere",
        _ => "name another file",
    };
    let text = format!("the trace {} can't be written ({error}): {advice}", path.display());
    io::Error::new(error.kind(), text)
}

impl Keeper for File {
    fn keep(&mut self, lint: &Lint) {
        self.lint(lint);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Scratch, Script};
    use crate::parse::parse;

    /// Records up to this number.
    fn run(last: usize) -> Vec<Record> {
        let mut script = Script::new();
        (0..last).for_each(|_| {
            script.write(Event::Note { text: "tea" });
        });
        script.records
    }

    #[test]
    fn what_a_panic_has_cost_is_told_and_what_follows_is_written() {
        let scratch = Scratch::new("torn");
        let mut file = File::create(scratch.path()).unwrap();
        file.record(&run(2));
        // As a panic at the third of five leaves it.
        file.given = 5;
        file.record(&run(6)[5..]);
        drop(file);
        let text = scratch.text();
        let told = text.lines().map(parse).filter(|line| line.find("file").is_none());
        let told: Vec<_> = told.skip(1).collect();
        let number = |line: usize, key: &str| told[line].get(key).number();
        assert_eq!((number(0, "n"), number(1, "n"), number(3, "n")), (1, 2, 6));
        assert_eq!((number(2, "lost"), number(2, "after")), (3, 2));
        assert_eq!(told[4].get("end").text(), "complete");
    }

    #[test]
    fn a_panic_at_the_end_leaves_no_whole_trace() {
        let scratch = Scratch::new("torn-end");
        let mut file = File::create(scratch.path()).unwrap();
        file.record(&run(2));
        file.given = 5;
        drop(file);
        assert!(scratch.text().ends_with("{\"lost\":3,\"after\":2}\n"), "{}", scratch.text());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_known_when_the_file_is_made() {
        for ending in ["html", "json", "jsonl"] {
            let scratch = Scratch::ending(&format!("full.{ending}"));
            std::os::unix::fs::symlink("/dev/full", scratch.path()).unwrap();
            let error = File::create(scratch.path()).expect_err(ending);
            assert_eq!(error.kind(), io::ErrorKind::StorageFull, "{ending}: {error}");
        }
    }
}
