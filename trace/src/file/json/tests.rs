//! Does a line say who, what and where, and is each kind of line documented?

use std::fs;

use super::*;
use crate::fixture::{Script, given_up, keys, parse, spawn, spawn_main, wake};
use crate::words::whose::is_stds;
use serde_json::Value;

use kettle_events::{Cause, Deferral, Direction, Effect, Event, Id, Resource, SyncKind, Units};

/// The lines of these records, without those of source files.
fn lines(records: &[Record]) -> Vec<Value> {
    let (mut scribe, mut sources, mut out) = (Scribe::default(), Out::new(), Out::new());
    for record in records {
        scribe.sources(record, &mut sources);
        scribe.line(record, &mut out);
    }
    out.into_string().unwrap().lines().map(parse).collect()
}

/// The line of a record with this event.
fn line(event: Event) -> Value {
    lines(&Script::new().write(event).records).remove(0)
}

#[test]
fn whatever_a_type_is_called_its_line_can_be_read() {
    for what in ["Wrapped<app::Tea>", "dyn Fn(&\"cup\") -> u8", "</script>\n"] {
        let written = line(Event::SourceAdd { source: Id::next(), what });
        assert_eq!(written["what"].as_str().unwrap(), what);
        assert!(written["say"].as_str().unwrap().contains(what));
    }
}

fn root_file(name: &str) -> String {
    let path = format!("{}/../{name}", env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

const IN_EACH: [&str; 6] = ["n", "t", "turn", "ev", "src", "say"];

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
            let found = doc.matches(&format!("`{key}`")).count();
            assert!(found > 0, "{key} is in an example, and nowhere explained");
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
    let written = lines(&script.records);
    let who = written.iter().map(|line| {
        let text = |key| line.get(key).and_then(Value::as_str).unwrap_or("nobody");
        format!("{} in {}", text("task"), text("run"))
    });
    let who = who.collect::<Vec<_>>().join("; ");
    let spawned = "main in nobody; task 1 in main; main in main; main in main";
    assert_eq!(who, format!("{spawned}; task 1 in nobody; nobody in nobody"));
    assert_eq!(written[2]["by"]["task"].as_str().unwrap(), "main");
    assert_eq!(written[2]["effect"].as_str().unwrap(), "during_poll");
    assert_eq!(written[4]["by"].as_str().unwrap(), "timer");
    assert_eq!(written[5]["timeout"], Value::Null);
}

#[test]
fn what_is_waited_for() {
    let [channel, source, sync] = [(); 3].map(|()| Id::next());
    let is = |on, expected: &str| assert_eq!(line(given_up(on))["on"], parse(expected));
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
