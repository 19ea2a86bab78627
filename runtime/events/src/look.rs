//! When is a snapshot taken, and how?
//!
//! A sink that wants no records *looks* instead: it is shown a [`Snapshot`]. The runtime lets it
//! look when something may be stuck ([`When`]) and, if there is a reason (`poll.rs`), at a poll's
//! end. [`look`] copies the table of what exists (`table.rs`), adds what the scheduler knows, and
//! calls the sink. A watching thread may copy the table, too. A wait's age counts from the first
//! snapshot with it, because reading a clock at the beginning of each would cost too much.

use std::collections::BTreeMap;
use std::sync::Weak;
use std::sync::atomic::Ordering::{Acquire, Relaxed};
use std::time::Duration;

use crate::running::{RUNNING, is_recording, is_watched};
use crate::snapshot::{Snapshot, TaskNow, WaitNow};
use crate::table::{Queued, Row, Table};
use crate::thread::{call, with_recorder};
use crate::{Coming, End, EndNow, Id, RemoteEvents, assert_unlocked, elsewhere};

/// All looks together, but for those at a run's end, take at most one in so many parts of the time.
const TIME_BETWEEN: u32 = 20;
/// But the first few aren't put off, so that a short run's verdict doesn't depend on the machine.
const FIRST_LOOKS: u32 = 8;

/// The moments at which there may be a reason to look.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub enum When {
    /// A run begins, or ends.
    Start,
    End,
    /// The loop falls asleep; `for_good` if only a source or another thread can end that.
    Asleep {
        for_good: bool,
    },
    /// The loop wakes, and nothing has been polled since.
    Awake,
    /// The limit of a `timeout` has passed, and its future is about to be dropped.
    Limit,
    /// The runtime ends with this many tasks.
    Shutdown(usize),
}

/// Is it time to look now?
pub fn is_time_to_look(when: When) -> bool {
    if let When::Asleep { .. } = when {
        RUNNING.with(|running| running.poll_began.set(None)); // the sleep is no part of a poll
    }
    // A sink that gets every record needs no snapshot.
    if !is_watched() || is_recording() && with_recorder(|it| it.has_lost) != Some(true) {
        return false;
    }
    let is_last = matches!(when, When::End | When::Shutdown(_));
    (is_last || is_due()) && elsewhere().is_some_and(|remote| when.is_reason(&remote))
}

impl When {
    /// Is there a reason to look at this runtime now?
    fn is_reason(self, remote: &RemoteEvents) -> bool {
        let (table, is_requested) = (remote.table.lock(), remote.look_requested.load(Relaxed));
        // A task waits in line for something, and perhaps another one holds that for good.
        let may_be_stuck = table.holds > 0 && table.in_line > 0;
        match self {
            When::Start | When::Limit => true,
            When::Asleep { for_good } => is_requested || may_be_stuck || for_good,
            When::Awake => may_be_stuck,
            When::End => is_requested || may_be_stuck || std::thread::panicking(),
            When::Shutdown(tasks) => tasks > 0,
        }
    }
}

/// Would a look now take no more than its part of the time?
pub(crate) fn is_due() -> bool {
    with_recorder(|recorder| {
        recorder.looks < FIRST_LOOKS || (recorder.clocks)().real >= recorder.next_look
    }) == Some(true)
}

