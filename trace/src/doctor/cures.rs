//! What to write instead, where something of this kind is waited for?
//!
//! Room, permits, a notification, a job: each function has the advice for the waits of its kind at the root
//! of a hang, if there are some. No event tells which code was to end such a wait, so what may not hold is said with
//! its condition.
//!
//! Interface: the functions, on [`Hung`]. Not here: which of them are asked, and what comes before
//! (`advice.rs`); a value (`values.rs`).

use kettle_events::{Id, Resource, SyncKind};

use super::channels::{receiver, taken_room};
use super::hung::{called_instead, is_foreign};
use super::roots::Hung;
use crate::fold::{Primitive, Task};

/// Of so many tasks the files are looked at, or where their wakers are.
pub(super) const FEW: usize = 8;

const BOTH_WAIT: &str = "a writer waits while the connection is full, and a reader until all that it asks for is written (a line ends with \
    `\\n`) or the other end has ended. What `read_exact` and the like have read is lost if `select!` or a limit drops \
    them: keep the future for the next round. A `BufWriter` keeps what is written: `flush().await` it before you wait for an \
    answer. If one reads to the end, end the other by `shutdown().await`: a half of `split` that is dropped ends \
    nothing while the other half is left. If both ends write before they read, let one of them read first, or \
    read and write at once with `join!`";

