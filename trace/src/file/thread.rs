//! On which thread are the lines made?
//!
//! On a thread of their own, so that the program runs almost as fast as without a trace. The
//! runtime's thread adds records to a queue and doesn't wait if the queue is full: while it holds
//! [`MAX_QUEUED`] records, further ones are dropped and counted, and an [`Event::Lost`] precedes
//! the next record that fits.
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

/// What is written next.
#[derive(Debug, Default)]
struct Batch {
    records: Vec<Record>,
    extras: Vec<Extra>,
    /// The stack traces of some of these records, by the records' numbers.
    stacks: Vec<(u64, Stack)>,
}

/// What a trace has besides records.
#[derive(Debug)]
struct Extra {
    /// How many records of the batch precede it.
    after: usize,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Lint(Lint),
    /// Lines that the program printed while the last of the preceding records were made: those from
    /// the index `since` on.
    Printed {
        since: usize,
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
    batch: Batch,
    /// How many records were dropped since the last one that was added.
    dropped: u64,
    /// Has the thread taken a batch that isn't on disk yet?
    is_writing: bool,
    /// Will nothing more be added, or has the thread panicked?
    is_closed: bool,
}

impl Batch {
    fn add_extra(&mut self, content: Content) {
        self.extras.push(Extra { after: self.records.len(), content });
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
        let mut written = 0;
        for Extra { after, content } in &self.extras {
            match content {
                Content::Printed { since, lines } => {
                    writer.write(&self.records[written..*since], &[]);
                    writer.write(&self.records[*since..*after], lines);
                }
                Content::Lint(lint) => {
                    writer.write(&self.records[written..*after], &[]);
                    writer.lint(lint);
                }
            }
            written = *after;
        }
        writer.write(&self.records[written..], &[]);
    }
}

impl Queue {
    /// Adds records. If the queue is full, they are dropped and counted.
    fn add(&mut self, records: &[Record], stacks: Vec<(u64, Stack)>, lines: Vec<String>) {
        let Queue { batch, dropped, .. } = self;
        if batch.records.len() + records.len() > MAX_QUEUED {
            *dropped += records.len() as u64;
            return;
        }
        if let Some(first) = records.first()
            && *dropped > 0
        {
            batch.records.push(lost_before(first, mem::take(dropped)));
        }
        let since = batch.records.len();
        batch.records.extend_from_slice(records);
        batch.stacks.extend(stacks);
        if !lines.is_empty() {
            batch.add_extra(Content::Printed { since, lines });
        }
    }
}

/// A record that stands for missing ones: so many before the record `next`.
pub(crate) fn lost_before(next: &Record, records: u64) -> Record {
    let (seq, place) = (next.seq.saturating_sub(1), Location::caller());
    Record { seq, task: None, place, event: Event::Lost { records }, ..*next }
}

impl WritingThread {
    pub(crate) fn start(writer: Writer) -> io::Result<WritingThread> {
        let shared = Arc::<Shared>::default();
        let for_thread = Arc::clone(&shared);
        let thread = thread::Builder::new().name(WRITER.to_owned()).spawn(move || {
            let returned = catch_unwind(AssertUnwindSafe(|| write_batches(writer, &for_thread)));
            for_thread.queue.lock().is_closed = true; // so that `settle` returns after a panic, too
            for_thread.written.notify_all();
            returned.ok()
        })?;
        Ok(WritingThread { shared, thread })
    }

    /// Adds records, their stack traces, and the lines that were printed meanwhile.
    pub(crate) fn add(&self, records: &[Record], stacks: Vec<(u64, Stack)>, printed: Vec<String>) {
        self.shared.queue.lock().add(records, stacks, printed);
        self.shared.added.notify_one();
    }

    pub(crate) fn lint(&self, lint: &Lint) {
        self.shared.queue.lock().batch.add_extra(Content::Lint(lint.clone()));
        self.shared.added.notify_one();
    }

    /// Waits until everything that was added is on disk.
    pub(crate) fn settle(&self) {
        let is_unwritten =
            |queue: &mut Queue| (queue.is_writing || !queue.batch.is_empty()) && !queue.is_closed;
        self.shared.written.wait_while(&mut self.shared.queue.lock(), is_unwritten);
    }

    /// Waits until everything is written, and ends the thread. `None` if it has panicked.
    pub(crate) fn end(self) -> Option<Writer> {
        self.shared.queue.lock().is_closed = true;
        self.shared.added.notify_one();
        self.thread.join().ok().flatten()
    }
}

/// The thread's function: takes what is in the queue and writes it to disk before it waits for
/// more, until the queue is closed.
fn write_batches(mut writer: Writer, shared: &Shared) -> Writer {
    let (mut batch, mut queue) = (Batch::default(), shared.queue.lock());
    loop {
        shared.added.wait_while(&mut queue, |queue| queue.batch.is_empty() && !queue.is_closed);
        if queue.batch.is_empty() {
            return writer;
        }
        mem::swap(&mut batch, &mut queue.batch);
        queue.is_writing = true;
        MutexGuard::unlocked(&mut queue, || {
            batch.write(&mut writer);
            writer.flush();
            batch.clear();
        });
        queue.is_writing = false;
        shared.written.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Scratch, Script};

    /// Some records, which are numbered from 1.
    fn records(count: usize) -> Vec<Record> {
        let mut script = Script::new();
        for _ in 0..count {
            script.write(Event::Note { text: "tea" });
        }
        script.records
    }

    #[test]
    fn records_that_do_not_fit_are_counted_and_reported_where_they_are_missing() {
        let mut queue = Queue::default();
        let all = records(MAX_QUEUED + 4);
        let (fitting, rest) = all.split_at(MAX_QUEUED);
        let (dropped, next) = rest.split_at(3);
        queue.add(fitting, Vec::new(), Vec::new());
        for record in dropped {
            let stacks = vec![(record.seq, Stack::default())];
            queue.add(&[*record], stacks, vec!["printed".to_owned()]);
        }
        let Batch { records, stacks, extras } = &queue.batch;
        assert_eq!([records.len(), stacks.len(), extras.len()], [MAX_QUEUED, 0, 0]);
        queue.batch.clear();
        queue.add(next, Vec::new(), Vec::new());
        let [lost, next] = queue.batch.records[..] else { panic!("two records") };
        assert_eq!((lost.event, lost.seq + 1), (Event::Lost { records: 3 }, next.seq));
        assert_eq!(queue.dropped, 0);
    }

    #[test]
    fn if_writing_panics_the_file_ends_and_the_program_goes_on() {
        let scratch = Scratch::new("panic.jsonl");
        let thread = WritingThread::start(Writer::create(scratch.path()).unwrap()).unwrap();
        // There is no record with this index, so the thread panics.
        let bad = Content::Printed { since: 9, lines: Vec::new() };
        thread.shared.queue.lock().batch.add_extra(bad);
        for record in records(2) {
            thread.add(&[record], Vec::new(), Vec::new());
            thread.settle();
        }
        assert!(thread.end().is_none());
        assert!(!scratch.text().contains("\"n\":"), "{}", scratch.text());
    }
}
