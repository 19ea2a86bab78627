//! What is a record, and who receives it?

use std::sync::Arc;
use std::time::Duration;

use crate::{At, Event, Id, Place, Snapshot};

/// One event with its circumstances.
#[derive(Clone, Copy, Debug)]
pub struct Record {
    /// The record's number, counted from 1 in each runtime.
    pub seq: u64,
    /// Time since the runtime's start, by the runtime's clock (which a test may pause).
    pub time: Duration,
    /// The same by the machine's clock. They differ once the runtime's clock was paused or moved.
    pub real: Duration,
    /// How long the sink has kept the thread busy since the previous record. `real` includes it.
    pub overhead: Duration,
    /// How often the loop had gone round.
    pub turn: u64,
    /// The task that was being polled.
    pub task: Option<Id>,
    /// The blocking job that did it on a thread of the pool.
    pub job: Option<Id>,
    /// The branch of a combinator that was being polled.
    pub scope: Option<Id>,
    /// The line of kettle's source that emitted the event.
    pub place: Place,
    /// The program's line that did it or, at a [`PollEnd`](Event::PollEnd), where the task waits.
    pub at: At,
    /// What happened.
    pub event: Event,
}

/// Who does something?
#[derive(Clone, Copy, Debug)]
pub(crate) struct By {
    /// The running task, or a job.
    pub(crate) task: Option<Id>,
    pub(crate) scope: Option<Id>,
    pub(crate) at: At,
}

impl By {
    pub(crate) const NOBODY: By = By { task: None, scope: None, at: At::Unknown };
}

/// A thread's stack, as an address in each active function, the innermost first.
pub type Stack = Arc<[usize]>;

/// Receives the records of one runtime.
///
/// It is called on the thread that drives the runtime. It may use the runtime, but what it does
/// there is recorded, too.
pub trait Sink: Send {
    /// Takes what has happened since the last call, oldest first.
    fn record(&mut self, records: &[Record]);

    /// Does it want records? Otherwise nothing is recorded, and it only looks. Asked once.
    fn wants(&self) -> bool {
        true
    }

    /// Takes what exists now, if it wants no records and there is a reason to look: a run begins, a
    /// poll took long, the loop falls asleep and only another thread can end that, a run ends while
    /// something is held and waited for, or a watching thread has asked. All but the first few
    /// looks take at most a twentieth of the time.
    fn look(&mut self, _now: &Snapshot) {}

    /// Should it also be called *during* a poll: at its beginning and end, when a waker is
    /// deferred, or when many records wait? Then it must take no lock that the program may hold.
    fn live(&self) -> bool {
        false
    }

    /// The function that takes the thread's stack when a task stores its waker, if it wants stacks.
    fn takes_stacks(&self) -> Option<fn() -> Stack> {
        None
    }

    /// Takes the stacks of the [`Wait`](Event::Wait)s that it is given next, with their `seq`.
    fn stacks(&mut self, _: &[(u64, Stack)]) {}

    /// Has it seen something after which the program must not go on? Asked after each call. If so,
    /// the loop panics with this message instead of sleeping, and before `block_on` returns.
    fn veto(&mut self) -> Option<String> {
        None
    }
}

/// Reads both clocks, since this crate has none.
pub type ReadClocks = Box<dyn Fn() -> Clocks + Send>;

/// The time since the runtime's start, by the runtime's clock and by the machine's.
#[derive(Clone, Copy, Debug, Default)]
#[allow(missing_docs)]
pub struct Clocks {
    pub time: Duration,
    pub real: Duration,
}