impl Hung<'_> {
    /// A channel is full, and its receiver elsewhere.
    pub(super) fn of_room(&self) -> Option<&'static str> {
        if !self.roots.iter().any(is_room) {
            return None;
        }
        let mut waited =
            self.roots.iter().filter(|on| is_room(on)).filter_map(|on| self.primitive(*on));
        if waited.any(|known| taken_room(known).is_some()) {
            return Some(
                "use a `Permit` (`permit.send(value)`), or drop it, before the same code sends into that channel or waits \
                 for its receiver; and don't keep a `send` that has begun to wait without polling it",
            );
        }
        let (own, pairs): (Vec<_>, Vec<_>) =
            self.full().into_iter().partition(|(sender, other)| sender.id == other.id);
        let sends = |task: &Task| self.waits(task).iter().any(is_room);
        Some(if own.is_empty() && pairs.iter().any(|(_, other)| sends(other)) {
            "a task that receives waits for room itself, and so makes none: receive while you send, with a `select!` over both, or in a task \
             of its own that only receives. More room only puts that off"
        } else if own.is_empty() && !pairs.is_empty() {
            "let the task that receives wait for nothing that comes only after this `send`: what it awaits there \
             belongs in a task of its own"
        } else if !own.is_empty() {
            "a task that waits for room in the channel from which it receives itself makes none: use a channel without a \
             limit, or send from another task; or, if no other task receives there, keep what is to be done later in a list of its own. (If its receiver has been \
             moved to another task since: what does that wait for before it receives?)"
        } else {
            "receive while other tasks send: move the loop that receives into a task of its own. If no more \
             values are wanted, drop the receiver. A future or stream of your own that has several receivers must ask each \
             of them before it returns `Pending`"
        })
    }

    /// The tasks that wait for room, each with the one that would make some.
    pub(super) fn full(&self) -> Vec<(&Task, &Task)> {
        let pairs = self.tasks.iter().flat_map(|task| {
            let channels = self.waits(task).iter().filter(|on| is_room(on));
            let known = channels.filter_map(|on| self.primitive(*on));
            known.filter_map(|known| Some((*task, receiver(self.run, known)?)))
        });
        pairs.collect()
    }

    pub(super) fn of_permits(&self) -> Option<&'static str> {
        let too_many = |on: &Resource| match *on {
            Resource::Sync(SyncKind::Semaphore, _, units, _) => {
                self.primitive(*on).is_some_and(|known| known.never_had(units))
            }
            _ => false,
        };
        let alive = |id: Id| self.run.fold.task(id).is_some_and(|task| !task.is_over());
        let semaphore =
            |on: &Resource| self.primitive(*on).filter(|known| known.kind == SyncKind::Semaphore);
        let holders = |on: &Resource| semaphore(on).into_iter().flat_map(|known| &known.holders);
        let taken =
            |on: &Resource| holders(on).any(|(_, it)| !it.owned && it.task.is_none_or(alive));
        let kept = |on: &Resource| holders(on).next().is_some();
        let had_none = |on: &Resource| {
            semaphore(on).is_some_and(|known| known.first == Some(0) && known.most == 0)
        };
        if self.roots.iter().any(had_none) {
            Some(
                "that semaphore has had no permit yet. If `add_permits` is called: see whether that comes only after a wait \
                 that hangs. If not: make it with as many permits as tasks may go on at a time (0 means none; for no limit, \
                 `Semaphore::MAX_PERMITS`)",
            )
        } else if self.roots.iter().any(too_many) {
            Some("ask for no more permits at once than the semaphore has, or make it with more")
        } else if self.at(SyncKind::Semaphore) && !self.roots.iter().any(taken) {
            if self.roots.iter().any(kept) {
                return Some(
                    "a permit that a task has given away or left behind is kept wherever it was put: in a map, a struct, a channel, the task's \
                     output. Drop it there when that for which it was taken is over",
                );
            }
            Some(
                "no task has a permit that it could give back: `forget` destroys one, so drop it instead. If permits are to come from \
                 `add_permits`: see whether the code that adds them still runs. A task that returned early, panicked or was \
                 aborted adds none",
            )
        } else if self.at(SyncKind::Semaphore) {
            Some(
                "a task that waits for more permits of a semaphore should hold none of it: acquire all at once with \
                 `acquire_many`, or drop the permits first. A permit that was forgotten is gone, so drop it in place of \
                 `forget`; and one that was stored comes back when it is dropped. (A task's output is kept until its handle is awaited or dropped: let the task drop its permit before it returns, or await the handle before you acquire more)",
            )
        } else {
            None
        }
    }

    pub(super) fn of_the_rest(&self) -> Option<&'static str> {
        let job =
            |on: &Resource| matches!(on, Resource::Task(job) if self.run.fold.task(*job).is_none());
        let foreign =
            |on: &Resource| matches!(on, Resource::Task(task) if is_foreign(self.run, *task));
        let unheard = |on: &Resource| {
            let known = self.primitive(*on);
            known.is_some_and(|known| known.uses > 0 && known.receiver.is_none())
        };
        let was_left = |on: &Resource| {
            self.primitive(*on).is_some_and(|it| it.kind == SyncKind::Barrier && it.unheard)
        };
        let opened = |on: &Resource| self.primitive(*on).is_some_and(Primitive::has_opened);
        let silent = |kind: SyncKind| {
            let known = self.roots.iter().filter_map(|on| self.primitive(*on));
            { known }.any(|known| known.kind == kind && known.uses == 0)
        };
        Some(if self.any(|on| matches!(on, Resource::SyncClosed(..))) {
            "`closed` returns only after the last receiver has been dropped (or, of an `mpsc` channel, closed): drop \
             those that are no longer needed, also the one that came with the sender. A task that receives until the \
             channel ends waits for the sender: drop that, and await the task instead"
        } else if self.at(SyncKind::Broadcast) && self.roots.iter().any(unheard) {
            "a receiver gets only what is sent after `subscribe`: subscribe before the value is sent, which is before \
             the task is spawned, and hand the receiver to the task"
        } else if self.at(SyncKind::Broadcast) {
            "a receiver gets only what is sent after its `subscribe` or `resubscribe`, so make it before the value is \
             sent; and leave the loop at an error. `recv` of a broadcast channel returns `Err(Closed)` only after its last `Sender` has been \
             dropped: `drop(tx)` when the last value has been sent, before you await the tasks that receive. A sender \
             that a receiving task keeps for itself can be a `WeakSender`. If a value was still to come: see whether the code \
             that sends it comes only after a wait that hangs"
        } else if self.at(SyncKind::Watch) && silent(SyncKind::Watch) {
            "no new value has been announced in that `watch` channel yet. If the code that sends it comes only after a wait that \
             hangs, such as that for the very tasks which it would tell: send first, and then await them. The value that is there when \
             you `subscribe` counts as seen: look at it first, or use `wait_for`. A `send_if_modified` whose closure returns `false` \
             announces none, whatever it has stored. While there is no receiver `send` fails and stores nothing: use \
             `send_replace` or `send_modify`. If nothing is to be sent, drop the sender"
        } else if self.at(SyncKind::Watch) {
            "`changed` returns only after a send that this receiver has not seen: the value that is there when you \
             `subscribe` counts as seen. So look at it first, or use `wait_for`; and that sees only the newest value: \
             let it ask for what stays true (`*n >= 2`). `send_if_modified` tells no task if its closure returns `false`. \
             After the last `Sender` has been dropped both return an error: `drop(tx)` when the last value has been sent. Send and drop \
             before you await the tasks that receive"
        } else if self.roots.iter().any(|on| called_instead(self.run, *on).is_some()) {
            "another `Notify` was called, at which no task waits: if it was meant for these tasks, let both sides have the same one \
             (clones of one `Arc`). If not: see whether the code that calls theirs comes only after a wait that hangs"
        } else if self.at(SyncKind::Notify) && silent(SyncKind::Notify) {
            "no task has called that `Notify` yet: see whether the code that calls it comes only after a wait that \
             hangs. Where tasks notify each other in turn, one of them has to call before it waits. If another thread calls \
             it: `notify_waiters` wakes only the tasks that wait at that moment, and `notify_one` stores one notification"
        } else if self.at(SyncKind::Notify) {
            "`notify_waiters` wakes only the tasks that wait at that moment. For what stays true (loaded, closed) use a `watch` \
             channel: its `wait_for` also sees what was sent before. `notify_one` stores a notification for \
             the task that comes next, and only one, however often it is called: to count, use a `Semaphore`. Or make \
             the `notified()` future, `enable` it, and then look at the flag that is set before the call. If it was not \
             called, see whether the code that calls it has run"
        } else if self.at(SyncKind::SetOnce) {
            "see whether the code that sets it comes only after a wait that hangs, and sets this one: a clone is a cell of its own, so \
             let both sides have the same one (clones of one `Arc`). A task that returned early, or panicked, \
             sets nothing"
        } else if self.at(SyncKind::Barrier) && self.roots.iter().any(was_left) {
            "a wait that has begun counts at the barrier also if a `timeout`, a `select!` or an abort drops it, and a task that \
             waits anew counts twice: make the future once (`let wait = barrier.wait(); pin!(wait);`) and await `&mut wait` in each \
             round, or wait without a limit. And a task that leaves for good before it has come keeps the others waiting: make the \
             barrier for as many tasks as really come"
        } else if self.roots.iter().any(opened) {
            "that barrier has opened before, with all of its tasks, so let each of them come equally often: a `wait` that only one \
             task reaches, as inside `if ….is_leader()`, waits forever, and so does one after another task has ended or has left \
             its loop"
        } else if self.at(SyncKind::Barrier) {
            "make the barrier for as many tasks as really come to it, or spawn the task that is missing; and let none come to it \
             only after it has awaited one that waits there. A task that \
             panics, or leaves with an error, before it has come there keeps the others waiting: let it come in any case"
        } else if self.roots.iter().any(foreign) {
            "a task runs only while a thread drives its runtime: keep a thread in that runtime's `block_on`, or spawn the \
             task on this one"
        } else if self.roots.iter().any(job) && self.run.has_queued_jobs() {
            "the jobs that have a thread wait for what only a queued job would do: start first the jobs that \
             others wait for, allow more threads (`max_blocking_threads`), or wait in an async task, which \
             takes no thread"
        } else if let Some(advice) = self.of_what_a_job_needs() {
            advice
        } else if self.roots.iter().any(job) {
            "a blocking job waits for another thread or for this runtime, and neither can go on. If it waits for a task \
             (`Handle::block_on`), that task must not await the job: let another one do what it waits for. If it waits at a channel or \
             lock of another crate: send, receive, or drop the sender or guard, before you await the job"
        } else {
            return None;
        })
    }
}

