//! Does an operation still take as many instructions, polls and system calls?
//!
//! Time depends on the machine and on what else it does; counts don't. Each row of [`ROWS`] runs
//! twice, short and long: the difference, divided by the difference in size, is what one operation
//! takes, without what start and end cost. It has to be within 5 % of what `benches/counts.json`
//! says, in both directions: who makes it cheaper commits the new figure, so that it stays.
//!
//! Instructions are counted by valgrind, system calls by strace, polls by the runtime's own events.
//! The bench is built without its peers and without link-time optimisation: that is quick, and the
//! figures serve only to be compared with themselves.
//!
//! Not here: time (`rounds.rs`), which fails nothing.

use std::collections::BTreeMap;
use std::env::consts::ARCH;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use crate::row::{Build, build, sample};
use kettle_kit::process;
use kettle_kit::report::{Outcome, Report, Trouble};
use kettle_kit::tally::Tally;
use kettle_kit::tree;

const PAPER: &str = "benches/counts.json";
const LIMIT: Duration = Duration::from_mins(1);
/// The part by which a count may differ.
const SHARE: f64 = 0.05;
/// By how much it may in any case: for the counts that are zero, or nearly.
const AT_LEAST: f64 = 0.002;
/// How much more the long run does; the rows take multiples of 10,000.
const SHORT: u32 = 20_000;
const LONG: u32 = 120_000;

/// The rows of the bench that are counted.
const ROWS: &[&str] = &[
    "spawn-batch",
    "spawn-one",
    "yield",
    "ping-pong",
    "mpsc",
    "mpsc-10",
    "mpsc-unbounded",
    "oneshot",
    "lock",
    "lock-10",
    "select",
    "sleep-create",
    "sleep-register",
    "sleep-timeout",
];

/// The rows that are servers. A trip or a visit comes after another, so that no chance decides how
/// much is done at once.
const SERVERS: &[&str] = &["echo-1", "http-1"];
/// They do less: each operation is several system calls.
const SHORT_SERVER: u32 = 2_000;
const LONG_SERVER: u32 = 8_000;

/// What one operation takes, by the name of what is counted.
type Counts = BTreeMap<&'static str, f64>;

/// Counts something of a whole run of the bench's program: a row, of a size.
type Counter = fn(&Path, &str, u32) -> Result<f64, Trouble>;

const COUNTED: [(&str, Counter); 3] =
    [("instructions", instructions), ("polls", polls), ("system calls", system_calls)];

pub fn counts(report: &mut Report) {
    let mut bench = None;
    let about = "cargo build --release -p kettle-bench --no-default-features";
    report.long_check("the bench builds", about, || {
        tools()?;
        same_architecture()?;
        bench = Some(build_alone()?);
        Ok(Tally::success())
    });
    let Some(bench) = bench else { return };
    for row in ROWS.iter().chain(SERVERS) {
        report.check(&format!("counts of {row}"), || check(&bench, row));
    }
}

/// Counts everything anew, and keeps it as what is to be.
pub(crate) fn keep() -> Result<(), String> {
    let words = |trouble| match trouble {
        Trouble::Failed(_, words) | Trouble::Skipped(words) => words,
    };
    tools().map_err(words)?;
    let bench = build_alone()?;
    let mut rows = serde_json::Map::new();
    for row in ROWS.iter().chain(SERVERS) {
        let counts = count(&bench, row).map_err(words)?;
        println!("{row}: {counts:.3?}");
        let rounded = counts.iter().map(|(name, count)| ((*name).to_owned(), rounded(*count)));
        rows.insert((*row).to_owned(), rounded.collect::<serde_json::Map<_, _>>().into());
    }
    let paper = json!({ "architecture": ARCH, "compiler": compiler(), "rows": rows });
    let text = serde_json::to_string_pretty(&paper).map_err(|error| error.to_string())?;
    fs::write(tree::root().join(PAPER), text + "\n").map_err(|error| format!("{PAPER}: {error}"))
}

fn paper() -> Result<Value, String> {
    serde_json::from_str(&tree::read(PAPER)?).map_err(|error| format!("{PAPER}: {error}"))
}

/// The bench with kettle alone.
fn build_alone() -> Result<Build, String> {
    build(&["--release", "--no-default-features"], "release")
}

/// Runs every row of the bench on kettle, once: each asserts its result.
pub fn every_row() -> Outcome {
    if !cfg!(target_os = "linux") {
        return Err(Trouble::Skipped("the bench runs on Linux only".into()));
    }
    let bench = build_alone()?;
    let rows = bench.rows()?;
    if rows.is_empty() {
        return Err("the bench has no rows".into());
    }
    for row in &rows {
        sample(&bench, row, "kettle", &[])?;
    }
    Ok(Tally::success())
}

fn tools() -> Result<(), Trouble> {
    if !cfg!(target_os = "linux") {
        return Err(Trouble::Skipped("the bench runs on Linux only".into()));
    }
    let missing = ["valgrind", "strace"].into_iter().find(|tool| !process::installed(tool));
    match missing {
        Some(tool) => {
            Err(Trouble::Skipped(format!("no {tool} here; `cargo xtask setup` fetches it")))
        }
        None => Ok(()),
    }
}

fn same_architecture() -> Result<(), Trouble> {
    let counted_on = paper()?["architecture"].as_str().map(str::to_owned);
    if let Some(other) = counted_on.filter(|architecture| architecture != ARCH) {
        return Err(Trouble::Skipped(format!(
            "{PAPER} was counted on {other}, and this is {ARCH}"
        )));
    }
    Ok(())
}

