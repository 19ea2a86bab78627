//! Is it what Perfetto's importer asks for: slices that nest, arrows that lie inside them?

use std::collections::BTreeMap;
use std::time::SystemTime;

use kettle_events::Cause;
use serde_json::Value;

use super::*;
use crate::doctor::{Lint, LintKind};
use crate::file::lines::Header;
use crate::fixture::{Script, json, spawn, spawn_main, wake};

/// The whole file of these records, with this beside the first so many.
fn file(records: &[Record], aside: &[(usize, Aside<'_>)]) -> Vec<Value> {
    let (mut perfetto, mut out) = (Perfetto::default(), Out::new());
    let header = Header::new(false, SystemTime::UNIX_EPOCH);
    perfetto.aside(&Aside::Header(&header), Duration::ZERO, &mut out);
    for (number, record) in records.iter().enumerate() {
        for (_, aside) in aside.iter().filter(|(at, _)| *at == number) {
            perfetto.aside(aside, record.real, &mut out);
        }
        perfetto.record(record, &mut out);
    }
    let end = Aside::End { end: "complete", overhead: Duration::ZERO, unseen: None };
    perfetto.aside(&end, Duration::ZERO, &mut out);
    json(&out.into_string().unwrap()).as_array().unwrap().clone()
}

/// A run with a wake by the loop, one by another task, one while asleep, and one of itself.
fn tea() -> Vec<Record> {
    let (main, one) = (Id::next(), Id::next());
    let (pending, ready) = (Outcome::Pending, Outcome::Ready);
    let turn = |queued| Event::Turn { queued, tasks: 1, timers: 0, sources: 0 };
    let mut script = Script::new();
    script.at(1).write(Event::RunStart { paused: false }).write(spawn_main(main));
    script.write(wake(main, Cause::Runtime, Effect::Queued(1))).at(2).write(turn(1));
    script.at(3).polls(main).at(4).write(spawn(one));
    script.write(wake(one, Cause::Runtime, Effect::Queued(1)));
    script.write(wake(main, Cause::Task(main), Effect::DuringPoll)).at(5);
    script.returns(pending).at(6).polls(one);
    script.write(wake(main, Cause::Task(one), Effect::Coalesced)).returns(ready);
    script.at(7).polls(main).at(8).returns(pending);
    script.task(None).at(9).write(Event::Park { timeout: None }).at(20);
    script.write(wake(main, Cause::Io, Effect::Queued(1)));
    script.at(21).write(Event::Unpark { events: 1, unparked: false }).at(22).write(turn(1));
    script.polls(main).at(23).returns(ready);
    script.task(None).at(24).write(Event::RunEnd { tasks: 0, timers: 0, sources: 0 });
    script.records
}

/// What is asked of each file, by every reader; gives its slices: name, track, beginning and end.
#[track_caller]
fn check(entries: &[Value]) -> Vec<(String, u64, f64, f64)> {
    let (mut open, mut slices) = (BTreeMap::<u64, Vec<(String, f64)>>::new(), Vec::new());
    let (mut named, mut begun) = (Vec::new(), Vec::new());
    for entry in &entries[1..] {
        let word = |key: &str| entry[key].as_str().unwrap().to_owned();
        let (tid, ts) = (entry["tid"].as_u64().unwrap(), entry["ts"].as_f64().unwrap());
        let open = open.entry(tid).or_default();
        let arrow = entry.get("id").map(|id| id.as_u64().unwrap());
        match &word("ph")[..] {
            "M" if word("name") == "thread_name" => named.push(tid),
            "B" => open.push((word("name"), ts)),
            "E" => {
                // A reader leaves out an end whose beginning was cut off.
                let Some((name, since)) = open.pop() else { continue };
                assert_eq!(name, word("name"), "slices cross at {ts}");
                slices.push((name, tid, since, ts));
            }
            "X" => slices.push((word("name"), tid, ts, ts + entry["dur"].as_f64().unwrap())),
            "s" => begun.push(arrow.filter(|_| !open.is_empty()).expect("it lies in a slice")),
            "f" => assert!(begun.contains(&arrow.unwrap()) && !open.is_empty(), "{entry:?}"),
            _ => {}
        }
        assert!(named.contains(&tid), "a track without a name: {entry:?}");
    }
    slices
}

#[test]
fn polls_turns_and_sleeps_are_slices_and_wakes_are_arrows() {
    let entries = file(&tea(), &[]);
    let (the_loop, main, one) = (1, 2, 1_002);
    let slice = |name: &str, tid, since, end| (name.to_owned(), tid, since, end);
    assert_eq!(
        check(&entries),
        [
            slice("start", the_loop, 1_000., 2_000.),
            slice("poll", main, 3_000., 5_000.),
            slice("poll", one, 6_000., 6_000.),
            slice("poll", main, 7_000., 8_000.),
            slice("asleep", the_loop, 9_000., 21_000.),
            slice("turn 1", the_loop, 2_000., 22_000.),
            slice("poll", main, 22_000., 23_000.),
            slice("turn 2", the_loop, 22_000., 24_000.),
        ]
    );
    let arrows = |end| {
        let ends = entries.iter().filter(move |entry| entry["ph"] == end);
        ends.map(|it| (it["tid"].as_u64().unwrap(), it["ts"].as_f64().unwrap())).collect::<Vec<_>>()
    };
    let from = [(the_loop, 1_000.), (main, 4_000.), (main, 4_000.), (the_loop, 20_000.)];
    assert_eq!(arrows("s"), from);
    assert_eq!(arrows("f"), [(main, 3_000.), (one, 6_000.), (main, 7_000.), (main, 22_000.)]);
    let names = entries.iter().filter(|entry| entry["name"] == "thread_name");
    let names: Vec<&str> = names.map(|entry| entry["args"]["name"].as_str().unwrap()).collect();
    assert!(names[..2] == ["the loop", "main"], "{names:?}");
    assert!(names[2].starts_with("task 1 · tea · fixture.rs:"), "{names:?}");
}

/// Also where its task was in the queue already.
#[test]
fn an_arrow_leads_from_the_act_that_serves_a_wait_to_the_poll_that_gets_it() {
    let (mut script, main) = Script::begun(false);
    let (task, wait) = (Id::next(), Id::next());
    let wake = |effect, wait| Event::Wake { task, by: Cause::Task(main), effect, wait };
    script.write(spawn(task)).at(1).polls(main);
    script.write(wake(Effect::Queued(1), None)).at(2).write(Event::Served { wait });
    script.write(wake(Effect::Coalesced, Some(wait)));
    script.returns(Outcome::Pending).at(3).polls(task);
    let entries = file(&script.records, &[]);
    check(&entries);
    let arrows = |end| {
        let ends = entries.iter().filter(move |entry| entry["ph"] == end);
        let slices = ends.map(|it| (it["name"].as_str().unwrap(), it["tid"].as_u64().unwrap()));
        slices.collect::<Vec<_>>()
    };
    assert_eq!(arrows("s"), [("wake", 2), ("serves", 2)]);
    assert_eq!(arrows("f"), [("wake", 1_002), ("serves", 1_002)]);
}

/// The loop hears of a job late, and is told how long it took.
#[test]
fn what_took_time_elsewhere_is_a_slice_of_that_time() {
    let (task, ms) = (Id::next(), Duration::from_millis);
    let mut script = Script::new();
    script.at(1).write(Event::BlockingStart { task }).at(30);
    script.write(Event::BlockingRun { task, waited: ms(4), thread: 1 });
    script.write(Event::BlockingEnd { task, ran: Some(ms(2)) });
    script.records[1].overhead = ms(3);
    script.records[2].overhead = Duration::from_nanos(999); // too little to be seen
    let slice = |name: &str, tid, since, end| (name.to_owned(), tid, since, end);
    let expected = [
        slice("recording", LOOP, 1_000., 4_000.),
        slice("in the pool's queue", 1_003, 1_000., 5_000.),
        slice("job", 1_003, 5_000., 7_000.),
    ];
    assert_eq!(check(&file(&script.records, &[])), expected);
}

#[test]
fn what_is_printed_and_what_the_doctor_finds_are_instants() {
    let lint = Lint::new(LintKind::BusyLoop, None, "task 1 spins".to_owned(), 3);
    let note = Aside::Note { text: "Water </script>", after: 1, time: Duration::ZERO, task: None };
    let entries = file(&tea(), &[(5, note), (5, Aside::Lint(&lint))]);
    check(&entries);
    assert!(entries.iter().any(|entry| entry["args"]["say"] == "task 1 spins"));
    assert!(entries.iter().any(|entry| entry["name"] == "Water </script>"));
}
