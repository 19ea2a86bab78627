//! Can anything ever happen again?
//!
//! The thread goes to sleep, and the doctor asks what could wake it. Not a timer: the park has no
//! timeout (if there are timers, a paused clock keeps them, while a blocking job is out). Not a socket, if no task waits for one; not a blocking job, if none is out. What is left are
//! other threads, which may hold a sender, a handle, a waker, or the other end of anything. So it is certain only if none of these can run (`threads.rs`).
//!
//! Or, in such a program, tasks wait in a circle (`circle.rs`), each for the next one's lock or end, and
//! for nothing else. While anything else can happen, that is no proof: a guard may be where other code can
//! drop it, and no event tells where it is. So it is reported only if the circle has lasted for
//! [`LASTING`] (five times as long if one of its tasks has a handle, by which it could be aborted), or is
//! there when the run ends; and as what may be. An owned guard, which is made to be put elsewhere, is in no circle.
//!
//! A task of a local set that is ready, while the thread goes to sleep, belongs to a set that no task polls.
//!
//! Not here: a task without any waker left (`lost_wakeup.rs`); the words for each wait (`hung.rs`).

use std::collections::BTreeSet;
use std::time::Duration;

use kettle_events::{Event, Id, Record, Resource, SyncKind};

use super::advice::{OF_A_CELL, OF_A_THREAD, advice};
use super::circle::{MOST, circle, may_end, waits_for};
use super::guard_across_await::Contended;
use super::hung::{is_undriven, kept_from_jobs, tell};
use super::lint::{Lint, LintKind};
use super::lost_wakeup::is_behind_it_all;
use super::run::Run;
use super::system::signals_may_come;
use super::threads::Others;
use crate::fold::{State, Task};
use crate::words::names::Name;
use crate::words::teller::count;

/// A guard that was put elsewhere is mostly dropped sooner.
const LASTING: Duration = Duration::from_secs(1);

/// So many tasks are told of; of the rest, how many they are.
const SHOWN: usize = 8;

/// Circles that may yet be broken.
#[derive(Debug, Default)]
pub(super) struct Circles {
    /// One task of each, since when it was seen, and whether it was told.
    open: Vec<(Id, Duration, bool)>,
    /// When they were looked at last.
    seen: Duration,
}

impl Circles {
    pub(super) fn see(
        &mut self,
        run: &Run,
        guards: &mut Contended,
        record: &Record,
    ) -> Option<Lint> {
        match record.event {
            Event::Park { timeout } => self.at_park(run, guards, timeout.is_none(), record),
            Event::RunEnd { .. } => at_end(run, record),
            _ => None,
        }
    }

    /// The thread goes to sleep; for good, if nothing wakes it. A circle is closed by the last of its
    /// tasks that comes to wait, so only those that have done so since the last time are looked at.
    fn at_park(
        &mut self,
        run: &Run,
        guards: &mut Contended,
        for_good: bool,
        record: &Record,
    ) -> Option<Lint> {
        if !run.now {
            return None;
        }
        let silent = for_good && !run.listens();
        let due = self.due(run, &guards.take_fresh(), record.real, silent);
        if let Some(circle) = due {
            let nobody = if silent {
                run.others(record).is_some()
            } else {
                // A thread, or a job, may have been given a guard.
                !run.has_jobs() && run.is_alone(record)
            };
            let certain = silent;
            return nobody.then(|| {
                self.told(&circle);
                locked(run, &circle, (certain, record.seq))
            });
        }
        let others = silent.then(|| run.others(record))??;
        if is_lost(run) || somebody_may_come(run, true) {
            return None;
        }
        Some(hangs(run, others.waiting, record.seq))
    }

