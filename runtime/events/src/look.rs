//! When is a snapshot taken, and how?
//!
//! The runtime takes one when something may be stuck ([`When`]) and, if there is a reason
//! (`poll.rs`), at a poll's end: [`look`] copies the table of what exists (`table.rs`), adds what
//! the scheduler knows, and shows the snapshot to the sink. A watching thread may copy the table,
//! too. A wait's age counts from the first snapshot with it, since a clock is too dear for each.

use std::collections::BTreeMap;
use std::sync::Weak;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use crate::recorder::Looked;
use crate::running::{RUNNING, is_recording, is_watched};
use crate::snapshot::{Snapshot, TaskNow, WaitNow};
use crate::table::{Queued, Row, Table};
use crate::thread::{call, with_recorder};
use crate::{Coming, End, EndNow, Id, RemoteEvents, assert_unlocked};

/// All looks, but for those at a run's end, take at most one part in so many of the time.
const PART: u32 = 20;
/// But the first few aren't put off, so that a short run's verdict doesn't depend on the machine.
const AT_ONCE: u32 = 8;

/// When might a look be worth it?
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub enum When {
    /// A run begins, or ends.
    Start,
    End,
    /// The loop falls asleep, perhaps so that only a source or another thread can end that.
    Asleep {
        for_good: bool,
    },
    /// The loop wakes, before anything goes on.
    Awake,
    /// A time limit has passed, and what it was for is about to be dropped.
    Limit,
    /// The runtime ends, with so many tasks.
    Shutdown(usize),
}

/// Is it time to look now?
pub fn is_time_to_look(when: When) -> bool {
    if let When::Asleep { .. } = when {
        RUNNING.with(|it| it.poll_began.set(None)); // the sleep is no part of a poll
    }
    if !is_watched() || is_recording() && with_recorder(|it| it.has_lost) != Some(true) {
        return false;
    }
    let looks = |remote: &RemoteEvents| {
        let (table, asked) = (remote.table.lock(), remote.look_requested.load(Relaxed));
        let may_be_stuck = table.holds > 0 && table.in_line > 0;
        match when {
            When::Start | When::Limit => true,
            When::Asleep { for_good } => asked || may_be_stuck || for_good,
            When::Awake => may_be_stuck,
            When::End => asked || may_be_stuck || std::thread::panicking(),
            When::Shutdown(tasks) => tasks > 0,
        }
    };
    let is_last = matches!(when, When::End | When::Shutdown(_));
    (is_last || is_due()) && RUNNING.with(|it| it.with_remote(|remote| looks(remote))) == Some(true)
}

/// Would a look now take no more than its part of the time?
pub(crate) fn is_due() -> bool {
    with_recorder(|it| {
        let Looked { ended, took, times } = it.looked;
        times < AT_ONCE || (it.clocks)().real >= ended + PART * took
    }) == Some(true)
}

/// Shows the sink what exists. By `fill` the runtime adds what its scheduler knows.
#[cold]
pub fn look(fill: impl FnOnce(&mut Snapshot)) {
    assert_unlocked();
    let taken = with_recorder(|recorder| {
        recorder.remote.look_requested.store(false, Relaxed);
        let clocks = (recorder.clocks)();
        Some((recorder.sink.take()?, recorder.remote.snapshot_at(Some(clocks.time)), clocks.real))
    });
    let Some((sink, mut now, began)) = taken.flatten() else { return };
    RUNNING.with(|it| it.poll_began.take()); // the look is no part of a poll
    fill(&mut now);
    let Some((sink, ())) = call(sink, |sink| sink.look(&now)) else { return };
    with_recorder(|recorder| {
        let (ended, times) = ((recorder.clocks)().real, recorder.looked.times + 1);
        recorder.looked = Looked { ended, took: ended.saturating_sub(began), times };
        recorder.sink = Some(sink);
    });
}

impl RemoteEvents {
    /// Makes the next end of a poll, or the next sleep, a reason to look.
    pub fn request_look(&self) {
        self.look_requested.store(true, Relaxed);
    }

    /// Is a thread driving it, how many polls have begun or ended, and which task is being polled?
    pub fn poll(&self) -> (bool, u64, Option<Id>) {
        let task = self.polled.load(Relaxed);
        (self.table.lock().driven, self.polls.load(Relaxed), Id::of(task))
    }

