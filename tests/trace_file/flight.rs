//! Does a flight recorder keep what came before, and write it when something has happened?

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use kettle::runtime::Builder;
use kettle::trace::{self, Event, FlightRecorder, Record, Sink};
use serde_json::Value;

use super::watch::{Place, child_that, events, lines, name, parse};

/// `dump` writes the recorders of all tests in this process: one that it writes can't make its file
/// again yet.
static ONE_DUMPS: Mutex<()> = Mutex::new(());

/// `last:` and this file.
fn last(file: &Path) -> PathBuf {
    PathBuf::from(format!("last:{}", file.display()))
}

/// With room for a few hundred events.
fn short_memory(does: &str, file: &Path) -> Command {
    let mut child = child_that(does, &last(file));
    child.env("KETTLE_TRACE_LIMIT", "64K");
    child
}

fn number(line: &Value, key: &str) -> u64 {
    line[key].as_u64().unwrap_or_else(|| panic!("{key} of {line}"))
}

/// The events that are there follow on those that are not, and on one another.
#[track_caller]
fn begins_in_the_middle(lines: &[Value]) {
    let numbers: Vec<u64> = events(lines).iter().map(|event| number(event, "n")).collect();
    let before = number(&lines[0], "before");
    assert!(before > 1_000 && (64..1_000).contains(&numbers.len()), "{before}: {numbers:?}");
    assert_eq!(numbers[0], before + 1);
    assert!(numbers.is_sorted_by(|a, b| a + 1 == *b), "{numbers:?}");
}

fn end(lines: &[Value]) -> &str {
    lines.last().and_then(|line| line["end"].as_str()).expect("an end")
}

#[test]
fn a_panic_writes_what_led_to_it() {
    let place = Place::new("flight");
    for file in ["tea.html", "tea.jsonl"] {
        let output = short_memory("fail", &place.file(file)).output().expect("it runs");
        assert!(output.status.success());
        let lines = lines(&place.text(file));
        begins_in_the_middle(&lines);
        assert_eq!(end(&lines), "panic");
        let last = events(&lines).into_iter().rfind(|event| name(event) == "PollEnd");
        let last = last.expect("a poll");
        assert_eq!((&last["task"], &last["outcome"]), (&"task 1".into(), &"panicked".into()));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("kettle: a panic: the last "), "{said}");
    }
}

