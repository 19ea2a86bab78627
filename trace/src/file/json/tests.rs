//! Does a line say who, what and where, and is each kind of line documented?

use std::fs;

use super::*;
use crate::fixture::{Script, keys, parse, spawn, spawn_main, waits, wake};
use crate::words::whose::is_stds;
use serde_json::Value;

use kettle_events::{Cause, Deferral, Direction, Effect, Event, Id, Resource, SyncKind, Units};

/// The lines of these records, without those of source files.
fn lines(records: &[Record]) -> Vec<Value> {
    let (mut encoder, mut sources, mut out) = (Encoder::default(), Out::new(), Out::new());
    for record in records {
        encoder.write_sources(record, &mut sources);
        encoder.write_event(record, &mut out);
    }
    out.into_string().unwrap().lines().map(parse).collect()
}

#[test]
fn each_example_in_the_documentation_is_a_line_of_a_known_kind() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/watch.md");
    let doc = fs::read_to_string(path).expect(path);
    let blocks = doc.split("```json\n").skip(1).map(|rest| rest.split_once("```").unwrap().0);
    let examples: Vec<Value> = blocks.flat_map(str::lines).map(parse).collect();
    // Each kind of line has exactly one of these keys.
    let kinds = ["v", "file", "frames", "ev", "note", "lint", "also", "end"];
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
fn the_task_that_an_event_is_about_is_not_confused_with_the_one_being_polled() {
    let (main, one) = (Id::next(), Id::next());
    let mut script = Script::new();
    script.write(spawn_main(main)).task(main).write(spawn(one));
    script.write(wake(main, Cause::Task(main), Effect::DuringPoll));
    script.write(Event::Defer { why: Deferral::Yield }).task(None);
    script.write(wake(one, Cause::Timer, Effect::Stale));
    script.write(Event::Park { timeout: None });
    let written = lines(&script.records);
    let who = written
        .iter()
        .map(|line| ["task", "run"].map(|key| line.get(key).and_then(Value::as_str).unwrap_or("")));
    let [main, one] = ["main", "task 1"];
    let expected = [[main, ""], [one, main], [main, main], [main, main], [one, ""], ["", ""]];
    assert_eq!(who.collect::<Vec<_>>(), expected);
    assert_eq!(written[2]["by"]["task"].as_str().unwrap(), "main");
    assert_eq!(written[2]["effect"].as_str().unwrap(), "during_poll");
    assert_eq!(written[4]["by"].as_str().unwrap(), "timer");
    assert_eq!(written[5]["timeout"], Value::Null);
}

#[test]
fn each_kind_of_wait_says_what_it_is_for() {
    let [channel, source, sync] = [(); 3].map(|()| Id::next());
    let check = |on, expected: &str| {
        let line = &lines(&Script::new().write(waits(on)).records)[0];
        assert_eq!(line["on"], parse(expected));
    };
    let permit = Resource::Sync(SyncKind::Mpsc, channel, Units::Count(1), 2);
    check(permit, r#"{"sync":"channel 1","ticket":2,"units":1}"#);
    check(Resource::SyncValue(SyncKind::Oneshot, channel), r#"{"value":"channel 1"}"#);
    check(Resource::SyncClosed(SyncKind::Mpsc, channel), r#"{"closed":"channel 1"}"#);
    let lock = Resource::Sync(SyncKind::RwLock, sync, Units::All, 2);
    check(lock, r#"{"sync":"rwlock 1","ticket":2,"units":"all"}"#);
    check(Resource::SyncClosed(SyncKind::Watch, sync), r#"{"closed":"watch 1"}"#);
    let socket = Resource::Source(source, Direction::Write);
    check(socket, r#"{"source":"source 1","direction":"write"}"#);
    check(Resource::Task(Id::next()), r#"{"task":"task 1"}"#);
}

#[test]
fn a_place_in_std_is_not_written() {
    // When std calls this function, its caller is a line of std.
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
