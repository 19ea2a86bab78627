//! What to write instead, where a program hangs?
//!
//! One cure, for the waits at the root: a task that waits for another task's end, or for a lock that a waiting
//! task has taken, goes on when that one does. Of several causes the first in [`advice`] counts: what is more
//! particular comes before what is more general.
//!
//! Interface: [`advice`]. Not here: what each task waits for, in words (`hung.rs`).

use kettle_events::{Id, Resource, SyncKind};

use super::hung::{is_foreign, is_undriven, of_task, receiver, unread};
use super::run::Run;
use crate::fold::{Primitive, Task};

/// Where a cell is asked for by the code that makes its value.
pub(super) const OF_A_CELL: &str = "what initialises a cell must not wait for code that needs the cell: make the \
    value without it";

/// Of the senders of a channel, where no value comes.
macro_rules! drop_the_senders {
    ($more:literal) => {
        concat!(
            "drop every sender that is no longer needed, also the one that the others were cloned from: \
             `drop(tx)` before the loop that receives, and before you await the tasks that receive. ",
            $more
        )
    };
}

/// The tasks that hang, and what those at the root wait for.
struct Hung<'a> {
    run: &'a Run,
    tasks: Vec<&'a Task>,
    roots: Vec<Resource>,
}

/// What to write instead.
pub(super) fn advice(run: &Run, tasks: impl Iterator<Item = Id>) -> &'static str {
    let tasks: Vec<&Task> = tasks.filter_map(|id| run.fold.task(id)).collect();
    let all: Vec<Resource> =
        tasks.iter().flat_map(|task| of_task(run, task)).map(|wait| wait.on).collect();
    let roots: Vec<Resource> = all.iter().copied().filter(|on| is_root(run, *on)).collect();
    let roots = if roots.is_empty() { all } else { roots };
    let hung = Hung { run, tasks, roots };
    let advices =
        [Hung::of_futures, Hung::of_locks, Hung::of_room, Hung::of_permits, Hung::of_values];
    let found = advices.iter().find_map(|advice| advice(&hung));
    found.or_else(|| hung.of_the_rest()).unwrap_or(
        "look at the first place above: which code was to end that wait, and why has it not run?",
    )
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