#[test]
fn what_led_to_an_earlier_panic_is_not_lost_for_a_later_one() {
    let place = Place::new("flight-again");
    assert!(short_memory("fail again", &place.file("tea.jsonl")).status().unwrap().success());
    let mut files: Vec<PathBuf> =
        fs::read_dir(place.file(".")).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let [later, first] = &files[..] else { panic!("two files: {files:?}") };
    assert!(later.to_str().unwrap().contains("tea.from-") && first.ends_with("tea.jsonl"));
    let panics = |file: &Path| {
        let lines = lines(&fs::read_to_string(file).unwrap());
        begins_in_the_middle(&lines);
        let panicked = |event: &&Value| event.get("outcome").is_some_and(|how| how == "panicked");
        let events = events(&lines);
        let of = events.iter().filter(|event| name(event) == "PollEnd" && panicked(event));
        of.map(|event| event["task"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(panics(first), ["task 1", "task 2"], "the second soon after the first");
    assert_eq!(panics(later), ["task 3"]);
}

#[test]
fn a_verdict_writes_what_led_to_it() {
    let place = Place::new("flight-verdict");
    let mut child = child_that("forget", &last(&place.file("tea.html")));
    assert!(child.env("KETTLE_DOCTOR", "warn").status().expect("it runs").success());
    let lines = lines(&place.text("tea.html"));
    assert_eq!(end(&lines), "verdict");
    let verdict = lines.iter().find(|line| line.get("lint").is_some()).expect("a verdict");
    let after = number(verdict, "after");
    assert!(events(&lines).iter().any(|event| number(event, "n") == after));
    assert_eq!(lines[0].get("before"), None, "it is all there");
}

#[test]
fn a_call_writes_the_poll_that_made_it_and_says_what_another_thread_cannot_know() {
    let place = Place::new("flight-call");
    let file = place.file("tea.jsonl");
    let output = short_memory("ask", &file).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(said.matches(&format!("asked [{file:?}]")).count(), 2, "{said}");
    // The later one is there.
    let lines = lines(&place.text("tea.jsonl"));
    begins_in_the_middle(&lines);
    assert_eq!((end(&lines), lines.last().unwrap()["unseen"].as_str()), ("call", Some("main")));
    let notes: Vec<&str> =
        events(&lines).iter().filter_map(|event| event["text"].as_str()).collect();
    assert_eq!(notes, ["asked by a task"]);
}

#[test]
fn a_loop_that_is_stuck_in_a_poll_is_written_by_the_doctors_thread() {
    let place = Place::new("flight-stuck");
    let mut child = short_memory("stuck", &place.file("tea.html"));
    child.env("KETTLE_DOCTOR", "watch").stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = child.spawn().expect("it starts");
    let lines = loop {
        // While it is written, what is behind its last line is no line yet.
        let text = fs::read_to_string(place.file("tea.html")).unwrap_or_default();
        let last = kettle::trace::lines(&text).last().and_then(|line| parse(line).ok());
        if last.is_some_and(|line| line.get("end").is_some()) {
            break lines(&text);
        }
        assert!(child.try_wait().expect("a child").is_none(), "it has ended");
        std::thread::yield_now();
    };
    child.kill().expect("it is there");
    child.wait().expect("it ends");
    begins_in_the_middle(&lines);
    assert_eq!(
        (end(&lines), lines.last().unwrap()["unseen"].as_str()),
        ("verdict", Some("task 1"))
    );
    let last = events(&lines).pop().expect("events");
    assert_eq!((name(last), last["task"].as_str()), ("PollStart", Some("task 1")));
    let verdict = lines.iter().find(|line| line.get("lint").is_some()).expect("a verdict");
    assert_eq!(verdict["lint"], "blocking_poll");
}

#[test]
fn nothing_is_left_where_nothing_has_happened() {
    let place = Place::new("flight-quiet");
    let output = child_that("work", &last(&place.file("tea.html"))).output().expect("it runs");
    assert!(output.status.success() && !place.file("tea.html").exists());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("no verdict, no panic, no call of `dump`: nothing is written to "),
        "{said}"
    );
}

#[test]
fn what_cannot_be_done_is_an_error_before_the_program_starts() {
    let place = Place::new("flight-wrong");
    let file = place.file("tea.html");
    let refused = |mut child: Command, words: &str| {
        let output = child.output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(words), "{said}");
    };
    refused(child_that("speak", Path::new("last:")), "KETTLE_TRACE=\"last:\" is not understood");
    refused(child_that("speak", Path::new("last:-")), "with last: before the name");
    refused(child_that("speak", &last(&place.file("no/tea.html"))), "make its directory first");
    let mut child = child_that("speak", &last(&file));
    child.env("KETTLE_TRACE_LIMIT", "much");
    refused(child, "is no size");
    assert!(!file.exists());
}

/// A program in which tasks wait, are queued, yield, are woken at once and are aborted.
async fn many_ways_to_wait() {
    let (tx, mut rx) = kettle::sync::mpsc::channel(2);
    let sender = kettle::spawn(async move {
        for number in 0..20 {
            tx.send(number).await.expect("main receives");
            kettle::task::yield_now().await;
        }
    });
    let asleep = kettle::spawn(kettle::time::sleep(Duration::from_mins(1)));
    let idle = kettle::spawn(std::future::pending::<()>());
    while rx.recv().await.is_some_and(|number| number < 15) {
        kettle::time::sleep(Duration::from_millis(1)).await;
    }
    idle.abort();
    asleep.abort();
    assert!(asleep.await.expect_err("aborted").is_cancelled());
    drop(rx);
    assert!(sender.await.expect_err("it has nobody to send to").is_panic());
    kettle::task::spawn_blocking(|| {}).await.expect("no panic");
}

/// A run in which much is alive at each moment.
fn a_run() -> Vec<Record> {
    let ((), records) = trace::record(|| {
        let runtime =
            Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        runtime.block_on(many_ways_to_wait());
    });
    records
}

/// The tables that these lines lead to, without what a page forgets.
fn state(lines: &[Value]) -> BTreeMap<(String, String), BTreeMap<String, Value>> {
    let mut state = BTreeMap::new();
    for line in lines {
        let lists =
            ["then", "also", "anew"].into_iter().filter_map(|key| line.get(key)?.as_array());
        for entry in lists.flat_map(|list| list.chunks(3)).filter(|entry| entry[0] != "open") {
            let key =
                (entry[0].as_str().unwrap().to_owned(), entry[1].as_str().unwrap().to_owned());
            let Some(values) = entry[2].as_object() else {
                state.remove(&key);
                continue;
            };
            let record: &mut BTreeMap<String, Value> = state.entry(key.clone()).or_default();
            record.extend(values.iter().map(|(key, value)| (key.clone(), value.clone())));
            // A task that is over is not told again.
            if record.get("where").is_some_and(|place| place == "done") {
                state.remove(&key);
            }
        }
    }
    state
}

/// The waits of each task that are open at the end, and the scopes around each, from inside.
fn branches(lines: &[Value]) -> BTreeMap<u64, (String, Vec<String>)> {
    let mut told = Vec::new();
    for line in lines {
        // (What was open where the record begins, as the events that told of it.)
        let open = line["also"].as_array().filter(|also| also[0] == "open");
        told.push(open.map_or((&line["in"], line), |also| (&also[2]["in"], &also[2]["event"])));
    }
    let (mut scopes, mut waits) = (BTreeMap::new(), BTreeMap::new());
    for (around, event) in told {
        let of = |key: &str| event[key].as_u64();
        match event["ev"].as_str() {
            Some("Scope") => _ = scopes.insert(of("scope"), (event, around)),
            Some("Wait") => _ = waits.insert(number(event, "wait"), (event, around)),
            Some("Done") => _ = waits.remove(&number(event, "wait")),
            _ => {}
        }
    }
    let around = |mut branch: Option<u64>| {
        let mut path = Vec::new();
        while let Some((scope, (event, around))) = scopes.range(..=branch).next_back() {
            let (Some(here), Some(first)) = (branch, *scope) else { break };
            path.push(format!("{} of {}", here - first, event["what"]));
            branch = around.as_u64();
        }
        path
    };
    let found =
        |(event, branch): (&Value, &Value)| (event["on"].to_string(), around(branch.as_u64()));
    waits.into_iter().map(|(wait, told)| (wait, found(told))).collect()
}

#[test]
fn a_page_that_begins_in_the_middle_knows_in_which_branch_a_wait_is() {
    let _alone = ONE_DUMPS.lock().unwrap_or_else(PoisonError::into_inner);
    let place = Place::new("flight-branch");
    let ((), records) = trace::record(|| {
        let runtime =
            Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let minute = Duration::from_mins(1);
            let asleep = kettle::spawn(kettle::time::timeout(minute, async move {
                kettle::select! {
                    () = kettle::time::sleep(minute) => {}
                    () = std::future::pending() => {}
                }
            }));
            for _ in 0..50 {
                kettle::time::sleep(Duration::from_millis(1)).await;
            }
            asleep.abort();
        });
    });
    let is_abort = |record: &Record| matches!(record.event, Event::Cancel { .. });
    let until = records.iter().position(is_abort).expect("it is aborted");
    let lines_of = |limit| {
        let file = place.file("tea.html");
        let mut flight = FlightRecorder::create(&file).unwrap().limit(limit);
        flight.record(&records[..until]);
        assert!(trace::dump().unwrap().contains(&file));
        lines(&fs::read_to_string(&file).unwrap())
    };
    let (all, few) = (lines_of(1 << 20), lines_of(64 * 168));
    assert!(events(&all).len() == until && events(&few).len() < 100);
    let known = branches(&few);
    assert_eq!(branches(&all), known);
    let inner = ["1 of \"select\"", "1 of \"timeout\""];
    assert!(known.values().any(|(_, path)| *path == inner), "{known:?}");
}

