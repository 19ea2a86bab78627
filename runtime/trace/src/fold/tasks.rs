//! What has each task come to?
//!
//! A [`Task`] is in one of the states of `runtime/src/task.rs`, and every event that concerns it
//! must fit that state: a wake of a task that waits queues it, a wake of one that is queued changes
//! nothing, and only a queued one is polled.
//!
//! A task that has ended is remembered as long as its handle may come for its output, at least
//! until the next poll begins.

use std::collections::BTreeMap;
use std::time::Duration;

use kettle_runtime::event::{Cause, Effect, Kind, Outcome, Place, Record};
use kettle_runtime::id::Id;

use super::lines::Lines;
use super::select::Round;
use super::trouble::Trouble;
use super::waiting::{Spot, Waiter};

/// A task, or the future of a `block_on`.
#[derive(Clone, Debug)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "each is told by an event of its own")]
pub struct Task {
    /// Its number.
    pub id: Id,
    /// What kind of task.
    pub kind: Kind,
    /// Where it was spawned; `None`: out of sight.
    pub made: Option<Place>,
    /// The task that spawned it, if one did.
    pub parent: Option<Id>,
    /// Where it stands.
    pub state: State,
    /// Since when it is in this state, by the runtime's clock.
    pub since: Duration,
    /// How often it was polled.
    pub polls: u64,
    /// The wake that caused its latest poll.
    pub woken_by: Option<Woken>,
    /// The wake that will cause the next one.
    pub next_wake: Option<Woken>,
    /// Where in the program it last awaited something.
    pub at: Option<Place>,
    /// May its `JoinHandle` still come for its output? (A handle that was dropped on another thread
    /// after the task's end is not heard of.)
    pub handle: bool,
    /// How many others than its slot held what its wakers point to, after its latest poll: see
    /// [`Event::PollEnd`](kettle_runtime::event::Event::PollEnd).
    pub kept: usize,
    /// Has somebody asked for its end?
    pub cancelled: bool,
    /// The rounds of `select!` in its present poll, the innermost last.
    pub rounds: Vec<Round>,
    /// It was woken during its present poll.
    pub(super) again: bool,
    /// Its future is to be dropped in its present poll.
    ends: bool,
    /// Spawned by a letter: its handle lives elsewhere, and keeps what its wakers point to in
    /// another way.
    pub(super) by_letter: bool,
    /// Where its wakers are stored.
    pub(super) waits: Vec<Spot>,
    /// Who waits for its end.
    pub(super) joiner: Option<Waiter>,
}

/// Where a task stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Made, and in no queue yet.
    New,
    /// In the run queue.
    Queued,
    /// It is being polled.
    Polling,
    /// It has returned `Pending`, and nobody has woken it since.
    Waiting,
    /// Over.
    Done(Outcome),
}

/// A wake that reached a task and changed something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Woken {
    /// The wake's record.
    pub seq: u64,
    /// Who woke.
    pub by: Cause,
}

/// All tasks, and who is polled next.
#[derive(Clone, Debug)]
pub(super) struct Tasks {
    pub(super) all: BTreeMap<Id, Task>,
    pub(super) lines: Lines,
    /// Tasks of local sets that are queued in their set.
    pub(super) local_queued: usize,
    /// Tasks of the engine's own that are alive, without `block_on`'s.
    pub(super) alive: usize,
    /// Who is being polled, the innermost last.
    pub(super) running: Vec<Id>,
    /// The task whose poll was the last to end, if it was the task's own end.
    pub(super) ended: Option<Id>,
    /// Over, to be forgotten when the next poll begins.
    over: Vec<Id>,
}

impl Tasks {
    pub(super) fn new() -> Tasks {
        Tasks {
            all: BTreeMap::new(),
            lines: Lines::new(),
            local_queued: 0,
            alive: 0,
            running: Vec::new(),
            ended: None,
            over: Vec::new(),
        }
    }

    pub(super) fn spawn(&mut self, record: &Record, id: Id, kind: Kind, made: Place, letter: bool) {
        let parent = record.task;
        let task = Task::new(id, kind, Some(made), parent, record.time, letter);
        self.all.insert(id, task);
        self.alive += usize::from(kind == Kind::Task);
    }

