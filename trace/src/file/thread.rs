//! Where are the lines made?
//!
//! On a thread of its own, so that the program has the time that it would have without a trace. It is
//! given [`Work`], writes it, and waits for more. What is given is bounded: once [`MOST`] records wait, the
//! runtime's thread waits, too.
//!
//! Interface: [`WritingThread::start`], [`WritingThread::take`], [`WritingThread::end`]. Invariants:
//! work is done in the order in which it was given. The thread ends when it is told to, and only then. If
//! writing panics, the file ends there, and the program goes on. If no thread can be started, the
//! work is done at once.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use kettle_events::{Record, Stack};
use parking_lot::{Condvar, Mutex, MutexGuard};

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
    /// Of some of these records, by their numbers.
    pub(crate) stacks: Vec<(u64, Stack)>,
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
    /// Out while it is writing; and for ever, if writing has panicked.
    writer: Option<Writer>,
    writes: bool,
    over: bool,
}

impl Work {
    pub(crate) fn extra(&mut self, extra: Extra) {
        self.extras.push((self.records.len(), extra));
    }

    pub(crate) fn is_empty(&self) -> bool {
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
        self.stacks.append(&mut other.stacks);
        self.extras.extend(other.extras.drain(..).map(|(at, extra)| match extra {
            Extra::Printed { from, lines } => {
                (before + at, Extra::Printed { from: before + from, lines })
            }
            lint @ Extra::Lint(_) => (before + at, lint),
        }));
    }

    fn write(&mut self, writer: &mut Writer) {
        writer.stacks(self.stacks.drain(..));
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
        let state =
            State { waiting: Work::default(), writer: Some(writer), writes: false, over: false };
        let desk = Arc::new(Desk { state: Mutex::new(state), changed: Condvar::new() });
        let its = desk.clone();
        let thread = thread::Builder::new().name(WRITER.to_owned()).spawn(move || its.work());
        WritingThread { desk, thread: thread.ok() }
    }

    /// Gives it work. `wait`: until all of it is written.
    pub(crate) fn take(&mut self, work: &mut Work, wait: bool) {
        let mut state = self.desk.state.lock();
        state.waiting.append(work);
        if self.thread.is_none() {
            self.desk.write(&mut state);
            return;
        }
        self.desk.changed.notify_all();
        while (wait && !state.is_done()) || state.waiting.records.len() >= MOST {
            self.desk.changed.wait(&mut state);
        }
    }

    /// Ends it when all is written.
    pub(crate) fn end(self) -> Option<Writer> {
        self.desk.state.lock().over = true;
        self.desk.changed.notify_all();
        if let Some(thread) = self.thread {
            let _ = thread.join();
        }
        self.desk.state.lock().writer.take()
    }
}

impl State {
    fn is_done(&self) -> bool {
        self.waiting.is_empty() && !self.writes
    }
}

impl Desk {
    fn work(&self) {
        let mut state = self.state.lock();
        loop {
            if !state.waiting.is_empty() {
                self.write(&mut state);
            } else if state.over {
                return;
            } else {
                self.changed.wait(&mut state);
            }
        }
    }

    /// Writes what waits, without the lock in hand.
    fn write(&self, state: &mut MutexGuard<'_, State>) {
        let mut work = std::mem::take(&mut state.waiting);
        if let Some(mut writer) = state.writer.take() {
            state.writes = true;
            // A panic has said so on standard error, and the file ends before it.
            let write = AssertUnwindSafe(|| work.write(&mut writer));
            let written = MutexGuard::unlocked(state, || catch_unwind(write));
            state.writer = written.is_ok().then_some(writer);
            state.writes = false;
        }
        self.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::LintKind;
    use crate::fixture::{Scratch, Script};
    use kettle_events::Event;

    /// So many records, the first with the number after `before`.
    fn work(before: usize, many: usize) -> Work {
        let mut script = Script::new();
        for _ in 0..before + many {
            script.write(Event::Note { text: "tea" });
        }
        Work { records: script.records.split_off(before), ..Work::default() }
    }

    fn lint(after: u64) -> Extra {
        Extra::Lint(Lint::new(LintKind::BusyLoop, None, format!("after {after}"), after))
    }

    /// What each line is about: its event's number, or what else it says.
    fn told(text: &str) -> Vec<String> {
        let lines =
            text.lines().map(crate::fixture::parse).filter(|line| line.get("file").is_none());
        let told = lines.filter_map(|line| {
            let number = line.get("n").map(|n| n.as_u64().unwrap().to_string());
            let say = line.get("say").map(|say| say.as_str().unwrap().to_owned());
            number.or(line.get("note").map(|note| note.as_str().unwrap().to_owned())).or(say)
        });
        told.collect()
    }

    #[test]
    fn what_stands_beside_records_keeps_its_place_when_work_is_put_together() {
        let mut all = work(0, 2);
        all.extra(lint(2));
        let mut more = work(2, 2);
        more.extra(Extra::Printed { from: 1, lines: vec!["printed".to_owned()] });
        let mut last = work(4, 1);
        last.extra(lint(5));
        all.append(&mut more);
        all.append(&mut last);
        let scratch = Scratch::new("order");
        all.write(&mut Writer::create(scratch.path()).unwrap());
        let text = scratch.text();
        assert_eq!(told(&text), ["1", "2", "after 2", "3", "printed", "4", "5", "after 5"]);
        assert!(all.is_empty());
    }

    #[test]
    fn where_writing_panics_the_file_ends_and_the_program_goes_on() {
        let scratch = Scratch::new("panic");
        let mut thread = WritingThread::start(Writer::create(scratch.path()).unwrap());
        let mut bad = work(0, 1);
        // More records than there are.
        bad.extras.push((9, lint(9)));
        thread.take(&mut bad, true);
        thread.take(&mut work(1, 1), true);
        assert!(thread.end().is_none());
        assert_eq!(told(&scratch.text()), [""; 0]);
    }
}
