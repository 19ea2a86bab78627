//! What is known of a poll, and when is it a reason to look?
//!
//! The runtime's table has the polls that are under way. A sink that wants no records looks when a
//! poll has taken long, when a future was dropped unpolled, and when a watching thread asks.
//!
//! Interface: [`PollRecord`], around each poll; [`unpolled`].

use std::panic::Location;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use crate::kept::Kept;
use crate::look::is_due;
use crate::record::By;
use crate::running::{Depth, RUNNING, Running, rests, running, with_remote};
use crate::snapshot::UnpolledNow;
use crate::spin::Attempt;
use crate::table::{Entry, Key};
use crate::thread::record;
use crate::{At, Event, Id, Outcome, Place, RemoteEvents, emit, keeps};

/// A poll that takes this long is a reason to look.
const LONG: Duration = Duration::from_millis(200);

/// Records a poll until it is dropped.
#[derive(Debug)]
pub struct PollRecord {
    task: Id,
    place: Place,
    outcome: Outcome,
    began: Instant,
    /// What was running around the poll, the line where it is waiting, and what it has come to.
    around: (By, Key, At, Attempt),
}

impl PollRecord {
    /// A poll begins, and makes `task` the running one. `None` without a recorder.
    #[inline]
    #[track_caller]
    pub fn begin(task: Id, kept: &mut Kept) -> Option<PollRecord> {
        if keeps() { Some(PollRecord::of(task, kept, Location::caller())) } else { None }
    }

    fn of(task: Id, kept: &mut Kept, place: Place) -> PollRecord {
        RUNNING.with(|it| {
            it.count(1, 0);
            it.scope_ended.set(false);
            let around = (it.get(), it.key.get(), it.waits.take(), it.attempt.take());
            it.is_new.set(false);
            it.with_remote(|remote| {
                if kept.0.is_first_poll() || !kept.key().is_in(remote) {
                    remote.first_poll(task, kept);
                }
                remote.turns_to(Some(task));
                if let Some(outer) = around.0.task {
                    remote.table.lock().around.push(outer);
                }
            });
            it.set(By { task: Some(task), ..By::NOBODY });
            it.key.set(kept.key());
            if let Depth::Record = it.depth.get() {
                record(Event::PollStart { task }, place);
            }
            let began = it.last.get().unwrap_or_else(Instant::now);
            PollRecord { task, place, outcome: Outcome::Panicked, began, around }
        })
    }

    /// The poll is about to end: is there a reason to look at it?
    pub fn reason(&self) -> bool {
        RUNNING.with(|it| {
            let now = Instant::now();
            it.last.set(Some(now));
            it.took.set(now.duration_since(self.began));
            let asked = it.with_remote(|remote| remote.is_asked()) == Some(true);
            (asked || it.took.get() >= LONG) && rests() && is_due()
        })
    }

    /// The poll has ended without a panic.
    pub fn end(mut self, outcome: Outcome) {
        self.outcome = outcome;
    }
}

/// What was running around the poll goes on.
impl Drop for PollRecord {
    fn drop(&mut self) {
        let PollRecord { task, place, outcome, around: (around, key, waits, attempt), .. } = *self;
        RUNNING.with(|it| {
            if let Depth::Record = it.depth.get() {
                record(Event::PollEnd { task, outcome }, place);
            }
            it.with_remote(|remote| {
                if it.attempt.get().again || it.spins.get() || it.drops.get() {
                    remote.comes_to_nothing(it, task, outcome);
                }
                remote.turns_to(around.task);
                if around.task.is_some() {
                    remote.table.lock().around.pop();
                }
            });
            it.set(around);
            it.key.set(key);
            it.waits.set(waits);
            it.attempt.set(attempt);
            it.is_new.set(true); // the poll around has polled something
            it.count(0, u32::from(around.task.is_none()));
        });
    }
}

impl RemoteEvents {
    /// A poll begins or ends.
    fn turns_to(&self, task: Option<Id>) {
        self.polls.store(self.polls.load(Relaxed) + 1, Relaxed);
        self.polled.store(task.map_or(0, Id::get), Relaxed);
        self.spent.store(false, Relaxed);
    }

    /// The poll that goes on has spent its budget, at this line.
    pub(crate) fn is_spent(&self, key: Key, by: By) {
        self.spent.store(true, Relaxed);
        if let Some(Entry::Task(task, _)) = self.table.lock().get_mut(key) {
            task.at = by.at.place().or(task.at);
        }
    }

    /// The first poll in this runtime. (A local set may bring tasks that were made outside.)
    #[cold]
    fn first_poll(&self, task: Id, kept: &mut Kept) {
        if !kept.key().is_in(self) {
            *kept = self.keep(|table| Some(table.stranger(task)));
            kept.0.is_first_poll();
        }
        if let Some(Entry::Task(task, _)) = self.table.lock().get_mut(kept.key()) {
            task.polled = true;
        }
    }

    /// The poll that ends, or one before it, has come to nothing, or has dropped futures unpolled.
    /// (If the task is over for another reason than its own return, they had no chance.)
    #[cold]
    fn comes_to_nothing(&self, it: &Running, task: Id, outcome: Outcome) {
        let mut table = self.table.lock();
        let before = table.spins.remove(&task);
        let goes_on = !it.is_new.get() && outcome == Outcome::Pending;
        let spin = it.attempt.get().ends(before, self.real()).filter(|_| goes_on);
        table.spins.extend(spin.map(|spin| (task, spin)));
        it.spins.set(!table.spins.is_empty());
        let [dropped, known] = &mut table.dropped;
        let mine = dropped.extract_if(.., |it| it.by == task);
        let goes_on = matches!(outcome, Outcome::Pending | Outcome::Ready);
        let new = mine.filter(|_| goes_on).map(|it| add(known, it)).max() == Some(true);
        it.drops.set(!dropped.is_empty());
        drop(table);
        if new {
            self.ask();
        }
    }
}

/// Adds to the count of this line. Is it a new one?
fn add(all: &mut Vec<UnpolledNow>, one: UnpolledNow) -> bool {
    let known = all.iter_mut().find(|it| it.at == one.at);
    let is_new = known.is_none();
    match known {
        Some(known) => known.count += one.count,
        None => all.push(one),
    }
    is_new
}

/// A future of kettle's was dropped unpolled; if `kept`, in a later poll than the one that made it.
#[cold]
#[track_caller]
pub fn unpolled(at: Place, kept: bool) {
    emit(|| Event::Unpolled { at, kept });
    // A combinator drops its branches' futures at its own end.
    let Some(by) = running().task.filter(|_| rests() && !kept) else { return };
    if !RUNNING.with(|it| it.scope_ended.get()) {
        let one = UnpolledNow { at, by, count: 1 };
        with_remote(|remote| add(&mut remote.table.lock().dropped[0], one));
        RUNNING.with(|it| it.drops.set(true));
    }
}