impl Hung<'_> {
    /// Where a job at a root waits on its thread for a thing of kettle's.
    fn of_what_a_job_needs(&self) -> Option<&'static str> {
        let waits = self.roots.iter().find_map(|on| match on {
            Resource::Task(job) => self.run.fold.wait_of_job(*job),
            _ => None,
        });
        match waits?.on {
            Resource::Sync(kind, ..) if kind.is_lock() => Some(
                "a blocking job needs a lock: drop the guard before you await the job. Jobs that need each other's locks take \
                 these in the same order everywhere",
            ),
            Resource::Sync(SyncKind::Mpsc, ..) => {
                Some("a blocking job sends into a full channel: receive before you await the job")
            }
            Resource::SyncValue(kind, _) if kind.is_channel() => Some(
                "a blocking job receives: send what it needs, or drop the senders, before you await the job. (`abort` and \
                 `shutdown` don't end one that has begun)",
            ),
            _ => None,
        }
    }

    /// Of a pipe in memory, where no byte moves.
    pub(super) fn of_pipes(&self) -> Option<&'static str> {
        self.at(SyncKind::Pipe).then_some(BOTH_WAIT)
    }

    pub(super) fn any(&self, is: fn(&Resource) -> bool) -> bool {
        self.roots.iter().any(is)
    }

    pub(super) fn at(&self, kind: SyncKind) -> bool {
        self.roots.iter().any(|on| matches!(on, Resource::Sync(of, ..) if *of == kind))
    }

    pub(super) fn primitive(&self, on: Resource) -> Option<&Primitive> {
        match on {
            Resource::Sync(_, sync, ..) => self.run.fold.primitive(sync),
            _ => None,
        }
    }

    /// (A permit that it has is no lock: other tasks can release or add some.)
    pub(super) fn holds(&self, task: &Task, on: Resource) -> bool {
        self.primitive(on).is_some_and(|known| known.kind.is_lock())
            && self.shares.of(on).contains(&task.id)
    }
}

/// Does this wait for room in a channel?
pub(super) fn is_room(on: &Resource) -> bool {
    matches!(on, Resource::Sync(SyncKind::Mpsc, ..))
}
