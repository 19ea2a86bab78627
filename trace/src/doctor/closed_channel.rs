//! Does a task ask a closed channel again and again, or send into one? Or read at the end of a stream? Or ask whether a
//! socket is ready, which it doesn't read?
//!
//! `recv` of a closed channel returns at once, and so do `changed`, and `acquire` of a closed semaphore. A loop that doesn't
//! leave for it spends the whole budget of each poll on such answers: so it never comes to wait, and its polls are too long
//! for `busy_loop.rs`. The runtime defers its waker at the line at which the task asks; and from poll to poll no other event
//! is the task's, but for those of a `select!` and of a timer beside it. What it asks for the source shows (`source.rs`), or that it
//! once waited there for a channel or a stream. A computation that yields by `consume_budget` has done neither.
//!
//! Interface: [`Answers`]. Invariant: one task at a time is watched, until it comes to something else.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use kettle_events::{
    Act, Cause, Deferral, Direction, Event, Id, Outcome, Place, Record, Resource, SyncKind, Tried,
};

use super::asked::Asked;
use super::lint::{Lint, LintKind, span};
use super::run::Run;
use super::source::asked_at;
use super::system::Times;
use crate::words::quick::{Quick, key};

/// For so long (half of it at a socket, or beside a closed `watch`, where something may come each second), and in so many polls.
const LONG: Duration = Duration::from_secs(1);
const MANY: u32 = 50;
/// Times have passed, too, where the work between them takes longer than was planned: then polls are longer than this, without
/// the time in which the thread had no processor.
const SHORT: Duration = Duration::from_millis(4);

/// The task that asks, and what is known of what each task could ask.
#[derive(Debug, Default)]
pub(super) struct Answers {
    streak: Option<Streak>,
    /// By task: the lines at which it last waited for a channel, at a pipe, and to read a stream.
    waited: HashMap<u64, [Option<Place>; 3], Quick>,
    /// In this poll a closed channel has refused something: the task, the channel, and where the task awaited last.
    refused: Option<(Id, Id, Place)>,
    /// In this poll a read has found the end of a stream: the task, and where that awaited last.
    ended: Option<(Id, Place)>,
    /// In this poll, the branch of a `select!` that has won last.
    won: Option<(Id, u32)>,
    /// What is asked there by the source, in this branch. By the address of the place.
    sources: BTreeMap<(usize, Option<u32>), Option<Asked>>,
}

/// Polls of a task, one after the other, that have spent their budget on answers which came at once, and did nothing else.
#[derive(Clone, Copy, Debug)]
struct Streak {
    task: Id,
    at: Place,
    /// In a `select!`.
    branch: Option<u32>,
    asked: Asked,
    /// The one that has refused a value.
    channel: Option<Id>,
    since: Duration,
    times: Option<Times>,
    polls: u32,
    poll: Poll,
}

/// What the poll that goes on has shown so far.
#[expect(clippy::struct_excessive_bools, reason = "signs, of which any may be there")]
#[derive(Clone, Copy, Debug, Default)]
struct Poll {
    /// Its budget is spent, at the line at which it asks.
    spent: bool,
    /// A read gave nothing, or a send was refused.
    nothing_came: bool,
    /// A tick of an interval was late.
    late_tick: bool,
    /// Its branch of the `select!` has won.
    won: bool,
}

impl Streak {
    /// What is left of it after this. `None`: its task does something else.
    fn after(self, record: &Record) -> Option<Streak> {
        let Streak { at, asked, poll, .. } = self;
        // (What is dropped on the way has no line.)
        let here = record.at.place().is_none_or(|place| place == at);
        let poll = match record.event {
            // (The wake is that for its next poll.)
            Event::PollStart { .. }
            | Event::Choice { .. }
            | Event::Scope { .. }
            | Event::ScopeEnd { .. }
            | Event::Wake { by: Cause::Deferred, .. } => poll,
            // A time that is waited for has not passed.
            Event::Wait { on: Resource::Timer(_), .. } if asked == Asked::Time => {
                return None;
            }
            Event::SelectWin { branch } if self.branch == Some(branch) => {
                Poll { won: true, ..poll }
            }
            event if is_a_race_with_time(event) => poll,
            // Other branches may wait, where it is known which one has the answers; and what has a limit.
            event if (self.branch.is_some() || asked == Asked::End) && is_in_vain(event) => poll,
            Event::Wait { .. } | Event::Served { .. } | Event::Done { .. }
                if self.branch.is_some() =>
            {
                poll
            }
            Event::Wait { .. }
            | Event::Served { .. }
            | Event::Done { .. }
            | Event::Elapsed { .. }
                if asked == Asked::Time =>
            {
                poll
            }
            event if is_readiness(asked) && is_in_vain(event) => poll,
            // An interval that is so late answers at once itself.
            Event::LateTick { .. } if !poll.late_tick => Poll { late_tick: true, ..poll },
            event if reads_nothing(event) => Poll { nothing_came: true, ..poll },
            event if here && refuses(event).is_some_and(|it| self.channel == Some(it)) => {
                Poll { nothing_came: true, ..poll }
            }
            event
                if asked == Asked::Own
                    && let Some(act) = of_its_own(event) =>
            {
                Poll { nothing_came: poll.nothing_came || act == Act::Put, ..poll }
            }
            Event::SyncAct { act: Act::Refuse, .. } => poll, // it asks for more than this
            Event::Defer { why: Deferral::Budget } if here || self.branch.is_some() => {
                Poll { spent: true, ..poll }
            }
            Event::PollEnd { outcome: Outcome::Pending, .. } if self.is_borne_out() => {
                return Some(Streak { polls: self.polls + 1, poll: Poll::default(), ..self });
            }
            _ => return None,
        };
        Some(Streak { poll, ..self })
    }