    /// A circle that has lasted, or a task that tries again and again, and was not told of. (These have come to wait.)
    pub(super) fn due(
        &mut self,
        run: &Run,
        fresh: &BTreeSet<Id>,
        now: Duration,
        silent: bool,
    ) -> Option<Vec<Id>> {
        self.open.extend(fresh.iter().map(|id| (*id, now, false)));
        self.open.retain(|(id, ..)| circle(run, *id).is_some());
        self.open.truncate(MOST);
        self.seen = now;
        let mut lasting = self.open.iter().filter_map(|(id, since, told)| {
            let circle = circle(run, *id)?;
            let least = if may_end(run, &circle) { 5 * LASTING } else { LASTING };
            // Where nothing else goes on, `hangs` tells of all tasks, and so more than a circle with a handle in it does.
            let lasts = if silent {
                !waits_for(run, &circle, is_a_join)
            } else {
                !told && now.saturating_sub(*since) >= least
            };
            lasts.then_some(circle)
        });
        lasting.next()
    }

    /// Is there one that was not told of, and is it young enough to be told of when it has lasted?
    pub(super) fn may_last(&self) -> bool {
        let young = |since: Duration| self.seen.saturating_sub(since) < 5 * LASTING;
        self.open.iter().any(|(_, since, told)| !told && young(*since))
    }

    pub(super) fn told(&mut self, circle: &[Id]) {
        self.open.iter_mut().for_each(|(id, _, told)| *told |= circle.contains(id));
    }

    pub(super) fn len(&self) -> usize {
        self.open.len()
    }
}

/// Does it hang, all timers left out?
pub(super) fn without_timers(run: &Run, others: Option<Others>, after: u64) -> Option<Lint> {
    let waiting = run.alive().map(|task| task.id);
    if let Some(circle) = for_ever(run, waiting, true) {
        return Some(locked(run, &circle, (true, after)));
    }
    let stuck = !is_lost(run) && !somebody_may_come(run, others.is_some());
    stuck.then(|| hangs(run, others.map_or(0, |others| others.waiting), after))
}

/// The run ends: those whose handles have gone can't be aborted any more.
fn at_end(run: &Run, record: &Record) -> Option<Lint> {
    if !run.now || run.has_jobs() {
        return None;
    }
    let locks = run.fold.primitives().filter(|(_, known)| known.kind.is_lock());
    let waited_for = locks.filter(|(_, known)| !known.line.is_empty());
    let holders = waited_for.flat_map(|(_, known)| &known.holders);
    let circle = for_ever(run, holders.filter_map(|(_, holder)| holder.task), false)?;
    run.is_alone(record).then(|| locked(run, &circle, (false, record.seq)))
}

/// A circle that nothing will break. `silent`: nothing else can happen either, so no task that runs
/// could abort one of them.
pub(super) fn for_ever(
    run: &Run,
    holders: impl Iterator<Item = Id>,
    silent: bool,
) -> Option<Vec<Id>> {
    let mut circles = holders.filter_map(|holder| circle(run, holder));
    circles.find(
        |circle| if silent { !waits_for(run, circle, is_a_join) } else { !may_end(run, circle) },
    )
}

/// Is a lost task behind it all? One of a set that no task polls is not lost, but never asked.
fn is_lost(run: &Run) -> bool {
    is_behind_it_all(run) && !run.alive().any(is_undriven)
}

/// Can a task be woken by a socket, or by something that has a clone of its waker? `alone`: no other thread can run,
/// and so no code that has one. (Jobs are asked about before.)
fn somebody_may_come(run: &Run, alone: bool) -> bool {
    let called = |task: &Task| task.state != State::Waiting || task.clones > 0 && !alone;
    run.alive().any(|task| !is_undriven(task) && called(task)) || run.listens()
}

