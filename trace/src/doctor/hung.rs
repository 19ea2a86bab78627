//! What does each task of a program that hangs wait for, and what would end that?
//!
//! A verdict names for each task the wait, its place, and what holds it up: the tasks that hold a lock,
//! the senders that a channel still has and where it was made, the tasks that a barrier misses, what the
//! task that receives from a channel is at instead.
//!
//! Interface: [`tell`], [`kept_from_jobs`]. Not here: whether the program hangs (`deadlock.rs`); what to write
//! instead (`advice.rs`).

use kettle_events::{Cause, Id, Kind, Place, Resource, SyncKind, Units};

use super::channels::{is_held_open, of_what_lies, receiver, taken_room, unread, unserved};
use super::lint::Lint;
use super::run::Run;
use super::statement::{awaits_a_limit, here};
use crate::fold::{Holder, Primitive, State, Task, Wait};
use crate::words::of_a_source::verb;
use crate::words::of_sync;
use crate::words::teller::count;
use crate::words::whose::is_kettles;

/// So many holders of one thing are named.
const SHOWN: usize = 8;

/// What this task waits for, where, and what could end that.
pub(super) fn tell(run: &Run, id: Id, mut lint: Lint) -> Lint {
    let Some(task) = run.fold.task(id) else { return lint };
    let name = run.name(id);
    let waits = of_task(run, task);
    if is_undriven(task) {
        let note = format!("{name} is ready, but no task polls the `LocalSet` that it is in");
        return run.birth(lint, task).note(note);
    }
    if waits.is_empty() && task.clones > 0 && has_local_tasks(run) {
        return run.birth(lint, task).note(format!("{name} waits for the tasks of a `LocalSet`"));
    }
    if waits.is_empty() {
        return run.birth(lint, task).note(format!("no waker of {name} is left in kettle"));
    }
    let asks = asks(&waits.iter().map(|wait| wait.on).collect::<Vec<_>>());
    if let Some(unread) = asks.then(|| unread(run, |other| other == id)).flatten() {
        lint = lint.note(of_what_lies(run, unread, Some(task)));
    }
    if has_wakers_outside(task, has_local_tasks(run)) {
        lint = lint.note(format!(
            "other code, or a `LocalSet`, has wakers of {name}, too, and no code is left that could call them"
        ));
    }
    // A set awaits each of its tasks, at the line that spawned it.
    let of_a_set = waits.iter().any(|wait| is_of_a_set(wait.on));
    let of_itself = |wait: &Wait| !(of_a_set && matches!(wait.on, Resource::Task(_)));
    for wait in waits.into_iter().filter(of_itself) {
        let what = awaited(run, wait.on, id);
        let (at, what) = match (run.awaited_at(&wait), made_of(run, wait.on)) {
            (Some(at), _) => (Some(at), what),
            (None, Some((made, how))) if task.kind == Kind::Main => {
                (Some(made), format!("{what}, which was {how} here"))
            }
            _ if task.kind == Kind::Main => (task.made, what),
            _ => (task.made, format!("{what}, and was spawned here")),
        };
        lint = lint.spot(at, format!("{name} waits {what}"));
        if let Some(note) = who_could(run, wait.on) {
            lint = lint.note(note);
        }
        if matches!(wait.on, Resource::SyncValue(kind, _) if kind.is_channel())
            && let Some((channel, known, receiver)) = unserved(run, |other| other == id)
        {
            let what = format!("{} was made here", run.thing(channel));
            lint = lint.spot(known.made, what);
            lint = lint.note(of_what_lies(run, (channel, known), receiver));
        }
        if let Some((made, what)) = made_where(run, wait.on) {
            lint = lint.spot(Some(made), what);
        }
        if let Some((other, known)) = called_instead(run, wait.on) {
            let name = run.thing(other);
            lint = lint.spot(known.made, format!("{name} was made here"));
            lint = lint.note(format!("{name} was called, and no task waits there"));
        }
        if let Resource::Sync(_, sync, ..) | Resource::SyncValue(SyncKind::Mpsc, sync) = wait.on {
            lint = whose(run, sync, lint);
        }
    }
    lint
}

