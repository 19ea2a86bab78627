//! Where is the loop, and what must come next?
//!
//! Some events are the first half of something: a wake message wakes a task, a new task is queued,
//! a task that puts a timer into the wheel waits for it. The other half is *owed*, and must be the
//! next record. And a wake has a cause that must have been told before: no timer wakes a task
//! unless one has fired.
//!
//! What other threads do to timers, sources, jobs and channels comes between any two records of the loop's
//! own ([`is_remote`]), and proves nothing about the moment at which it happened.
//!
//! Invariant: nothing here depends on how long anything took. A clock may be stopped, run or be moved;
//! only that it jumps must be told.

use std::time::Duration;

use kettle_events::{Cause, Direction, Event, Id, MessageKind, Record, Resource, Thing};

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

/// What must come next.
#[derive(Clone, Copy, Debug)]
enum Owed {
    /// A new task is queued.
    Queue(Id),
    /// A wake by a message.
    Wake,
    /// The running task waits for its new timer.
    Wait(Id),
}

/// How the loop goes.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is told by an event of its own")]
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
    owed: Option<Owed>,
    /// How long the thread will sleep at most; `None`: it does not sleep, or without end.
    pub(super) timeout: Option<Duration>,
    /// Sources reported since the thread went to sleep.
    reports: usize,
    /// How many there were to be, as the thread said when it came back.
    announced: Option<usize>,
    /// A timer has fired, a source was reported, since somebody was polled.
    fired: bool,
    reported: bool,
    /// The turns in which wakers were deferred.
    deferred: Vec<u64>,
    /// The last try of a non-blocking operation.
    tried: Option<(Id, Direction)>,
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
            owed: None,
            timeout: None,
            reports: 0,
            announced: None,
            fired: false,
            reported: false,
            deferred: Vec::new(),
            tried: None,
            remote: [0; 2],
        }
    }

    /// Before the event itself: number, time, what was owed. `polling`: is a poll going on?
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
        if let Some(owed) = self.owed.take_if(|_| !is_remote(record)) {
            t.check(owed.is_paid_by(&event), || {
                format!("{owed:?} was to come, but it is {event:?}")
            });
        }
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
                self.deferred.retain(|&turn| turn == self.turn);
                self.turn += 1;
                (self.turning, self.step) = (true, Step::Run);
                (self.fired, self.reported) = (false, false);
            }
            Event::PollStart { .. } => {
                t.check(self.turning || !self.in_run, || "a poll before the first turn".to_owned());
                t.check(!parked, || "a poll while the thread sleeps".to_owned());
                (self.fired, self.reported) = (false, false);
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
            Event::Defer { .. } => self.deferred.push(self.turn),
            Event::Message { .. } => self.enter(Step::Messages),
            Event::TimerFire { .. } => {
                self.fired = true;
                self.enter(Step::Timers);
            }
            Event::TimerCascade { .. } => self.enter(Step::Timers),
            Event::SourceReady { .. } => {
                self.reported = true;
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

    /// After the event itself: what must follow.
    pub(super) fn owes(&mut self, record: &Record) {
        if is_remote(record) {
            let of_a_source = record.event.things().any(|thing| matches!(thing, Thing::Source(_)));
            self.remote[usize::from(of_a_source)] += 1;
            return;
        }
        self.remote = [0; 2];
        self.owed = match record.event {
            Event::Spawn { task, .. } => Some(Owed::Queue(task)),
            Event::Message { kind: MessageKind::Wake } => Some(Owed::Wake),
            Event::TimerAdd { timer, .. } => Some(Owed::Wait(timer)),
            _ => None,
        };
    }

    /// Can this have woken a task now? `running` is being polled, `ended` was the last to end.
    pub(super) fn check_cause(
        &mut self,
        by: Cause,
        running: Option<Id>,
        ended: Option<Id>,
        t: &mut Trouble,
    ) {
        let possible = match by {
            Cause::Task(task) => running == Some(task) || ended == Some(task),
            Cause::Timer => self.fired,
            Cause::Io => self.reported,
            // A local set looks for wakes from other threads while its host is polled.
            Cause::Message => self.step == Step::Messages || self.polling || !self.in_run,
            Cause::Deferred => !self.deferred.is_empty(),
            Cause::Runtime => true,
        };
        t.check(possible, || format!("{by:?} can't have woken anybody now"));
    }

    pub(super) fn tries(&mut self, source: Id, direction: Direction) {
        self.tried = Some((source, direction));
    }

    /// Was this the last one tried?
    pub(super) fn was_tried(&self, source: Id, direction: Direction) -> bool {
        self.tried == Some((source, direction))
    }
}

impl Owed {
    fn is_paid_by(self, event: &Event) -> bool {
        match (self, *event) {
            (Owed::Queue(new), Event::Wake { task, by: Cause::Runtime, .. }) => task == new,
            (Owed::Wait(new), Event::Wait { on: Resource::Timer(timer), .. }) => timer == new,
            (Owed::Wake, Event::Wake { by: Cause::Message, .. }) | (_, Event::Lost { .. }) => true,
            _ => false,
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
