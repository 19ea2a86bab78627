//! What happened just before?
//!
//! A flight recorder keeps the last events of a run in a ring, however long the program runs on, and makes
//! a file of them when something has happened: a verdict of the doctor, a panic in a task, or a call
//! ([`dump`](crate::dump)), also from another thread while the loop is stuck in a poll. Before the ring it
//! keeps what a form remembers of a run (names, the state): each event that leaves the ring is shown to it.
//! So the file begins with all that there was at its first event, and nothing is missing in it.
//!
//! Interface: [`FlightRecorder::create`], [`FlightRecorder::limit`]. Invariants: memory is bounded by
//! the ring and by what is alive. A file is not written over unless the new one begins before the old one's
//! end: what led to an earlier verdict isn't lost for a later one. Panics cost at most two lines an event, and
//! no more after [`FILES`] files: a server may have one at each request.
//!
//! Not here: how a file is written (`writer.rs`), the call (`dump.rs`).

use std::collections::VecDeque;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant, SystemTime};

use kettle_events::{Event, Id, Outcome, Record, Sink, Stack};
use parking_lot::Mutex;

use crate::doctor::{Keeper, Lint};
use crate::file::form::Form;
use crate::file::lines::{Header, Why};
use crate::file::writer::{Writer, inserted, is_paused, say};
use crate::words::stack;

/// How many bytes of records are kept unless told otherwise.
const LIMIT: u64 = 16 * 1024 * 1024;
/// So many stacks at most: each has half a kilobyte.
const STACKS: usize = 10_000;
/// Fewer records than these show nothing.
const FEWEST: usize = 64;
/// So many files are made at most, and the last is written over; so many for panics.
const FILES: usize = 10;

/// All of this process.
static ALL: Mutex<Vec<Weak<Mutex<Flight>>>> = Mutex::new(Vec::new());

pub(super) fn all() -> Vec<Arc<Mutex<Flight>>> {
    ALL.lock().iter().filter_map(Weak::upgrade).collect()
}

/// Keeps the last events of a run, and writes them to a file when something has happened.
///
/// `KETTLE_TRACE=last:tea.html` makes one: the file is written at a verdict of the
/// [`doctor`](crate::doctor), when a task panics, and when [`dump`](crate::dump) is called. What it
/// becomes is told by how its name ends, as with [`File`](crate::File).
///
/// ```
/// use kettle::runtime::Builder;
/// use kettle::trace::{FlightRecorder, dump};
///
/// let path = std::env::temp_dir().join("kettle-doc-flight.jsonl");
/// let mut builder = Builder::new_current_thread();
/// let runtime = builder.trace(FlightRecorder::create(&path)?.limit(1 << 18)).build()?;
/// runtime.block_on(async {
///     for _ in 0..10_000 {
///         kettle::task::yield_now().await;
///     }
///     kettle::trace::note("the tea is cold");
///     assert_eq!(dump()?, [path.as_path()]);
///     std::io::Result::Ok(())
/// })?;
/// let text = std::fs::read_to_string(&path)?;
/// assert!(text.contains("the tea is cold") && text.len() < 8 << 20);
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct FlightRecorder {
    flight: Arc<Mutex<Flight>>,
}

/// What is kept, and where it goes.
#[derive(Debug)]
pub(super) struct Flight {
    /// The name of the first file, and of the file at hand.
    path: PathBuf,
    latest: PathBuf,
    /// Of the file at hand, which stays ours; `None` if it could not be written.
    writer: Option<Writer>,
    /// How many files hold something.
    files: usize,
    /// The number of the last event in the file at hand.
    written: u64,
    /// What no file was written for yet.
    owed: Option<Why>,
    /// How often a file was written for a panic.
    panics: usize,

    room: usize,
    records: VecDeque<Record>,
    /// Of these where a task waits, if that is to be told.
    stacks: Option<VecDeque<(u64, Stack)>>,
    /// Verdicts that are about them.
    lints: VecDeque<Lint>,
    /// What was before the first of them.
    before: Form,
    overhead: Duration,

    /// Since the first record.
    header: Option<Header>,
    made: SystemTime,
    /// The thread that drives the runtime.
    thread: Option<ThreadId>,
}

