//! Is the file of a trace true and readable, however the program ended?
//!
//! Each test starts this binary once more as the program that is watched (`child.rs`), because a
//! program is to exit, hang, or be killed in it.

mod child;
#[path = "../common/folder.rs"]
mod folder;
mod watch;

use std::fs;
use std::path::Path;
#[cfg(unix)]
use std::process::Command;

use kettle::runtime::Builder;
use kettle::trace::{self, File};

use child::NASTY;
use folder::Folder;
use serde_json::Value;
use watch::{
    child_that, data, events, is_complete, kill, lines, lines_and_output, name, parse, run, said,
};

/// Not a test by itself: the others start it as a process of its own.
#[test]
#[ignore = "run by the other tests"]
fn program() {
    child::act();
}

#[test]
fn a_replay_is_a_page_with_the_lines_behind_it() {
    let place = Folder::new();
    assert!(run("speak", &place.at("tea.html")).status.success());
    assert!(run("speak", &place.at("tea.jsonl")).status.success());
    let page = place.text("tea.html");
    assert!(page.starts_with("<!doctype html>"));
    assert!(!data(&page).contains("</") && !data(&page).contains("<!"), "it would end the tag");
    for text in [page, place.text("tea.jsonl")] {
        let lines = lines(&text);
        assert_eq!(lines[0]["v"], 9);
        assert_eq!(lines[0]["clock"], "real");
        assert!(is_complete(&lines));
        assert!(!events(&lines).is_empty());
        assert_eq!(name(events(&lines)[0]), "RunStart");
        let note = lines.iter().find(|line| line["ev"] == "Note");
        assert_eq!(note.expect("our note")["text"], NASTY);
    }
}

#[test]
fn each_file_is_told_once_and_before_it_is_named() {
    let place = Folder::new();
    run("speak", &place.at("tea.jsonl"));
    let mut told: Vec<String> = Vec::new();
    for line in lines(&place.text("tea.jsonl")) {
        if let Some(file) = line.get("file") {
            assert!(!told.contains(&file.as_str().unwrap().to_owned()), "{file:?} twice");
            let file = file.as_str().unwrap();
            let text = fs::read_to_string(file).expect("cargo runs tests in the root");
            assert_eq!(line["text"], text);
            let ours = !file.starts_with("tests/");
            assert_eq!(line["whose"], if ours { "kettle" } else { "program" });
            told.push(file.to_owned());
        }
        for key in ["src", "at", "made"] {
            if let Some(place) = line.get(key) {
                let file = place.as_str().unwrap().split(':').next().expect("a file");
                assert!(told.iter().any(|told| told == file), "{file} is not told yet");
            }
        }
    }
    assert!(told.iter().any(|file| file == "tests/trace_file/child.rs") && told.len() > 5);
}

#[test]
fn a_panic_leaves_a_whole_trace() {
    let place = Folder::new();
    assert!(!run("panic", &place.at("tea.html")).status.success());
    let lines = lines(&place.text("tea.html"));
    assert!(is_complete(&lines));
    let events = events(&lines);
    let end = events.iter().rev().find(|event| name(event) == "PollEnd").expect("a poll");
    assert_eq!([&end["task"], &end["outcome"]], ["main", "panicked"]);
}

#[test]
fn an_exit_leaves_all_up_to_the_poll_that_made_it() {
    let place = Folder::new();
    assert_eq!(run("exit", &place.at("tea.html")).status.code(), Some(3));
    let lines = lines(&place.text("tea.html"));
    assert!(!is_complete(&lines));
    let events = events(&lines);
    let last = events.last().expect("events");
    assert_eq!([&last["ev"], &last["task"]], ["PollStart", "task 1"]);
}

#[test]
fn a_sleeper_that_is_killed_leaves_all() {
    let place = Folder::new();
    kill("sleep", "asleep", &place.at("tea.jsonl"));
    let lines = lines(&place.text("tea.jsonl"));
    assert!(!is_complete(&lines));
    let events = events(&lines);
    assert_eq!(name(events.last().expect("events")), "Park");
}

