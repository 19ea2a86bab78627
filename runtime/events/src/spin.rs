//! Does a task come to nothing, poll after poll?
//!
//! A poll has come to nothing if it has woken its own task, or spent its budget without a wait, and
//! got nothing new: a channel was closed or empty, a stream gave 0 bytes, a `watch` showed the same
//! value as before, or nothing of kettle's was asked for. (A `yield_now` isn't such a wake.)
//!
//! Interface: [`Attempt`], one poll; [`Spin`], such polls in a row: a history without records.

use std::time::Duration;

use crate::{Act, Cause, Deferral, Direction, Effect, Event, Id, Place, SyncKind};

/// What a poll has come to so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Attempt {
    /// It has woken itself, or spent its budget.
    pub(crate) again: bool,
    /// Something new has come of it.
    new: bool,
    /// What it asked for in vain last, and where that was, or else where it woke itself.
    asked: Option<Asked>,
    at: Option<Place>,
}

/// What does an event show of its poll?
#[derive(Clone, Copy, Debug)]
pub enum Shows {
    /// Nothing.
    Nothing,
    /// Something new has come of it.
    Something,
    /// It has asked in vain, or woken itself.
    Vain,
}

impl Effect {
    /// What a wake with this effect shows.
    #[inline]
    pub fn shows(self) -> Shows {
        if self == Effect::DuringPoll { Shows::Vain } else { Shows::Nothing }
    }
}

impl Deferral {
    /// What a deferral for this reason shows.
    #[inline]
    pub fn shows(self) -> Shows {
        if self == Deferral::Budget { Shows::Vain } else { Shows::Nothing }
    }
}

/// What was asked for in vain.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Asked {
    /// This `watch` showed this value, as before.
    Shown(Id, u64),
    /// This primitive gave nothing.
    Thing(Id),
    /// A source gave 0 bytes.
    Bytes,
}

/// Polls in a row that came to nothing.
#[derive(Clone, Copy, Debug)]
pub struct Spin {
    /// When the first of them ended.
    pub since: Duration,
    /// How many they are.
    pub polls: u32,
    /// What the latest has asked for.
    pub asked: Option<Asked>,
    /// And where.
    pub at: Option<Place>,
}

impl Attempt {
    pub(crate) const NONE: Attempt = Attempt { again: false, new: false, asked: None, at: None };

    /// This happens in the poll, at this line.
    pub fn take(&mut self, event: Event, at: Option<Place>) {
        let asked = match event {
            Event::Wake { task, by: Cause::Task(by), effect: Effect::DuringPoll, .. }
                if task == by =>
            {
                return self.wakes_itself(at);
            }
            Event::Defer { why: Deferral::Budget } => return self.wakes_itself(at),
            Event::SyncAct { kind: SyncKind::Watch, act: Act::Get, sync, item, .. } => {
                Some(Asked::Shown(sync, item))
            }
            Event::SyncAct { act: Act::Refuse, sync, .. } => Some(Asked::Thing(sync)),
            Event::SourceTry { direction: Direction::Read, bytes: Some(0), .. } => {
                Some(Asked::Bytes)
            }
            _ => None,
        };
        if asked.is_some() {
            (self.asked, self.at) = (asked, at);
        }
        self.new |= asked.is_none() && is_new(event);
    }

    fn wakes_itself(&mut self, at: Option<Place>) {
        self.again = true;
        self.at = self.at.or(at);
    }

    /// The poll returns `Pending` at this time. If it came to nothing, so many did in a row.
    pub fn ends(self, before: Option<Spin>, now: Duration) -> Option<Spin> {
        let shown = |asked: &Asked| matches!(asked, Asked::Shown(..));
        let (now_shown, last) = (self.asked.filter(shown), before.and_then(|it| it.asked));
        let is_other =
            now_shown.is_some() && last.filter(shown).is_some_and(|it| now_shown != Some(it));
        if !self.again || self.new || is_other {
            return None;
        }
        let (since, polls) = before.map_or((now, 0), |it| (it.since, it.polls));
        Some(Spin { since, polls: polls + 1, asked: self.asked, at: self.at })
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