    /// The machine's time since the runtime's start.
    pub fn real(&self) -> Duration {
        self.began.get().map_or(Duration::ZERO, |(began, clocks)| clocks.real + began.elapsed())
    }

    /// What exists now, for a watching thread. It can't know which tasks are queued.
    pub fn snapshot(&self) -> Snapshot {
        self.snapshot_at(None)
    }

    /// Sets who knows the other end of a source; one that has gone removes it.
    pub fn set_end(&self, source: Id, end: Weak<dyn End>) {
        let mut all = self.ends.lock();
        _ = if end.strong_count() > 0 { all.insert(source, end) } else { all.remove(&source) };
    }

    /// What is known about the other end of a source.
    pub fn end_of(&self, source: Id) -> EndNow {
        let end = self.ends.lock().get(&source).and_then(Weak::upgrade);
        end.map(|end| end.now()).unwrap_or_default()
    }

    /// Is anything on its way to a source, as far as is known?
    pub fn are_due(&self) -> bool {
        let all: Vec<_> = self.ends.lock().values().filter_map(Weak::upgrade).collect();
        all.iter().any(|end| end.now().coming.contains(&Coming::OnItsWay))
    }

    /// What exists at this time or, if the caller can't read the runtime's clock, now.
    fn snapshot_at(&self, time: Option<Duration>) -> Snapshot {
        let mut table = self.table.lock();
        // Without the runtime's clock: one that was ever paused shows only how far it was moved.
        let time = time.unwrap_or_else(|| {
            let began = self.began.get().map(|(began, clocks)| (began.elapsed(), clocks.time));
            let (passed, start) = began.unwrap_or_default();
            let stands = table.paused || !table.moved.is_zero();
            start + table.moved + if stands { Duration::ZERO } else { passed }
        });
        let mut now = Snapshot { time, real: self.real(), ..Snapshot::default() };
        (now.driven, now.paused) = (table.driven, table.paused);
        now.polls = self.polls.load(Relaxed);
        now.spent = self.spent.load(Relaxed) > now.polls;
        let sets = table.copy_rows(&mut now);
        now.running =
            table.around.iter().copied().chain(Id::of(self.polled.load(Relaxed))).collect();
        now.spins = table.spins.iter().map(|(task, spin)| (*task, *spin)).collect();
        now.unpolled.clone_from(&table.dropped_in_ended_polls);
        drop(table);
        now.sources.iter_mut().for_each(|source| source.end = self.end_of(source.id));
        now.sort();
        for (id, set) in sets {
            let is_queued = set.upgrade().map(|set| set.is_queued());
            now.task_mut(id).into_iter().for_each(|task| task.queued = is_queued);
        }
        now
    }
}

impl Table {
    /// Copies the rows to a snapshot. Returns the tasks of local sets, with their sets.
    fn copy_rows(&mut self, now: &mut Snapshot) -> Vec<(Id, Weak<dyn Queued>)> {
        let (mut things, mut sets, time) = (BTreeMap::new(), Vec::new(), now.time);
        let age = |first_seen: &mut Duration| {
            *first_seen = time.min(*first_seen); // the time of the first snapshot (`Row::Wait`)
            time.saturating_sub(*first_seen)
        };
        for row in &mut self.rows {
            match row {
                Row::Free => {}
                Row::Task(task, set) => {
                    let queued = (!task.polled).then_some(true); // else nobody here knows
                    now.tasks.push(TaskNow { queued, ..task.clone() });
                    sets.extend(set.iter().map(|set| (task.id, set.clone())));
                }
                Row::Wait(wait, of) => {
                    let served = of.as_ref().is_some_and(|of| of.has_served(wait.id));
                    let reported =
                        wait.reported.as_mut().map(|(first, polls)| (age(first), *polls));
                    now.waits.push(WaitNow { served, reported, age: age(&mut wait.age), ..*wait });
                    if let Some(of) = of {
                        things.entry(of.id).or_insert_with(|| of.now());
                    }
                }
                Row::Hold(hold, of) => {
                    now.holds.push(*hold);
                    things.insert(of.id, of.now());
                }
                Row::Scope(scope) => now.scopes.push(*scope),
                Row::Job(job) => now.jobs.push(*job),
                Row::Source(source) => now.sources.push(*source),
            }
        }
        now.things = things.into_values().collect();
        sets
    }
}

#[cfg(test)]
#[path = "look_tests.rs"]
mod tests;
