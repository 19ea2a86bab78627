//! What to write instead, where a program hangs?
//!
//! A table: what is waited for, and a fact that the thing itself tells when it is asked (its
//! senders, its room, who has it, how often it was used) → what usually causes such a wait, and
//! what to write. A verdict has the facts of each wait, and one advice: that of the first wait
//! which no other task of the hang is certain to end.
//!
//! Interface: [`advise`]. Not here: what else is said of the waits (`graph.rs`).

use kettle_events::{Id, Resource, SyncKind, Units};

use super::graph::{Ender, any_waits, circle, could_end, is_undriven};
use super::lint::Lint;
use super::run::Run;
use crate::fold::{Primitive, Task, Wait};
use crate::words::teller::count;

const OF_A_LOCK: &str = "drop the guard before you await what needs the lock: one in the head of a \
    `match`, `if let` or `while let` lives to its end. Or pass what it guards to the function that \
    needs it";
const OF_LOCKS: &str =
    "take the locks in the same order everywhere, or guard both values by one lock";
const OF_JOINS: &str = "a `JoinHandle` is ready only after its task has returned: leave the \
    handles to the task that spawned them";
const OF_A_SET: &str = "drive the set: put `local.run_until(async { … }).await` around the code \
    that waits for its tasks, or write `local.await`, which ends when all of them have ended";
const OF_A_CELL: &str =
    "what initialises a cell must not wait for code that needs the cell: make the value without it";
const OF_A_TURN: &str = "don't keep a future that has begun to wait and is no longer polled: let \
    `select!` own it and drop it, or spawn it, so that it is polled whatever else goes on";
const OF_SENDERS: &str = "drop every sender that is no longer needed, also the one that the others \
    were cloned from: `drop(tx)` before the loop that receives, and before you await the tasks \
    that receive. If a value was to come: the code that sends it has not run";
const OF_PERMITS_TO_SEND: &str = "use or drop each `Permit` of `reserve`, also one that was put \
    aside: it keeps its place, and a closed channel open";
const OF_AN_ANSWER: &str = "send the value, or drop the sender, before you await the receiver. One \
    in a future that isn't polled sends nothing: `join!` it with this wait, or spawn it";
const OF_ROOM: &str = "receive while others send: the task that makes room must not await the task \
    that sends, nor need what that one holds";
const OF_PERMITS: &str = "give the permits back before you wait for what needs some: each is given \
    back when its guard is dropped, and `forget` gives back none";
const OF_TOO_MANY: &str = "ask for no more permits than there are, or add some by `add_permits`";
const OF_A_NOTIFY: &str = "`notify_waiters` wakes only the tasks that wait at that moment, and \
    `notify_one` stores one notification: make the `notified()` future before you look at what it \
    tells of, or use a `watch` channel";
const OF_A_BARRIER: &str = "make the barrier for as many tasks as really come to it, equally \
    often. A wait that has begun counts also if it is dropped: make the future once, and await \
    `&mut wait`";
const OF_A_SET_ONCE: &str = "let the code that sets it run before this wait, and set this one: a \
    clone is a cell of its own";
const OF_NEWS: &str = "a receiver hears what is sent after it was made, or after it has looked: \
    send again, or drop the senders, which ends the wait";
const OF_A_PIPE: &str = "a writer waits while the pipe is full, and a reader until all that it \
    asks for is written or the other end has ended: `flush` what is buffered, `shutdown` what is \
    to end, and read and write at once with `join!`";
const OF_THE_OTHER_END: &str = "`closed` returns only after the other end has been dropped or \
    closed: drop it, or race the two with `select!`";
const OF_A_RUNTIME: &str = "a task runs only while a thread drives its runtime: keep a thread in \
    that runtime's `block_on`, or spawn the task on this one";
const OF_A_JOB: &str = "a blocking job waits on its thread for this runtime: send, receive, or \
    drop the sender or the guard that it needs before you await the job";
const OF_THE_CLOCK: &str = "a paused clock stands still until the blocking jobs have ended: let no \
    job wait for what comes only after a timer";
const OF_A_WAKER: &str = "the code that this task waits for must call its waker";

/// Adds the facts of these tasks' waits, and one advice.
pub(super) fn advise(run: &Run, tasks: &[Id], mut lint: Lint) -> Lint {
    let all: Vec<&Task> = tasks.iter().filter_map(|id| run.fold.task(*id)).collect();
    for wait in all.iter().flat_map(|task| run.open(task)) {
        lint = fact(run, &wait).map_or(lint.clone(), |fact| lint.note(fact));
    }
    if all.iter().any(|task| is_undriven(task)) {
        return lint.help(OF_A_SET);
    }
    if let Some(circle) = tasks.iter().find_map(|id| circle(run, *id)) {
        return lint.help(of_a_circle(run, &circle));
    }
    let is_certain = |(ender, certain): (Ender, bool)| match ender {
        Ender::Task(id) => certain && tasks.contains(&id),
        _ => false,
    };
    let ended = |wait: &Wait| could_end(run, wait).into_iter().any(is_certain);
    let root = all.iter().flat_map(|task| run.open(task)).find(|wait| !ended(wait));
    lint.help(root.map_or(OF_A_WAKER, |wait| advice(run, &wait)))
}