/// The way to it for the doctor's own thread. It keeps nothing alive.
struct Afar(Weak<Mutex<Flight>>);

impl FlightRecorder {
    /// Makes the file, or takes the one that is there. What an earlier run wrote to it stays until something
    /// has happened. A file that is still empty when the runtime is dropped is removed.
    ///
    /// # Errors
    ///
    /// As [`File::create`](crate::File::create).
    pub fn create(path: impl AsRef<Path>) -> io::Result<FlightRecorder> {
        let (path, writer) = (path.as_ref().to_path_buf(), Writer::claim(path.as_ref())?);
        let room = room(LIMIT);
        let flight = Flight {
            latest: path.clone(),
            path,
            before: writer.form(room),
            writer: Some(writer),
            files: 0,
            written: 0,
            owed: None,
            panics: 0,
            room,
            records: VecDeque::new(),
            stacks: None,
            lints: VecDeque::new(),
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

    /// How many bytes of memory the events that are kept may take; if not set, 16 MiB. An event takes
    /// 144. At least 64 events are kept.
    #[must_use]
    pub fn limit(self, bytes: u64) -> FlightRecorder {
        self.flight.lock().limit(room(bytes).max(FEWEST));
        self
    }

    /// Tells in which functions the tasks wait, as with `KETTLE_STACKS=1`. (A Chrome trace doesn't tell.)
    #[must_use]
    pub fn showing_stacks(self) -> FlightRecorder {
        stack::warm_up();
        self.flight.lock().stacks = Some(VecDeque::new());
        self
    }
}

/// So many records fit.
fn room(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX) / size_of::<Record>()
}

/// Would so many bytes show anything?
pub(crate) fn is_enough(bytes: u64) -> bool {
    room(bytes) >= FEWEST
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
            kept.drain(..kept.len().saturating_sub(STACKS));
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

    fn for_another_thread(&self) -> Option<Box<dyn Keeper>> {
        Some(Box::new(Afar(Arc::downgrade(&self.flight))))
    }
}

impl Sink for Afar {
    fn record(&mut self, _: &[Record]) {}
}

impl Keeper for Afar {
    fn keep(&mut self, lint: &Lint) {
        if let Some(flight) = self.0.upgrade() {
            flight.lock().keep(lint);
        }
    }
}

impl Flight {
    fn limit(&mut self, room: usize) {
        self.room = room;
        self.before = self.writer.as_ref().expect("no file was written yet").form(room);
    }

    fn take(&mut self, records: &[Record]) {
        self.thread = Some(thread::current().id());
        for record in records {
            if self.records.len() >= self.room {
                self.forget();
            }
            self.overhead += record.overhead;
            self.header.get_or_insert_with(|| Header::new(is_paused(record), self.made));
            if is_panic(record) {
                self.owed = self.owed.or(Some(Why::Panic));
            }
            self.grow();
            self.records.push_back(*record);
        }
        self.pay();
    }

    /// Makes room for one more: twice as much as there was, but not more than is wanted. (By itself a
    /// `VecDeque` would take up to twice that.)
    fn grow(&mut self) {
        let kept = self.records.len();
        if kept == self.records.capacity() {
            let more = kept.max(FEWEST).min(self.room.saturating_sub(kept));
            self.records.reserve_exact(more);
        }
    }

    /// The oldest event makes room.
    fn forget(&mut self) {
        let Some(oldest) = self.records.pop_front() else { return };
        self.before.pass(&oldest);
        if let Some(stacks) = &mut self.stacks {
            stacks.pop_front_if(|(of, _)| *of <= oldest.seq);
        }
        while self.lints.front().is_some_and(|lint| lint.after <= oldest.seq) {
            self.lints.pop_front();
        }
    }

    fn keep(&mut self, lint: &Lint) {
        self.lints.push_back(lint.clone());
        // A note or a hint is written beside what is wrong, and is no reason to write.
        if lint.kind.is_wrong() {
            self.owed = Some(Why::Verdict);
            self.pay();
        }
    }

