//! Does a task spin?
//!
//! For [`LONG`], each of its polls has woken the task itself, or has spent its whole budget without a wait; it has asked
//! something, or did hardly anything; and nothing new has come of it: a channel was closed or empty, a stream gave 0
//! bytes, a `watch` showed the value that was seen before. A `yield_now` is no such wake: a computation that lets others
//! run has to say so somehow.
//!
//! Interface: [`Spin`]. Invariant: only tasks whose latest poll was such a one are remembered.

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
/// A poll that asks nothing does hardly anything if it takes no longer than this, without what recording took.
const SHORT: Duration = Duration::from_micros(if cfg!(debug_assertions) { 100 } else { 20 });

/// The poll that goes on, and those that came to nothing.
#[derive(Debug, Default)]
pub(super) struct Spin {
    poll: Poll,
    streaks: BTreeMap<Id, Streak>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Poll {
    began: Duration,
    recorded: Duration,
    /// It has woken itself, or spent its budget; and where.
    again: bool,
    at: Option<Place>,
    asked: Option<Asked>,
    /// Something new has come of it.
    new: bool,
}

/// What got nothing, and where.
#[derive(Clone, Copy, Debug)]
struct Asked {
    what: What,
    at: Option<Place>,
}

#[derive(Clone, Copy, Debug)]
enum What {
    /// A call at this primitive was refused.
    Sync(Id),
    /// 0 bytes were read of a stream.
    Stream,
    /// A `watch` has shown the value with this number.
    Watch(Id, u64),
}

#[derive(Clone, Copy, Debug)]
struct Streak {
    since: Duration,
    polls: u32,
    /// So many of them have asked something, or did hardly anything.
    hardly: u32,
    asked: Option<Asked>,
}

impl Spin {
    pub(super) fn see(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        self.poll.recorded += record.overhead;
        let before = record.task.and_then(|task| self.streaks.get(&task)?.asked);
        match record.event {
            Event::PollStart { .. } => self.poll = Poll { began: record.real, ..Poll::default() },
            Event::Wake { task, by: Cause::Task(by), effect: Effect::DuringPoll, .. }
                if task == by =>
            {
                (self.poll.again, self.poll.at) = (true, record.at.place());
            }
            Event::Defer { why: Deferral::Budget } => {
                (self.poll.again, self.poll.at) = (true, record.at.place());
            }
            Event::PollEnd { task, outcome: Outcome::Pending, .. } => {
                return self.ends(run, task, record);
            }
            Event::PollEnd { task, .. } => drop(self.streaks.remove(&task)),
            event => match nothing(event, before) {
                Some(what) => self.poll.asked = Some(Asked { what, at: record.at.place() }),
                None => self.poll.new |= is_new(event),
            },
        }
        None
    }

    fn ends(&mut self, run: &Run, task: Id, record: &Record) -> Option<Lint> {
        let Poll { began, recorded, again, at, asked, new } = std::mem::take(&mut self.poll);
        let took = record.real.saturating_sub(began).saturating_sub(recorded);
        if new || !again {
            self.streaks.remove(&task);
            return None;
        }
        let new = Streak { since: record.real, polls: 0, hardly: 0, asked };
        let streak = self.streaks.entry(task).or_insert(new);
        (streak.polls, streak.asked) = (streak.polls + 1, asked.or(streak.asked));
        streak.hardly += u32::from(asked.is_some() || took <= SHORT);
        let Streak { since, polls, hardly, asked } = *streak;
        let long = record.real.saturating_sub(since);
        (long >= LONG && polls >= MANY).then(|| self.streaks.remove(&task))?;
        // (On a busy machine some polls are interrupted.)
        if 10 * hardly < 9 * polls {
            return None;
        }
        let name = run.name(task);
        let text =
            format!("{name} woke itself again and again for {}, and got nothing new", span(long));
        let lint = Lint::new(LintKind::BusyLoop, Some(name), text, record.seq);
        let lint = match asked {
            Some(asked) => lint.spot(asked.at, asked.what.words(run)),
            None => lint.spot(at, format!("{name} wakes itself here")),
        };
        let lint = lint.note("so it was in each of its polls, and that keeps a processor busy");
        let lint = run.fold.task(task).map_or(lint.clone(), |task| run.birth(lint, task));
        Some(lint.help(
            "leave the loop when a channel is closed or a stream has ended: `while let Some(value) = rx.recv().await`, and no \
             `read` after 0 bytes; and await what the task waits for: a channel, a lock, a `JoinHandle`, a `sleep`",
        ))
    }

    pub(super) fn len(&self) -> usize {
        self.streaks.len()
    }
}

impl What {
    fn words(self, run: &Run) -> String {
        match self {
            What::Sync(id) => match run.fold.primitive(id) {
                Some(_) => format!("{} was asked here, and gave nothing", run.thing(id)),
                None => "a channel that has ended was asked here".to_owned(),
            },
            What::Stream => "0 bytes were read here".to_owned(),
            What::Watch(id, item) => {
                format!("{} has shown value {item} here each time", run.thing(id))
            }
        }
    }
}

/// A call that got nothing. `before`: what the poll before got.
fn nothing(event: Event, before: Option<Asked>) -> Option<What> {
    match event {
        Event::SyncAct { act: Act::Refuse, sync, .. } => Some(What::Sync(sync)),
        Event::SourceTry { direction: Direction::Read, bytes: Some(0), .. } => Some(What::Stream),
        Event::SyncAct { kind: SyncKind::Watch, act: Act::Get, sync, item, .. } => match before {
            Some(Asked { what: What::Watch(id, last), .. }) if (id, last) != (sync, item) => None,
            _ => Some(What::Watch(sync, item)),
        },
        _ => None,
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
