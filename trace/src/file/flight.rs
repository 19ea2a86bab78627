//! What happened just before?
//!
//! A flight recorder keeps the last events of a run in a ring of blocks, however long the program
//! runs on, and makes a file of them when something has happened: a verdict of the doctor, a panic
//! in a task, or a call ([`dump`](crate::dump)), also from another thread while the loop is stuck
//! in a poll. Each event that leaves the ring is shown to the form, which remembers names and the
//! state. So the file begins with all that there was at its first event.
//!
//! Interface: [`FlightRecorder::create`], [`FlightRecorder::limit`]. Invariants: memory is bounded
//! by the ring and by what is alive. A file is not written over unless the new one begins before
//! the old one's end, or there are [`FILES`]: what led to an earlier verdict isn't lost for a later
//! one. Panics cost at most two lines an event: a server may have one at each request.
//!
//! Not here: how a file is written (`writer.rs`), the call (`dump.rs`).

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant, SystemTime};

use kettle_events::{Event, Id, Outcome, Record, Sink, Stack};
use parking_lot::Mutex;

use crate::doctor::{Keeper, Lint};
use crate::file::json::Scribe;
use crate::file::lines::{Header, PANIC, VERDICT, Why};
use crate::file::thread::{Extra, Work};
use crate::file::writer::{Writer, inserted, is_paused, say};
use crate::words::stack;

/// How many bytes of records are kept unless that is set.
const LIMIT: u64 = 16 * 1024 * 1024;
const BLOCK: usize = 16;
/// Fewer records than these show nothing.
const FEWEST: usize = 64;
/// How many files are made at most; the last is written over.
const FILES: usize = 10;

static ALL: Mutex<Vec<Weak<Mutex<Flight>>>> = Mutex::new(Vec::new());

pub(super) fn all() -> Vec<Arc<Mutex<Flight>>> {
    ALL.lock().iter().filter_map(Weak::upgrade).collect()
}

/// Keeps the last events of a run, and writes them to a file when something has happened.
///
/// `KETTLE_TRACE=last:tea.html` makes one: the file is written at a verdict of the
/// [`doctor`](crate::doctor), when a task panics, and when [`dump`](crate::dump) is called. The
/// ending of its name decides its form, as with [`File`](crate::File).
///
/// ```
/// use kettle::trace::{FlightRecorder, dump};
///
/// let path = std::env::temp_dir().join("kettle-doc-flight.jsonl");
/// let mut builder = kettle::runtime::Builder::new_current_thread();
/// let runtime = builder.trace(FlightRecorder::create(&path)?.limit(1 << 18)).build()?;
/// let files = runtime.block_on(async {
///     kettle::trace::note("the tea is cold");
///     dump()
/// })?;
/// assert_eq!(files, [path.as_path()]);
/// assert!(std::fs::read_to_string(&path)?.contains("the tea is cold"));
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct FlightRecorder {
    flight: Arc<Mutex<Flight>>,
}

/// The ring, and the files that it goes to.
#[derive(Debug)]
pub(super) struct Flight {
    /// The names of the first and of the latest file.
    path: PathBuf,
    latest: PathBuf,
    /// Of the latest file, which stays open; `None` if it could not be written.
    writer: Option<Writer>,
    /// How many files hold something.
    files: usize,
    /// The number of the last event in the latest file.
    written: u64,
    /// A panic for which no file was written yet.
    owed: bool,

    /// The last records, in blocks, oldest first.
    ring: VecDeque<Work>,
    /// At most so many blocks are kept.
    room: usize,
    /// The stacks of the records that come next, if stacks are wanted.
    stacks: Option<VecDeque<(u64, Stack)>>,
    /// Knows names and state before the first record in the ring.
    before: Scribe,
    /// The tasks whose polls go on; one may be inside another.
    polls: Vec<Id>,
    overhead: Duration,

    /// Since the first record.
    header: Option<Header>,
    made: SystemTime,
    /// The thread that drives the runtime.
    thread: Option<ThreadId>,
}

impl FlightRecorder {
    /// Makes the file, or takes the one that is there. What an earlier run wrote to it stays until
    /// something has happened. A file that is still empty when the runtime is dropped is removed.
    ///
    /// # Errors
    ///
    /// As [`File::create`](crate::File::create).
    pub fn create(path: impl AsRef<Path>) -> io::Result<FlightRecorder> {
        let path = path.as_ref().to_path_buf();
        let (writer, room) = (Writer::claim(&path)?, room(LIMIT));
        let flight = Flight {
            latest: path.clone(),
            path,
            before: writer.scribe(room * BLOCK),
            writer: Some(writer),
            files: 0,
            written: 0,
            owed: false,
            ring: VecDeque::new(),
            room,
            stacks: None,
            polls: Vec::new(),
            overhead: Duration::ZERO,
            header: None,
            made: SystemTime::now(),
            thread: None,
        };
        let flight = Arc::new(Mutex::new(flight));
        let mut all = ALL.lock();
        all.retain(|flight| flight.strong_count() > 0);
        all.push(Arc::downgrade(&flight));
        Ok(FlightRecorder { flight })
    }

    /// How many bytes of memory the events that are kept may take; if not set, 16 MiB. An event
    /// takes 168. At least 64 events are kept.
    #[must_use]
    pub fn limit(self, bytes: u64) -> FlightRecorder {
        let mut flight = self.flight.lock();
        flight.room = room(bytes);
        let writer = flight.writer.as_ref().expect("no file was written yet");
        flight.before = writer.scribe(flight.room * BLOCK);
        drop(flight);
        self
    }

    /// Tells in which functions the tasks wait, as with `KETTLE_STACKS=1`.
    #[must_use]
    pub fn showing_stacks(self) -> FlightRecorder {
        stack::warm_up();
        self.flight.lock().stacks = Some(VecDeque::new());
        self
    }
}

