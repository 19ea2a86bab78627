//! Where are the lines made?
//!
//! On a thread of its own, so that the program has the time that it would have without a trace. It
//! is given [`Work`], writes it, and says so. What is given is bounded: while [`MOST`] records are
//! with it, the runtime's thread waits for the oldest work to be done. From half of that on, less
//! time is spent on compression.
//!
//! Interface: [`WritingThread::start`], [`WritingThread::take`], [`WritingThread::end`].
//! Invariants: work is done in the order in which it was given. The thread ends at
//! [`WritingThread::end`]. If writing panics, the file ends there, and the program goes on.

use std::io;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};

use kettle_events::{Record, Stack};

use crate::doctor::Lint;
use crate::file::writer::Writer;
use crate::words::names::WRITER;

/// How many records may be with the thread: some ten megabytes.
const MOST: usize = 1 << 16;

/// What is to be written, or what a flight recorder keeps.
#[derive(Debug, Default)]
pub(crate) struct Work {
    pub(crate) records: Vec<Record>,
    /// Each with how many of the records come before it.
    extras: Vec<(usize, Extra)>,
    /// Of some of these records, by their numbers.
    pub(crate) stacks: Vec<(u64, Stack)>,
    /// Somebody waits until it is on disk.
    urgent: bool,
    /// Much was given before it, and is not done.
    late: bool,
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
    work: Sender<Work>,
    /// How many records a work that is done had.
    done: Receiver<usize>,
    /// How many works are with the thread, and how many records.
    works: usize,
    records: usize,
    thread: JoinHandle<Writer>,
}

impl Work {
    pub(crate) fn extra(&mut self, extra: Extra) {
        self.extras.push((self.records.len(), extra));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.records.is_empty() && self.extras.is_empty()
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.stacks(self.stacks.iter().cloned());
        let mut done = 0;
        for (at, extra) in &self.extras {
            match extra {
                Extra::Printed { from, lines } => {
                    writer.write(&self.records[done..*from], &[]);
                    writer.write(&self.records[*from..*at], lines);
                }
                Extra::Lint(lint) => {
                    writer.write(&self.records[done..*at], &[]);
                    writer.lint(lint);
                }
            }
            done = *at;
        }
        writer.write(&self.records[done..], &[]);
    }
}

impl WritingThread {
    pub(crate) fn start(writer: Writer) -> io::Result<WritingThread> {
        let ((work, given), (back, done)) = (mpsc::channel(), mpsc::channel());
        let thread = thread::Builder::new().name(WRITER.to_owned());
        let thread = thread.spawn(move || write(writer, &given, &back))?;
        Ok(WritingThread { work, done, works: 0, records: 0, thread })
    }

    /// Gives it this work, of which nothing is left. Waits until all is on disk, if no more than so
    /// many records are with it.
    pub(crate) fn take(&mut self, work: &mut Work, patience: usize) {
        while let Ok(done) = self.done.try_recv() {
            self.is_done(done);
        }
        (self.works, self.records) = (self.works + 1, self.records + work.records.len());
        (work.urgent, work.late) = (self.records <= patience, self.records > MOST / 2);
        let wait = work.urgent;
        // (Where writing has panicked, nobody takes it.)
        let _ = self.work.send(std::mem::take(work));
        while (wait && self.works > 0) || self.records >= MOST {
            let Ok(done) = self.done.recv() else { break };
            self.is_done(done);
        }
    }

    fn is_done(&mut self, records: usize) {
        (self.works, self.records) = (self.works - 1, self.records - records);
    }

    /// Ends it when all is written.
    pub(crate) fn end(self) -> Option<Writer> {
        drop(self.work);
        self.thread.join().ok()
    }
}

/// Writes what it is given. What was written is on disk when somebody waits for it, and before the
/// thread waits for more.
fn write(mut writer: Writer, given: &Receiver<Work>, back: &Sender<usize>) -> Writer {
    let mut next = given.recv().ok();
    while let Some(work) = next {
        writer.hurry(work.late);
        work.write(&mut writer);
        next = given.try_recv().ok();
        if work.urgent || next.is_none() {
            writer.flush();
        }
        let _ = back.send(work.records.len()); // (at the end nobody asks)
        next = next.or_else(|| given.recv().ok());
    }
    writer
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
    fn what_stands_beside_records_keeps_its_place() {
        let mut some = work(0, 5);
        some.extras = vec![
            (2, lint(2)),
            (4, Extra::Printed { from: 3, lines: vec!["printed".to_owned()] }),
            (5, lint(5)),
        ];
        let scratch = Scratch::new("order");
        let mut writer = Writer::create(scratch.path()).unwrap();
        some.write(&mut writer);
        writer.flush();
        assert_eq!(
            told(&scratch.text()),
            ["1", "2", "after 2", "3", "printed", "4", "5", "after 5"]
        );
    }

    #[test]
    fn who_waits_finds_all_on_disk_and_has_no_work_left() {
        let scratch = Scratch::new("waits");
        let mut thread = WritingThread::start(Writer::create(scratch.path()).unwrap()).unwrap();
        for number in 0..5 {
            let mut some = work(number, 1);
            thread.take(&mut some, if number == 4 { usize::MAX } else { 0 });
            assert!(some.is_empty());
        }
        assert_eq!((thread.works, thread.records), (0, 0));
        assert_eq!(told(&scratch.text()), ["1", "2", "3", "4", "5"]);
        assert!(thread.end().is_some());
    }

    /// One whose work is taken by the test.
    fn held(name: &str) -> (WritingThread, Receiver<Work>, Sender<usize>) {
        let ((work, given), (back, done)) = (mpsc::channel(), mpsc::channel());
        let writer = Writer::create(Scratch::new(name).path()).unwrap();
        let thread = thread::spawn(|| writer);
        (WritingThread { work, done, works: 0, records: 0, thread }, given, back)
    }

    #[test]
    fn nobody_waits_for_more_than_a_little_and_what_is_late_is_known() {
        let (mut thread, given, back) = held("behind");
        drop(back); // so that no wait lasts
        for (many, patience) in [(9, 10), (MOST / 2 - 9, 10), (1, 10), (1, usize::MAX)] {
            thread.take(&mut work(0, many), patience);
        }
        let told: Vec<_> = given.try_iter().map(|work| (work.urgent, work.late)).collect();
        assert_eq!(told, [(true, false), (false, false), (false, true), (true, true)]);
    }

    #[test]
    fn where_too_much_is_behind_the_oldest_work_is_waited_for() {
        let (mut thread, given, back) = held("full");
        let writing = thread::spawn(move || {
            let (oldest, _other) = (given.recv().unwrap(), given.recv().unwrap());
            back.send(oldest.records.len()).unwrap();
            (given, back)
        });
        thread.take(&mut work(0, MOST / 2), 0);
        thread.take(&mut work(0, MOST / 2), 0);
        assert_eq!((thread.works, thread.records), (1, MOST / 2));
        writing.join().unwrap();
    }

    #[test]
    fn where_writing_panics_the_file_ends_and_the_program_goes_on() {
        let scratch = Scratch::new("panic");
        let mut thread = WritingThread::start(Writer::create(scratch.path()).unwrap()).unwrap();
        let mut bad = work(0, 1);
        // More records than there are.
        bad.extras.push((9, lint(9)));
        thread.take(&mut bad, usize::MAX);
        thread.take(&mut work(1, 1), usize::MAX);
        assert!(thread.end().is_none());
        assert_eq!(told(&scratch.text()), [""; 0]);
    }
}
