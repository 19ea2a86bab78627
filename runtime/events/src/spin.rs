//! Does a task get nothing new, poll after poll?
//!
//! A poll is *in vain* if the task is polled again at once, since it woke itself or spent its
//! budget on requests, although nothing new came: a channel was closed or empty, a stream gave 0
//! bytes, a `watch` showed the same value as before, or nothing was requested. A task whose latest
//! polls were all in vain *spins*. (`yield_now` lets others run, so it is fine.)
//!
//! Interface: [`PollProgress`], what one poll has got; [`Spin`], such polls in a row; [`Shows`], by
//! which `emit_counted` (`thread.rs`) spares most events where nothing is recorded.

use std::time::Duration;

use crate::{Act, Cause, Deferral, Direction, Effect, Event, Id, Place, SyncKind};

/// What a poll has got so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct PollProgress {
    /// Has it woken itself, or spent its budget after a request in vain? Then it is polled again.
    is_polled_again: bool,
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
        PollProgress { is_polled_again: false, got_something: false, request: None, at: None };

    /// Notes an event of the poll, at this line.
    pub fn note(&mut self, event: Event, at: Option<Place>) {
        let asks_for_poll = match event {
            Event::Wake { task, by, effect: Effect::DuringPoll, .. } => by == Cause::Task(task),
            Event::Defer { why } => why == Deferral::Budget && self.request.is_some(),
            _ => false,
        };
        if asks_for_poll {
            self.is_polled_again = true;
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
        if !self.is_polled_again || self.got_something || self.shows_new_value(spin) {
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

/// What an event shows about its poll, known before the event is made. Where nothing is recorded,
/// an event is made only if it is `InVain`, and [`PollProgress::note`] looks closer.
#[derive(Clone, Copy, Debug)]
pub enum Shows {
    /// Something new has come of the poll.
    Progress,
    /// The poll may be in vain: a request gave nothing, or the task was woken during its poll.
    InVain,
    /// Nothing about that.
    Nothing,
}

impl Effect {
    /// What a wake with this effect shows. Whether the task woke itself is left to `note`.
    #[inline]
    pub fn shows(self) -> Shows {
        if self == Effect::DuringPoll { Shows::InVain } else { Shows::Nothing }
    }
}
