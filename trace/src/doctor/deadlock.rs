//! Can anything ever happen again?
//!
//! The thread goes to sleep, and the doctor asks what could wake it. Not a timer: the park has no
//! timeout. Not a socket, if no task waits for one; not a blocking job, if none is out; not a clone
//! of a waker, if there is none. What is left are other threads, which may hold a sender, a handle,
//! or the other end of anything. So it is certain only if this is the program's only thread (beside
//! the idle ones of kettle's pool).
//!
//! Or, in such a program, tasks wait for locks in a circle (`circle.rs`), each for the next one's and
//! for nothing else, and none has given anything away since it took its lock, with which the guard
//! could have gone. While anything else can happen, that is certain only if none of them has a handle left, by
//! which it could be aborted. So it is looked for once more when the run ends.
//!
//! Not here: a task without any waker left (`lost_wakeup.rs` reports it).

use std::collections::BTreeSet;

use kettle_events::{Event, Id, Record, Resource, SyncKind, Units};

use super::circle::circle;
use super::guard_across_await::Contended;
use super::lint::{Lint, LintKind};
use super::lost_wakeup::is_behind_it_all;
use super::run::Run;
use super::system::is_alone;
use crate::fold::{Holder, State, Task};
use crate::words::names::Name;
use crate::words::of_sync;
use crate::words::teller::count;

/// So many tasks are told of; of the rest, how many they are.
const SHOWN: usize = 8;

/// Circles that may yet be broken.
#[derive(Debug, Default)]
pub(super) struct Circles {
    /// One task of each.
    open: Vec<Id>,
}

impl Circles {
    pub(super) fn see(
        &mut self,
        run: &Run,
        guards: &mut Contended,
        record: &Record,
    ) -> Option<Lint> {
        match record.event {
            Event::Park { timeout } => self.at_park(run, guards, timeout.is_none(), record.seq),
            Event::RunEnd { .. } => at_end(run, record.seq),
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
        after: u64,
    ) -> Option<Lint> {
        if !run.now || run.has_jobs() {
            return None;
        }
        self.open.extend(guards.take_fresh());
        self.open.retain(|id| circle(run, *id).is_some());
        let silent = for_good && run.fold.timer_count() == 0 && !run.listens();
        if let Some(circle) = for_ever(run, self.open.iter().copied(), silent) {
            // A thread may have been given a guard.
            return is_alone().then(|| locked(run, &circle, after));
        }
        if !silent || !is_alone() || is_behind_it_all(run) {
            return None;
        }
        (!somebody_may_come(run)).then(|| stuck(run, after))
    }

    pub(super) fn len(&self) -> usize {
        self.open.len()
    }
}

/// The run ends: those whose handles have gone can't be aborted any more.
fn at_end(run: &Run, after: u64) -> Option<Lint> {
    if !run.now || run.has_jobs() {
        return None;
    }
    let locks = run.fold.primitives().filter(|(_, known)| known.kind.is_lock());
    let waited_for = locks.filter(|(_, known)| !known.line.is_empty());
    let holders = waited_for.flat_map(|(_, known)| &known.holders);
    let circle = for_ever(run, holders.filter_map(|(_, holder)| holder.task), false)?;
    is_alone().then(|| locked(run, &circle, after))
}

/// A circle that nothing will break. `silent`: nothing else can happen either, so no task that runs
/// could abort one of them.
pub(super) fn for_ever(
    run: &Run,
    holders: impl Iterator<Item = Id>,
    silent: bool,
) -> Option<Vec<Id>> {
    let may_end = |id: &Id| run.fold.task(*id).is_some_and(|task| task.handles > 0);
    let mut circles = holders.filter_map(|holder| circle(run, holder));
    circles.find(|circle| silent || !circle.iter().any(may_end))
}

/// Can a task be woken by a socket, or by something that has a clone of its waker? (Jobs are asked
/// about before.)
fn somebody_may_come(run: &Run) -> bool {
    let may_come = |task: &Task| task.state != State::Waiting || task.clones > 0;
    run.alive().any(may_come) || run.listens()
}

fn locked(run: &Run, circle: &[Id], after: u64) -> Lint {
    let text = match circle {
        [one] => format!("{} waits for {} that it holds itself", run.name(*one), held(run, *one)),
        _ => format!("{} tasks wait for each other's locks", circle.len()),
    };
    let mut lint = Lint::new(LintKind::Deadlock, None, text, after);
    for task in circle.iter().take(SHOWN) {
        lint = tell(run, *task, lint);
    }
    match circle {
        [one] => lint
            .note(format!(
                "only {} could drop the guard, and it waits here: it waits forever",
                run.name(*one)
            ))
            .help(
                "drop the guard before you lock again; or pass the guard, or `&mut` of what it \
                 guards, to the function that needs it",
            ),
        _ => lint
            .note(
                "each would release its lock only after it has got the next one: they wait forever",
            )
            .help("take the locks in the same order everywhere, or guard both values by one lock"),
    }
}

/// What it waits for, in the headline.
fn held(run: &Run, task: Id) -> &'static str {
    let waits = run.fold.task(task).map(|task| run.awaits(task)).unwrap_or_default();
    match waits.first().map(|wait| wait.on) {
        Some(Resource::Sync(SyncKind::OnceCell, ..)) => "the initialising of a cell",
        _ => "a lock",
    }
}

