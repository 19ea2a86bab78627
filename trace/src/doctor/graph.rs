//! Who waits for whom?
//!
//! Each open wait can be ended by something: a task, a job, the clock, what is outside, or whoever
//! has a handle. It is certain of a timer, of a task's or a job's end, and of a lock: whoever has
//! its guard must drop it, unless the guard owns its lock and may be anywhere. A permit, a value or
//! a notification can come from any task.
//!
//! A task *needs* others if it waits for one thing alone, and that is certain to be ended by them.
//! Tasks that need each other in a circle wait forever.
//!
//! Interface: [`could_end`], [`circle`], [`table`], [`awaited`]. Not here: whether the program
//! hangs (`hang.rs`); what to write instead (`advice.rs`).

use std::collections::BTreeSet;

use kettle_events::{Id, Kind, Place, Resource, ScopeKind, SyncKind, Units};

use super::lint::{Lint, span};
use super::run::Run;
use crate::fold::{Holder, State, Task, Wait};
use crate::words::of_sync;
use crate::words::sentences::verb;
use crate::words::teller::count;
use crate::words::text::Out;

/// So many tasks, so many waits of one, and so many holders of one thing, are shown.
pub(super) const SHOWN: usize = 8;
/// With more tasks, nothing is said of a circle.
const LONGEST: usize = 64;

/// What could end a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ender {
    Task(Id),
    Job(Id),
    Clock,
    /// Another runtime, or what isn't this process.
    Outside,
    /// Whoever has a handle, a permit or an owned guard.
    Anyone,
}

/// Who could end this wait; is it certain that this one must?
pub(super) fn could_end(run: &Run, wait: &Wait) -> Vec<(Ender, bool)> {
    match wait.on {
        Resource::Timer(_) => vec![(Ender::Clock, true)],
        Resource::Source(..) => vec![(Ender::Outside, false)],
        Resource::Task(id) => match (run.fold.task(id), run.fold.job(id)) {
            (Some(task), _) if !task.is_over() => vec![(Ender::Task(id), true)],
            (_, Some(job)) if job.out => vec![(Ender::Job(id), true)],
            _ => vec![(Ender::Outside, false)],
        },
        Resource::Sync(kind, ..) if kind.is_lock() => of_a_lock(run, wait),
        Resource::Sync(SyncKind::Semaphore, ..) => {
            let all = run.holders(wait.on).iter().map(|(_, holder)| (by(*holder), false));
            all.chain([(Ender::Anyone, false)]).collect()
        }
        _ => vec![(Ender::Anyone, false)],
    }
}

/// What must be given back before this waiter's turn comes.
fn of_a_lock(run: &Run, wait: &Wait) -> Vec<(Ender, bool)> {
    let Some(known) = run.sync(wait.on) else { return vec![(Ender::Anyone, false)] };
    // A future that was given it has its turn, and may leave.
    if let Some(next) = run.handed(wait.on) {
        return vec![(next.task.map_or(Ender::Anyone, Ender::Task), false)];
    }
    let first = run.fold.waiters(wait.on).into_iter().next();
    let first = first.filter(|first| first.wait != wait.waiter.wait);
    if let Some(task) = first.and_then(|first| first.task).filter(|_| !known.is_exclusive()) {
        return vec![(Ender::Task(task), true)];
    }
    // A reader that is the first in line waits for any of so many others to go.
    let each = known.is_exclusive() || matches!(wait.on, Resource::Sync(_, _, Units::All, _));
    let certain = |holder: &Holder| each && !holder.owned && holder.task.is_some();
    known.holders.iter().map(|(_, holder)| (by(*holder), certain(holder))).collect()
}

fn by(holder: Holder) -> Ender {
    holder.task.map_or(Ender::Anyone, Ender::Task)
}

/// The tasks that all must do something before this one can go on; none if anything else may help.
fn needs(run: &Run, task: Id) -> Vec<Id> {
    run.looks_at(1);
    let waits = |task: &&Task| task.state == State::Waiting;
    let Some(task) = run.fold.task(task).filter(waits) else { return Vec::new() };
    let [only] = &run.few(task)[..] else { return Vec::new() };
    let certain = could_end(run, only).into_iter().map(|ender| match ender {
        (Ender::Task(task), true) => Some(task),
        _ => None,
    });
    certain.collect::<Option<Vec<Id>>>().unwrap_or_default()
}

