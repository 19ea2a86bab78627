//! Does each event become a line that says all of it, and is each kind of line documented?

use std::fs;
use std::sync::LazyLock;
use std::time::Duration;

use super::*;
use crate::fixture::{
    Script, given_up, keys, parse, place, served, spawn, spawn_main, waits, wake,
};
use crate::words::whose::is_stds;
use serde_json::Value;

use kettle_events::{Act, Cause, Direction, Effect, Outcome, Resource, ScopeKind, SyncKind, Units};
use kettle_events::{Deferral, Id, Kind, MessageKind, Point, Tried};

/// The lines of these records, without those of source files.
fn lines(records: &[Record]) -> Vec<Value> {
    let (mut scribe, mut sources, mut out) = (Scribe::default(), Out::new(), Out::new());
    for record in records {
        scribe.sources(record, &mut sources);
        scribe.line(record, &mut out);
    }
    out.into_string().unwrap().lines().map(parse).collect()
}

/// The last line of a record that ends with this event.
fn line(event: Event) -> Value {
    let mut script = Script::new();
    if let Event::Served { .. } = event {
        script.write(waits(semaphore()));
    }
    lines(&script.write(event).records).pop().unwrap()
}

fn semaphore() -> Resource {
    static SYNC: LazyLock<Id> = LazyLock::new(Id::next);
    Resource::Sync(SyncKind::Semaphore, *SYNC, Units::Count(1), 1)
}

#[test]
fn whatever_a_type_is_called_its_line_can_be_read() {
    for what in ["Wrapped<app::Tea>", "dyn Fn(&\"cup\") -> u8", "</script>\n"] {
        let told = line(Event::SourceAdd { source: Id::next(), what });
        assert_eq!(told["what"].as_str().unwrap(), what);
        assert!(told["say"].as_str().unwrap().contains(what));
    }
}

/// Each variant of `Event` once. A new one is asked for by `each_event_has_a_line_with_all_fields`.
fn samples() -> Vec<Event> {
    let (task, at, ms) = (Id::next(), place(), Duration::from_millis(1));
    let [timer, source, sync] = [(); 3].map(|()| Id::next());
    let (kind, act, units) = (SyncKind::Semaphore, Act::Take, Units::Count(2));
    let (on, direction) = (Resource::Timer(timer), Direction::Read);
    vec![
        Event::RunStart { paused: false },
        Event::RunEnd { tasks: 1, timers: 2, sources: 3 },
        Event::Turn { queued: 1, tasks: 2, timers: 3, sources: 4 },
        Event::Choice { point: Point::Task, among: 5, chosen: 2 },
        Event::Spawn {
            task,
            kind: Kind::Task,
            at,
            size: 64,
            what: "app::tea::{{closure}}",
            set: None,
        },
        Event::PollStart { task },
        Event::PollEnd { task, outcome: Outcome::Pending },
        Event::Clones { task, count: 1 },
        wake(task, Cause::Runtime, Effect::Queued(1)),
        waits(on),
        given_up(on),
        served(semaphore()),
        Event::Defer { why: Deferral::Budget },
        Event::TimerAdd { timer, due: ms, level: 1, slot: 63 },
        Event::TimerAt { timer },
        Event::TimerMove { timer, due: ms, level: 1, slot: 63 },
        Event::TimerCascade { level: 1, slot: 3, hand: 192, moved: 2 },
        Event::TimerFire { timer, late: ms },
        Event::TimerCancel { timer },
        Event::SourceNew {
            source,
            what: "TcpStream",
            ready: [true, true, false, false],
            ends: [4000, 80],
            with: Some(timer),
        },
        Event::SourceAdd { source, what: "TcpStream" },
        Event::SourceTry { source, direction, result: Tried::WouldBlock, bytes: None },
        Event::SourceReady { source, ready: [true, false, false, false], closed: false },
        Event::SourceClear { source, direction },
        Event::SourceDrop { source },
        Event::ChildEnd { child: 77, code: Some(3), signal: None },
        Event::Park { timeout: Some(ms) },
        Event::Unpark { events: 1, unparked: true },
        Event::Advance { by: ms, auto: true },
        Event::Message { kind: MessageKind::Abort },
        Event::BlockingStart { task },
        Event::BlockingRun { task, waited: ms, thread: 1 },
        Event::BlockingEnd { task, ran: Some(ms) },
        Event::SyncNew { kind, sync, room: None, count: 3, at },
        Event::SyncAct { kind, sync, act, units, count: 1, item: 5, with: 3, owned: true },
        Event::Scope { scope: task, what: ScopeKind::Select, branches: 3 },
        Event::ScopeEnd { scope: task, what: ScopeKind::Select, won: Some(1) },
        Event::Cancel { task },
        Event::Join { task, outcome: Outcome::Ready },
        Event::Detach { task },
        Event::Unpolled { at, kept: true },
        Event::LateTick { late: ms, overdue: 2, made_up: true },
        Event::Note { text: "the \"tea\"" },
        Event::Lost { records: 7 },
    ]
}

