//! How does tokio-console see our tasks?
//!
//! As it sees tokio's: by `tracing` spans and events with names that it knows, made here from the
//! engine's events. A task's span is made when it is spawned, entered when its poll begins and left
//! when that has returned, closed at its end. What the program itself tells by `tracing` during a
//! poll therefore stands inside its task's span.
//!
//! Interface: [`Console`], with the feature `tracing`. It is the sink of every runtime that is
//! built with no other. Invariants: every span entered is left, also after a panic in `block_on`'s
//! own future, whose poll has no end. A task's wakers are told so that clones less drops is what
//! really holds it: keys that our primitives keep (`keys.rs`), and wakers that others have cloned.
//!
//! Times are true for polls, because a live sink is called before and after each of them. What
//! happens within a poll is told when it has returned: if a task wakes another one and then blocks
//! the thread, the console shows the wake later than it was.
//!
//! Reading order: this file, `keys.rs`, `resources.rs` (timers, channels and so on), `spans.rs` (the
//! words themselves).
//!
//! tokio: spans at each place of the runtime, under `tokio_unstable`.

mod keys;
mod resources;
mod spans;

use std::collections::HashMap;

use kettle_runtime::event::{Cause, Effect, Event, Kind, Outcome, Record, Sink};
use kettle_runtime::id::Id;
use tracing::Span;

use crate::names::{Family, Name};
use keys::Keys;
use resources::Resources;
use spans::{Passport, WakerOp};

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
#[derive(Debug, Default)]
pub struct Console {
    tasks: HashMap<Id, Watched>,
    /// Whose spans are entered, the innermost last.
    entered: Vec<Id>,
    keys: Keys,
    resources: Resources,
    counts: Counts,
}

/// A task that has not ended, or a blocking job.
#[derive(Debug)]
struct Watched {
    passport: Passport,
    span: Span,
    polled: bool,
    handle: Handle,
    /// How many wakers had others cloned, after its last poll?
    cloned: usize,
    /// How many wakers does the console believe in: clones less drops.
    told: usize,
}

/// A handle holds a reference as a cloned waker does, but can't wake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Handle {
    Alive,
    Gone,
    /// What stands for it holds the reference until the task's end.
    ForLife,
}

/// How many there were of each family: as [`Names`](crate::Names) count them, but that it keeps
/// every name it gave, which a program that runs for weeks can't afford.
#[derive(Debug, Default)]
struct Counts {
    mains: usize,
    tasks: usize,
    jobs: usize,
}

impl Console {
    /// A sink for [`Builder::trace`](https://docs.rs/kettle), for programs that choose it themselves.
    pub fn new() -> Console {
        Console::default()
    }

    fn learn(&mut self, record: &Record) {
        match record.event {
            Event::Spawn { task, kind, at, size } => {
                let (name, id) = (self.counts.task(kind), task.get());
                let handle = Handle::of(kind);
                let kind = spans::kind(kind);
                let passport = Passport { name, id, kind, size: Some(size), at: Some(at) };
                self.tasks.insert(task, Watched::new(passport, handle));
            }
            Event::BlockingStart { task } => {
                let (name, id) = (self.counts.job(), task.get());
                let passport = Passport { name, id, kind: "blocking", size: None, at: None };
                self.tasks.insert(task, Watched::new(passport, Handle::Gone));
            }
            Event::BlockingEnd { task } => drop(self.tasks.remove(&task)),
            Event::PollStart { task } => self.enter(task),
            Event::PollEnd { task, outcome, kept } => self.leave(task, outcome, kept),
            Event::Wake { task, by, effect } if effect != Effect::Stale => self.wake(task, by),
            Event::Detach { task } | Event::Join { task, .. } => self.has_no_handle(task),
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

    fn leave(&mut self, id: Id, outcome: Outcome, kept: usize) {
        if let Some(task) = self.tasks.get_mut(&id) {
            task.cloned = kept.saturating_sub(usize::from(task.handle != Handle::Gone));
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
        if by == Cause::Engine && !task.polled {
            return; // it was made: nobody called a waker
        }
        if task.told <= self.keys.of(id) + task.cloned {
            self.keys.take_from_line(id);
        }
        // With fewer holders than were told, one of them has just called and is used up.
        let is_used_up = task.told > self.keys.of(id) + task.cloned;
        let op = if is_used_up { WakerOp::Wake } else { WakerOp::WakeByRef };
        task.told -= usize::from(is_used_up);
        spans::waker(&task.span, op);
    }

    fn has_no_handle(&mut self, id: Id) {
        if let Some(task) = self.tasks.get_mut(&id)
            && task.handle == Handle::Alive
        {
            task.handle = Handle::Gone;
        }
    }

    /// Tells of clones and drops until the console believes in as many wakers as there are.
    fn settle(&mut self, id: Id) {
        let Some(task) = self.tasks.get_mut(&id) else { return };
        let held = self.keys.of(id) + task.cloned;
        for _ in task.told..held {
            spans::waker(&task.span, WakerOp::Clone);
        }
        for _ in held..task.told {
            spans::waker(&task.span, WakerOp::Drop);
        }
        task.told = held;
    }
}

impl Sink for Console {
    fn record(&mut self, records: &[Record]) {
        for record in records {
            let ousted = self.keys.learn(record);
            self.resources.learn(record);
            match record.event {
                Event::Wait { .. } => record.task.into_iter().for_each(|task| self.settle(task)),
                _ => self.learn(record),
            }
            for task in ousted {
                self.settle(task);
            }
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
    fn new(passport: Passport, handle: Handle) -> Watched {
        let span = spans::task(&passport);
        Watched { passport, span, polled: false, handle, cloned: 0, told: 0 }
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

impl Handle {
    fn of(kind: Kind) -> Handle {
        match kind {
            Kind::Main => Handle::Gone,
            Kind::Task => Handle::Alive,
            Kind::Local => Handle::ForLife,
        }
    }
}

impl Counts {
    fn task(&mut self, kind: Kind) -> Name {
        let (family, count) = match kind {
            Kind::Main => (Family::Main, &mut self.mains),
            Kind::Task | Kind::Local => (Family::Task, &mut self.tasks),
        };
        *count += 1;
        Name { family, number: *count }
    }

    fn job(&mut self) -> Name {
        self.jobs += 1;
        Name { family: Family::Job, number: self.jobs }
    }
}