/// The tasks from this one along what each of them needs, if they come back to it; the oldest
/// first.
pub(super) fn circle(run: &Run, start: Id) -> Option<Vec<Id>> {
    let mut seen = BTreeSet::from([start]);
    let mut way = vec![start];
    // For each task of the way those that are still to be looked at.
    let mut ahead = vec![needs(run, start)];
    loop {
        let Some(next) = ahead.last_mut()?.pop() else {
            ahead.pop();
            way.pop();
            continue;
        };
        if next == start {
            let oldest = (0..way.len()).min_by_key(|index| way[*index])?;
            way.rotate_left(oldest);
            return Some(way);
        }
        if seen.len() < LONGEST && seen.insert(next) {
            way.push(next);
            ahead.push(needs(run, next));
        }
    }
}

/// Does one of these tasks wait for such a thing?
pub(super) fn any_waits(run: &Run, tasks: &[Id], such: impl Fn(Resource) -> bool) -> bool {
    let tasks = tasks.iter().filter_map(|id| run.fold.task(*id));
    tasks.flat_map(|task| run.open(task)).any(|wait| such(wait.on))
}

/// The table of open waits: each of these tasks once, and the jobs that have not ended.
pub(super) fn table(run: &Run, tasks: &[Id], mut lint: Lint) -> Lint {
    for task in tasks.iter().filter_map(|id| run.fold.task(*id)).take(SHOWN) {
        lint = row(run, task, lint);
    }
    if tasks.len() > SHOWN {
        lint = lint.note(format!("not shown: {}", count(tasks.len() - SHOWN, "more waiting task")));
    }
    for (id, job) in run.fold.jobs().filter(|(_, job)| job.out).take(SHOWN) {
        lint = match run.fold.wait_of_job(id) {
            Some(wait) => of_wait(run, (id, job.made), &wait, lint),
            None => lint.spot(job.made, format!("{}, asked for here, has not ended", run.name(id))),
        };
    }
    lint
}

fn row(run: &Run, task: &Task, mut lint: Lint) -> Lint {
    let (name, waits) = (run.name(task.id), run.open(task));
    if is_undriven(task) {
        let note = format!("{name} is ready, but no task polls the `LocalSet` that it is in");
        return run.birth(lint, task).note(note);
    }
    if waits.is_empty() {
        return run.birth(lint, task).note(match task.clones {
            None => format!("no wait of {name} is open"),
            Some(0) => format!("no waker of {name} is left"),
            Some(1) => format!("1 clone of {name}'s waker is with code that isn't kettle's"),
            Some(n) => format!("{n} clones of {name}'s waker are with code that isn't kettle's"),
        });
    }
    // A set awaits each of its tasks, at the line that spawned it.
    let of_a_set = waits.iter().any(|wait| is_of_a_set(wait.on));
    let of_itself = |wait: &&Wait| !(of_a_set && matches!(wait.on, Resource::Task(_)));
    for wait in waits.iter().filter(of_itself).take(SHOWN) {
        lint = of_wait(run, (task.id, task.made), wait, lint);
        let stack = run.stacks.as_ref().map(|stacks| stacks.of(wait)).unwrap_or_default();
        if !stack.is_empty() {
            let from_outside: Vec<String> = stack.iter().rev().map(ToString::to_string).collect();
            let what = awaited(run, wait.on, task.id);
            lint = lint.note(format!("{name} waits {what} in\n{}", from_outside.join("\n")));
        }
    }
    lint
}

