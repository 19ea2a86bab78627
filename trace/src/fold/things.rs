//! What can be waited for, beside timers, tasks and primitives?
//!
//! Sources and blocking jobs. A thing appears when it is first told
//! of, and is forgotten when nothing more can happen to it.
//!
//! Not here: which event changes what (`changes.rs`), primitives (`primitive.rs`).

use std::time::Duration;

use kettle_events::{Direction, Id, Place, Tried};

/// A source, which the first wait registers with the selector.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Source {
    /// What it is: the name of its type.
    pub what: &'static str,
    pub(super) registered: bool,
    /// By direction.
    pub(super) sides: [Side; 4],
    /// The record of the last report.
    pub(super) reported: Option<u64>,
    /// Was it reported closed, and no try has said otherwise since?
    pub closed: bool,
}

/// One direction of a source.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Side {
    /// Is it believed ready?
    pub ready: bool,
    /// What came of the last try.
    pub last: Option<Tried>,
    /// How many bytes it moved.
    pub bytes: Option<usize>,
}

/// No task has tried it yet: it is believed ready for reading and writing.
impl Default for Source {
    fn default() -> Source {
        let side = |ready| Side { ready, last: None, bytes: None };
        let sides = [true, true, false, false].map(side);
        Source { what: "", registered: false, sides, reported: None, closed: false }
    }
}

impl Source {
    /// This direction of it.
    pub fn side(&self, direction: Direction) -> &Side {
        &self.sides[direction as usize]
    }

    pub(super) fn side_mut(&mut self, direction: Direction) -> &mut Side {
        &mut self.sides[direction as usize]
    }
}

/// What was taken of a primitive, or reserved in a channel, and is not given back yet.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Holder {
    /// The hold's number.
    pub hold: u64,
    /// The task that took it; `None`: no task was polled then.
    pub task: Option<Id>,
    /// Its guard owns what it is of, so it may have gone to another task.
    pub owned: bool,
    /// The record of the taking.
    pub since: u64,
    /// Where the program awaited it.
    pub at: Option<Place>,
}

/// A blocking job.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Job {
    /// The task that handed it to the pool; `None`: not a task, or out of sight.
    pub parent: Option<Id>,
    /// Has the loop not heard of its end yet?
    pub out: bool,
    /// How long it waited for a thread of the pool; `None`: of none is heard yet that has taken it.
    pub waited: Option<Duration>,
    /// May its `JoinHandle` still come for its output?
    pub handle: bool,
    /// The record of its end.
    pub(super) ended: Option<u64>,
    /// The program's line that handed it to the pool, or called the function of kettle's that did.
    pub(crate) made: Option<Place>,
    /// Its last wait.
    pub(super) blocks_at: Option<Id>,
}
