//! Which lints are asked, and when?
//!
//! Each of them, of each record, after the [`Run`] has taken it. A verdict is found once per kind
//! and place.
//!
//! Interface: [`Round`]. Invariant: with records missing, nothing is proven any
//! more, and no lint is asked.

use std::collections::HashSet;
use std::time::Duration;

use kettle_events::{Event, Place, Record};

use super::lint::{Lint, LintKind};
use super::moment::Moment;
use super::run::Run;
use super::system::Times;
use super::{
    blocking_poll, busy_loop, end, growing_channel, guard_across_await, hang, leaked_tasks,
    lost_value, lost_wakeup, unpolled,
};

/// Looking at an entry takes as long as so many records, but for the first of each look.
const SELDOM: u64 = 4;
const FEW: u64 = 64;

/// The lints, and what they look at. The watcher looks at it from its own thread.
#[derive(Debug)]
pub(super) struct Round {
    pub(super) run: Run,
    /// For the watcher.
    pub(super) moment: Moment,
    lost: lost_wakeup::Suspects,
    blocking: blocking_poll::Watch,
    busy: busy_loop::Spin,
    unpolled: unpolled::Dropped,
    /// All waits are looked at again from this record on.
    next: u64,
    pub(super) hangs: hang::Hangs,
    /// `None`: no hints are wanted.
    pub(super) hints: Option<Hints>,
    /// What was said, and whether it was certain.
    said: HashSet<(LintKind, Option<Place>, bool)>,
    pub(super) found: Vec<Lint>,
}

impl Round {
    /// `now`: the records are fresh, and the system may be asked about this moment.
    pub(super) fn new(now: bool) -> Round {
        Round {
            run: Run::new(now),
            moment: Moment::default(),
            lost: lost_wakeup::Suspects::default(),
            blocking: blocking_poll::Watch::default(),
            busy: busy_loop::Spin::default(),
            unpolled: unpolled::Dropped::default(),
            next: 0,
            hangs: hang::Hangs::default(),
            hints: None,
            said: HashSet::new(),
            found: Vec::new(),
        }
    }

    /// Nothing is known any more but what was said: what is there is told next.
    /// `read`: the times of the thread, and when they were read.
    pub(super) fn begin(&mut self, read: Option<(Duration, Times)>) {
        let (number, thread) = (self.moment.number + 1, self.moment.thread);
        self.run.begin();
        *self = Round {
            run: std::mem::replace(&mut self.run, Run::new(true)),
            moment: Moment { number, thread, ..Moment::default() },
            blocking: blocking_poll::Watch::begun(read),
            hints: self.hints.take(),
            said: std::mem::take(&mut self.said),
            ..Round::new(true)
        };
    }

    pub(super) fn see(&mut self, records: &[Record]) {
        for record in records {
            self.hangs.see_before(&self.run, record);
            self.run.step(record);
            if self.run.fold.is_whole() {
                self.ask(record);
            }
        }
        self.run.begins = false;
        if self.run.now
            && let Some(last) = records.last()
        {
            self.blocking.take_time(&self.run, last.real);
        }
    }

    fn ask(&mut self, record: &Record) {
        let run = &self.run;
        let mut found = self.unpolled.see(run, record);
        found.extend(self.blocking.see(run, record));
        found.extend(look_at_waits(run, record, &mut self.next));
        found.extend(self.lost.see(run, record));
        found.extend(self.hangs.see(run, record));
        found.extend(self.busy.see(run, record));
        if let Some(Hints { crowd, long, branches, end }) = &mut self.hints {
            found.extend(crowd.see(run, record));
            found.extend(long.see(run, record));
            found.extend(branches.see(run, record));
            found.extend(end.see(run, record));
        }
        for lint in found {
            // What is certain is not said once more as what may be.
            let proven = !lint.certain && self.said.contains(&(lint.kind, lint.place(), true));
            if !proven && let Some(lint) = self.once(lint) {
                self.found.push(lint);
            }
        }
    }

    /// Of a runtime that nothing of its own will wake but a socket: which of its sleeps is this?
    pub(super) fn sleeps(&self) -> Option<u64> {
        let Round { run, moment, .. } = self;
        let for_good = matches!(moment.last, Some(Event::Park { timeout: None }));
        let asleep = for_good && moment.driven && run.fold.running().is_empty();
        (asleep && run.fold.is_whole()).then_some(moment.number)
    }

    /// For the watcher: this verdict, unless it was given.
    pub(super) fn once(&mut self, lint: Lint) -> Option<Lint> {
        self.said.insert((lint.kind, lint.place(), lint.certain)).then_some(lint)
    }

    /// How many entries it keeps.
    pub(super) fn kept(&self) -> usize {
        let hints = self.hints.as_ref().map_or(0, |hints| hints.long.len() + hints.branches.len());
        self.run.kept() + self.lost.len() + self.busy.len() + hints
    }
}

/// As the thread wakes, and at the end: what has waited for long, and who has kept it waiting?
fn look_at_waits(run: &Run, record: &Record, next: &mut u64) -> Vec<Lint> {
    match record.event {
        // (Where no other thread can act, the next park is a hang that is certain.)
        Event::Unpark { .. } if record.seq >= *next && run.alone.proven.is_none() => {
            let before = run.looked();
            let mut found = hang::circles(run, hang::LASTING, record);
            found.extend(guard_across_await::kept(run, record));
            *next = record.seq + SELDOM * (run.looked() - before).saturating_sub(FEW);
            found
        }
        Event::RunEnd { .. } => hang::circles(run, Duration::ZERO, record),
        _ => Vec::new(),
    }
}

/// What is only probably wrong, and what is told without a judgement.
#[derive(Debug, Default)]
pub(super) struct Hints {
    crowd: leaked_tasks::Crowd,
    long: growing_channel::Long,
    branches: lost_value::Branches,
    end: end::End,
}