#[test]
fn a_page_that_begins_in_the_middle_has_the_state_of_one_that_has_all() {
    let _alone = ONE_DUMPS.lock().unwrap_or_else(PoisonError::into_inner);
    let (place, records) = (Place::new("flight-state"), a_run());
    let (whole, short) = (place.file("whole.html"), place.file("short.html"));
    assert!(records.len() > 300, "{}", records.len());
    for until in [150, 200, 250, 300, records.len()] {
        trace::save(&whole, &records[..until]).unwrap();
        let mut flight = FlightRecorder::create(&short).unwrap().limit(64 * 200);
        records[..until].chunks(7).for_each(|some| flight.record(some));
        assert!(trace::dump().unwrap().contains(&short));
        let whole = lines(&fs::read_to_string(&whole).unwrap());
        let short = lines(&fs::read_to_string(&short).unwrap());
        let (all, few) = (events(&whole), events(&short));
        assert!(few.len() < 100 && all.len() == until, "{} of {}", few.len(), all.len());
        for (event, same) in few.iter().rev().zip(all.iter().rev()) {
            let told =
                |event: &Value| (number(event, "n"), event["say"].as_str().unwrap().to_owned());
            assert_eq!(told(event), told(same), "in the same words");
        }
        let (whole, short) = (state(&whole), state(&short));
        assert_eq!(whole, short, "after {until} events");
        assert!(short.len() > 4, "{short:?}");
    }
}