pub(super) fn stuck(run: &Run, after: u64) -> Lint {
    let mut all: Vec<(Name, Id)> = run.alive().map(|task| (run.name(task.id), task.id)).collect();
    all.sort_unstable();
    let joins = joins_in_a_circle(run, all.iter().map(|(_, id)| *id));
    // The tasks of the circle come first.
    all.sort_by_key(|(name, id)| (!joins.contains(id), *name));
    let text = match (all.len(), &joins[..]) {
        (_, [own]) => format!("{} waits for itself to end", run.name(*own)),
        (_, [_, _, ..]) => format!("{} tasks wait for each other to end", joins.len()),
        (1, _) => "main waits, and nothing is left that could wake it".to_owned(),
        (more, _) => format!(
            "main and {} wait, and nothing is left that could wake them",
            count(more - 1, "task")
        ),
    };
    let mut lint = Lint::new(LintKind::Deadlock, None, text, after);
    for (_, task) in all.iter().take(SHOWN) {
        lint = tell(run, *task, lint);
    }
    if all.len() > SHOWN {
        lint = lint.note(format!("not shown: {}", count(all.len() - SHOWN, "more waiting task")));
    }
    let help = match joins[..] {
        [] => advice(run, all.iter().map(|(_, id)| *id)),
        _ => {
            "a `JoinHandle` is ready only after its task has returned. So a task can't await its own \
             handle, nor the handle of a task that awaits it: leave the handles to the task that \
             spawned them"
        }
    };
    lint.note(
        "no timer is set, no task waits for a socket, no blocking job is running, and there is no \
         other thread: this program hangs forever",
    )
    .help(help)
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

/// What this task waits for, where, and what could end that.
fn tell(run: &Run, id: Id, mut lint: Lint) -> Lint {
    let Some(task) = run.fold.task(id) else { return lint };
    let name = run.name(id);
    let waits = run.awaits(task);
    if waits.is_empty() {
        return run.birth(lint, task).note(format!("no waker of {name} is left in kettle"));
    }
    for wait in waits {
        let what = awaited(run, wait.on, id);
        lint = lint.spot(wait.waiter.at.or(task.made), format!("{name} waits {what}"));
        if let Some(note) = who_could(run, wait.on) {
            lint = lint.note(note);
        }
        if let Resource::Sync(_, sync, ..) = wait.on {
            lint = whose(run, sync, lint);
        }
    }
    lint
}

/// The tasks that hold some of it; or the future that was given it and does not take it.
fn whose(run: &Run, sync: Id, mut lint: Lint) -> Lint {
    let Some(known) = run.fold.primitive(sync) else { return lint };
    let name = run.thing(sync);
    let newest = known.holders.iter().rev().take(SHOWN);
    // One that shares it, and has no task, is not known by name any more.
    let named = |holder: &Holder| holder.task.is_some() || known.is_exclusive();
    for (units, holder) in newest.filter(|(_, holder)| named(holder)) {
        let took = match (known.kind, *units) {
            (SyncKind::RwLock, Units::All) => format!("took {name} to write"),
            (SyncKind::RwLock, _) => format!("took {name} to read"),
            (SyncKind::OnceCell, _) => format!("began to initialise {name}"),
            (_, Units::Count(1)) => format!("took a permit of {name}"),
            (_, Units::Count(some)) => format!("took {some} permits of {name}"),
            (_, Units::All) => format!("took {name}"),
        };
        let by = holder_name(run, *holder);
        lint = match holder.at {
            Some(at) => lint.spot(Some(at), format!("{by} {took} here")),
            None => lint.note(format!("{by} {took}")),
        };
    }
    match known.handed.first() {
        Some((_, first)) if !known.kind.is_channel() => lint
            .spot(first.at, format!("the future whose turn it is at {name} began to wait here"))
            .note(format!(
                "{name} was given to that future, which was woken to take it. But the future is no \
                 longer polled, and it keeps its turn"
            )),
        _ => lint,
    }
}

fn holder_name(run: &Run, holder: Holder) -> String {
    holder.task.map_or_else(|| "code outside tasks".to_owned(), |task| run.name(task).to_string())
}

/// The end of "waits …".
fn awaited(run: &Run, on: Resource, by: Id) -> String {
    match on {
        Resource::SyncValue(_, channel) => format!("for a value from {}", run.thing(channel)),
        Resource::Sync(kind, sync, units, _) => {
            let mut text = String::new();
            of_sync::awaited(&mut text, run.thing(sync).as_str(), kind, units);
            text
        }
        Resource::SyncClosed(kind, channel) if kind.is_channel() => {
            format!("for the other end of {} to be dropped", run.thing(channel))
        }
        Resource::SyncClosed(_, sync) => format!("for the receivers of {} to go", run.thing(sync)),
        Resource::Task(task) if task == by => "for itself to end".to_owned(),
        Resource::Task(task) => format!("for {} to end", run.name(task)),
        _ => "for something".to_owned(),
    }
}

/// What would end this wait.
fn who_could(run: &Run, on: Resource) -> Option<String> {
    match on {
        Resource::SyncValue(kind, id) => {
            let senders = run.fold.primitive(id)?.senders?;
            let (name, senders) = (run.thing(id), count(senders, "sender"));
            Some(if kind == SyncKind::Oneshot {
                format!("{name} is empty, and its sender is neither used nor dropped")
            } else {
                format!(
                    "{name} is empty and still has {senders}: `recv` returns `None` only after the \
                     last sender has been dropped"
                )
            })
        }
        Resource::Sync(SyncKind::Mpsc, id, ..) => {
            let values = count(run.fold.primitive(id)?.room?, "value");
            let name = run.thing(id);
            Some(format!("{name} has room for {values} and is full, and no task receives from it"))
        }
        Resource::Sync(SyncKind::Semaphore, sync, ..) => {
            let free = count(run.fold.primitive(sync)?.count?, "permit");
            Some(format!("{} has {free} free", run.thing(sync)))
        }
        Resource::Sync(SyncKind::Barrier, sync, ..) => {
            let missing = count(run.fold.primitive(sync)?.count?, "task");
            Some(format!("{} opens when {missing} more have come to it", run.thing(sync)))
        }
        _ => None,
    }
}

fn advice(run: &Run, tasks: impl Iterator<Item = Id> + Clone) -> &'static str {
    let waits: Vec<Resource> = tasks
        .clone()
        .filter_map(|id| run.fold.task(id))
        .flat_map(|task| run.awaits(task))
        .map(|wait| wait.on)
        .collect();
    let any = |is: fn(&Resource) -> bool| waits.iter().any(is);
    let primitive = |on: &Resource| match *on {
        Resource::Sync(_, sync, ..) => run.fold.primitive(sync),
        _ => None,
    };
    let set_aside = |on: &Resource| {
        let known = primitive(on).filter(|known| !known.kind.is_channel());
        known.is_some_and(|known| !known.handed.is_empty())
    };
    // (A permit that it has is no lock: other tasks can release or add some.)
    let holds = |id: Id, on: Resource| {
        let lock = primitive(&on).filter(|known| known.kind.is_lock());
        lock.is_some_and(|lock| lock.holders.iter().any(|(_, holder)| holder.task == Some(id)))
    };
    let waits_of = |id| run.fold.task(id).map(|task| run.awaits(task)).unwrap_or_default();
    let own_lock = { tasks }.any(|id| waits_of(id).iter().any(|wait| holds(id, wait.on)));
    if waits.iter().any(set_aside) {
        "don't keep a future that has begun to wait and is no longer polled: let `select!` own it and \
         drop it, or spawn it, so that it is polled whatever else goes on"
    } else if own_lock {
        "two futures of one task wait for each other here, as branches of a `join!` do: take the locks in \
         the same order in both, or drop the first guard before the second lock"
    } else if any(|on| matches!(on, Resource::Sync(kind, ..) if kind.is_lock())) {
        "don't await other tasks while you hold a lock that they need: drop the guard first"
    } else if any(|on| matches!(on, Resource::Sync(SyncKind::Mpsc, ..))) {
        "receive while other tasks send: move the loop that receives into a task of its own. If no more \
         values are wanted, drop the receiver"
    } else if any(|on| matches!(on, Resource::Sync(SyncKind::Semaphore, ..))) {
        "a task that waits for more permits of a semaphore should hold none of it: acquire all at once with \
         `acquire_many`, or drop the permits first. A permit that was forgotten comes back only by \
         `add_permits`"
    } else if waits.iter().filter(|on| matches!(on, Resource::SyncValue(..))).count() > 1 {
        "if each task sends only after it has received, let one of them send first. If no more values \
         will come, drop every sender that is no longer needed"
    } else if any(|on| matches!(on, Resource::SyncValue(SyncKind::Oneshot, _))) {
        "send the value, or drop the sender, before you await the receiver"
    } else if any(|on| matches!(on, Resource::SyncValue(..))) {
        "drop every sender that is no longer needed, also the one that the others were cloned from: \
         `drop(tx)` before the loop that receives"
    } else {
        "look at the first place above: which code was to end that wait, and why has it not run?"
    }
}
