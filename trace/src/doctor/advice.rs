//! What usually causes a wait that never ends, and what should be written instead?
//!
//! A row of the two tables has a kind of primitive, a fact about it (such as its number of
//! senders), a note that states the fact, and a help. A verdict on a hang gets a note for each
//! wait, and one help, by the first cause that is true (`help_for`).
//!
//! Interface: [`add_facts`] adds the notes to a verdict, [`advise`] notes and help;
//! [`circle_words`] gives text and help for a circle.
//! Elsewhere: the open waits themselves (`table.rs`); the help for a lost wake-up
//! (`lost_wakeup.rs`).

use std::collections::BTreeSet;

use kettle_events::{Coming, Id, Kind, Resource, SyncKind, ThingNow, WaitNow};

use super::lint::Lint;
use super::moment::Moment;
use crate::fold::Primitive;
use crate::why::is_undriven;
use crate::words::teller::count;

/// What causes a wait or a circle, and what to write instead.
pub(super) struct Advice {
    /// A note on a wait, which may be empty, or the text of a verdict on a circle.
    pub(super) text: String,
    help: Help,
}

/// A row of the tables. The first row whose kind is the primitive's and whose fact is true is used.
type Row = (SyncKind, Fact, Note, Help);

/// Checks a fact about a primitive, by its state and its records. Gives what the note counts, such
/// as "2 senders", or an empty text; `None` if the fact isn't true, or isn't known.
type Fact = fn(&ThingNow, Option<&Primitive>) -> Option<String>;

/// States the fact: `$` stands for the primitive, and `#` for what the fact counts.
type Note = &'static str;

type Help = &'static str;

const ALWAYS: Fact = |_, _| Some(String::new());

const HELP_LOCAL_SET: &str = "put `local.run_until(async { … }).await` around the code that waits \
    for tasks of the set, or write `local.await`, which ends when all of them have ended";
const HELP_JOINS: &str = "a `JoinHandle` is ready only after its task has returned: leave the \
    handles to the task that spawned them";
const HELP_LOCK_ORDER: &str =
    "take the locks in the same order everywhere, or guard both values by one lock";
pub(super) const HELP_LOCK: &str = "drop the guard before you await code that needs the lock: a \
    guard in the head of a `match`, `if let` or `while let` lives to its end. Or pass the guarded \
    value to the function that needs it";
const HELP_JOB: &str = "a blocking job waits on its thread for this runtime: send, receive, or \
    drop the sender or the guard that it needs before you await the job";
const HELP_UNPOLLED: &str = "don't keep a future that has begun to wait and is no longer polled: \
    let `select!` own and drop it, or spawn it, so that it is polled whatever else goes on";
const HELP_NOTIFY: &str = "`notify_waiters` wakes only the tasks that wait at that moment, and \
    `notify_one` stores one notification: make the `notified()` future before you look whether \
    there is something to wait for, or use a `watch` channel";
const HELP_NEW_VALUES: &str = "a receiver gets only values that are sent after it was made, or \
    after it has looked: send again, or drop the senders, which ends the wait";
const HELP_SILENCE: &str =
    "put a `timeout` around each wait for a peer: one that is gone says nothing";
const HELP_CLEARED: &str = "say that a source isn't ready only after an attempt has returned \
    `WouldBlock`: read or write until it does";
const HELP_GENERAL: &str = "look for the wait that should have ended first, and for the code that \
    should have ended it";

/// Advice on a wait in line at a primitive.
const IN_LINE: &[Row] = &[
    (SyncKind::Mutex, ALWAYS, "", HELP_LOCK),
    (SyncKind::RwLock, ALWAYS, "", HELP_LOCK),
    (
        SyncKind::Mpsc,
        |channel, _| Some(count(channel.room?, "value")),
        "$ has room for #, all of which is taken or reserved",
        "receive while others send: the task that receives must not await the task that sends, nor \
         anything that this one holds. Use or drop each `Permit` of `reserve`",
    ),
    (
        SyncKind::Semaphore,
        |semaphore, _| Some(count(semaphore.count?, "permit")),
        "$ has # free",
        "give the permits back before you wait for code that needs some, and ask for no more than \
         there are: a permit is given back when its guard is dropped, and `forget` gives none back",
    ),
    (
        SyncKind::Barrier,
        |barrier, _| Some(count(barrier.count?, "task")),
        "$ is still waiting for #",
        "make the barrier for as many tasks as really come to it, equally often. A wait counts as \
         soon as it has begun, also if it is dropped: make the future once, and await `&mut wait`",
    ),
    (
        SyncKind::Notify,
        |_, history| (history?.uses == 0).then(String::new),
        "nothing has notified $ so far",
        HELP_NOTIFY,
    ),
    (
        SyncKind::Notify,
        |_, history| history?.notified_nobody.then(String::new),
        "`notify_waiters` was called on $ while no task waited there: that stores nothing",
        HELP_NOTIFY,
    ),
    (SyncKind::Notify, ALWAYS, "", HELP_NOTIFY),
    (SyncKind::Watch, ALWAYS, "", HELP_NEW_VALUES),
    (SyncKind::Broadcast, ALWAYS, "", HELP_NEW_VALUES),
];