/// `certain`: nothing else can happen, wherever the guards are.
pub(super) fn locked(run: &Run, circle: &[Id], (certain, after): (bool, u64)) -> Lint {
    let text = match circle {
        [one] if asks_a_cell(run, *one) => {
            format!("{} waits for a cell that it initialises itself", run.name(*one))
        }
        [one] => format!("{} waits for a lock that it took itself", run.name(*one)),
        _ => match at_one_lock(run, circle) {
            Some(lock) => {
                format!("{} tasks wait for each other at {}", circle.len(), run.thing(lock))
            }
            None if is_of_cells(run, circle) => {
                format!("{} tasks wait for cells that they initialise for each other", circle.len())
            }
            None => {
                let has_a_lock = waits_for(run, circle, |on| !is_a_cell(on) && !is_a_join(on));
                let things = [
                    (has_a_lock, "locks"),
                    (waits_for(run, circle, is_a_cell), "cells"),
                    (waits_for(run, circle, is_a_join), "ends"),
                ];
                let things = things.iter().filter(|(is, _)| *is).map(|(_, thing)| *thing);
                let things = things.collect::<Vec<_>>().join(" and ");
                format!("{} tasks wait for each other's {things}", circle.len())
            }
        },
    };
    let lint = Lint::new(LintKind::Deadlock, None, text, after);
    let mut lint = lint.since(last_wait(run, circle.iter().copied()));
    lint.certain = certain && !signals_may_come();
    for task in circle.iter().take(SHOWN) {
        lint = tell(run, *task, lint);
    }
    let lint = match circle {
        _ if lint.certain => lint.note(format!(
            "{}, {}, no blocking job is running, and {}: nothing will drop a guard, and {}",
            run.of_timers(),
            "no task waits for a socket",
            run.of_threads(),
            run.of_the_end()
        )),
        [one] if asks_a_cell(run, *one) => lint.note(format!(
            "the value comes from {0}, which waits for it: as long as {0} initialises the cell, it waits forever",
            run.name(*one)
        )),
        [one] => lint.note(format!(
            "if {0} still has the guard, it waits forever: only {0} could drop it. (No event tells \
             whether the guard was moved to where other code can drop it)",
            run.name(*one)
        )),
        _ if waits_for(run, circle, |on| is_a_cell(on) || is_a_join(on)) => lint.note(
            "as long as each keeps what another one waits for, they wait forever. (No event tells whether a guard was moved \
             to where other code can drop it)",
        ),
        _ => lint.note(
            "if no guard was given away, they wait forever: none of them drops one before its own wait is \
             over. (No event tells whether a guard was moved to where other code can drop it)",
        ),
    };
    lint.help(match circle {
        _ if waits_for(run, circle, is_a_cell) => OF_A_CELL,
        _ if waits_for(run, circle, is_a_join) => {
            "drop the guard before you await the handle of a task that needs the lock"
        }
        [_] => {
            "drop the guard before you lock again, also one in the head of a `match`, `if let` or `while let`, which lives to \
             its end, or one that is kept in a future that `select!` \
             left unfinished, or that a branch of a `join!` has given; or pass the guard, or `&mut` of what it guards, to the function that \
             needs it"
        }
        _ if at_one_lock(run, circle).is_some() => {
            "a task that has a read guard must not lock the same `RwLock` again, not even to read: a writer that waits \
             in line comes first, and waits for the guard. Drop the guard before, or pass what it guards to the \
             function that needs it"
        }
        _ => "take the locks in the same order everywhere, or guard both values by one lock",
    })
}

/// Another task's handle.
fn is_a_join(on: Resource) -> bool {
    matches!(on, Resource::Task(_))
}

fn is_a_cell(on: Resource) -> bool {
    matches!(on, Resource::Sync(SyncKind::OnceCell, ..))
}

/// The lock for which all of them wait, if it is the same one: then a reader among them wants it again.
fn at_one_lock(run: &Run, circle: &[Id]) -> Option<Id> {
    let tasks = circle.iter().filter_map(|id| run.fold.task(*id));
    let mut locks = tasks.flat_map(|task| run.awaits(task)).map(|wait| match wait.on {
        Resource::Sync(_, lock, ..) => Some(lock),
        _ => None,
    });
    let first = locks.next()??;
    locks.all(|lock| lock == Some(first)).then_some(first)
}

/// The record with which the last of these tasks came to wait: since then none of them goes on.
fn last_wait(run: &Run, tasks: impl Iterator<Item = Id>) -> Option<u64> {
    let waits = tasks.filter_map(|id| Some(run.awaits(run.fold.task(id)?)));
    waits.flatten().map(|wait| wait.waiter.since).max()
}

/// Is it a cell that it waits for? One that it initialises itself, if the circle is of one task.
fn asks_a_cell(run: &Run, task: Id) -> bool {
    let waits = run.fold.task(task).map(|task| run.awaits(task)).unwrap_or_default();
    waits.first().is_some_and(|wait| is_a_cell(wait.on))
}

