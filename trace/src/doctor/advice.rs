//! What usually causes a wait that never ends, and what to write instead?
//!
//! A table: what is waited for, and a fact that the thing itself knows, such as its senders → a
//! note with that fact, and the help. A verdict has the note of each wait, and one help: that of
//! its circle, or else of the first wait that no other task of the hang must end.
//!
//! Interface: [`advise`]. Not here: the rest of what a verdict says of the waits (`graph.rs`).

use kettle_events::{Id, Resource, SyncKind, Thing};

use super::graph::{any_waits, circle, enders, is_undriven};
use super::lint::Lint;
use super::run::Run;
use crate::fold::{Task, Wait};
use crate::words::teller::count;

/// What is waited for.
#[derive(Clone, Copy, PartialEq)]
enum What {
    Any,
    Lock,
    Value,
    Answer,
    Room,
    Permits,
    Notification,
    Barrier,
    News,
    End,
}
use What::{Answer, Any, Barrier, End, Lock, News, Notification, Permits, Room, Value};

/// What the thing knows.
#[derive(Clone, Copy)]
enum Fact {
    Plain,
    /// It was given to a future that hasn't taken it yet.
    Handed,
    Senders,
    Capacity,
    /// So much is free in it, or is missing at it.
    Count(&'static str),
    Unused,
    /// All waiters were notified when there was none.
    Unheard,
    Jobs,
}
use Fact::{Capacity, Count, Handed, Jobs, Plain, Senders, Unheard, Unused};

const OF_A_SET: &str = "put `local.run_until(async { … }).await` around the code that waits for \
    tasks of the set, or write `local.await`, which ends when all of them have ended";
const OF_JOINS: &str = "a `JoinHandle` is ready only after its task has returned: leave the \
    handles to the task that spawned them";
const OF_LOCKS: &str =
    "take the locks in the same order everywhere, or guard both values by one lock";
const OF_A_LOCK: &str = "drop the guard before you await code that needs the lock: a guard in the \
    head of a `match`, `if let` or `while let` lives to its end. Or pass the guarded value to the \
    function that needs it";
const IN_GENERAL: &str = "look for the wait that should have ended first, and for the code that \
    should have ended it";
const OF_SENDERS: &str = "drop every sender that is no longer needed, also the one from which the \
    others were cloned, before you receive in a loop or await the tasks that receive. If a value \
    was to come, the code that sends it has not run";
const OF_A_NOTIFY: &str = "`notify_waiters` wakes only the tasks that wait at that moment, and \
    `notify_one` stores one notification: make the `notified()` future before you look whether \
    there is something to wait for, or use a `watch` channel";

/// In the notes `$` is the thing, and `#` what is counted. The first row that fits is used.
const ADVICE: &[(What, Fact, &str, &str)] = &[
    (
        Any,
        Handed,
        "$ was given to a future that is no longer polled: it keeps its turn",
        "don't keep a future that has begun to wait and is no longer polled: let `select!` own and \
         drop it, or spawn it, so that it is polled whatever else goes on",
    ),
    (Lock, Plain, "", OF_A_LOCK),
    (
        Value,
        Senders,
        "$ is empty and still has #: `recv` returns `None` only after every sender, and every \
         `Permit` of `reserve`, has been dropped",
        OF_SENDERS,
    ),
    (Value, Plain, "", OF_SENDERS),
    (
        Answer,
        Plain,
        "$ is empty, and its sender is neither used nor dropped",
        "send the value, or drop the sender, before you await the receiver. A sender in a future \
         that nothing polls sends nothing: `join!` that future with this wait, or spawn it",
    ),
    (
        Room,
        Capacity,
        "$ has room for #, all of which is taken or reserved",
        "receive while others send: the task that receives must not await the task that sends, nor \
         anything that this one holds. Use or drop each `Permit` of `reserve`",
    ),
    (
        Permits,
        Count("permit"),
        "$ has # free",
        "give the permits back before you wait for code that needs some, and ask for no more than \
         there are: a permit is given back when its guard is dropped, and `forget` gives none back",
    ),
    (
        Barrier,
        Count("task"),
        "$ is still waiting for #",
        "make the barrier for as many tasks as really come to it, equally often. A wait counts as \
         soon as it has begun, also if it is dropped: make the future once, and await `&mut wait`",
    ),
    (Notification, Unused, "nothing has notified $ so far", OF_A_NOTIFY),
    (
        Notification,
        Unheard,
        "`notify_waiters` was called on $ while no task waited there: that stores nothing",
        OF_A_NOTIFY,
    ),
    (Notification, Plain, "", OF_A_NOTIFY),
    (
        News,
        Plain,
        "",
        "a receiver gets only values that are sent after it was made, or after it has looked: send \
         again, or drop the senders, which ends the wait",
    ),
    (
        End,
        Jobs,
        "",
        "a blocking job waits on its thread for this runtime: send, receive, or drop the sender or \
         the guard that it needs before you await the job",
    ),
];

/// Adds the facts of these tasks' waits, and one help.
pub(super) fn advise(run: &Run, tasks: &[Id], mut lint: Lint) -> Lint {
    let all: Vec<&Task> = tasks.iter().filter_map(|id| run.fold.task(*id)).collect();
    let waits: Vec<Wait> = all.iter().flat_map(|task| run.open(task)).collect();
    for (note, _) in waits.iter().map(|wait| row(run, wait)).filter(|(note, _)| !note.is_empty()) {
        lint = lint.note(note);
    }
    let is_root = |wait: &&Wait| !enders(run, wait).iter().any(|id| tasks.contains(id));
    let (root, circle) = (waits.iter().find(is_root), tasks.iter().find_map(|id| circle(run, *id)));
    lint.help(match (circle, root) {
        _ if all.iter().any(|task| is_undriven(task)) => OF_A_SET,
        (Some(circle), _) => of_a_circle(run, &circle),
        (None, Some(wait)) => row(run, wait).1,
        (None, None) => IN_GENERAL,
    })
}

fn of_a_circle(run: &Run, circle: &[Id]) -> &'static str {
    let is_join = |on| matches!(on, Resource::Task(_));
    match (any_waits(run, circle, is_join), any_waits(run, circle, |on| !is_join(on))) {
        (true, false) => OF_JOINS,
        (false, true) if circle.len() > 1 => OF_LOCKS,
        _ => OF_A_LOCK,
    }
}

