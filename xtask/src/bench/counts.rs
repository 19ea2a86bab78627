//! Does an operation still take as many instructions, atomics, polls and system calls?
//!
//! Time depends on the machine and on what else it does; counts don't. Each row that
//! `benches/counts.json` names runs twice, short and long: the difference, divided by the difference in
//! size, is what one operation takes, without what start and end cost. It has to be within 5 % of what
//! the file says, in both directions: a change that makes it cheaper commits the new figure, so that it
//! stays. (To count another row, write its name there, with `{}`, and run `bench --counts`.)
//!
//! Instructions are counted by valgrind, and the atomic ones among them, which are the cost that a
//! reader can see in the source (`atomics.rs`); system calls by strace, polls by the runtime's events.
//! The bench is built without its peers and without link-time optimisation: that is quick, and the
//! figures serve only to be compared with themselves.
//!
//! Not here: time (`rounds.rs`), which fails nothing.

use std::collections::BTreeMap;
use std::env::consts::ARCH;
use std::fs;
use std::process::Command;

use kettle_kit::report::{Outcome, Report, Trouble, none_of};
use kettle_kit::tally::Tally;
use kettle_kit::{process, tree};
use serde::{Deserialize, Serialize};

use crate::bench::atomics::Atomics;
use crate::bench::row::Build;
use crate::bench::run::said_by;

const PAPER: &str = "benches/counts.json";
/// The part by which a count may differ.
const SHARE: f64 = 0.05;
/// By how much it may in any case: for the counts that are zero, or nearly.
const AT_LEAST: f64 = 0.002;
/// A trip or a visit of these comes after another, so that no chance decides how much is done at once.
const SERVERS: &[&str] = &["echo-1", "http-1"];
/// How often a server is counted before its counts are a fault. On some machines the next visitor is there
/// before the server looks, and a wait for it is saved now and then: chance makes one counting
/// differ, a change of the code makes all of them.
const SERVER_TRIES: usize = 3;

/// What is kept.
#[derive(Deserialize, Serialize)]
struct Paper {
    architecture: String,
    compiler: String,
    rows: BTreeMap<String, Counts>,
}

/// What one operation takes, by the name of what is counted.
type Counts = BTreeMap<String, f64>;

/// The part of the test.
pub(crate) fn counts(report: &mut Report) {
    let mut built = None;
    let about = "cargo build --release -p kettle-bench --no-default-features";
    report.long_check("the bench builds", about, || {
        process::needs_on_linux(&["valgrind", "strace", "objdump"])?;
        let paper = paper()?;
        if paper.architecture != ARCH {
            let words =
                format!("{PAPER} was counted on {}, and this is {ARCH}", paper.architecture);
            return Err(Trouble::Skipped(words));
        }
        if paper.rows.is_empty() {
            return Err(format!("{PAPER} names no row").into());
        }
        built = Some((build()?, paper));
        Ok(Tally::success())
    });
    let Some((bench, paper)) = built else { return };
    for (row, should) in &paper.rows {
        report.check(&format!("counts of {row}"), || {
            let tries = if SERVERS.contains(&row.as_str()) { SERVER_TRIES } else { 1 };
            let mut faults = until_none(tries, || Ok(faults(should, &count(&bench, row)?)))?;
            if !faults.is_empty() {
                let (then, now) = (&paper.compiler, compiler());
                faults.push(format!("(counted with {then}; this is {now})"));
                faults.push("`cargo xtask bench --counts` keeps the new figures".to_owned());
            }
            none_of(&faults)
        });
    }
}

/// What the last of so many tries found, or nothing as soon as one finds nothing.
fn until_none(
    tries: usize,
    mut attempt: impl FnMut() -> Result<Vec<String>, Trouble>,
) -> Result<Vec<String>, Trouble> {
    for _ in 1..tries {
        if attempt()?.is_empty() {
            return Ok(Vec::new());
        }
    }
    attempt()
}

/// Counts everything anew, and keeps it as what is to be.
pub(crate) fn keep() -> Result<(), Trouble> {
    process::needs_on_linux(&["valgrind", "strace", "objdump"])?;
    let (bench, mut paper) = (build()?, paper()?);
    (paper.architecture, paper.compiler) = (ARCH.to_owned(), compiler());
    for (row, counts) in &mut paper.rows {
        *counts = count(&bench, row)?;
        println!("{row}: {counts:.3?}");
    }
    let text = serde_json::to_string_pretty(&paper).map_err(|error| error.to_string())?;
    Ok(fs::write(tree::root().join(PAPER), text + "\n")?)
}

/// Runs every row of the bench on kettle, once: each asserts its result.
pub(crate) fn every_row() -> Outcome {
    process::needs_on_linux(&[])?;
    let bench = build()?;
    let rows = bench.rows()?;
    for row in &rows {
        bench.sample(row, "kettle", &[])?;
    }
    if rows.is_empty() { Err("the bench has no rows".into()) } else { Ok(Tally::success()) }
}

fn paper() -> Result<Paper, String> {
    serde_json::from_str(&tree::read(PAPER)?).map_err(|error| format!("{PAPER}: {error}"))
}

/// The bench with kettle alone.
fn build() -> Result<Build, Trouble> {
    Build::new(&["--release", "--no-default-features"], "release")
}

fn compiler() -> String {
    said_by("rustc", &["--version"])
}

