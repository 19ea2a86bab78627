//! Has a task lost its wake-up?
//!
//! It returned `Pending`, and nothing is left that could wake it. There are four ways to get there:
//! its poll has stored its waker nowhere; the waker was stored outside kettle, and has been dropped since, without a call; it
//! was stored in a future of kettle's, alone or within another waker, and is no longer there; or it is still stored, and
//! no code is left that could call it.
//!
//! The first is known from the records. For the next two, the runtime is asked how many references there
//! are to each waiting task: if there is none beside its handles, no waker is left. That walks all tasks,
//! so it is asked once in as many records as there are tasks. The last is certain only where nothing can
//! happen any more: the thread sleeps for good, no task waits for a socket, and no other thread can run.
//!
//! Judged at the next park, when every message that was on its way has arrived. A task that has a
//! handle may be there to be aborted. It is judged when nothing is left that could do so: nothing can
//! happen any more; or its one handle is awaited by a task that waits for nothing else, and can't be
//! aborted itself. One without a handle that awaits `pending`, by the source, is there to keep something.

use std::collections::BTreeMap;

use kettle_events::{Event, Id, Kind, Outcome, Place, Record, Resource, SyncKind};

use super::hung::{has_local_tasks, has_wakers_outside};
use super::lint::{Lint, LintKind};
use super::run::{FEW, Run};
use super::source::is_to_stay;
use super::system::{signals_may_come, waiting};
use crate::fold::{State, Task};
use crate::words::names::Name;
use crate::words::quick::key;

/// So many more tasks of one line are named.
const SHOWN: usize = 8;

/// So many suspects may wait before they are looked through.
const MANY: usize = 64;

/// If nothing hints at a lost waker, the runtime is asked once in so many times as many records.
const SELDOM: u64 = 4;

/// Tasks whose wakers nothing seems to hold.
#[derive(Debug, Default)]
pub(super) struct Suspects {
    /// To be judged at the next park.
    now: Vec<Suspect>,
    /// They may yet be aborted.
    later: Vec<Suspect>,
    /// When there are so many, those that have ended meanwhile are forgotten.
    most: usize,
    /// A task has stored a waker outside kettle, where it may be dropped; or the waker that it has stored in
    /// kettle was replaced by another one.
    outside: bool,
    /// The record after which the runtime was last asked which tasks have no waker.
    asked: u64,
    /// Is what is spawned there to stay? By the address of the place: each file is read once for it.
    to_stay: BTreeMap<usize, bool>,
}

#[derive(Clone, Copy, Debug)]
struct Suspect {
    task: Id,
    /// The number of the poll that it came out of.
    polls: u64,
    why: Why,
}

/// Why will it not be polled again?
#[derive(Clone, Copy, Debug, PartialEq)]
enum Why {
    /// Its poll has left no waker.
    NotStored,
    /// It has left a waker outside kettle, which was dropped.
    Dropped,
    /// It has left a waker in kettle. Another one has taken its place there, or had it inside and didn't pass a call on; or the
    /// future was dropped.
    Gone,
    /// It has left a waker outside kettle, and nothing is left that could call it.
    NotCalled,
}

impl Suspects {
    pub(super) fn see(&mut self, run: &Run, record: &Record) -> Vec<Lint> {
        match record.event {
            Event::PollEnd { task, outcome: Outcome::Pending, .. } => {
                if let Some(task) = run.fold.task(task) {
                    self.outside |= task.clones > 0 || task.combined;
                    let suspect = Suspect::of(task, Why::NotStored);
                    if suspect.is_lost(task) {
                        self.now.push(suspect);
                    }
                }
            }
            Event::Park { timeout } => return self.judge(run, timeout.is_none(), record),
            _ => {}
        }
        Vec::new()
    }

    pub(super) fn len(&self) -> usize {
        self.now.len() + self.later.len()
    }

