//! On which thread are the lines made?
//!
//! On a thread of their own, so that the program runs almost as fast as without a trace. The
//! runtime's thread adds records to a queue and never waits for room: if [`MAX_QUEUED`] records are
//! in it, further ones are dropped and counted, and the next that fits comes after an
//! [`Event::Lost`].
//!
//! Interface: [`WritingThread::start`]; [`WritingThread::add`] and [`WritingThread::lint`] add to
//! the queue; [`WritingThread::settle`] waits until everything is on disk; [`WritingThread::end`]
//! ends the thread. Invariants: everything is written in the order in which it was added, and a
//! lint is never dropped. If the thread panics, the file ends there, and the program goes on.

use std::io;
use std::mem;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use kettle_events::{Event, Record, Stack};
use parking_lot::{Condvar, Mutex, MutexGuard};

use crate::doctor::{Lint, WRITER};
use crate::file::writer::Writer;

/// How many records may wait to be written: about forty megabytes. They are more than a page holds,
/// so none is missing in a page.
const MAX_QUEUED: usize = 1 << 18;

/// What is to be written next.
#[derive(Debug, Default)]
struct Work {
    records: Vec<Record>,
    /// Each with the number of records that come before it.
    extras: Vec<(usize, Extra)>,
    /// The stack traces of some of these records, by the records' numbers.
    stacks: Vec<(u64, Stack)>,
}

/// What a trace has besides records.
#[derive(Debug)]
enum Extra {
    Lint(Lint),
    /// Lines that the program printed while the records from this index on were made.
    Printed {
        from: usize,
        lines: Vec<String>,
    },
}

/// The handle of the thread that writes a file.
#[derive(Debug)]
pub(crate) struct WritingThread {
    shared: Arc<Shared>,
    thread: JoinHandle<Option<Writer>>,
}

#[derive(Debug, Default)]
struct Shared {
    queue: Mutex<Queue>,
    /// Notified when something was added to the queue, or `is_closed` was set.
    added: Condvar,
    /// Notified when everything that was in the queue is on disk, or never will be.
    written: Condvar,
}

#[derive(Debug, Default)]
struct Queue {
    work: Work,
    /// How many records were dropped since the last one that was added.
    dropped: u64,
    /// Has the thread taken work that isn't on disk yet?
    is_writing: bool,
    /// Will nothing more be added, or has the thread panicked?
    is_closed: bool,
}

impl Work {
    fn add_extra(&mut self, extra: Extra) {
        self.extras.push((self.records.len(), extra));
    }

    fn is_empty(&self) -> bool {
        self.records.is_empty() && self.extras.is_empty()
    }

    /// Empties all lists, whose memory is reused.
    fn clear(&mut self) {
        self.records.clear();
        self.extras.clear();
        self.stacks.clear();
    }