/// Does each of them wait for a cell?
fn is_of_cells(run: &Run, circle: &[Id]) -> bool {
    circle.iter().all(|task| asks_a_cell(run, *task))
}

/// `others`: so many threads wait, too.
pub(super) fn hangs(run: &Run, others: usize, after: u64) -> Lint {
    let mut all: Vec<(Name, Id)> = run.alive().map(|task| (run.name(task.id), task.id)).collect();
    all.sort_unstable();
    let joins = joins_in_a_circle(run, all.iter().map(|(_, id)| *id));
    all.sort_by_key(|(name, id)| (!joins.contains(id), *name)); // those of the circle come first
    let undriven = run.alive().filter(|task| is_undriven(task)).count();
    let text = match (all.len(), &joins[..]) {
        _ if undriven > 0 => {
            let (tasks, are) = (count(undriven, "task"), if undriven == 1 { "is" } else { "are" });
            format!("{tasks} of a `LocalSet` {are} ready, and no task polls the set")
        }
        (_, [own]) => format!("{} waits for itself to end", run.name(*own)),
        (_, [_, _, ..]) => format!("{} tasks wait for each other to end", joins.len()),
        (1, _) => "main waits, and nothing is left that could wake it".to_owned(),
        (more, _) => format!(
            "main and {} wait, and {} that could wake them",
            count(more - 1, "task"),
            "nothing is left"
        ),
    };
    let lint = Lint::new(LintKind::Deadlock, None, text, after);
    let mut lint = lint.since(last_wait(run, all.iter().map(|(_, id)| *id)));
    lint.certain = !signals_may_come();
    for (_, task) in all.iter().take(SHOWN) {
        lint = tell(run, *task, lint);
    }
    if all.len() > SHOWN {
        lint = lint.note(format!("not shown: {}", count(all.len() - SHOWN, "more waiting task")));
    }
    if let Some((name, made)) = run.panicked() {
        lint = lint.spot(Some(made), format!("{name} was spawned here, and has panicked"));
    }
    let help = match joins[..] {
        [] => advice(run, all.iter().map(|(_, id)| *id)),
        _ => "a `JoinHandle` is ready only after its task has returned. So a task can't await its own \
             handle, nor the handle of a task that awaits it: leave the handles to the task that \
             spawned them"
            .to_owned(),
    };
    let help = match run.panicked() {
        Some((name, _)) => format!(
            "{name} has panicked: if it was to end that wait, fix that first; and let what others wait for happen in any \
             case, or await its handle, too. Or: {help}"
        ),
        None => help,
    };
    let end = if lint.certain {
        run.of_the_end()
    } else {
        "unless the program's handler of a signal wakes a task, it hangs forever"
    };
    let threads = match others {
        0 => format!("no blocking job is running, and {}", run.of_threads()),
        1 => "and the one other thread waits for another one of this program".to_owned(),
        more => format!("and each of the {more} other threads waits for one of this program"),
    };
    let lint = if run.has_jobs() { kept_from_jobs(run, lint) } else { lint };
    let timers = run.of_timers();
    let more = if others > 0 && !run.has_jobs() { OF_A_THREAD } else { "" };
    lint.note(format!("{timers}, no task waits for a socket, {threads}: {end}")).help(help + more)
}

/// Tasks of which each waits for the end of the next, if they come back to the first; or one that
/// waits for its own.
fn joins_in_a_circle(run: &Run, tasks: impl Iterator<Item = Id>) -> Vec<Id> {
    let joined = |id: Id| {
        let waits = run.awaits(run.fold.task(id)?);
        waits.iter().find_map(|wait| match wait.on {
            Resource::Task(task) => Some(task),
            _ => None,
        })
    };
    let mut seen = BTreeSet::new();
    for start in tasks {
        let mut way = Vec::new();
        let mut at = Some(start);
        while let Some(task) = at.filter(|task| !seen.contains(task)) {
            seen.insert(task);
            way.push(task);
            at = joined(task);
        }
        if let Some(first) = way.iter().position(|task| Some(*task) == at) {
            return way.split_off(first);
        }
    }
    Vec::new()
}