/// Who waits (and was made here), where, for what, and what ends that, where it is certain or was
/// taken.
fn of_wait(run: &Run, (id, made): (Id, Option<Place>), wait: &Wait, lint: Lint) -> Lint {
    let what = awaited(run, wait.on, id);
    let (place, since) = (branches(run, wait), span(wait.waiter.began));
    let what = format!("{} waits {what}{place}, from {since} on", run.name(id));
    let mut lint = lint.spot(wait.waiter.at.or(made), what);
    let (Resource::SyncValue(_, sync) | Resource::Sync(_, sync, ..)) = wait.on else { return lint };
    let Some(known) = run.fold.primitive(sync) else { return lint };
    let thing = run.thing(sync);
    if let Some(next) = run.handed(wait.on).filter(|_| !known.kind.is_channel()) {
        lint = lint.spot(next.at, format!("the future whose turn it is at {thing} waits here"));
    }
    for (units, holder) in known.holders.iter().rev().take(SHOWN) {
        let by = match holder.task {
            Some(task) if run.fold.task(task).is_some() || run.fold.job(task).is_some() => {
                run.name(task).to_string()
            }
            Some(_) => "a task that has ended".to_owned(),
            None => "code outside tasks".to_owned(),
        };
        let took = match (known.kind, *units) {
            (SyncKind::OnceCell, _) => "began to initialise".to_owned(),
            (SyncKind::Mpsc, Units::Count(some)) => {
                format!("reserved {} of", count(some as usize, "place"))
            }
            (SyncKind::Semaphore, Units::Count(some)) => {
                format!("took {} of", count(some as usize, "permit"))
            }
            _ => "took".to_owned(),
        };
        lint = lint.spot(holder.at, format!("{by} {took} {thing} here"));
    }
    if known.holders.is_empty() && known.made != wait.waiter.at {
        lint = lint.spot(known.made, format!("{thing} was made here"));
    }
    lint
}

/// In which branch of which `select!`, `join!` or `timeout` is it, from the inside out? A set's
/// branch is a task.
fn branches(run: &Run, wait: &Wait) -> String {
    let name = |(kind, nth)| match kind {
        ScopeKind::Select => format!(", in branch {nth} of a `select!`"),
        ScopeKind::Join => format!(", in branch {nth} of a `join!`"),
        ScopeKind::TryJoin => format!(", in branch {nth} of a `try_join!`"),
        ScopeKind::Timeout => ", in a `timeout`".to_owned(),
        ScopeKind::Set | ScopeKind::LocalSet => String::new(),
    };
    run.fold.scopes_around(wait.waiter.scope).map(name).collect()
}

/// Is it the next task of a `JoinSet` that is awaited?
fn is_of_a_set(on: Resource) -> bool {
    matches!(on, Resource::SyncValue(SyncKind::JoinSet, _))
}

/// While the thread sleeps: is it a task of a local set that would be polled if any task polled the
/// set?
pub(super) fn is_undriven(task: &Task) -> bool {
    task.kind == Kind::Local && task.state == State::Queued
}

/// The end of "waits …".
pub(super) fn awaited(run: &Run, on: Resource, by: Id) -> String {
    match on {
        Resource::SyncValue(SyncKind::JoinSet, set) => {
            format!("for the next task of {} to end", run.thing(set))
        }
        Resource::SyncValue(_, channel) => format!("for a value from {}", run.thing(channel)),
        Resource::Sync(kind, sync, units, _) => {
            let mut text = Out::new();
            of_sync::awaited(&mut text, &run.thing(sync), kind, units);
            text.into_string().expect("it is text")
        }
        Resource::SyncClosed(kind, channel) if kind.is_channel() => {
            format!("for the other end of {} to be dropped", run.thing(channel))
        }
        Resource::SyncClosed(_, sync) => format!("for the receivers of {} to go", run.thing(sync)),
        Resource::Task(task) if task == by => "for itself to end".to_owned(),
        Resource::Task(task) if run.fold.task(task).is_none() && run.fold.job(task).is_none() => {
            "for a task of another runtime to end".to_owned()
        }
        Resource::Task(task) => format!("for {} to end", run.name(task)),
        Resource::Timer(_) => "for a timer to fire".to_owned(),
        Resource::Source(source, direction) => {
            let what = run.fold.source_of(source).map_or("something", |source| source.what);
            format!("to {} a source of the system ({what})", verb(direction))
        }
        _ => "for something".to_owned(),
    }
}
