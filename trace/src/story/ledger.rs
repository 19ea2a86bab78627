//! How many polls, wakes, sleeps and so on did a run have?
//!
//! A [`Ledger`] counts the events of a run in the cells of a table, [`ROWS`]. Printed, two of its
//! rows may be:
//!
//! ```text
//!   wakes        2  1 by another task, 1 by a timer; 2 queued
//!   timers       3  added; 2 fired, 1 cancelled
//! ```
//!
//! A wake counts in two cells: under its cause and under its effect. (A new task's first entry into
//! the run queue is recorded as a wake, and isn't counted.)
//!
//! Interface: [`Ledger::from_records`] counts; [`Ledger::of`] gives one cell, and [`Ledger::wakes`]
//! the number of all wakes. Printed, a ledger is the table without its empty rows.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::time::Duration;

use kettle_events::{
    Act, Cause, Effect, Event, Id, Kind, Outcome, Record, Resource, ScopeKind, SyncKind,
};

use crate::words::names::{Family, Name, Names};
use crate::words::teller::{count, seconds};

/// The counts of one run.
///
/// ```
/// let ((), records) = kettle::trace::record(|| {
///     let runtime = kettle::runtime::Builder::new_current_thread().build().unwrap();
///     runtime.block_on(async { _ = kettle::spawn(async {}).await });
/// });
/// let ledger = kettle::trace::Ledger::from_records(&records);
/// assert_eq!((ledger.of("tasks", "spawned"), ledger.of("wakes", "by a timer")), (1, 0));
/// println!("{ledger}");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ledger {
    cells: BTreeMap<Cell, u64>,
    /// Polls by task, `block_on`'s own future included, in the order of their first polls.
    pub polls_by_task: Vec<(Name, u64)>,
    /// How long the thread slept altogether, by the runtime's clock.
    pub parked: Duration,
    /// How far the virtual clock was moved.
    pub advanced: Duration,
}

/// The name of a row of the table, and of a cell in it.
type Cell = (&'static str, &'static str);

/// The table: its rows, and the cells of each. Without its own words (`fmt`), a row is printed with
/// the number of its first cell.
const ROWS: [(&str, &[&str]); 13] = [
    ("turns", &["of the loop"]),
    ("polls", &["of tasks"]),
    ("wakes", &WAKE_CELLS),
    ("parks", &["asleep"]),
    ("tasks", &["spawned", "finished", "panicked", "cancelled"]),
    ("jobs", &["for the blocking pool"]),
    ("messages", &["from other threads"]),
    ("timers", &["added", "fired", "cancelled"]),
    ("sources", &["registered", "tries", "reports of readiness"]),
    ("values", &["sent", "received", "waits for a value", "waits for room"]),
    ("locks", &["taken", "waits"]),
    ("selects", &["ended"]),
    ("lost", &["records"]),
];
/// The cells of the wakes: first the causes, then the effects. ("Too late": the task had ended.)
const WAKE_CELLS: [&str; 11] = [
    "by the runtime", "by another task", "by itself", "by a timer", "by a source", "by a message",
    "deferred", "queued", "coalesced", "during the poll", "too late",
];
/// How many of these cells are causes.
const WAKE_CAUSES: usize = 7;

impl Ledger {
    /// Counts these records.
    pub fn from_records(records: &[Record]) -> Ledger {
        let (mut ledger, mut counter) = (Ledger::default(), Counter::default());
        for record in records {
            counter.names.learn(record);
            ledger.count(&mut counter, record);
        }
        ledger
    }

    /// The count in one cell of the table, such as `("timers", "fired")`.
    ///
    /// # Panics
    ///
    /// If the table has no such cell.
    #[track_caller]
    pub fn of(&self, row: &str, cell: &str) -> u64 {
        let is_known = ROWS.iter().any(|(name, cells)| *name == row && cells.contains(&cell));
        assert!(is_known, "a ledger has no `{cell}` of `{row}`: {ROWS:?}");
        self.cells.get(&(row, cell)).copied().unwrap_or(0)
    }

    /// How many wakes there were, including those that came too late.
    pub fn wakes(&self) -> u64 {
        WAKE_CELLS[WAKE_CAUSES..].iter().map(|effect| self.of("wakes", effect)).sum()
    }

