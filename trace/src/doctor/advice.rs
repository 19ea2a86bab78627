//! What to write instead, where a program hangs?
//!
//! The cure is for the waits at the root (`roots.rs`). What comes first there may be a guard that another task waits
//! for. No event tells which code was to end the other waits: so where there are several, the possibilities are named.
//!
//! Interface: [`advice`]. Not here: what each task waits for, in words (`hung.rs`).

use kettle_events::{Id, Kind, Resource, SyncKind};

use super::hung::{awaited, is_foreign, is_undriven, receiver, unread, unserved};
use super::roots::{Hung, Keeper, is_kept};
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

/// So many tasks are told of that keep what others wait for.
const SHOWN: usize = 2;

/// What to write instead.
pub(super) fn advice(run: &Run, tasks: impl Iterator<Item = Id>) -> String {
    let hung = Hung::new(run, tasks.filter_map(|id| run.fold.task(id)).collect());
    let alone = [Hung::of_futures, Hung::of_locks, Hung::of_a_full_channel];
    if let Some(advice) = alone.iter().find_map(|advice| advice(&hung)) {
        return advice.to_owned();
    }
    if let Some(lost) = hung.lost().filter(|_| !hung.in_a_circle) {
        let name = run.name(lost);
        return format!(
            "{name} comes first: nothing can wake it, and what it was to do next may be what the others wait for"
        );
    }
    let mut all = hung.of_keepers();
    if all.is_empty() || !hung.in_a_circle {
        let others =
            [Hung::of_room, Hung::of_permits, Hung::of_the_rest, Hung::of_unread, Hung::of_values];
        let others = others.iter().filter_map(|advice| advice(&hung)).map(str::to_owned);
        let at = if hung.shares_a_receiver() { 0 } else { all.len() };
        all.splice(at..at, others);
    }
    if all.is_empty() {
        return "look at the first place above: which code was to end that wait, and why has it not run?"
            .to_owned();
    }
    all.join(". Or: ")
}

