//! Is it what Perfetto's importer asks for: slices that nest, arrows that lie inside them?

use super::*;
use crate::doctor::{Lint, LintKind};
use crate::file::lines::Header;
use crate::fixture::{Script, json, spawn, spawn_main};
use serde_json::Value;

use kettle_events::Cause;
use std::time::SystemTime;

/// The whole file of these records.
fn file(records: &[Record]) -> String {
    file_until(records, records.last().map_or(Duration::ZERO, |record| record.real))
}

fn file_until(records: &[Record], end: Duration) -> String {
    let (mut chrome, mut out) = (Chrome::default(), Vec::new());
    let header = Header::new(false, SystemTime::UNIX_EPOCH);
    chrome.aside(&Aside::Header(&header), Duration::ZERO, &mut out);
    for record in records {
        chrome.record(record, &mut out);
    }
    chrome.aside(
        &Aside::End { end: "complete", overhead: Duration::ZERO, unseen: None, pages: Vec::new() },
        end,
        &mut out,
    );
    String::from_utf8(out).unwrap()
}

/// A run with a wake by the loop, one by another task, one while asleep, and one of itself.
fn tea() -> Vec<Record> {
    let (main, one) = (Id::next(), Id::next());
    let (pending, ready) = (Outcome::Pending, Outcome::Ready);
    let wake = |task, by, effect| Event::Wake { task, by, effect };
    let turn = |queued| Event::Turn { queued, tasks: 1, timers: 0, sources: 0 };
    let end = |task, outcome| Event::PollEnd { task, outcome, wakers: 0, handles: 1 };
    let mut script = Script::new();
    script.at(1).write(Event::RunStart { paused: false }).write(spawn_main(main));
    script.write(wake(main, Cause::Runtime, Effect::Queued(1))).at(2).write(turn(1));
    script.task(main).at(3).write(Event::PollStart { task: main }).at(4).write(spawn(one));
    script.write(wake(one, Cause::Runtime, Effect::Queued(1)));
    script.write(wake(main, Cause::Task(main), Effect::DuringPoll)).at(5);
    script.write(end(main, pending)).task(one).at(6).write(Event::PollStart { task: one });
    script.write(wake(main, Cause::Task(one), Effect::Coalesced)).write(end(one, ready));
    script.task(main).at(7).write(Event::PollStart { task: main }).at(8).write(end(main, pending));
    script.task(None).at(9).write(Event::Park { timeout: None }).at(20);
    script.write(wake(main, Cause::Io, Effect::Queued(1)));
    script.at(21).write(Event::Unpark { events: 1, unparked: false }).at(22).write(turn(1));
    script.task(main).write(Event::PollStart { task: main }).at(23).write(end(main, ready));
    script.task(None).at(24).write(Event::RunEnd { tasks: 0, timers: 0, sources: 0 });
    script.records
}

/// What is asked of each file, by every reader.
#[track_caller]
fn check(entries: &[Value]) {
    let phase = |phase: &'static str| {
        entries.iter().filter(move |entry| entry["ph"].as_str().unwrap() == phase)
    };
    let tid = |entry: &Value| entry["tid"].as_u64().unwrap();
    let slices: Vec<(u64, f64, f64)> = phase("X")
        .map(|entry| {
            let ts = entry["ts"].as_f64().unwrap();
            (tid(entry), ts, ts + entry["dur"].as_f64().unwrap())
        })
        .collect();
    for (number, a) in slices.iter().enumerate() {
        assert!(a.1 <= a.2);
        for b in slices[..number].iter().filter(|b| b.0 == a.0) {
            let apart = a.2 <= b.1 || b.2 <= a.1;
            let nested = (a.1 <= b.1 && b.2 <= a.2) || (b.1 <= a.1 && a.2 <= b.2);
            assert!(apart || nested, "{a:?} and {b:?} cross");
        }
    }
    for end in phase("s").chain(phase("f")) {
        let ts = end["ts"].as_f64().unwrap();
        let inside =
            slices.iter().any(|slice| slice.0 == tid(end) && slice.1 <= ts && ts <= slice.2);
        assert!(inside, "{end:?} lies in no slice");
        assert!(end["ph"].as_str().unwrap() == "s" || end["bp"].as_str().unwrap() == "e");
    }
    for end in phase("f") {
        let begins: Vec<_> = phase("s").filter(|s| s.get("id") == end.get("id")).collect();
        assert_eq!(begins.len(), 1, "{end:?}");
        assert!(begins[0]["ts"].as_f64().unwrap() <= end["ts"].as_f64().unwrap());
    }
    for entry in entries.iter().filter(|entry| entry.get("tid").is_some()) {
        let named = phase("M").any(|name| {
            name["name"].as_str().unwrap() == "thread_name" && name.get("tid") == entry.get("tid")
        });
        assert!(named, "a track without a name: {entry:?}");
    }
}

