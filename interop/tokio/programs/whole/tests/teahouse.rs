//! Are both faults of the teahouse found, each by what the book says finds it?
//!
//! The program runs in a process of its own, as a reader runs it, in each of its four forms. The verdict
//! is compared with `teahouse.txt`, which the book shows: places exactly, times and numbers of tasks aside.

use std::process::{Command, Output};

const VERDICT: &str = include_str!("teahouse.txt");
const ONE_THREAD: &str = "kettle: this program asks for several threads";

fn run(fixed: &[&str], record: &str) -> Output {
    let mut teahouse = Command::new(env!("CARGO_BIN_EXE_teahouse"));
    teahouse.args(fixed).env("RUST_BACKTRACE", "0").env("KETTLE_TRACE", record);
    // What may be meant only warns, even here.
    let output = teahouse.env("KETTLE_DOCTOR", "panic").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    output
}

/// What it prints, and what the doctor says.
fn told(fixed: &[&str]) -> (String, String) {
    let page = std::env::temp_dir().join(format!(
        "kettle-teahouse-{}-{}.html",
        std::process::id(),
        fixed.join("-")
    ));
    let Output { stdout, stderr, .. } = run(fixed, page.to_str().unwrap());
    let recorded = std::fs::read_to_string(&page).unwrap();
    std::fs::remove_file(&page).unwrap();
    assert!(recorded.lines().last().unwrap().starts_with("{\"end\":\"complete\""));
    let lines = String::from_utf8(stderr).unwrap();
    let lines = lines.lines().filter(|line| !line.starts_with(ONE_THREAD));
    (String::from_utf8(stdout).unwrap(), lines.map(shortened).collect())
}

/// A path of the registry begins with its package, as it differs from machine to machine before that.
fn shortened(line: &str) -> String {
    match line.split_once("/registry/src/") {
        Some((before, path)) => {
            let (arrow, _) = before.rsplit_once(' ').unwrap();
            format!("{arrow} …/{}\n", path.split_once('/').unwrap().1)
        }
        None => format!("{line}\n"),
    }
}

/// Without the numbers of tasks and the times, but with those of lines.
fn without_numbers(verdict: &str) -> String {
    let mut words = verdict.split(' ').peekable();
    let mut kept = Vec::new();
    while let Some(word) = words.next() {
        let is_name = ["task", "tasks", "ms", "s"].iter();
        let named = is_name.clone().any(|name| kept.last() == Some(name));
        let is_count = words.peek().is_some_and(|next| is_name.clone().any(|name| name == next));
        let is_number = word.parse::<f64>().is_ok();
        kept.push(if is_number && (named || is_count) { "N" } else { word });
    }
    kept.join(" ").replace("N ms", "N s")
}

/// With both faults; the book shows it, too.
const PRINTED: &str = include_str!("teahouse_prints.txt");
const ANNA_LEAVES: &str = "Anna asks for gyokuro, waits for 2s and leaves\n";
const ANNA_IS_TOLD: &str = "Anna asks for gyokuro: 504 Gateway Timeout\n";
const BERT_IS_SERVED: &str = "Bert asks for sencha: 4 euros\n";

#[test]
fn with_both_faults_the_doctor_names_the_lock_and_its_line() {
    let (printed, verdict) = told(&[]);
    assert_eq!(printed, PRINTED);
    assert_eq!(without_numbers(&verdict).trim_end(), without_numbers(VERDICT).trim_end());
    let source = include_str!("../src/bin/teahouse.rs");
    let line = source.lines().position(|line| line.contains("let mut prices = self.prices"));
    let place = format!("programs/whole/src/bin/teahouse.rs:{}:", line.unwrap() + 1);
    assert!(verdict.starts_with("warning[kettle::guard_across_await]: "), "{verdict}");
    assert!(verdict.lines().nth(1).unwrap().contains(&place), "{verdict}");
}

#[test]
fn a_timeout_alone_leaves_the_lock_to_the_doctor() {
    let (printed, verdict) = told(&["timeout"]);
    assert_eq!(printed, [ANNA_IS_TOLD, BERT_IS_SERVED].concat());
    assert!(verdict.starts_with("warning[kettle::guard_across_await]: "), "{verdict}");
    assert_eq!(verdict.matches("warning[").count(), 1, "{verdict}");
}

#[test]
fn without_the_lock_the_doctor_is_silent_and_the_story_shows_the_wait() {
    let (printed, verdict) = told(&["lock"]);
    assert_eq!((printed, verdict.as_str()), ([BERT_IS_SERVED, ANNA_LEAVES].concat(), ""));
    assert!(story(&["lock"]).iter().all(|task| !task.contains(" waits for timer ")));
}

#[test]
fn with_both_fixed_the_doctor_is_silent_and_a_timer_limits_the_wait() {
    let (printed, verdict) = told(&["lock", "timeout"]);
    assert_eq!((printed, verdict.as_str()), ([BERT_IS_SERVED, ANNA_IS_TOLD].concat(), ""));
    let timers = story(&["lock", "timeout"]);
    assert_eq!(timers.iter().filter(|line| line.contains(" waits for timer ")).count(), 1);
}

/// The lines of the story about the task that answers Anna: it is the one that asks the supplier.
fn story(fixed: &[&str]) -> Vec<String> {
    let text = String::from_utf8(run(fixed, "-").stderr).unwrap();
    let source = include_str!("../src/bin/teahouse.rs");
    let line = source.lines().position(|line| line.contains("socket.read_to_string(&mut price)"));
    let place = format!("teahouse.rs:{}", line.unwrap() + 1);
    let asks = text.lines().find(|line| line.contains(&place)).unwrap();
    let task = asks.split_once(" task ").unwrap().1.split(' ').next().unwrap();
    let name = format!(" task {task} ");
    text.lines().filter(|line| line.contains(&name)).map(str::to_owned).collect()
}
