//! Does a task spin?
//!
//! For [`LONG`], each of its polls has woken the task itself, or has spent its whole budget without
//! a wait, and has got nothing new: a channel was closed or empty, a stream gave 0 bytes, a `watch`
//! showed the value that it had shown before, or it asked for nothing of kettle's. (kettle's own
//! `yield_now` isn't such a wake. Of code that yields otherwise only that is said.)
//!
//! Interface: [`Spin`]. Invariant: only tasks whose latest poll got nothing are remembered.

use std::collections::BTreeMap;
use std::time::Duration;

use kettle_events::{
    Act, Cause, Deferral, Direction, Effect, Event, Id, Outcome, Place, Record, SyncKind,
};

use super::lint::{Lint, LintKind, span};
use super::run::Run;

/// For so long, and in so many polls.
const LONG: Duration = Duration::from_secs(1);
const MANY: u32 = 50;

/// The poll that goes on, and those that came to nothing.
#[derive(Debug, Default)]
pub(super) struct Spin {
    poll: Poll,
    streaks: BTreeMap<Id, Streak>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Poll {
    /// It has woken itself, or spent its budget.
    again: bool,
    /// Something new has come of it.
    new: bool,
    /// What got nothing last, and where that was, or else where the task woke itself.
    asked: Option<Event>,
    at: Option<Place>,
}

/// So many polls since then came to nothing, the latest like this one.
#[derive(Clone, Copy, Debug)]
struct Streak {
    since: Duration,
    polls: u32,
    poll: Poll,
}

impl Spin {
    pub(super) fn step(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        match record.event {
            Event::PollStart { .. } => self.poll = Poll::default(),
            Event::Wake { task, by: Cause::Task(by), effect: Effect::DuringPoll, .. }
                if task == by =>
            {
                self.wakes_itself(record);
            }
            Event::Defer { why: Deferral::Budget } => self.wakes_itself(record),
            Event::PollEnd { task, outcome, .. } => {
                let poll = std::mem::take(&mut self.poll);
                if !poll.again || poll.new || outcome != Outcome::Pending {
                    self.streaks.remove(&task);
                    return None;
                }
                return self.goes_on(run, task, poll, record);
            }
            event => {
                let before = record.task.and_then(|task| self.streaks.get(&task)?.poll.asked);
                if got_nothing(event, before) {
                    (self.poll.asked, self.poll.at) = (Some(event), record.at.place());
                } else {
                    self.poll.new |= is_new(event);
                }
            }
        }
        None
    }

    fn wakes_itself(&mut self, record: &Record) {
        self.poll.again = true;
        self.poll.at = self.poll.at.or(record.at.place());
    }

    fn goes_on(&mut self, run: &Run, task: Id, poll: Poll, record: &Record) -> Option<Lint> {
        let new = Streak { since: record.real, polls: 0, poll };
        let streak = self.streaks.entry(task).or_insert(new);
        (streak.polls, streak.poll) = (streak.polls + 1, poll);
        let (long, polls) = (record.real.saturating_sub(streak.since), streak.polls);
        (long >= LONG && polls >= MANY).then(|| self.streaks.remove(&task))?;
        let name = run.name(task);
        let got = match poll.asked {
            Some(_) => "got nothing new",
            None => "asked for nothing of kettle's", // (perhaps it computed something)
        };
        let text = format!("{name} woke itself again and again for {}, and {got}", span(long));
        let lint = Lint::new(LintKind::BusyLoop, Some(name), text, record.seq)
            .spot(poll.at, asked(run, poll.asked))
            .note("all of its polls went like this, which keeps a processor busy")
            .help(
                "leave the loop when the channel is closed or the stream has ended: `while let \
                 Some(value) = rx.recv().await`, and no `read` after 0 bytes. And await what the \
                 task waits for: a channel, a lock, a `JoinHandle`, a `sleep`. A computation lets \
                 others run by `yield_now`",
            );
        Some(run.birth(lint, run.fold.task(task)?))
    }

    pub(super) fn len(&self) -> usize {
        self.streaks.len()
    }
}

/// What got nothing.
fn asked(run: &Run, event: Option<Event>) -> String {
    match event {
        Some(Event::SyncAct { kind: SyncKind::Watch, act: Act::Get, sync, item, .. }) => {
            format!("{} has shown value {item} here each time", run.thing(sync))
        }
        Some(Event::SyncAct { sync, .. }) if run.fold.primitive(sync).is_some() => {
            format!("{} was asked here, and gave nothing", run.thing(sync))
        }
        Some(Event::SyncAct { .. }) => "a channel that has ended was asked here".to_owned(),
        Some(_) => "0 bytes were read here".to_owned(),
        None => "it wakes itself here".to_owned(),
    }
}

/// A call was refused, 0 bytes were read, or a `watch` has shown the value that it showed `before`.
fn got_nothing(event: Event, before: Option<Event>) -> bool {
    let shown = |event| match event {
        Event::SyncAct { kind: SyncKind::Watch, act: Act::Get, sync, item, .. } => {
            Some((sync, item))
        }
        _ => None,
    };
    match event {
        Event::SyncAct { act: Act::Refuse, .. } => true,
        Event::SourceTry { direction: Direction::Read, bytes, .. } => bytes == Some(0),
        _ => shown(event).is_some_and(|now| before.and_then(shown).is_none_or(|last| last == now)),
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
