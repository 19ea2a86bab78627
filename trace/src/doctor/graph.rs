//! Who waits for whom?
//!
//! Only two kinds of wait name the task that must end them: a wait for a task's end, and a wait for
//! a lock, since whoever has its guard must drop it, unless the guard owns its lock and may be
//! anywhere. A permit, a value or a notification can come from any task.
//!
//! A task *needs* others if it has one open wait and they must end it. Tasks that need each other
//! in a circle wait forever.
//!
//! Interface: [`enders`], [`needed`], [`circle`], the questions of [`Run`] on waits; [`table`] for
//! verdicts. Not here: whether the program hangs (`hang.rs`); what to write instead
//! (`advice.rs`).

use std::collections::BTreeSet;

use kettle_events::{Id, Kind, Place, Resource, ScopeKind, SyncKind, Thing, Units};

use super::lint::{Lint, span};
use super::run::Run;
use crate::fold::{Holder, Primitive, State, Task, Wait, Waiter};
use crate::words::teller::{self, count};
use crate::words::text::Out;

/// So many tasks, so many waits of one, and so many holders of one thing, are shown.
pub(super) const SHOWN: usize = 8;
/// A circle of more tasks isn't reported.
const LONGEST: usize = 64;
/// A task with more open waits than these needs nobody.
const FEW: usize = 16;

impl Run {
    /// A task's open waits.
    pub(super) fn open(&self, task: &Task) -> Vec<Wait> {
        let waits = self.fold.waits_of(task.id);
        self.looks_at(waits.len());
        waits
    }

    /// The same for a lint that asks again and again: none if there are many.
    pub(super) fn few(&self, task: &Task) -> Vec<Wait> {
        if task.stored() > FEW { Vec::new() } else { self.open(task) }
    }

    /// The lock, channel or other primitive that is waited for.
    pub(super) fn sync(&self, on: Resource) -> Option<&Primitive> {
        match on.thing() {
            Thing::Sync(_, id) => self.fold.primitive(id),
            _ => None,
        }
    }

    /// The waiter that was given what is waited for, and has not taken it yet.
    pub(super) fn handed(&self, on: Resource) -> Option<&Waiter> {
        let Thing::Sync(kind, sync) = on.thing() else { return None };
        self.fold.handed(sync).next().filter(|_| !kind.is_channel())
    }
}

