//! Where is the loop?
//!
//! What other threads do to timers, sources, jobs and channels comes between any two records of the loop's
//! own ([`is_remote`]), and proves nothing about the moment at which it happened.
//!
//! Invariant: nothing here depends on how long anything took. A clock may be stopped, run or be moved;
//! only that it jumps must be told.

use std::time::Duration;

use kettle_events::{Cause, Event, Record, Thing};

use super::trouble::Trouble;

/// A step of the loop, as in `runtime/src/executor/executor.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Nobody drives the runtime: before a run, after it, or while the runtime itself ends.
    Outside,
    /// 1: tasks are polled.
    Run,
    /// 2: deferred wakers are called.
    Deferred,
    /// 3: messages from other threads are received.
    Messages,
    /// 4: due timers fire.
    Timers,
    /// 5: the selector is asked.
    Reactor,
    /// 5: it is asked, and the thread sleeps.
    #[serde(rename = "park")]
    Parked,
}

/// How the loop goes.
#[derive(Clone, Debug)]
pub(super) struct Course {
    pub(super) seq: u64,
    pub(super) time: Duration,
    real: Duration,
    pub(super) turn: u64,
    pub(super) step: Step,
    pub(super) in_run: bool,
    /// A turn of this run has begun.
    turning: bool,
    polling: bool,
    /// How long the thread will sleep at most; `None`: it does not sleep, or without end.
    pub(super) timeout: Option<Duration>,
    /// Sources reported since the thread went to sleep.
    reports: usize,
    /// How many there were to be, as the thread said when it came back.
    announced: Option<usize>,
    /// So many of the latest records are other threads' changes of timers, and of sources.
    pub(super) remote: [usize; 2],
}

/// A clock that stands is not moved by more than this unless that is told.
const JUMP: Duration = Duration::from_secs(1);

impl Course {
    pub(super) fn new() -> Course {
        Course {
            seq: 0,
            time: Duration::ZERO,
            real: Duration::ZERO,
            turn: 0,
            step: Step::Outside,
            in_run: false,
            turning: false,
            polling: false,
            timeout: None,
            reports: 0,
            announced: None,
            remote: [0; 2],
        }
    }

    /// Before the event itself: number and time. `polling`: is a poll going on?
    pub(super) fn begin(&mut self, record: &Record, polling: bool, t: &mut Trouble) {
        self.polling = polling;
        let &Record { seq, time, real, event, .. } = record;
        let (before, was) = (self.seq, self.time);
        t.check(before == 0 || seq == before + 1, || format!("it follows on record {before}"));
        t.check(time >= was, || format!("time goes back from {was:?} to {time:?}"));
        if before > 0 {
            let (passed, by_machine) = (time.saturating_sub(was), real.saturating_sub(self.real));
            let told = if let Event::Advance { by, .. } = event { by } else { Duration::ZERO };
            t.check(passed >= told && passed <= told + by_machine + JUMP, || {
                format!("the clock goes on by {passed:?}, the machine's by {by_machine:?}")
            });
        }
        (self.seq, self.time, self.real) = (seq, time, real);
        self.take_step(&event, t);
        let turn = self.turn;
        t.check(record.turn == turn, || format!("it is of turn {}, not {turn}", record.turn));
        self.turn = record.turn;
    }

    fn take_step(&mut self, event: &Event, t: &mut Trouble) {
        let parked = self.step == Step::Parked;
        match *event {
            Event::RunStart { .. } => {
                t.check(!self.in_run, || "a run begins inside of a run".to_owned());
                (self.in_run, self.turning) = (true, false);
            }
            Event::RunEnd { .. } => {
                t.check(self.in_run, || "a run ends that has not begun".to_owned());
                (self.in_run, self.step) = (false, Step::Outside);
            }
            Event::Turn { .. } => {
                t.check(self.in_run, || "a turn begins outside of a run".to_owned());
                t.check(!parked, || "a turn begins while the thread sleeps".to_owned());
                if let Some(events) = self.announced.take() {
                    let reports = self.reports;
                    t.check(events == reports, || format!("{events} were reported, not {reports}"));
                }
                self.turn += 1;
                (self.turning, self.step) = (true, Step::Run);
            }
            Event::PollStart { .. } => {
                t.check(self.turning || !self.in_run, || "a poll before the first turn".to_owned());
                t.check(!parked, || "a poll while the thread sleeps".to_owned());
                if self.in_run {
                    self.step = Step::Run;
                }
            }
            _ => self.take_smaller_step(event, parked, t),
        }
    }

    fn take_smaller_step(&mut self, event: &Event, parked: bool, t: &mut Trouble) {
        match *event {
            Event::Park { timeout } => {
                t.check(!parked, || "it sleeps already".to_owned());
                (self.step, self.reports, self.timeout) = (Step::Parked, 0, timeout);
            }
            Event::Unpark { events, .. } => {
                t.check(parked, || "it comes back without having slept".to_owned());
                (self.step, self.announced) = (Step::Reactor, Some(events));
                self.timeout = None;
            }
            Event::Message { .. } => self.enter(Step::Messages),
            Event::TimerFire { .. } | Event::TimerCascade { .. } => self.enter(Step::Timers),
            Event::SourceReady { .. } => {
                self.reports += 1;
                self.enter(Step::Reactor);
            }
            Event::Wake { by: Cause::Deferred, .. } => self.enter(Step::Deferred),
            _ => {}
        }
    }

    /// Between polls: a task that moves the virtual clock fires timers within its own.
    fn enter(&mut self, step: Step) {
        if self.in_run && !self.polling && self.step != Step::Parked {
            self.step = step;
        }
    }

    /// After the event itself: was it another thread's?
    pub(super) fn end(&mut self, record: &Record) {
        if is_remote(record) {
            let of_a_source = record.event.things().any(|thing| matches!(thing, Thing::Source(_)));
            self.remote[usize::from(of_a_source)] += 1;
        } else {
            self.remote = [0; 2];
        }
    }
}

/// Perhaps another thread has done this, at some time since the record before: it is told now.
pub(super) fn is_remote(record: &Record) -> bool {
    use Event::{BlockingEnd, BlockingRun, BlockingStart, SourceAdd, SourceDrop};
    use Event::{TimerAdd, TimerCancel, TimerMove};
    let is_channel = |thing| matches!(thing, Thing::Sync(kind, _) if kind.is_channel());
    let may_be = match record.event {
        TimerAdd { .. }
        | TimerMove { .. }
        | TimerCancel { .. }
        | SourceAdd { .. }
        | SourceDrop { .. }
        | BlockingStart { .. }
        | BlockingRun { .. }
        | BlockingEnd { .. } => true,
        event => event.things().any(is_channel),
    };
    record.task.is_none() && may_be
}
