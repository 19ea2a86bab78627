//! What can be waited for, beside timers and tasks?
//!
//! Sources, channels, locks and blocking jobs, each with the tasks that wait for it. A thing appears when
//! it is first told of, and is forgotten when nothing more can happen to it: a lock that is free and
//! has no line is like one that was never seen.
//!
//! Not here: which event changes what (`changes.rs`).

use kettle_events::{ChannelKind, Closer, Direction, Id, Place, Tried};

use super::kept::Idle;
use super::line::Line;
use super::waiting::Waiter;

/// A source that is registered with the selector.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Source {
    /// What it is: the name of its type.
    pub what: &'static str,
    /// By direction.
    pub(super) sides: [Side; 4],
    /// The task that tried it last.
    pub(super) by: Option<Id>,
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
    /// The last try would have blocked, and nothing was reported since.
    pub(super) blocked: bool,
    /// The tasks that wait.
    pub waiters: Vec<Waiter>,
}

/// No task has tried it yet: it is believed ready for reading and writing.
impl Default for Source {
    fn default() -> Source {
        let side =
            |ready| Side { ready, last: None, bytes: None, blocked: false, waiters: Vec::new() };
        let sides = [true, true, false, false].map(side);
        Source { what: "", sides, by: None, closed: false }
    }
}

/// It is asked for only of those that are not registered, at which nothing waits.
impl Idle for Source {
    fn is_idle(&self) -> bool {
        true
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

/// A channel.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Channel {
    /// What kind; `None`: it was made out of sight.
    pub kind: Option<ChannelKind>,
    /// How many values it can hold; `None`: any number, or not known.
    pub capacity: Option<usize>,
    /// Where it was made, if that was seen.
    pub made: Option<Place>,
    /// How many values are in it, as far as is known.
    pub len: Option<usize>,
    /// The most that were in it so far.
    pub high: usize,
    /// How many senders there are, if that is known.
    pub senders: Option<usize>,
    /// Which end closed it.
    pub closed: Option<Closer>,
    /// The task that sent last.
    pub sender: Option<Id>,
    /// The task that received, or waited for a value, last.
    pub receiver: Option<Id>,
    /// The task that waits for a value.
    pub value: Option<Waiter>,
    /// The tasks that wait for room, in line.
    pub room: Line,
    /// The tasks that were given a place and have not sent yet.
    pub handed: Vec<Id>,
    /// The tasks that wait for the other end to go.
    pub gone: Vec<Waiter>,
}

impl Channel {
    /// Is it full, so that who sends has to wait?
    pub fn is_full(&self) -> bool {
        self.len.is_some_and(|len| self.capacity == Some(len))
    }

    /// Can nothing more happen to it?
    pub(super) fn is_over(&self) -> bool {
        let nobody = self.is_idle();
        let empty = self.len == Some(0);
        let once = self.kind == Some(ChannelKind::Oneshot);
        nobody && empty && (self.senders == Some(0) || once && self.closed.is_some())
    }
}

impl Idle for Channel {
    fn is_idle(&self) -> bool {
        self.value.is_none() && self.room.is_empty() && self.gone.is_empty()
    }
}

/// A lock that is held, or has a line.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Lock {
    /// The task that has it.
    pub holder: Option<Holder>,
    /// The tasks that wait for it, in line.
    pub line: Line,
    /// How often it was taken.
    pub takes: u64,
    /// How often a task had to wait for it.
    pub waits: u64,
}

impl Idle for Lock {
    fn is_idle(&self) -> bool {
        self.line.is_empty()
    }
}

/// The holder of a lock.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Holder {
    /// The task that took it; `None`: no task was polled then. (A guard may be handed on: that is not
    /// told.)
    pub task: Option<Id>,
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
    /// May its `JoinHandle` still come for its output?
    pub handle: bool,
    /// The task that waits for its end.
    pub joiner: Option<Waiter>,
}