    /// Writes what is owed, but not too often.
    fn pay(&mut self) {
        let (Some(why), Some(last)) = (self.owed, self.records.back()) else { return };
        let is_much = last.seq - self.written >= self.room as u64 / 2
            && (why == Why::Verdict || self.panics < FILES);
        // Perhaps no event comes any more. (There are few verdicts: each is given once for a place.)
        let may_be_last = why == Why::Verdict
            && (matches!(last.event, Event::Park { .. } | Event::RunEnd { .. })
                || self.is_elsewhere());
        if self.written == 0 || is_much || may_be_last {
            self.panics += usize::from(why == Why::Panic);
            self.write_and_say(why);
        }
    }

    fn write_and_say(&mut self, why: Why) {
        let (begun, events) = (Instant::now(), self.records.len());
        match self.write(why) {
            Ok(None) => {}
            Ok(Some(path)) => {
                let (why, path, took) = (why.said(), path.display(), begun.elapsed());
                say(format_args!("{why}: the last {events} events are in {path} ({took:.1?})"));
            }
            Err(error) => say(format_args!("{error}")),
        }
    }

    /// Writes what is kept; `None` if that is nothing.
    pub(super) fn write(&mut self, why: Why) -> io::Result<Option<PathBuf>> {
        let unseen = self.polled().filter(|_| self.is_elsewhere());
        let records = self.records.make_contiguous();
        let (Some(header), [first, .., last]) = (&mut self.header, &*records) else {
            return Ok(None);
        };
        self.owed = None;
        header.before = first.seq - 1;
        if self.files > 0 && self.files < FILES && self.written < first.seq {
            self.latest = inserted(&self.path, format_args!("from-{}", first.seq));
            self.writer = None;
        }
        let mut writer = match self.writer.take() {
            Some(writer) => writer,
            None => Writer::create(&self.latest)?,
        };
        writer.begin_anew(self.before.snapshot(), header, first);
        writer.stacks(self.stacks.iter().flatten().cloned());
        let mut done = 0;
        for lint in &self.lints {
            let until = records.partition_point(|record| record.seq <= lint.after).max(done);
            writer.write(&records[done..until], &[]);
            writer.lint(lint);
            done = until;
        }
        writer.write(&records[done..], &[]);
        writer.end_anew(why.name(), self.overhead, unseen);
        writer.failure()?;
        if self.files == 0 || self.written < first.seq {
            self.files += 1;
        }
        (self.writer, self.written) = (Some(writer), last.seq);
        Ok(Some(self.latest.clone()))
    }

    /// Leaves an earlier run's file as it was, and none of its own.
    fn leave(&self) {
        let (path, nothing) = (self.path.display(), "no verdict, no panic, no call of `dump`");
        match fs::metadata(&self.path) {
            Ok(file) if self.writer.is_some() && file.len() > 0 => {
                say(format_args!("{nothing}: {path} is as it was"));
            }
            Ok(file) if file.is_file() && fs::remove_file(&self.path).is_ok() => {
                say(format_args!("{nothing}: there is no {path}"));
            }
            _ => {}
        }
    }

    /// Is this not the runtime's thread? Then a poll that goes on has more to tell.
    fn is_elsewhere(&self) -> bool {
        self.thread != Some(thread::current().id())
    }

    /// The task whose poll goes on.
    fn polled(&self) -> Option<Id> {
        let mut ended = 0;
        self.records.iter().rev().find_map(|record| match record.event {
            Event::PollEnd { .. } => {
                ended += 1;
                None
            }
            Event::PollStart { .. } if ended > 0 => {
                ended -= 1;
                None
            }
            Event::PollStart { task } => Some(task),
            _ => None,
        })
    }
}

impl Drop for FlightRecorder {
    fn drop(&mut self) {
        let mut flight = self.flight.lock();
        if let Some(why) = flight.owed {
            flight.write_and_say(why);
        }
        if flight.files == 0 {
            flight.leave();
        }
        flight.records.clear(); // nothing comes after the end
    }
}

fn is_panic(record: &Record) -> bool {
    matches!(record.event, Event::PollEnd { outcome: Outcome::Panicked, .. })
}

#[cfg(test)]
#[path = "flight_tests.rs"]
mod tests;
