//! What is recorded about a poll, and when is it a reason for a snapshot?
//!
//! A [`PollRecord`] is there from a poll's beginning to its end. A sink that wants no records is
//! shown a snapshot when a poll has taken long, when it has dropped a future [`unpolled`], or when
//! a watching thread has asked for one.

use std::panic::Location;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use crate::look::is_due;
use crate::owner::RowGuard;
use crate::record::By;
use crate::running::{Depth, RUNNING, Running};
use crate::snapshot::UnpolledNow;
use crate::spin::Attempt;
use crate::table::{Key, Table};
use crate::thread::record;
use crate::{At, Event, Id, Outcome, Place, RemoteEvents, emit, this_poll};

/// A poll that takes this long is a reason to look.
const LONG: Duration = Duration::from_millis(200);

/// Records a poll until it is dropped.
#[derive(Debug)]
pub struct PollRecord {
    task: Id,
    place: Place,
    outcome: Outcome,
    began: Instant,
    outer: Option<Box<Outer>>,
}

/// What was running around a poll that is inside another one.
#[derive(Debug)]
struct Outer(By, Key, At, Attempt, Option<Instant>);

impl PollRecord {
    /// A poll begins, and makes `task` the running one. `None` without a recorder.
    #[inline]
    #[track_caller]
    pub fn begin(task: Id, row: &mut RowGuard) -> Option<PollRecord> {
        let place = Location::caller();
        RUNNING.with(|it| match it.depth.get() {
            Depth::Nothing => None,
            depth => Some(PollRecord::of(it, depth, task, row, place)),
        })
    }

    fn of(it: &Running, depth: Depth, task: Id, row: &mut RowGuard, place: Place) -> PollRecord {
        let outer = it.key.get().is_some().then(|| Box::new(Outer::set_aside(it)));
        if let Some(remote) = &*it.remote.borrow() {
            if row.key().table() != it.table.get() {
                let key = remote.table.lock().adopt(task);
                *row = RowGuard(key); // without the lock, since another table may lose the old row
            }
            if !row.key().is_polled() {
                row.0 = remote.table.lock().set_polled(row.0);
            }
            remote.count_poll(task.get());
            if let Some(Outer(By { task: Some(outer), .. }, ..)) = outer.as_deref() {
                remote.table.lock().around.push(*outer);
            }
        }
        it.task.set(Some(task));
        it.key.set(row.key());
        it.got_something.set(false);
        it.count(1, 0);
        if let Depth::Record = depth {
            record(Event::PollStart { task }, place);
        }
        let began = it.poll_began.get().unwrap_or_else(Instant::now);
        it.poll_began.set(Some(began));
        PollRecord { task, place, outcome: Outcome::Panicked, began, outer }
    }

    /// The poll is about to end: is there a reason to look? If so, returns how long it has taken.
    pub fn reason_to_look(&self) -> Option<Duration> {
        RUNNING.with(|it| {
            let now = Instant::now();
            let took = now.duration_since(it.poll_began.replace(Some(now)).unwrap_or(self.began));
            let Some(remote) = &*it.remote.borrow() else { return None };
            let is_reason = took >= LONG || remote.look_requested.load(Relaxed);
            if is_reason && it.keeps_state_only() && is_due() { Some(took) } else { None }
        })
    }

    /// The poll has ended without a panic.
    pub fn end(mut self, outcome: Outcome) {
        self.outcome = outcome;
    }
}

/// Restores what was running around the poll.
impl Drop for PollRecord {
    fn drop(&mut self) {
        let (task, outcome) = (self.task, self.outcome);
        RUNNING.with(|it| {
            if let Depth::Record = it.depth.get() {
                record(Event::PollEnd { task, outcome }, self.place);
                it.waits.set(At::Unknown);
            }
            if it.had_vain_poll.get() {
                it.with_remote(|remote| remote.note_vain_poll(it, task, outcome));
            }
            if let Some(outer) = self.outer.take() {
                outer.restore(it, self.began);
            } else {
                it.with_remote(|remote| remote.count_poll(0));
                it.set(By::NOBODY);
                it.key.set(Key::NONE);
                it.count(0, 1);
            }
        });
    }
}

