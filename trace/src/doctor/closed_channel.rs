//! Does a task ask a closed channel again and again, or send into one? Or read at the end of a stream? Or ask whether a
//! socket is ready, which it doesn't read?
//!
//! `recv` of a closed channel returns at once, and so does `changed`. A loop that doesn't leave for it spends the
//! whole budget of each poll on such answers: so it never comes to wait, and its polls are too long for
//! `busy_loop.rs`. The runtime defers its waker at the line at which the task once waited for a channel or a stream, or
//! awaits a `send` that was refused; and from poll to poll no other event is the task's, but for those of a `select!` and
//! of a timer beside it. A computation that yields by `consume_budget` has waited for no channel at that line, and the
//! source has no `send` there: with `try_send` it may report to nobody.
//!
//! Interface: [`Answers`]. Invariant: one task at a time is watched, until it comes to something else.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use kettle_events::{
    Act, Cause, Deferral, Direction, Event, Id, Outcome, Place, Record, Resource, SyncKind,
};

use super::lint::{Lint, LintKind, span};
use super::run::Run;
use super::statement::{awaits_a_send, awaits_readiness};
use crate::words::quick::{Quick, key};

/// For so long, and in so many polls.
const LONG: Duration = Duration::from_secs(1);
const MANY: u32 = 50;

/// The task that asks, and where each task has waited for a channel.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// By task: the lines at which it last waited for a channel, at a pipe, and to read a stream.
    waited: HashMap<u64, [Option<Place>; 3], Quick>,
    asks: Option<Asks>,
    /// What is awaited there by the source: a `send`; or only readiness, and no guard of an `AsyncFd` kept, by which it may
    /// be used unseen? By the address of the place. (Of a socket that was never found empty no wait was seen.)
    sources: BTreeMap<usize, Option<Asked>>,
    /// In this poll a closed channel has refused something: the task, the channel, and where the task awaited last.
    refused: Option<(Id, Id, Place)>,
}

/// What was asked.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Asked {
    Channel,
    /// Of a pipe through memory: at which end is not known.
    Pipe,
    /// Of a stream that has ended.
    End,
    /// Of a socket.
    Readiness,
    /// A closed channel takes nothing.
    Send,
}

/// A task that has got nothing but answers that come at once.
#[derive(Clone, Copy, Debug)]
struct Asks {
    task: Id,
    at: Place,
    asked: Asked,
    /// The channel that refuses.
    into: Option<Id>,
    since: Duration,
    /// So many polls have spent their budget so.
    polls: u32,
    /// The one that goes on, or was the last, has.
    spent: bool,
    /// In it a read gave nothing, or a send was refused. (Of the first one that is taken for granted.)
    read: bool,
    /// So many ticks of intervals were late in it.
    late: u32,
}

impl Asks {
    /// Does nothing speak against it in this poll? (A read that was seen to give nothing is the sign of a stream's end:
    /// what is read from a buffer is not seen.)
    fn goes_on(&self) -> bool {
        self.spent && (!matches!(self.asked, Asked::End | Asked::Send) || self.read)
    }
}

impl Answers {
    pub(super) fn see(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        let task = record.task?;
        let asks = self.asks.filter(|asks| asks.task == task);
        if matches!(record.event, Event::PollEnd { .. }) {
            self.refused = None;
        }
        match record.event {
            // (The wake is that for its next poll.)
            Event::PollStart { .. }
            | Event::Choice { .. }
            | Event::Wake { by: Cause::Deferred, .. } => {}
            // An interval that is so late answers at once itself.
            Event::LateTick { .. } => {
                self.asks = match self.asks {
                    Some(asks) if asks.task == task => {
                        (asks.late == 0).then_some(Asks { late: 1, ..asks })
                    }
                    other => other,
                };
            }
            event if is_a_race_with_time(event) => {}
            event if reads_nothing(event) => {
                if let Some(asks) = asks {
                    self.asks = Some(Asks { read: true, ..asks });
                }
            }
            // A closed channel gives the value back at once.
            Event::SyncAct { kind: SyncKind::Mpsc, sync, act: Act::Refuse, count: 0, .. } => {
                self.refused = record.at.map(|at| (task, sync, at));
                if let Some(asks) = asks {
                    let again = asks.into == Some(sync) && record.at == Some(asks.at);
                    self.asks = again.then_some(Asks { read: true, ..asks });
                }
            }
            Event::Defer { why: Deferral::Budget } => match asks {
                Some(asks) => {
                    let there = asks.asked != Asked::Send || record.at == Some(asks.at);
                    self.asks = there.then_some(Asks { spent: true, ..asks });
                }
                None if self.asks.is_none() => {
                    let (at, since) = (record.at?, record.real);
                    let (asked, into) = self.asked_at(task, at)?;
                    let (spent, read) = (true, true);
                    self.asks =
                        Some(Asks { task, at, asked, into, since, polls: 0, spent, read, late: 0 });
                }
                None => {}
            },
            Event::PollEnd { outcome: Outcome::Pending, .. } => {
                let asks = asks?;
                let (polls, took) = (asks.polls + 1, record.real.saturating_sub(asks.since));
                let done = polls >= MANY && took >= LONG;
                let goes_on = asks.goes_on() && !done;
                self.asks =
                    goes_on.then_some(Asks { polls, spent: false, read: false, late: 0, ..asks });
                if asks.goes_on() && done {
                    return Some(lint(run, (asks, polls, took), record.seq));
                }
            }
            other => {
                if asks.is_some() {
                    self.asks = None;
                }
                match (other, record.at) {
                    (Event::PollEnd { .. }, _) => _ = self.waited.remove(&task.get()),
                    (Event::Wait { on, .. }, Some(at)) => {
                        if let Some(asked) = asked(on) {
                            self.waited.entry(task.get()).or_default()[asked as usize] = Some(at);
                        }
                    }
                    _ => {}
                }
            }
        }
        None
    }

