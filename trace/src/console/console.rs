//! How does tokio-console see our tasks?
//!
//! As it sees tokio's: by `tracing` spans and events with names that it knows, made here from the
//! runtime's events. A task's span is made when it is spawned, entered when its poll begins and
//! left when that has returned, closed at its end. What the program itself tells by `tracing`
//! during a poll is therefore inside its task's span.
//!
//! Interface: [`Console`], with the feature `tracing`. It is the sink of every runtime that is
//! built with no other. Invariants: every span entered is left, also where the end of a poll is
//! among the records that were lost. A task's wakers are told so that clones less drops is the
//! number that there are: those that our primitives have stored, and those in other places.
//!
//! Times are true for polls, because a live sink is called before and after each of them. What
//! happens within a poll is told when it has returned: if a task wakes another one and then blocks
//! the thread, the console shows the wake later than it was.
//!
//! Reading order: this file, `resources.rs` (timers, channels and so on), `ops.rs` (which tasks wait
//! there), `spans.rs` (the words themselves). Not here: where wakers are stored and when they are taken (`fold`).
//!
//! tokio: spans at each place of the runtime, under `tokio_unstable`.

use std::collections::{BTreeSet, HashMap};

use kettle_events::{Cause, Effect, Event, Id, Outcome, Record, Sink, Thing};
use tracing::Span;

use super::resources::Resources;
use super::spans::{self, Future, Passport, WakerOp};
use crate::doctor::Keeper;
use crate::fold::{Fold, Task};
use crate::words::future::future_name;
use crate::words::names::{Family, Names};

/// Shows a runtime to [tokio-console](https://docs.rs/tokio-console), or to any other subscriber
/// of `tracing` that asks for `kettle=trace,runtime=trace`.
///
/// With the feature `tracing`, every runtime that is built without a sink, and without
/// `KETTLE_TRACE` in the environment, has one. So a program says nothing but
/// `console_subscriber::init()`, at the beginning of its `main`; `docs/console.md` tells the rest.
/// While no subscriber listens, no span is made.
///
/// ```
/// use kettle::runtime::Builder;
/// use kettle::trace::Console;
///
/// let runtime = Builder::new_current_thread().trace(Console::new()).build()?;
/// assert_eq!(runtime.block_on(async { 6 * 7 }), 42);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Console {
    tasks: HashMap<Id, Watched>,
    /// Whose spans are entered, the innermost last.
    entered: Vec<Id>,
    fold: Fold,
    /// With the last record, a waker of these came to some place, or left it.
    moved: BTreeSet<Id>,
    resources: Resources,
    names: Names,
}

impl Default for Console {
    fn default() -> Console {
        Console::new()
    }
}

/// A task that has not ended, or a blocking job.
#[derive(Debug)]
struct Watched {
    passport: Passport,
    span: Span,
    polled: bool,
    /// How many wakers were in other places than our primitives, after its last poll?
    cloned: usize,
    /// How many wakers does the console believe in: clones less drops.
    told: usize,
}

impl Console {
    /// A sink for [`Builder::trace`](https://docs.rs/kettle), for programs that choose it themselves.
    pub fn new() -> Console {
        let (tasks, entered, moved) = (HashMap::new(), Vec::new(), BTreeSet::new());
        let (resources, names) = (Resources::default(), Names::new());
        Console { tasks, entered, fold: Fold::keeping(), moved, resources, names }
    }

    fn learn(&mut self, record: &Record) {
        // Of tasks and jobs only: resources have no names here.
        self.names.learn_of(record, |thing| matches!(thing, Thing::Task(_)));
        match record.event {
            Event::Spawn { task, kind, at, size, what } => {
                let (name, id) = (self.names.task(task), task.get());
                let future = Some(Future { name: future_name(what), size, at });
                let passport = Passport { name, id, kind: spans::kind(kind), future };
                self.tasks.insert(task, Watched::new(passport));
            }
            Event::BlockingStart { task } => {
                let (name, id) = (self.names.task(task), task.get());
                let passport = Passport { name, id, kind: "blocking", future: None };
                self.tasks.insert(task, Watched::new(passport));
            }
            Event::BlockingEnd { task, .. } => drop(self.tasks.remove(&task)),
            Event::PollStart { task } => self.enter(task),
            Event::PollEnd { task, outcome, .. } => self.leave(task, outcome),
            Event::Wake { task, by, effect } if effect != Effect::Stale => self.wake(task, by),
            // Nobody is polled now. If a poll was not told to its end, its span is left here.
            Event::Turn { .. } | Event::RunStart { .. } | Event::Lost { .. } => self.leave_all(),
            Event::RunEnd { .. } => {
                self.leave_all();
                self.tasks.retain(|_, task| task.passport.name.family != Family::Main);
            }
            _ => {}
        }
    }

