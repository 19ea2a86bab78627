//! What does each task of a program that hangs wait for, and what would end that?
//!
//! A verdict names for each task the wait, its place, and what holds it up: the tasks that hold a lock,
//! the senders that a channel still has and where it was made, the tasks that a barrier misses. The advice
//! is for the waits at the root: a task that waits for another task's end, or for a lock that a waiting
//! task has taken, goes on when that one does.
//!
//! Interface: [`tell`], [`kept_from_jobs`], [`advice`]. Not here: whether the program hangs (`deadlock.rs`).

use kettle_events::{Id, Place, Resource, SyncKind, Units};

use super::lint::Lint;
use super::run::Run;
use crate::fold::{Holder, Primitive, Task, Wait};
use crate::words::of_a_source::verb;
use crate::words::of_sync;
use crate::words::teller::count;

/// So many holders of one thing are named.
const SHOWN: usize = 8;

/// What this task waits for, where, and what could end that.
pub(super) fn tell(run: &Run, id: Id, mut lint: Lint) -> Lint {
    let Some(task) = run.fold.task(id) else { return lint };
    let name = run.name(id);
    let waits = of_task(run, task);
    if waits.is_empty() {
        return run.birth(lint, task).note(format!("no waker of {name} is left in kettle"));
    }
    for wait in waits {
        let what = awaited(run, wait.on, id);
        lint = lint.spot(wait.waiter.at.or(task.made), format!("{name} waits {what}"));
        if let Some(note) = who_could(run, wait.on) {
            lint = lint.note(note);
        }
        if let Some((made, what)) = made_where(run, wait.on) {
            lint = lint.spot(Some(made), what);
        }
        if let Resource::Sync(_, sync, ..) = wait.on {
            lint = whose(run, sync, lint);
        }
    }
    lint
}

