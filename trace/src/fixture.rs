//! How does a unit test of this crate make records, and other things that it needs?
//!
//! Interface: a [`Script`] writes records one by one; [`spawn`], [`wake`], [`waits`],
//! [`TestPrimitive`] and so on make their events. [`parse`] reads a line of a trace, and [`keys`]
//! gives the keys of an object in it. A [`Scratch`] is a path for a test's own file.

use std::panic::Location;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kettle_events::{
    Act, At, Cause, Effect, Event, Id, Kind, Outcome, Place, Record, Resource, SyncKind, Units,
};
use serde_json::Value;

/// Writes records as a runtime does. Their time and task stay the same until they are changed.
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

    /// A run that has begun, and its main task.
    pub(crate) fn begun(paused: bool) -> (Script, Id) {
        let (mut script, main) = (Script::new(), Id::next());
        script.write(Event::RunStart { paused }).write(spawn_main(main));
        (script, main)
    }

    /// From now on the time is this, in milliseconds.
    pub(crate) fn at(&mut self, millis: u64) -> &mut Script {
        self.time = Duration::from_millis(millis);
        self
    }

    /// From now on this task is being polled.
    pub(crate) fn task(&mut self, task: impl Into<Option<Id>>) -> &mut Script {
        self.task = task.into();
        self
    }

    /// Begins a poll of this task.
    pub(crate) fn polls(&mut self, task: Id) -> &mut Script {
        self.task(task).write(Event::PollStart { task })
    }

    /// Ends that poll. (The task stays the one whose events are written, until `task` is called.)
    pub(crate) fn returns(&mut self, outcome: Outcome) -> &mut Script {
        let task = self.task.expect("a poll that goes on");
        self.write(Event::PollEnd { task, outcome })
    }

    pub(crate) fn write(&mut self, event: Event) -> &mut Script {
        if matches!(event, Event::Turn { .. }) {
            self.turn += 1;
        }
        self.records.push(Record {
            seq: self.records.len() as u64 + 1,
            time: self.time,
            real: self.time,
            overhead: Duration::ZERO,
            turn: self.turn,
            task: self.task,
            job: None,
            scope: None,
            place: place(),
            at: At::Unknown,
            event,
        });
        self
    }
}

/// The caller's place.
#[track_caller]
pub(crate) fn place() -> Place {
    Location::caller()
}

pub(crate) fn spawn(task: Id) -> Event {
    spawns(task, Kind::Task)
}

pub(crate) fn spawn_main(task: Id) -> Event {
    spawns(task, Kind::Main)
}

fn spawns(task: Id, kind: Kind) -> Event {
    Event::Spawn { task, kind, at: place(), size: 64, what: "app::tea::{{closure}}", set: None }
}

/// A wake that serves no wait.
pub(crate) fn wake(task: Id, by: Cause, effect: Effect) -> Event {
    Event::Wake { task, by, effect, wait: None }
}

pub(crate) fn turn(queued: usize) -> Event {
    Event::Turn { queued, tasks: 0, timers: 0, sources: 0 }
}

/// A new wait, with the waker of the task that waits.
pub(crate) fn waits(on: Resource) -> Event {
    Event::Wait { wait: Id::next(), on, own: true }
}

/// A primitive, with the events of taking some of it, waiting for some of it and giving it back.
#[derive(Clone, Copy)]
pub(crate) struct TestPrimitive {
    kind: SyncKind,
    pub(crate) id: Id,
}

/// What is taken of a primitive at one time. `owned`: the guard may go to another task.
#[derive(Clone, Copy)]
pub(crate) struct Guard {
    pub(crate) units: Units,
    pub(crate) owned: bool,
}

impl TestPrimitive {
    /// A new primitive, with the record of its making.
    pub(crate) fn new(script: &mut Script, kind: SyncKind, count: usize) -> TestPrimitive {
        let (id, at) = (Id::next(), place());
        script.write(Event::SyncNew { kind, sync: id, room: None, count, at });
        TestPrimitive { kind, id }
    }

    /// The units of the guard are taken, or given back (`act`), and then `count` are free.
    pub(crate) fn act(self, act: Act, Guard { units, owned }: Guard, count: usize) -> Event {
        let TestPrimitive { kind, id: sync } = self;
        Event::SyncAct { kind, sync, act, units, count, item: 1, with: 0, owned }
    }

    pub(crate) fn wait(self, units: Units, ticket: usize) -> Event {
        waits(Resource::Sync(self.kind, self.id, units, ticket))
    }
}

/// Parses a line of a trace. The parsed line is as long as the text, so no key is there twice.
#[track_caller]
pub(crate) fn parse(line: &str) -> Value {
    let value: Value = serde_json::from_str(line).unwrap_or_else(|why| panic!("{why}\n{line}"));
    // A trace escapes `<`. (In two parts, because the text of this file may be in a trace, too.)
    let plain = line.replace(concat!("\\u", "003c"), "<");
    assert_eq!(value.to_string().len(), plain.len(), "{line}");
    value
}

/// The keys of an object, in the order of the alphabet.
pub(crate) fn keys(object: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = object.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

/// A path for a test's own file or folder, which is deleted when this is dropped.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    /// `name` is the end of its name.
    pub(crate) fn new(name: &str) -> Scratch {
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
        let _ = std::fs::remove_file(&self.0).or_else(|_| std::fs::remove_dir_all(&self.0));
    }
}