    /// Was all of this poll such answers? (A read that was seen to give nothing is the sign of a stream's end: what is read
    /// from a buffer is not seen.)
    fn is_borne_out(&self) -> bool {
        let is_seen = matches!(self.asked, Asked::End | Asked::Send | Asked::Own);
        let won = self.poll.won || self.branch.is_none();
        self.poll.spent && won && (self.poll.nothing_came || !is_seen)
    }
}

impl Answers {
    pub(super) fn see(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        let task = record.task?;
        match self.streak {
            None if matches!(record.event, Event::Defer { why: Deferral::Budget }) => {
                self.streak = self.begin(run, task, record);
            }
            Some(streak) if streak.task == task => self.streak = streak.after(record),
            _ => {}
        }
        self.remember(task, record);
        let ends = matches!(record.event, Event::PollEnd { .. });
        let long = |streak: &mut Streak| {
            let took = record.real.saturating_sub(streak.since);
            let soon = is_readiness(streak.asked) || streak.asked == Asked::Change;
            let least = if soon { LONG / 2 } else { LONG };
            let waits = || run.waits(task).iter().any(|wait| matches!(wait.on, Resource::Timer(_)));
            let works = || {
                let ready = || Some(Times::now()?.since(Some(streak.times?)).ready);
                let took = took.saturating_sub(ready().unwrap_or_default());
                took > SHORT * streak.polls
            };
            let is_long = ends && streak.task == task && streak.polls >= MANY && took >= least;
            is_long
                && match streak.asked {
                    Asked::Time => !works() && !waits(),
                    Asked::Guard | Asked::Own => !works(),
                    _ => true,
                }
        };
        self.streak.take_if(long).map(|streak| lint(run, streak, record))
    }

    /// Of its first poll it is taken for granted that nothing came.
    fn begin(&mut self, run: &Run, task: Id, record: &Record) -> Option<Streak> {
        let (at, since) = (record.at.place()?, record.real);
        let branch = self.won.filter(|(by, _)| *by == task).map(|(_, branch)| branch);
        let (asked, by_source) = self.asks(run, (task, at), branch)?;
        let branch = branch.filter(|_| by_source);
        let poll = Poll { spent: true, nothing_came: true, late_tick: false, won: true };
        let channel = self.refused.filter(|_| asked == Asked::Send).map(|(_, channel, _)| channel);
        let times = Times::now().filter(|_| run.now);
        Some(Streak { task, at, branch, asked, channel, since, times, polls: 0, poll })
    }

    /// What does it ask there: by the source; or that for which it has waited there? And is it by the source?
    fn asks(
        &mut self,
        run: &Run,
        (task, at): (Id, Place),
        branch: Option<u32>,
    ) -> Option<(Asked, bool)> {
        let entry = self.sources.entry((key(at), branch));
        let source = *entry.or_insert_with(|| asked_at(run, at, branch));
        let waited = self.waited.get(&task.get()).copied().unwrap_or_default();
        let [channel, pipe, end] = waited.map(|place| place == Some(at));
        let refused = self.refused.is_some_and(|(by, _, place)| (by, place) == (task, at));
        let holds = |asked: &Asked| match asked {
            Asked::Send => refused,
            Asked::Change => channel || has_a_closed_watch(run),
            _ => true,
        };
        let by_wait = || match source {
            Some(Asked::Send) => None,
            _ if channel => Some(Asked::Value),
            _ if pipe => Some(Asked::Pipe),
            _ => (end || self.ended == Some((task, at))).then_some(Asked::End),
        };
        let by_source = source.filter(holds).map(|asked| (asked, true));
        by_source.or_else(|| Some((by_wait()?, false)))
    }

