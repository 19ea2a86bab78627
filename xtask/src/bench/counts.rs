//! Does an operation still take as many instructions, polls and system calls?
//!
//! Time depends on the machine and on what else it does; counts don't. Each row that
//! `benches/counts.json` names is counted by the bench itself (`benches/src/counts.rs`). Each count
//! has to be within 5 % of what the file says, in both directions: a change that makes an operation
//! cheaper commits the new figure, so that it stays. (To count another row, write its name there,
//! with `{}`, and run `bench --counts`.)
//!
//! The bench is built without its peers and without link-time optimisation: that is quick, and the
//! figures serve only to be compared with themselves.
//!
//! Not here: time (`rounds.rs`), which fails nothing.

use std::collections::BTreeMap;
use std::env::consts::ARCH;
use std::fs;

use kettle_kit::report::{Outcome, Report, Trouble, none_of};
use kettle_kit::tally::Tally;
use kettle_kit::{process, tree};
use serde::{Deserialize, Serialize};

use crate::bench::row::Build;
use crate::bench::run::said_by;

const PAPER: &str = "benches/counts.json";
const TOOLS: &[&str] = &["valgrind", "strace"];
/// The part by which a count may differ.
const SHARE: f64 = 0.05;
/// By how much it may in any case: for the counts that are zero, or nearly.
const AT_LEAST: f64 = 0.002;
/// So many operations are enough.
const SIZE: u32 = 600_000;

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
        process::needs_on_linux(TOOLS)?;
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
            let mut faults = faults(should, &count(&bench, row)?);
            if !faults.is_empty() {
                let (then, now) = (&paper.compiler, compiler());
                faults.push(format!("(counted with {then}; this is {now})"));
                faults.push("`cargo xtask bench --counts` keeps the new figures".to_owned());
            }
            none_of(&faults)
        });
    }
}

/// Counts everything anew, and keeps it as what is to be.
pub(crate) fn keep() -> Result<(), Trouble> {
    process::needs_on_linux(TOOLS)?;
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
    let rows = bench.rows()?;
    let Some(row) = rows.iter().find(|known| known.name == row) else {
        return Err(format!("{PAPER} names `{row}`, and the bench has no such row").into());
    };
    let size = SIZE.to_string();
    let notes = bench.sample(row, "kettle", &[&size, "--counts"])?.notes;
    // Each poll of the sample was that of an operation, but for a few.
    let polls = bench.sample(row, "kettle", &[&size, "--polls"])?.notes;
    let polls = polls.into_iter().filter(|(name, _)| name == "polls");
    let polls = polls.map(|(name, polls)| (name, polls / f64::from(SIZE)));
    // Four digits behind the point.
    Ok(notes.into_iter().chain(polls).map(|(name, it)| (name, (it * 1e4).round() / 1e4)).collect())
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
}
