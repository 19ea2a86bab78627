//! How is the program watched, and its file read?

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::folder::Folder;

pub(crate) fn child_that(does: &str, trace: &Path) -> Command {
    let mut child = Command::new(std::env::current_exe().expect("this test's own path"));
    child.args(["--exact", "program", "--ignored", "--nocapture"]).stdin(Stdio::null());
    child.env("CHILD", does).env("KETTLE_TRACE", trace).env("KETTLE_DOCTOR", "off");
    for variable in ["KETTLE_TRACE_LIMIT", "KETTLE_TRACE_OUTPUT", "KETTLE_STACKS"] {
        child.env_remove(variable);
    }
    child
}

/// What it has said on standard error.
pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub(crate) fn run(does: &str, trace: &Path) -> Output {
    child_that(does, trace).output().expect("it runs")
}

/// The lines of its trace, with what it has printed among them.
pub(crate) fn lines_and_output(does: &str, place: &Folder) -> Vec<Value> {
    let (trace, printed) = (place.at("tea.jsonl"), place.at("printed"));
    let mut child = child_that(does, &trace);
    child.env("KETTLE_TRACE_OUTPUT", &printed).stdout(fs::File::create(&printed).expect("a file"));
    assert!(child.status().expect("it runs").success());
    lines(&place.text("tea.jsonl"))
}

/// Starts it, waits until it has printed `word`, and kills it.
pub(crate) fn kill(does: &str, word: &str, trace: &Path) {
    let mut child = child_that(does, trace);
    let mut child = child.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
    let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    assert!(lines.map_while(Result::ok).any(|line| line.contains(word)), "it never says {word}");
    if does == "sleep" {
        // Until it sleeps indeed.
        while !fs::read_to_string(trace).expect("the file").contains("\"ev\":\"Park\"") {
            std::thread::yield_now();
        }
    }
    child.kill().expect("it is there");
    child.wait().expect("it ends");
}

pub(crate) fn parse(text: &str) -> serde_json::Result<Value> {
    serde_json::from_str(text)
}

/// What is behind the page, if there is one.
pub(crate) fn data(text: &str) -> &str {
    let tag = "<script type=\"text/plain\" id=\"trace\">\n";
    text.split_once(tag).map_or(text, |(_, data)| data)
}

pub(crate) fn lines(text: &str) -> Vec<Value> {
    kettle::trace::lines(text).iter().map(|line| parse(line).expect("a line of JSON")).collect()
}

/// The events among these lines, which are counted from 1 without a gap.
#[track_caller]
pub(crate) fn events(lines: &[Value]) -> Vec<&Value> {
    let events: Vec<&Value> = lines.iter().filter(|line| line.get("ev").is_some()).collect();
    assert!(events.iter().zip(1_u64..).all(|(event, number)| event["n"] == number), "{events:?}");
    events
}

pub(crate) fn name(event: &Value) -> &str {
    event["ev"].as_str().unwrap()
}

pub(crate) fn is_complete(lines: &[Value]) -> bool {
    let end = lines.last().and_then(|line| line.get("end"));
    let ends = lines.iter().filter(|line| line.get("end").is_some());
    assert_eq!(ends.count(), usize::from(end.is_some()));
    end.is_some_and(|end| end == "complete")
}
