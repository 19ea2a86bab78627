//! Hand-made records, for the unit tests of this crate.

use std::panic::Location;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kettle_events::{Event, Id, Kind, Outcome, Place, Record};

/// A place, some place.
#[track_caller]
pub(crate) fn place() -> Place {
    Location::caller()
}

pub(crate) fn spawn(task: Id) -> Event {
    Event::Spawn { task, kind: Kind::Task, at: place(), size: 64, what: "app::tea::{{closure}}" }
}

pub(crate) fn spawn_main(task: Id) -> Event {
    Event::Spawn { task, kind: Kind::Main, at: place(), size: 64, what: "app::tea::{{closure}}" }
}

/// A poll and its end.
pub(crate) fn poll(script: &mut Script, task: Id, outcome: Outcome) {
    script.write(Event::PollStart { task }).write(Event::PollEnd {
        task,
        outcome,
        wakers: 0,
        handles: 1,
    });
}

/// Writes records as a recorder does: counted, with a time and a task that stay until changed.
pub(crate) struct Script {
    pub(crate) records: Vec<Record>,
    time: Duration,
    turn: u64,
    task: Option<Id>,
}

impl Script {
    pub(crate) fn new() -> Script {
        Script { records: Vec::new(), time: Duration::ZERO, turn: 0, task: None }
    }

    /// From now on it is this late, in milliseconds.
    pub(crate) fn at(&mut self, millis: u64) -> &mut Script {
        self.time = Duration::from_millis(millis);
        self
    }

    /// From now on this task is being polled.
    pub(crate) fn task(&mut self, task: impl Into<Option<Id>>) -> &mut Script {
        self.task = task.into();
        self
    }

    pub(crate) fn write(&mut self, event: Event) -> &mut Script {
        if matches!(event, Event::Turn { .. }) {
            self.turn += 1;
        }
        self.records.push(Record {
            seq: self.records.len() as u64 + 1,
            time: self.time,
            real: self.time,
            turn: self.turn,
            task: self.task,
            place: place(),
            at: None,
            event,
        });
        self
    }
}

/// A path for a file of a test's own, which is deleted with it.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Scratch {
        Scratch::ending(&format!("{name}.jsonl"))
    }

    pub(crate) fn ending(name: &str) -> Scratch {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let (count, process) = (COUNT.fetch_add(1, Ordering::Relaxed), std::process::id());
        Scratch(std::env::temp_dir().join(format!("kettle-trace-{process}-{count}-{name}")))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn text(&self) -> String {
        std::fs::read_to_string(&self.0).unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