    /// Has it waited there, or would it, if the answer did not come at once? And which channel has refused it a value?
    fn asked_at(&mut self, task: Id, at: Place) -> Option<(Asked, Option<Id>)> {
        let waited = self.waited.get(&task.get()).copied().unwrap_or_default();
        let has_waited = |asked: &Asked| waited[*asked as usize] == Some(at);
        if has_waited(&Asked::Channel) {
            return Some((Asked::Channel, None));
        }
        let end = || [Asked::Pipe, Asked::End].into_iter().find(has_waited);
        match *self.sources.entry(key(at)).or_insert_with(|| by_source(at)) {
            Some(Asked::Send) => {
                let (by, into, place) = self.refused?;
                ((by, place) == (task, at)).then_some((Asked::Send, Some(into)))
            }
            asked => Some((asked.or_else(end)?, None)),
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

fn by_source(at: Place) -> Option<Asked> {
    let readiness = awaits_readiness(at).then_some(Asked::Readiness);
    readiness.or_else(|| awaits_a_send(at).then_some(Asked::Send))
}

/// What a task that waits for this could ask again and again.
fn asked(on: Resource) -> Option<Asked> {
    match on {
        Resource::SyncValue(..) | Resource::Sync(SyncKind::Watch | SyncKind::Broadcast, ..) => {
            Some(Asked::Channel)
        }
        Resource::Sync(SyncKind::Pipe, ..) => Some(Asked::Pipe),
        Resource::Source(_, Direction::Read) => Some(Asked::End),
        _ => None,
    }
}

fn lint(run: &Run, (asks, polls, took): (Asks, u32, Duration), after: u64) -> Lint {
    let Asks { task, at, asked, .. } = asks;
    let name = run.name(task);
    let (what, why, cure) = match asked {
        Asked::Channel => (
            "asked the same channel again and again, and nothing came,",
            "a channel whose senders have gone answers at once, and always",
            "leave the loop when the channel is closed: `while let Some(value) = rx.recv().await`, or \
             `while rx.changed().await.is_ok()`; in a `select!`, `Some(value) = rx.recv() => …`",
        ),
        Asked::Send => (
            "sent into the same channel again and again, and it is closed,",
            "a channel whose receiver has gone, or has closed it, gives a value back at once, and always",
            "leave the loop when a `send` returns an error: nothing receives any more",
        ),
        Asked::Pipe => (
            "asked the same pipe again and again, and no byte was moved,",
            "a pipe whose other end has gone answers at once, and always: a `read` with 0 bytes, a `write` with an error",
            "leave the loop when `read` or `read_line` returns `Ok(0)`, `next_line` `Ok(None)`, or any of them or `write` an \
             error",
        ),
        Asked::End => (
            "read 0 bytes of the same stream again and again",
            "0 bytes are the end: there a `read` returns at once, and always",
            "leave the loop when `read` or `read_line` returns `Ok(0)`, `next_line` `Ok(None)`, or `read_exact` an error",
        ),
        Asked::Readiness => (
            "asked the same socket again and again, and nothing came,",
            "a socket that is ready stays ready until it is read until `WouldBlock`",
            "read what is there (`try_read`, `try_recv`) before you ask `readable` again; or, while it can't be used, wait \
             for that which is missing",
        ),
    };
    let text = format!("{name} {what} for {}", span(took));
    let lint = Lint::new(LintKind::BusyLoop, Some(name), text, after)
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
    use kettle_events::{Effect, Replaced, Tried, Units};

    use super::*;
    use crate::fixture::{Script, place};

    /// It has waited at two lines, as in a `select!`, and now spends the budget of each poll at one of them; beside `each`.
    fn text(asks_the_channel: bool, each: impl Fn(Id) -> Vec<Event>) -> Option<String> {
        let source = Id::next();
        text_of(Resource::Source(source, Direction::Read), asks_the_channel, || each(source))
    }

    fn text_of(
        stream: Resource,
        asks_the_channel: bool,
        each: impl Fn() -> Vec<Event>,
    ) -> Option<String> {
        let [task, channel] = [(); 2].map(|()| Id::next());
        let (asks, reads) = (place(), place());
        let mut script = Script::new();
        let waits = |on| Event::Wait { on, replaced: Replaced::None };
        script.task(task).write(waits(Resource::SyncValue(SyncKind::Mpsc, channel)));
        script.records.last_mut().unwrap().at = Some(asks);
        script.write(waits(stream));
        script.records.last_mut().unwrap().at = Some(reads);
        let (outcome, wakers, handles) = (Outcome::Pending, 1, 0);
        for poll in 0..=2 * u64::from(MANY) {
            script.at(poll * 20).write(Event::PollStart { task });
            for event in each() {
                script.write(event);
            }
            script.write(Event::Defer { why: Deferral::Budget });
            script.records.last_mut().unwrap().at =
                Some(if asks_the_channel { asks } else { reads });
            let effect = Effect::Queued(1);
            script.write(Event::PollEnd { task, outcome, wakers, handles });
            script.write(Event::Wake { task, by: Cause::Deferred, effect });
        }
        let (mut answers, run) = (Answers::default(), Run::new(false));
        script.records.iter().find_map(|record| answers.see(&run, record)).map(|lint| lint.text)
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

    #[test]
    fn a_closed_pipe_is_asked_again_and_again() {
        let pipe = Resource::Sync(SyncKind::Pipe, Id::next(), Units::Count(1), 1);
        let told = text_of(pipe, false, Vec::new).expect("it is told");
        assert!(told.contains("asked the same pipe") && !told.contains("read"), "{told}");
    }
}
