//! Which tasks were in the middle of their work when `main` returned?
//!
//! A sentence at the end, and no mistake: the end of the runtime drops every task at its `.await`, and for
//! a task that serves forever that is right. So it is told only of tasks that nothing can await any more,
//! that wait for something that was to come by itself, and that show that they have an end. The first: a timer, a
//! socket, a job; or a lock, a permit or room in a channel, if the task that has it goes on. (A timer with a second
//! left, and more than the whole run took, is a pause between two rounds of a loop. At a listener nothing has an end, nor has
//! a task that serves a connection: its client may be gone.) The second: never has the task
//! come to a place at which it had been before, as a loop does (nor is it spawned as one that nothing leaves, by the source,
//! unless it has received something); and it is at its second place or later (a value that it
//! received without a wait is its first; and so is a job that was over at once, before the one at which it is), or another task of its line has ended. Or `main` itself has woken it out of a loop: then it is at a place that is new to it,
//! as after the word to stop; or `main` has just ended the channel for which it waited. (Where another task has just
//! ended one of its waits, what is left may be that of a branch of a `select!` which has lost.)
//!
//! Nor is it told if `main` panicked or was ended from without, or of tasks that the program has aborted; nor
//! if the program ends the runtime by `shutdown_background`, which waits for nothing.
//!
//! A runtime that is driven once more goes on with its tasks. So they are counted when it asks the first of
//! them to end. A `LocalSet` goes with the code that has it: of those that `main` drops in the poll with which it
//! returns, each task is looked at when it is asked to end. (Of one that outlives `block_on` no event tells the end.)

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use kettle_events::{Act, Cause, Direction, Event, Id, Kind, Outcome, Record, Resource, SyncKind};

use super::lint::{Lint, LintKind, Spot};
use super::roots::is_kept;
use super::run::Run;
use super::source::goes_round;
use crate::fold::{State, Task};
use crate::words::quick::key;
use crate::words::teller::count;
use crate::words::whose::is_of_a_package;

/// So many are named, and so many that have a lock are looked at.
const SHOWN: usize = 4;
/// So many tasks are looked at, one behind the other, to see whether a guard will be given back.
const DEEP: u32 = 3;
/// So many ends of channels are remembered.
const MOST_ENDS: usize = 16;
/// A shorter wait is no pause.
const PAUSE: Duration = Duration::from_secs(1);

thread_local! {
    /// This thread ends a runtime by `shutdown_background`.
    static MEANT: Cell<bool> = const { Cell::new(false) };
}

/// As long as it lives, what this thread cuts short is meant to be.
#[derive(Debug)]
pub struct Meant(());

/// The program ends a runtime without waiting for anything.
#[doc(hidden)]
pub fn cutting_short() -> Meant {
    MEANT.set(true);
    Meant(())
}

impl Drop for Meant {
    fn drop(&mut self) {
        MEANT.set(false);
    }
}

/// Does the program end a runtime so, on this thread?
pub(super) fn is_meant() -> bool {
    MEANT.get()
}

/// What is known until the end.
#[derive(Debug, Default)]
pub(super) struct Cut {
    /// The lines at which tasks were spawned that have ended, by the addresses of their places.
    ended: BTreeSet<usize>,
    /// Tasks that have received a value, perhaps without a wait, and from which channel the last.
    received: BTreeMap<Id, Id>,
    /// The records with which main has ended channels, the latest, and those.
    ends: VecDeque<(u64, Id)>,
    /// The main future of this run has returned.
    returned: bool,
    /// It has, the run is over, and no task was asked to end yet.
    over: bool,
    /// From when to when it ran.
    since: Duration,
    until: Duration,
    /// Where tasks of local sets were dropped half-way, in main's poll that goes on.
    local: Vec<Spot>,
}