    fn judge(&mut self, run: &Run, for_good: bool, record: &Record) -> Vec<Lint> {
        if self.later.len() > self.most {
            run.looks_at(self.later.len());
            self.later.retain(|suspect| {
                run.fold.task(suspect.task).is_some_and(|task| suspect.is_lost(task))
            });
            self.most = MANY.max(2 * self.later.len());
        }
        let silent = for_good && !run.listens();
        let alone = silent && run.others(record).is_some();
        let mut dropped = self.dropped(run, alone, record.seq);
        dropped.retain(|(task, why)| !self.stays(run, task, *why));
        if alone {
            // Nothing will happen any more, so this is the last look.
            self.now.append(&mut self.later);
            // (What is lost may be what these wait for.)
            if dropped.is_empty() {
                self.now.extend(uncalled(run));
                self.now.extend(unheard(run));
            }
        }
        let mut alive = run.alive();
        let one = alone && alive.next().is_some() && alive.next().is_none();
        run.looks_at(self.now.len());
        let mut found: Vec<Lint> =
            dropped.iter().map(|(task, why)| lint(run, task, *why, record.seq)).collect();
        for suspect in std::mem::take(&mut self.now) {
            let task = run.fold.task(suspect.task);
            let Some(task) = task.filter(|task| suspect.is_lost(task)) else { continue };
            let certain = if task.kind == Kind::Main { one } else { alone };
            if self.stays(run, task, suspect.why)
                || dropped.iter().any(|(told, _)| told.id == task.id)
            {
                continue;
            }
            if may_be_meant(task) && !certain {
                self.later.push(suspect);
            } else {
                found.push(lint(run, task, suspect.why, record.seq));
            }
        }
        together(found)
    }

    /// Is it a task that nothing awaits, and that is there to keep something?
    fn stays(&mut self, run: &Run, task: &Task, why: Why) -> bool {
        let made = may_stay(run, task, why);
        made.is_some_and(|at| *self.to_stay.entry(key(at)).or_insert_with(|| is_to_stay(at)))
    }

    /// The tasks that have no waker left, by the runtime's own count, and that nothing can abort.
    fn dropped<'a>(&mut self, run: &'a Run, alone: bool, now: u64) -> Vec<(&'a Task, Why)> {
        // Without such a sign, seldom: a waker within another one looks like kettle's own.
        let some = self.outside || !self.later.is_empty();
        let every = if some { 1 } else { SELDOM };
        let due = now.saturating_sub(self.asked) >= every * run.fold.alive() as u64;
        if !run.now || !(due || alone) {
            return Vec::new();
        }
        self.asked = now;
        run.looks_at(run.fold.alive());
        without_waker(run, alone)
    }
}

/// Of main and the tasks of local sets, whose references the runtime doesn't count: those that have left wakers in kettle
/// alone, if none of these is there any more, or none at all, where what they polled had another waker.
fn unheard(run: &Run) -> Vec<Suspect> {
    if signals_may_come() {
        return Vec::new();
    }
    let left = |task: &&Task| {
        let waits = task.kind != Kind::Task && task.state == State::Waiting;
        waits && task.clones == 0 && task.stored() == 0
    };
    run.alive().filter(left).map(|task| Suspect::of(task, Why::of(task))).collect()
}

/// As the runtime counts. `alone`: nothing can happen any more, or nothing but the end of a limit.
fn without_waker(run: &Run, alone: bool) -> Vec<(&Task, Why)> {
    let known = waiting().into_iter().filter_map(|(id, references)| {
        let spawned = |task: &&Task| task.kind == Kind::Task && task.state == State::Waiting;
        let task = run.fold.task(id).filter(spawned)?;
        let certain = match references {
            0 => true,
            1 if is_joined_for_good(run, id) => true, // the reference is that handle
            handles => alone && handles == task.handles,
        };
        certain.then(|| (task, Why::of(task)))
    });
    known.collect()
}

/// Which tasks are lost, all timers left out?
pub(super) fn without_timers(run: &Run, after: u64) -> Option<Lint> {
    let stays = |(task, why): &(&Task, Why)| may_stay(run, task, *why).is_some_and(is_to_stay);
    let first = without_waker(run, true).into_iter().find(|one| !stays(one));
    let first = first.map(|(task, why)| lint(run, task, why, after));
    let called = |suspect: &Suspect| run.fold.task(suspect.task);
    first.or_else(|| {
        uncalled(run).iter().find_map(called).map(|task| lint(run, task, Why::NotCalled, after))
    })
}

impl Why {
    /// Of a task that has no waker left.
    fn of(task: &Task) -> Why {
        match (task.wakers, task.clones) {
            (0, _) => Why::NotStored,
            (_, 0) => Why::Gone,
            _ => Why::Dropped,
        }
    }
}