fn of_a_circle(run: &Run, circle: &[Id]) -> &'static str {
    let (is_join, is_cell) = (
        |on| matches!(on, Resource::Task(_)),
        |on| matches!(on, Resource::Sync(SyncKind::OnceCell, ..)),
    );
    match circle {
        all if any_waits(run, all, is_cell) => OF_A_CELL,
        all if !any_waits(run, all, |on| !is_join(on)) => OF_JOINS,
        all if all.len() == 1 || any_waits(run, all, is_join) => OF_A_LOCK,
        _ => OF_LOCKS,
    }
}

/// What to write in place of such a wait.
fn advice(run: &Run, wait: &Wait) -> &'static str {
    use SyncKind::{
        Barrier, Broadcast, JoinSet, Mpsc, Notify, OnceCell, Oneshot, Pipe, Semaphore, SetOnce,
        Watch,
    };
    let known = run.sync(wait.on);
    let is = |fact: fn(&Primitive) -> bool| known.is_some_and(fact);
    match wait.on {
        Resource::Sync(kind, ..) if !kind.is_channel() && run.handed(wait.on).is_some() => {
            OF_A_TURN
        }
        Resource::Sync(OnceCell, ..) => OF_A_CELL,
        Resource::Sync(kind, ..) if kind.is_lock() => OF_A_LOCK,
        Resource::Sync(Mpsc, ..) if known.and_then(taken_room).is_some() => OF_PERMITS_TO_SEND,
        Resource::Sync(Mpsc | Oneshot, ..) => OF_ROOM,
        Resource::Sync(Semaphore, _, units, _) if known.is_some_and(|it| it.never_had(units)) => {
            OF_TOO_MANY
        }
        Resource::Sync(Semaphore, ..) => OF_PERMITS,
        Resource::Sync(Notify, ..) => OF_A_NOTIFY,
        Resource::Sync(Barrier, ..) => OF_A_BARRIER,
        Resource::Sync(SetOnce, ..) => OF_A_SET_ONCE,
        Resource::Sync(Watch | Broadcast, ..) => OF_NEWS,
        Resource::Sync(Pipe, ..) => OF_A_PIPE,
        Resource::SyncValue(Mpsc, _) if is(|it| it.closed) => OF_PERMITS_TO_SEND,
        Resource::SyncValue(Oneshot, _) => OF_AN_ANSWER,
        Resource::SyncValue(JoinSet, _) | Resource::Task(_) if run.has_jobs() => OF_A_JOB,
        Resource::SyncValue(..) => OF_SENDERS,
        Resource::SyncClosed(..) => OF_THE_OTHER_END,
        Resource::Task(_) => OF_A_RUNTIME,
        Resource::Timer(_) => OF_THE_CLOCK,
        _ => OF_A_WAKER,
    }
}

/// What the thing tells that is waited for.
fn fact(run: &Run, wait: &Wait) -> Option<String> {
    let (Resource::Sync(kind, id, ..) | Resource::SyncValue(kind, id)) = wait.on else {
        return None;
    };
    let (known, name) = (run.fold.primitive(id)?, run.thing(id));
    Some(match (wait.on, kind) {
        (Resource::SyncValue(..), SyncKind::Oneshot) => {
            format!("{name} is empty, and its sender is neither used nor dropped")
        }
        (Resource::SyncValue(..), _) if known.closed => format!(
            "{name} is empty, and its receiver has closed it: `recv` returns `None` only after \
             each `Permit` of `reserve` has been used or dropped"
        ),
        (Resource::SyncValue(..), _) => format!(
            "{name} is empty and still has {}: `recv` returns `None` only after the last sender \
             has been dropped",
            count(known.senders?, "sender")
        ),
        (_, SyncKind::Mpsc) => {
            let room = count(known.room?, "value");
            match (taken_room(known), known.receiver.filter(|id| run.fold.task(*id).is_some())) {
                (Some(taken), _) => format!(
                    "{name} has room for {room}, and {} of it without a value: reserved, or given \
                     to a `send` that is not polled",
                    count(taken, "place")
                ),
                (_, Some(task)) => {
                    format!(
                        "{name} has room for {room} and is full; {} received from it last",
                        run.name(task)
                    )
                }
                _ => format!(
                    "{name} has room for {room} and is full, and no task has received from it"
                ),
            }
        }
        (Resource::Sync(_, _, Units::Count(some), _), SyncKind::Semaphore) => match known.first {
            Some(first) if known.never_had(Units::Count(some)) => {
                format!(
                    "{name} was made with {}, and {some} at once are waited for",
                    count(first, "permit")
                )
            }
            _ => format!("{name} has {} free", count(known.count?, "permit")),
        },
        (_, SyncKind::Barrier) => {
            let more = known.count?;
            let have = if more == 1 { "has" } else { "have" };
            format!("{name} opens when {} more {have} come to it", count(more, "task"))
        }
        (_, SyncKind::Notify) if known.uses == 0 => format!("no task has notified {name} so far"),
        (_, SyncKind::Notify) if known.unheard => format!(
            "`notify_waiters` was called on {name} while no task waited there: that stores nothing"
        ),
        (_, kind) if !kind.is_channel() && run.handed(wait.on).is_some() => format!(
            "{name} was given to a future that was woken to take it. It isn't polled, and keeps \
             its turn"
        ),
        _ => return None,
    })
}

/// So much of a channel's room is neither free nor has a value in it, though tasks wait for some.
fn taken_room(channel: &Primitive) -> Option<usize> {
    let taken = channel.room?.checked_sub(channel.count?)?;
    (taken > 0 && !channel.closed).then_some(taken)
}