impl Cut {
    pub(super) fn see(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        match record.event {
            Event::RunStart { .. } => {
                (self.returned, self.over, self.since) = (false, false, record.time);
            }
            Event::RunEnd { .. } => (self.over, self.until) = (self.returned, record.time),
            Event::PollStart { task } if Some(task) == run.main_id() => self.local.clear(),
            Event::SyncAct { kind: SyncKind::Mpsc, act: Act::Get, sync, .. } => {
                self.received.extend(record.task.map(|task| (task, sync)));
            }
            Event::PollEnd { task, outcome: Outcome::Panicked | Outcome::Cancelled, .. } => {
                self.received.remove(&task);
            }
            Event::PollEnd { task, outcome: Outcome::Ready, .. } => {
                self.received.remove(&task);
                let task = run.fold.task(task);
                self.ended.extend(task.and_then(|task| task.made).map(key));
                if task.is_some_and(|task| task.kind == Kind::Main) {
                    self.returned = true;
                    let cut = std::mem::take(&mut self.local);
                    return lint("main returned, and dropped a `LocalSet`:", cut, record.seq);
                }
            }
            Event::SyncAct { act: Act::End, sync, .. }
                if record.task.is_some() && record.task == run.main_id() =>
            {
                self.ends.truncate(MOST_ENDS - 1);
                self.ends.push_front((record.seq, sync));
            }
            Event::Cancel { task } if std::mem::take(&mut self.over) => {
                return self.judge(run, task, record.seq);
            }
            Event::Cancel { task } if record.task.is_some() && record.task == run.main_id() => {
                self.until = record.time;
                let local = run.fold.task(task).filter(|task| task.kind == Kind::Local);
                let cut = local.filter(|task| self.is_cut(run, task));
                self.local.extend(cut.and_then(|task| spot(run, task)));
            }
            _ => {}
        }
        None
    }

    /// `first`: the task that the runtime's end asks first. Others that were asked were aborted before.
    fn judge(&self, run: &Run, first: Id, after: u64) -> Option<Lint> {
        if is_meant() {
            return None;
        }
        let own = run.alive().filter(|task| task.kind == Kind::Task);
        let own: Vec<&Task> = own.filter(|task| task.id == first || !task.cancelled).collect();
        let cut = own.iter().filter(|task| self.is_cut(run, task));
        let cut: Vec<Spot> = cut.filter_map(|task| spot(run, task)).collect();
        let least = if cut.len() == own.len() { "" } else { " at least" };
        lint(&format!("the runtime ended, and{least}"), cut, after)
    }

    fn is_cut(&self, run: &Run, task: &Task) -> bool {
        let Some(made) = task.made.filter(|made| !is_of_a_package(made.file())) else {
            return false;
        };
        let has_begun = task.polls > 0 && task.state != State::New;
        let places = match task.came_on() {
            0 => 0,
            1 if !task.steps.is_empty() && is_at_a_job(run, task) => 2,
            places => places + usize::from(self.received.contains_key(&task.id)),
        };
        let mut ends = self.ends.iter();
        let is_ended = ends.any(|(seq, channel)| {
            task.woken_by.is_some_and(|wake| *seq == wake.seq - 1)
                || task.has_left_its_loop() && self.received.get(&task.id) == Some(channel)
        });
        let has_an_end = is_ended
            || run.main_id().is_some_and(|main| task.was_led_out_by(main))
            || places > usize::from(!self.ended.contains(&key(made)))
                && !serves(run, task)
                && (self.received.contains_key(&task.id) || !goes_round(made));
        let free = task.parent.is_some() && task.handles == 0;
        // What it has waited for may just have come by itself.
        let by_itself = |by| matches!(by, Cause::Timer | Cause::Io | Cause::Message);
        let has_come = task.next_wake.is_some_and(|wake| by_itself(wake.by));
        let keeps_on = || !has_lost_a_branch(run, task) && self.goes_on(run, task, DEEP);
        free && has_begun && has_an_end && (has_come || keeps_on())
    }

