//! What does each decision of a run do, in words?
//!
//! The event of a decision has only the question and the number of the answer. Which task would
//! usually have been next follows from the state at that moment, and which one was next from the
//! following events. So the words are made after the run, from its records.
//!
//! Interface: [`sentences`] gives a sentence for each decision of the records; [`write_page`]
//! writes the run's replay, with these sentences as notes.

use std::path::Path;
use std::slice;

use kettle_events::{Event, Id, Kind, Place, Point, Record, Sink};

use crate::doctor::{Keeper, Lint, LintKind};
use crate::file::file::File;
use crate::fold::Fold;
use crate::words::future::future_name;
use crate::words::loop_words::decision;
use crate::words::names::Names;

/// Writes the page of a run, with its verdicts, and with one of the notes at each decision.
pub(super) fn write_page(
    test: &str,
    page: &Path,
    records: &[Record],
    lints: &[Lint],
    notes: &[String],
) {
    let Ok(file) = File::create(page) else { return };
    let mut file = file.of_test(test);
    let (mut notes, mut lints) = (notes.iter(), lints.iter().peekable());
    for record in records {
        file.record(slice::from_ref(record));
        if let Event::Choice { .. } = record.event
            && let Some(note) = notes.next()
        {
            let lint = Lint::new(LintKind::Decision, None, note.clone(), record.seq);
            let lint = lint.spot(record.at.place(), "here");
            file.keep(&lint.note("without this decision the test passes"));
        }
        while let Some(lint) = lints.next_if(|lint| lint.after <= record.seq) {
            file.keep(lint);
        }
    }
}

/// A sentence for each decision, in order.
pub(super) fn sentences(records: &[Record]) -> Vec<String> {
    let (mut fold, mut names, mut sentences) = (Fold::new(), Names::new(), Vec::new());
    for record in records {
        names.learn(record);
    }
    for (at, record) in records.iter().enumerate() {
        if let Event::Choice { point, among, chosen } = record.event {
            let moment = Moment { fold: &fold, record, rest: &records[at + 1..] };
            sentences.push(moment.sentence(&mut names, point, &decision(point, among, chosen)));
        }
        fold.step(record);
    }
    sentences
}

/// The state before a decision, and the events after it.
struct Moment<'a> {
    fold: &'a Fold,
    record: &'a Record,
    rest: &'a [Record],
}

impl Moment<'_> {
    /// Says which task a decision concerned. `answer` is the answer in words.
    fn sentence(&self, names: &mut Names, point: Point, answer: &str) -> String {
        let mut events = self.rest.iter().map(|record| record.event);
        let polled = events.clone().find_map(|event| match event {
            Event::PollStart { task } => Some(task),
            _ => None,
        });
        let woken = events.find_map(|event| match event {
            Event::Wake { task, .. } => Some(task),
            _ => None,
        });
        let running = self.record.task;
        let task = match point {
            Point::Task => polled,
            Point::Timer | Point::Source | Point::Deferred => woken,
            Point::Select | Point::Transfer | Point::Budget | Point::Fault(_) => running,
            Point::Spurious => polled.or(running),
        };
        // During a poll the choice is a local set's, whose queue isn't known.
        let queue = if self.fold.running().is_empty() { self.fold.queue() } else { vec![] };
        let passed_over = queue.first().copied().filter(|usual| Some(*usual) != polled);
        let task = self.name(names, task);
        if point == Point::Task && passed_over.is_some() {
            return format!("{task} ran before {}", self.name(names, passed_over));
        }
        let place = self.record.at.place();
        let at = place.map(|place| format!(", at {}", short(place))).unwrap_or_default();
        format!("{answer} ({task}{at})")
    }

    /// `task 3 (deposit, order.rs:31)`
    fn name(&self, names: &mut Names, task: Option<Id>) -> String {
        let Some(id) = task else { return "the program".to_owned() };
        let name = names.task(id).to_string();
        // Its kind, the type of its future, and the line that spawned it.
        let known = self.fold.task(id).map(|task| (task.kind, task.what, task.made));
        // The task may have been spawned between the decision and its own poll.
        let spawned = || {
            self.rest.iter().find_map(|record| match record.event {
                Event::Spawn { task, kind, at, what, .. } if task == id => {
                    Some((kind, what, Some(at)))
                }
                _ => None,
            })
        };
        match known.or_else(spawned) {
            Some((Kind::Main, ..)) | None => name,
            Some((_, what, Some(made))) => {
                format!("{name} ({}, {})", future_name(what), short(made))
            }
            Some((_, what, None)) => format!("{name} ({})", future_name(what)),
        }
    }
}

/// A place as the file's name without its folder, and the line.
fn short(place: Place) -> String {
    let file = Path::new(place.file()).file_name().unwrap_or_default();
    format!("{}:{}", file.to_string_lossy(), place.line())
}
