//! What usually causes a wait that never ends, and what should be written instead?
//!
//! Two tables give, for a kind of thing and a fact that the thing itself knows (such as its number
//! of senders), a note with that fact and a help. A verdict gets the note of each wait and one
//! help: for its circle, or else for the first wait that doesn't need another task of the hang to
//! end.
//!
//! Interface: [`advise`]. Not here: the rest of a verdict's words about the waits (`table.rs`), and
//! the help for a lost wake-up (`lost_wakeup.rs`).

use kettle_events::{Coming, Id, Resource, SyncKind, ThingNow, WaitNow};

use super::lint::Lint;
use super::moment::Moment;
use crate::fold::Primitive;
use crate::why::is_undriven;
use crate::words::teller::count;

/// A fact about a thing, from itself and its records: a number with its noun, or nothing to be
/// counted. `None`: it is otherwise, or not known.
type Fact = fn(&ThingNow, Option<&Primitive>) -> Option<String>;

const ALWAYS: Fact = |_, _| Some(String::new());

const OF_A_SET: &str = "put `local.run_until(async { … }).await` around the code that waits for \
    tasks of the set, or write `local.await`, which ends when all of them have ended";
const OF_JOINS: &str = "a `JoinHandle` is ready only after its task has returned: leave the \
    handles to the task that spawned them";
const OF_LOCKS: &str =
    "take the locks in the same order everywhere, or guard both values by one lock";
pub(super) const OF_A_LOCK: &str = "drop the guard before you await code that needs the lock: a guard in the \
    head of a `match`, `if let` or `while let` lives to its end. Or pass the guarded value to the \
    function that needs it";
const OF_A_JOB: &str = "a blocking job waits on its thread for this runtime: send, receive, or drop \
    the sender or the guard that it needs before you await the job";
const OF_A_TURN: &str = "don't keep a future that has begun to wait and is no longer polled: let \
    `select!` own and drop it, or spawn it, so that it is polled whatever else goes on";
const OF_A_NOTIFY: &str = "`notify_waiters` wakes only the tasks that wait at that moment, and \
    `notify_one` stores one notification: make the `notified()` future before you look whether \
    there is something to wait for, or use a `watch` channel";
const OF_NEWS: &str = "a receiver gets only values that are sent after it was made, or after it has \
    looked: send again, or drop the senders, which ends the wait";
const OF_SILENCE: &str =
    "put a `timeout` around each wait for a peer: one that is gone says nothing";
const OF_A_CLEAR: &str = "say that a source isn't ready only after an attempt has returned \
    `WouldBlock`: read or write until it does";
const IN_GENERAL: &str = "look for the wait that should have ended first, and for the code that \
    should have ended it";

/// A wait in line for such a thing. In the notes `$` is the thing, and `#` what is counted; the
/// first row that fits is used.
const IN_LINE: &[(SyncKind, Fact, &str, &str)] = &[
    (SyncKind::Mutex, ALWAYS, "", OF_A_LOCK),
    (SyncKind::RwLock, ALWAYS, "", OF_A_LOCK),
    (
        SyncKind::Mpsc,
        |it, _| Some(count(it.room?, "value")),
        "$ has room for #, all of which is taken or reserved",
        "receive while others send: the task that receives must not await the task that sends, nor \
         anything that this one holds. Use or drop each `Permit` of `reserve`",
    ),
    (
        SyncKind::Semaphore,
        |it, _| Some(count(it.count?, "permit")),
        "$ has # free",
        "give the permits back before you wait for code that needs some, and ask for no more than \
         there are: a permit is given back when its guard is dropped, and `forget` gives none back",
    ),
    (
        SyncKind::Barrier,
        |it, _| Some(count(it.count?, "task")),
        "$ is still waiting for #",
        "make the barrier for as many tasks as really come to it, equally often. A wait counts as \
         soon as it has begun, also if it is dropped: make the future once, and await `&mut wait`",
    ),
    (
        SyncKind::Notify,
        |_, was| (was?.uses == 0).then(String::new),
        "nothing has notified $ so far",
        OF_A_NOTIFY,
    ),
    (
        SyncKind::Notify,
        |_, was| was?.unheard.then(String::new),
        "`notify_waiters` was called on $ while no task waited there: that stores nothing",
        OF_A_NOTIFY,
    ),
    (SyncKind::Notify, ALWAYS, "", OF_A_NOTIFY),
    (SyncKind::Watch, ALWAYS, "", OF_NEWS),
];