fn room(bytes: u64) -> usize {
    let fit = usize::try_from(bytes).unwrap_or(usize::MAX) / size_of::<Record>() / BLOCK;
    fit.max(FEWEST / BLOCK + 1)
}

impl Sink for FlightRecorder {
    fn record(&mut self, records: &[Record]) {
        self.flight.lock().take(records);
    }

    fn takes_stacks(&self) -> Option<fn() -> Stack> {
        self.flight.lock().stacks.is_some().then_some(stack::take)
    }

    fn stacks(&mut self, stacks: &[(u64, Stack)]) {
        if let Some(kept) = &mut self.flight.lock().stacks {
            kept.extend(stacks.iter().cloned());
        }
    }

    /// The beginning of a poll is kept before the program's code runs: it may never come back.
    fn live(&self) -> bool {
        true
    }
}

impl Keeper for FlightRecorder {
    fn keep(&mut self, lint: &Lint) {
        self.flight.lock().keep(lint);
    }
}

impl Flight {
    fn take(&mut self, records: &[Record]) {
        self.thread = Some(thread::current().id());
        for record in records {
            self.overhead += record.overhead;
            self.header.get_or_insert_with(|| Header::new(is_paused(record), self.made));
            match record.event {
                Event::PollStart { task } => self.polls.push(task),
                Event::PollEnd { task, outcome, .. } => {
                    self.polls.pop_if(|polled| *polled == task);
                    self.owed |= outcome == Outcome::Panicked;
                }
                Event::Lost { .. } => self.polls.clear(), // their ends may be among what is missing
                _ => {}
            }
            let its = |(seq, _): &mut (u64, Stack)| *seq == record.seq;
            let stack = self.stacks.as_mut().and_then(|stacks| stacks.pop_front_if(its));
            let block = self.block();
            block.records.push(*record);
            block.stacks.extend(stack);
        }
        // The first panic, and later ones once half of the events are new.
        let last = records.last().map_or(0, |record| record.seq);
        let is_much = last.saturating_sub(self.written) >= (self.room * BLOCK / 2) as u64;
        if self.owed && (self.written == 0 || is_much) {
            self.write_and_say(PANIC);
        }
    }

    /// The newest block, with room for a record: the oldest may be forgotten for it.
    fn block(&mut self) -> &mut Work {
        if self.ring.back().is_none_or(|block| block.records.len() == BLOCK) {
            let is_full = self.ring.len() >= self.room;
            let oldest = self.ring.pop_front_if(|_| is_full);
            let passed = oldest.iter().flat_map(|block| &block.records);
            passed.for_each(|record| self.before.pass(record));
            let mut block = Work::default();
            block.records.reserve_exact(BLOCK);
            self.ring.push_back(block);
        }
        self.ring.back_mut().expect("there is one")
    }

    /// A note is written beside what is wrong, and is no reason to write. (There are few verdicts:
    /// each is given once for a place.)
    fn keep(&mut self, lint: &Lint) {
        self.block().extra(Extra::Lint(lint.clone()));
        if !lint.is_a_note() {
            self.write_and_say(VERDICT);
        }
    }

    fn write_and_say(&mut self, why: Why) {
        let begun = Instant::now();
        let events: usize = self.ring.iter().map(|block| block.records.len()).sum();
        match self.write(why) {
            Ok(None) => {}
            Ok(Some(path)) => {
                let (why, path, took) = (why.1, path.display(), begun.elapsed());
                say(format_args!("{why}: the last {events} events are in {path} ({took:.1?})"));
            }
            Err(error) => say(format_args!("{error}")),
        }
    }

    /// Writes what is kept; `None` if that is nothing.
    pub(super) fn write(&mut self, why: Why) -> io::Result<Option<PathBuf>> {
        let is_elsewhere = self.thread != Some(thread::current().id());
        let first = self.ring.front().and_then(|block| block.records.first());
        let last = self.ring.iter().rev().find_map(|block| block.records.last());
        let (Some(header), Some(first), Some(last)) = (&mut self.header, first, last) else {
            return Ok(None);
        };
        self.owed = false;
        header.before = first.seq - 1;
        let is_next = self.written < first.seq;
        if self.files > 0 && self.files < FILES && is_next {
            self.latest = inserted(&self.path, format_args!("from-{}", first.seq));
            self.writer = None;
        }
        let mut writer = match self.writer.take() {
            Some(writer) => writer,
            None => Writer::create(&self.latest)?,
        };
        writer.restart(self.before.snapshot(), header, first);
        self.ring.iter().for_each(|block| block.write(&mut writer));
        // That poll has more to tell, which was not handed over.
        let unseen = self.polls.last().copied().filter(|_| is_elsewhere);
        writer.end(why.0, self.overhead, unseen);
        writer.failure()?;
        self.files += usize::from(self.files == 0 || is_next);
        (self.writer, self.written) = (Some(writer), last.seq);
        Ok(Some(self.latest.clone()))
    }

    /// Leaves an earlier run's file as it was, and none of its own.
    fn leave(&self) {
        self.writer.iter().for_each(Writer::leave);
        let path = self.path.display();
        say(format_args!("no verdict, no panic, no call of `dump`: nothing is written to {path}"));
    }
}

impl Drop for FlightRecorder {
    fn drop(&mut self) {
        let mut flight = self.flight.lock();
        if flight.owed {
            flight.write_and_say(PANIC);
        }
        if flight.files == 0 {
            flight.leave();
        }
        flight.ring.clear(); // nothing comes after the end
    }
}

#[cfg(test)]
#[path = "flight_tests.rs"]
mod tests;
