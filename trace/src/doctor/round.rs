//! When is each lint asked for a verdict?
//!
//! A doctor has one [`Round`], with the state of all its lints.
//! - If the run is recorded ([`Round::take`]), every lint is asked at each record, after the
//!   [`Run`] has taken the record.
//! - Otherwise the runtime's own thread takes a look now and then ([`Round::look`]), with a
//!   snapshot of what exists, and the lints that need no records are asked.
//! - The doctor's thread asks some at a time of its own choice ([`Round::judge`]; `watch.rs`).
//!
//! The verdicts are collected in `found`. [`Round::sleeps_for_good`] says whether only another
//! thread could wake the loop. Invariant: after records were lost, no lint is asked about records,
//! which then prove nothing.

use std::time::Duration;

use kettle_events::{Coming, Event, Kind, Record, RemoteEvents, Snapshot};

use kettle_runtime::Handle;

use super::lint::{Lint, NO_RECORD};
use super::moment::{Moment, leave_out_own_wakers};
use super::ready::ask_ready;
use super::run::{LASTING, Run};
use super::system::Thread;
use super::{
    blocking_poll, busy_loop, end, guard_across_await, hang, long_wait, lost_wakeup, unpolled,
};

/// After a search for locks that visited n entries, the next one comes `RARITY * (n - FREE)`
/// records later, so that searching costs no more than handling the records.
const RARITY: u64 = 4;
const FREE: u64 = 64;

/// The lints, and what they know. The doctor's thread shares it.
#[derive(Debug, Default)]
pub(super) struct Round {
    pub(super) run: Run,
    /// The thread that drives the runtime, if the system has a number for it.
    pub(super) thread: Option<Thread>,
    /// What existed at the latest look, if nothing is recorded.
    pub(super) seen: Option<Snapshot>,
    /// Did the loop then fall asleep so that only another thread could wake it?
    for_good: bool,
    lost: lost_wakeup::Suspects,
    pub(super) blocking: blocking_poll::Watch,
    busy: busy_loop::Spins,
    unpolled: unpolled::Dropped,
    /// From this record on, waits for locks are searched again.
    next_search: u64,
    at_a_limit: end::AtALimit,
    /// `None`: the tasks that the end drops aren't listed.
    pub(super) end: Option<end::End>,
    pub(super) found: Vec<Lint>,
}

impl Round {
    /// `is_live`: do the records come from a runtime as it runs, so that the system may be asked?
    pub(super) fn new(is_live: bool) -> Round {
        Round { run: Run::new(is_live), ..Round::default() }
    }

    /// A look by the runtime's own thread, if nothing is recorded.
    pub(super) fn look(&mut self, now: &Snapshot) {
        self.thread = Thread::this();
        self.run.measure_rest(now.polls, now.for_good, now.real);
        let mut now = now.clone();
        leave_out_own_wakers(&mut now);
        ask_ready(&mut now, self.run.rested());
        let moment = &Moment::of(&now, None);
        self.found.extend(self.at_a_limit.look(moment));
        if !now.at_a_limit {
            // Otherwise the runtime is in the middle of a poll.
            self.ask_about(moment);
            self.seen = Some(now);
        }
    }

    /// Asks the lints that need no records.
    fn ask_about(&mut self, moment: &Moment) {
        let (graph, now, found) = (&moment.graph, moment.now(), &mut self.found);
        let is_over = now.driven && graph.main().is_none();
        let least = if is_over { Duration::ZERO } else { LASTING };
        let others = now.tasks.iter().filter(|task| task.kind != Kind::Main);
        found.extend(unpolled::dropped(moment));
        found.extend(self.blocking.look(moment));
        found.extend(busy_loop::spinning(moment));
        found.extend(hang::circles(moment, least, NO_RECORD));
        found.extend(guard_across_await::verdict(moment, NO_RECORD));
        found.extend(long_wait::verdict(moment, NO_RECORD));
        found.extend(
            lost_wakeup::lost_of(moment, others, NO_RECORD).into_iter().map(|(_, lint)| lint),
        );
        self.for_good = now.for_good && graph.coming().all(|it| it <= Coming::Closed);
        let has_reports = self.run.rested() >= LASTING || graph.coming().next().is_none();
        if !has_reports {
            self.run.alone.proven = None; // the doctor's thread must count the threads again
        }
        let may_hang = self.for_good && has_reports && now.jobs.is_empty();
        if may_hang && self.run.alone.at_time(now.real) {
            found.extend(hang::hangs(moment, NO_RECORD));
        }
    }