impl Outer {
    fn set_aside(it: &Running) -> Outer {
        let (by, waits, attempt) = (it.get(), it.waits.take(), it.attempt.take());
        it.set(By::NOBODY);
        Outer(by, it.key.get(), waits, attempt, it.poll_began.take())
    }

    fn restore(self, it: &Running, inner_began: Instant) {
        let Outer(by, key, waits, attempt, began) = self;
        let took = it.poll_began.get().unwrap_or_else(Instant::now) - inner_began;
        it.poll_began.set(began.map(|began| began + took)); // that time isn't the outer poll's
        it.with_remote(|remote| {
            remote.count_poll(by.task.map_or(0, Id::get));
            if by.task.is_some() {
                remote.table.lock().around.pop();
            }
        });
        it.set(by);
        it.count(0, u32::from(by.task.is_none()));
        it.key.set(key);
        it.waits.set(waits);
        it.attempt.set(attempt);
        it.had_vain_poll.set(true);
        it.got_something.set(true); // the poll around has polled something
    }
}

impl RemoteEvents {
    /// A poll begins or ends.
    fn count_poll(&self, task: u64) {
        self.polls.store(self.polls.load(Relaxed) + 1, Relaxed);
        self.polled.store(task, Relaxed);
    }

    /// The poll that goes on has spent its budget, at this line.
    pub(crate) fn is_spent(&self, key: Key, at: At) {
        self.spent.store(self.polls.load(Relaxed) + 1, Relaxed);
        self.table.lock().set_task_line(key, at.place());
    }

    /// The poll that ends, or one before it, got nothing new or dropped futures unpolled. (If the
    /// task ends other than by returning, its futures had no chance to be polled.)
    #[cold]
    fn note_vain_poll(&self, it: &Running, task: Id, outcome: Outcome) {
        let mut table = self.table.lock();
        let before = table.spins.remove(&task);
        let goes_on = !it.got_something.get() && outcome == Outcome::Pending;
        let spin = it.attempt.take().ends(before, self.real()).filter(|_| goes_on);
        table.spins.extend(spin.map(|spin| (task, spin)));
        let Table { dropped_in_open_polls, dropped_in_ended_polls: known, .. } = &mut *table;
        let mine = dropped_in_open_polls.extract_if(.., |it| it.by == task);
        let goes_on = matches!(outcome, Outcome::Pending | Outcome::Ready);
        let new = mine.filter(|_| goes_on).map(|it| add(known, it)).max() == Some(true);
        it.had_vain_poll.set(!table.spins.is_empty() || !table.dropped_in_open_polls.is_empty());
        drop(table);
        if new {
            self.request_look();
        }
    }
}

/// Counts a dropped future at its line. Is the line a new one?
fn add(all: &mut Vec<UnpolledNow>, one: UnpolledNow) -> bool {
    if let Some(known) = all.iter_mut().find(|it| it.at == one.at) {
        known.count += one.count;
        return false;
    }
    all.push(one);
    true
}

/// A future of kettle's was dropped unpolled; if `kept`, in a later poll than the one that made it.
#[cold]
#[track_caller]
pub fn unpolled(at: Place, kept: bool) {
    emit(|| Event::Unpolled { at, kept });
    RUNNING.with(|it| {
        let Some(by) = it.task.get().filter(|_| it.keeps_state_only() && !kept) else { return };
        // A combinator drops its branches' futures at its own end.
        if it.scope_ended.get() != this_poll() {
            let one = UnpolledNow { at, by, count: 1 };
            it.with_remote(|remote| add(&mut remote.table.lock().dropped_in_open_polls, one));
            it.had_vain_poll.set(true);
        }
    });
}
