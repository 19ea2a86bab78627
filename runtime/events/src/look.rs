//! How is a snapshot taken, and who asks for one?
//!
//! From the table (`table.rs`), on any thread; the runtime's own thread adds what its scheduler
//! knows. A wait's age counts from the first snapshot that has it, because reading a clock for each
//! wait would cost too much.
//!
//! Interface: [`is_time_to_look`], [`look`]; for a watching thread, methods of [`RemoteEvents`].

use std::collections::BTreeMap;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Weak;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use crate::recorder::Looked;
use crate::running::{RUNNING, keeps_state_only, with_remote};
use crate::snapshot::{Snapshot, TaskNow, TimerNow, WaitNow};
use crate::table::Entry;
use crate::thread::{give_up, with_recorder};
use crate::{Coming, End, EndNow, Id, Recorder, RemoteEvents, Resource, assert_unlocked};

/// Looks that weren't requested take at most one part in so many of the time.
const PART: u32 = 20;
/// But the first few come at once, so that a short run's verdict doesn't depend on the machine.
const AT_ONCE: u32 = 8;

/// When might a look be worth it?
#[derive(Clone, Copy, Debug)]
pub enum When {
    /// A run begins.
    Start,
    /// The loop falls asleep, perhaps so that only a source or another thread can end that.
    Asleep {
        #[allow(missing_docs)]
        for_good: bool,
    },
    /// It wakes, before anything goes on.
    Awake,
    /// A time limit has passed, and what it was for is about to be dropped.
    Limit,
    /// A run ends.
    End,
    /// The runtime ends, with so many tasks.
    Shutdown(usize),
}

/// Is it time to look now?
pub fn is_time_to_look(when: When) -> bool {
    if let When::Asleep { .. } = when {
        RUNNING.with(|it| it.last.set(None)); // the sleep is no part of a poll
    }
    if !keeps_state_only() && with_recorder(|it| it.has_lost) != Some(true) {
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
    (is_last || is_due()) && with_remote(|remote| looks(remote)) == Some(true)
}

/// Would a look now take no more than its part of the time?
pub(crate) fn is_due() -> bool {
    let is_due = |it: &mut Recorder| {
        let Looked { ended, took, times } = it.looked;
        times < AT_ONCE || (it.times)().1 >= ended + PART * took
    };
    with_recorder(is_due) == Some(true)
}

/// Shows the sink what exists. By `fill` the runtime adds what its scheduler knows.
#[cold]
pub fn look(fill: impl FnOnce(&mut Snapshot)) {
    assert_unlocked();
    let taken = with_recorder(|recorder| {
        recorder.remote.look_requested.store(false, Relaxed);
        let (time, began) = (recorder.times)();
        Some((recorder.sink.take()?, recorder.remote.snapshot_at(time), began))
    });
    let Some((mut sink, mut now, began)) = taken.flatten() else { return };
    let (_, took) = RUNNING.with(|it| (it.last.take(), it.took.take())); // it is no part of a poll
    now.polling = took;
    fill(&mut now);
    let call = AssertUnwindSafe(|| sink.look(&now));
    if catch_unwind(call).map_err(mem::forget).is_err() {
        return give_up(sink);
    }
    with_recorder(|recorder| {
        let (ended, times) = ((recorder.times)().1, recorder.looked.times + 1);
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
        self.began.get().map_or(Duration::ZERO, |(began, (_, real))| *real + began.elapsed())
    }

    /// What exists now, for a watching thread. It can't know which tasks are queued.
    pub fn snapshot(&self) -> Snapshot {
        let began = self.began.get().map(|(began, (time, _))| (began.elapsed(), *time));
        let (passed, start) = began.unwrap_or_default();
        let (moved, paused) = {
            let table = self.table.lock();
            (table.moved, table.paused)
        };
        let stands = paused || !moved.is_zero();
        self.snapshot_at(start + moved + if stands { Duration::ZERO } else { passed })
    }

    /// Sets who knows the other end of a source; one that has gone removes it.
    pub fn set_end(&self, source: Id, end: Weak<dyn End>) {
        let mut all = self.ends.lock();
        if end.strong_count() > 0 {
            all.insert(source, end)
        } else {
            all.remove(&source)
        };
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

    fn snapshot_at(&self, time: Duration) -> Snapshot {
        let table = self.table.lock();
        let mut now =
            Snapshot { time, driven: table.driven, paused: table.paused, ..Snapshot::default() };
        (now.polls, now.real) = (self.polls.load(Relaxed), self.real());
        now.spent = self.spent.load(Relaxed);
        let (mut things, mut queues) = (BTreeMap::new(), Vec::new());
        for (_, entry) in &table.entries {
            match entry {
                Entry::Task(task, queue) => {
                    let queued = (!task.polled).then_some(true); // else nobody here knows
                    now.tasks.push(TaskNow { queued, ..task.clone() });
                    queues.extend(queue.iter().map(|queue| (task.id, queue.clone())));
                }
                Entry::Wait(wait, of, due) => {
                    let served = of.as_ref().is_some_and(|of| of.has_served(wait.id));
                    now.waits.push(WaitNow { served, ..*wait });
                    if let Some(of) = of {
                        things.entry(of.id).or_insert_with(|| of.now());
                    }
                    if let (Resource::Timer(id), Some(due)) = (wait.on, *due) {
                        now.timers.push(TimerNow { id, due });
                    }
                }
                Entry::Hold(hold, of) => {
                    now.holds.push(*hold);
                    things.insert(of.id, of.now());
                }
                Entry::Scope(scope) => now.scopes.push(*scope),
                Entry::Job(job) => now.jobs.push(*job),
                Entry::Source(source) => now.sources.push(*source),
            }
        }
        now.running =
            table.around.iter().copied().chain(Id::of(self.polled.load(Relaxed))).collect();
        now.spins = table.spins.iter().map(|(task, spin)| (*task, *spin)).collect();
        now.unpolled.clone_from(&table.dropped[1]);
        drop(table);
        now.sources.iter_mut().for_each(|source| source.end = self.end_of(source.id));
        now.things = things.into_values().collect();
        now.sort();
        self.age(&mut now);
        for (id, queue) in queues {
            let is_queued = queue.upgrade().map(|queue| queue.is_queued());
            now.task_mut(id).into_iter().for_each(|task| task.queued = is_queued);
        }
        now
    }

    /// How old is each wait, as far as snapshots know? The table isn't locked meanwhile: another
    /// snapshot of that moment takes all for new.
    fn age(&self, now: &mut Snapshot) {
        let (time, mut met) = (now.time, Vec::with_capacity(now.waits.len()));
        let mut before = mem::take(&mut self.table.lock().met).into_iter().peekable();
        for wait in &mut now.waits {
            while before.next_if(|(id, _)| *id < wait.id).is_some() {}
            let known = before.next_if(|(id, _)| *id == wait.id);
            let [since, told] = known.map(|(_, times)| times).unwrap_or_default();
            let (since, told) = (since.unwrap_or(time), wait.told.and(told.or(Some(time))));
            wait.age = time.saturating_sub(since);
            wait.told.iter_mut().zip(told).for_each(|(it, at)| it.0 = time.saturating_sub(at));
            met.push((wait.id, [Some(since), told]));
        }
        self.table.lock().met = met;
    }
}

#[cfg(test)]
#[path = "look_tests.rs"]
mod tests;