    /// Of a task that was made out of sight: one of a local set, or of another runtime.
    fn adopt(&mut self, id: Id, trouble: &mut Trouble, time: Duration) -> &mut Task {
        self.all.entry(id).or_insert_with(|| {
            trouble.check_seen(false, || format!("nobody has told of task {id}"));
            Task::new(id, Kind::Local, None, None, time, true)
        })
    }

    // ----- wakes -----

    pub(super) fn wake(
        &mut self,
        record: &Record,
        id: Id,
        by: Cause,
        told: Effect,
        t: &mut Trouble,
    ) {
        let known = self.all.get(&id);
        let expected = known.map_or("Stale", Task::what_a_wake_does);
        if known.is_some() || matches!(told, Effect::Queued(_)) {
            t.check(name(told) == expected || known.is_none(), || {
                format!("the wake of task {id} is {told:?}, but it should be {expected}")
            });
        }
        let woken = Woken { seq: record.seq, by };
        match told {
            Effect::Queued(place) => self.queue(record, id, woken, place, t),
            Effect::DuringPoll => {
                let task = self.adopt(id, t, record.time);
                (task.again, task.next_wake) = (true, Some(woken));
            }
            Effect::Coalesced | Effect::Stale => {}
        }
    }

    fn queue(&mut self, record: &Record, id: Id, woken: Woken, told: usize, t: &mut Trouble) {
        let task = self.adopt(id, t, record.time);
        let (kind, first) = (task.kind, task.state == State::New);
        task.enter(State::Queued, record.time);
        task.next_wake = Some(woken);
        let place = match kind {
            Kind::Local => {
                // Several sets may have a queue each, and no event says whose task it is.
                self.local_queued += 1;
                told.clamp(1, self.local_queued)
            }
            Kind::Main if first => {
                self.lines.push_front(id);
                1
            }
            _ => self.lines.push(id, woken.by),
        };
        t.check(told == place, || format!("task {id} is number {place} in its line, not {told}"));
    }

    // ----- polls -----

    pub(super) fn poll_start(&mut self, record: &Record, id: Id, t: &mut Trouble) {
        self.forget();
        let nested = !self.running.is_empty();
        let task = self.adopt(id, t, record.time);
        let (kind, state) = (task.kind, task.state);
        task.begin_poll(record.time);
        t.check(state == State::Queued, || format!("task {id} is polled, but was {state:?}"));
        if kind == Kind::Local {
            self.local_queued = self.local_queued.saturating_sub(1);
        } else {
            t.check(!nested, || format!("task {id} is polled inside of another's poll"));
            let next = self.lines.next();
            t.check(next == Some(id), || format!("task {id} is polled before {next:?}"));
            if next == Some(id) {
                self.lines.pop();
            } else {
                self.lines.remove(id);
            }
        }
        self.running.push(id);
        self.ended = None;
    }

    pub(super) fn poll_end(
        &mut self,
        record: &Record,
        id: Id,
        outcome: Outcome,
        kept: usize,
        t: &mut Trouble,
    ) {
        let running = self.running.pop();
        t.check(running == Some(id), || format!("{running:?} was being polled, not task {id}"));
        let Some(task) = self.all.get_mut(&id) else { return };
        task.kept = kept;
        task.rounds.clear();
        let ends = outcome != Outcome::Pending;
        t.check(ends || !task.ends, || format!("task {id} was to end, and goes on"));
        t.check(outcome != Outcome::Cancelled || task.ends, || {
            format!("task {id} ends as if cancelled, which nobody has asked for")
        });
        if ends {
            return self.end(record, id, outcome);
        }
        // Of one that was spawned at home, the handle is among those who keep it.
        let held = task.kind == Kind::Task && !task.by_letter && task.handle;
        t.check(!held || kept > 0, || format!("nobody holds the handle of task {id} any more"));
        if !std::mem::take(&mut task.again) {
            return task.enter(State::Waiting, record.time);
        }
        task.enter(State::Queued, record.time);
        if task.kind == Kind::Local {
            self.local_queued += 1;
        } else {
            self.lines.push(id, Cause::Engine);
        }
    }

    fn end(&mut self, record: &Record, id: Id, outcome: Outcome) {
        let Some(task) = self.all.get_mut(&id) else { return };
        task.enter(State::Done(outcome), record.time);
        (task.again, task.next_wake) = (false, None);
        self.alive -= usize::from(task.kind == Kind::Task);
        self.ended = Some(id);
        if let Some(joiner) = self.all.get_mut(&id).and_then(|task| task.joiner.take()) {
            self.leaves(joiner, Spot::Task(id));
        }
        self.let_go(id);
    }

