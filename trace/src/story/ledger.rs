//! What did a run cost, and what was it made of?
//!
//! Counts of the events: polls, wakes by cause and by effect, sleeps, turns, timers, values, locks.
//! Printed, a ledger is a small table, without the rows that have nothing in them.
//!
//! Interface: [`Ledger::from_records`]; its fields; `Display`. Invariants: every wake is counted
//! once under its cause and once under its effect. As in the page, the queueing of a new task is
//! none.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use kettle_events::{
    Act, Cause, Effect, Event, Id, Kind, Outcome, Record, Resource, ScopeKind, SyncKind,
};

use crate::words::names::{Family, Name, Names};
use crate::words::teller::{count, seconds};

/// The counts of one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ledger {
    /// Turns of the loop.
    pub turns: u64,
    /// Polls of tasks, `block_on`'s own future included.
    pub polls: u64,
    /// The same by task, in the order of their first polls.
    pub polls_by_task: Vec<(Name, u64)>,
    /// What woke.
    pub wakes_by_cause: Causes,
    /// What the wakes did.
    pub wakes_by_effect: Effects,
    /// How often the thread went to sleep, with nothing to do.
    pub parks: u64,
    /// How long it slept altogether, by the runtime's clock.
    pub parked: Duration,
    /// How far the virtual clock was moved.
    pub advanced: Duration,
    /// Tasks that were spawned.
    pub tasks_spawned: u64,
    /// Tasks that ended with an output.
    pub tasks_finished: u64,
    /// Tasks that ended with a panic.
    pub tasks_panicked: u64,
    /// Tasks that were dropped before their end.
    pub tasks_cancelled: u64,
    /// Jobs handed to the blocking pool.
    pub blocking_jobs: u64,
    /// Messages received from other threads.
    pub messages: u64,
    /// Timers put into the wheel.
    pub timers_added: u64,
    /// Timers that were due.
    pub timers_fired: u64,
    /// Timers that were taken out before they were due.
    pub timers_cancelled: u64,
    /// Sources registered with the selector.
    pub sources_added: u64,
    /// Readiness reported by the selector.
    pub sources_ready: u64,
    /// Non-blocking operations tried on sources.
    pub source_tries: u64,
    /// Values sent into channels.
    pub channel_sends: u64,
    /// Values received from channels.
    pub channel_receives: u64,
    /// Times that a task had to wait for a value.
    pub channel_waits_for_value: u64,
    /// Times that a task had to wait for room.
    pub channel_waits_for_room: u64,
    /// Locks taken.
    pub lock_takes: u64,
    /// Times that a task had to wait for a lock.
    pub lock_waits: u64,
    /// Times that a `select!` has ended.
    pub selects: u64,
    /// Records that were lost because a buffer was full.
    pub lost: u64,
}

/// Wakes, by their cause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Causes {
    /// Another task.
    pub task: u64,
    /// The task itself.
    pub itself: u64,
    /// A timer.
    pub timer: u64,
    /// An I/O source.
    pub io: u64,
    /// A message from another thread.
    pub message: u64,
    /// A waker that was deferred.
    pub deferred: u64,
    /// The runtime itself.
    pub runtime: u64,
}

/// Wakes, by what they did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// The task went into the run queue.
    pub queued: u64,
    /// It was there already.
    pub coalesced: u64,
    /// It was being polled.
    pub during_poll: u64,
    /// It was over.
    pub stale: u64,
}

impl Ledger {
    /// Counts these records.
    pub fn from_records(records: &[Record]) -> Ledger {
        let mut ledger = Ledger::default();
        let mut counter = Counter::default();
        for record in records {
            counter.names.learn(record);
            ledger.count_tasks(&mut counter, &record.event);
            ledger.count_loop(&mut counter, record);
            ledger.count_resources(&record.event);
        }
        ledger
    }

    /// How many wakes there were, those that came too late included.
    pub fn wakes(&self) -> u64 {
        let Effects { queued, coalesced, during_poll, stale } = self.wakes_by_effect;
        queued + coalesced + during_poll + stale
    }

