//! What is recorded about a poll, and when is it a reason for a snapshot?
//!
//! A [`PollRecord`] is there from a poll's beginning to its end. A sink that wants no records is
//! shown a snapshot when a poll has taken long, when it has dropped a future [`unpolled`], or when
//! a watching thread has asked for one.

use std::cell::Cell;
use std::mem;
use std::panic::Location;
use std::sync::atomic::Ordering::{Relaxed, Release};
use std::time::{Duration, Instant};

use crate::look::is_due;
use crate::owner::RowGuard;
use crate::record::By;
use crate::running::{Depth, RUNNING, Running};
use crate::snapshot::UnpolledNow;
use crate::table::{Key, Table};
use crate::thread::record;
use crate::{At, Event, Id, Kind, Outcome, Place, PollProgress, RemoteEvents, emit, this_poll};

/// A poll that takes so many milliseconds is a reason to look.
const LONG: u128 = 200;

/// Records a poll until it [ends](PollRecord::end) or, by a panic, is dropped.
pub struct PollRecord<'a> {
    remote: &'a RemoteEvents,
    task: Id,
    place: Place,
    began: Instant,
    outer: Cell<Option<Box<Outer>>>,
}

/// What was running around a poll that is inside another one: the values of [`Running`].
struct Outer {
    by: By,
    key: Key,
    waits: At,
    progress: PollProgress,
    poll_began: Option<Instant>,
}

impl<'a> PollRecord<'a> {
    /// A poll begins, and makes `task` the running one. `None` without a recorder.
    #[inline]
    #[track_caller]
    pub fn begin(remote: Option<&'a RemoteEvents>, task: Id, row: &mut RowGuard) -> Option<Self> {
        let place = Location::caller();
        RUNNING.with(|running| match (running.depth.get(), remote) {
            (Depth::Nothing, _) | (_, None) => None,
            (_, Some(remote)) => Some(PollRecord::of(running, remote, (task, place), row)),
        })
    }

    #[cold]
    fn of(
        running: &Running,
        remote: &'a RemoteEvents,
        (task, place): (Id, Place),
        row: &mut RowGuard,
    ) -> PollRecord<'a> {
        let set_aside = || Box::new(Outer::set_aside(running, remote));
        let outer = if running.key.get().is_some() { Some(set_aside()) } else { None };
        if row.key.table() != running.table.get() {
            let key = remote.table.lock().add_task(task, Kind::Task, None);
            *row = RowGuard { key }; // without the lock: another table may lose the old row
        }
        remote.count_poll(task);
        running.task.set(Some(task));
        running.key.set(row.key);
        running.got_something.set(false);
        running.begun.set(running.begun.get().wrapping_add(1));
        if let Depth::Record = running.depth.get() {
            record(Event::PollStart { task }, place);
        }
        let began = running.poll_began.get().unwrap_or_else(Instant::now);
        running.poll_began.set(Some(began));
        PollRecord { remote, task, place, began, outer: Cell::new(outer) }
    }

    /// The poll has ended without a panic. If there is a reason to look, calls `look` with the time
    /// that the poll has taken. Returns whether its end is recorded.
    #[cold]
    pub fn end(self, outcome: Outcome, row: &mut RowGuard, look: impl FnOnce(Duration)) -> bool {
        let (remote, now) = (self.remote, Instant::now());
        let is_recorded = RUNNING.with(|running| {
            let began = running.poll_began.replace(Some(now)).unwrap_or(self.began);
            let took = now.duration_since(began);
            let is_reason = took.as_millis() >= LONG || remote.look_requested.load(Relaxed);
            if is_reason && running.depth.get() == Depth::State && is_due() {
                look(took);
            }
            match outcome {
                Outcome::Pending if row.key.is_polled() => {}
                // Not when it began: many tasks are polled once, and a look knows who is running.
                Outcome::Pending => row.key = row.key.set_polled(),
                _ => _ = remote.table.lock().remove(mem::replace(&mut row.key, Key::NONE)),
            }
            self.restore(running, outcome)
        });
        mem::forget(self); // its drop is for a poll that panics
        is_recorded
    }

    /// Restores what was running around the poll. Returns whether the poll's end is recorded.
    fn restore(&self, running: &Running, outcome: Outcome) -> bool {
        if let Depth::Record = running.depth.get() {
            record(Event::PollEnd { task: self.task, outcome }, self.place);
            running.waits.set(At::Unknown);
        }
        if running.had_vain_poll.get() {
            self.remote.note_vain_poll(running, self.task, outcome);
        }
        if let Some(outer) = self.outer.take() {
            outer.restore(running, self.remote, self.began);
        } else {
            self.remote.polled.store(0, Relaxed);
            running.set_by(By::NOBODY);
            running.key.set(Key::NONE);
            running.ended.set(running.ended.get().wrapping_add(1));
        }
        matches!(running.depth.get(), Depth::Record)
    }
}

impl Drop for PollRecord<'_> {
    fn drop(&mut self) {
        RUNNING.with(|running| self.restore(running, Outcome::Panicked));
    }
}

impl Outer {
    fn set_aside(running: &Running, remote: &RemoteEvents) -> Outer {
        let (by, waits, progress) = (running.by(), running.waits.take(), running.progress.take());
        running.set_by(By::NOBODY);
        if let Some(task) = by.task {
            remote.table.lock().around.push(task);
        }
        Outer { by, key: running.key.get(), waits, progress, poll_began: running.poll_began.take() }
    }

    fn restore(self, running: &Running, remote: &RemoteEvents, inner_began: Instant) {
        let took = running.poll_began.get().unwrap_or_else(Instant::now) - inner_began;
        running.poll_began.set(self.poll_began.map(|began| began + took)); // not the outer poll's
        if let Some(task) = self.by.task {
            remote.count_poll(task); // the rest of the poll around counts as another one
            remote.table.lock().around.pop();
        } else {
            remote.polled.store(0, Relaxed);
            running.ended.set(running.ended.get().wrapping_add(1));
        }
        running.set_by(self.by);
        running.key.set(self.key);
        running.waits.set(self.waits);
        running.progress.set(self.progress);
        running.got_something.set(true); // the poll around has polled something
        running.had_vain_poll.set(true);
    }
}

impl RemoteEvents {
    /// A poll of this task begins.
    fn count_poll(&self, task: Id) {
        self.begun.store(self.begun.load(Relaxed) + 1, Relaxed);
        self.polled.store(task.get(), Release); // who sees this task sees that count
    }

    /// The poll in progress has spent its budget, at this line.
    pub(crate) fn is_spent(&self, key: Key, at: At) {
        self.spent.store(self.begun.load(Relaxed), Relaxed);
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
