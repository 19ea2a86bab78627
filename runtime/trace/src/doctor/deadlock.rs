//! Can anything ever happen again?
//!
//! The thread goes to sleep, and the doctor asks who could wake it. Not a timer: the park has no
//! timeout. Not a socket, if nobody waits for one; not a blocking job, if none is out; not whoever
//! holds a waker, if nobody does. What is left are other threads, which may hold a sender, a handle,
//! or the other end of anything. So it is sure only if this is the program's only thread (beside
//! the idle ones of kettle's pool), or if tasks wait for locks in a circle, each for the next one's,
//! and for nothing else.
//!
//! Not here: a task that is held by nobody at all (`lost_wakeup.rs`), which is told of instead.

use std::time::Duration;

use kettle_runtime::event::{Record, Resource};
use kettle_runtime::id::{Id, Serial};

use super::chart::Chart;
use super::patient::{Patient, State, Waiting};
use super::system::other_threads;
use super::{Lint, LintKind};
use crate::names::{Family, Name};
use crate::words::count;

/// So many tasks are told of; of the rest, how many they are.
const SHOWN: usize = 8;

/// Called as the thread goes to sleep. `contended`: locks that somebody waits for, each with its
/// holder. `now`: the system may be asked.
pub(super) fn at_park(
    chart: &Chart,
    contended: impl Iterator<Item = Id>,
    timeout: Option<Duration>,
    record: &Record,
    now: bool,
) -> Option<Lint> {
    let mut circles = contended.filter_map(|holder| circle(chart, holder));
    if let Some(circle) = circles.next() {
        return Some(locked(chart, &circle, record.seq));
    }
    let nobody_comes = timeout.is_none() && now && chart.jobs == 0 && chart.held == 0;
    if !nobody_comes || chart.ready > 0 || leads_to_a_lost_one(chart) || somebody_listens(chart) {
        return None;
    }
    (other_threads() == Some(0)).then(|| stuck(chart, record.seq))
}

/// The tasks from this one along the locks that each waits for, if they come back to it.
fn circle(chart: &Chart, start: Id) -> Option<Vec<Id>> {
    let mut circle = vec![start];
    loop {
        let patient = chart.task(*circle.last()?)?;
        let mut waits = chart.waits(patient);
        let (Some(only), None) = (waits.next(), waits.next()) else { return None };
        let Resource::Lock(lock, _) = only.on else { return None };
        if patient.state != State::Idle || patient.held > 0 {
            return None;
        }
        let next = chart.locks.get(&lock.get())?.holder?.task;
        if next == start {
            return Some(circle);
        }
        if circle.contains(&next) {
            return None; // a circle, but without `start`
        }
        circle.push(next);
    }
}

/// Does some task wait for a socket?
fn somebody_listens(chart: &Chart) -> bool {
    let listens = |patient: &Patient| {
        chart.waits(patient).any(|waiting| matches!(waiting.on, Resource::Source(..)))
    };
    !chart.sources.is_empty() && chart.tasks.values().any(listens)
}

/// `block_on`'s future waits for a task that nobody holds, or is one: that has been told.
fn leads_to_a_lost_one(chart: &Chart) -> bool {
    let mut seen = 0;
    let mut at = chart.main();
    while let Some(patient) = at {
        let mut waits = chart.waits(patient);
        match waits.next() {
            None => return true,
            Some(Waiting { on: Resource::Task(task), .. }) if seen < chart.tasks.len() => {
                at = chart.task(*task);
            }
            Some(_) => return false,
        }
        seen += 1;
    }
    true // there is nobody to wait for
}

fn locked(chart: &Chart, circle: &[Id], after: u64) -> Lint {
    let text = match circle {
        [one] => format!("{} waits for a lock that it holds itself", name(chart, *one)),
        _ => format!("{} tasks wait for each other's locks", circle.len()),
    };
    let mut lint = Lint::new(LintKind::Deadlock, None, text, after);
    for task in circle.iter().take(SHOWN) {
        lint = tell(chart, *task, lint);
    }
    let lint =
        lint.note("none of them can go on before another one has: they stand still for ever");
    match circle {
        [_] => lint.help(
            "drop the guard before you lock again; hand the guard, or `&mut` of what it guards, \
             to the function that needs it",
        ),
        _ => lint.help(
            "take several locks in the same order everywhere, or put what they guard under one",
        ),
    }
}

