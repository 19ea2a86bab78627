//! What does a sink get, and what does a recorder need from outside?

use std::sync::Arc;
use std::time::Duration;

use crate::{At, Event, Id, Place};

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
    /// The branch of a `select!`, `join!` or `timeout` that was being polled: one of a
    /// [`Scope`](Event::Scope)'s.
    pub scope: Option<Id>,
    /// The line of the runtime (or of a primitive in `kettle`) that emitted the event.
    pub place: Place,
    /// The program's line that did it; of a [`PollEnd`](Event::PollEnd), that of the last wait.
    pub at: At,
    /// What happened.
    pub event: Event,
}

/// A thread's stack: an address in each function that runs, the innermost first. Names are found
/// for them when somebody is to see them.
pub type Stack = Arc<[usize]>;

/// Receives the records of one runtime.
///
/// Called on the thread that drives the runtime. It may use that, but what it does is recorded too.
pub trait Sink: Send {
    /// Takes what has happened since the last call, oldest first.
    fn record(&mut self, records: &[Record]);

    /// Does it want what happens now? Else nothing is recorded until there is a reason to look:
    /// then it gets what is there, as if that began just then, and what follows. Asked after
    /// each call.
    fn wants(&self) -> bool {
        true
    }

    /// Is it also to be called *during* a poll: at its beginning and end, when a waker is deferred
    /// or many records wait? (Take no lock that the program may hold.) So the sink takes the time.
    fn live(&self) -> bool {
        false
    }

    /// What takes the thread's stack when a task stores its waker, if the sink wants that?
    fn takes_stacks(&self) -> Option<fn() -> Stack> {
        None
    }

    /// Takes the stacks at [`Wait`](Event::Wait)s that it is given next, with their `seq`.
    fn stacks(&mut self, _: &[(u64, Stack)]) {}

    /// Has it seen something after which the program must not go on? Asked after each call. The
    /// loop then panics with these words instead of sleeping, and before `block_on` returns.
    fn veto(&mut self) -> Option<String> {
        None
    }
}

/// Tells a record's time, by the runtime's clock and by the machine's: this crate knows no clock.
pub type Times = Box<dyn Fn() -> (Duration, Duration) + Send>;