    fn remember(&mut self, task: Id, record: &Record) {
        match (record.event, record.at.place()) {
            (Event::PollEnd { outcome, .. }, _) => {
                (self.refused, self.ended, self.won) = (None, None, None);
                if outcome != Outcome::Pending {
                    self.waited.remove(&task.get());
                }
            }
            (Event::Wait { on, .. }, Some(at)) => {
                if let Some(index) = place_of(on) {
                    self.waited.entry(task.get()).or_default()[index] = Some(at);
                }
            }
            (Event::SelectWin { branch }, _) => self.won = Some((task, branch)),
            (event, Some(at)) if reads_nothing(event) => self.ended = Some((task, at)),
            (event, Some(at)) if let Some(channel) = refuses(event) => {
                self.refused = Some((task, channel, at));
            }
            _ => {}
        }
    }

    /// How many entries it keeps.
    pub(super) fn len(&self) -> usize {
        self.waited.len()
    }
}

/// A `select!` that looks at a timer beside the channel, or begins another round.
fn is_a_race_with_time(event: Event) -> bool {
    match event {
        Event::Wait { on, .. } | Event::Done { on, .. } => matches!(on, Resource::Timer(_)),
        Event::SelectStart { .. }
        | Event::SelectPoll { .. }
        | Event::SelectWin { .. }
        | Event::TimerAdd { .. }
        | Event::TimerCancel { .. }
        | Event::Unpolled { .. } => true,
        _ => false,
    }
}

/// At its end a stream gives 0 bytes.
fn reads_nothing(event: Event) -> bool {
    matches!(event, Event::SourceTry { direction: Direction::Read, bytes: Some(0), .. })
}

/// A closed channel gives a value back at once.
fn refuses(event: Event) -> Option<Id> {
    match event {
        Event::SyncAct { kind: SyncKind::Mpsc, sync, act: Act::Refuse, count: 0, .. } => Some(sync),
        _ => None,
    }
}

/// A notification, value or permit goes in, or comes out; or a lock is taken or released.
fn of_its_own(event: Event) -> Option<Act> {
    use SyncKind::{Mutex, Notify, RwLock, Semaphore, Watch};
    match event {
        Event::SyncAct { kind: Notify | Watch | Semaphore | Mutex | RwLock, act, .. } => Some(act),
        _ => None,
    }
}

/// Has the last sender of a `watch` gone?
fn has_a_closed_watch(run: &Run) -> bool {
    run.fold.primitives().any(|(_, known)| known.kind == SyncKind::Watch && known.closed)
}

fn is_readiness(asked: Asked) -> bool {
    matches!(asked, Asked::Readiness | Asked::Guard)
}

/// A try that would block, and what follows; or a wait for one of several directions.
fn is_in_vain(event: Event) -> bool {
    match event {
        Event::SourceTry { result, .. } => result == Tried::WouldBlock,
        Event::Wait { on, .. } | Event::Done { on, .. } => matches!(on, Resource::Source(..)),
        event => matches!(event, Event::SourceClear { .. }),
    }
}

/// Where in `waited` the line of such a wait is.
fn place_of(on: Resource) -> Option<usize> {
    match on {
        Resource::SyncValue(..) | Resource::Sync(SyncKind::Watch | SyncKind::Broadcast, ..) => {
            Some(0)
        }
        Resource::Sync(SyncKind::Pipe, ..) => Some(1),
        Resource::Source(_, Direction::Read) => Some(2),
        _ => None,
    }
}

fn lint(run: &Run, streak: Streak, record: &Record) -> Lint {
    let Streak { task, at, asked, since, polls, .. } = streak;
    let name = run.name(task);
    let (what, why, cure) = asked.said();
    let text = format!("{name} {what} for {}", span(record.real.saturating_sub(since)));
    let lint = Lint::new(LintKind::BusyLoop, Some(name), text, record.seq)
        .spot(Some(at), "each answer came at once here")
        .note(format!(
            "{why}. {name} spent its whole budget on such answers in each of {polls} polls: it never waits, and takes the \
             processor from the others"
        ))
        .help(cure);
    match run.fold.task(task) {
        Some(task) => run.birth(lint, task),
        None => lint,
    }
}

#[cfg(test)]
#[path = "closed_channel_tests.rs"]
mod tests;