/// The tasks that must all act before this wait can end; none if anything else could end it.
pub(super) fn enders(run: &Run, wait: &Wait) -> Vec<Id> {
    match wait.on {
        Resource::Task(id) => {
            run.fold.task(id).filter(|task| !task.is_over()).map(|_| id).into_iter().collect()
        }
        Resource::Sync(kind, ..) if kind.is_lock() => of_a_lock(run, wait).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// Those that must give a lock back before this waiter's turn comes.
fn of_a_lock(run: &Run, wait: &Wait) -> Option<Vec<Id>> {
    let Thing::Sync(_, lock) = wait.on.thing() else { return None };
    let known = run.fold.primitive(lock)?;
    // A future that was given the lock has its turn, and may leave.
    if run.handed(wait.on).is_some() {
        return None;
    }
    let first = run.fold.line(lock).next().filter(|first| first.wait != wait.waiter.wait);
    if let Some(task) = first.and_then(|first| first.task).filter(|_| !known.is_exclusive()) {
        return Some(vec![task]);
    }
    // A reader that is the first in line waits for any one of so many others to go.
    let each = known.is_exclusive() || matches!(wait.on, Resource::Sync(_, _, Units::All, _));
    let holder = |holder: &Holder| holder.task.filter(|_| each && !holder.owned);
    known.holders.iter().map(|(_, held)| holder(held)).collect()
}

/// All tasks that must act before this one can go on, directly or through each other.
pub(super) fn needed(run: &Run, start: Id) -> BTreeSet<Id> {
    let (mut all, mut ahead) = (BTreeSet::new(), vec![start]);
    while let Some(next) = ahead.pop().filter(|_| all.len() < LONGEST) {
        run.looks_at(1);
        let task = run.fold.task(next).filter(|task| task.state == State::Waiting);
        if let [only] = &task.map(|task| run.few(task)).unwrap_or_default()[..] {
            ahead.extend(enders(run, only).into_iter().filter(|id| all.insert(*id)));
        }
    }
    all
}

/// The tasks that need this one and are needed by it, the oldest first.
pub(super) fn circle(run: &Run, start: Id) -> Option<Vec<Id>> {
    let all = needed(run, start);
    let needs_it = |id: &Id| needed(run, *id).contains(&start);
    all.contains(&start).then(|| all.into_iter().filter(needs_it).collect())
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
    if waits.is_empty() {
        return run.birth(lint, task).note(match task.clones {
            _ if is_undriven(task) => format!("{name} is ready, but no task polls its `LocalSet`"),
            None => format!("no wait of {name} is open"),
            Some(0) => format!("no waker of {name} is left"),
            Some(1) => format!("1 clone of {name}'s waker is with code that isn't kettle's"),
            Some(n) => format!("{n} clones of {name}'s waker are with code that isn't kettle's"),
        });
    }
    // A set awaits each of its tasks, at the line that spawned it.
    let is_of_a_set = |on| matches!(on, Resource::SyncValue(SyncKind::JoinSet, _));
    let of_a_set = waits.iter().any(|wait| is_of_a_set(wait.on));
    let of_itself = |wait: &&Wait| !(of_a_set && matches!(wait.on, Resource::Task(_)));
    for wait in waits.iter().filter(of_itself).take(SHOWN) {
        lint = of_wait(run, (task.id, task.made), wait, lint);
        let stack = run.stacks.as_ref().map(|stacks| stacks.of(wait)).unwrap_or_default();
        if !stack.is_empty() {
            let from_outside: Vec<String> = stack.iter().rev().map(ToString::to_string).collect();
            let what = awaited(run, wait.on);
            lint = lint.note(format!("{name} waits {what} in\n{}", from_outside.join("\n")));
        }
    }
    lint
}

/// Who has waited (and was made here), where, for what, and who has it.
fn of_wait(run: &Run, (id, made): (Id, Option<Place>), wait: &Wait, lint: Lint) -> Lint {
    let (what, place) = (awaited(run, wait.on), branches(run, wait));
    let since = span(wait.waiter.began);
    let what = format!("{} has waited since {since} {what}{place}", run.name(id));
    let mut lint = lint.spot(wait.waiter.at.or(made), what);
    let (Thing::Sync(_, sync), Some(known)) = (wait.on.thing(), run.sync(wait.on)) else {
        return lint;
    };
    let thing = run.thing(sync);
    if let Some(next) = run.handed(wait.on) {
        lint = lint.spot(next.at, format!("{thing} was given to the future that waits here"));
    }
    for (units, holder) in known.holders.iter().rev().take(SHOWN) {
        let by = holder.task.map_or("code outside tasks".to_owned(), |id| who(run, id));
        let part = match (known.kind, *units) {
            (SyncKind::Mpsc, Units::Count(some)) => count(some as usize, "place") + " of ",
            (SyncKind::Semaphore, Units::Count(some)) => count(some as usize, "permit") + " of ",
            _ => String::new(),
        };
        lint = lint.spot(holder.at, format!("{by} took {part}{thing} here"));
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

/// While the thread sleeps: is it a task of a local set that would be polled if any task polled the
/// set?
pub(super) fn is_undriven(task: &Task) -> bool {
    task.kind == Kind::Local && task.state == State::Queued
}

/// The end of "waits …", in the story's words.
fn awaited(run: &Run, on: Resource) -> String {
    let name = match on.thing() {
        Thing::Task(task) => who(run, task),
        Thing::Sync(_, sync) => run.thing(sync),
        Thing::Timer(_) => "a timer".to_owned(),
        Thing::Source(id) => format!("a {}", run.fold.source_of(id).map_or("", |it| it.what)),
    };
    let mut text = Out::new();
    teller::awaited(&mut text, &name, on);
    text.into_string().expect("it is text")
}

/// A task or job; one of another runtime, or one that is forgotten, has no name here.
fn who(run: &Run, id: Id) -> String {
    let known = run.fold.task(id).is_some() || run.fold.job(id).is_some();
    if known { run.name(id).to_string() } else { "another task".to_owned() }
}