/// What it waits for. If its latest poll has left no waker, an earlier one has: what is in a
/// combinator is not polled each time.
pub(super) fn of_task(run: &Run, task: &Task) -> Vec<Wait> {
    let mut waits = run.awaits(task);
    if waits.is_empty() {
        return run.waits(task.id);
    }
    // A timer has led to its latest poll. If something is awaited since then for the first time, and that timer was a
    // limit, or was awaited at the same place, as in a `select!`: what was awaited beside it is over, though its waker
    // may still be there. (What a `join!` awaits beside one of its branches goes on.)
    let fired = task.woken_by.filter(|wake| wake.by == Cause::Timer).map(|wake| wake.seq);
    if let Some(fired) = fired.filter(|fired| waits.iter().any(|wait| wait.waiter.since > *fired)) {
        let limited = task.timer_at.is_some_and(awaits_a_limit);
        let beside = |wait: &Wait| limited || wait.waiter.at == task.timer_at;
        waits.retain(|wait| {
            wait.waiter.since > fired || !leaves_its_waker(wait.on) || !beside(wait)
        });
    }
    waits
}

/// When such a wait is given up, no event says so.
fn leaves_its_waker(on: Resource) -> bool {
    matches!(on, Resource::SyncValue(kind, _) if kind.is_channel())
}

/// Is it the next task of a `JoinSet` that is awaited?
pub(super) fn is_of_a_set(on: Resource) -> bool {
    matches!(on, Resource::SyncValue(SyncKind::JoinSet, _))
}

/// While the thread sleeps: is it a task of a local set that would be polled if any task polled the set?
pub(super) fn is_undriven(task: &Task) -> bool {
    task.kind == Kind::Local && task.state == State::Queued
}

/// Has it given wakers to code outside kettle? (If there are `hosts` of a local set, its tasks have theirs.)
pub(super) fn has_wakers_outside(task: &Task, hosts: bool) -> bool {
    task.clones > 0 && (task.kind == Kind::Local || !hosts)
}

pub(super) fn has_local_tasks(run: &Run) -> bool {
    run.alive().any(|task| task.kind == Kind::Local)
}

/// Is this neither a task of this runtime, nor a job that it has given out?
pub(super) fn is_foreign(run: &Run, id: Id) -> bool {
    run.fold.task(id).is_none() && !run.fold.job(id).is_some_and(|job| job.out)
}

/// Does this task wait for a value of a channel?
pub(super) fn asks(waits: &[Resource]) -> bool {
    waits.iter().any(|on| matches!(on, Resource::SyncValue(kind, _) if kind.is_channel()))
}

/// If this is a `Notify` that was never called: another one, that was, and at which no task has ever waited or taken that.
pub(super) fn called_instead(run: &Run, on: Resource) -> Option<(Id, &Primitive)> {
    let Resource::Sync(SyncKind::Notify, sync, ..) = on else { return None };
    run.fold.primitive(sync).filter(|known| known.uses == 0)?;
    run.fold.primitives().find(|(_, known)| {
        known.kind == SyncKind::Notify && known.count == Some(1) && known.waits == 0
    })
}

/// Where the program has made what is awaited there, and how.
fn made_of(run: &Run, on: Resource) -> Option<(Place, &'static str)> {
    let (made, how) = match on {
        Resource::Task(task) => match run.fold.task(task) {
            Some(task) => (task.made, "spawned"),
            None => (run.handed_out(task), "spawned"),
        },
        Resource::SyncValue(_, sync) | Resource::Sync(_, sync, ..) => {
            (run.fold.primitive(sync)?.made, "made")
        }
        _ => return None,
    };
    Some((made.filter(|made| !is_kettles(made.file()))?, how))
}

/// Where something was made of which too much or too little is left, and what that is.
fn made_where(run: &Run, on: Resource) -> Option<(Place, String)> {
    let (Resource::SyncValue(kind, sync) | Resource::Sync(kind, sync, ..)) = on else {
        return None;
    };
    let known = run.fold.primitive(sync)?;
    let name = run.thing(sync);
    let what = match (kind, on) {
        (SyncKind::Mpsc, Resource::SyncValue(..)) => kept_senders(&name, known)?,
        (SyncKind::Broadcast | SyncKind::Watch, _) => {
            format!("{name} was made here, and a sender of it is still kept")
        }
        (SyncKind::Barrier, _) => {
            format!("{name} was made here, for {}", count(known.first?, "task"))
        }
        _ => return None,
    };
    Some((known.made?, what))
}

