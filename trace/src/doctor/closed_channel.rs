//! Does a task ask a closed channel again and again, or send into one? Or read at the end of a stream? Or ask whether a
//! socket is ready, which it doesn't read?
//!
//! `recv` of a closed channel returns at once, and so do `changed`, and `acquire` of a closed semaphore. A loop that doesn't
//! leave for it spends the whole budget of each poll on such answers: so it never comes to wait, and its polls are too long
//! for `busy_loop.rs`. The runtime defers its waker at the line at which the task asks; and from poll to poll no other event
//! is the task's, but for those of a `select!` and of a timer beside it. What it asks for the source shows (`asked.rs`), or that it
//! once waited there for a channel or a stream. A computation that yields by `consume_budget` has done neither.
//!
//! Interface: [`Answers`]. Invariant: one task at a time is watched, until it comes to something else.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use kettle_events::{
    Act, Cause, Deferral, Direction, Event, Id, Outcome, Place, Record, Resource, SyncKind, Tried,
};

use super::asked::{Asked, Question, asked_at};
use super::lint::{Lint, LintKind, span};
use super::run::Run;
use crate::words::quick::{Quick, key};

/// For so long (half of it at a socket, at which something may come each second), and in so many polls.
const LONG: Duration = Duration::from_secs(1);
const MANY: u32 = 50;
/// Times have passed, too, where the work between them takes longer than was planned: then polls are longer than this.
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
    question: Question,
    since: Duration,
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
        let Streak { at, question, poll, .. } = self;
        let here = record.at == Some(at);
        let poll = match record.event {
            // (The wake is that for its next poll.)
            Event::PollStart { .. }
            | Event::Choice { .. }
            | Event::Wake { by: Cause::Deferred, .. } => poll,
            // A time that is waited for has not passed.
            Event::Wait { on: Resource::Timer(_), .. } if question == Question::Time => {
                return None;
            }
            Event::SelectWin { branch } if self.branch == Some(branch) => {
                Poll { won: true, ..poll }
            }
            event if is_a_race_with_time(event) => poll,
            // Other branches may wait, where it is known which one has the answers; and what has a limit.
            Event::Wait { .. } | Event::Unwait { .. } if self.branch.is_some() => poll,
            Event::Wait { .. } | Event::Unwait { .. } | Event::Elapsed { .. }
                if question == Question::Time =>
            {
                poll
            }
            event if question == Question::Readiness && is_in_vain(event) => poll,
            // An interval that is so late answers at once itself.
            Event::LateTick { .. } if !poll.late_tick => Poll { late_tick: true, ..poll },
            event if reads_nothing(event) => Poll { nothing_came: true, ..poll },
            event if here && refuses(event).map(Question::Send) == Some(question) => {
                Poll { nothing_came: true, ..poll }
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
        let is_seen = matches!(self.question, Question::End | Question::Send(_));
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
            let least = if streak.question == Question::Readiness { LONG / 2 } else { LONG };
            let is_time = streak.question == Question::Time;
            let waits = || run.waits(task).iter().any(|wait| matches!(wait.on, Resource::Timer(_)));
            let works = is_time && (took > SHORT * streak.polls || waits());
            ends && streak.task == task && streak.polls >= MANY && took >= least && !works
        };
        self.streak.take_if(long).map(|streak| lint(run, streak, record))
    }

    /// Of its first poll it is taken for granted that nothing came.
    fn begin(&mut self, run: &Run, task: Id, record: &Record) -> Option<Streak> {
        let (at, since) = (record.at?, record.real);
        let branch = self.won.filter(|(by, _)| *by == task).map(|(_, branch)| branch);
        let (question, by_source) = self.question_at(run, (task, at), branch)?;
        let branch = branch.filter(|_| by_source);
        let poll = Poll { spent: true, nothing_came: true, late_tick: false, won: true };
        Some(Streak { task, at, branch, question, since, polls: 0, poll })
    }

    /// What does it ask there: by the source; or that for which it has waited there? And is it by the source?
    fn question_at(
        &mut self,
        run: &Run,
        (task, at): (Id, Place),
        branch: Option<u32>,
    ) -> Option<(Question, bool)> {
        let entry = self.sources.entry((key(at), branch));
        let source = *entry.or_insert_with(|| asked_at(run, at, branch));
        let refused = self.refused.filter(|(by, _, place)| (*by, *place) == (task, at));
        let waited = self.waited.get(&task.get()).copied().unwrap_or_default();
        let [channel, pipe, end] = waited.map(|place| place == Some(at));
        let by_source = match (source, refused) {
            (Some(Asked::Send), Some((_, channel, _))) => Some(Question::Send(channel)),
            (Some(Asked::Readiness), _) => Some(Question::Readiness),
            (Some(Asked::Permit), _) => Some(Question::Permit),
            (Some(Asked::Room), _) => Some(Question::Room),
            (Some(Asked::Value), _) => Some(Question::Channel),
            (Some(Asked::Time), _) => Some(Question::Time),
            (Some(Asked::Change), _) if channel || has_a_closed_watch(run) => {
                Some(Question::Channel)
            }
            _ => None,
        };
        let by_wait = || match source {
            Some(Asked::Send) => None,
            _ if channel => Some(Question::Channel),
            _ if pipe => Some(Question::Pipe),
            _ => (end || self.ended == Some((task, at))).then_some(Question::End),
        };
        by_source.map(|question| (question, true)).or_else(|| Some((by_wait()?, false)))
    }

    fn remember(&mut self, task: Id, record: &Record) {
        match (record.event, record.at) {
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
        Event::Wait { on, .. } | Event::Unwait { on } => matches!(on, Resource::Timer(_)),
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

/// Has the last sender of a `watch` gone?
fn has_a_closed_watch(run: &Run) -> bool {
    run.fold.primitives().any(|(_, known)| known.kind == SyncKind::Watch && known.closed)
}

/// A try that would block, and what follows; or a wait for one of several directions.
fn is_in_vain(event: Event) -> bool {
    match event {
        Event::SourceTry { result, .. } => result == Tried::WouldBlock,
        Event::Wait { on, .. } | Event::Unwait { on } => matches!(on, Resource::Source(..)),
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
    let Streak { task, at, question, since, polls, .. } = streak;
    let name = run.name(task);
    let (what, why, cure) = question.said();
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
mod tests {
    use kettle_events::{Effect, Replaced, Units};

    use super::*;
    use crate::fixture::{Script, place};

    /// It has waited at two lines, as in a `select!`, and now spends the budget of each poll at one of them; beside `each`.
    fn text(asks_the_channel: bool, each: impl Fn(Id) -> Vec<Event>) -> Option<String> {
        let source = Id::next();
        let read = Resource::Source(source, Direction::Read);
        text_of(
            read,
            |[asks, reads], _| if asks_the_channel { asks } else { reads },
            || each(source),
        )
    }

    /// `spent_at`: of those two lines, in this poll.
    fn text_of(
        stream: Resource,
        spent_at: impl Fn([Place; 2], u64) -> Place,
        each: impl Fn() -> Vec<Event>,
    ) -> Option<String> {
        let [task, channel] = [(); 2].map(|()| Id::next());
        let lines = [place(), place()];
        let mut script = Script::new();
        let waits = |on| Event::Wait { on, replaced: Replaced::None };
        script.task(task).write(waits(Resource::SyncValue(SyncKind::Mpsc, channel)));
        script.records.last_mut().unwrap().at = Some(lines[0]);
        script.write(waits(stream));
        script.records.last_mut().unwrap().at = Some(lines[1]);
        let (outcome, wakers, handles) = (Outcome::Pending, 1, 0);
        for poll in 0..=2 * u64::from(MANY) {
            script.at(poll * 20).write(Event::PollStart { task });
            for event in each() {
                script.write(event);
            }
            script.write(Event::Defer { why: Deferral::Budget });
            script.records.last_mut().unwrap().at = Some(spent_at(lines, poll));
            let effect = Effect::Queued(1);
            script.write(Event::PollEnd { task, outcome, wakers, handles });
            script.write(Event::Wake { task, by: Cause::Deferred, effect });
        }
        let (mut answers, run) = (Answers::default(), Run::new(false));
        script.records.iter().find_map(|record| answers.see(&run, record)).map(|lint| lint.text)
    }

    /// It has found the channel closed with the last of its budget, and computes since.
    #[test]
    fn a_budget_that_is_spent_elsewhere_asks_nothing() {
        let pipe = || Resource::Sync(SyncKind::Pipe, Id::next(), Units::Count(1), 1);
        let later = |[asks, _]: [Place; 2], poll| if poll == 0 { asks } else { place() };
        assert_eq!(text_of(pipe(), later, Vec::new), None);
        let ends = |[_, asks]: [Place; 2], poll| if poll == 0 { asks } else { place() };
        assert_eq!(text_of(pipe(), ends, Vec::new), None);
    }

    #[test]
    fn a_closed_channel_beside_a_socket_and_late_ticks() {
        let late = Event::LateTick { late: Duration::from_secs(1), overdue: 0, made_up: false };
        let told = text(true, |_| vec![late]).expect("it is told");
        assert!(told.contains("the same channel"), "{told}");
        assert_eq!(text(true, |_| vec![late, late]), None, "the ticks come at once");
    }

    #[test]
    fn the_end_of_a_stream_is_read_again_and_again() {
        let reads = |bytes| {
            move |source| {
                let (direction, result, bytes) = (Direction::Read, Tried::Done, Some(bytes));
                vec![Event::SourceTry { source, direction, result, bytes }]
            }
        };
        let told = text(false, reads(0)).expect("it is told");
        assert!(told.contains("read 0 bytes of the same stream"), "{told}");
        assert_eq!(text(false, reads(1)), None, "something comes");
        assert_eq!(text(false, |_| vec![]), None, "no read is seen");
    }

    /// Where a `select!` has won by its other branch, that one has spent the budget.
    #[test]
    fn only_polls_in_which_its_branch_has_won_are_answers() {
        let (task, at) = (Id::next(), place());
        let question = Question::Time;
        let streak = Streak {
            task,
            at,
            branch: Some(1),
            question,
            since: Duration::ZERO,
            polls: 0,
            poll: Poll::default(),
        };
        for (wins, goes_on) in [(&[1][..], true), (&[0, 1], true), (&[0], false), (&[], false)] {
            let mut script = Script::new();
            script.task(task).write(Event::PollStart { task });
            for branch in wins {
                script.write(Event::SelectWin { branch: *branch });
            }
            script.write(Event::Defer { why: Deferral::Budget });
            let (outcome, wakers, handles) = (Outcome::Pending, 1, 0);
            script.write(Event::PollEnd { task, outcome, wakers, handles });
            let left = script.records.iter().try_fold(streak, Streak::after);
            assert_eq!(left.is_some(), goes_on, "{wins:?}");
        }
    }

    #[test]
    fn a_closed_pipe_is_asked_again_and_again() {
        let pipe = Resource::Sync(SyncKind::Pipe, Id::next(), Units::Count(1), 1);
        let told = text_of(pipe, |[_, writes], _| writes, Vec::new).expect("it is told");
        assert!(told.contains("asked the same pipe") && !told.contains("read"), "{told}");
    }
}