/// The variants of `Event` and their fields, as their source has them.
fn variants() -> Vec<(String, Vec<String>)> {
    let source = root_file("runtime/events/src/event.rs");
    let (_, body) = source.split_once("pub enum Event {\n").unwrap();
    let (body, _) = body.split_once("\n}\n").unwrap();
    let lines = body.lines().map(str::trim);
    let code: String =
        lines.filter(|line| !line.starts_with("//") && !line.starts_with("#[")).collect();
    let variant = |text: &str| {
        let (name, fields) = text.split_once('{').unwrap_or_else(|| panic!("{text}"));
        let fields = fields.split(',').filter_map(|field| field.split_once(':'));
        (name.trim().to_owned(), fields.map(|(name, _)| name.trim().to_owned()).collect())
    };
    code.split("},").filter(|text| !text.is_empty()).map(variant).collect()
}

fn root_file(name: &str) -> String {
    let path = format!("{}/../{name}", env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

const IN_EACH: [&str; 6] = ["n", "t", "turn", "ev", "src", "say"];

#[test]
fn each_event_has_a_line_with_all_fields() {
    let lines: Vec<Value> = samples().into_iter().map(line).collect();
    let variants = variants();
    assert!(variants.len() > 35, "{variants:?}");
    for (name, fields) in variants {
        let line = lines.iter().find(|line| line["ev"].as_str().unwrap() == name);
        let line = line.unwrap_or_else(|| panic!("no sample, or no line, of {name}"));
        for field in IN_EACH.into_iter().chain(fields.iter().map(String::as_str)) {
            let field = if field == "at" { "made" } else { field };
            assert!(line.get(field).is_some(), "{name} without {field}: {line:?}");
        }
    }
}

#[test]
fn the_documentation_knows_what_is_in_each_event() {
    let doc = root_file("docs/watch.md");
    for key in IN_EACH.into_iter().chain(["real", "overhead", "task", "run", "at"]) {
        assert!(doc.contains(&format!("\n| `{key}` | ")), "{key}");
    }
}

#[test]
fn each_example_in_the_documentation_is_a_line() {
    let doc = root_file("docs/watch.md");
    let blocks = doc.split("```json\n").skip(1).map(|rest| rest.split_once("```").unwrap().0);
    let examples: Vec<Value> = blocks.flat_map(str::lines).map(parse).collect();
    let kinds = ["v", "file", "frames", "ev", "note", "lint", "also", "anew", "end"];
    for kind in kinds {
        assert!(examples.iter().any(|line| line.get(kind).is_some()), "no example of {kind}");
    }
    for example in examples {
        let known = kinds.iter().filter(|kind| example.get(kind).is_some()).count();
        assert_eq!(known, 1, "{example:?}");
        for key in keys(&example) {
            let told = doc.matches(&format!("`{key}`")).count();
            assert!(told > 0, "{key} is in an example, and nowhere explained");
        }
    }
}

#[test]
fn who_is_polled_and_whom_it_is_about_are_told_apart() {
    let (main, one) = (Id::next(), Id::next());
    let mut script = Script::new();
    script.write(spawn_main(main)).task(main).write(spawn(one));
    script.write(wake(main, Cause::Task(main), Effect::DuringPoll));
    script.write(Event::Defer { why: Deferral::Yield }).task(None);
    script.write(wake(one, Cause::Timer, Effect::Stale));
    script.write(Event::Park { timeout: None });
    let told = lines(&script.records);
    let who = told.iter().map(|line| {
        let text = |key| line.get(key).and_then(Value::as_str).unwrap_or("nobody");
        format!("{} in {}", text("task"), text("run"))
    });
    let who = who.collect::<Vec<_>>().join("; ");
    let spawned = "main in nobody; task 1 in main; main in main; main in main";
    assert_eq!(who, format!("{spawned}; task 1 in nobody; nobody in nobody"));
    assert_eq!(told[2]["by"]["task"].as_str().unwrap(), "main");
    assert_eq!(told[2]["effect"].as_str().unwrap(), "during_poll");
    assert_eq!(told[4]["by"].as_str().unwrap(), "timer");
    assert_eq!(told[5]["timeout"], Value::Null);
}

#[test]
fn what_is_waited_for() {
    let [channel, source, sync] = [(); 3].map(|()| Id::next());
    let is = |on, told: &str| assert_eq!(line(given_up(on))["on"], parse(told));
    let room = Resource::Sync(SyncKind::Mpsc, channel, Units::Count(1), 2);
    is(room, r#"{"sync":"channel 1","ticket":2,"units":1}"#);
    is(Resource::SyncValue(SyncKind::Oneshot, channel), r#"{"value":"channel 1"}"#);
    is(Resource::SyncClosed(SyncKind::Mpsc, channel), r#"{"closed":"channel 1"}"#);
    let write = Resource::Sync(SyncKind::RwLock, sync, Units::All, 2);
    is(write, r#"{"sync":"rwlock 1","ticket":2,"units":"all"}"#);
    is(Resource::SyncClosed(SyncKind::Watch, sync), r#"{"closed":"watch 1"}"#);
    let write = Resource::Source(source, Direction::Write);
    is(write, r#"{"source":"source 1","direction":"write"}"#);
    is(Resource::Task(Id::next()), r#"{"task":"task 1"}"#);
}

#[test]
fn a_place_in_std_is_nobodys() {
    #[track_caller]
    fn here((): ()) -> Place {
        std::panic::Location::caller()
    }
    let at = std::iter::once(()).map(here).next().unwrap();
    assert!(is_stds(at.file()), "{at}");
    let mut records = Script::new().write(Event::Unpolled { at, kept: false }).records.clone();
    records[0].place = at;
    let line = &lines(&records)[0];
    assert_eq!((line.get("made"), line.get("src")), (None, None));
}