fn check(bench: &Build, row: &str) -> Outcome {
    let paper = paper()?;
    let counts = count(bench, row)?;
    let faults: Vec<String> =
        counts.iter().filter_map(|(name, is)| fault(&paper["rows"][row], name, *is)).collect();
    if faults.is_empty() {
        return Ok(Tally::success());
    }
    let now = compiler();
    let then = paper["compiler"].as_str().unwrap_or("another compiler");
    let compilers = if now == then {
        String::new()
    } else {
        format!("counted with {then}, and this is {now}: perhaps only that has changed\n")
    };
    let advice = "if it is as it should be, `cargo xtask bench --counts` keeps the new figures";
    Err(format!("{}\n{compilers}{advice}", faults.join("\n")).into())
}

/// What one operation of the row takes.
fn count(bench: &Build, row: &str) -> Result<Counts, Trouble> {
    let program = bench.program("kettle-bench");
    let (shorter, longer) =
        if SERVERS.contains(&row) { (SHORT_SERVER, LONG_SERVER) } else { (SHORT, LONG) };
    let mut counts = Counts::new();
    for (name, count) in COUNTED {
        let (short, long) = (count(&program, row, shorter)?, count(&program, row, longer)?);
        counts.insert(name, (long - short) / f64::from(longer - shorter));
    }
    Ok(counts)
}

/// In which way a count is not what the paper says.
fn fault(row: &Value, name: &str, is: f64) -> Option<String> {
    let Some(should) = row[name].as_f64() else {
        return Some(format!("{PAPER} says nothing about {name} here; they are {is:.3}"));
    };
    let room = AT_LEAST.max(should * SHARE);
    let more = if is > should { "more" } else { "fewer" };
    ((is - should).abs() > room)
        .then(|| format!("{is:.3} {name} for each operation, {more} than {should:.3} ± {room:.3}"))
}

fn instructions(program: &Path, row: &str, size: u32) -> Result<f64, Trouble> {
    let mut command = Command::new("valgrind");
    command.args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]);
    let printed = run(command.arg(program), row, size, &[])?;
    let line = printed.lines().find(|line| line.contains("I ") && line.contains("refs:"));
    let number = line.and_then(|line| line.rsplit(':').next());
    let number = number.and_then(|number| number.trim().replace(',', "").parse().ok());
    number.ok_or_else(|| format!("valgrind counted no instructions:\n{printed}").into())
}

fn polls(program: &Path, row: &str, size: u32) -> Result<f64, Trouble> {
    // A server that strace slows down finds each request there as soon as its visitor: at full
    // speed it is a matter of chance.
    let mut command =
        if SERVERS.contains(&row) { strace(row, program) } else { Command::new(program) };
    let printed = run(&mut command, row, size, &["--polls"])?;
    let number = printed.lines().find_map(|line| line.strip_prefix("polls "));
    let number = number.and_then(|number| number.parse().ok());
    number.ok_or_else(|| format!("the bench counted no polls:\n{printed}").into())
}

fn system_calls(program: &Path, row: &str, size: u32) -> Result<f64, Trouble> {
    let printed = run(&mut strace(row, program), row, size, &[])?;
    total(&printed).ok_or_else(|| format!("strace counted no system calls:\n{printed}").into())
}

fn strace(row: &str, program: &Path) -> Command {
    let mut command = Command::new("strace");
    // Without the times, which would make columns of any width.
    command.args(["-c", "-U", "calls,name"]);
    if !SERVERS.contains(&row) {
        // All threads. (The visitors of a server would be among them.)
        command.arg("-f");
    }
    command.arg(program);
    command
}

/// Of strace's table the last line.
fn total(table: &str) -> Option<f64> {
    let line = table.lines().find(|line| line.trim_end().ends_with(" total"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Runs the bench, bare or under the tool that `command` begins with; both of its outputs.
fn run(command: &mut Command, row: &str, size: u32, flags: &[&str]) -> Result<String, Trouble> {
    command.args(["kettle", row, &size.to_string()]).args(flags).env_remove("KETTLE_TRACE");
    let finished = process::run(command, LIMIT)?;
    if !finished.success() && finished.transcript.contains("ptrace") {
        let words = finished.transcript.trim();
        return Err(Trouble::Skipped(format!("strace may not trace: {words}")));
    }
    Ok(finished.expect_success()?.transcript)
}

fn compiler() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = process::run(Command::new(rustc).arg("--version"), LIMIT);
    version.map(|finished| finished.stdout.trim().to_owned()).unwrap_or_default()
}

/// Four digits behind the point.
fn rounded(count: f64) -> Value {
    ((count * 1e4).round() / 1e4).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_may_differ_by_a_twentieth() {
        let row = json!({ "instructions": 100.0, "system calls": 0.0 });
        assert_eq!(fault(&row, "instructions", 104.9), None);
        assert_eq!(fault(&row, "instructions", 95.1), None);
        assert!(fault(&row, "instructions", 105.1).unwrap().contains("more"));
        assert!(fault(&row, "instructions", 94.9).unwrap().contains("fewer"));
        assert_eq!(fault(&row, "system calls", 0.001), None);
        assert!(fault(&row, "system calls", 1.0).is_some());
        assert!(fault(&row, "polls", 1.0).is_some());
    }

    #[test]
    fn the_total_of_system_calls_is_read() {
        let table =
            "    calls syscall\n--------- -------\n        5 read\n------ ----\n       75 total\n";
        assert_eq!(total(table), Some(75.0));
        assert_eq!(total("strace: no"), None);
    }

    #[test]
    fn every_counted_row_has_its_figures() {
        let paper = paper().unwrap();
        for row in ROWS.iter().chain(SERVERS) {
            for (name, _) in COUNTED {
                assert!(paper["rows"][row][name].is_f64(), "{row}: {name}");
            }
        }
    }
}
