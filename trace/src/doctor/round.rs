//! Which lints are asked, and when?
//!
//! Each of them, of each record, after the [`Run`] has taken it. A verdict is found once per kind and
//! place.
//!
//! Interface: [`Round`]; [`Moment`], for the watcher. Invariant: with records missing, nothing is proven any
//! more, and no lint is asked.

use std::collections::HashSet;
use std::time::Duration;

use kettle_events::{Deferral, Event, Place, Record};

use super::lint::{Lint, LintKind};
use super::run::Run;
use super::stacks::Stacks;
use super::system::Thread;
use super::tree::tree;
use super::{
    blocking_poll, busy_loop, closed_channel, cured, cut_short, deadlock, growing_channel,
    guard_across_await, leaked_tasks, limit, lost_value, lost_wakeup, unpolled,
};

/// The lints, and what they look at. The watcher looks at it from its own thread.
#[derive(Debug)]
pub(super) struct Round {
    pub(super) run: Run,
    /// For the watcher.
    pub(super) moment: Moment,
    pub(super) lost: lost_wakeup::Suspects,
    pub(super) blocking: blocking_poll::Watch,
    busy: busy_loop::Spin,
    closed: closed_channel::Answers,
    unpolled: unpolled::Dropped,
    pub(super) guards: guard_across_await::Contended,
    pub(super) circles: deadlock::Circles,
    branches: lost_value::Branches,
    cut: cut_short::Cut,
    limits: limit::Limits,
    cured: cured::Cured,
    /// `None`: no hints are wanted.
    pub(super) hints: Option<Hints>,
    /// `None`: none are wanted.
    pub(super) stacks: Option<Stacks>,
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
            blocking: blocking_poll::Watch::new(),
            busy: busy_loop::Spin::default(),
            closed: closed_channel::Answers::default(),
            unpolled: unpolled::Dropped::default(),
            guards: guard_across_await::Contended::default(),
            circles: deadlock::Circles::default(),
            branches: lost_value::Branches::default(),
            cut: cut_short::Cut::default(),
            limits: limit::Limits::default(),
            cured: cured::Cured::default(),
            hints: None,
            stacks: None,
            said: HashSet::new(),
            found: Vec::new(),
        }
    }

    pub(super) fn see(&mut self, records: &[Record]) {
        for record in records {
            let was_whole = self.run.fold.is_whole();
            self.run.step(record);
            // With records missing, nothing is proven any more; but of the poll that made too many of them it is known when
            // it began.
            if self.run.fold.is_whole() {
                self.ask(record);
            } else if was_whole && let Some(lint) = self.blocking.see(&self.run, record) {
                self.found.push(Lint { certain: false, ..lint });
            }
        }
        if self.run.now
            && let Some(last) = records.last()
        {
            self.blocking.take_time(last.real);
        }
    }

    fn ask(&mut self, record: &Record) {
        let run = &self.run;
        let mut say = |lint: Lint| {
            // What is certain is not said once more as what may be.
            let proven = !lint.certain && self.said.contains(&(lint.kind, lint.place(), true));
            if !proven && self.said.insert((lint.kind, lint.place(), lint.certain)) {
                self.found.push(drawn(lint, run, self.stacks.as_ref()));
            }
        };
        self.blocking.see(run, record).map(&mut say);
        self.unpolled.see(run, record).into_iter().for_each(&mut say);
        self.guards.see(run, record).map(&mut say);
        self.lost.see(run, record).into_iter().for_each(&mut say);
        self.circles.see(run, &mut self.guards, record).map(&mut say);
        self.busy.see(run, record).map(&mut say);
        self.closed.see(run, record).map(&mut say);
        self.branches.see(run, record).map(&mut say);
        self.cut.see(run, record).map(&mut say);
        self.limits.see(run, record).map(&mut say);
        self.cured.see(run, record).map(&mut say);
        if let Some(Hints { lines, long }) = &mut self.hints {
            lines.see(run, record).map(&mut say);
            long.see(run, record).map(&mut say);
        }
    }

    /// For the watcher: this verdict, unless it was given.
    pub(super) fn once(&mut self, lint: Lint) -> Option<Lint> {
        self.said.insert((lint.kind, lint.place(), lint.certain)).then_some(lint)
    }

    /// With the tree of tasks, if that is wanted.
    pub(super) fn drawn(&self, lint: Lint) -> Lint {
        drawn(lint, &self.run, self.stacks.as_ref())
    }

    /// How many entries it keeps.
    pub(super) fn kept(&self) -> usize {
        let Round { run, lost, guards, circles, closed, branches, .. } = self;
        let stacks = self.stacks.as_ref().map_or(0, Stacks::len);
        let long = self.hints.as_ref().map_or(0, |hints| hints.long.len());
        run.kept()
            + lost.len()
            + guards.len()
            + circles.len()
            + closed.len()
            + branches.len()
            + long
            + stacks
    }
}