/// So `tail` keeps the end of a long run.
#[cfg(unix)]
#[test]
fn a_named_pipe_gets_all_lines() {
    let place = Folder::new();
    let pipe = place.at("tea.jsonl");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    let mut child = child_that("work", &pipe).spawn().expect("it starts");
    let lines = lines(fs::read_to_string(&pipe).expect("text").trim_start());
    assert!(child.wait().expect("it ends").success() && is_complete(&lines));
    assert!(!events(&lines).is_empty());
}

#[test]
fn a_poll_that_never_ends_is_the_last_thing_in_the_file() {
    let place = Folder::new();
    kill("hang", "hanging", &place.at("tea.jsonl"));
    let lines = lines(&place.text("tea.jsonl"));
    let events = events(&lines);
    assert_eq!(name(events.last().expect("events")), "PollStart");
    let first = events.iter().find(|event| name(event) == "PollEnd").expect("its first poll");
    assert_eq!(first["outcome"], "pending");
}

#[test]
fn a_limit_ends_the_trace_and_says_so() {
    let place = Folder::new();
    for (file, limit) in [("tea.jsonl", "64K"), ("tea.html", "8K")] {
        let mut child = child_that("work", &place.at(file));
        let output = child.env("KETTLE_TRACE_LIMIT", limit).output().expect("it runs");
        assert!(output.status.success());
        let lines = lines(&place.text(file));
        assert!(!is_complete(&lines) && lines.last().expect("an end")["end"] == "full");
        let events = events(&lines);
        let words = said(&output);
        let end = format!(" is full, and ends at event {}\n", events.len());
        assert!(words.contains(&end), "{words}");
    }
    let is_event = |line: &&str| parse(line).is_ok_and(|line| line.get("ev").is_some());
    let text = place.text("tea.jsonl");
    let bytes: usize = text.lines().filter(is_event).map(|line| line.len() + 1).sum();
    assert!((64 * 1024..=66 * 1024).contains(&bytes), "{bytes}");
}

#[test]
fn what_cannot_be_written_is_an_error_before_the_program_starts() {
    let place = Folder::new();
    let nowhere = place.at("no/such/directory/tea.html");
    let output = run("speak", &nowhere);
    let words = said(&output);
    assert!(!output.status.success() && !String::from_utf8_lossy(&output.stdout).contains("one"));
    let refusal = format!("KETTLE_TRACE: the trace {} can't be written (", nowhere.display());
    assert!(words.contains(&refusal), "{words}");
    assert!(words.contains("): make its directory first"), "{words}");
    let directory = place.at("directory.html");
    fs::create_dir(&directory).expect("a directory");
    let words = said(&run("speak", &directory));
    assert!(words.contains("directory.html can't be written ("), "{words}");
}

#[test]
fn what_is_no_trace_is_not_overwritten() {
    let place = Folder::new();
    fs::write(place.at("thesis.html"), "<!doctype html>\n").expect("written");
    let refused = |trace: &Path| {
        let output = run("speak", trace);
        assert!(!output.status.success());
        said(&output)
    };
    let words = refused(&place.at("thesis.html"));
    assert!(words.contains("than a trace of this form): remove it, or name another"), "{words}");
    assert_eq!(place.text("thesis.html"), "<!doctype html>\n");
    // A program's second runtime writes to another file: the same holds for that.
    fs::write(place.at("tea.2.html"), "mine").expect("written");
    let words = said(&run("twice", &place.at("tea.html")));
    assert!(words.contains("tea.2.html can't be written (") && place.text("tea.2.html") == "mine");
    for again in [false, true] {
        assert!(run("speak", &place.at("again.html")).status.success(), "{again}");
    }
}

#[test]
fn each_runtime_of_a_program_has_a_file_of_its_own() {
    let place = Folder::new();
    assert!(run("twice", &place.at("tea.html")).status.success());
    for file in ["tea.html", "tea.2.html", "tea.3.html"] {
        let lines = lines(&place.text(file));
        assert!(is_complete(&lines), "{file}");
        assert!(
            events(&lines).iter().all(|event| event["say"].as_str().unwrap() != "main 2 is polled")
        );
    }
    assert!(!place.at("tea.4.html").exists());
}