    /// Does something for which it waits come by itself?
    fn goes_on(&self, run: &Run, task: &Task, deep: u32) -> bool {
        let others = |ids: Vec<Id>| {
            let others = ids.into_iter().filter(|id| *id != task.id).take(SHOWN);
            let mut others =
                others.filter_map(|id| run.fold.task(id)).filter(|other| !other.is_over());
            let goes_on = |other: &Task| !waits(other) || self.goes_on(run, other, deep - 1);
            deep > 0 && others.any(goes_on)
        };
        let comes = |on| match on {
            Resource::Timer(timer) => !self.is_a_pause(run, timer),
            Resource::Source(source, direction) => {
                let reads = direction == Direction::Read;
                !(is_a_listener(run, source) || reads && serves(run, task))
            }
            Resource::Task(job) => run.fold.task(job).is_none(),
            Resource::Sync(kind, sync, ..) => {
                run.fold.primitive(sync).is_some_and(|known| match kind {
                    SyncKind::Mpsc => others(known.receiver.into_iter().collect()),
                    _ if is_kept(kind) => {
                        let holders = known.holders.iter().filter_map(|(_, holder)| holder.task);
                        !known.handed.is_empty() || others(holders.collect())
                    }
                    _ => false,
                })
            }
            _ => false,
        };
        run.awaits(task).iter().any(|wait| comes(wait.on))
    }

    /// Such a timer is no step of the work, but what lies between two rounds of a loop.
    fn is_a_pause(&self, run: &Run, timer: Id) -> bool {
        let left = run.fold.timer(timer).map(|timer| timer.due.saturating_sub(self.until));
        left.is_some_and(|left| left >= PAUSE.max(self.until.saturating_sub(self.since)))
    }
}

/// Does it go on only if something comes? (Or not at all: main returns, or it was woken to be dropped with its set.)
fn waits(task: &Task) -> bool {
    let to_end = task.next_wake.is_some_and(|wake| wake.by == Cause::Runtime) && task.polls > 0;
    task.state == State::Waiting || task.kind == Kind::Main || to_end
}

/// Has another task just ended one of its waits, and given it no lock?
fn has_lost_a_branch(run: &Run, task: &Task) -> bool {
    let is_called = task.next_wake.is_some_and(|wake| matches!(wake.by, Cause::Task(_)));
    let is_given = |on| matches!(on, Resource::Sync(kind, ..) if is_kept(kind));
    is_called && !run.awaits(task).iter().any(|wait| is_given(wait.on))
}

/// Does it wait for a job, which may just have ended?
fn is_at_a_job(run: &Run, task: &Task) -> bool {
    let is_over = task.next_wake.is_some_and(|wake| wake.by == Cause::Message);
    let is_job = |on| matches!(on, Resource::Task(job) if run.fold.task(job).is_none());
    is_over || run.awaits(task).iter().any(|wait| is_job(wait.on))
}

/// Where it was dropped. (Where it waits for a job the line of the `.await` isn't known.)
fn spot(run: &Run, task: &Task) -> Option<Spot> {
    let at_a_job = run.awaits(task).iter().any(|wait| matches!(wait.on, Resource::Task(_)));
    let was = if at_a_job { "was last seen" } else { "was dropped" };
    let label = format!("{} {was} here", run.name(task.id));
    Some(Spot { place: task.at.or(task.made)?, label })
}

fn lint(why: &str, cut: Vec<Spot>, after: u64) -> Option<Lint> {
    let (tasks, were) = (count(cut.len(), "task"), if cut.len() == 1 { "was" } else { "were" });
    let text = format!("{why} {tasks} {were} dropped half-way, at an `.await`");
    let lint = Lint::new(LintKind::CutShort, None, text, after);
    let told = cut.into_iter().take(SHOWN);
    let lint = told.fold(lint, |lint, Spot { place, label }| lint.spot(Some(place), label));
    lint.spots.first()?;
    Some(lint.help(
        "if their work was to be done: keep the handles that `spawn` returns, or a `JoinSet`, and await them before \
         `main` (or the future of your `block_on`) returns. If not, this is right",
    ))
}

/// What comes there comes as long as others want something.
fn is_a_listener(run: &Run, source: Id) -> bool {
    run.fold.source_of(source).is_some_and(|source| source.what.ends_with("Listener"))
}

/// Was it spawned by a task that accepts connections? Then it reads what its client sends next, if anything.
fn serves(run: &Run, task: &Task) -> bool {
    let parent = task.parent.and_then(|parent| run.fold.task(parent));
    let waits = parent.map(|parent| run.awaits(parent)).unwrap_or_default();
    waits
        .iter()
        .any(|wait| matches!(wait.on, Resource::Source(source, _) if is_a_listener(run, source)))
}
