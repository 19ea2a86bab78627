//! Was a lock kept while its holder waited for something slow, and others for the lock?
//!
//! Slow is a timer or a socket; but a timer beside a wait for a lock only limits that wait. A lock of kettle's may be
//! kept across an `.await`, nothing breaks; but all tasks that wait for it then wait for the timer, too, one after
//! another. Reported when the lock is released, if a task has waited for it for [`LONG`] of the machine's time, and its
//! holder for something slow; or by the doctor's own thread, if it is kept on and on (`watch.rs`). An `RwLock` that is read counts while one task alone reads it: which of several holds up
//! a writer is not one task's doing.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use kettle_events::{Act, Event, Id, Outcome, Place, Record, Resource, SyncKind};

use super::lint::{Lint, LintKind, span};
use super::run::Run;
use super::statement::here;
use crate::fold::{Holder, State};
use crate::words::teller::count;

/// A task that waits for a lock for so long is kept from its work.
const LONG: Duration = Duration::from_millis(200);

/// Locks for which tasks wait.
#[derive(Debug, Default)]
pub(super) struct Contended {
    locks: BTreeMap<Id, Line>,
    /// Those of them that a task holds.
    held: BTreeMap<Id, BTreeSet<Id>>,
    /// Those of these tasks that waited for something slow when they were last looked at.
    slow: BTreeSet<Id>,
    /// Tasks that have come to wait for a lock of any kind, or for a task's end, since that was asked last.
    fresh: BTreeSet<Id>,
}

/// One lock's line.
#[derive(Debug, Default)]
struct Line {
    /// `None`: several read it; or it was released, and not yet taken by the first in line.
    hold: Option<Hold>,
    /// By their tickets: the task, and since when it waits, by the machine's clock. So the first has waited longest.
    waiters: BTreeMap<usize, (Id, Duration)>,
    /// How many of them are each task's.
    tasks: BTreeMap<Id, usize>,
}

/// One holder has the lock alone. What it counts goes when that is over: no holder answers for another's time.
#[derive(Debug)]
struct Hold {
    holder: Holder,
    /// Alone since then by the machine's clock, as far as it was seen.
    since: Duration,
    /// The holder waits for something slow…
    slow: Option<Slow>,
    /// … and has done so for this long.
    in_all: Duration,
    awaits: Option<Place>,
}

impl Line {
    /// How many tasks wait, without this one?
    fn others(&self, holder: Option<Id>) -> usize {
        self.tasks.len() - usize::from(holder.is_some_and(|it| self.tasks.contains_key(&it)))
    }

    fn leaves(&mut self, ticket: usize) {
        let Some((task, _)) = self.waiters.remove(&ticket) else { return };
        if let Entry::Occupied(mut waits) = self.tasks.entry(task) {
            *waits.get_mut() -= 1;
            if *waits.get() == 0 {
                waits.remove();
            }
        }
    }
}

impl Contended {
    pub(super) fn see(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        match record.event {
            Event::Wait { on: Resource::Sync(kind, lock, _, ticket), .. } if is_guarded(kind) => {
                self.joins(run, lock, ticket, record);
            }
            Event::Wait { on: Resource::Sync(kind, ..), .. } if kind.is_lock() => {
                self.fresh.extend(record.task);
            }
            // (It may close a circle only if locks are waited for.)
            Event::Wait { on: Resource::Task(_), .. } if !self.locks.is_empty() => {
                self.fresh.extend(record.task);
            }
            Event::Done { on: Resource::Sync(kind, lock, _, ticket), got: false, .. }
                if is_guarded(kind) =>
            {
                self.leaves(lock, ticket);
            }
            Event::SyncAct { kind, sync: lock, act, .. } if is_guarded(kind) => match act {
                Act::Take => self.taken(run, lock, record),
                Act::Release => return self.released(run, lock, record),
                _ => {}
            },
            Event::PollEnd { task, outcome, .. } => {
                if outcome != Outcome::Pending {
                    self.fresh.remove(&task);
                }
                // (One that is over may still have it: the guard is in its output.)
                self.look_at(run, task, record);
            }
            _ => {}
        }
        None
    }

    /// The tasks that have come to wait for a lock, or for a task's end, since this was asked last.
    pub(super) fn take_fresh(&mut self) -> BTreeSet<Id> {
        std::mem::take(&mut self.fresh)
    }

    pub(super) fn len(&self) -> usize {
        self.locks.len() + self.fresh.len()
    }

    fn joins(&mut self, run: &Run, lock: Id, ticket: usize, record: &Record) {
        let Some(task) = record.task else { return };
        let first = !self.locks.contains_key(&lock);
        let line = self.locks.entry(lock).or_default();
        line.waiters.entry(ticket).or_insert_with(|| {
            *line.tasks.entry(task).or_default() += 1;
            (task, record.real)
        });
        self.fresh.insert(task);
        if first {
            self.changes_hands(run, lock, record);
        }
    }

