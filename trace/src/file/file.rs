//! How does a run become a file?
//!
//! A [`File`] is a sink that writes while the program runs, so that a program that panics, exits or
//! is killed leaves a file that opens, and what it says is true as far as it goes. The runtime's
//! thread only gathers the records, and hands them over from time to time; a second thread makes
//! the lines.
//!
//! They are handed over when the thread is about to sleep, when a block of them has come together,
//! and otherwise as often as a purse allows: it holds coins for 256 times and gets a new one each
//! millisecond. When a poll begins and no more than a block isn't on disk, the runtime's thread
//! waits until it is. So of a program that does little, all is on disk before its code runs. A
//! program that does much never waits for longer than a block takes, and loses what was not handed
//! over or not written yet if it is killed.
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
use crate::file::lines::Beside;
use crate::file::output::Output;
use crate::file::thread::{Extra, Work, WritingThread};
use crate::file::writer::{Writer, say};
use crate::words::stack;
use crate::words::text::whole_nanos;

const PURSE: u64 = 256;
const COIN: u64 = 1_000_000;
/// How many are handed over at once, and waited for at most.
const BLOCK: usize = 256;

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
    /// Until the first record; then the thread has it.
    writer: Option<Writer>,
    thread: Option<WritingThread>,
    work: Work,
    purse: Purse,
    /// The file to which the program prints, if its name was given.
    output: Option<Output>,
    /// How long the last call took: no record tells of it yet.
    took: Duration,
    /// Are the functions of waits wanted?
    stacks: bool,
}

impl File {
    /// Makes the file, or empties the one that is there, unless another trace is being written to
    /// it. The ending of its name decides its form: `.html`, `.json` or `.jsonl`.
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
            work: Work::default(),
            purse: Purse::default(),
            output: None,
            took: Duration::ZERO,
            stacks: false,
        })
    }

    /// How many bytes of lines the file holds; if not set, 64 MiB. (The page and the texts of
    /// source files are not counted. Of a replay that is written by an optimised build, the
    /// deflated lines are.) A run that has more is recorded up to there. To keep its end, use a
    /// [`FlightRecorder`](crate::FlightRecorder).
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

    /// It is a run of this test, made by a search, and there is another page.
    pub(crate) fn of_test(mut self, test: &str, beside: Beside) -> File {
        if let Some(writer) = &mut self.writer {
            writer.of_test(test, beside);
        }
        self
    }

    /// Tells in which functions the tasks wait, as with `KETTLE_STACKS=1`. (A Chrome trace doesn't
    /// tell.)
    #[must_use]
    pub fn showing_stacks(mut self) -> File {
        stack::warm_up();
        self.stacks = true;
        self
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a verdict beside the events.
    pub fn lint(&mut self, lint: &Lint) {
        self.work.extra(Extra::Lint(lint.clone()));
        self.hand_over(usize::MAX);
    }

    fn hand_over(&mut self, patience: usize) {
        if let Some(writer) = self.writer.take() {
            self.thread = WritingThread::start(writer)
                .inspect_err(|error| say(format_args!("no thread can write the trace: {error}")))
                .ok();
        }
        match &mut self.thread {
            Some(thread) => thread.take(&mut self.work, patience),
            None => self.work = Work::default(),
        }
    }
}

impl Sink for File {
    fn record(&mut self, records: &[Record]) {
        let begun = Instant::now();
        self.gather(records);
        self.took = begun.elapsed();
    }

    fn takes_stacks(&self) -> Option<fn() -> Stack> {
        self.stacks.then_some(stack::take)
    }

    fn stacks(&mut self, stacks: &[(u64, Stack)]) {
        self.work.stacks.extend_from_slice(stacks);
    }

    /// The beginning of a poll is on disk before the program's code runs: it may never come back.
    fn live(&self) -> bool {
        true
    }
}

impl File {
    fn gather(&mut self, records: &[Record]) {
        let Some(last) = records.last() else { return };
        let from = self.work.records.len();
        self.work.records.extend_from_slice(records);
        if let Some(output) = &mut self.output {
            let lines = output.lines();
            if !lines.is_empty() {
                self.work.extra(Extra::Printed { from, lines });
            }
        }
        let coin = self.purse.has_coin(last.real);
        match last.event {
            // The program may end after this.
            Event::RunEnd { .. } => self.hand_over(usize::MAX),
            Event::Park { .. } => self.hand_over(0),
            // What runs now may never come back.
            Event::PollStart { .. } if coin => {
                self.purse.coins -= 1;
                self.hand_over(BLOCK);
            }
            _ if self.work.records.len() >= BLOCK => self.hand_over(0),
            _ => {}
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
        if !self.work.is_empty() {
            self.hand_over(0);
        }
        let written = self.thread.take().and_then(WritingThread::end);
        if let Some(mut writer) = self.writer.take().or(written) {
            writer.close(self.output.take(), self.took + begun.elapsed());
            writer.complain();
        }
    }
}

/// How often may there be waiting?
#[derive(Debug)]
struct Purse {
    coins: u64,
    /// Until when coins have been given, in nanoseconds.
    paid: u64,
}

impl Default for Purse {
    fn default() -> Purse {
        Purse { coins: PURSE, paid: 0 }
    }
}

impl Purse {
    fn has_coin(&mut self, now: Duration) -> bool {
        let now = whole_nanos(now);
        self.coins = PURSE.min(self.coins + now.saturating_sub(self.paid) / COIN);
        self.paid = self.paid.max(now - now % COIN);
        self.coins > 0
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_purse_has_coins_for_a_beginning_and_gets_one_each_millisecond() {
        let mut purse = Purse::default();
        let mut spend = |micros| {
            let has = purse.has_coin(Duration::from_micros(micros));
            purse.coins -= u64::from(has);
            has
        };
        assert_eq!((0..=PURSE).filter(|_| spend(0)).count() as u64, PURSE);
        assert!(!spend(999));
        assert!(spend(1_000) && !spend(1_999));
        assert!(spend(3_001) && spend(3_002) && !spend(3_003));
        assert_eq!(
            (0..2 * PURSE).filter(|_| spend(1 << 40)).count() as u64,
            PURSE,
            "it holds no more"
        );
    }
}
