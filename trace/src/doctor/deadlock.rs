//! Can anything ever happen again?
//!
//! The thread goes to sleep, and the doctor asks what could wake it. Not a timer: the park has no
//! timeout. Not a socket, if no task waits for one; not a blocking job, if none is out; not a clone
//! of a waker, if there is none. What is left are other threads, which may hold a sender, a handle,
//! or the other end of anything. So it is certain only if this is the program's only thread (beside
//! the idle ones of kettle's pool).
//!
//! Or, in such a program, tasks wait for locks in a circle, each for the next one's and for nothing
//! else, and none has given anything away since it took its lock, with which the guard could have
//! gone. While anything else can happen, that is certain only if none of them has a handle left, by
//! which it could be aborted. So it is looked for once more when the run ends.
//!
//! Not here: a task of which no waker is left (`lost_wakeup.rs`), which is reported instead.

use std::collections::BTreeSet;
use std::time::Duration;

use kettle_events::{ChannelKind, Id, Resource, Serial};

use super::guard_across_await::Contended;
use super::lint::{Lint, LintKind};
use super::lost_wakeup::is_behind_it_all;
use super::system::is_alone;
use super::ward::Ward;
use crate::fold::{Holder, State, Task};
use crate::words::names::Name;
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
    /// Called as the thread goes to sleep. A circle is closed by the last of its tasks that comes
    /// to wait, so only those that have done so since the last time are looked at.
    pub(super) fn at_park(
        &mut self,
        ward: &Ward,
        guards: &mut Contended,
        timeout: Option<Duration>,
        after: u64,
    ) -> Option<Lint> {
        if !ward.now || ward.has_jobs() {
            return None;
        }
        self.open.extend(guards.take_fresh());
        self.open.retain(|id| circle(ward, *id).is_some());
        let silent = timeout.is_none() && ward.fold.timer_count() == 0 && !ward.listens();
        if let Some(circle) = for_ever(ward, self.open.iter().copied(), silent) {
            // A thread may have been given a guard.
            return is_alone().then(|| locked(ward, &circle, after));
        }
        if !silent || !is_alone() || is_behind_it_all(ward) {
            return None;
        }
        (!somebody_may_come(ward)).then(|| stuck(ward, after))
    }

    pub(super) fn len(&self) -> usize {
        self.open.len()
    }
}

/// Called as the run ends: those whose handles have gone can't be aborted any more.
pub(super) fn at_end(ward: &Ward, holders: impl Iterator<Item = Id>, after: u64) -> Option<Lint> {
    if !ward.now || ward.has_jobs() {
        return None;
    }
    let circle = for_ever(ward, holders, false)?;
    is_alone().then(|| locked(ward, &circle, after))
}

/// A circle that nothing will break. `silent`: nothing else can happen either, so no task that runs
/// could abort one of them.
pub(super) fn for_ever(
    ward: &Ward,
    holders: impl Iterator<Item = Id>,
    silent: bool,
) -> Option<Vec<Id>> {
    let may_end = |id: &Id| ward.fold.task(*id).is_some_and(|task| task.handles > 0);
    let mut circles = holders.filter_map(|holder| circle(ward, holder));
    circles.find(|circle| silent || !circle.iter().any(may_end))
}

/// The tasks from this one along the locks that each waits for, if they come back to it.
fn circle(ward: &Ward, start: Id) -> Option<Vec<Id>> {
    let mut circle = vec![start];
    loop {
        ward.looks_at(1);
        let task = ward.fold.task(*circle.last()?)?;
        // Whatever has its waker might wake it; but it would wait for the lock again.
        let waits = ward.awaits(task);
        let [only] = &waits[..] else { return None };
        let Resource::Lock(lock, _) = only.on else { return None };
        if task.state != State::Waiting || only.waiter.called || task.clones > 0 || task.combined {
            return None;
        }
        let holder = ward.holder_of(lock)?;
        let next = holder.task?;
        if ward.gave_since(next, holder.since) {
            return None; // a guard can be given to another task
        }
        if next == start {
            // The oldest first, whichever was found first.
            let oldest = (0..circle.len()).min_by_key(|index| circle[*index])?;
            circle.rotate_left(oldest);
            return Some(circle);
        }
        if circle.contains(&next) {
            return None; // a circle, but without `start`
        }
        circle.push(next);
    }
}

