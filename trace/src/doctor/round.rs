//! Which lints are asked, and when?
//!
//! All of them, at each record, after the [`Run`] has taken it. A doctor that gets no records asks
//! those that judge a moment, at each look.
//!
//! Interface: [`Round`]. Invariant: with records missing, they prove nothing, and no lint is asked
//! of them: from then on the doctor looks.

use std::time::Duration;

use kettle_events::{Coming, Event, Kind, Record, RemoteEvents, Snapshot};

use kettle_runtime::{Handle, has_schedule};

use super::lint::Lint;
use super::moment::{Moment, leave_out_own_wakers};
use super::ready::ask_ready;
use super::run::{LASTING, Run};
use super::system::Thread;
use super::{
    blocking_poll, busy_loop, end, guard_across_await, hang, long_wait, lost_wakeup, unpolled,
};

/// Looking at an entry takes as long as handling so many records, except the first of each look.
const SELDOM: u64 = 4;
const FEW: u64 = 64;

/// The lints, and what they look at. The doctor's thread looks at it, too.
#[derive(Debug, Default)]
pub(super) struct Round {
    pub(super) run: Run,
    /// The thread that drives the runtime, if the system has a number for it.
    pub(super) thread: Option<Thread>,
    /// What existed at the latest look, if nothing is recorded. Did the loop fall asleep so that
    /// only another thread could end that? After which poll, and when was that first seen?
    pub(super) seen: Option<Snapshot>,
    for_good: bool,
    still: Option<(u64, Duration)>,
    lost: lost_wakeup::Suspects,
    pub(super) blocking: blocking_poll::Watch,
    busy: busy_loop::Spins,
    unpolled: unpolled::Dropped,
    /// All waits are looked at again from this record on.
    next: u64,
    at_a_limit: hang::AtALimit,
    /// `None`: what the end drops isn't to be listed.
    pub(super) end: Option<end::End>,
    pub(super) found: Vec<Lint>,
}

impl Round {
    /// `now`: the records are fresh, and the system may be asked about this moment.
    pub(super) fn new(now: bool) -> Round {
        Round { run: Run::new(now), ..Round::default() }
    }

    /// A look from the runtime's own thread, if nothing is recorded.
    pub(super) fn look(&mut self, now: &Snapshot) {
        self.thread = Thread::this();
        if self.seen.as_ref().is_none_or(|seen| seen.polls != now.polls) {
            self.run.alone.proven = None;
        }
        let mut now = now.clone();
        leave_out_own_wakers(&mut now);
        let begun = self.still.filter(|still| still.0 == now.polls);
        let since = self.still.insert(begun.unwrap_or((now.polls, now.real))).1;
        let rested = now.real.saturating_sub(since);
        let is_decided = has_schedule() && now.for_good; // then the selector was asked before
        ask_ready(&mut now, if is_decided { LASTING } else { rested });
        let moment = &Moment::of(&now, None);
        self.found.extend(self.at_a_limit.look(moment));
        if now.at_a_limit {
            return; // in the middle of a poll
        }
        let is_over = now.driven && moment.graph.main().is_none();
        let least = if is_over { Duration::ZERO } else { LASTING };
        let others = now.tasks.iter().filter(|task| task.kind != Kind::Main);
        let found = &mut self.found;
        found.extend(unpolled::dropped(moment));
        found.extend(self.blocking.look(moment));
        found.extend(busy_loop::spinning(moment));
        found.extend(hang::circles(moment, least, 0));
        found.extend(guard_across_await::verdict(moment, 0));
        found.extend(long_wait::verdict(moment, 0));
        found.extend(lost_wakeup::lost_of(moment, others, 0).into_iter().map(|(_, lint)| lint));
        self.for_good = now.for_good && moment.graph.coming().all(|it| it <= Coming::Closed);
        let is_still = rested >= LASTING || moment.graph.coming().next().is_none();
        if !is_still {
            self.run.alone.proven = None; // the doctor's thread is to ask again
        }
        let may_hang = self.for_good && is_still && now.jobs.is_empty();
        if may_hang && self.run.alone.is_now(now.real) {
            found.extend(hang::hangs(moment, 0));
        }
        self.seen = Some(now);
    }

    /// From another thread: judges what exists now, where nothing has gone on for so long. With
    /// records, the run so far is known, too.
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
        if self.run.now && records.iter().any(starts) {
            self.thread = Thread::this();
            let runtime = Handle::try_current().ok();
            self.run.kept = runtime.map(|it| it.inspector().events().clone());
        }
        for record in records {
            self.at_a_limit.before_step(&self.run, record);
            self.run.step(record);
            if self.run.fold.is_whole() {
                self.ask(record);
            }
        }
        if self.run.now
            && let Some(last) = records.last()
        {
            self.blocking.take_time(&self.run, last.real);
        }
    }

    fn ask(&mut self, record: &Record) {
        let (run, found) = (&self.run, &mut self.found);
        found.extend(self.unpolled.step(run, record));
        found.extend(self.blocking.step(run, record));
        found.extend(look_at_waits(run, record, &mut self.next));
        found.extend(self.lost.step(run, record));
        found.extend(hang(run, record));
        found.extend(self.at_a_limit.step(record));
        found.extend(self.busy.step(run, record));
        found.extend(self.end.as_mut().and_then(|end| end.step(run, record)));
    }

    /// Does the loop, which has begun and ended so many polls, sleep so that only another thread
    /// could end that?
    pub(super) fn sleeps_for_good(&self, polls: u64) -> bool {
        if let Some(seen) = &self.seen {
            return self.for_good && seen.polls == polls;
        }
        let Run { fold, last, .. } = &self.run;
        let for_good = matches!(last, Some(Event::Park { timeout: None })) && fold.is_driven();
        for_good && fold.is_whole() && !self.run.listens()
    }

    pub(super) fn kept(&self) -> usize {
        self.run.kept() + self.lost.len() + self.busy.len()
    }
}

/// As the thread goes to sleep: is it for good?
fn hang(run: &Run, record: &Record) -> Option<Lint> {
    let for_good = matches!(record.event, Event::Park { timeout: None }) && !run.listens();
    let alone = for_good && run.is_still() && run.is_alone(record);
    alone.then(|| run.judge(|moment| hang::hangs(moment, record.seq)))?
}

/// As the thread wakes, and at the end: what has waited for a lock for long, and who has kept it
/// waiting?
fn look_at_waits(run: &Run, record: &Record, next: &mut u64) -> Vec<Lint> {
    let least = match record.event {
        // (Where no other thread can act, the next park is a hang that is certain.)
        Event::Unpark { .. } if record.seq >= *next && run.alone.proven.is_none() => LASTING,
        Event::RunEnd { .. } => Duration::ZERO,
        _ => return Vec::new(),
    };
    let before = run.looked();
    let mut waits = run.fold.open_waits().inspect(|_| run.looks_at(1));
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
    *next = record.seq + SELDOM * (run.looked() - before).saturating_sub(FEW);
    found
}