    fn count_tasks(&mut self, counter: &mut Counter, event: &Event) {
        match *event {
            Event::Spawn { kind: Kind::Task | Kind::Local, .. } => self.tasks_spawned += 1,
            Event::PollStart { task } => self.count_poll(counter, task),
            Event::PollEnd { task, outcome, .. } => match outcome {
                _ if counter.names.task(task).family == Family::Main => {}
                Outcome::Pending => {}
                Outcome::Ready => self.tasks_finished += 1,
                Outcome::Panicked => self.tasks_panicked += 1,
                Outcome::Cancelled => self.tasks_cancelled += 1,
            },
            Event::Wake { task, by, effect, .. } if !counter.is_new(task, by, effect) => {
                self.count_wake(task, by, effect);
            }
            Event::BlockingStart { .. } => self.blocking_jobs += 1,
            _ => {}
        }
    }

    fn count_poll(&mut self, counter: &mut Counter, task: Id) {
        self.polls += 1;
        let name = counter.names.task(task);
        let row = *counter.rows.entry(name).or_insert_with(|| {
            self.polls_by_task.push((name, 0));
            self.polls_by_task.len() - 1
        });
        self.polls_by_task[row].1 += 1;
    }

    fn count_wake(&mut self, woken: Id, by: Cause, effect: Effect) {
        let causes = &mut self.wakes_by_cause;
        match by {
            Cause::Task(waker) if waker == woken => causes.itself += 1,
            Cause::Task(_) => causes.task += 1,
            Cause::Timer => causes.timer += 1,
            Cause::Io => causes.io += 1,
            Cause::Message => causes.message += 1,
            Cause::Deferred => causes.deferred += 1,
            Cause::Runtime => causes.runtime += 1,
        }
        let effects = &mut self.wakes_by_effect;
        match effect {
            Effect::Queued(_) => effects.queued += 1,
            Effect::Coalesced => effects.coalesced += 1,
            Effect::DuringPoll => effects.during_poll += 1,
            Effect::Stale => effects.stale += 1,
        }
    }

    fn count_loop(&mut self, counter: &mut Counter, record: &Record) {
        match record.event {
            Event::Turn { .. } => self.turns += 1,
            Event::Park { .. } => {
                self.parks += 1;
                counter.parked_at = Some(record.time);
            }
            Event::Unpark { .. } => {
                if let Some(since) = counter.parked_at.take() {
                    self.parked += record.time.saturating_sub(since);
                }
            }
            Event::Advance { by, .. } => self.advanced += by,
            Event::Message { .. } => self.messages += 1,
            Event::Lost { records } => self.lost += records,
            _ => {}
        }
    }

    fn count_resources(&mut self, event: &Event) {
        match *event {
            Event::TimerAdd { .. } => self.timers_added += 1,
            Event::TimerFire { .. } => self.timers_fired += 1,
            Event::TimerCancel { .. } => self.timers_cancelled += 1,
            Event::SourceAdd { .. } => self.sources_added += 1,
            Event::SourceReady { .. } => self.sources_ready += 1,
            Event::SourceTry { .. } => self.source_tries += 1,
            Event::SyncAct { kind, act: Act::Put, .. } if kind.is_channel() => {
                self.channel_sends += 1;
            }
            Event::SyncAct { kind, act: Act::Get, .. } if kind.is_channel() => {
                self.channel_receives += 1;
            }
            Event::SyncAct { kind: SyncKind::Mutex, act: Act::Take, .. } => self.lock_takes += 1,
            Event::ScopeEnd { what: ScopeKind::Select, .. } => self.selects += 1,
            Event::Wait { on, .. } => match on {
                Resource::SyncValue(kind, _) if kind.is_channel() => {
                    self.channel_waits_for_value += 1;
                }
                Resource::Sync(SyncKind::Mpsc, ..) => self.channel_waits_for_room += 1,
                Resource::Sync(SyncKind::Mutex, ..) => self.lock_waits += 1,
                _ => {}
            },
            _ => {}
        }
    }
}