/// What the thing says that is waited for, and what to write instead.
fn row(run: &Run, wait: &Wait) -> (String, &'static str) {
    let what = what(wait.on);
    let thing = match wait.on.thing() {
        Thing::Sync(_, id) => run.thing(id),
        _ => String::new(),
    };
    let rows = ADVICE.iter().filter(|(which, ..)| [what, Any].contains(which));
    let mut fits = rows.filter_map(|(_, fact, note, help)| {
        Some((note.replace('$', &thing).replace('#', &counted(run, wait.on, *fact)?), *help))
    });
    fits.next().unwrap_or((String::new(), IN_GENERAL))
}

/// How much it is; none if the fact doesn't hold.
fn counted(run: &Run, on: Resource, fact: Fact) -> Option<String> {
    let known = run.sync(on);
    Some(match fact {
        Senders => count(known?.senders?, "sender"),
        Capacity => count(known?.room?, "value"),
        Count(what) => count(known?.count?, what),
        Plain => String::new(),
        Handed => run.handed(on).map(|_| String::new())?,
        Unused => (known?.uses == 0).then(String::new)?,
        Unheard => known?.unheard.then(String::new)?,
        Jobs => run.has_jobs().then(String::new)?,
    })
}

fn what(on: Resource) -> What {
    match on {
        Resource::SyncValue(SyncKind::Oneshot, _) => Answer,
        Resource::SyncValue(SyncKind::JoinSet, _) | Resource::Task(_) => End,
        Resource::Sync(SyncKind::Watch | SyncKind::Broadcast, ..)
        | Resource::SyncValue(SyncKind::Broadcast, _) => News,
        Resource::SyncValue(..) => Value,
        Resource::Sync(SyncKind::Mpsc, ..) => Room,
        Resource::Sync(SyncKind::Semaphore, ..) => Permits,
        Resource::Sync(SyncKind::Notify, ..) => Notification,
        Resource::Sync(SyncKind::Barrier, ..) => Barrier,
        Resource::Sync(kind, ..) if kind.is_lock() => Lock,
        _ => Any,
    }
}
