//! When is each lint asked for a verdict?
//!
//! A doctor has one [`Round`], with the state of all its lints.
//! - If the run is recorded ([`Round::judge_records`]), every lint is asked at each record, after
//!   the [`Run`] has taken the record.
//! - Otherwise the runtime's own thread takes a look now and then ([`Round::judge_look`]), with a
//!   snapshot of what exists, and the lints that need no records are asked.
//! - The doctor's thread asks some at a time of its own choice ([`Round::judge_now`]; `watch.rs`).
//!
//! The verdicts of the first two are collected in `found`. [`Round::sleeps_for_good`] says whether
//! only another thread could wake the loop. Invariant: after records were lost, no lint is asked
//! about records, which then prove nothing.

use std::time::Duration;

use kettle_events::{Coming, Event, Record, RemoteEvents, Snapshot};

use kettle_runtime::Handle;

use super::lint::{Lint, NO_RECORD};
use super::moment::{Moment, leave_out_own_wakers};
use super::ready::ask_ready;
use super::run::{LASTING, Run};
use super::system::Thread;
use super::{
    blocking_poll, busy_loop, end, guard_across_await, hang, long_wait, lost_wakeup, unpolled,
};

/// After a search of the waits for locks that visited n entries, the next one comes
/// `RECORDS_PER_ENTRY * (n - FREE_ENTRIES)` records later, so that searching costs no more than
/// handling the records.
const RECORDS_PER_ENTRY: u64 = 4;
const FREE_ENTRIES: u64 = 64;

/// The lints, and what they know. The doctor's thread shares it.
#[derive(Debug, Default)]
pub(super) struct Round {
    pub(super) run: Run,
    /// The thread that drives the runtime, if the system has a number for it.
    pub(super) thread: Option<Thread>,
    /// What existed at the latest look, if nothing is recorded.
    pub(super) seen: Option<Snapshot>,
    /// Was the loop about to sleep at that look, so that only another thread could wake it?
    slept_for_good_when_seen: bool,
    // What each of these lints remembers from one record to the next.
    suspects: lost_wakeup::Suspects,
    pub(super) stopwatch: blocking_poll::Stopwatch,
    spins: busy_loop::Spins,
    dropped: unpolled::Dropped,
    at_a_limit: end::AtALimit,
    /// `None`: the tasks that the end drops aren't listed.
    pub(super) end: Option<end::End>,
    /// From this record on, waits for locks are searched again.
    next_lock_search_at: u64,
    /// The verdicts that the doctor hasn't reported yet.
    pub(super) found: Vec<Lint>,
}

impl Round {
    /// Lints for a runtime as it runs: they may ask the system, too. (The default ones only judge
    /// records.)
    pub(super) fn live() -> Round {
        let mut round = Round::default();
        round.run.is_live = true;
        round
    }

    /// Applies these records one by one, and asks all lints after each.
    pub(super) fn judge_records(&mut self, records: &[Record]) {
        let is_start = |record: &Record| matches!(record.event, Event::RunStart { .. });
        if self.run.is_live && records.iter().any(is_start) {
            self.thread = Thread::this();
            let handle = Handle::try_current().ok();
            self.run.runtime = handle.map(|handle| handle.inspector().events().clone());
        }
        for record in records {
            self.at_a_limit.before_step(&self.run, record);
            self.run.step(record);
            if self.run.fold.is_whole() {
                self.ask_after_record(record);
            }
        }
        if self.run.is_live
            && let Some(last) = records.last()
        {
            self.stopwatch.read_between_polls(&self.run, last.real);
        }
    }

    fn ask_after_record(&mut self, record: &Record) {
        let (run, found) = (&self.run, &mut self.found);
        found.extend(self.dropped.step(run, record));
        found.extend(self.stopwatch.step(run, record));
        found.extend(judge_lock_waits(run, record, &mut self.next_lock_search_at));
        found.extend(self.suspects.observe(run, record));
        found.extend(hang_at_park(run, record));
        found.extend(self.at_a_limit.step(run, record));
        found.extend(self.spins.step(run, record));
        if let Some(end) = &mut self.end {
            found.extend(end.step(run, record));
        }
    }

    /// Asks all lints that need no records, as the runtime's own thread takes a look.
    pub(super) fn judge_look(&mut self, snapshot: &Snapshot) {
        self.thread = Thread::this();
        self.run.measure_rest(snapshot.polls, snapshot.for_good, snapshot.real);
        let mut snapshot = snapshot.clone();
        leave_out_own_wakers(&mut snapshot);
        ask_ready(&mut snapshot, self.run.rested());
        let moment = &Moment::of(&snapshot, None);
        self.found.extend(self.at_a_limit.look(moment));
        let is_in_a_poll = snapshot.at_a_limit;
        if !is_in_a_poll {
            self.ask_at_look(moment);
            self.ask_about_hang(moment);
            self.seen = Some(snapshot);
        }
    }

