//! Where are the lines made?
//!
//! On a thread of its own, so that the program has the time that it would have without a trace. It is
//! given [`Work`], writes it, and waits for more. What is given is bounded: once [`MOST`] records wait, the
//! runtime's thread waits, too.
//!
//! Interface: [`WritingThread::start`], [`WritingThread::take`], [`WritingThread::end`]. Invariants:
//! work is done in the order in which it was given. The thread ends when it is told to, and only then; if
//! writing panics, the rest of that work is lost, and the file says so. If no thread can be started, the
//! work is done at once.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use kettle_events::Record;

use crate::doctor::Lint;
use crate::file::writer::Writer;
use crate::words::names::WRITER;

/// How many records may wait: some ten megabytes.
const MOST: usize = 1 << 16;

/// What is to be written.
#[derive(Debug, Default)]
pub(crate) struct Work {
    pub(crate) records: Vec<Record>,
    /// Each with how many of the records come before it.
    extras: Vec<(usize, Extra)>,
}

/// What is written beside records.
#[derive(Debug)]
pub(crate) enum Extra {
    Lint(Lint),
    /// Lines that the program printed, found at the end of the records from this one on.
    Printed {
        from: usize,
        lines: Vec<String>,
    },
}

/// Writes a file.
#[derive(Debug)]
pub(crate) struct WritingThread {
    desk: Arc<Desk>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Desk {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    waiting: Work,
    /// Out while it is writing.
    writer: Option<Writer>,
    over: bool,
}

impl Work {
    pub(crate) fn extra(&mut self, extra: Extra) {
        self.extras.push((self.records.len(), extra));
    }

    fn is_empty(&self) -> bool {
        self.records.is_empty() && self.extras.is_empty()
    }

    /// Takes all of the other, which is empty then, and keeps its room.
    fn append(&mut self, other: &mut Work) {
        if self.is_empty() {
            std::mem::swap(self, other);
            return;
        }
        let before = self.records.len();
        self.records.append(&mut other.records);
        self.extras.extend(other.extras.drain(..).map(|(at, extra)| match extra {
            Extra::Printed { from, lines } => {
                (before + at, Extra::Printed { from: before + from, lines })
            }
            lint @ Extra::Lint(_) => (before + at, lint),
        }));
    }

    fn write(&mut self, writer: &mut Writer) {
        let mut done = 0;
        for (at, extra) in self.extras.drain(..) {
            match extra {
                Extra::Printed { from, lines } => {
                    writer.write(&self.records[done..from], &[]);
                    writer.write(&self.records[from..at], &lines);
                }
                Extra::Lint(lint) => {
                    writer.write(&self.records[done..at], &[]);
                    writer.lint(&lint);
                }
            }
            done = at;
        }
        writer.write(&self.records[done..], &[]);
        writer.flush();
        self.records.clear();
    }
}

impl WritingThread {
    pub(crate) fn start(writer: Writer) -> WritingThread {
        let state = State { waiting: Work::default(), writer: Some(writer), over: false };
        let desk = Arc::new(Desk { state: Mutex::new(state), changed: Condvar::new() });
        let its = desk.clone();
        let thread = thread::Builder::new().name(WRITER.to_owned()).spawn(move || its.work());
        WritingThread { desk, thread: thread.ok() }
    }

    /// Gives it work. `wait`: until all of it is written.
    pub(crate) fn take(&mut self, work: &mut Work, wait: bool) {
        let mut state = self.desk.lock();
        state.waiting.append(work);
        if self.thread.is_none() {
            drop(self.desk.write(state));
            return;
        }
        self.desk.changed.notify_all();
        while (wait && !state.is_done()) || state.waiting.records.len() >= MOST {
            state = self.desk.wait(state);
        }
    }

    /// Ends it when all is written.
    pub(crate) fn end(self) -> Option<Writer> {
        self.desk.lock().over = true;
        self.desk.changed.notify_all();
        if let Some(thread) = self.thread {
            let _ = thread.join();
        }
        let mut state = self.desk.lock();
        state.writer.take()
    }
}

impl State {
    fn is_done(&self) -> bool {
        self.waiting.is_empty() && self.writer.is_some()
    }
}

impl Desk {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&'a self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        let mut state = self.lock();
        loop {
            if !state.waiting.is_empty() {
                state = self.write(state);
            } else if state.over {
                return;
            } else {
                state = self.wait(state);
            }
        }
    }

    /// Writes what waits, without the lock in hand.
    fn write<'a>(&'a self, mut state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        let mut work = std::mem::take(&mut state.waiting);
        let Some(mut writer) = state.writer.take() else { return state };
        drop(state);
        // The panic has said so on standard error, and the writer tells what is missing.
        let _ = catch_unwind(AssertUnwindSafe(|| work.write(&mut writer)));
        let mut state = self.lock();
        state.writer = Some(writer);
        self.changed.notify_all();
        state
    }
}
