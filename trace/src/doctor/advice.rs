//! What to write instead, where a program hangs?
//!
//! The cure is for the waits at the root (`roots.rs`). What comes first there may be a guard that another task waits
//! for. No event tells which code was to end the other waits: so where there are several, the possibilities are named.
//!
//! Interface: [`advice`]. Not here: what is said of a wait of some kind (`cures.rs`); what each task waits for, in
//! words (`hung.rs`).

use std::collections::{BTreeMap, BTreeSet};

use kettle_events::{Id, Kind, Resource, SyncKind};

use super::cures::FEW;
use super::hung::{awaited, is_undriven};
use super::lost_wakeup::{is_awaited, is_shared};
use super::roots::{Hung, Keeper, is_kept};
use super::run::Run;
use super::source::is_to_stay;
use super::statement::has_word;
use crate::fold::Task;

/// Where a cell is asked for by the code that makes its value.
pub(super) const OF_A_CELL: &str = "what initialises a cell must not wait for code that needs the cell: make the \
    value without it";

/// Where other threads wait, too.
pub(super) const OF_A_THREAD: &str = ". And if another thread is to end such a wait: it waits itself, so let come first what it waits \
    for (a lock, a value, or what its `Condvar` is to be told of)";

/// Where the clock is paused, and a blocking job has not ended.
const OF_A_FROZEN_CLOCK: &str = "a paused clock stands still as long as a blocking job has not ended: let no job wait for \
    what comes only after a timer. Don't pause the clock in this test (or call `kettle::time::resume()` before the job), or let a \
    task wait in place of the job: `.await` in place of `blocking_recv`, `blocking_send`, `Handle::block_on` or a channel of std";

/// So many tasks are told of that keep what others wait for.
const SHOWN: usize = 2;
/// Of more possibilities than these the first are told: a reader who tries these has learned more by then.
const MOST: usize = 3;

/// What to write instead.
pub(super) fn advice(run: &Run, tasks: impl Iterator<Item = Id>) -> String {
    if run.is_frozen() && run.has_jobs() {
        return OF_A_FROZEN_CLOCK.to_owned();
    }
    let hung = Hung::new(run, tasks.filter_map(|id| run.fold.task(id)).collect());
    let alone =
        [Hung::of_futures, Hung::of_locks, Hung::of_a_full_channel, Hung::of_an_asker_that_stays];
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
        let others = [
            Hung::of_room,
            Hung::of_permits,
            Hung::of_the_rest,
            Hung::of_unread,
            Hung::of_sets,
            Hung::of_values,
            Hung::of_handfuls,
        ];
        let others = others.iter().filter_map(|advice| advice(&hung)).map(str::to_owned);
        let others = hung.of_pipes().map(str::to_owned).into_iter().chain(others);
        let at = if hung.shares_a_receiver() { 0 } else { all.len() };
        all.splice(at..at, others);
    }
    if all.is_empty() {
        return "look at the first place above: which code was to end that wait, and why has it not run?"
            .to_owned();
    }
    all.truncate(MOST);
    all.join(". Or: ")
}

