//! In which phase of a turn is the loop?
//!
//! The kind of an event shows the phase: a message is received in phase 3, a timer fires in phase
//! 4, and so on. [`LoopState::begin`] takes each record before the rest of the fold does, checks
//! its number, time and turn, and sets the phase; [`LoopState::end`] takes it afterwards.
//!
//! The record of a turn or of a run's end counts timers and sources, which `fold.rs` compares with
//! its own counts. Another thread may change a timer or a source after the loop has counted, and be
//! recorded first. So a record of a timer or source that no task made, which may be another
//! thread's, sets `is_count_old`, and the next counts aren't compared.
//!
//! Invariant: nothing here depends on how long anything took, since a clock may be paused or moved.

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

/// The phase of the loop, and the last record's number, time and turn.
#[derive(Clone, Debug, Default)]
pub(super) struct LoopState {
    pub(super) seq: u64,
    pub(super) time: Duration,
    turn: u64,
    pub(super) phase: Phase,
    /// Does a `block_on` drive the loop?
    pub(super) in_run: bool,
    /// How long the thread sleeps at most; `None`: it doesn't sleep, or has no deadline.
    pub(super) timeout: Option<Duration>,
    /// May the loop have counted timers and sources before their last change?
    pub(super) is_count_old: bool,
}

impl LoopState {
    /// Before the fold takes the event: checks and stores its number, time and turn, and sets the
    /// phase. `is_polling`: is a poll in progress?
    pub(super) fn begin(&mut self, record: &Record, is_polling: bool, trouble: &mut Trouble) {
        let (last_seq, last_time, phase) = (self.seq, self.time, self.phase);
        let &Record { seq, time, event, .. } = record;
        let is_next = last_seq == 0 || seq == last_seq + 1;
        trouble.check(is_next, || format!("it follows on record {last_seq}"));
        trouble
            .check(time >= last_time, || format!("time goes back from {last_time:?} to {time:?}"));
        (self.seq, self.time) = (seq, time);
        trouble.check(self.can_follow(event), || format!("{event:?}, at {phase:?}"));
        self.set_phase(event, is_polling);
        let turn = self.turn;
        trouble.check(record.turn == turn, || format!("it is of turn {}, not {turn}", record.turn));
        self.turn = record.turn;
    }

    /// Can the event happen in the present phase?
    fn can_follow(&self, event: Event) -> bool {
        let (in_run, is_parked) = (self.in_run, self.phase == Phase::Parked);
        match event {
            Event::RunStart { .. } => !in_run,
            Event::RunEnd { .. } => in_run,
            Event::Turn { .. } => in_run && !is_parked,
            Event::PollStart { .. } | Event::Park { .. } => !is_parked,
            Event::Unpark { .. } => is_parked,
            _ => true,
        }
    }

    fn set_phase(&mut self, event: Event, is_polling: bool) {
        match event {
            Event::RunStart { .. } => self.in_run = true,
            Event::RunEnd { .. } => (self.in_run, self.phase) = (false, Phase::Outside),
            Event::Turn { .. } => (self.turn, self.phase) = (self.turn + 1, Phase::Run),
            Event::Park { timeout } => (self.phase, self.timeout) = (Phase::Parked, timeout),
            Event::Unpark { .. } => (self.phase, self.timeout) = (Phase::Reactor, None),
            Event::PollStart { .. } if self.in_run => self.phase = Phase::Run,
            // During a poll, outside a run and in a sleep, only the events above change the phase:
            // a task that moves the virtual clock fires timers within its own poll.
            _ if is_polling || !self.in_run || self.phase == Phase::Parked => {}
            Event::Wake { by: Cause::Deferred, .. } => self.phase = Phase::Deferred,
            Event::Message { .. } => self.phase = Phase::Messages,
            Event::TimerFire { .. } | Event::TimerCascade { .. } => self.phase = Phase::Timers,
            Event::SourceReady { .. } => self.phase = Phase::Reactor,
            _ => {}
        }
    }

    /// After the fold has taken the event: may the next counts be older than it?
    pub(super) fn end(&mut self, record: &Record) {
        let is_counted = |thing| matches!(thing, Thing::Timer(_) | Thing::Source(_));
        self.is_count_old = match record.event {
            Event::Turn { .. } | Event::Park { .. } | Event::Unpark { .. } => false,
            // In a poll: the loop counts after that, before its next turn.
            _ if record.task.is_some() => false,
            event => self.is_count_old || event.things().any(is_counted),
        };
    }
}