    fn ask_at_look(&mut self, moment: &Moment) {
        let (snapshot, found) = (moment.now(), &mut self.found);
        // After the end of `main` there may be no later look.
        let is_main_over = snapshot.driven && moment.graph.main().is_none();
        let min_age = if is_main_over { Duration::ZERO } else { LASTING };
        found.extend(unpolled::dropped(moment));
        found.extend(self.stopwatch.look(moment));
        found.extend(busy_loop::spinning(moment));
        found.extend(hang::circles(moment, min_age, NO_RECORD));
        found.extend(guard_across_await::verdict(moment, NO_RECORD));
        found.extend(long_wait::verdict(moment, NO_RECORD));
        for task in snapshot.tasks.iter().filter(|task| lost_wakeup::is_lost(moment, task)) {
            found.push(lost_wakeup::no_waker_left(moment, task, NO_RECORD));
        }
    }

    /// At a look before a sleep: is a hang certain?
    fn ask_about_hang(&mut self, moment: &Moment) {
        let (graph, snapshot) = (&moment.graph, moment.now());
        let nothing_can_arrive = graph.coming().all(|coming| coming <= Coming::Closed);
        self.slept_for_good_when_seen = snapshot.for_good && nothing_can_arrive;
        let has_reports = self.run.rested() >= LASTING || graph.coming().next().is_none();
        if !has_reports {
            self.run.alone.proven = None; // the doctor's thread must count the threads again
        }
        let may_hang = self.slept_for_good_when_seen && has_reports && snapshot.jobs.is_empty();
        if may_hang && self.run.alone.at_time(snapshot.real) {
            self.found.extend(hang::hangs(moment, NO_RECORD));
        }
    }

    /// Passes what exists now to `judge`, and the run so far if it is recorded. The doctor's thread
    /// calls this, when the runtime has rested for `rested`.
    pub(super) fn judge_now<R>(
        &self,
        events: &RemoteEvents,
        rested: Duration,
        judge: impl FnOnce(&Moment, Option<&Run>) -> R,
    ) -> R {
        let recorded = if self.seen.is_none() { Some(&self.run) } else { None };
        let mut snapshot = events.snapshot(None);
        ask_ready(&mut snapshot, rested);
        judge(&Moment::of(&snapshot, recorded), recorded)
    }

    /// Asks about what existed at the latest look or record. The doctor's thread calls this.
    pub(super) fn judge_seen<R>(&self, judge: impl FnOnce(&Moment, u64) -> R) -> R {
        match &self.seen {
            Some(seen) => judge(&Moment::of(seen, None), NO_RECORD),
            None => self.run.judge(|moment| judge(moment, self.run.seq)),
        }
    }

    /// Is this true of what existed then? (If the run is recorded, of `main` alone.)
    pub(super) fn sees(&self, is_true: impl FnOnce(&Snapshot) -> bool) -> bool {
        match (&self.seen, self.run.main()) {
            (Some(seen), _) => is_true(seen),
            (None, Some(main)) => self.run.judge_of(&[main.id], |moment| is_true(moment.now())),
            (None, None) => false,
        }
    }

    /// Does the loop sleep so that only another thread could wake it? `polls`: how many beginnings
    /// and ends of polls the caller has seen.
    pub(super) fn sleeps_for_good(&self, polls: u64) -> bool {
        match &self.seen {
            Some(seen) => self.slept_for_good_when_seen && seen.polls == polls,
            None => self.has_recorded_sleep_for_good(),
        }
    }

    /// Do the records end with a sleep that only another thread could end?
    pub(super) fn has_recorded_sleep_for_good(&self) -> bool {
        let Run { fold, last, .. } = &self.run;
        let has_no_deadline = matches!(last, Some(Event::Park { timeout: None }));
        has_no_deadline && fold.is_driven() && fold.is_whole() && !self.run.may_receive()
    }

    /// How many entries are stored.
    pub(super) fn size(&self) -> usize {
        self.run.size() + self.suspects.len() + self.spins.len()
    }
}

/// Is a hang certain, as the thread goes to sleep with this record?
fn hang_at_park(run: &Run, record: &Record) -> Option<Lint> {
    let has_no_deadline = matches!(record.event, Event::Park { timeout: None });
    let may_hang = has_no_deadline && !run.may_receive() && run.has_reports();
    if may_hang && run.is_alone(record) {
        run.judge(|moment| hang::hangs(moment, record.seq))
    } else {
        None
    }
}

/// Which tasks have waited long for a lock, and why? This is asked as the thread wakes, and at the
/// run's end.
fn judge_lock_waits(run: &Run, record: &Record, next_search_at: &mut u64) -> Vec<Lint> {
    let is_end = match record.event {
        Event::RunEnd { .. } => true,
        // (If no other thread can act, the next park is judged as a certain hang.)
        Event::Unpark { .. } if record.seq >= *next_search_at && run.alone.proven.is_none() => {
            false
        }
        _ => return Vec::new(),
    };
    let min_age = if is_end { Duration::ZERO } else { LASTING };
    let visited_before = run.visited();
    let mut waits = run.fold.open_waits().inspect(|_| run.count_visits(1));
    let mut found = Vec::new();
    if waits.any(|wait| hang::is_for_a_lock(wait.on)) {
        run.judge(|moment| {
            found = hang::circles(moment, min_age, record.seq);
            if !is_end {
                found.extend(guard_across_await::verdict(moment, record.seq));
                found.extend(long_wait::verdict(moment, record.seq));
            }
        });
    }
    let visited = run.visited() - visited_before;
    *next_search_at = record.seq + RECORDS_PER_ENTRY * visited.saturating_sub(FREE_ENTRIES);
    found
}