impl Suspect {
    fn of(task: &Task, why: Why) -> Suspect {
        Suspect { task: task.id, polls: task.polls, why }
    }

    fn is_lost(self, task: &Task) -> bool {
        let waits = task.polls == self.polls && task.state == State::Waiting;
        waits && (self.why != Why::NotStored || task.clones == 0 && task.stored() == 0)
    }
}

/// Where it was spawned, if it has left no waker and no task awaits it: what does the source say?
fn may_stay(run: &Run, task: &Task, why: Why) -> Option<Place> {
    task.made.filter(|_| why == Why::NotStored && !is_awaited(run, task.id))
}

/// Does any task wait for its end?
pub(super) fn is_awaited(run: &Run, task: Id) -> bool {
    !run.fold.waiters(Resource::Task(task)).is_empty()
}

/// Does the one task that awaits this handle wait for nothing else, and can nothing abort that one?
pub(super) fn is_joined_for_good(run: &Run, id: Id) -> bool {
    let waiters = run.fold.waiters(Resource::Task(id));
    let Some(joiner) = waiters.first().and_then(|waiter| run.fold.task(waiter.task?)) else {
        return false;
    };
    let only = joiner.stored() <= FEW
        && run.waits(joiner.id).len() == 1
        && joiner.clones == 0
        && !joiner.combined;
    let stays = joiner.kind == Kind::Main || joiner.handles == 0;
    only && stays && joiner.state == State::Waiting
}

/// Tasks that wait for code other than kettle's, of which none will run any more. (The host of a
/// local set waits for the tasks in it.)
fn uncalled(run: &Run) -> Vec<Suspect> {
    if signals_may_come() {
        return Vec::new();
    }
    let hosts = has_local_tasks(run);
    let waits = |task: &&Task| task.state == State::Waiting && has_wakers_outside(task, hosts);
    let only = run.alive().filter(waits).filter(|task| run.awaits(task).is_empty());
    only.map(|task| Suspect::of(task, Why::NotCalled)).collect()
}

/// Could it be aborted? Or is it main, which may stop for good so that the tasks that it has
/// spawned go on?
fn may_be_meant(task: &Task) -> bool {
    task.handles > 0 || task.kind == Kind::Main
}

fn lint(run: &Run, task: &Task, why: Why, after: u64) -> Lint {
    let name = run.name(task.id);
    let text = match why {
        Why::NotStored | Why::Dropped | Why::Gone => {
            format!("no waker of {name} is left: nothing can wake it")
        }
        Why::NotCalled => format!("{name} waits, and no code is left that could wake it"),
    };
    let note = match why {
        Why::NotStored => {
            "its last poll returned `Pending` and left none of its task's wakers anywhere. The loop polls a task again only \
             after a call of its waker, so this task hangs forever"
                .to_owned()
        }
        Why::Dropped => {
            "its last poll stored a waker outside kettle. Since then that waker has been dropped and \
             was not called: perhaps another task's waker took its place, or the code that had it ended with \
             an error. So this task hangs forever"
                .to_owned()
        }
        Why::Gone => "its last poll stored its waker in a future of kettle's. Since then that future was \
             polled with another waker, which took its place (only the newest is kept), or it was dropped. Or other code's \
             waker had this one inside, and did not pass on a call. So this task hangs forever"
            .to_owned(),
        Why::NotCalled => format!(
            "its waker {} outside kettle. But {}, {}, no task is ready, and {}: nothing will call that waker",
            if task.kind == Kind::Task { "is stored" } else { "was stored, and perhaps dropped," },
            run.of_timers(),
            "no task waits for a socket",
            run.of_threads()
        ),
    };
    let help = match why {
        Why::NotStored => {
            "before a future returns `Pending`, it must give `cx.waker().clone()` to the code that \
             will know when it can go on, and then look once more. It must do so at each poll: only \
             the latest waker of a task counts, and each task that waits needs a place for its own. If it polls others with a waker of its own, that must call the task's. If it polls another future or a stream: return `Pending` only if that has just \
             done so (ask a stream that gave an item once more), and keep it until the next poll: what is dropped wakes \
             nothing"
        }
        Why::Dropped => {
            "keep one waker for each waiting task, for example in a `Vec<Waker>`, and wake them all. And call \
             `wake()` on every way on which the code that has a waker ends, also with an error: a waker that is \
             dropped wakes nothing"
        }
        Why::Gone => {
            "a `JoinHandle`, a receiver and a `Sleep` keep one waker. Let one task await it (a `Sleep` of its own for each: \
             `sleep_until`), and keep it until it is ready; and to look whether it is \
             ready, ask `is_finished` or `try_recv` instead of polling it with `Waker::noop` or \
             `now_or_never` while another task waits. A waker that has another one inside must call that in `wake` and in \
             `wake_by_ref`: write `fn wake(self: Arc<Self>) { self.wake_by_ref() }`, and let `wake_by_ref` pass each call on"
        }
        Why::NotCalled => {
            "the code that changes what the task waits for must then take the stored waker and call \
             `wake()` on it, after the change, also when it ends with an error or is dropped; and each task that waits needs a \
             place of its own for its waker. If it does: store the waker first and then look, or look once more, since a change in \
             between wakes nothing; and a future that is dropped must take its waker out of a list of which one is \
             woken, since a wake-up that goes to it is lost to the next. If the task waits at a channel of another crate, drop the senders that are \
             no longer needed; at a lock of another crate, drop the guard, also one that the task itself has; for a future that \
             several share (`Shared`), look for a circle: one that awaits itself, by way of others, is never ready"
        }
    };
    let lint = Lint::new(LintKind::LostWakeup, Some(name), text, after);
    let is_main = task.kind == Kind::Main && task.at.is_some();
    let lint = if is_main { lint } else { run.birth(lint, task) };
    lint.spot(task.at, format!("{name} was last seen here")).note(note).help(help)
}