    /// If it is over and nobody here can ask for its output: to be forgotten.
    fn let_go(&mut self, id: Id) {
        let done = |task: &Task| task.is_over() && (task.by_letter || !task.handle);
        if self.all.get(&id).is_some_and(done) {
            self.over.push(id);
        }
    }

    fn forget(&mut self) {
        for id in self.over.drain(..) {
            self.all.remove(&id);
        }
    }

    /// The run has ended: nobody is being polled.
    pub(super) fn run_ends(&mut self, t: &mut Trouble) {
        for id in std::mem::take(&mut self.running) {
            t.check(false, || format!("task {id} is being polled"));
        }
    }

    // ----- what else can happen to a task -----

    pub(super) fn cancel(&mut self, id: Id, t: &mut Trouble) {
        let Some(task) = self.all.get_mut(&id) else {
            return t.check_seen(false, || format!("nobody has told of task {id}, to be ended"));
        };
        let state = task.state;
        t.check(!task.is_over(), || format!("task {id} is to end, but was {state:?}"));
        task.cancelled = true;
    }

    /// Its handle is gone: it gave the output (`how`), or was dropped. True if it is known.
    pub(super) fn handle_gone(&mut self, id: Id, how: Option<Outcome>, t: &mut Trouble) -> bool {
        let Some(task) = self.all.get_mut(&id) else { return false };
        t.check_seen(task.handle, || format!("the handle of task {id} had gone before"));
        if let (Some(how), State::Done(was)) = (how, task.state) {
            t.check_seen(how == was, || format!("task {id} was {was:?}, its handle says {how:?}"));
        }
        if how.is_some() {
            t.check_seen(task.is_over(), || format!("task {id} is learned to be over, but is not"));
        }
        task.handle = false;
        if let Some(joiner) = task.joiner.take() {
            self.leaves(joiner, Spot::Task(id));
        }
        self.let_go(id);
        true
    }

    // ----- waits -----

    /// A waiter's task has its waker there.
    pub(super) fn joins(&mut self, waiter: Waiter, spot: Spot) {
        if let Some(task) = waiter.task.and_then(|id| self.all.get_mut(&id)) {
            task.waits.push(spot);
        }
    }

    /// It has it there no longer.
    pub(super) fn leaves(&mut self, waiter: Waiter, spot: Spot) {
        if let Some(task) = waiter.task.and_then(|id| self.all.get_mut(&id))
            && let Some(index) = task.waits.iter().rposition(|other| *other == spot)
        {
            task.waits.remove(index);
        }
    }
}

impl Task {
    fn new(
        id: Id,
        kind: Kind,
        made: Option<Place>,
        parent: Option<Id>,
        since: Duration,
        by_letter: bool,
    ) -> Task {
        Task {
            id,
            kind,
            made,
            parent,
            state: if made.is_some() { State::New } else { State::Queued },
            since,
            polls: 0,
            woken_by: None,
            next_wake: None,
            at: None,
            handle: kind != Kind::Main,
            kept: 0,
            cancelled: false,
            rounds: Vec::new(),
            again: false,
            ends: false,
            by_letter,
            waits: Vec::new(),
            joiner: None,
        }
    }

    /// Has it ended?
    pub fn is_over(&self) -> bool {
        matches!(self.state, State::Done(_))
    }

    fn enter(&mut self, state: State, now: Duration) {
        (self.state, self.since) = (state, now);
    }

    fn begin_poll(&mut self, now: Duration) {
        self.enter(State::Polling, now);
        self.polls += 1;
        (self.again, self.ends) = (false, self.cancelled);
        self.woken_by = self.next_wake.take();
    }

    fn what_a_wake_does(&self) -> &'static str {
        match self.state {
            State::New | State::Waiting => "Queued",
            State::Polling if !self.again => "DuringPoll",
            State::Queued | State::Polling => "Coalesced",
            State::Done(_) => "Stale",
        }
    }
}

fn name(effect: Effect) -> &'static str {
    match effect {
        Effect::Queued(_) => "Queued",
        Effect::Coalesced => "Coalesced",
        Effect::DuringPoll => "DuringPoll",
        Effect::Stale => "Stale",
    }
}