impl Hung<'_> {
    /// What is not polled can't go on.
    fn of_futures(&self) -> Option<&'static str> {
        let set_aside = |on: &Resource| {
            let known = self.primitive(*on).filter(|known| !known.kind.is_channel());
            known.is_some_and(|known| !known.handed.is_empty())
        };
        if self.tasks.iter().any(|task| is_undriven(task)) {
            Some(
                "drive the set: put `local.run_until(async { … }).await` around the code that waits for its \
                 tasks; or write `local.await`, which ends when all of them have ended",
            )
        } else if self.roots.iter().any(set_aside) {
            Some(
                "don't keep a future that has begun to wait and is no longer polled: let `select!` own it and \
                 drop it, or spawn it, so that it is polled whatever else goes on",
            )
        } else {
            None
        }
    }

    fn of_locks(&self) -> Option<&'static str> {
        let own = |task: &&Task| self.waits(task).iter().any(|on| self.holds(task, *on));
        if self.tasks.iter().any(own) {
            Some(
                "two futures of one task wait for each other here, as branches of a `join!` do: take the locks in \
                 the same order in both, or drop the first guard before the second lock",
            )
        } else if self.at(SyncKind::OnceCell) {
            Some(OF_A_CELL)
        } else if self.any(|on| matches!(on, Resource::Sync(kind, ..) if kind.is_lock())) {
            Some(
                "don't await other tasks while you hold a lock that they need: drop the guard first",
            )
        } else {
            None
        }
    }

    /// A channel is full, and its receiver elsewhere.
    fn of_room(&self) -> Option<&'static str> {
        let full = |on: &Resource| matches!(on, Resource::Sync(SyncKind::Mpsc, ..));
        if !self.roots.iter().any(full) {
            return None;
        }
        // The tasks that wait for room, each with the one that would make some.
        let pairs = self.tasks.iter().flat_map(|task| {
            let channels = self.waits(task).into_iter().filter(full);
            let known = channels.filter_map(|on| self.primitive(on));
            known.filter_map(|known| Some((*task, receiver(self.run, known)?)))
        });
        let (own, pairs): (Vec<_>, Vec<_>) =
            pairs.partition(|(sender, other): &(&Task, &Task)| sender.id == other.id);
        let needs_a_guard = |(sender, receiver): &(&Task, &Task)| {
            self.waits(receiver).iter().any(|on| self.holds(sender, *on))
        };
        Some(if pairs.iter().any(needs_a_guard) {
            "drop the guard before the `send`: the task that receives needs that lock before it receives the next \
             value, and so makes no room while the sender holds it"
        } else if !pairs.is_empty() {
            "let the task that receives wait for nothing that comes only after this `send`: what it awaits there \
             belongs in a task of its own"
        } else if !own.is_empty() {
            "a task that waits for room in the channel from which it receives itself makes none: keep what is to be \
             done later in a list of its own, use a channel without a limit, or send from another task"
        } else {
            "receive while other tasks send: move the loop that receives into a task of its own. If no more \
             values are wanted, drop the receiver"
        })
    }

    fn of_permits(&self) -> Option<&'static str> {
        let too_many = |on: &Resource| match *on {
            Resource::Sync(SyncKind::Semaphore, _, units, _) => {
                self.primitive(*on).is_some_and(|known| known.never_had(units))
            }
            _ => false,
        };
        let taken = |on: &Resource| {
            let known = self.primitive(*on).filter(|known| known.kind == SyncKind::Semaphore);
            known.is_some_and(|known| !known.holders.is_empty())
        };
        if self.roots.iter().any(too_many) {
            Some("ask for no more permits at once than the semaphore has, or make it with more")
        } else if self.at(SyncKind::Semaphore) && !self.roots.iter().any(taken) {
            Some(
                "no task has a permit that it could give back: permits that were forgotten come back only by \
                 `add_permits`. See whether the code that adds them still runs: a task that panicked, or that was \
                 aborted, adds none",
            )
        } else if self.at(SyncKind::Semaphore) {
            Some(
                "a task that waits for more permits of a semaphore should hold none of it: acquire all at once with \
                 `acquire_many`, or drop the permits first. A permit that was forgotten comes back only by \
                 `add_permits`",
            )
        } else {
            None
        }
    }

    /// No value comes.
    fn of_values(&self) -> Option<&'static str> {
        let value =
            |on: &&Resource| matches!(on, Resource::SyncValue(kind, _) if kind.is_channel());
        let values: Vec<&Resource> = self.roots.iter().filter(value).collect();
        let has_had_some = |on: &&Resource| match **on {
            Resource::SyncValue(_, id) => self.run.fold.primitive(id).is_some_and(|it| it.high > 0),
            _ => false,
        };
        if self.tasks.iter().any(|task| unread(self.run, task).is_some()) {
            Some(
                "don't await an answer in the loop that receives: it may depend on a message that this loop has yet \
                 to receive. Spawn a task that asks and awaits the answer, or let a `select!` await the answer \
                 and `recv` at once; or send along what the other side would have to ask for",
            )
        } else if self.any(|on| matches!(on, Resource::SyncValue(SyncKind::Oneshot, _))) {
            Some(
                "send the value, or drop the sender, before you await the receiver. A sender that waits in a map for its \
                 answer must be used or dropped in any case, also if the answer is an error. Tasks that ask each other \
                 must answer while they wait: with `select!`, or in a task of its own",
            )
        } else if values.len() > 1 {
            Some(
                "if each task sends only after it has received, let one of them send first. If no more values \
                 will come, drop every sender that is no longer needed",
            )
        } else if self.is_shared(&values) {
            Some(drop_the_senders!(
                "If the values are lent, and come back, as those of a pool do: take no second one while you have \
                 one, or put in more"
            ))
        } else if values.iter().any(has_had_some) {
            Some(drop_the_senders!(
                "A sender that the receiving task keeps for itself can be a `WeakSender`"
            ))
        } else if !values.is_empty() {
            Some(drop_the_senders!(
                "If one is in a future that was never polled, it sends nothing yet: spawn that future, or `join!` \
                 it with the code that receives"
            ))
        } else {
            None
        }
    }

    /// Does a task that waits for such a value hold a lock for which another one waits? Then several receive, one
    /// after the other.
    fn is_shared(&self, values: &[&Resource]) -> bool {
        let receives = |task: &&&Task| self.waits(task).iter().any(|on| values.contains(&on));
        let mut receivers = self.tasks.iter().filter(receives);
        receivers.any(|task| {
            let mut all = self.tasks.iter().flat_map(|other| self.waits(other));
            all.any(|on| self.holds(task, on))
        })
    }

    fn of_the_rest(&self) -> Option<&'static str> {
        let job =
            |on: &Resource| matches!(on, Resource::Task(job) if self.run.fold.task(*job).is_none());
        let foreign =
            |on: &Resource| matches!(on, Resource::Task(task) if is_foreign(self.run, *task));
        let mut jobs = self.run.fold.jobs();
        let queued = || jobs.any(|(_, job)| job.out && job.waited.is_none());
        let unheard = |on: &Resource| {
            let known = self.primitive(*on);
            known.is_some_and(|known| known.uses > 0 && known.receiver.is_none())
        };
        Some(if self.at(SyncKind::Broadcast) && self.roots.iter().any(unheard) {
            "a receiver gets only what is sent after `subscribe`: subscribe before the value is sent, which is before \
             the task is spawned, and hand the receiver to the task"
        } else if self.at(SyncKind::Broadcast) {
            "`recv` of a broadcast channel returns `Err(Closed)` only after its last `Sender` has been \
             dropped: `drop(tx)` when the last value has been sent, before you await the tasks that receive"
        } else if self.at(SyncKind::Watch) {
            "`changed` returns only after a send, or with an error after the last `Sender` has been dropped: \
             `drop(tx)` when the last value has been sent, before you await the tasks that receive"
        } else if self.at(SyncKind::Notify) {
            "`notify_waiters` wakes only the tasks that wait at that moment. `notify_one` stores a \
             notification for the task that comes next. Or make the `notified()` future before the other \
             code can call, and `enable` it"
        } else if self.at(SyncKind::Barrier) {
            "make the barrier for as many tasks as really come to it, or spawn the task that is missing"
        } else if self.at(SyncKind::Pipe) {
            "a writer waits while the pipe is full, and a reader until something is written or the other end has \
             ended. If one reads to the end, end the other by `shutdown().await`: a half of `split` that is dropped ends \
             nothing while the other half is left. If both ends write before they read, let one of them read first, or \
             read and write at once with `join!`"
        } else if self.roots.iter().any(foreign) {
            "a task runs only while a thread drives its runtime: keep a thread in that runtime's `block_on`, or spawn the \
             task on this one"
        } else if self.roots.iter().any(job) && { queued }() {
            "the jobs that have a thread wait for what only a queued job would do: start first the jobs that \
             others wait for, allow more threads (`max_blocking_threads`), or wait in an async task, which \
             takes no thread"
        } else if self.roots.iter().any(job) {
            "a blocking job waits for something that comes only after it has ended. If it receives, send what it \
             needs or drop the senders before you await the job; if it sends into a channel with a limit, receive before \
             you await the job; if it needs a lock, drop the guard before"
        } else {
            return None;
        })
    }
}

impl Hung<'_> {
    fn any(&self, is: fn(&Resource) -> bool) -> bool {
        self.roots.iter().any(is)
    }

    fn at(&self, kind: SyncKind) -> bool {
        self.roots.iter().any(|on| matches!(on, Resource::Sync(of, ..) if *of == kind))
    }

    fn primitive(&self, on: Resource) -> Option<&Primitive> {
        match on {
            Resource::Sync(_, sync, ..) => self.run.fold.primitive(sync),
            _ => None,
        }
    }

    fn waits(&self, task: &Task) -> Vec<Resource> {
        of_task(self.run, task).into_iter().map(|wait| wait.on).collect()
    }

    /// (A permit that it has is no lock: other tasks can release or add some.)
    fn holds(&self, task: &Task, on: Resource) -> bool {
        let lock = self.primitive(on).filter(|known| known.kind.is_lock());
        lock.is_some_and(|lock| lock.holders.iter().any(|(_, holder)| holder.task == Some(task.id)))
    }
}