fn stuck(chart: &Chart, after: u64) -> Lint {
    let mut all: Vec<(Name, Id)> =
        chart.tasks.values().map(|patient| (patient.name(), patient.id)).collect();
    all.sort_unstable();
    let others = count(all.len() - 1, "task");
    let text = match all.len() {
        1 => "main waits, and nobody is left who could ever wake it".to_owned(),
        _ => format!("main and {others} wait, and nobody is left who could ever wake them"),
    };
    let mut lint = Lint::new(LintKind::Deadlock, None, text, after);
    for (_, task) in all.iter().take(SHOWN) {
        lint = tell(chart, *task, lint);
    }
    if all.len() > SHOWN {
        lint = lint.note(format!("and {} more", count(all.len() - SHOWN, "task")));
    }
    let help = advice(chart, all.iter().map(|(_, id)| *id));
    lint.note(
        "no timer is set, no socket is waited for, no blocking job is out, and there is no other \
         thread: this program stands still for ever",
    )
    .help(help)
}

/// What this task waits for, where, and who could end that.
fn tell(chart: &Chart, task: Id, mut lint: Lint) -> Lint {
    let Some(patient) = chart.task(task) else { return lint };
    let name = patient.name();
    let mut waits = chart.waits(patient).peekable();
    if waits.peek().is_none() {
        return lint
            .spot(Some(patient.made), patient.birth())
            .note(format!("{name} waits, but nobody holds its waker"));
    }
    for waiting in waits {
        let what = awaited(chart, waiting.on);
        lint = lint.spot(waiting.at.or(Some(patient.made)), format!("{name} waits {what}"));
        if let Some(note) = who_could(chart, waiting.on) {
            lint = lint.note(note);
        }
        if let Resource::Lock(lock, _) = waiting.on
            && let Some(holder) = chart.locks.get(&lock.get()).and_then(|lock| lock.holder)
        {
            let (lock, holder_name) = (lock_name(chart, lock), self::name(chart, holder.task));
            lint = lint.spot(holder.at, format!("{holder_name} has taken {lock} here"));
        }
    }
    lint
}

fn name(chart: &Chart, task: Id) -> Name {
    let unknown = Name { family: Family::Task, number: 0 };
    chart.task(task).map_or(unknown, Patient::name)
}

fn lock_name(chart: &Chart, lock: Serial) -> Name {
    let number = chart.locks.get(&lock.get()).map_or(0, |lock| lock.number);
    Name { family: Family::Lock, number }
}

fn channel_name(chart: &Chart, channel: Serial) -> Name {
    let number = chart.channels.get(&channel.get()).map_or(0, |channel| channel.number);
    Name { family: Family::Channel, number }
}

/// The end of "waits …".
fn awaited(chart: &Chart, on: Resource) -> String {
    match on {
        Resource::ChannelValue(channel) => {
            format!("for a value in {}", channel_name(chart, channel))
        }
        Resource::ChannelRoom(channel, _) => {
            format!("for room in {}", channel_name(chart, channel))
        }
        Resource::ChannelClosed(channel) => {
            format!("for the other end of {} to go", channel_name(chart, channel))
        }
        Resource::Lock(lock, _) => format!("for {}", lock_name(chart, lock)),
        Resource::Task(task) => format!("for the end of {}", name(chart, task)),
        _ => "for something".to_owned(),
    }
}

/// On whom it depends.
fn who_could(chart: &Chart, on: Resource) -> Option<String> {
    match on {
        Resource::ChannelValue(serial) => {
            let channel = chart.channels.get(&serial.get())?;
            let (name, senders) = (channel_name(chart, serial), count(channel.senders?, "sender"));
            Some(format!(
                "{name} is empty and has {senders}: who waits for a value gets `None` only when \
                 the last sender is dropped"
            ))
        }
        Resource::ChannelRoom(serial, _) => {
            let capacity = chart.channels.get(&serial.get())?.capacity?;
            let (name, values) = (channel_name(chart, serial), count(capacity, "value"));
            Some(format!("{name} has room for {values} and is full: nobody receives"))
        }
        Resource::Lock(lock, _) => {
            let holder = chart.locks.get(&lock.get())?.holder?;
            Some(format!("{} is held by {}", lock_name(chart, lock), name(chart, holder.task)))
        }
        _ => None,
    }
}

fn advice(chart: &Chart, tasks: impl Iterator<Item = Id>) -> &'static str {
    let waits: Vec<Resource> = tasks
        .filter_map(|task| chart.task(task))
        .flat_map(|patient| chart.waits(patient).map(|waiting| waiting.on))
        .collect();
    let any = |is: fn(&Resource) -> bool| waits.iter().any(is);
    if any(|on| matches!(on, Resource::Lock(..))) {
        "don't wait for others while you hold a lock that they need: drop the guard first"
    } else if any(|on| matches!(on, Resource::ChannelRoom(..))) {
        "receive while others send: move the receiver's loop into a task of its own, or drop the \
         receiver when you are done with it"
    } else if any(|on| matches!(on, Resource::ChannelValue(_))) {
        "drop every sender that will send no more, also the one that the others were cloned from: \
         `drop(tx)` before the loop that receives"
    } else {
        "look at the first place above, and ask who was to end that wait"
    }
}
