//! Does a task get nothing new, poll after poll?
//!
//! A poll got nothing if it woke its own task, or spent its budget without a wait, although nothing
//! new came: a channel was closed or empty, a stream gave 0 bytes, a `watch` showed the same value
//! as before, or the task requested nothing of kettle's. (`yield_now` isn't such a wake.)
//!
//! Interface: [`Attempt`], one poll; [`Spin`], such polls in a row, which needs no records.

use std::time::Duration;

use crate::{Act, Cause, Deferral, Direction, Effect, Event, Id, Place, SyncKind};

/// What a poll has got so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Attempt {
    /// It has woken itself, or spent its budget.
    pub(crate) again: bool,
    /// Something new has come of it.
    new: bool,
    /// Its last request that gave nothing, and where that was, or else where it woke itself.
    request: Option<VainRequest>,
    at: Option<Place>,
}

/// What does an event show about its poll?
#[derive(Clone, Copy, Debug)]
pub enum Shows {
    /// Nothing.
    Nothing,
    /// Something new has come of it.
    Something,
    /// A request gave nothing, or the task woke itself.
    Vain,
}

impl Effect {
    /// What a wake with this effect shows.
    #[inline]
    pub fn shows(self) -> Shows {
        if self == Effect::DuringPoll { Shows::Vain } else { Shows::Nothing }
    }
}

/// A request that gave nothing new.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum VainRequest {
    /// This `watch` showed this value, as before.
    Shown(Id, u64),
    /// This primitive gave nothing.
    Thing(Id),
    /// A source gave 0 bytes.
    Bytes,
}

/// Polls in a row that got nothing.
#[derive(Clone, Copy, Debug)]
pub struct Spin {
    /// When the first of them ended.
    pub since: Duration,
    /// Their number.
    pub polls: u32,
    /// The latest request.
    pub request: Option<VainRequest>,
    /// The line of that request.
    pub at: Option<Place>,
}

impl Attempt {
    pub(crate) const NONE: Attempt = Attempt { again: false, new: false, request: None, at: None };

    /// Takes an event of the poll, at this line.
    pub fn take(&mut self, event: Event, at: Option<Place>) {
        let request = match event {
            Event::Wake { task, by: Cause::Task(by), effect: Effect::DuringPoll, .. }
                if task == by =>
            {
                return self.wakes_itself(at);
            }
            Event::Defer { why: Deferral::Budget } => return self.wakes_itself(at),
            Event::SyncAct { kind: SyncKind::Watch, act: Act::Get, sync, item, .. } => {
                Some(VainRequest::Shown(sync, item))
            }
            Event::SyncAct { act: Act::Refuse, sync, .. } => Some(VainRequest::Thing(sync)),
            Event::SourceTry { direction: Direction::Read, bytes: Some(0), .. } => {
                Some(VainRequest::Bytes)
            }
            _ => None,
        };
        if request.is_some() {
            (self.request, self.at) = (request, at);
        }
        self.new |= request.is_none() && is_new(event);
    }

    fn wakes_itself(&mut self, at: Option<Place>) {
        self.again = true;
        self.at = self.at.or(at);
    }

    /// The poll returns `Pending` at this time. If it got nothing, returns the row of such polls.
    pub fn ends(self, before: Option<Spin>, now: Duration) -> Option<Spin> {
        let shown = |request: &VainRequest| matches!(request, VainRequest::Shown(..));
        let last = before.and_then(|it| it.request).filter(shown);
        let now_shown = self.request.filter(shown);
        if !self.again || self.new || last.and(now_shown).is_some_and(|it| Some(it) != last) {
            return None;
        }
        let (since, polls) = before.map_or((now, 0), |it| (it.since, it.polls));
        Some(Spin { since, polls: polls + 1, request: self.request, at: self.at })
    }
}

/// Something came, went out, or began.
fn is_new(event: Event) -> bool {
    match event {
        Event::SyncAct { act, .. } => matches!(act, Act::Put | Act::Get),
        Event::SourceTry { bytes, .. } => bytes.is_some(),
        Event::Spawn { .. } | Event::BlockingStart { .. } | Event::Join { .. } => true,
        _ => false,
    }
}