impl Hung<'_> {
    /// What they keep, the others may need before they can end that wait.
    fn of_keepers(&self) -> Vec<String> {
        let told = |(id, Keeper { waits, keeps, other }): (&Id, &Keeper)| {
            let (name, other) = (self.run.name(*id), self.run.name(*other));
            let Resource::Sync(kind, sync, ..) = keeps else { return None };
            let (thing, drop) = match (kind, self.run.thing(*sync)) {
                (SyncKind::Semaphore, name) => (format!("permits of {name}"), "give them back"),
                (_, name) => (name, "drop the guard"),
            };
            let waits_too = awaited(self.run, *waits, *id);
            let (may, before) = if self.in_a_circle {
                (String::new(), "before that wait")
            } else {
                (format!("if {other} has to go on before that wait can end, "), "before it")
            };
            let cure = match waits {
                _ if *kind == SyncKind::OnceCell => "make the value without it".to_owned(),
                Resource::Sync(kind, ..) if self.in_a_circle && is_kept(*kind) => {
                    format!("{drop} {before}, or take both in the same order everywhere")
                }
                _ => format!("{drop} {before}"),
            };
            let keeps = if *kind == SyncKind::OnceCell { "initialises" } else { "keeps" };
            let how = format!(
                "{name} waits {waits_too}, and {keeps} {thing} meanwhile, for which {other} waits"
            );
            Some(format!("{how}: {may}{cure}"))
        };
        // Tasks that do the same need the same cure.
        let mut known = Vec::new();
        let new = |(_, keeper): &(&Id, &Keeper)| {
            let same = (keeper.waits, keeper.keeps);
            !known.contains(&same) && {
                known.push(same);
                known.len() <= SHOWN
            }
        };
        self.keepers.iter().filter(new).filter_map(told).collect()
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
    /// A task waits for nothing but the end of a receiver, of which another task awaits the answer.
    fn of_an_asker_that_stays(&self) -> Option<&'static str> {
        let all = || self.tasks.iter().flat_map(|task| self.waits(task));
        let asks = |channel| all().any(|on| *on == Resource::SyncValue(SyncKind::Oneshot, channel));
        let waits = |task: &&Task| match self.waits(task) {
            [Resource::SyncClosed(SyncKind::Oneshot, channel)] => asks(*channel),
            _ => false,
        };
        self.tasks.iter().any(waits).then_some(
            "`closed` returns only after the receiver has been dropped, and here that is awaited: send the value, which ends \
             both waits. Where the work is to end if its receiver goes: race the two, with `select!` in place of `join!`",
        )
    }

    /// Questions have come, no more come, as the tasks that sent them wait for their answers.
    fn of_handfuls(&self) -> Option<&'static str> {
        let mut waits = self.tasks.iter().flat_map(|task| self.waits(task));
        let questions = waits.any(|on| match *on {
            Resource::SyncValue(SyncKind::Mpsc, channel) if !self.roots.contains(on) => {
                self.run.fold.primitive(channel).is_some_and(|it| it.high > 0)
            }
            _ => false,
        });
        let answers = self.any(|on| matches!(on, Resource::SyncValue(SyncKind::Oneshot, _)));
        let places =
            || self.tasks.iter().take(FEW).flat_map(|task| task.at.into_iter().chain(task.made));
        (questions && answers).then(|| {
            if has_word(places(), "chunks") {
                "if code gathers several questions before it answers one (`chunks`), fewer may come than it waits for: let it take \
                 those that are there, with `recv_many` or `ready_chunks`"
            } else {
                "if the answer comes only after the end of another channel, drop the senders of that one before you await the \
                 answer"
            }
        })
    }

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
            let waits_here = |task: &&&Task| {
                let mut waits = self.waits(task).iter().filter_map(|on| self.primitive(*on));
                waits.any(|known| known.kind.is_lock())
            };
            let has_another = |task: &Task| {
                let mut all = self.run.fold.primitives().filter(|(_, it)| it.kind.is_lock());
                all.any(|(_, known)| known.holders.iter().any(|(_, it)| it.task == Some(task.id)))
            };
            let holders = || roots().flat_map(|known| &known.holders).filter_map(|(_, it)| it.task);
            // (A holder that is known, and needs another lock itself, is a keeper.)
            let mut waiting = self.tasks.iter().filter(waits_here);
            Some(if holders().any(|id| self.run.fold.wait_of_job(id).is_some()) {
                "a blocking job has that lock, and waits on its thread with it: drop the guard before the job waits, as in \
                 `blocking_recv` or `block_on`. Or end that wait: a job that receives goes on until the last sender is dropped"
            } else if holders().next().is_none() && waiting.any(|task| has_another(task)) {
                "take the locks in the same order everywhere, also in another runtime: this task has one, and waits for another. If \
                 that one's guard was stored or sent elsewhere, drop it before you await what needs the lock"
            } else {
                "the guard of that lock is still there: drop it, also one that was stored or sent elsewhere, before you \
                 await what needs the lock"
            })
        } else {
            None
        }
    }

    /// It is full, and its receiver waits for the sender's lock.
    fn of_a_full_channel(&self) -> Option<&'static str> {
        // A channel may have many senders that wait: what its receiver waits for is looked at once.
        let mut needed: BTreeMap<Id, BTreeSet<Id>> = BTreeMap::new();
        let mut needs_a_guard = |(sender, receiver): &(&Task, &Task)| {
            let holders =
                needed.entry(receiver.id).or_insert_with(|| self.holders_before(receiver));
            holders.contains(&sender.id)
        };
        self.full().iter().any(&mut needs_a_guard).then_some(
            "drop the guard before the `send`: the task that receives needs that lock before it receives the next \
             value, and so makes no room while the sender holds it",
        )
    }
}

impl Hung<'_> {
    /// A task that nothing of kettle's will wake, where a value doesn't come. (`block_on`'s own future may wait forever.)
    fn lost(&self) -> Option<Id> {
        self.roots
            .iter()
            .find(|on| matches!(on, Resource::SyncValue(kind, _) if kind.is_channel()))?;
        let lost = |task: &&&Task| {
            let stays = || !is_awaited(self.run, task.id) && task.made.is_some_and(is_to_stay);
            let waits = !self.waits(task).is_empty();
            task.kind == Kind::Task && !waits && !is_shared(self.run, task) && !stays()
        };
        self.tasks.iter().find(lost).map(|task| task.id)
    }

    /// The tasks that have a lock for which this one waits.
    fn holders_before(&self, task: &Task) -> BTreeSet<Id> {
        let locks = self.waits(task).iter();
        let locks = locks.filter(|on| self.primitive(**on).is_some_and(|it| it.kind.is_lock()));
        locks.flat_map(|on| self.shares.of(*on)).copied().collect()
    }
}