/// Shows the sink what exists. By `fill` the runtime adds what its scheduler knows.
#[cold]
pub fn look(fill: impl FnOnce(&mut Snapshot)) {
    assert_unlocked();
    let prepared = with_recorder(|recorder| {
        recorder.remote.look_requested.store(false, Relaxed);
        let clocks = (recorder.clocks)();
        Some((recorder.sink.take()?, recorder.remote.snapshot(Some(clocks.time)), clocks.real))
    });
    let Some((sink, mut snapshot, began)) = prepared.flatten() else { return };
    RUNNING.with(|running| running.poll_began.set(None)); // the look is no part of a poll
    fill(&mut snapshot);
    let Some((sink, ())) = call(sink, |sink| sink.look(&snapshot)) else { return };
    with_recorder(|recorder| {
        let ended = (recorder.clocks)().real;
        recorder.next_look = ended + TIME_BETWEEN * ended.saturating_sub(began);
        recorder.looks += 1;
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
        let (driven, task) = (self.table.lock().driven, Id::of(self.polled.load(Acquire)));
        (driven, (2 * self.begun.load(Relaxed)).saturating_sub(u64::from(task.is_some())), task)
    }

    /// The machine's time since the runtime's start.
    pub fn real(&self) -> Duration {
        self.began.get().map_or(Duration::ZERO, |(began, clocks)| clocks.real + began.elapsed())
    }

    /// Sets who knows the other end of a source. If `end` has gone, nobody does.
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
    pub fn is_any_coming(&self) -> bool {
        let all: Vec<_> = self.ends.lock().values().filter_map(Weak::upgrade).collect();
        all.iter().any(|end| end.now().coming.contains(&Coming::OnItsWay))
    }

    /// What exists now. A watching thread can't read the runtime's clock, so it gives no `time`,
    /// and it can't know which tasks are queued.
    pub fn snapshot(&self, time: Option<Duration>) -> Snapshot {
        let (_, polls, running) = self.poll();
        let mut table = self.table.lock();
        let time = time.unwrap_or_else(|| self.time_without_clock(&table));
        let mut snapshot = Snapshot {
            time,
            real: self.real(),
            driven: table.driven,
            paused: table.paused,
            running: table.around.iter().copied().chain(running).collect(),
            polls,
            spent: running.is_some() && self.spent.load(Relaxed) == self.begun.load(Relaxed),
            spins: table.spins.iter().map(|(task, spin)| (*task, *spin)).collect(),
            unpolled: table.dropped_in_ended_polls.clone(),
            ..Snapshot::default()
        };
        let local_tasks = table.copy_rows(&mut snapshot);
        drop(table);
        snapshot.sources.iter_mut().for_each(|source| source.end = self.end_of(source.id));
        snapshot.tasks.sort_unstable_by_key(|it| it.id);
        snapshot.waits.sort_unstable_by_key(|it| it.id);
        snapshot.holds.sort_unstable_by_key(|it| it.id);
        snapshot.scopes.sort_unstable_by_key(|it| it.id);
        snapshot.jobs.sort_unstable_by_key(|it| it.id);
        snapshot.sources.sort_unstable_by_key(|it| it.id);
        for (id, set) in local_tasks {
            if let Some(task) = snapshot.task_mut(id) {
                task.queued = set.upgrade().map(|set| set.is_queued());
            }
        }
        snapshot
    }

    /// The time by the runtime's clock, as far as the machine's clock and the table show it. If the
    /// runtime's was ever paused, it is known only how far it was moved since the beginning.
    fn time_without_clock(&self, table: &Table) -> Duration {
        let Some((began, clocks)) = self.began.get() else { return table.moved };
        let was_paused = table.paused || !table.moved.is_zero();
        let passed = if was_paused { Duration::ZERO } else { began.elapsed() };
        clocks.time + table.moved + passed
    }
}

impl Table {
    /// Copies the rows to a snapshot. Returns the tasks of local sets, with their sets.
    fn copy_rows(&mut self, snapshot: &mut Snapshot) -> Vec<(Id, Weak<dyn Queued>)> {
        let (mut things, mut local_tasks) = (BTreeMap::new(), Vec::new());
        for row in &mut self.rows {
            match row {
                Row::Free => {}
                Row::Task(task, set) => {
                    // A task that was polled may be queued or not: only its scheduler knows.
                    let polled = task.polled || snapshot.running.contains(&task.id);
                    let queued = (!polled).then_some(true);
                    snapshot.tasks.push(TaskNow { queued, polled, ..task.clone() });
                    local_tasks.extend(set.iter().map(|set| (task.id, set.clone())));
                }
                Row::Wait(wait, primitive) => {
                    wait.began = wait.began.min(snapshot.time);
                    wait.reported = wait.reported.map(|reported| reported.min(snapshot.time));
                    let served = primitive.as_ref().is_some_and(|it| it.has_served(wait.id));
                    snapshot.waits.push(WaitNow { served, ..*wait });
                    if let Some(primitive) = primitive {
                        things.entry(primitive.id).or_insert_with(|| primitive.now());
                    }
                }
                Row::Hold(hold, primitive) => {
                    snapshot.holds.push(*hold);
                    things.entry(primitive.id).or_insert_with(|| primitive.now());
                }
                Row::Scope(scope) => snapshot.scopes.push(*scope),
                Row::Job(job) => snapshot.jobs.push(*job),
                Row::Source(source) => snapshot.sources.push(*source),
            }
        }
        snapshot.things = things.into_values().collect();
        local_tasks
    }
}

#[cfg(test)]
#[path = "look_tests.rs"]
mod tests;