/// The first call of `inner` has another stack than the second, though both wait at one line.
#[test]
#[cfg(feature = "stacks")]
fn a_wait_tells_in_which_functions_it_is_if_it_is_asked_to() {
    let place = Folder::new();
    let asked = |trace: &Path| child_that("await", trace).env("KETTLE_STACKS", "1").output();
    assert!(asked(&place.at("tea.jsonl")).expect("it runs").status.success());
    let (mut stacks, mut waits) = (Vec::new(), Vec::new());
    for line in lines(&place.text("tea.jsonl")) {
        let number = line.get("stack").map(|number| number.as_u64().unwrap());
        if let Some(frames) = line.get("frames") {
            stacks.push(frames.clone());
            assert_eq!(number, Some(stacks.len() as u64), "they are numbered");
        } else if let Some(ev) = line.get("ev") {
            assert_eq!(number.is_some(), ev.as_str() == Some("Wait"), "{line}");
            waits.extend(number);
        }
    }
    assert_eq!((stacks.len(), waits), (2, vec![1, 2, 1, 2]), "{stacks:?}");
    let call = "    inner().await;";
    let text = include_str!("child.rs");
    let first = text.lines().position(|line| line == call).expect("the line") + 1;
    for (call, stack) in stacks.iter().enumerate() {
        let part = |frame: usize, part: usize| stack[frame][part].as_str().unwrap();
        assert_eq!([part(0, 0), part(1, 0), part(2, 0)], ["inner", "outer", "awaits"]);
        assert_eq!(part(1, 1), format!("tests/trace_file/child.rs:{}:13", first + call));
    }
    let told = asked(Path::new("-")).expect("it runs").stderr;
    let told = String::from_utf8_lossy(&told);
    let stacks =
        || told.lines().filter(|line| line.contains("in inner  tests/trace_file/child.rs"));
    assert_eq!(stacks().count(), 4, "each differs from the one before: {told}");
    let is_whole = |line: &str| line.contains(" ← outer  ") && line.contains(" ← awaits  ");
    assert!(stacks().all(is_whole), "{told}");
}

#[test]
fn a_virtual_clock_has_the_machines_time_beside_it() {
    let place = Folder::new();
    assert!(run("pause", &place.at("tea.jsonl")).status.success());
    let lines = lines(&place.text("tea.jsonl"));
    assert_eq!(lines[0]["clock"], "paused");
    let events = events(&lines);
    let last = events.last().expect("events");
    let hour = 3_600_000_000_000;
    assert!(last["t"].as_u64().unwrap() >= hour && last["real"].as_u64().unwrap() < hour);
    let of =
        |key: &str| events.iter().map(|event| event[key].as_u64().unwrap()).collect::<Vec<_>>();
    assert!(of("t").is_sorted() && of("real").is_sorted());
}

#[test]
fn what_recording_took_is_told_between_two_events_and_in_sum() {
    let place = Folder::new();
    assert!(run("work", &place.at("tea.jsonl")).status.success());
    let lines = lines(&place.text("tea.jsonl"));
    let (mut sum, mut before) = (0, 0);
    for event in events(&lines) {
        let overhead = event.get("overhead").map_or(0, |told| told.as_u64().unwrap());
        let now = event["t"].as_u64().unwrap();
        assert!(overhead <= now - before, "it was between the two: {event}");
        (sum, before) = (sum + overhead, now);
    }
    let told = lines.last().expect("an end")["overhead"].as_u64().unwrap();
    assert!(0 < sum && sum < told, "the end itself takes time: {sum} of {told}");
}

