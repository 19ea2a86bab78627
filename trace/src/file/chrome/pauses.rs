//! What does a task do between two polls?
//!
//! It is *waiting* until a wake puts it into the run queue, and there it is *ready* until the loop polls
//! it. Each of the two is a slice on the task's track, so a long wait and a long queue look different.
//!
//! Interface: [`Pauses`]. Invariants: a task has at most one pause open, and none while it is polled.
//! What is over is forgotten.

use std::collections::HashMap;
use std::time::Duration;

use kettle_events::{Effect, Event, Id, Outcome, Place, Record};

use crate::words::quick::Quick;

/// The pauses that have begun.
#[derive(Clone, Debug, Default)]
pub(super) struct Pauses {
    open: HashMap<u64, (Id, Pause), Quick>,
}

/// A pause, from its first moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pause {
    pub(super) kind: PauseKind,
    pub(super) since: Duration,
    /// The event that began it.
    pub(super) event: u64,
    /// The line of the program at which the task awaits.
    pub(super) at: Option<Place>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PauseKind {
    /// In the run queue.
    Ready,
    /// Not in the run queue.
    Waiting,
}

impl Pauses {
    /// Takes a record, and gives the pause that it has ended. `woken`: at the end of a poll, was the
    /// task woken during it?
    pub(super) fn take(&mut self, record: &Record, woken: bool) -> Option<(Id, Pause)> {
        let (task, begins) = match record.event {
            Event::Wake { task, effect: Effect::Queued(_), .. } => (task, Some(PauseKind::Ready)),
            Event::PollStart { task } => (task, None),
            Event::PollEnd { task, outcome, .. } => {
                let pending = if woken { PauseKind::Ready } else { PauseKind::Waiting };
                (task, (outcome == Outcome::Pending).then_some(pending))
            }
            Event::Lost { .. } => {
                self.open.clear(); // their ends may be among what is missing
                return None;
            }
            _ => return None,
        };
        let (since, event, at) = (record.real, record.seq, record.at);
        let ended = match begins {
            Some(kind) => self.open.insert(task.get(), (task, Pause { kind, since, event, at })),
            None => self.open.remove(&task.get()),
        };
        ended.filter(|(_, pause)| Some(pause.kind) != begins)
    }

    /// What the last record finds open, in the order in which it began.
    pub(super) fn drain(&mut self) -> Vec<(Id, Pause)> {
        let mut open: Vec<_> = self.open.drain().map(|(_, open)| open).collect();
        open.sort_unstable_by_key(|(_, pause)| pause.event);
        open
    }
}

impl PauseKind {
    /// The slice's name.
    pub(super) fn name(self) -> &'static str {
        match self {
            PauseKind::Ready => "ready",
            PauseKind::Waiting => "waiting",
        }
    }
}
