//! What does a sink get, and what does a recorder need from outside?

use std::backtrace::Backtrace;
use std::sync::Arc;
use std::time::Duration;

use crate::{Event, Id, Place};

/// One event with its circumstances.
#[derive(Clone, Copy, Debug)]
pub struct Record {
    /// Counts the records of one runtime, from 1.
    pub seq: u64,
    /// Time since the runtime's start, by the runtime's clock (which a test may pause).
    pub time: Duration,
    /// The same by the machine's clock. The two differ once the runtime's was paused or moved.
    pub real: Duration,
    /// How long the sink kept the thread since the record before: a part of `real`.
    pub overhead: Duration,
    /// The loop's turn.
    pub turn: u64,
    /// The task that was being polled.
    pub task: Option<Id>,
    /// The blocking job that did it on a thread of the pool.
    pub job: Option<Id>,
    /// The line of the runtime (or of a primitive in `kettle`) that emitted the event.
    pub place: Place,
    /// The program's line at which the running task awaits (`place.rs`; only in builds with debug
    /// assertions), or at which another thread blocks.
    pub at: Option<Place>,
    /// What happened.
    pub event: Event,
}

/// The number of a [`Wait`](Event::Wait)'s record, and the thread's stack there. It has no names
/// yet: finding them costs fifty times as much.
pub type Stack = (u64, Arc<Backtrace>);

/// Receives the records of one runtime.
///
/// Called on the thread that drives the runtime. It may use that, but what it does is recorded too.
pub trait Sink: Send {
    /// Takes what has happened since the last call, oldest first.
    fn record(&mut self, records: &[Record]);

    /// Is it also to be called *during* a poll: at its beginning and end, when a waker is deferred
    /// or many records wait? (Take no lock that the program may hold.) So the sink takes the time.
    fn live(&self) -> bool {
        false
    }

    /// Does it want the stacks of tasks that store their wakers?
    fn wants_stacks(&self) -> bool {
        false
    }

    /// Takes the stacks at the records that it is given next.
    fn stacks(&mut self, _: &[Stack]) {}

    /// Has it seen something after which the program must not go on? Asked after each call. The
    /// loop then panics with these words instead of sleeping, and before `block_on` returns.
    fn veto(&mut self) -> Option<String> {
        None
    }
}

/// Tells a record's time, by the runtime's clock and by the machine's: this crate knows no clock.
pub type Times = Box<dyn Fn() -> (Duration, Duration) + Send>;