impl Hung<'_> {
    /// What they keep, the others may need before they can end that wait.
    fn of_keepers(&self) -> Vec<String> {
        let told = |(id, Keeper { waits, keeps, other }): (&Id, &Keeper)| {
            let (name, other) = (self.run.name(*id), self.run.name(*other));
            let (thing, drop) = match keeps {
                Resource::Sync(SyncKind::Semaphore, sync, ..) => {
                    (format!("permits of {}", self.run.thing(*sync)), "give them back")
                }
                Resource::Sync(_, sync, ..) => (self.run.thing(*sync), "drop the guard"),
                _ => return None,
            };
            let waits_too = awaited(self.run, *waits, *id);
            let cure = match waits {
                Resource::Sync(kind, ..) if self.in_a_circle && is_kept(*kind) => {
                    format!("{drop} before that wait, or take both in the same order everywhere")
                }
                _ if self.in_a_circle => format!("{drop} before that wait"),
                _ => format!("if {other} has to go on before that wait can end, {drop} before it"),
            };
            Some(format!(
                "{name} waits {waits_too}, and keeps {thing} meanwhile, for which {other} waits: {cure}"
            ))
        };
        self.keepers.iter().filter_map(told).take(SHOWN).collect()
    }

    /// Workers that share a receiver keep its lock while they wait for a value, and that is right.
    fn shares_a_receiver(&self) -> bool {
        self.keepers.iter().any(|(id, keeper)| match (keeper.waits, keeper.keeps) {
            (Resource::SyncValue(SyncKind::Mpsc, channel), Resource::Sync(kind, ..)) => {
                let known = self.run.fold.primitive(channel);
                kind.is_lock() && known.is_none_or(|known| known.receiver != Some(*id))
            }
            _ => false,
        })
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
        let roots = || self.roots.iter().filter_map(|on| self.primitive(*on));
        if self.tasks.iter().any(own) {
            Some(
                "a future of this task waits for a lock that the task itself has: drop the guard before you await \
                 what needs it, also in a `join!`, a `select!` or a set of futures. If two branches of a `join!` \
                 wait for each other's locks, take these in the same order in both",
            )
        } else if self.at(SyncKind::OnceCell) {
            Some(OF_A_CELL)
        } else if self.keepers.is_empty() && roots().any(|known| known.kind.is_lock()) {
            Some(
                "the guard of that lock is still there: drop it, also one that was stored or sent elsewhere, before you \
                 await what needs the lock",
            )
        } else {
            None
        }
    }

    /// It is full, and its receiver waits for the sender's lock.
    fn of_a_full_channel(&self) -> Option<&'static str> {
        let needs_a_guard = |(sender, receiver): &(&Task, &Task)| {
            self.waits(receiver).iter().any(|on| self.holds(sender, *on))
        };
        self.full().iter().any(needs_a_guard).then_some(
            "drop the guard before the `send`: the task that receives needs that lock before it receives the next \
             value, and so makes no room while the sender holds it",
        )
    }

    /// A channel is full, and its receiver elsewhere.
    fn of_room(&self) -> Option<&'static str> {
        if !self.roots.iter().any(is_room) {
            return None;
        }
        let (own, pairs): (Vec<_>, Vec<_>) =
            self.full().into_iter().partition(|(sender, other)| sender.id == other.id);
        Some(if !pairs.is_empty() {
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

    /// The tasks that wait for room, each with the one that would make some.
    fn full(&self) -> Vec<(&Task, &Task)> {
        let pairs = self.tasks.iter().flat_map(|task| {
            let channels = self.waits(task).iter().filter(|on| is_room(on));
            let known = channels.filter_map(|on| self.primitive(*on));
            known.filter_map(|known| Some((*task, receiver(self.run, known)?)))
        });
        pairs.collect()
    }

    fn of_permits(&self) -> Option<&'static str> {
        let too_many = |on: &Resource| match *on {
            Resource::Sync(SyncKind::Semaphore, _, units, _) => {
                self.primitive(*on).is_some_and(|known| known.never_had(units))
            }
            _ => false,
        };
        let alive = |id: Id| self.run.fold.task(id).is_some_and(|task| !task.is_over());
        let taken = |on: &Resource| {
            let known = self.primitive(*on).filter(|known| known.kind == SyncKind::Semaphore);
            let mut holders = known.into_iter().flat_map(|known| &known.holders);
            holders.any(|(_, holder)| holder.task.is_none_or(alive))
        };
        if self.roots.iter().any(too_many) {
            Some("ask for no more permits at once than the semaphore has, or make it with more")
        } else if self.at(SyncKind::Semaphore) && !self.roots.iter().any(taken) {
            Some(
                "no task has a permit that it could give back: permits that were forgotten (`forget`) come back only by \
                 `add_permits`. See whether the code that adds them still runs: a task that panicked, or that was \
                 aborted, adds none",
            )
        } else if self.at(SyncKind::Semaphore) {
            Some(
                "a task that waits for more permits of a semaphore should hold none of it: acquire all at once with \
                 `acquire_many`, or drop the permits first. A permit that was forgotten comes back only by \
                 `add_permits`, and one that was stored when it is dropped",
            )
        } else {
            None
        }
    }

    /// No value comes, and others lie in a channel.
    fn of_unread(&self) -> Option<&'static str> {
        let value = |on: &Resource| matches!(on, Resource::SyncValue(kind, _) if kind.is_channel());
        if !self.roots.iter().any(value) {
            None
        } else if self.tasks.iter().any(|task| unread(self.run, task).is_some()) {
            Some(
                "don't await an answer in the loop that receives: it may depend on a message that this loop has yet \
                 to receive. Spawn a task that asks and awaits the answer, or let a `select!` await the answer \
                 and `recv` at once; or send along what the other side would have to ask for",
            )
        } else if unserved(self.run).is_some() {
            Some(
                "if what is awaited comes from the code that receives from the channel with values in it: start that \
                 loop, in a task of its own, before you wait",
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
        if values.is_empty() {
            None
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
                "A sender that the receiving task keeps for itself can be a `WeakSender`. If a value was still to come: see \
                 whether the code that sends it has run. A task that returned early, or panicked, sends nothing"
            ))
        } else {
            Some(drop_the_senders!(
                "If one is in a future that was never polled, it sends nothing yet: spawn that future, or `join!` \
                 it with the code that receives"
            ))
        }
    }

    /// Does a task that waits for such a value hold a lock for which another one waits? Then several receive, one
    /// after the other.
    fn is_shared(&self, values: &[&Resource]) -> bool {
        let receives = |task: &&&Task| self.waits(task).iter().any(|on| values.contains(&on));
        let mut receivers = self.tasks.iter().filter(receives);
        receivers.any(|task| {
            let mut all = self.tasks.iter().flat_map(|other| self.waits(other));
            all.any(|on| self.holds(task, *on))
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
             dropped: `drop(tx)` when the last value has been sent, before you await the tasks that receive. A sender \
             that a receiving task keeps for itself can be a `WeakSender`"
        } else if self.at(SyncKind::Watch) {
            "`changed` returns only after a send that this receiver has not seen: the value that is there when you \
             `subscribe` counts as seen. So look at it first, or use `wait_for`. After the last `Sender` has been \
             dropped it returns an error: `drop(tx)` when the last value has been sent, before you await the tasks \
             that receive"
        } else if self.at(SyncKind::Notify) {
            "`notify_waiters` wakes only the tasks that wait at that moment. `notify_one` stores a notification for \
             the task that comes next, and only one, however often it is called: to count, use a `Semaphore`. Or make \
             the `notified()` future before the other code can call, and `enable` it. If it was not called, see \
             whether the code that calls it has run"
        } else if self.at(SyncKind::Barrier) {
            "make the barrier for as many tasks as really come to it, or spawn the task that is missing. A task that \
             panics, or leaves with an error, before it has come there keeps the others waiting: let it come in any case"
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
            "a blocking job waits for another thread or for this runtime, and neither can go on. If it receives, send what \
             it needs or drop the senders before you await the job; if it sends into a channel with a limit, receive \
             before you await the job; if it needs a lock, drop the guard before. Jobs that need each other's locks take \
             these in the same order everywhere"
        } else {
            return None;
        })
    }
}

impl Hung<'_> {
    /// A task that nothing of kettle's will wake, where a value doesn't come. (`block_on`'s own future may wait forever.)
    fn lost(&self) -> Option<Id> {
        self.roots
            .iter()
            .find(|on| matches!(on, Resource::SyncValue(kind, _) if kind.is_channel()))?;
        let lost = |task: &&&Task| task.kind == Kind::Task && self.waits(task).is_empty();
        self.tasks.iter().find(lost).map(|task| task.id)
    }

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

    /// (A permit that it has is no lock: other tasks can release or add some.)
    fn holds(&self, task: &Task, on: Resource) -> bool {
        let lock = self.primitive(on).filter(|known| known.kind.is_lock());
        lock.is_some_and(|lock| lock.holders.iter().any(|(_, holder)| holder.task == Some(task.id)))
    }
}

/// Does this wait for room in a channel?
fn is_room(on: &Resource) -> bool {
    matches!(on, Resource::Sync(SyncKind::Mpsc, ..))
}