/// A wait for a value.
const FOR_A_VALUE: &[(SyncKind, Fact, &str, &str)] = &[
    (
        SyncKind::Mpsc,
        |it, _| Some(count(it.senders?, "sender")),
        "$ is empty and still has #: `recv` returns `None` only after every sender, and every \
         `Permit` of `reserve`, has been dropped",
        "drop every sender that is no longer needed, also the one from which the others were \
         cloned, before you receive in a loop or await the tasks that receive. If a value was to \
         come, the code that sends it has not run",
    ),
    (
        SyncKind::Oneshot,
        ALWAYS,
        "$ is empty, and its sender is neither used nor dropped",
        "send the value, or drop the sender, before you await the receiver. A sender in a future \
         that nothing polls sends nothing: `join!` that future with this wait, or spawn it",
    ),
    (SyncKind::Broadcast, ALWAYS, "", OF_NEWS),
];

/// Adds the facts of these tasks' waits.
pub(super) fn facts(moment: &Moment, tasks: &[Id], lint: Lint) -> Lint {
    let waits = tasks.iter().flat_map(|id| moment.graph.waits(*id));
    let notes = waits.map(|wait| row(moment, wait).0).filter(|note| !note.is_empty());
    notes.fold(lint, Lint::note)
}

/// Adds the facts, and one help.
pub(super) fn advise(moment: &Moment, tasks: &[Id], lint: Lint) -> Lint {
    let (graph, lint) = (&moment.graph, facts(moment, tasks, lint));
    let mut waits = tasks.iter().flat_map(|id| graph.waits(*id));
    let is_root = |wait: &&&WaitNow| !graph.enders(wait).iter().any(|id| tasks.contains(id));
    let (root, circle) = (waits.find(is_root), tasks.iter().find_map(|id| graph.circle(*id)));
    lint.help(match (circle, root) {
        _ if tasks.iter().filter_map(|id| graph.task(*id)).any(is_undriven) => OF_A_SET,
        _ if graph.coming().any(|coming| coming == Coming::Silent) => OF_SILENCE,
        (_, Some(wait)) if moment.ready(wait.on).is_some() => OF_A_CLEAR,
        (Some(circle), _) => of_a_circle(moment, &circle).1,
        (None, Some(wait)) => row(moment, wait).1,
        (None, None) => IN_GENERAL,
    })
}

/// The words for a circle, and what to write instead.
pub(super) fn of_a_circle(moment: &Moment, circle: &[Id]) -> (String, &'static str) {
    let waits: Vec<_> = circle.iter().flat_map(|id| moment.graph.waits(*id)).collect();
    let joins = waits.iter().filter(|wait| matches!(wait.on, Resource::Task(_))).count();
    let mixed = joins > 0 && joins < waits.len();
    match (circle, joins > 0) {
        ([one], true) => (format!("{} waits for itself to end", moment.name(*one)), OF_JOINS),
        ([one], _) => {
            (format!("{} waits for a lock that it took itself", moment.name(*one)), OF_A_LOCK)
        }
        (all, _) if mixed => {
            (format!("{} tasks wait for each other's locks and ends", all.len()), OF_A_LOCK)
        }
        (all, true) => (format!("{} tasks wait for each other's ends", all.len()), OF_JOINS),
        (all, _) => (format!("{} tasks wait for each other's locks", all.len()), OF_LOCKS),
    }
}

/// The fact about the thing that is waited for, and what to write instead.
fn row(moment: &Moment, wait: &WaitNow) -> (String, &'static str) {
    let (rows, kind, id) = match wait.on {
        Resource::Sync(kind, id, ..) => (IN_LINE, kind, id),
        Resource::Task(_) | Resource::SyncValue(SyncKind::JoinSet, _)
            if !moment.now().jobs.is_empty() =>
        {
            return (String::new(), OF_A_JOB);
        }
        Resource::SyncValue(kind, id) => (FOR_A_VALUE, kind, id),
        _ => return (String::new(), IN_GENERAL),
    };
    let thing = moment.thing(wait.on);
    if moment.graph.handed(wait.on).is_some() {
        let note =
            format!("{thing} was given to a future that is no longer polled: it keeps its turn");
        return (note, OF_A_TURN);
    }
    let (known, was) = (moment.graph.sync(wait.on), moment.history_of(id));
    let mut fits = rows.iter().filter(|row| row.0 == kind).filter_map(|(_, fact, note, help)| {
        Some((note.replace('$', &thing).replace('#', &fact(known?, was)?), *help))
    });
    fits.next().unwrap_or((String::new(), IN_GENERAL))
}
