//! How is a run written to a file while the program runs?
//!
//! By a [`File`], which is a sink. A program that panics, exits or is killed leaves a file that can
//! be opened and has everything up to some event. The runtime's thread only adds the records to a
//! queue; a second thread makes the lines.
//!
//! Each of the first [`SAFE_POLLS`] polls begins only when everything before it is on disk, because
//! the program may end in any of them: the runtime's thread *settles*, which means that it waits
//! until the queue is empty and written. So a short program loses nothing. After that it settles
//! only at the end of a run, so a program that is killed loses what wasn't written yet.
//!
//! Interface: [`File::create`] claims the file; [`File::limit`], [`File::output`],
//! [`File::of_test`] and [`File::showing_stacks`] set it up; [`File::lint`] writes a verdict of the
//! doctor; the drop of a `File` writes the end. [`save`] writes records that were stored in memory.
//!
//! Not here: the other thread (`thread.rs`), what is written (`writer.rs`).

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use kettle_events::{Event, Record, Sink, Stack};

use crate::doctor::{Keeper, Lint};
use crate::file::output::Output;
use crate::file::thread::WritingThread;
use crate::file::writer::Writer;
use crate::words::stack;
use crate::words::stderr::print_message;

/// Each of the first polls, up to this many, begins only when everything before it is on disk.
const SAFE_POLLS: usize = 256;

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
    /// `None` after the first record: from then on, the thread has it.
    writer: Option<Writer>,
    /// `None` before the first record, and if no thread could be started.
    thread: Option<WritingThread>,
    /// The stack traces of the records that `record` gets next.
    stacks: Vec<(u64, Stack)>,
    /// How many polls have begun, up to [`SAFE_POLLS`].
    polls: usize,
    /// The file to which the program prints, if its name was given.
    output: Option<Output>,
    /// How long the last call of `record` took, which isn't in the `overhead` of any record yet.
    last_overhead: Duration,
    /// Does each wait get a stack trace?
    takes_stacks: bool,
}

impl File {
    /// Creates the file, or empties the one that is there, unless another trace is being written to
    /// it. The ending of its name decides its form: `.html` or `.jsonl`.
    ///
    /// # Errors
    ///
    /// The file can't be created or written, or its name has another ending. The error says which
    /// path, why, and what to do.
    pub fn create(path: impl AsRef<Path>) -> io::Result<File> {
        let path = path.as_ref().to_path_buf();
        Ok(File {
            writer: Some(Writer::create(&path)?),
            path,
            thread: None,
            stacks: Vec::new(),
            polls: 0,
            output: None,
            last_overhead: Duration::ZERO,
            takes_stacks: false,
        })
    }

    /// How many bytes of lines the file holds; if not set, 64 MiB. (The page and the texts of
    /// source files are not counted.) A run that has more is recorded up to there, in a replay up
    /// to its event 200,000. `docs/watch.md` shows how to keep its end.
    #[must_use]
    pub fn limit(mut self, bytes: u64) -> File {
        if let Some(writer) = &mut self.writer {
            writer.limit(bytes);
        }
        self
    }

    /// Also writes into the trace what the program prints into `output`.
    pub(crate) fn output(mut self, output: Output) -> File {
        self.output = Some(output);
        self
    }

    /// Marks the trace as a run of this test, which a search has made.
    pub(crate) fn of_test(mut self, test: &str) -> File {
        if let Some(writer) = &mut self.writer {
            writer.of_test(test);
        }
        self
    }

    /// Also writes in which functions the tasks wait. (`KETTLE_STACKS=1` does this, too.)
    #[must_use]
    pub fn showing_stacks(mut self) -> File {
        stack::warm_up();
        self.takes_stacks = true;
        self
    }

    /// The file's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a verdict beside the events.
    pub fn lint(&mut self, lint: &Lint) {
        if let Some(thread) = self.started_thread() {
            thread.lint(lint);
            thread.settle();
        }
    }

    /// The thread that makes the lines. The first call starts it; `None` if that has failed.
    fn started_thread(&mut self) -> Option<&WritingThread> {
        if let Some(writer) = self.writer.take() {
            match WritingThread::start(writer) {
                Ok(thread) => self.thread = Some(thread),
                Err(error) => {
                    print_message(format_args!("no thread can write the trace: {error}"));
                }
            }
        }
        self.thread.as_ref()
    }
}

impl Sink for File {
    fn record(&mut self, records: &[Record]) {
        let begun = Instant::now();
        self.add(records);
        self.last_overhead = begun.elapsed();
    }

    fn takes_stacks(&self) -> Option<fn() -> Stack> {
        self.takes_stacks.then_some(stack::take)
    }

    fn stacks(&mut self, stacks: &[(u64, Stack)]) {
        self.stacks.extend_from_slice(stacks);
    }

    /// The runtime passes records on also during a poll, so the beginning of a poll is written
    /// before the program's code runs, which may never return.
    fn live(&self) -> bool {
        true
    }
}

impl File {
    fn add(&mut self, records: &[Record]) {
        let Some(last) = records.last() else { return };
        let is_poll = matches!(last.event, Event::PollStart { .. });
        let is_end = matches!(last.event, Event::RunEnd { .. });
        let is_safe_poll = is_poll && self.polls < SAFE_POLLS;
        self.polls += usize::from(is_safe_poll);
        let stacks = std::mem::take(&mut self.stacks);
        let printed = match &mut self.output {
            Some(output) => output.lines(),
            None => Vec::new(),
        };
        let Some(thread) = self.started_thread() else { return };
        if is_end {
            thread.settle(); // so that the queue has space for the last records
        }
        thread.add(records, stacks, printed);
        if is_end || is_safe_poll {
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
        let returned = self.thread.take().and_then(WritingThread::end);
        if let Some(mut writer) = self.writer.take().or(returned) {
            writer.close(self.output.take(), self.last_overhead + begun.elapsed());
            writer.print_failure();
        }
    }
}

/// Writes records that were stored in memory, of one runtime, to a file: see [`File::create`].
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
