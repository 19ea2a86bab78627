//! How is kettle recorded?
//!
//! By its records (`kettle::trace::record`). They tell more than tokio's spans do; [`steps`] takes
//! what both can tell. Two of kettle's wakes have no counterpart: a new task's first place in the
//! queue, and the place that an abort gives. tokio queues there without a waker.
//!
//! Interface: [`record`], and [`block_on`] for what runs inside it.

use std::collections::HashMap;

use kettle::runtime::{Builder, RngSeed};
use kettle::trace::fold::Fold;
use kettle::trace::{Event, Record};
use kettle_events::{Id, Kind, Outcome};

use crate::stage;
use crate::step::{Moment, Recording, Step, Task};

/// What happens inside of `run`, which calls [`block_on`] once.
pub(crate) fn record(run: impl FnOnce()) -> Recording {
    // A note must live for ever: a few lines of a few programs may.
    let listener = |words: &str| kettle::trace::note(words.to_owned().leak());
    let ((), records) = kettle::trace::record(|| stage::listen(listener, run));
    let fold = Fold::of(&records);
    assert!(
        fold.contradictions().is_empty(),
        "the records tell of no run: {:?}",
        fold.contradictions()
    );
    Recording { moments: steps(&records) }
}

/// Runs a future on kettle, with the clock paused and known dice.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let mut builder = Builder::new_current_thread();
    builder.enable_all().start_paused(true).rng_seed(RngSeed::from_bytes(b"tea"));
    builder.build().expect("a runtime").block_on(future)
}

/// Makes steps of the records, up to the end of `block_on`.
fn steps(records: &[Record]) -> Vec<Moment> {
    let mut tasks = Tasks::default();
    let mut moments: Vec<Moment> = Vec::new();
    let mut before = None;
    for record in records {
        if matches!(record.event, Event::RunEnd { .. }) {
            break;
        }
        if let Event::PollEnd { outcome: Outcome::Cancelled, .. } = record.event {
            // No poll after all: the future was dropped instead.
            let start = moments.iter().rposition(|moment| matches!(moment.step, Step::Poll(_)));
            moments.remove(start.expect("what ends has begun"));
        }
        let by = record.task.map(|id| tasks.number(id));
        let step = step(record.event, by, before, &mut tasks);
        moments.extend(step.map(|step| Moment { time: record.time, step }));
        before = Some(record.event);
    }
    moments
}

fn step(event: Event, by: Option<Task>, before: Option<Event>, tasks: &mut Tasks) -> Option<Step> {
    let step = match event {
        Event::Spawn { task, kind, .. } => match tasks.number(task) {
            0 => {
                assert_eq!(kind, Kind::Main, "main comes first");
                return None;
            }
            task => Step::Spawn { task, by },
        },
        Event::PollStart { task } => Step::Poll(tasks.number(task)),
        Event::PollEnd { task, outcome: Outcome::Pending, .. } => Step::Waits(tasks.number(task)),
        Event::PollEnd { task, .. } => Step::Ends(tasks.number(task)),
        Event::Wake { task, .. } if is_given_its_place(task, before) => return None,
        Event::Wake { task, .. } => Step::Wake { task: tasks.number(task), by },
        Event::Note { text } => Step::Prints(text.to_owned()),
        _ => return None,
    };
    Some(step)
}

/// Is this wake the place in the queue of one who is new, or asked to end?
fn is_given_its_place(woken: Id, before: Option<Event>) -> bool {
    match before {
        Some(Event::Spawn { task, .. } | Event::Cancel { task }) => task == woken,
        _ => false,
    }
}

/// Numbers in the order of the spawns.
#[derive(Default)]
struct Tasks {
    numbers: HashMap<u64, Task>,
}

impl Tasks {
    fn number(&mut self, id: Id) -> Task {
        let next = self.numbers.len();
        *self.numbers.entry(id.get()).or_insert(next)
    }
}