/// What it waits for. If its latest poll has left no waker, an earlier one has: what is in a
/// combinator is not polled each time.
pub(super) fn of_task(run: &Run, task: &Task) -> Vec<Wait> {
    let waits = run.awaits(task);
    if waits.is_empty() { run.waits(task.id) } else { waits }
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
    let all: Vec<_> = run.fold.primitives().collect();
    let open = all.iter().filter(|(_, known)| known.kind.is_channel() && known.value.is_none());
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
        Resource::Task(task) => format!("for {} to end", run.name(task)),
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
        Resource::Sync(SyncKind::Semaphore, sync, units, _) => {
            let known = run.fold.primitive(sync)?;
            let (name, free) = (run.thing(sync), count(known.count?, "permit"));
            Some(match (units, known.first) {
                (Units::Count(some), Some(first)) if some as usize > first => format!(
                    "{name} was made with {}: {some} at once can be had only after `add_permits`",
                    count(first, "permit")
                ),
                _ => format!("{name} has {free} free"),
            })
        }
        Resource::Sync(SyncKind::Barrier, sync, ..) => {
            let missing = run.fold.primitive(sync)?.count?;
            let have = if missing == 1 { "has" } else { "have" };
            Some(format!(
                "{} opens when {} more {have} come to it",
                run.thing(sync),
                count(missing, "task")
            ))
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

/// Does this wait not end by another waiting task's going on?
fn is_root(run: &Run, on: Resource) -> bool {
    let waits = |id: Id| run.fold.task(id).is_some_and(|task| !task.is_over());
    let held = |known: &Primitive| {
        let mut holders = known.holders.iter().filter_map(|(_, holder)| holder.task);
        known.handed.is_empty() && holders.any(waits)
    };
    match on {
        Resource::Task(task) => !waits(task),
        Resource::SyncValue(SyncKind::JoinSet, _) => false,
        Resource::Sync(kind, sync, ..) if kind.is_lock() => {
            !run.fold.primitive(sync).is_some_and(held)
        }
        _ => true,
    }
}

/// What to write instead.
pub(super) fn advice(run: &Run, tasks: impl Iterator<Item = Id> + Clone) -> &'static str {
    let all = { tasks.clone() }.filter_map(|id| run.fold.task(id));
    let waits: Vec<Resource> =
        all.flat_map(|task| of_task(run, task)).map(|wait| wait.on).collect();
    let roots: Vec<Resource> = waits.iter().copied().filter(|on| is_root(run, *on)).collect();
    let waits = if roots.is_empty() { waits } else { roots };
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
    let waits_of = |id| run.fold.task(id).map(|task| of_task(run, task)).unwrap_or_default();
    let own_lock = { tasks }.any(|id| waits_of(id).iter().any(|wait| holds(id, wait.on)));
    let value = |on: &&Resource| matches!(on, Resource::SyncValue(kind, _) if kind.is_channel());
    let too_many = |on: &Resource| match (*on, primitive(on).and_then(|known| known.first)) {
        (Resource::Sync(SyncKind::Semaphore, _, Units::Count(some), _), Some(first)) => {
            some as usize > first
        }
        _ => false,
    };
    let at = |kind| waits.iter().any(|on| matches!(on, Resource::Sync(of, ..) if *of == kind));
    if waits.iter().any(set_aside) {
        "don't keep a future that has begun to wait and is no longer polled: let `select!` own it and \
         drop it, or spawn it, so that it is polled whatever else goes on"
    } else if own_lock {
        "two futures of one task wait for each other here, as branches of a `join!` do: take the locks in \
         the same order in both, or drop the first guard before the second lock"
    } else if at(SyncKind::OnceCell) {
        "what initialises a cell must not wait for code that needs the cell: make the value without it"
    } else if any(|on| matches!(on, Resource::Sync(kind, ..) if kind.is_lock())) {
        "don't await other tasks while you hold a lock that they need: drop the guard first"
    } else if at(SyncKind::Mpsc) {
        "receive while other tasks send: move the loop that receives into a task of its own. If no more \
         values are wanted, drop the receiver"
    } else if waits.iter().any(too_many) {
        "ask for no more permits at once than the semaphore has, or make it with more"
    } else if at(SyncKind::Semaphore) {
        "a task that waits for more permits of a semaphore should hold none of it: acquire all at once with \
         `acquire_many`, or drop the permits first. A permit that was forgotten comes back only by \
         `add_permits`"
    } else if waits.iter().filter(value).count() > 1 {
        "if each task sends only after it has received, let one of them send first. If no more values \
         will come, drop every sender that is no longer needed"
    } else if any(|on| matches!(on, Resource::SyncValue(SyncKind::Oneshot, _))) {
        "send the value, or drop the sender, before you await the receiver"
    } else if waits.iter().any(|on| value(&on)) {
        "drop every sender that is no longer needed, also the one that the others were cloned from: \
         `drop(tx)` before the loop that receives, and before you await the tasks that receive"
    } else if at(SyncKind::Broadcast) {
        "`recv` of a broadcast channel returns `Err(Closed)` only after its last `Sender` has been \
         dropped: `drop(tx)` when the last value has been sent, before you await the tasks that receive"
    } else if at(SyncKind::Watch) {
        "`changed` returns only after a send, or with an error after the last `Sender` has been dropped: \
         `drop(tx)` when the last value has been sent, before you await the tasks that receive"
    } else if at(SyncKind::Notify) {
        "`notify_waiters` wakes only the tasks that wait at that moment. `notify_one` stores a \
         notification for the task that comes next. Or make the `notified()` future before the other \
         code can call, and `enable` it"
    } else if at(SyncKind::Barrier) {
        "make the barrier for as many tasks as really come to it, or spawn the task that is missing"
    } else if at(SyncKind::Pipe) {
        "a writer waits while the pipe is full, and a reader until something is written or the other end is \
         dropped. If both ends write before they read, let one of them read first, or read and write at once \
         with `join!`"
    } else if waits
        .iter()
        .any(|on| matches!(on, Resource::Task(job) if run.fold.task(*job).is_none()))
    {
        "a blocking job waits for something that comes only after it has ended. If it receives, send what it \
         needs or drop the senders before you await the job; if it needs a lock, drop the guard before"
    } else {
        "look at the first place above: which code was to end that wait, and why has it not run?"
    }
}
