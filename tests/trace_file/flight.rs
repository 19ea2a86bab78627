//! Does a flight recorder keep what came before, and write it when something has happened?
//!
//! Not here: that a page which begins in the middle has the state of one that has all (`late` in
//! `tests/replay/checks/fold.mjs`).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::watch::{Place, child_that, events, lines, name, parse};

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
