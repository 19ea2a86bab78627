//! What does a look begin with?
//!
//! With ordinary records of everything that exists, each dated when the thing began, so a reader
//! needs no second way to learn of it. Only the runtime's own thread knows which tasks are queued.
//!
//! Interface: [`look`](crate::look) for the runtime; for a watching thread, the methods of
//! [`RemoteEvents`] here.

use std::collections::BTreeSet;
use std::panic::Location;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use crate::open::open_waits;
use crate::state::{ASKED, By, Lasting, Since};
use crate::{Cause, Effect, Event, Id, Outcome, Place, Record, Recorder, RemoteEvents, Resource};

/// A time by the runtime's clock, and by the machine's.
type When = (Duration, Duration);

impl Recorder {
    pub(crate) fn look(&mut self, tasks: &[(Id, bool)]) {
        self.remote.on.store(true, Relaxed);
        self.remote.is_looked_at();
        let (told, seq) = (self.remote.told((self.times)(), tasks), self.seq);
        self.remote.state.lock().unpolled.clear();
        self.seq += told.len() as u64;
        // For the other tasks, a park records how many clones of their wakers there are.
        let wait = |it: &&Record| matches!(it.event, Event::Wait { .. });
        let waits: BTreeSet<_> = told.iter().filter(wait).filter_map(|it| it.task).collect();
        self.silent =
            tasks.iter().map(|(task, _)| *task).filter(|it| !waits.contains(it)).collect();
        self.buffer.extend(told.into_iter().map(|it| Record { seq: seq + it.seq, ..it }));
    }
}

impl RemoteEvents {
    /// Makes the next poll, or the next sleep, a reason to look.
    pub fn ask(&self) {
        if self.rests() && !self.asked.swap(true, Relaxed) {
            ASKED.fetch_add(1, Relaxed);
        }
    }

    /// Is the state kept but not recorded?
    pub fn rests(&self) -> bool {
        self.keeps() && !self.on()
    }

    /// Is a thread driving it, how many polls have begun or ended, and which task is being polled?
    pub fn poll(&self) -> (bool, u64, Option<Id>) {
        let state = self.state.lock();
        (state.driven, state.polls, state.running.last().map(|(task, _)| *task))
    }

    /// The machine's time since the runtime's start.
    pub fn real(&self) -> Duration {
        self.began.get().map_or(Duration::ZERO, |(began, (_, real))| *real + began.elapsed())
    }

    /// Has some task waited this long for a primitive that another task has held for as long?
    pub fn is_contended(&self, age: Duration) -> bool {
        let old = |it: &&Lasting| it.since.0.elapsed() >= age;
        let held = |it: &Lasting| {
            if let Event::SyncAct { sync, .. } = it.event { Some(sync) } else { None }
        };
        let held: Vec<Id> = self.state.lock().there.values().filter(old).filter_map(held).collect();
        let wants = |it: &Lasting| match it.event {
            Event::Wait { on: Resource::Sync(_, sync, ..), .. } => held.contains(&sync),
            _ => false,
        };
        !held.is_empty() && open_waits(self).iter().filter(old).any(wants)
    }

    /// What exists now, as records, with the poll in progress, for a watching thread. It can't know
    /// which tasks are in the queue.
    pub fn state(&self) -> Vec<Record> {
        let Some((began, (time, real))) = self.began.get() else { return Vec::new() };
        let (passed, moved) = (began.elapsed(), Duration::from_nanos(self.moved.load(Relaxed)));
        let goes_on = if self.is_paused() { Duration::ZERO } else { passed };
        let running = self.poll().2;
        let task = |it: &Lasting| match it.event {
            Event::Spawn { task, .. } if Some(task) != running => Some((task, false)),
            _ => None,
        };
        let tasks: Vec<_> = self.state.lock().there.values().filter_map(task).collect();
        self.told((*time + moved + goes_on, *real + passed), &tasks)
    }

    fn is_paused(&self) -> bool {
        self.state.lock().paused || self.moved.load(Relaxed) > 0
    }

    fn told(&self, now: When, tasks: &[(Id, bool)]) -> Vec<Record> {
        let (waits, paused) = (open_waits(self), self.is_paused());
        let state = self.state.lock();
        let there = state.there.values().chain(&state.unpolled).copied();
        let mut all: Vec<_> = there.chain(waits).collect();
        all.sort_by_key(|it| it.since);
        let (place, moved) = (Location::caller(), self.moved.load(Relaxed));
        let mut told = Told { records: Vec::new(), place, now, moved, paused };
        let first = all.first().map_or_else(|| self.now(), |it| it.since);
        told.one(Event::RunStart { paused: state.paused }, By::NOBODY, first);
        for it in &all {
            told.place = it.place;
            told.one(it.event, it.by, it.since);
            if let Event::Wait { wait, .. } = it.event
                && state.served.contains(&wait)
            {
                told.one(Event::Served { wait }, By::NOBODY, self.now());
            }
        }
        for (task, ready) in tasks {
            told.polled(*task, Some(*ready), self.now());
        }
        for (task, began) in &state.running {
            told.polled(*task, None, (*began, moved));
        }
        told.records
    }
}

struct Told {
    records: Vec<Record>,
    place: Place,
    now: When,
    moved: u64,
    paused: bool,
}

impl Told {
    fn one(&mut self, event: Event, By { task, scope, at }: By, (since, moved): Since) {
        let ago = since.elapsed();
        let moved = Duration::from_nanos(self.moved.saturating_sub(moved));
        let back = if self.paused { moved } else { moved + ago };
        let (time, real) = (self.now.0.saturating_sub(back), self.now.1.saturating_sub(ago));
        let (place, overhead) = (self.place, Duration::ZERO);
        let (seq, turn, job) = (self.records.len() as u64 + 1, 0, None);
        let record = Record { seq, time, real, overhead, turn, task, job, scope, place, at, event };
        self.records.push(record);
    }

    /// A task is being polled or, if it is known whether it is `ready` once more, has been polled.
    fn polled(&mut self, task: Id, ready: Option<bool>, when: Since) {
        let by = By { task: Some(task), ..By::NOBODY };
        let wake = Event::Wake { task, by: Cause::Runtime, effect: Effect::Queued(1), wait: None };
        self.one(wake, By::NOBODY, when);
        self.one(Event::PollStart { task }, by, when);
        if ready.is_some() {
            self.one(Event::PollEnd { task, outcome: Outcome::Pending }, by, when);
        }
        if ready == Some(true) {
            self.one(wake, By::NOBODY, when);
        }
    }
}

#[cfg(test)]
#[path = "look_tests.rs"]
mod tests;
