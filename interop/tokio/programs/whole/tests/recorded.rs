//! Does each program do its work while it is recorded, and does the doctor say of it what is right?
//!
//! Each runs in a process of its own, as a reader runs it. The teahouse has two faults, of which
//! the doctor names one. What it shows of that is compared with `teahouse.txt`, which is in the
//! book: places exactly, times and numbers of tasks aside.

use std::path::Path;
use std::process::Command;

const ONE_THREAD: &str = "kettle: this program asks for several threads";

/// What it prints, and what the doctor says. What may be meant only warns, even here.
fn told(program: &str, fixed: &[&str]) -> (String, String) {
    let name = Path::new(program).file_stem().unwrap().to_str().unwrap();
    let name = format!("kettle-{name}-{}-{}.html", std::process::id(), fixed.join("-"));
    let page = std::env::temp_dir().join(name);
    let mut command = Command::new(program);
    command.args(fixed).env("RUST_BACKTRACE", "0").env("KETTLE_TRACE", &page);
    let output = command.env("KETTLE_DOCTOR", "panic").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let recorded = std::fs::read_to_string(&page).unwrap();
    std::fs::remove_file(&page).unwrap();
    assert!(recorded.starts_with("<!doctype html>"));
    assert!(recorded.lines().last().unwrap().starts_with("{\"end\":\"complete\""));
    let lines = String::from_utf8(output.stderr).unwrap();
    let lines = lines.lines().filter(|line| !line.starts_with(ONE_THREAD));
    (String::from_utf8(output.stdout).unwrap(), lines.map(shortened).collect())
}

/// A path of the registry begins with its package, as it differs from machine to machine before
/// that.
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

#[test]
fn of_a_service_under_load_the_doctor_says_nothing() {
    let (_, verdict) = told(env!("CARGO_BIN_EXE_service"), &[]);
    assert_eq!(verdict, "");
}

#[test]
fn of_the_teahouse_the_doctor_names_the_lock_and_its_line() {
    let (printed, verdict) = told(env!("CARGO_BIN_EXE_teahouse"), &[]);
    assert_eq!(printed, include_str!("teahouse_prints.txt"));
    let (shown, _) = verdict.split_once("    = note: ").unwrap();
    let shown = without_numbers(shown.trim_end_matches(['|', ' ', '\n']));
    assert_eq!(shown, without_numbers(include_str!("teahouse.txt").trim_end()));
    let source = include_str!("../src/bin/teahouse.rs");
    let line = source.lines().position(|line| line.contains("let mut prices = self.prices"));
    let place = format!("programs/whole/src/bin/teahouse.rs:{}:", line.unwrap() + 1);
    assert!(verdict.lines().nth(1).unwrap().contains(&place), "{verdict}");
}

#[test]
fn of_the_teahouse_with_both_faults_fixed_it_says_nothing() {
    let (printed, verdict) = told(env!("CARGO_BIN_EXE_teahouse"), &["lock", "timeout"]);
    let bert_first = "Bert asks for sencha: 4 euros\nAnna asks for gyokuro: 504 Gateway Timeout\n";
    assert_eq!((printed.as_str(), verdict.as_str()), (bert_first, ""));
}