    fn count(&mut self, counter: &mut Counter, record: &Record) {
        match record.event {
            Event::PollStart { task } => self.count_poll(counter, task),
            Event::Wake { task, by, effect, .. }
                if !counter.is_first_queueing(task, by, effect) =>
            {
                self.add(("wakes", cause_cell(by, task)), 1);
                self.add(("wakes", effect_cell(effect)), 1);
            }
            // `main` doesn't count among the tasks, so its end doesn't, either.
            Event::PollEnd { task, .. } if counter.names.task(task).family == Family::Main => {}
            Event::Park { .. } => {
                self.add(("parks", "asleep"), 1);
                counter.parked_at = Some(record.time);
            }
            Event::Unpark { .. } => {
                let since = counter.parked_at.take().unwrap_or(record.time);
                self.parked += record.time.saturating_sub(since);
            }
            Event::Advance { by, .. } => self.advanced += by,
            Event::Lost { records } => self.add(("lost", "records"), records),
            event => {
                if let Some(cell) = only_cell(&event) {
                    self.add(cell, 1);
                }
            }
        }
    }

    fn add(&mut self, cell: Cell, number: u64) {
        *self.cells.entry(cell).or_default() += number;
    }

    fn count_poll(&mut self, counter: &mut Counter, task: Id) {
        self.add(("polls", "of tasks"), 1);
        let name = counter.names.task(task);
        let index = *counter.indices.entry(name).or_insert(self.polls_by_task.len());
        if index == self.polls_by_task.len() {
            self.polls_by_task.push((name, 0));
        }
        let (_, polls) = &mut self.polls_by_task[index];
        *polls += 1;
    }
}

fn cause_cell(by: Cause, woken: Id) -> &'static str {
    match by {
        Cause::Runtime => "by the runtime",
        Cause::Task(waker) if waker == woken => "by itself",
        Cause::Task(_) => "by another task",
        Cause::Timer => "by a timer",
        Cause::Io => "by a source",
        Cause::Message => "by a message",
        Cause::Deferred => "deferred",
    }
}

fn effect_cell(effect: Effect) -> &'static str {
    match effect {
        Effect::Queued(_) => "queued",
        Effect::Coalesced => "coalesced",
        Effect::DuringPoll => "during the poll",
        Effect::Stale => "too late",
    }
}

/// The cell of an event that counts in one cell only.
fn only_cell(event: &Event) -> Option<Cell> {
    Some(match *event {
        Event::Turn { .. } => ("turns", "of the loop"),
        Event::Spawn { kind: Kind::Task | Kind::Local, .. } => ("tasks", "spawned"),
        Event::PollEnd { outcome: Outcome::Ready, .. } => ("tasks", "finished"),
        Event::PollEnd { outcome: Outcome::Panicked, .. } => ("tasks", "panicked"),
        Event::PollEnd { outcome: Outcome::Cancelled, .. } => ("tasks", "cancelled"),
        Event::BlockingStart { .. } => ("jobs", "for the blocking pool"),
        Event::Message { .. } => ("messages", "from other threads"),
        Event::TimerAdd { .. } => ("timers", "added"),
        Event::TimerFire { .. } => ("timers", "fired"),
        Event::TimerCancel { .. } => ("timers", "cancelled"),
        Event::SourceAdd { .. } => ("sources", "registered"),
        Event::SourceTry { .. } => ("sources", "tries"),
        Event::SourceReady { .. } => ("sources", "reports of readiness"),
        Event::ScopeEnd { what: ScopeKind::Select, .. } => ("selects", "ended"),
        Event::Wait { on: Resource::SyncValue(kind, _), .. } if kind.is_channel() => {
            ("values", "waits for a value")
        }
        Event::Wait { on: Resource::Sync(SyncKind::Mpsc, ..), .. } => ("values", "waits for room"),
        Event::Wait { on: Resource::Sync(SyncKind::Mutex, ..), .. } => ("locks", "waits"),
        _ => match event.act()? {
            (SyncKind::Mutex, Act::Take) => ("locks", "taken"),
            (kind, Act::Put) if kind.is_channel() => ("values", "sent"),
            (kind, Act::Get) if kind.is_channel() => ("values", "received"),
            _ => return None,
        },
    })
}

/// What is needed only while counting.
#[derive(Default)]
struct Counter {
    names: Names,
    /// Where each task that was polled is in `polls_by_task`.
    indices: HashMap<Name, usize>,
    /// When the thread went to sleep, if it sleeps.
    parked_at: Option<Duration>,
}