/// What one operation of the row takes.
fn count(bench: &Build, row: &str) -> Result<Counts, Trouble> {
    let server = SERVERS.contains(&row);
    // Servers do less: each operation is several system calls. The other rows take multiples of 10,000.
    let (short, long) = if server { (2_000, 8_000) } else { (20_000, 120_000) };
    // Of strace's table only the counts, because the times make columns of any width; and of all
    // threads. (The visitors of a server would be among them.)
    let strace: &[&str] = if server {
        &["strace", "-c", "-U", "calls,name"]
    } else {
        &["strace", "-cfU", "calls,name"]
    };
    // A server that strace slows down finds each request there as soon as its visitor: at full speed
    // it is a matter of chance.
    let polls_under = if server { strace } else { &[] };
    let program = bench.program("kettle-bench").canonicalize()?;
    let atomics = Atomics::of(&program)?;
    let profile = tempfile::NamedTempFile::new()?;
    let out = format!("--callgrind-out-file={}", profile.path().display());
    let valgrind: &[&str] = &[
        "valgrind",
        "--tool=callgrind",
        "--dump-instr=yes",
        "--compress-pos=no",
        "--compress-strings=no",
        &out,
    ];
    let profiled = |_: &str| {
        let profile = fs::read_to_string(profile.path()).ok()?;
        Some(atomics.executed(&profile, &program))
    };
    let mut counts = Counts::new();
    let mut add = |tool: &[&str], flags: &[&str], whats: &[What]| {
        let run = |operations: u32| {
            let operations = operations.to_string();
            let program = program.display().to_string();
            let words = [tool, &[&program, "kettle", row, &operations], flags].concat();
            let mut command = Command::new(words[0]);
            command.args(&words[1..]).env_remove("KETTLE_TRACE");
            let printed = process::run(&mut command)?.expect_success()?.transcript;
            let read = |(name, read): &What| {
                read(&printed).ok_or_else(|| Trouble::from(format!("no {name} in:\n{printed}")))
            };
            whats.iter().map(read).collect::<Result<Vec<_>, _>>()
        };
        let (few, many) = (run(short)?, run(long)?);
        for ((name, _), (few, many)) in whats.iter().zip(few.iter().zip(many)) {
            let each = (many - few) / f64::from(long - short);
            // Four digits behind the point.
            counts.insert((*name).to_owned(), (each * 1e4).round() / 1e4);
        }
        Ok::<_, Trouble>(())
    };
    add(valgrind, &[], &[("instructions", &instructions), ("atomics", &profiled)])?;
    add(polls_under, &["--polls"], &[("polls", &polls)])?;
    add(strace, &[], &[("system calls", &total)])?;
    Ok(counts)
}

/// What is counted, and how it is read after a run, whose words are given.
type What<'a> = (&'a str, &'a dyn Fn(&str) -> Option<f64>);

fn polls(printed: &str) -> Option<f64> {
    printed.lines().find_map(|line| line.strip_prefix("polls "))?.parse().ok()
}

/// Of valgrind's words the line `I refs: 1,234`, with a process's number before it.
fn instructions(printed: &str) -> Option<f64> {
    let line = printed.lines().find(|line| line.contains("I ") && line.contains("refs:"))?;
    line.rsplit(':').next()?.trim().replace(',', "").parse().ok()
}

/// Of strace's table the last line.
fn total(table: &str) -> Option<f64> {
    let line = table.lines().find(|line| line.trim_end().ends_with(" total"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// In which way the counts are not what the paper says.
fn faults(should: &Counts, counts: &Counts) -> Vec<String> {
    let fault = |(name, is): (&String, &f64)| {
        let Some(should) = should.get(name) else {
            return Some(format!("{PAPER} says nothing about {name} here; they are {is:.3}"));
        };
        let room = AT_LEAST.max(should * SHARE);
        let more = if is > should { "more" } else { "fewer" };
        ((is - should).abs() > room).then(|| {
            format!("{is:.3} {name} for each operation, {more} than {should:.3} ± {room:.3}")
        })
    };
    counts.iter().filter_map(fault).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_may_differ_by_a_twentieth() {
        let counts = |name: &str, count| Counts::from([(name.to_owned(), count)]);
        let fault = |should, is| {
            faults(&counts("polls", should), &counts("polls", is)).pop().unwrap_or_default()
        };
        assert_eq!((fault(100.0, 104.9), fault(100.0, 95.1)), (String::new(), String::new()));
        assert!(fault(100.0, 105.1).contains("more") && fault(100.0, 94.9).contains("fewer"));
        assert_eq!(fault(0.0, 0.001), "");
        assert_ne!(fault(0.0, 1.0), "");
        assert_eq!(faults(&Counts::new(), &counts("polls", 1.0)).len(), 1);
    }

    #[test]
    fn a_fault_is_one_only_if_each_try_finds_it() {
        let found = |tries, faulty: usize| {
            let mut made = 0;
            let attempt = || {
                made += 1;
                Ok(if made <= faulty { vec![format!("try {made}")] } else { Vec::new() })
            };
            let left = until_none(tries, attempt).ok();
            (left, made)
        };
        assert_eq!(found(1, 1), (Some(vec!["try 1".to_owned()]), 1));
        assert_eq!(found(3, 0), (Some(Vec::new()), 1));
        assert_eq!(found(3, 2), (Some(Vec::new()), 3));
        assert_eq!(found(3, 3), (Some(vec!["try 3".to_owned()]), 3));
    }

    #[test]
    fn the_tools_words_are_read() {
        let table =
            "    calls syscall\n--------- -------\n        5 read\n------ ----\n       75 total\n";
        assert_eq!(total(table), Some(75.0));
        assert_eq!(total("strace: no"), None);
        assert_eq!(instructions("==7== \n==7== I   refs:      3,123\n"), Some(3123.0));
    }
}
