//! Does a task spin?
//!
//! For [`LONG`], each of its polls has woken the task itself, or has spent its whole budget without
//! a wait, and nothing new has come of it. What it asked was a channel that was closed or empty, a
//! stream that gave 0 bytes, a `watch` that showed the value seen before; or it asked nothing of
//! kettle's. (A `yield_now` is no such wake.)
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
    /// In vain; or else where it woke itself.
    asked: Asked,
    /// Something new has come of it.
    new: bool,
}

/// What got nothing, and where.
#[derive(Clone, Copy, Debug, Default)]
struct Asked {
    what: What,
    at: Option<Place>,
}

#[derive(Clone, Copy, Debug, Default)]
enum What {
    #[default]
    Nothing,
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
    asked: Asked,
}

impl Spin {
    pub(super) fn see(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        match record.event {
            Event::PollStart { .. } => self.poll = Poll::default(),
            Event::Wake { task, by: Cause::Task(by), effect: Effect::DuringPoll, .. }
                if task == by =>
            {
                self.wakes_itself(record);
            }
            Event::Defer { why: Deferral::Budget } => self.wakes_itself(record),
            Event::PollEnd { task, outcome, .. } => {
                let Poll { again, asked, new } = std::mem::take(&mut self.poll);
                let in_vain = again && !new && outcome == Outcome::Pending;
                return self.ends(run, (task, asked), in_vain, record);
            }
            event => {
                let before = record.task.and_then(|task| self.streaks.get(&task));
                match nothing(event, before.map(|streak| streak.asked.what)) {
                    Some(what) => self.poll.asked = Asked { what, at: record.at.place() },
                    None => self.poll.new |= is_new(event),
                }
            }
        }
        None
    }

    fn wakes_itself(&mut self, record: &Record) {
        self.poll.again = true;
        self.poll.asked.at = self.poll.asked.at.or(record.at.place());
    }

    fn ends(
        &mut self,
        run: &Run,
        (task, asked): (Id, Asked),
        in_vain: bool,
        record: &Record,
    ) -> Option<Lint> {
        if !in_vain {
            self.streaks.remove(&task);
            return None;
        }
        let new = Streak { since: record.real, polls: 0, asked };
        let streak = self.streaks.entry(task).or_insert(new);
        (streak.polls, streak.asked) = (streak.polls + 1, asked);
        let (long, polls) = (record.real.saturating_sub(streak.since), streak.polls);
        (long >= LONG && polls >= MANY).then(|| self.streaks.remove(&task))?;
        let name = run.name(task);
        let text =
            format!("{name} woke itself again and again for {}, and got nothing new", span(long));
        let lint = Lint::new(LintKind::BusyLoop, Some(name), text, record.seq)
            .spot(asked.at, asked.what.words(run))
            .note("so it was in each of its polls, and that keeps a processor busy")
            .help(
                "leave the loop when a channel is closed or a stream has ended: `while let \
                 Some(value) = rx.recv().await`, and no `read` after 0 bytes; and await what the \
                 task waits for: a channel, a lock, a `JoinHandle`, a `sleep`. A computation lets \
                 others run by `yield_now`",
            );
        Some(run.fold.task(task).map_or(lint.clone(), |task| run.birth(lint, task)))
    }

    pub(super) fn len(&self) -> usize {
        self.streaks.len()
    }
}

impl What {
    fn words(self, run: &Run) -> String {
        match self {
            What::Nothing => "it wakes itself here".to_owned(),
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
fn nothing(event: Event, before: Option<What>) -> Option<What> {
    match event {
        Event::SyncAct { act: Act::Refuse, sync, .. } => Some(What::Sync(sync)),
        Event::SourceTry { direction: Direction::Read, bytes: Some(0), .. } => Some(What::Stream),
        Event::SyncAct { kind: SyncKind::Watch, act: Act::Get, sync, item, .. } => match before {
            Some(What::Watch(id, last)) if (id, last) != (sync, item) => None,
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