/// Advice on a wait for a value.
const FOR_A_VALUE: &[Row] = &[
    (
        SyncKind::Mpsc,
        |channel, _| Some(count(channel.senders?, "sender")),
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
];

/// Adds a note for each wait of these tasks.
pub(super) fn add_facts(moment: &Moment, tasks: &[Id], mut lint: Lint) -> Lint {
    for wait in tasks.iter().flat_map(|id| moment.graph.waits(*id)) {
        let note = advice_on(moment, wait).text;
        if !note.is_empty() {
            lint = lint.note(note);
        }
    }
    lint
}

/// Adds a note for each wait of these tasks, and one help.
pub(super) fn advise(moment: &Moment, tasks: &[Id], lint: Lint) -> Lint {
    add_facts(moment, tasks, lint).help(help_for(moment, tasks))
}

/// The help for a hang of these tasks. The first cause that is true decides, because those after it
/// may follow from it.
fn help_for(moment: &Moment, tasks: &[Id]) -> Help {
    let graph = &moment.graph;
    if tasks.iter().filter_map(|id| graph.task(*id)).any(is_undriven) {
        return HELP_LOCAL_SET;
    }
    if graph.coming().any(|coming| matches!(coming, Coming::Silent(_))) {
        return HELP_SILENCE;
    }
    // (The enders of a wait are the tasks that must act before it can end.)
    let these: BTreeSet<Id> = tasks.iter().copied().collect();
    let needs_none_of_these =
        |wait: &&&WaitNow| !graph.enders(wait).iter().any(|id| these.contains(id));
    // (`main` comes last, since it mostly waits for the others.)
    let (mains, others): (Vec<Id>, Vec<Id>) =
        tasks.iter().partition(|id| graph.task(**id).is_some_and(|task| task.kind == Kind::Main));
    let waits = others.iter().chain(&mains).flat_map(|id| graph.waits(*id));
    let root_waits: Vec<_> = waits.filter(needs_none_of_these).collect();
    if root_waits.iter().any(|wait| moment.ready(wait.on).is_some()) {
        return HELP_CLEARED;
    }
    if let Some(circle) = tasks.iter().find_map(|id| graph.circle(*id)) {
        return circle_words(moment, &circle).help;
    }
    let mut helps = root_waits.into_iter().map(|wait| advice_on(moment, wait).help);
    helps.find(|help| *help != HELP_GENERAL).unwrap_or(HELP_GENERAL)
}

/// The text of a verdict on a circle, and what to write instead.
pub(super) fn circle_words(moment: &Moment, circle: &[Id]) -> Advice {
    let waits: Vec<_> = circle.iter().flat_map(|id| moment.graph.waits(*id)).collect();
    let joins = waits.iter().filter(|wait| matches!(wait.on, Resource::Task(_))).count();
    // In a circle, each wait is for the end of a task or for a lock.
    let (has_joins, has_locks) = (joins > 0, joins < waits.len());
    let (first, all) = (moment.name(circle[0]), circle.len());
    let (text, help) = match (all, has_joins, has_locks) {
        (1, true, _) => (format!("{first} waits for itself to end"), HELP_JOINS),
        (1, false, _) => (format!("{first} waits for a lock that it took itself"), HELP_LOCK),
        (_, true, true) => (format!("{all} tasks wait for each other's locks and ends"), HELP_LOCK),
        (_, true, false) => (format!("{all} tasks wait for each other's ends"), HELP_JOINS),
        (_, false, _) => (format!("{all} tasks wait for each other's locks"), HELP_LOCK_ORDER),
    };
    Advice { text, help }
}

/// A note on what is waited for, which may be empty, and what to write instead.
fn advice_on(moment: &Moment, wait: &WaitNow) -> Advice {
    let without_a_note = |help| Advice { text: String::new(), help };
    let (rows, kind, id) = match wait.on {
        Resource::Sync(kind, id, ..) => (IN_LINE, kind, id),
        // The task's end may need a job that waits on its thread.
        Resource::Task(_) | Resource::SyncValue(SyncKind::JoinSet, _)
            if !moment.now().jobs.is_empty() =>
        {
            return without_a_note(HELP_JOB);
        }
        Resource::SyncValue(kind, id) => (FOR_A_VALUE, kind, id),
        _ => return without_a_note(HELP_GENERAL),
    };
    let thing = moment.thing(wait.on);
    if moment.graph.given_to(wait.on).is_some() {
        let text =
            format!("{thing} was given to a future that is no longer polled: it keeps its turn");
        return Advice { text, help: HELP_UNPOLLED };
    }
    let Some(state) = moment.graph.sync(wait.on) else { return without_a_note(HELP_GENERAL) };
    for (rows_kind, fact, note, help) in rows {
        if *rows_kind == kind
            && let Some(counted) = fact(state, moment.history_of(id))
        {
            return Advice { text: note.replace('$', &thing).replace('#', &counted), help };
        }
    }
    without_a_note(HELP_GENERAL)
}