fn of(entries: &[Value], phase: &str) -> Vec<(String, u64, f64)> {
    let chosen = entries.iter().filter(|entry| entry["ph"].as_str().unwrap() == phase);
    let shown = |entry: &Value| {
        (
            entry["name"].as_str().unwrap().to_owned(),
            entry["tid"].as_u64().unwrap(),
            entry["ts"].as_f64().unwrap(),
        )
    };
    chosen.map(shown).collect()
}

/// The loop hears of it late, and is told how long it took.
#[test]
fn a_job_is_two_slices_of_its_own_time() {
    let task = Id::next();
    let ms = Duration::from_millis;
    let mut script = Script::new();
    script.at(1).write(Event::BlockingStart { task }).at(30);
    script.write(Event::BlockingRun { task, waited: ms(4) });
    script.write(Event::BlockingEnd { task, ran: Some(ms(2)) });
    let entries = json(&file(&script.records));
    let entries = entries.as_array().unwrap();
    check(entries);
    let slices = entries.iter().filter(|entry| entry["ph"] == "X");
    let told = slices.map(|entry| {
        let [from, long] = ["ts", "dur"].map(|key| entry[key].as_f64().unwrap());
        (entry["name"].as_str().unwrap(), from, long)
    });
    let told: Vec<_> = told.collect();
    assert_eq!(told, [("in the pool's queue", 1000.0, 4000.0), ("job", 5000.0, 2000.0)]);
}

#[test]
fn polls_turns_and_sleeps_are_slices_and_wakes_are_arrows() {
    let entries = json(&file(&tea())).as_array().unwrap().clone();
    check(&entries);
    let (the_loop, main, one) = (1, 2, 1_002);
    let slice = |name: &str, tid, ts| (name.to_owned(), tid, ts);
    assert_eq!(
        of(&entries, "X"),
        [
            slice("start", the_loop, 1_000.),
            slice("ready", main, 1_000.),
            slice("poll", main, 3_000.),
            slice("ready", one, 4_000.),
            slice("poll", one, 6_000.),
            slice("ready", main, 5_000.),
            slice("poll", main, 7_000.),
            slice("waiting", main, 8_000.),
            slice("asleep", the_loop, 9_000.),
            slice("turn 1", the_loop, 2_000.),
            slice("ready", main, 20_000.),
            slice("poll", main, 22_000.),
            slice("turn 2", the_loop, 22_000.),
        ]
    );
    let mut begins: Vec<_> = of(&entries, "s").into_iter().map(|(_, tid, ts)| (tid, ts)).collect();
    begins.sort_by(|a, b| a.1.total_cmp(&b.1));
    assert_eq!(begins, [(the_loop, 1_000.), (main, 4_000.), (main, 4_000.), (the_loop, 20_000.)]);
    let ends: Vec<_> = of(&entries, "f").into_iter().map(|(_, tid, ts)| (tid, ts)).collect();
    assert_eq!(ends, [(main, 3_000.), (one, 6_000.), (main, 7_000.), (main, 22_000.)]);
    let names: Vec<&str> = entries
        .iter()
        .filter(|entry| entry["name"].as_str().unwrap() == "thread_name")
        .map(|entry| entry["args"]["name"].as_str().unwrap())
        .collect();
    let [the_loop, main, one] = names[..] else { panic!("{names:?}") };
    assert_eq!([the_loop, main], ["the loop", "main"]);
    assert!(one.starts_with("task 1 · tea · fixture.rs:"), "{one}");
}

#[test]
fn a_wait_that_never_ends_is_shown_up_to_the_end_of_the_file() {
    let mut records = tea();
    let park = records.iter().position(|record| matches!(record.event, Event::Park { .. }));
    records.truncate(park.expect("it sleeps"));
    let entries =
        json(&file_until(&records, Duration::from_millis(50))).as_array().unwrap().clone();
    check(&entries);
    let waits = entries.iter().find(|entry| entry["name"].as_str().unwrap() == "waiting").unwrap();
    assert_eq!((waits["ts"].as_f64().unwrap(), waits["dur"].as_f64().unwrap()), (8_000., 42_000.));
}

#[test]
fn nothing_is_made_up_where_records_are_missing() {
    let mut records = tea();
    let park = records.iter().position(|record| matches!(record.event, Event::Park { .. }));
    records[park.expect("it sleeps")].event = Event::Lost { records: 9 };
    let entries = json(&file(&records)).as_array().unwrap().clone();
    assert!(of(&entries, "X").iter().all(|(name, ..)| name != "waiting"), "{entries:?}");
}