impl Counter {
    /// Is this wake a new task's first entry into the run queue?
    fn is_first_queueing(&mut self, task: Id, by: Cause, effect: Effect) -> bool {
        let is_queued_by_runtime = by == Cause::Runtime && matches!(effect, Effect::Queued(_));
        is_queued_by_runtime && !self.indices.contains_key(&self.names.task(task))
    }
}

impl fmt::Display for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (row, cells) in ROWS {
            let (first, others) = (cells[0], self.parts(row, &cells[1..]));
            let number = if row == "wakes" { self.wakes() } else { self.of(row, first) };
            let words = match row {
                "wakes" => {
                    let (causes, effects) = cells.split_at(WAKE_CAUSES);
                    format!("{}; {}", self.parts(row, causes), self.parts(row, effects))
                }
                "polls" => self.polls_in_words(),
                "parks" => self.sleep_in_words(),
                _ if others.is_empty() => first.to_owned(),
                _ => format!("{first}; {others}"),
            };
            if number > 0 {
                writeln!(f, "  {row:<8}{number:>6}  {words}")?;
            }
        }
        Ok(())
    }
}

impl Ledger {
    /// The cells that aren't 0, as in "2 fired, 1 cancelled".
    fn parts(&self, row: &str, cells: &[&str]) -> String {
        let mut parts = Vec::new();
        for cell in cells {
            let number = self.of(row, cell);
            if number > 0 {
                parts.push(format!("{number} {cell}"));
            }
        }
        parts.join(", ")
    }

    /// Each task's polls; for many tasks, only the smallest and the largest number.
    fn polls_in_words(&self) -> String {
        const MAX_LISTED: usize = 6;
        let lists_all = self.polls_by_task.len() <= MAX_LISTED;
        let (listed, crowd): (Vec<_>, Vec<_>) = self
            .polls_by_task
            .iter()
            .partition(|(name, _)| lists_all || name.family == Family::Main);
        let mut words: Vec<_> =
            listed.iter().map(|(name, polls)| format!("{name}: {polls}")).collect();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Script, spawn, spawn_main, turn, wake};
    use kettle_events::Id;

    #[test]
    fn each_event_counts_in_its_cells_and_empty_rows_are_left_out() {
        let (main, task, timer) = (Id::next(), Id::next(), Id::next());
        let mut script = Script::new();
        script.write(spawn_main(main)).write(spawn(task)).write(turn(2));
        script.polls(main).returns(Outcome::Pending).polls(task).returns(Outcome::Panicked);
        script.polls(main).returns(Outcome::Ready);
        let (new, queued) = (Id::next(), Effect::Queued(1));
        script.write(wake(new, Cause::Runtime, queued)); // doesn't count
        script.write(wake(main, Cause::Task(main), Effect::DuringPoll));
        script.write(wake(main, Cause::Task(task), Effect::Coalesced));
        script.write(wake(main, Cause::Timer, queued));
        script.write(wake(main, Cause::Timer, Effect::Stale));
        script.write(Event::TimerCancel { timer });
        script.at(100).write(Event::Park { timeout: None });
        script.at(350).write(Event::Unpark { events: 0, unparked: true });
        let ledger = Ledger::from_records(&script.records);

        let expected = "  turns        1  of the loop
  polls        3  main: 2, task 1: 1
  wakes        4  1 by another task, 1 by itself, 2 by a timer; 1 queued, 1 coalesced, \
             1 during the poll, 1 too late
  parks        1  asleep for 0.250 s
  tasks        1  spawned; 1 panicked
";
        assert_eq!(ledger.to_string(), expected);
        assert_eq!(ledger.parked, Duration::from_millis(250));
        assert_eq!((ledger.of("timers", "added"), ledger.of("timers", "cancelled")), (0, 1));
    }

    #[test]
    fn the_polls_of_many_tasks_are_summed() {
        let (mut script, main) = Script::begun(false);
        script.polls(main).returns(Outcome::Ready);
        for task in (0..10).map(|_| Id::next()) {
            script.write(spawn(task)).polls(task).returns(Outcome::Pending);
            script.polls(task).returns(Outcome::Ready);
        }
        let table = Ledger::from_records(&script.records).to_string();
        assert!(table.contains("main: 1, 10 tasks: 20 (2 to 2 each)"), "{table}");
    }
}
