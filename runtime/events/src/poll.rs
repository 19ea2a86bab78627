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
use crate::table::{Key, Table};
use crate::thread::record;
use crate::{At, Event, Id, Kind, Outcome, Place, PollProgress, RemoteEvents, emit, this_poll};

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

/// What was running around a poll that is inside another one: the values of [`Running`].
#[derive(Debug)]
struct Outer {
    by: By,
    key: Key,
    waits: At,
    progress: PollProgress,
    poll_began: Option<Instant>,
}

impl PollRecord {
    /// A poll begins, and makes `task` the running one. `None` without a recorder.
    #[inline]
    #[track_caller]
    pub fn begin(task: Id, row: &mut RowGuard) -> Option<PollRecord> {
        let place = Location::caller();
        RUNNING.with(|running| match running.depth.get() {
            Depth::Nothing => None,
            _ => Some(PollRecord::of(running, task, row, place)),
        })
    }

    fn of(running: &Running, task: Id, row: &mut RowGuard, place: Place) -> PollRecord {
        let outer = running.key.get().is_some().then(|| Box::new(Outer::set_aside(running)));
        if let Some(remote) = &*running.remote.borrow() {
            if row.key.table() != running.table.get() {
                let key = remote.table.lock().add_task(task, Kind::Task, None);
                *row = RowGuard { key }; // without the lock: another table may lose the old row
            }
            remote.count_poll(task.get());
        }
        running.task.set(Some(task));
        running.key.set(row.key);
        running.got_something.set(false);
        running.count(1, 0);
        if let Depth::Record = running.depth.get() {
            record(Event::PollStart { task }, place);
        }
        let began = running.poll_began.get().unwrap_or_else(Instant::now);
        running.poll_began.set(Some(began));
        PollRecord { task, place, outcome: Outcome::Panicked, began, outer }
    }

    /// The poll is about to end: is there a reason to look? If so, returns how long it has taken.
    pub fn reason_to_look(&self) -> Option<Duration> {
        RUNNING.with(|running| {
            let now = Instant::now();
            let began = running.poll_began.replace(Some(now)).unwrap_or(self.began);
            let took = now.duration_since(began);
            let Some(remote) = &*running.remote.borrow() else { return None };
            let is_reason = took >= LONG || remote.look_requested.load(Relaxed);
            (is_reason && running.depth.get() == Depth::State && is_due()).then_some(took)
        })
    }

    /// The poll has ended without a panic.
    pub fn end(mut self, outcome: Outcome, row: &mut RowGuard) {
        self.outcome = outcome;
        // Not when it began: most tasks are polled once, and a snapshot knows who is running.
        if outcome == Outcome::Pending && !row.key.is_polled() {
            row.key = row.key.set_polled();
        }
    }
}

/// Restores what was running around the poll.
impl Drop for PollRecord {
    fn drop(&mut self) {
        let (task, outcome) = (self.task, self.outcome);
        RUNNING.with(|running| {
            if let Depth::Record = running.depth.get() {
                record(Event::PollEnd { task, outcome }, self.place);
                running.waits.set(At::Unknown);
            }
            if running.had_vain_poll.get() {
                running.with_remote(|remote| remote.note_vain_poll(running, task, outcome));
            }
            if let Some(outer) = self.outer.take() {
                outer.restore(running, self.began);
            } else {
                if let Some(remote) = &*running.remote.borrow() {
                    remote.count_poll(0);
                }
                running.set_by(By::NOBODY);
                running.key.set(Key::NONE);
                running.count(0, 1);
            }
        });
    }
}

impl Outer {
    fn set_aside(running: &Running) -> Outer {
        let (by, key) = (running.by(), running.key.get());
        running.set_by(By::NOBODY);
        let (waits, progress) = (running.waits.take(), running.progress.take());
        if let (Some(task), Some(remote)) = (by.task, &*running.remote.borrow()) {
            remote.table.lock().around.push(task);
        }
        Outer { by, key, waits, progress, poll_began: running.poll_began.take() }
    }

    fn restore(self, running: &Running, inner_began: Instant) {
        let Outer { by, key, waits, progress, poll_began } = self;
        let took = running.poll_began.get().unwrap_or_else(Instant::now) - inner_began;
        running.poll_began.set(poll_began.map(|began| began + took)); // not the outer poll's time
        running.with_remote(|remote| {
            remote.count_poll(by.task.map_or(0, Id::get));
            if by.task.is_some() {
                remote.table.lock().around.pop();
            }
        });
        running.set_by(by);
        running.count(0, u32::from(by.task.is_none()));
        running.key.set(key);
        running.waits.set(waits);
        running.progress.set(progress);
        running.got_something.set(true); // the poll around has polled something
        running.had_vain_poll.set(true);
    }
}

impl RemoteEvents {
    /// A poll begins or ends. From now on, the task with this number is polled, or with 0 none.
    fn count_poll(&self, polled: u64) {
        self.polls.store(self.polls.load(Relaxed) + 1, Relaxed);
        self.polled.store(polled, Relaxed);
    }

    /// The poll in progress has spent its budget, at this line.
    pub(crate) fn is_spent(&self, key: Key, at: At) {
        self.spent.store(self.polls.load(Relaxed) + 1, Relaxed);
        self.table.lock().set_task_line(key, at.place());
    }

    /// The poll that ends, or one before it, got nothing new or dropped futures unpolled. (If the
    /// task ends other than by returning, its futures had no chance to be polled.)
    #[cold]
    fn note_vain_poll(&self, running: &Running, task: Id, outcome: Outcome) {
        let (progress, mut table) = (running.progress.take(), self.table.lock());
        let before = table.spins.remove(&task);
        if outcome == Outcome::Pending
            && !running.got_something.get()
            && let Some(spin) = progress.pending_at(self.real(), before)
        {
            table.spins.insert(task, spin);
        }
        let had_chance = matches!(outcome, Outcome::Pending | Outcome::Ready);
        let Table { dropped_in_open_polls, dropped_in_ended_polls, .. } = &mut *table;
        let mut has_new_line = false;
        for dropped in dropped_in_open_polls.extract_if(.., |dropped| dropped.by == task) {
            has_new_line |= had_chance && add(dropped_in_ended_polls, dropped);
        }
        let is_any_left = !table.spins.is_empty() || !table.dropped_in_open_polls.is_empty();
        running.had_vain_poll.set(is_any_left);
        drop(table);
        if has_new_line {
            self.request_look();
        }
    }
}

/// Counts a dropped future at its line. Returns whether it is the first one there.
fn add(all: &mut Vec<UnpolledNow>, dropped: UnpolledNow) -> bool {
    if let Some(known) = all.iter_mut().find(|known| known.at == dropped.at) {
        known.count += dropped.count;
        return false;
    }
    all.push(dropped);
    true
}

/// A future of kettle's was dropped unpolled; if `kept`, in a later poll than the one that made it.
#[cold]
#[track_caller]
pub fn unpolled(at: Place, kept: bool) {
    emit(|| Event::Unpolled { at, kept });
    RUNNING.with(|running| {
        let is_counted = running.depth.get() == Depth::State && !kept;
        let Some(by) = running.task.get().filter(|_| is_counted) else { return };
        // A combinator drops its branches' futures at its own end.
        if running.scope_ended.get() != this_poll() {
            let one = UnpolledNow { at, by, count: 1 };
            running.with_remote(|remote| add(&mut remote.table.lock().dropped_in_open_polls, one));
            running.had_vain_poll.set(true);
        }
    });
}