/// What counting needs and the counts don't.
#[derive(Default)]
struct Counter {
    names: Names,
    /// Where each task is in `polls_by_task`.
    rows: HashMap<Name, usize>,
    parked_at: Option<Duration>,
}

impl Counter {
    /// Does a new task come into the queue?
    fn is_new(&mut self, task: Id, by: Cause, effect: Effect) -> bool {
        let is_queued = by == Cause::Runtime && matches!(effect, Effect::Queued(_));
        is_queued && !self.rows.contains_key(&self.names.task(task))
    }
}

impl fmt::Display for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Causes { task, itself, timer, io, message, deferred, runtime } = self.wakes_by_cause;
        let Effects { queued, coalesced, during_poll, stale } = self.wakes_by_effect;
        row(f, "turns", self.turns, "of the loop")?;
        row(f, "polls", self.polls, &self.polls_in_words())?;
        let by = [
            (runtime, "by the runtime"),
            (task, "by another task"),
            (itself, "by itself"),
            (timer, "by a timer"),
            (io, "by a source"),
            (message, "by a message"),
            (deferred, "deferred"),
        ];
        let did = [
            (queued, "queued"),
            (coalesced, "coalesced"),
            (during_poll, "during the poll"),
            (stale, "too late"),
        ];
        row(f, "wakes", self.wakes(), &format!("{}; {}", parts(&by), parts(&did)))?;
        row(f, "parks", self.parks, &self.sleep_in_words())?;
        self.resources(f)
    }
}

impl Ledger {
    fn resources(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ends = [
            (self.tasks_finished, "finished"),
            (self.tasks_panicked, "panicked"),
            (self.tasks_cancelled, "cancelled"),
        ];
        row(f, "tasks", self.tasks_spawned, &join("spawned", &ends))?;
        row(f, "jobs", self.blocking_jobs, "for the blocking pool")?;
        row(f, "messages", self.messages, "from other threads")?;
        let timers = [(self.timers_fired, "fired"), (self.timers_cancelled, "cancelled")];
        row(f, "timers", self.timers_added, &join("added", &timers))?;
        let sources = [(self.source_tries, "tries"), (self.sources_ready, "reports of readiness")];
        row(f, "sources", self.sources_added, &join("registered", &sources))?;
        let values = [
            (self.channel_receives, "received"),
            (self.channel_waits_for_value, "waits for a value"),
            (self.channel_waits_for_room, "waits for room"),
        ];
        row(f, "values", self.channel_sends, &join("sent", &values))?;
        row(f, "locks", self.lock_takes, &join("taken", &[(self.lock_waits, "waits")]))?;
        row(f, "selects", self.selects, "ended")?;
        row(f, "lost", self.lost, "records")
    }

    /// Each task's polls, or of a crowd only the smallest and the largest number.
    fn polls_in_words(&self) -> String {
        const CROWD: usize = 6;
        let (few, crowd): (Vec<_>, Vec<_>) = self.polls_by_task.iter().partition(|(name, _)| {
            self.polls_by_task.len() <= CROWD || name.family == Family::Main
        });
        let mut words: Vec<_> =
            few.iter().map(|(name, polls)| format!("{name}: {polls}")).collect();
        let polls = || crowd.iter().map(|(_, polls)| *polls);
        if let (Some(least), Some(most)) = (polls().min(), polls().max()) {
            let (tasks, sum) = (count(crowd.len(), "task"), polls().sum::<u64>());
            words.push(format!("{tasks}: {sum} ({least} to {most} each)"));
        }
        words.join(", ")
    }

    fn sleep_in_words(&self) -> String {
        if self.advanced.is_zero() {
            return format!("asleep for {}", seconds(self.parked));
        }
        let (parked, advanced) = (seconds(self.parked), seconds(self.advanced));
        format!("asleep for {parked}, the virtual clock moved by {advanced}")
    }
}

