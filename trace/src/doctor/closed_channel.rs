//! Does a task ask a closed channel again and again? Or whether a socket is ready, which it doesn't read?
//!
//! `recv` of a closed channel returns at once, and so does `changed`. A loop that doesn't leave for it spends the
//! whole budget of each poll on such answers: so it never comes to wait, and its polls are too long for
//! `busy_loop.rs`. The runtime defers its waker at the line at which the task once waited for a channel; and
//! from poll to poll no other event is the task's, but for those of a `select!` and of a timer beside it. A
//! computation that yields by `consume_budget` has waited for no channel at that line.
//!
//! Interface: [`Answers`]. Invariant: one task at a time is watched, until it comes to something else.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use kettle_events::{Cause, Deferral, Event, Id, Outcome, Place, Record, Resource, SyncKind};

use super::lint::{Lint, LintKind, span};
use super::run::Run;
use super::statement::awaits_readiness;
use crate::words::quick::{Quick, key};

/// For so long, and in so many polls.
const LONG: Duration = Duration::from_secs(1);
const MANY: u32 = 50;

/// The task that asks, and where each task has waited for a channel.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// By task: the line at which it last waited for a channel.
    waited: HashMap<u64, Place, Quick>,
    asks: Option<Asks>,
    /// Is only readiness awaited there, and no guard of an `AsyncFd` kept, by which it may be used unseen? By the address
    /// of the place. (Of a socket that was never found empty no wait was seen.)
    readiness: BTreeMap<usize, bool>,
}

/// What was asked.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Asked {
    Channel,
    Source,
}

/// A task that has got nothing but answers that come at once.
#[derive(Clone, Copy, Debug)]
struct Asks {
    task: Id,
    at: Place,
    asked: Asked,
    since: Duration,
    /// So many polls have spent their budget so.
    polls: u32,
    /// The one that goes on, or was the last, has.
    spent: bool,
}

impl Answers {
    pub(super) fn see(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        let task = record.task?;
        let asks = self.asks.filter(|asks| asks.task == task);
        match record.event {
            // (The wake is that for its next poll.)
            Event::PollStart { .. }
            | Event::Choice { .. }
            | Event::Wake { by: Cause::Deferred, .. } => {}
            event if is_a_race_with_time(event) => {}
            Event::Defer { why: Deferral::Budget } => match asks {
                Some(asks) => self.asks = Some(Asks { spent: true, ..asks }),
                None if self.asks.is_none() => {
                    let at = record.at?;
                    let (asked, since) = (self.asked_at(task, at)?, record.real);
                    self.asks = Some(Asks { task, at, asked, since, polls: 0, spent: true });
                }
                None => {}
            },
            Event::PollEnd { outcome: Outcome::Pending, .. } => {
                let asks = asks?;
                let (polls, took) = (asks.polls + 1, record.real.saturating_sub(asks.since));
                let done = polls >= MANY && took >= LONG;
                let goes_on = asks.spent && !done;
                self.asks = goes_on.then_some(Asks { polls, spent: false, ..asks });
                if asks.spent && done {
                    return Some(lint(run, (asks, polls, took), record.seq));
                }
            }
            other => {
                if asks.is_some() {
                    self.asks = None;
                }
                match (other, record.at) {
                    (Event::PollEnd { .. }, _) => _ = self.waited.remove(&task.get()),
                    (Event::Wait { on, .. }, Some(at)) if is_a_channel(on) => {
                        self.waited.insert(task.get(), at);
                    }
                    _ => {}
                }
            }
        }
        None
    }

    /// Has it waited there, or would it, if the answer did not come at once?
    fn asked_at(&mut self, task: Id, at: Place) -> Option<Asked> {
        if self.waited.get(&task.get()) == Some(&at) {
            return Some(Asked::Channel);
        }
        let asks = *self.readiness.entry(key(at)).or_insert_with(|| awaits_readiness(at));
        asks.then_some(Asked::Source)
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

fn is_a_channel(on: Resource) -> bool {
    matches!(
        on,
        Resource::SyncValue(..) | Resource::Sync(SyncKind::Watch | SyncKind::Broadcast, ..)
    )
}

fn lint(run: &Run, (asks, polls, took): (Asks, u32, Duration), after: u64) -> Lint {
    let Asks { task, at, asked, .. } = asks;
    let name = run.name(task);
    let (what, why, cure) = match asked {
        Asked::Channel => (
            "channel",
            "a channel whose senders have gone answers at once, and always",
            "leave the loop when the channel is closed: `while let Some(value) = rx.recv().await`, or \
             `while rx.changed().await.is_ok()`; in a `select!`, `Some(value) = rx.recv() => …`",
        ),
        Asked::Source => (
            "socket",
            "a socket that is ready stays ready until it is read until `WouldBlock`",
            "read what is there (`try_read`, `try_recv`) before you ask `readable` again; or, while it can't be used, wait \
             for that which is missing",
        ),
    };
    let text = format!(
        "{name} asked the same {what} again and again for {}, and nothing came",
        span(took)
    );
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
    use kettle_events::{Direction, Effect, Replaced};

    use super::*;
    use crate::fixture::{Script, place};

    /// It has waited for a socket beside the channel, too, as in a `select!`.
    #[test]
    fn a_closed_channel_beside_a_socket() {
        let [task, channel, source] = [(); 3].map(|()| Id::next());
        let (asks, reads) = (place(), place());
        let mut script = Script::new();
        let waits = |on| Event::Wait { on, replaced: Replaced::None };
        script.task(task).write(waits(Resource::SyncValue(SyncKind::Mpsc, channel)));
        script.records.last_mut().unwrap().at = Some(asks);
        script.write(waits(Resource::Source(source, Direction::Read)));
        script.records.last_mut().unwrap().at = Some(reads);
        let (outcome, wakers, handles) = (Outcome::Pending, 1, 0);
        for poll in 0..=u64::from(MANY) {
            script.at(poll * 10).write(Event::PollStart { task });
            script.write(Event::Defer { why: Deferral::Budget });
            script.records.last_mut().unwrap().at = Some(asks);
            let effect = Effect::Queued(1);
            script.write(Event::PollEnd { task, outcome, wakers, handles });
            script.write(Event::Wake { task, by: Cause::Deferred, effect });
        }
        let (mut answers, run) = (Answers::default(), Run::new(false));
        let found: Vec<_> =
            script.records.iter().filter_map(|record| answers.see(&run, record)).collect();
        let [lint] = &found[..] else { panic!("{found:#?}") };
        assert!(lint.text.contains("the same channel"), "{}", lint.text);
    }
}
