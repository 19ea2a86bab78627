//! Does a task get nothing new, poll after poll?
//!
//! A poll is *in vain* if it woke its own task, or spent its budget without a wait, although
//! nothing new came: a channel was closed or empty, a stream gave 0 bytes, a `watch` showed the
//! same value as before, or the task requested nothing of kettle's. (`yield_now` isn't such a
//! wake.) A task whose latest polls were all in vain *spins*.
//!
//! Interface: [`PollProgress`], what one poll has got; [`Spin`], such polls in a row; [`Shows`],
//! what one event says about its poll. None of them needs records.

use std::time::Duration;

use crate::{Act, Cause, Deferral, Direction, Effect, Event, Id, Place, SyncKind};

/// What a poll has got so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct PollProgress {
    /// Has the task woken itself, or spent its budget? Then it is polled once more.
    woke_itself: bool,
    /// Has something new come of the poll?
    got_something: bool,
    /// The last request that gave nothing new.
    request: Option<VainRequest>,
    /// The line of that request; without one, the line at which the task woke itself.
    at: Option<Place>,
}

/// A request that gave nothing new.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum VainRequest {
    /// This `watch` showed the value with this number, as before.
    Shown(Id, u64),
    /// This primitive gave nothing.
    Thing(Id),
    /// A source gave 0 bytes.
    Bytes,
}

/// Polls in a row that were in vain.
#[derive(Clone, Copy, Debug)]
pub struct Spin {
    /// When the first of them ended.
    pub since: Duration,
    /// How many there were.
    pub polls: u32,
    /// The latest poll's last request that gave nothing new.
    pub request: Option<VainRequest>,
    /// The line of that request; without one, the line at which the task woke itself.
    pub at: Option<Place>,
}

impl PollProgress {
    pub(crate) const NONE: PollProgress =
        PollProgress { woke_itself: false, got_something: false, request: None, at: None };

    /// Notes an event of the poll, at this line.
    pub fn note(&mut self, event: Event, at: Option<Place>) {
        let is_self_wake = match event {
            Event::Wake { task, by, effect: Effect::DuringPoll, .. } => by == Cause::Task(task),
            Event::Defer { why } => why == Deferral::Budget,
            _ => false,
        };
        if is_self_wake {
            self.woke_itself = true;
            self.at = self.at.or(at);
        }
        let request = match event {
            // Perhaps the value is new after all: `pending_at` compares it with the last one.
            Event::SyncAct { kind: SyncKind::Watch, act: Act::Get, sync, item, .. } => {
                VainRequest::Shown(sync, item)
            }
            Event::SyncAct { act: Act::Refuse, sync, .. } => VainRequest::Thing(sync),
            Event::SourceTry { direction: Direction::Read, bytes: Some(0), .. } => {
                VainRequest::Bytes
            }
            Event::SyncAct { act: Act::Put | Act::Get, .. }
            | Event::SourceTry { bytes: Some(_), .. }
            | Event::Spawn { .. }
            | Event::BlockingStart { .. }
            | Event::Join { .. } => return self.got_something = true,
            _ => return,
        };
        (self.request, self.at) = (Some(request), at);
    }

    /// The poll returns `Pending` at this time. If it was in vain, it continues the `spin` of the
    /// polls before it, or begins one.
    pub fn pending_at(self, now: Duration, spin: Option<Spin>) -> Option<Spin> {
        if !self.woke_itself || self.got_something || self.shows_new_value(spin) {
            return None;
        }
        let (since, polls) = spin.map_or((now, 0), |spin| (spin.since, spin.polls));
        Some(Spin { since, polls: polls + 1, request: self.request, at: self.at })
    }

    /// Has a `watch` shown another value than in the poll before?
    fn shows_new_value(self, spin: Option<Spin>) -> bool {
        let last = spin.and_then(|spin| spin.request);
        let is_value = |request| matches!(request, Some(VainRequest::Shown(..)));
        is_value(last) && is_value(self.request) && last != self.request
    }
}

/// What does an event show about its poll?
#[derive(Clone, Copy, Debug)]
pub enum Shows {
    /// Neither of the two.
    Nothing,
    /// Something new has come of the poll.
    Progress,
    /// A request gave nothing, or the task woke itself.
    InVain,
}

impl Effect {
    /// What a wake with this effect shows.
    #[inline]
    pub fn shows(self) -> Shows {
        if self == Effect::DuringPoll { Shows::InVain } else { Shows::Nothing }
    }
}