/// Can a task be woken by a socket, or by something that has a clone of its waker? (Jobs are asked
/// about before.)
fn somebody_may_come(ward: &Ward) -> bool {
    let may_come = |task: &Task| task.state != State::Waiting || task.clones > 0;
    ward.alive().any(may_come) || ward.listens()
}

fn locked(ward: &Ward, circle: &[Id], after: u64) -> Lint {
    let text = match circle {
        [one] => format!("{} waits for a lock that it holds itself", ward.name(*one)),
        _ => format!("{} tasks wait for each other's locks", circle.len()),
    };
    let mut lint = Lint::new(LintKind::Deadlock, None, text, after);
    for task in circle.iter().take(SHOWN) {
        lint = tell(ward, *task, lint);
    }
    match circle {
        [one] => lint
            .note(format!(
                "only {} could drop the guard, and it waits here: it waits forever",
                ward.name(*one)
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

fn stuck(ward: &Ward, after: u64) -> Lint {
    let mut all: Vec<(Name, Id)> = ward.alive().map(|task| (ward.name(task.id), task.id)).collect();
    all.sort_unstable();
    let joins = joins_in_a_circle(ward, all.iter().map(|(_, id)| *id));
    // The tasks of the circle come first.
    all.sort_by_key(|(name, id)| (!joins.contains(id), *name));
    let text = match (all.len(), &joins[..]) {
        (_, [own]) => format!("{} waits for itself to end", ward.name(*own)),
        (_, [_, _, ..]) => format!("{} tasks wait for each other to end", joins.len()),
        (1, _) => "main waits, and nothing is left that could wake it".to_owned(),
        (more, _) => format!(
            "main and {} wait, and nothing is left that could wake them",
            count(more - 1, "task")
        ),
    };
    let mut lint = Lint::new(LintKind::Deadlock, None, text, after);
    for (_, task) in all.iter().take(SHOWN) {
        lint = tell(ward, *task, lint);
    }
    if all.len() > SHOWN {
        lint = lint.note(format!("not shown: {}", count(all.len() - SHOWN, "more waiting task")));
    }
    let help = match joins[..] {
        [] => advice(ward, all.iter().map(|(_, id)| *id)),
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
fn joins_in_a_circle(ward: &Ward, tasks: impl Iterator<Item = Id>) -> Vec<Id> {
    let joined = |id: Id| {
        let waits = ward.awaits(ward.fold.task(id)?);
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
fn tell(ward: &Ward, id: Id, mut lint: Lint) -> Lint {
    let Some(task) = ward.fold.task(id) else { return lint };
    let name = ward.name(id);
    let waits = ward.awaits(task);
    if waits.is_empty() {
        return ward.birth(lint, task).note(format!("no waker of {name} is left in kettle"));
    }
    for wait in waits {
        let what = awaited(ward, wait.on, id);
        lint = lint.spot(wait.waiter.at.or(task.made), format!("{name} waits for {what}"));
        if let Some(note) = who_could(ward, wait.on) {
            lint = lint.note(note);
        }
        if let Resource::Lock(lock, _) = wait.on {
            lint = whose(ward, lock, lint);
        }
    }
    lint
}

/// The task that has the lock; or, if none has, the future whose turn it is.
fn whose(ward: &Ward, lock: Serial, lint: Lint) -> Lint {
    let Some(state) = ward.fold.lock(lock) else { return lint };
    let name = ward.thing(lock);
    if let Some(holder) = state.holder {
        let by = holder_name(ward, holder);
        return match holder.at {
            Some(at) => lint.spot(Some(at), format!("{by} took {name} here")),
            None => lint.note(format!("{by} holds {name}")),
        };
    }
    match state.line.first() {
        Some(first) if first.called => lint
            .spot(first.at, format!("the future whose turn it is at {name} began to wait here"))
            .note(format!(
                "{name} is free, and that future was woken to take it. But the future is no longer \
                 polled, and it keeps its turn"
            )),
        _ => lint,
    }
}

fn holder_name(ward: &Ward, holder: Holder) -> String {
    holder.task.map_or_else(|| "code outside tasks".to_owned(), |task| ward.name(task).to_string())
}

/// The end of "waits for …".
fn awaited(ward: &Ward, on: Resource, by: Id) -> String {
    match on {
        Resource::ChannelValue(channel) => format!("a value from {}", ward.thing(channel)),
        Resource::ChannelRoom(channel, _) => format!("room in {}", ward.thing(channel)),
        Resource::ChannelClosed(channel) => {
            format!("the other end of {} to be dropped", ward.thing(channel))
        }
        Resource::Lock(lock, _) => ward.thing(lock),
        Resource::Task(task) if task == by => "itself to end".to_owned(),
        Resource::Task(task) => format!("{} to end", ward.name(task)),
        _ => "something".to_owned(),
    }
}

/// What would end this wait.
fn who_could(ward: &Ward, on: Resource) -> Option<String> {
    match on {
        Resource::ChannelValue(serial) => {
            let channel = ward.fold.open_channel(serial)?;
            let (name, senders) = (ward.thing(serial), count(channel.senders?, "sender"));
            Some(if channel.kind == Some(ChannelKind::Oneshot) {
                format!("{name} is empty, and its sender is neither used nor dropped")
            } else {
                format!(
                    "{name} is empty and still has {senders}: `recv` returns `None` only after the \
                     last sender has been dropped"
                )
            })
        }
        Resource::ChannelRoom(serial, _) => {
            let values = count(ward.fold.open_channel(serial)?.capacity?, "value");
            let name = ward.thing(serial);
            Some(format!("{name} has room for {values} and is full, and no task receives from it"))
        }
        _ => None,
    }
}

fn advice(ward: &Ward, tasks: impl Iterator<Item = Id> + Clone) -> &'static str {
    let waits: Vec<Resource> = tasks
        .clone()
        .filter_map(|id| ward.fold.task(id))
        .flat_map(|task| ward.awaits(task))
        .map(|wait| wait.on)
        .collect();
    let any = |is: fn(&Resource) -> bool| waits.iter().any(is);
    let set_aside = |on: &Resource| {
        let Resource::Lock(lock, _) = *on else { return false };
        ward.fold.lock(lock).is_some_and(|lock| lock.holder.is_none())
    };
    let holds = |id: Id, on| {
        let Resource::Lock(lock, _) = on else { return false };
        ward.holder_of(lock).is_some_and(|holder| holder.task == Some(id))
    };
    let waits_of = |id| ward.fold.task(id).map(|task| ward.awaits(task)).unwrap_or_default();
    let own_lock = { tasks }.any(|id| waits_of(id).iter().any(|wait| holds(id, wait.on)));
    let once = |on: &Resource| {
        let Resource::ChannelValue(channel) = *on else { return false };
        let channel = ward.fold.open_channel(channel);
        channel.is_some_and(|channel| channel.kind == Some(ChannelKind::Oneshot))
    };
    if waits.iter().any(set_aside) {
        "don't keep a future that has begun to wait and is no longer polled: let `select!` own it and \
         drop it, or spawn it, so that it is polled whatever else goes on"
    } else if own_lock {
        "two futures of one task wait for each other here, as branches of a `join!` do: take the locks in \
         the same order in both, or drop the first guard before the second lock"
    } else if any(|on| matches!(on, Resource::Lock(..))) {
        "don't await other tasks while you hold a lock that they need: drop the guard first"
    } else if any(|on| matches!(on, Resource::ChannelRoom(..))) {
        "receive while other tasks send: move the loop that receives into a task of its own. If no more \
         values are wanted, drop the receiver"
    } else if waits.iter().filter(|on| matches!(on, Resource::ChannelValue(_))).count() > 1 {
        "if each task sends only after it has received, let one of them send first. If no more values \
         will come, drop every sender that is no longer needed"
    } else if waits.iter().any(once) {
        "send the value, or drop the sender, before you await the receiver"
    } else if any(|on| matches!(on, Resource::ChannelValue(_))) {
        "drop every sender that is no longer needed, also the one that the others were cloned from: \
         `drop(tx)` before the loop that receives"
    } else {
        "look at the first place above: which code was to end that wait, and why has it not run?"
    }
}