    fn write(&self, writer: &mut Writer) {
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

impl Queue {
    /// Adds records. If there is no room for them, they are dropped and counted.
    fn add(&mut self, records: &[Record], stacks: Vec<(u64, Stack)>, lines: Vec<String>) {
        let Queue { work, dropped, .. } = self;
        if work.records.len() + records.len() > MAX_QUEUED {
            *dropped += records.len() as u64;
            return;
        }
        if let Some(first) = records.first().filter(|_| *dropped > 0) {
            work.records.push(lost(first, mem::take(dropped)));
        }
        let from = work.records.len();
        work.records.extend_from_slice(records);
        work.stacks.extend(stacks);
        if !lines.is_empty() {
            work.add_extra(Extra::Printed { from, lines });
        }
    }
}

/// A record that stands for this many missing ones before `before`.
pub(crate) fn lost(before: &Record, records: u64) -> Record {
    let (seq, place) = (before.seq.saturating_sub(1), Location::caller());
    Record { seq, task: None, place, event: Event::Lost { records }, ..*before }
}

impl WritingThread {
    pub(crate) fn start(writer: Writer) -> io::Result<WritingThread> {
        let shared = Arc::<Shared>::default();
        let for_thread = Arc::clone(&shared);
        let thread = thread::Builder::new().name(WRITER.to_owned()).spawn(move || {
            let written = catch_unwind(AssertUnwindSafe(|| write(writer, &for_thread)));
            for_thread.queue.lock().is_closed = true; // so that `settle` returns after a panic, too
            for_thread.written.notify_all();
            written.ok()
        })?;
        Ok(WritingThread { shared, thread })
    }

    /// Adds records, their stack traces, and the lines that were printed meanwhile.
    pub(crate) fn add(&self, records: &[Record], stacks: Vec<(u64, Stack)>, printed: Vec<String>) {
        self.shared.queue.lock().add(records, stacks, printed);
        self.shared.added.notify_one();
    }

    pub(crate) fn lint(&self, lint: &Lint) {
        self.shared.queue.lock().work.add_extra(Extra::Lint(lint.clone()));
        self.shared.added.notify_one();
    }

    /// Waits until everything that was added is on disk.
    pub(crate) fn settle(&self) {
        let is_unwritten =
            |queue: &mut Queue| (queue.is_writing || !queue.work.is_empty()) && !queue.is_closed;
        self.shared.written.wait_while(&mut self.shared.queue.lock(), is_unwritten);
    }

    /// Waits until everything is written, and ends the thread. `None` if it has panicked.
    pub(crate) fn end(self) -> Option<Writer> {
        self.shared.queue.lock().is_closed = true;
        self.shared.added.notify_one();
        self.thread.join().ok().flatten()
    }
}

/// The thread: takes what is in the queue and writes it to disk before it waits for more.
fn write(mut writer: Writer, shared: &Shared) -> Writer {
    let (mut work, mut queue) = (Work::default(), shared.queue.lock());
    loop {
        shared.added.wait_while(&mut queue, |queue| queue.work.is_empty() && !queue.is_closed);
        if queue.work.is_empty() {
            return writer;
        }
        mem::swap(&mut work, &mut queue.work);
        queue.is_writing = true;
        MutexGuard::unlocked(&mut queue, || {
            work.write(&mut writer);
            writer.flush();
            work.clear();
        });
        queue.is_writing = false;
        shared.written.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::LintKind;
    use crate::fixture::{Scratch, Script};
    use kettle_events::Event;

    /// `many` records, the first of which has the number after `before`.
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

    /// For each line, its event's number, or else its text.
    fn contents(text: &str) -> Vec<String> {
        let lines =
            text.lines().map(crate::fixture::parse).filter(|line| line.get("file").is_none());
        let contents = lines.filter_map(|line| {
            let number = line.get("n").map(|n| n.as_u64().unwrap().to_string());
            let say = line.get("say").map(|say| say.as_str().unwrap().to_owned());
            number.or(line.get("note").map(|note| note.as_str().unwrap().to_owned())).or(say)
        });
        contents.collect()
    }

    #[test]
    fn lints_and_printed_lines_stay_in_order_among_the_records() {
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
            contents(&scratch.text()),
            ["1", "2", "after 2", "3", "printed", "4", "5", "after 5"]
        );
    }

    #[test]
    fn after_settle_everything_is_on_disk() {
        let scratch = Scratch::new("waits");
        let thread = WritingThread::start(Writer::create(scratch.path()).unwrap()).unwrap();
        let records = work(0, 5).records;
        for number in 0..5 {
            thread.add(&records[number..=number], Vec::new(), Vec::new());
        }
        thread.lint(&Lint::new(LintKind::BusyLoop, None, "after 5".to_owned(), 5));
        thread.settle();
        assert_eq!(contents(&scratch.text()), ["1", "2", "3", "4", "5", "after 5"]);
        assert!(thread.end().is_some());
    }

    #[test]
    fn records_without_room_are_counted_and_reported_where_they_are_missing() {
        let (mut queue, records) = (Queue::default(), work(0, MAX_QUEUED + 3).records);
        queue.add(&records[..MAX_QUEUED], Vec::new(), Vec::new());
        for one in records[MAX_QUEUED..].chunks(1) {
            queue.add(one, vec![(one[0].seq, Stack::default())], vec!["printed".to_owned()]);
        }
        let Work { records, stacks, extras } = &queue.work;
        assert_eq!([records.len(), stacks.len(), extras.len()], [MAX_QUEUED, 0, 0]);
        queue.work.clear();
        queue.add(&work(MAX_QUEUED + 3, 1).records, Vec::new(), Vec::new());
        let [lost, next] = queue.work.records[..] else { panic!("two") };
        assert_eq!((lost.event, lost.seq + 1), (Event::Lost { records: 3 }, next.seq));
        assert_eq!(queue.dropped, 0);
    }

    #[test]
    fn if_writing_panics_the_file_ends_and_the_program_goes_on() {
        let scratch = Scratch::new("panic");
        let thread = WritingThread::start(Writer::create(scratch.path()).unwrap()).unwrap();
        // More records than there are.
        let bad = Extra::Printed { from: 9, lines: Vec::new() };
        thread.shared.queue.lock().work.add_extra(bad);
        for records in [work(0, 1).records, work(1, 1).records] {
            thread.add(&records, Vec::new(), Vec::new());
            thread.settle();
        }
        assert!(thread.end().is_none());
        assert_eq!(contents(&scratch.text()), [""; 0]);
    }
}