/// Of several that were spawned at one line the first is told of; of the others, which they are.
fn together(found: Vec<Lint>) -> Vec<Lint> {
    let mut all: Vec<(Lint, Vec<Name>)> = Vec::new();
    for lint in found {
        match all.iter_mut().find(|(first, _)| first.place() == lint.place()) {
            Some((_, others)) => others.extend(lint.task),
            None => all.push((lint, Vec::new())),
        }
    }
    let told = |(lint, others): (Lint, Vec<Name>)| match &others[..] {
        [] => lint,
        [one] => lint.note(format!("so does {one}, which was spawned at the same line")),
        _ => {
            let more = others.len().saturating_sub(SHOWN);
            let names: Vec<_> = others.iter().take(SHOWN).map(Name::to_string).collect();
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let names = names.join(", ");
            lint.note(format!("so do {names}{more}, which were spawned at the same line"))
        }
    };
    all.into_iter().map(told).collect()
}

/// Does `block_on`'s future wait for a task that is lost, or is it lost itself? (It may be lost on purpose,
/// so that is no answer while other tasks are left, unless one of them is lost, too.)
pub(super) fn is_behind_it_all(run: &Run) -> bool {
    let mut at = run.main();
    for _ in run.alive() {
        let Some(task) = at else { return true };
        match run.waits(task.id).first().map(|wait| wait.on) {
            None if task.kind == Kind::Main => {
                let others = || run.alive().filter(|task| task.kind != Kind::Main);
                return others().next().is_none()
                    || others().any(|task| is_held_nowhere(run, task));
            }
            None => return !is_shared(run, task),
            // (A job is no task, and a task of another runtime is none of these.)
            Some(Resource::Task(task)) if run.fold.task(task).is_none() => return false,
            Some(Resource::Task(task)) => at = run.fold.task(task),
            // Which task has the other end of a pipe is not told.
            Some(Resource::Sync(SyncKind::Pipe, ..)) => {
                return run.alive().any(|task| is_held_nowhere(run, task) && !is_shared(run, task));
            }
            Some(_) => return false,
        }
    }
    false
}

/// Does code outside kettle have its waker, though it seemed to be kettle that had it? So it is if several tasks poll one
/// future, whose own waker is at what that waits for.
pub(super) fn is_shared(run: &Run, task: &Task) -> bool {
    let counted = || waiting().into_iter().find(|(id, _)| *id == task.id);
    run.now
        && task.clones == 0
        && counted().is_some_and(|(_, references)| references > task.handles)
}

fn is_held_nowhere(run: &Run, task: &Task) -> bool {
    task.state == State::Waiting && run.waits(task.id).is_empty()
}