    /// From the doctor's thread: judges what exists now, after the runtime has rested for `rested`.
    /// If the run is recorded, the lint gets that, too.
    pub(super) fn judge<R>(
        &self,
        events: &RemoteEvents,
        rested: Duration,
        judge: impl FnOnce(&Moment, Option<&Run>) -> R,
    ) -> R {
        let (mut now, recorded) = (events.snapshot(), self.seen.is_none().then_some(&self.run));
        ask_ready(&mut now, rested);
        judge(&Moment::of(&now, recorded), recorded)
    }

    pub(super) fn take(&mut self, records: &[Record]) {
        let starts = |record: &Record| matches!(record.event, Event::RunStart { .. });
        if self.run.is_live && records.iter().any(starts) {
            self.thread = Thread::this();
            let runtime = Handle::try_current().ok();
            self.run.runtime = runtime.map(|it| it.inspector().events().clone());
        }
        for record in records {
            self.at_a_limit.before_step(&self.run, record);
            self.run.step(record);
            if self.run.fold.is_whole() {
                self.ask(record);
            }
        }
        if self.run.is_live
            && let Some(last) = records.last()
        {
            self.blocking.take_time(&self.run, last.real);
        }
    }

    fn ask(&mut self, record: &Record) {
        let (run, found) = (&self.run, &mut self.found);
        found.extend(self.unpolled.step(run, record));
        found.extend(self.blocking.step(run, record));
        found.extend(judge_lock_waits(run, record, &mut self.next_search));
        found.extend(self.lost.step(run, record));
        found.extend(hang(run, record));
        found.extend(self.at_a_limit.step(record));
        found.extend(self.busy.step(run, record));
        found.extend(self.end.as_mut().and_then(|end| end.step(run, record)));
    }

    /// Does the loop sleep so that only another thread could wake it? `polls`: how many beginnings
    /// and ends of polls the caller has seen.
    pub(super) fn sleeps_for_good(&self, polls: u64) -> bool {
        if let Some(seen) = &self.seen {
            return self.for_good && seen.polls == polls;
        }
        let Run { fold, last, .. } = &self.run;
        let for_good = matches!(last, Some(Event::Park { timeout: None })) && fold.is_driven();
        for_good && fold.is_whole() && !self.run.may_receive()
    }

    /// How many entries are stored.
    pub(super) fn size(&self) -> usize {
        self.run.size() + self.lost.len() + self.busy.len()
    }
}

/// As the thread goes to sleep: is a hang certain?
fn hang(run: &Run, record: &Record) -> Option<Lint> {
    let for_good = matches!(record.event, Event::Park { timeout: None }) && !run.may_receive();
    let alone = for_good && run.has_reports() && run.is_alone(record);
    alone.then(|| run.judge(|moment| hang::hangs(moment, record.seq)))?
}

/// As the thread wakes, and at the run's end: which tasks have waited long for a lock, and why?
fn judge_lock_waits(run: &Run, record: &Record, next_search: &mut u64) -> Vec<Lint> {
    let least = match record.event {
        // (If no other thread can act, the next park is judged as a certain hang.)
        Event::Unpark { .. } if record.seq >= *next_search && run.alone.proven.is_none() => LASTING,
        Event::RunEnd { .. } => Duration::ZERO,
        _ => return Vec::new(),
    };
    let before = run.visited();
    let mut waits = run.fold.open_waits().inspect(|_| run.count_visits(1));
    let mut found = Vec::new();
    if waits.any(|wait| hang::is_for_a_lock(wait.on)) {
        run.judge(|moment| {
            found = hang::circles(moment, least, record.seq);
            if !matches!(record.event, Event::RunEnd { .. }) {
                found.extend(guard_across_await::verdict(moment, record.seq));
                found.extend(long_wait::verdict(moment, record.seq));
            }
        });
    }
    *next_search = record.seq + RARITY * (run.visited() - before).saturating_sub(FREE);
    found
}
