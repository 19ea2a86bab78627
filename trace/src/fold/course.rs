//! Where is the loop?
//!
//! What other threads do to timers, sources, jobs and channels is recorded between any two records
//! of the loop, and proves nothing about the moment at which it happened.
//!
//! Invariant: nothing here depends on how long anything took. A clock may be stopped, run or be
//! moved.

use std::time::Duration;

use kettle_events::{Cause, Event, Record, Thing};

use super::trouble::Trouble;

/// A phase of the loop, as in `runtime/src/executor/executor.rs`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Nobody drives the runtime: before a run, after it, or while the runtime itself ends.
    #[default]
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
#[derive(Clone, Debug, Default)]
pub(super) struct Course {
    pub(super) seq: u64,
    pub(super) time: Duration,
    turn: u64,
    pub(super) phase: Phase,
    pub(super) in_run: bool,
    /// How long the thread will sleep at most; `None`: it does not sleep, or without end.
    pub(super) timeout: Option<Duration>,
    /// Another thread may have changed timers or sources since the loop did anything.
    pub(super) is_behind: bool,
}

impl Course {
    /// Before the event itself: number, time and turn. `polling`: is a poll going on?
    pub(super) fn begin(&mut self, record: &Record, polling: bool, t: &mut Trouble) {
        let (before, was) = (self.seq, self.time);
        let &Record { seq, time, event, .. } = record;
        t.check(before == 0 || seq == before + 1, || format!("it follows on record {before}"));
        t.check(time >= was, || format!("time goes back from {was:?} to {time:?}"));
        (self.seq, self.time) = (seq, time);
        let (phase, in_run, parked) = (self.phase, self.in_run, self.phase == Phase::Parked);
        let fits = match event {
            Event::RunStart { .. } => !in_run,
            Event::RunEnd { .. } => in_run,
            Event::Turn { .. } => in_run && !parked,
            Event::PollStart { .. } | Event::Park { .. } => !parked,
            Event::Unpark { .. } => parked,
            _ => true,
        };
        t.check(fits, || format!("{event:?}, at {phase:?}"));
        self.goes_on(event, polling);
        let turn = self.turn;
        t.check(record.turn == turn, || format!("it is of turn {}, not {turn}", record.turn));
        self.turn = record.turn;
    }

    fn goes_on(&mut self, event: Event, polling: bool) {
        match event {
            Event::RunStart { .. } => self.in_run = true,
            Event::RunEnd { .. } => (self.in_run, self.phase) = (false, Phase::Outside),
            Event::Turn { .. } => (self.turn, self.phase) = (self.turn + 1, Phase::Run),
            Event::Park { timeout } => (self.phase, self.timeout) = (Phase::Parked, timeout),
            Event::Unpark { .. } => (self.phase, self.timeout) = (Phase::Reactor, None),
            Event::PollStart { .. } if self.in_run => self.phase = Phase::Run,
            // (A task that moves the virtual clock fires timers within its own poll.)
            _ if polling || !self.in_run || self.phase == Phase::Parked => {}
            Event::Wake { by: Cause::Deferred, .. } => self.phase = Phase::Deferred,
            Event::Message { .. } => self.phase = Phase::Messages,
            Event::TimerFire { .. } | Event::TimerCascade { .. } => self.phase = Phase::Timers,
            Event::SourceReady { .. } => self.phase = Phase::Reactor,
            _ => {}
        }
    }

    /// After the event itself: whose was it?
    pub(super) fn end(&mut self, record: &Record) {
        let is_counted = |thing| matches!(thing, Thing::Timer(_) | Thing::Source(_));
        match record.event {
            Event::Turn { .. } | Event::Park { .. } | Event::Unpark { .. } => {
                self.is_behind = false;
            }
            _ if record.task.is_some() => self.is_behind = false,
            event => self.is_behind |= event.things().any(is_counted),
        }
    }
}