/// What is only probably wrong.
#[derive(Debug, Default)]
pub(super) struct Hints {
    lines: leaked_tasks::Lines,
    long: growing_channel::Long,
}

/// With the tree of all tasks, if the program hangs and the stacks are known.
fn drawn(lint: Lint, run: &Run, stacks: Option<&Stacks>) -> Lint {
    let stacks = stacks.filter(|_| lint.kind.hangs());
    Lint { tree: stacks.map(|stacks| tree(run, stacks)), ..lint }
}

/// How far the records go, and what has gone on since.
#[derive(Debug, Default)]
pub(super) struct Moment {
    /// Another one when something else goes on.
    pub(super) number: u64,
    pub(super) thread: Option<Thread>,
    pub(super) last: Option<Event>,
    pub(super) seq: u64,
    pub(super) time: Duration,
    /// A thread drives the runtime.
    pub(super) driven: bool,
    /// The clock has been seen to be paused.
    pub(super) paused: bool,
    /// The poll that goes on has spent its budget, and a waker was put off until the loop goes on.
    pub(super) spent: bool,
    /// Here, if that is known.
    pub(super) at: Option<Place>,
}

impl Moment {
    /// After these records. Is it another poll than before that goes on, or none? `polled`: some poll does.
    pub(super) fn goes_on(&mut self, records: &[Record], polled: bool) -> bool {
        let Some(last) = records.last() else { return true };
        for record in records {
            match record.event {
                Event::RunStart { paused } => {
                    (self.driven, self.paused) = (true, self.paused || paused);
                }
                Event::RunEnd { .. } => self.driven = false,
                Event::Advance { .. } => self.paused = true,
                _ => {}
            }
        }
        let polls =
            |it: &Record| matches!(it.event, Event::PollStart { .. } | Event::PollEnd { .. });
        // The same one may have spent its budget, or filled the recorder's buffer.
        let same = polled && !records.iter().any(polls);
        if !same {
            (self.spent, self.at) = (false, None);
            self.number += 1;
            self.thread = self.thread.filter(Thread::is_this).or_else(Thread::this);
            (self.last, self.seq, self.time) = (Some(last.event), last.seq, last.time);
        }
        if let Event::Defer { why: Deferral::Budget } = last.event {
            (self.spent, self.at) = (true, last.at.place());
        }
        !same
    }
}

#[cfg(test)]
mod tests {
    use kettle_events::{Id, Outcome};

    use super::*;
    use crate::fixture::Script;

    /// It hands its records over again and again, and then its budget is spent: of the same poll all is told that is to be told.
    #[test]
    fn a_poll_that_goes_on_stays_the_same() {
        let main = Id::next();
        let mut moment = Moment::default();
        let mut goes_on = |event| {
            let mut script = Script::new();
            script.task(main).write(event);
            (moment.goes_on(&script.records, true), moment.number, moment.spent)
        };
        let more = Event::Note { text: "more" };
        let (outcome, wakers, handles) = (Outcome::Pending, 1, 0);
        let ends = Event::PollEnd { task: main, outcome, wakers, handles };
        assert_eq!(goes_on(Event::PollStart { task: main }), (true, 1, false));
        assert_eq!(goes_on(ends), (true, 2, false), "of a task within it");
        assert_eq!(goes_on(more), (false, 2, false));
        assert_eq!(goes_on(Event::Defer { why: Deferral::Budget }), (false, 2, true));
        assert_eq!(goes_on(more), (false, 2, true));
    }
}
