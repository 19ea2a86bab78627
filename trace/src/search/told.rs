//! What does each decision of a run do, in words?
//!
//! The event of a decision tells the point and the number. What that meant is told by the state at that moment
//! (whose turn it would have been) and by the event that follows (whose it was). So the run is made twice: once
//! to find the words, from its records, and once to write the page, which has them beside the events, where
//! the doctor's verdicts are.
//!
//! Interface: [`sentences`]; [`Page`], the sink for the second run; [`usual_beside`].

use std::path::{Path, PathBuf};

use kettle_events::{Event, Id, Kind, Place, Point, Record, Sink, Stack};

use crate::doctor::{Keeper, Lint, LintKind};
use crate::file::file::File;
use crate::file::lines::Beside;
use crate::fold::Fold;
use crate::schedules::decision::Decision;
use crate::words::future::future_name;
use crate::words::names::Names;
use crate::words::of_the_loop::{Concerned, decision};

/// So many events after a decision are looked through for what it did.
const SOON: usize = 32;

/// Writes a page, and marks each decision on it.
pub(super) struct Page {
    file: File,
    /// What is to be said of those that come, the next one last.
    rest: Vec<String>,
}

impl Page {
    /// `None`: there can't be one. `failing`: that of the run with decisions; the usual one goes beside it.
    pub(super) fn create(
        test: &str,
        failing: &Path,
        decisions: &[Decision],
        sentences: &[String],
    ) -> Option<Page> {
        let usual = usual_beside(failing);
        let (this, other, say) = match decisions {
            [] => (&*usual, failing, "the schedule that fails"),
            _ => (failing, &*usual, "the usual order, which passes"),
        };
        let page = other.file_name()?.to_string_lossy().into_owned();
        let file = File::create(this).ok()?.of_test(test, Beside { page, say });
        let told = decisions.iter().zip(sentences);
        let said = told.map(|(decision, sentence)| format!("step {}: {sentence}", decision.step));
        Some(Page { file, rest: said.rev().collect() })
    }
}

/// Where the page of the usual order is.
pub(super) fn usual_beside(failing: &Path) -> PathBuf {
    failing.with_extension("usual.html")
}

impl Sink for Page {
    fn record(&mut self, records: &[Record]) {
        self.file.record(records);
        for record in records {
            if let Event::Choice { .. } = record.event
                && let Some(text) = self.rest.pop()
            {
                let lint = Lint::new(LintKind::Decision, None, text, record.seq);
                let lint = lint.spot(record.at, "here").note(
                    "without this decision the test passes. The page beside this one has the run without any",
                );
                self.file.lint(&lint);
            }
        }
    }

    fn takes_stacks(&self) -> Option<fn() -> Stack> {
        self.file.takes_stacks()
    }

    fn stacks(&mut self, stacks: &[(u64, Stack)]) {
        self.file.stacks(stacks);
    }

    fn live(&self) -> bool {
        self.file.live()
    }
}

impl Keeper for Page {
    fn keep(&mut self, lint: &Lint) {
        self.file.keep(lint);
    }
}

/// A sentence for each decision, in order.
pub(super) fn sentences(records: &[Record]) -> Vec<String> {
    let (mut fold, mut names, mut sentences) = (Fold::new(), Names::new(), Vec::new());
    for (at, record) in records.iter().enumerate() {
        names.learn(record);
        if let Event::Choice { point, among, chosen } = record.event {
            let rest = &records[at + 1..(at + 1 + SOON).min(records.len())];
            for record in rest {
                names.learn(record);
            }
            let moment = Moment { fold: &fold, record, rest };
            sentences.push(moment.sentence(&mut names, (point, among, chosen)));
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
    fn sentence(&self, names: &mut Names, decided: (Point, usize, usize)) -> String {
        let next =
            |is: &dyn Fn(&Event) -> Option<Id>| self.rest.iter().find_map(|one| is(&one.event));
        let polled = next(&|event| match event {
            Event::PollStart { task } => Some(*task),
            _ => None,
        });
        let woken = || {
            next(&|event| match event {
                Event::Wake { task, .. } => Some(*task),
                _ => None,
            })
        };
        let running = self.record.task;
        let task = match decided.0 {
            Point::Task => polled,
            Point::Timer | Point::Source | Point::Deferred => woken(),
            Point::Select | Point::Transfer | Point::Budget => running,
            Point::Spurious => polled.or(running),
        };
        // While a task is polled, its local set chooses: the queue of that isn't the loop's.
        let queue = if self.fold.running().is_empty() { self.fold.queue() } else { vec![] };
        let usual = queue.first().copied().filter(|usual| Some(*usual) != polled);
        let before = usual.map(|_| self.name(names, usual));
        let task = self.name(names, task);
        decision(decided, Some(&Concerned { task, before, at: at(self.record.at) }))
    }

    /// `task 3 (deposit, order.rs:31)`
    fn name(&self, names: &mut Names, task: Option<Id>) -> String {
        let Some(id) = task else { return "the program".to_owned() };
        let name = names.task(id).to_string();
        let known = self.fold.task(id).map(|task| (task.kind, task.what, task.made));
        let spawned = self.rest.iter().find_map(|record| match record.event {
            Event::Spawn { task, kind, at, what, .. } if task == id => Some((kind, what, Some(at))),
            _ => None,
        });
        match known.or(spawned) {
            Some((Kind::Main, ..)) | None => name,
            Some((_, what, made)) => {
                let made = made.map(|made| format!(", {}", short(made)));
                format!("{name} ({}{})", future_name(own(what)), made.unwrap_or_default())
            }
        }
    }
}

/// The future that the program wrote, without what kettle puts around it.
fn own(what: &str) -> &str {
    let inside = |what: &str| Some((what.find('<')?, what.strip_suffix('>')?.len()));
    match inside(what) {
        Some((from, to)) if what[..from].ends_with("::Unconstrained") => own(&what[from + 1..to]),
        _ => what,
    }
}

fn at(place: Option<Place>) -> String {
    place.map(|place| format!(", at {}", short(place))).unwrap_or_default()
}

/// The file's own name and the line.
fn short(place: Place) -> String {
    let file = Path::new(place.file()).file_name().unwrap_or_default();
    format!("{}:{}", file.to_string_lossy(), place.line())
}