/// A row of the table, unless there is nothing in it.
fn row(f: &mut fmt::Formatter<'_>, what: &str, number: u64, words: &str) -> fmt::Result {
    if number == 0 { Ok(()) } else { writeln!(f, "  {what:<8}{number:>6}  {words}") }
}

fn join(first: &str, rest: &[(u64, &str)]) -> String {
    let rest = parts(rest);
    if rest.is_empty() { first.to_owned() } else { format!("{first}; {rest}") }
}

fn parts(parts: &[(u64, &str)]) -> String {
    let told = parts.iter().filter(|(number, _)| *number > 0);
    told.map(|(number, what)| format!("{number} {what}")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Script, poll, spawn, spawn_main};
    use kettle_events::Id;

    #[test]
    fn counts_what_it_is_shown() {
        let (main, task, timer) = (Id::next(), Id::next(), Id::next());
        let mut script = Script::new();
        script.write(spawn_main(main)).write(spawn(task)).write(Event::Turn {
            queued: 2,
            tasks: 0,
            timers: 0,
            sources: 0,
        });
        poll(&mut script, main, Outcome::Pending);
        poll(&mut script, task, Outcome::Panicked);
        poll(&mut script, main, Outcome::Ready);
        let wake = |by, effect| Event::Wake { task: main, by, effect, wait: None };
        let new = Id::next();
        let (by, effect) = (Cause::Runtime, Effect::Queued(1));
        script.write(Event::Wake { task: new, by, effect, wait: None });
        script.write(wake(Cause::Task(main), Effect::DuringPoll));
        script.write(wake(Cause::Task(task), Effect::Coalesced));
        script.write(wake(Cause::Timer, Effect::Queued(1)));
        script.write(wake(Cause::Timer, Effect::Stale));
        script.write(Event::TimerCancel { timer });
        script.at(100).write(Event::Park { timeout: None });
        script.at(350).write(Event::Unpark { events: 0, unparked: true });
        let ledger = Ledger::from_records(&script.records);

        let polls: Vec<_> =
            ledger.polls_by_task.iter().map(|(name, polls)| (name.to_string(), *polls)).collect();
        assert_eq!(polls, [("main".to_owned(), 2), ("task 1".to_owned(), 1)]);
        assert_eq!((ledger.polls, ledger.turns, ledger.wakes()), (3, 1, 4));
        let causes = Causes { task: 1, itself: 1, timer: 2, ..Causes::default() };
        assert_eq!(ledger.wakes_by_cause, causes);
        let effects = Effects { queued: 1, coalesced: 1, during_poll: 1, stale: 1 };
        assert_eq!(ledger.wakes_by_effect, effects);
        assert_eq!((ledger.parks, ledger.parked), (1, Duration::from_millis(250)));
        let ends = (ledger.tasks_spawned, ledger.tasks_finished, ledger.tasks_panicked);
        assert_eq!(ends, (1, 0, 1));
        assert_eq!((ledger.timers_added, ledger.timers_cancelled), (0, 1));
    }

    #[test]
    fn the_table_has_no_empty_rows() {
        let (mut script, main) = Script::begun(false);
        script.write(Event::Turn { queued: 1, tasks: 0, timers: 0, sources: 0 });
        poll(&mut script, main, Outcome::Ready);
        let table = Ledger::from_records(&script.records).to_string();
        assert_eq!(table, "  turns        1  of the loop\n  polls        1  main: 1\n");
    }

    #[test]
    fn a_crowd_is_told_together() {
        let (mut script, main) = Script::begun(false);
        poll(&mut script, main, Outcome::Ready);
        for task in (0..10).map(|_| Id::next()) {
            script.write(spawn(task));
            poll(&mut script, task, Outcome::Pending);
            poll(&mut script, task, Outcome::Ready);
        }
        let table = Ledger::from_records(&script.records).to_string();
        assert!(table.contains("main: 1, 10 tasks: 20 (2 to 2 each)"), "{table}");
    }
}