#[test]
fn the_run_queue_is_counted() {
    let entries = json(&file(&tea())).as_array().unwrap().clone();
    let queue = entries.iter().filter(|entry| entry["name"].as_str().unwrap() == "run queue");
    let counts: Vec<u64> = queue.map(|entry| entry["args"]["count"].as_u64().unwrap()).collect();
    assert_eq!(counts, [1, 0, 1, 2, 1, 0, 1, 0]);
}

#[test]
fn a_file_that_is_cut_between_two_entries_lacks_a_bracket_and_no_more() {
    let file = file(&tea());
    let cuts: Vec<usize> = file.match_indices(",\n").map(|(at, _)| at).collect();
    assert!(cuts.len() > 30);
    for cut in cuts {
        let shortened = format!("{}]", &file[..cut]);
        assert!(!json(&shortened).as_array().unwrap().is_empty());
    }
}

#[test]
fn what_stands_beside_the_events_is_shown_too() {
    let (mut chrome, mut out) = (Chrome::default(), Vec::new());
    chrome.begin("tea \"time\"", &mut out);
    let (now, time, task) = (Duration::from_micros(7), Duration::from_micros(5), None);
    let lint = Lint::new(LintKind::BusyLoop, None, "task 1 spins".to_owned(), 3);
    for aside in [
        Aside::Note { text: "Water </script>", after: 1, time, task },
        Aside::Lint(&lint),
        Aside::Full { limit: 10, after: 2 },
        Aside::Lost { events: 9, after: 4 },
        Aside::End { end: "complete", overhead: time, unseen: None, pages: Vec::new() },
    ] {
        chrome.aside(&aside, now, &mut out);
    }
    let entries = json(&String::from_utf8(out).unwrap()).as_array().unwrap().clone();
    assert_eq!(entries[0]["args"]["name"].as_str().unwrap(), "tea \"time\"");
    let said: Vec<_> = entries[3..]
        .iter()
        .map(|entry| (entry["name"].as_str().unwrap(), entry["args"]["say"].as_str().unwrap()))
        .collect();
    assert_eq!(
        said,
        [
            ("Water </script>", "printed"),
            ("lint", "task 1 spins"),
            ("full", "10 bytes are full: the end follows, if any"),
            ("lost", "9 events after number 4 are missing"),
        ]
    );
}

#[test]
fn each_part_of_a_tail_names_its_tracks() {
    let (mut chrome, mut head, mut part) = (Chrome::default(), Vec::new(), Vec::new());
    chrome.begin("tea", &mut head);
    let records = tea();
    let (first, second) = records.split_at(records.len() / 2);
    for record in first {
        chrome.record(record, &mut head);
    }
    chrome.begin_anew();
    for record in second {
        chrome.record(record, &mut part);
    }
    let forgotten =
        format!("[\n{{\"ph\":\"M\",\"name\":\"x\"}}{}]", str::from_utf8(&part).unwrap());
    let entries = json(&forgotten).as_array().unwrap().clone();
    // Arrows may have lost an end; nothing else has.
    let kept =
        entries.into_iter().filter(|entry| !["s", "f"].contains(&entry["ph"].as_str().unwrap()));
    check(&kept.collect::<Vec<_>>());
}

#[test]
fn a_task_that_is_dropped_unpolled_has_no_slice() {
    let task = Id::next();
    let mut script = Script::new();
    script.write(spawn(task)).write(Event::PollEnd {
        task,
        outcome: Outcome::Cancelled,
        wakers: 0,
        handles: 1,
    });
    let entries = json(&file(&script.records)).as_array().unwrap().clone();
    check(&entries);
    assert!(of(&entries, "X").is_empty());
    assert_eq!(of(&entries, "i").len(), 2);
}

#[test]
fn what_recording_took_is_a_slice_inside_the_poll_that_it_interrupted() {
    let mut records = tea();
    let poll = records.iter().position(|record| matches!(record.event, Event::PollStart { .. }));
    let poll = poll.unwrap();
    records[poll + 1].overhead = Duration::from_micros(700);
    let last = records.len() - 1;
    records[last].overhead = Duration::from_nanos(999); // too little to be seen
    let file = json(&file(&records));
    let slices: Vec<_> = file.as_array().unwrap().iter().collect();
    let named = |name| slices.iter().filter(|entry| entry["name"] == name).collect::<Vec<_>>();
    let recording = named("recording");
    assert_eq!(recording.len(), 1);
    let number = |entry: &Value, key: &str| entry[key].as_f64().unwrap();
    let micros = |at: Duration| at.as_secs_f64() * 1e6;
    assert!((number(recording[0], "ts") - micros(records[poll].real)).abs() < 0.001);
    assert!((number(recording[0], "dur") - 700.0).abs() < 0.001);
    let around = named("poll")[0];
    assert_eq!(recording[0]["tid"], around["tid"]);
    assert!(number(around, "dur") >= 700.0);
}