fn kept_senders(name: &str, known: &Primitive) -> Option<String> {
    let left = count(known.senders.filter(|senders| *senders > 0)?, "sender");
    let kept = if known.senders == Some(1) { "is" } else { "are" };
    Some(format!("{name} was made here, and {left} of it {kept} still kept"))
}

/// What a blocking job may wait for: the channels at which no task waits, and that have senders; the locks
/// that tasks have taken.
pub(super) fn kept_from_jobs(run: &Run, mut lint: Lint) -> Lint {
    let out = run.fold.jobs().filter(|(_, job)| job.out);
    let (queued, taken): (Vec<_>, Vec<_>) = out.partition(|(_, job)| job.waited.is_none());
    if !queued.is_empty() {
        let (queued, taken) = (count(queued.len(), "job"), taken.len());
        let wait = if queued == "1 job" { "waits" } else { "wait" };
        lint = lint.note(format!(
            "{taken} of {taken} threads of the pool are taken, and {queued} {wait} in its queue for one"
        ));
    }
    for (id, job) in taken.iter().take(SHOWN).chain(queued.iter().take(SHOWN)) {
        let state = if job.waited.is_some() { "has a thread" } else { "waits for a thread" };
        let what = format!("{}{} {state} of the pool", run.name(*id), run.of_fs(*id));
        lint = lint.spot(run.handed_out(*id), what);
    }
    let jobs = run.fold.jobs().filter_map(|(id, _)| Some((id, run.fold.wait_of_job(id)?)));
    for (id, wait) in jobs.take(SHOWN) {
        let what = format!("{} waits {} on its thread", run.name(id), awaited(run, wait.on, id));
        lint = lint.spot(wait.waiter.at, what);
    }
    let all: Vec<_> = run.fold.primitives().collect();
    let asks = |known: &Primitive| {
        known.value.is_some_and(|waiter| waiter.task.is_some_and(|id| run.fold.task(id).is_some()))
    };
    let open = all.iter().filter(|(_, known)| known.kind.is_channel() && !asks(known));
    for (id, known) in open.take(SHOWN) {
        if let Some(what) = kept_senders(&run.thing(*id), known) {
            lint = lint.spot(known.made, what);
        }
    }
    let taken = all.iter().filter(|(_, known)| known.kind.is_lock() && !known.holders.is_empty());
    for (id, _) in taken.take(SHOWN) {
        lint = whose(run, *id, lint);
    }
    lint
}