    /// Only the first in line can take a lock that has a line.
    fn taken(&mut self, run: &Run, lock: Id, record: &Record) {
        self.changes_hands(run, lock, record);
        let Some(line) = self.locks.get_mut(&lock) else { return };
        // So those before it have left on another thread.
        let taker = record.task.filter(|task| line.tasks.contains_key(task));
        while let Some(taker) = taker
            && let Some((&ticket, &(first, _))) = line.waiters.first_key_value()
        {
            run.looks_at(1);
            line.leaves(ticket);
            if first == taker {
                break;
            }
        }
        self.forget(lock);
    }

    /// It has a new holder, or none. Returns the hold that has ended.
    fn changes_hands(&mut self, run: &Run, lock: Id, record: &Record) -> Option<Hold> {
        let before = self.ends(lock);
        let (line, holder) = (self.locks.get_mut(&lock)?, run.only_holder_of(lock));
        line.hold = holder.map(|holder| Hold::new(holder, record.real));
        if let (Some(hold), Some(holder)) = (&mut line.hold, holder.and_then(|holder| holder.task))
        {
            self.held.entry(holder).or_default().insert(lock);
            // The last of several readers may have waited for a while.
            if let Some(slow) = Slow::of(run, holder, record) {
                self.slow.insert(holder);
                (hold.slow, hold.awaits) = (Some(slow), slow.at);
            }
        }
        before
    }

    /// No task holds it alone any more.
    fn ends(&mut self, lock: Id) -> Option<Hold> {
        let hold = self.locks.get_mut(&lock)?.hold.take()?;
        if let Some(task) = hold.holder.task
            && let Some(locks) = self.held.get_mut(&task)
        {
            locks.remove(&lock);
            if locks.is_empty() {
                self.held.remove(&task);
                self.slow.remove(&task);
            }
        }
        Some(hold)
    }

    /// If nothing waits for it any more.
    fn forget(&mut self, lock: Id) {
        if self.locks.get(&lock).is_some_and(|line| line.waiters.is_empty()) {
            self.ends(lock);
            self.locks.remove(&lock);
        }
    }

    fn leaves(&mut self, lock: Id, ticket: usize) {
        let Some(line) = self.locks.get_mut(&lock) else { return };
        line.leaves(ticket);
        self.forget(lock);
    }

    /// Does this task wait for something slow, and hold one of these locks?
    fn look_at(&mut self, run: &Run, holder: Id, record: &Record) {
        let Some(locks) = self.held.get(&holder) else { return };
        let slow = Slow::of(run, holder, record);
        // A task that holds many locks, and waits for nothing slow, costs nothing.
        let was_slow = match slow {
            Some(_) => !self.slow.insert(holder),
            None => self.slow.remove(&holder),
        };
        if slow.is_none() && !was_slow {
            return;
        }
        for lock in locks {
            run.looks_at(1);
            let hold = self.locks.get_mut(lock).and_then(|line| line.hold.as_mut());
            let Some(hold) = hold else { continue };
            hold.passes(record.real);
            if let Some(slow) = slow {
                (hold.slow, hold.awaits) = (Some(slow), slow.at);
            }
        }
    }

    fn released(&mut self, run: &Run, lock: Id, record: &Record) -> Option<Lint> {
        let mut hold = self.changes_hands(run, lock, record)?;
        hold.passes(record.real);
        let (holder, line) = (hold.holder, self.locks.get(&lock)?);
        let others = line.others(holder.task);
        if hold.in_all < LONG || others == 0 {
            return None;
        }
        // The first may be its own. (In so much time no walk is long.)
        let is_its = |(task, _): &&(Id, Duration)| Some(*task) == holder.task;
        let mut waiters = line.waiters.values().inspect(|_| run.looks_at(1));
        let (_, first) = waiters.find(|waiter| !is_its(waiter))?;
        let took = record.real.saturating_sub((*first).max(hold.since));
        if took < LONG {
            return None;
        }
        let (name, waiters) = (run.name(holder.task?), count(others, "other task"));
        let (lock_name, most) = (run.thing(lock), if others > 1 { "up to " } else { "" });
        let of_all = if *first < hold.since { " meanwhile" } else { "" }; // (it waited before, too)
        let text = format!(
            "{name} held {lock_name} across an `.await`, and {waiters} waited {most}{} for it{of_all}",
            span(took)
        );
        Some(hold.lint(run, (lock, text), record.seq)?.help(CURE))
    }

