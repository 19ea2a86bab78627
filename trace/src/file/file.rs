//! How does a run become a file?
//!
//! A [`File`] is a sink that writes while the program runs, so that a program that panics, exits or
//! is killed leaves a file that opens, and what it says is true as far as it goes. The runtime's
//! thread only adds the records to a queue; a second thread makes the lines.
//!
//! The first [`FIRST`] polls of a run begin when all before them is on disk, because the program
//! may end in any of them. So of a program that does little, nothing is lost. After that the
//! runtime's thread never waits before the end of the run: a program that is killed loses what was
//! not written yet.
//!
//! Interface: [`File::create`], [`File::limit`], [`File::lint`]; [`save`] for records that were
//! kept in memory.
//!
//! Not here: the other thread (`thread.rs`), what is written (`writer.rs`).

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use kettle_events::{Event, Record, Sink, Stack};

use crate::doctor::{Keeper, Lint};
use crate::file::output::Output;
use crate::file::thread::WritingThread;
use crate::file::writer::{Writer, say};
use crate::words::stack;

/// Each of the first so many polls begins only when all before it is on disk.
const FIRST: usize = 256;

/// Writes a runtime's events to a file: a replay to open in a browser (`.html`), or the bare
/// lines (`.jsonl`).
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
    /// Until the first record; then the thread has it.
    writer: Option<Writer>,
    thread: Option<WritingThread>,
    /// The stacks of the records that come next.
    stacks: Vec<(u64, Stack)>,
    /// How many polls have begun, up to [`FIRST`].
    polls: usize,
    /// The file to which the program prints, if its name was given.
    output: Option<Output>,
    /// How long the last call took, which is in no record yet.
    took: Duration,
    /// Are the functions of waits wanted?
    takes_stacks: bool,
}

impl File {
    /// Makes the file, or empties the one that is there, unless another trace is being written to
    /// it. The ending of its name decides its form: `.html` or `.jsonl`.
    ///
    /// # Errors
    ///
    /// The file can't be made or written, or its name ends otherwise; the words name the path, the
    /// reason, and what can be done.
    pub fn create(path: impl AsRef<Path>) -> io::Result<File> {
        let writer = Writer::create(path.as_ref())?;
        Ok(File {
            path: writer.path().to_path_buf(),
            writer: Some(writer),
            thread: None,
            stacks: Vec::new(),
            polls: 0,
            output: None,
            took: Duration::ZERO,
            takes_stacks: false,
        })
    }

    /// How many bytes of lines the file holds; if not set, 64 MiB. (The page and the texts of
    /// source files are not counted.) A run that has more is recorded up to there, in a replay up
    /// to its event 200,000. To keep its end, use a [`FlightRecorder`](crate::FlightRecorder).
    #[must_use]
    pub fn limit(mut self, bytes: u64) -> File {
        if let Some(writer) = &mut self.writer {
            writer.limit(bytes);
        }
        self
    }

    /// Notes what the program prints beside the events: it goes to this file, too.
    pub(crate) fn output(mut self, output: Output) -> File {
        self.output = Some(output);
        self
    }

    /// Marks the file as a run of this test, made by a search.
    pub(crate) fn of_test(mut self, test: &str) -> File {
        if let Some(writer) = &mut self.writer {
            writer.of_test(test);
        }
        self
    }

    /// Tells in which functions the tasks wait, as with `KETTLE_STACKS=1`.
    #[must_use]
    pub fn showing_stacks(mut self) -> File {
        stack::warm_up();
        self.takes_stacks = true;
        self
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a verdict beside the events.
    pub fn lint(&mut self, lint: &Lint) {
        if let Some(thread) = self.thread() {
            thread.lint(lint);
            thread.settle();
        }
    }

    /// Where the lines are made from the first record on; `None` if there is no such thread.
    fn thread(&mut self) -> Option<&WritingThread> {
        if let Some(writer) = self.writer.take() {
            self.thread = WritingThread::start(writer)
                .inspect_err(|error| say(format_args!("no thread can write the trace: {error}")))
                .ok();
        }
        self.thread.as_ref()
    }
}

impl Sink for File {
    fn record(&mut self, records: &[Record]) {
        let begun = Instant::now();
        self.add(records);
        self.took = begun.elapsed();
    }

    fn takes_stacks(&self) -> Option<fn() -> Stack> {
        self.takes_stacks.then_some(stack::take)
    }

    fn stacks(&mut self, stacks: &[(u64, Stack)]) {
        self.stacks.extend_from_slice(stacks);
    }

    /// The beginning of a poll is on disk before the program's code runs: it may never come back.
    fn live(&self) -> bool {
        true
    }
}

impl File {
    fn add(&mut self, records: &[Record]) {
        let Some(last) = records.last() else { return };
        let (is_poll, is_end) = (
            matches!(last.event, Event::PollStart { .. }),
            matches!(last.event, Event::RunEnd { .. }),
        );
        let is_first = self.polls < FIRST;
        self.polls += usize::from(is_poll && is_first);
        let stacks = std::mem::take(&mut self.stacks);
        let printed = self.output.as_mut().map(Output::lines).unwrap_or_default();
        let Some(thread) = self.thread() else { return };
        if is_end {
            thread.settle(); // so that there is room
        }
        thread.add(records, stacks, printed);
        if is_end || (is_poll && is_first) {
            thread.settle();
        }
    }
}

impl Keeper for File {
    fn keep(&mut self, lint: &Lint) {
        self.lint(lint);
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let begun = Instant::now();
        let written = self.thread.take().and_then(WritingThread::end);
        if let Some(mut writer) = self.writer.take().or(written) {
            writer.close(self.output.take(), self.took + begun.elapsed());
            writer.complain();
        }
    }
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
    let mut writer = Writer::create(path.as_ref())?;
    writer.write(records, &[]);
    writer.close(None, Duration::ZERO);
    writer.failure()
}