    fn enter(&mut self, id: Id) {
        let Some(task) = self.tasks.get_mut(&id) else { return };
        task.polled = true;
        task.show();
        task.span.with_subscriber(|(span, subscriber)| subscriber.enter(span));
        self.entered.push(id);
    }

    fn leave(&mut self, id: Id, outcome: Outcome) {
        if let Some(task) = self.tasks.get_mut(&id) {
            task.cloned = self.fold.task(id).map_or(0, |task| task.clones);
        }
        self.settle(id);
        if self.entered.contains(&id) {
            while self.leave_innermost() != Some(id) {}
        }
        if outcome != Outcome::Pending {
            self.tasks.remove(&id); // the span closes
        } else if self.tasks.get_mut(&id).is_some_and(Watched::show) {
            self.settle(id);
        }
    }

    fn leave_innermost(&mut self) -> Option<Id> {
        let id = self.entered.pop()?;
        if let Some(task) = self.tasks.get(&id) {
            task.span.with_subscriber(|(span, subscriber)| subscriber.exit(span));
        }
        Some(id)
    }

    fn leave_all(&mut self) {
        while self.leave_innermost().is_some() {}
    }

    fn wake(&mut self, id: Id, by: Cause) {
        let Some(task) = self.tasks.get_mut(&id) else { return };
        if by == Cause::Runtime && !task.polled {
            return; // it was made: no waker was called
        }
        // With fewer holders than were told, one of them has just called and is used up.
        let is_used_up = task.told > stored(&self.fold, id) + task.cloned;
        let op = if is_used_up { WakerOp::Wake } else { WakerOp::WakeByRef };
        task.told -= usize::from(is_used_up);
        spans::waker(&task.span, op);
    }

    /// Tells of clones and drops until the console believes in as many wakers as there are.
    fn settle(&mut self, id: Id) {
        let Some(task) = self.tasks.get_mut(&id) else { return };
        let held = stored(&self.fold, id) + task.cloned;
        for _ in task.told..held {
            spans::waker(&task.span, WakerOp::Clone);
        }
        for _ in held..task.told {
            spans::waker(&task.span, WakerOp::Drop);
        }
        task.told = held;
    }
}

/// How many wakers of this task our primitives have stored.
fn stored(fold: &Fold, task: Id) -> usize {
    fold.task(task).map_or(0, Task::stored)
}

impl Sink for Console {
    fn record(&mut self, records: &[Record]) {
        let mut moved = BTreeSet::new();
        for record in records {
            moved.append(&mut self.moved);
            self.fold.step(record);
            self.moved.extend(self.fold.moved());
            self.resources.learn(&self.fold, record);
            self.learn(record);
        }
        // If a wake was to follow, it has followed, and has used its waker up.
        for task in moved {
            self.settle(task);
        }
    }

    fn live(&self) -> bool {
        true
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        self.leave_all();
    }
}

impl Watched {
    fn new(passport: Passport) -> Watched {
        let span = spans::task(&passport);
        Watched { passport, span, polled: false, cloned: 0, told: 0 }
    }

    /// The subscriber may have come after the spawn: `main` installs it while it is polled. Says
    /// whether the task was not shown before, and is now. Not to be called while it is entered.
    fn show(&mut self) -> bool {
        if spans::is_heard(&self.span) {
            return false;
        }
        (self.span, self.told) = (spans::task(&self.passport), 0);
        spans::is_heard(&self.span)
    }
}

impl Keeper for Console {}