    /// The locks that a task keeps alone while it waits for something slow, and for which others wait; each with
    /// the record of its taking.
    pub(super) fn kept(&self) -> BTreeSet<(Id, u64)> {
        let held = self.slow.iter().filter_map(|holder| Some((holder, self.held.get(holder)?)));
        let locks = held.flat_map(|(holder, locks)| locks.iter().map(move |lock| (holder, lock)));
        let kept = locks.filter_map(|(holder, lock)| {
            let line = self.locks.get(lock)?;
            let hold = line.hold.as_ref().filter(|hold| hold.slow.is_some())?;
            (line.others(Some(*holder)) > 0).then_some((*lock, hold.holder.since))
        });
        kept.collect()
    }

    /// One of these is still kept after so long, for which others have waited, too.
    pub(super) fn lasts(&self, run: &Run, lock: Id, so_far: Duration, after: u64) -> Option<Lint> {
        let line = self.locks.get(&lock)?;
        let hold = line.hold.as_ref()?;
        let name = run.name(hold.holder.task?);
        let text = format!(
            "{name} has held {} across an `.await` for {}, and {} for it",
            run.thing(lock),
            span(so_far),
            if line.others(hold.holder.task) == 1 {
                "another task waits"
            } else {
                "other tasks wait"
            },
        );
        let lint = hold.lint(run, (lock, text), after)?.note(format!(
            "if what {name} awaits comes only after another task has had the lock, both wait forever"
        ));
        Some(lint.help(format!(
            "{CURE}. A stream that one task reads while others write needs no lock: `into_split` makes two halves"
        )))
    }
}

/// What to write instead.
const CURE: &str = "copy what you need out of the lock and drop the guard before the `.await`, with `drop(guard)` or \
    at the end of a block (a second `let` of the same name drops nothing, and a guard in the head of a `while let`, `match` or `if let` lives to its end); lock again to store the result. If one task at a time is what you want, as on one \
    connection, this is right";

impl Hold {
    fn new(holder: Holder, since: Duration) -> Hold {
        Hold { holder, since, slow: None, in_all: Duration::ZERO, awaits: None }
    }

    /// Where it was taken, and what its holder awaited.
    fn lint(&self, run: &Run, (lock, text): (Id, String), after: u64) -> Option<Lint> {
        let task = run.fold.task(self.holder.task?)?;
        // (Where an owned guard has gone, the record doesn't tell.)
        if self.holder.owned {
            return None;
        }
        let at = self.holder.at;
        let (name, lock) = (run.name(task.id), run.thing(lock));
        // The last line known of a task that waits within a crate may be the one that took the lock.
        let awaits = self.awaits.filter(|awaits| Some(*awaits) != at);
        let lint = Lint::new(LintKind::GuardAcrossAwait, Some(name), text, after)
            .spot(at, format!("{name} took {lock} {}", at.map_or("", here)))
            .spot(awaits, format!("{name} still held {lock} while it awaited this"));
        Some(run.birth(lint, task).note(
            "every task that needs the lock waits for that `.await`, too: work that could overlap \
             does not",
        ))
    }

    /// What its holder has waited for is over, or begins anew.
    fn passes(&mut self, now: Duration) {
        let slow = self.slow.take().map(|slow| now.min(slow.due).saturating_sub(slow.since));
        self.in_all += slow.unwrap_or_default();
    }
}

/// (A `OnceCell` has no guard: what is waited for there is its value.)
fn is_guarded(kind: SyncKind) -> bool {
    matches!(kind, SyncKind::Mutex | SyncKind::RwLock)
}

/// A wait for a timer or a socket, by the machine's clock.
#[derive(Clone, Copy, Debug)]
struct Slow {
    since: Duration,
    /// When the timer is due: what it is late by is not its holder's doing.
    due: Duration,
    at: Option<Place>,
}

impl Slow {
    /// That of this task, if there is one. With a limit of time it waits for the lock, not for the timer.
    fn of(run: &Run, task: Id, record: &Record) -> Option<Slow> {
        let task = run.fold.task(task).filter(|task| task.state == State::Waiting)?;
        let waits = run.few_awaits(task);
        let limited =
            waits.iter().any(|wait| matches!(wait.on, Resource::Sync(kind, ..) if kind.is_lock()));
        let due = |timer| run.fold.timer(timer).map(|it| it.due.saturating_sub(record.time));
        let slow = waits.into_iter().filter_map(|wait| match wait.on {
            Resource::Timer(timer) if !limited => Some((wait.waiter, due(timer)?)),
            on => matches!(on, Resource::Source(..)).then_some((wait.waiter, Duration::MAX)),
        });
        // (An `interval` that a `select!` has left keeps its timer.)
        let (waiter, left) = slow.max_by_key(|(waiter, _)| waiter.since)?;
        let (since, at) = (record.real, waiter.at.or(task.at));
        Some(Slow { since, due: since.saturating_add(left), at })
    }
}