#[test]
fn what_is_printed_stands_in_the_poll_that_printed_it() {
    let lines = lines_and_output("speak", &Folder::new());
    let (mut polled, mut waits) = (None, false);
    let mut notes = Vec::new();
    for line in &lines {
        match line.get("ev").and_then(Value::as_str) {
            Some("PollStart") => (polled, waits) = (Some(line["task"].as_str().unwrap()), false),
            Some("PollEnd") => polled = None,
            Some("TimerAdd" | "Wait") => waits = true,
            _ => {}
        }
        if let Some(note) = line.get("note") {
            assert_eq!(line.get("task").and_then(Value::as_str), polled);
            assert!(!waits, "a poll prints before it waits, not after: {}", note.as_str().unwrap());
            notes.push((note.as_str().unwrap(), polled));
        }
    }
    let of_ours: Vec<_> = notes.into_iter().filter(|(_, polled)| polled.is_some()).collect();
    let (main, task) = (Some("main"), Some("task 1"));
    assert_eq!(of_ours, [("one", main), ("two", task), ("three </script>", task)]);
}

#[test]
fn a_verdict_of_the_doctor_stands_beside_the_events() {
    let place = Folder::new();
    let mut child = child_that("forget", &place.at("tea.jsonl"));
    let output = child.env("KETTLE_DOCTOR", "warn").output().expect("it runs");
    let words = said(&output);
    let lines = lines(&place.text("tea.jsonl"));
    let at = lines.iter().position(|line| line.get("lint").is_some()).expect("a verdict");
    let verdict = &lines[at];
    assert!(words.contains(verdict["say"].as_str().unwrap()), "{words}");
    let file = verdict["at"].as_str().unwrap().split(':').next().expect("a file");
    let told = |line: &Value| line.get("file").is_some_and(|told| told.as_str().unwrap() == file);
    assert!(lines[..at].iter().any(told), "{file} is not told before");
    let after = verdict["after"].as_u64().unwrap();
    assert!(events(&lines[..at]).iter().any(|event| event["n"].as_u64().unwrap() == after));
    assert!(lines[at..].iter().any(|line| line.get("ev").is_some()), "it isn't left for the end");
}

#[test]
fn from_code_a_sink_or_records_that_were_kept() {
    let place = Folder::new();
    let (direct, saved) = (place.at("direct.jsonl"), place.at("saved.jsonl"));
    let mut builder = Builder::new_current_thread();
    builder.trace(File::create(&direct).expect("a file"));
    builder.build().expect("a runtime").block_on(async { kettle::task::yield_now().await });
    let ((), records) = trace::record(|| {
        let runtime = Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async { kettle::task::yield_now().await });
    });
    trace::save(&saved, &records).expect("it is written");
    let says = |name| {
        let lines = lines(&place.text(name));
        assert!(is_complete(&lines));
        events(&lines)
            .iter()
            .map(|event| event["say"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(says("direct.jsonl"), says("saved.jsonl"));
    let error = trace::save(place.at("tea.txt"), &records).expect_err("no such form");
    assert!(error.to_string().contains(".html") && error.to_string().contains(".jsonl"), "{error}");
}

#[test]
fn a_program_that_starts_itself_leaves_two_traces() {
    let place = Folder::new();
    let output = run("nest", &place.at("tea.jsonl"));
    assert!(output.status.success());
    let others = fs::read_dir(place.at("")).expect("a directory").flatten();
    let names = others.map(|file| file.file_name().to_string_lossy().into_owned());
    let other = names.filter(|name| name != "tea.jsonl").collect::<Vec<_>>();
    let [other] = &other[..] else { panic!("one more: {other:?}") };
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(printed.contains("another process writes") && printed.contains(other), "{printed}");
    for name in ["tea.jsonl", other] {
        let lines = lines(&place.text(name));
        assert!(is_complete(&lines));
        assert!(!events(&lines).is_empty());
    }
}

#[test]
fn a_program_that_does_not_start_leaves_an_older_trace_as_it_is() {
    let place = Folder::new();
    let trace = place.at("tea.jsonl");
    assert!(run("speak", &trace).status.success());
    let older = place.text("tea.jsonl");
    for (variable, known) in [("KETTLE_DOCTOR", "off, warn, "), ("KETTLE_STACKS", "1 to see ")] {
        let output = child_that("speak", &trace).env(variable, "bogus").output().expect("it runs");
        let words = format!("{variable}=\"bogus\" is not understood. Set it to {known}");
        assert!(!output.status.success() && said(&output).contains(&words), "{}", said(&output));
        assert_eq!(place.text("tea.jsonl"), older);
    }
}