/// The tasks that hold some of it; or the future that was given it and does not take it.
fn whose(run: &Run, sync: Id, mut lint: Lint) -> Lint {
    let Some(known) = run.fold.primitive(sync) else { return lint };
    let name = run.thing(sync);
    lint = lint.spot(known.forgot, format!("permits of {name} were forgotten here"));
    let newest = known.holders.iter().rev().take(SHOWN);
    // One that shares it, and has no task, is not known by name any more.
    let named = |holder: &Holder| holder.task.is_some() || known.is_exclusive();
    for (units, holder) in newest.filter(|(_, holder)| named(holder)) {
        let took = match (known.kind, *units) {
            (SyncKind::RwLock, Units::All) => format!("took {name} to write"),
            (SyncKind::RwLock, _) => format!("took {name} to read"),
            (SyncKind::OnceCell, _) => format!("began to initialise {name}"),
            (SyncKind::Mpsc, Units::Count(1)) => format!("reserved a place of {name}"),
            (SyncKind::Mpsc, Units::Count(some)) => format!("reserved {some} places of {name}"),
            (_, Units::Count(1)) => format!("took a permit of {name}"),
            (_, Units::Count(some)) => format!("took {some} permits of {name}"),
            (_, Units::All) => format!("took {name}"),
        };
        let by = holder_name(run, *holder);
        lint = match holder.at {
            Some(at) => lint.spot(Some(at), format!("{by} {took} {}", here(at))),
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
    match holder.task {
        Some(task) if run.goes_on(task) => run.name(task).to_string(),
        Some(_) => "a task that has ended".to_owned(),
        None => "code outside tasks".to_owned(),
    }
}

/// The end of "waits …".
pub(super) fn awaited(run: &Run, on: Resource, by: Id) -> String {
    match on {
        Resource::SyncValue(SyncKind::JoinSet, set) => {
            format!("for the next task of {} to end", run.thing(set))
        }
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
        Resource::Task(task) if is_foreign(run, task) => {
            "for a task of another runtime to end".to_owned()
        }
        Resource::Task(task) => format!("for {}{} to end", run.name(task), run.of_fs(task)),
        Resource::Timer(_) => "for a timer to fire".to_owned(),
        Resource::Source(source, direction) => {
            let what = run.fold.source_of(source).map_or("something", |source| source.what);
            format!("to {} a source of the system ({what})", verb(direction))
        }
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
            } else if is_held_open(run, id) {
                format!(
                    "{name} is empty, and its receiver has closed it: `recv` returns `None` only after each `Permit` of \
                     `reserve` has been used or dropped"
                )
            } else {
                format!(
                    "{name} is empty and still has {senders}: `recv` returns `None` only after the \
                     last sender has been dropped"
                )
            })
        }
        Resource::Sync(SyncKind::Mpsc, id, ..) => {
            let known = run.fold.primitive(id)?;
            let (name, values) = (run.thing(id), count(known.room?, "value"));
            if let Some(taken) = taken_room(known) {
                let by = match known.held {
                    0 => "by a `send` or `reserve` that is no longer polled",
                    held if held >= taken => {
                        "by a `Permit` of `reserve` that was neither used nor dropped"
                    }
                    _ => {
                        "by a `Permit` of `reserve` that was neither used nor dropped, and by a `send` or `reserve` that is \
                         no longer polled"
                    }
                };
                let (taken, is) = (count(taken, "place"), if taken == 1 { "is" } else { "are" });
                return Some(format!(
                    "{name} has room for {values}, and {taken} of it {is} taken without a value: {by}"
                ));
            }
            let at = receiver(run, known)
                .and_then(|task| Some((task.id, of_task(run, task).first()?.on)))
                .map(|(task, on)| (run.name(task), awaited(run, on, task)));
            Some(match at {
                Some((task, what)) => format!(
                    "{name} has room for {values} and is full, and {task}, which received from it last, \
                     waits {what}"
                ),
                None => format!(
                    "{name} has room for {values} and is full, and no task receives from it"
                ),
            })
        }
        Resource::Sync(SyncKind::Semaphore, sync, units, _) => {
            let known = run.fold.primitive(sync)?;
            let (name, free) = (run.thing(sync), count(known.count?, "permit"));
            Some(match (units, known.first) {
                (Units::Count(some), Some(first)) if known.never_had(units) => {
                    format!(
                        "{name} was made with {}: {some} at once can be had only after `add_permits`",
                        count(first, "permit")
                    )
                }
                _ if known.holders.is_empty() && known.line.len() > 1 && known.count > Some(0) => {
                    format!(
                        "what is free of {name} is put aside for the first in line, until that has enough"
                    )
                }
                _ => format!("{name} has {free} free"),
            })
        }
        Resource::Sync(SyncKind::Barrier, sync, ..) => {
            let known = run.fold.primitive(sync)?;
            let left = if known.unheard { "; a wait that was dropped counts, too" } else { "" };
            let again = if known.has_opened() { "opens again" } else { "opens" };
            let (name, missing) = (run.thing(sync), count(known.count?, "task"));
            let have = if known.count == Some(1) { "has" } else { "have" };
            Some(format!("{name} {again} when {missing} more {have} come to it{left}"))
        }
        Resource::Sync(SyncKind::Notify, sync, ..) if run.fold.primitive(sync)?.uses == 0 => {
            Some(format!("no task has notified {} so far", run.thing(sync)))
        }
        Resource::Sync(SyncKind::Notify, sync, ..) if run.fold.primitive(sync)?.unheard => {
            Some(format!(
                "`notify_waiters` was called on {} while no task waited there: that stores nothing",
                run.thing(sync)
            ))
        }
        _ => None,
    }
}
