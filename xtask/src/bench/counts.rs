//! Does an operation still take as many instructions, atomics and system calls?
//!
//! Time depends on the machine and on what else it does; counts don't. Each row that
//! `benches/counts.json` names is counted by the bench itself (`benches/src/counts.rs`), on kettle.
//! Each count has to be within 5 % of what the file says, in both directions: a change that makes
//! an operation cheaper commits the new figure, so that it stays. tokio's counts stand beside
//! kettle's for comparison: they change with its version only, so `bench --counts` alone counts
//! them. (To count another row, write its name there, with `{}`, and run `bench --counts`. A row in
//! which two threads meet has no figure that a busy machine leaves alone.)
//!
//! For kettle the bench is built without its peers, with which come the tools that watch a run; for
//! either without link-time optimisation, because that is quick.
//!
//! Not here: time (`figures.rs`), which fails nothing.

use std::collections::BTreeMap;
use std::env::consts::ARCH;
use std::fs;

use kettle_kit::report::{Outcome, Report, Trouble, none_of};
use kettle_kit::tally::Tally;
use kettle_kit::{process, tree};
use serde::{Deserialize, Serialize};

use crate::bench::figures::BASE;
use crate::bench::page::Run;
use crate::bench::row::{Build, Numbers};

const PAPER: &str = "benches/counts.json";
const TOOLS: &[&str] = &["valgrind", "strace"];
/// The part by which a count may differ: what sockets do is not quite the same twice.
const SHARE: f64 = 0.05;
/// A count may always differ by so much, because some are zero or nearly so.
const AT_LEAST: f64 = 0.002;

/// The file of counts.
#[derive(Deserialize, Serialize)]
struct Paper {
    architecture: String,
    run: Run,
    /// Counts by the names of row and runtime.
    rows: BTreeMap<String, BTreeMap<String, Numbers>>,
}

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
        built = Some((built_for("kettle")?, paper));
        Ok(Tally::success())
    });
    let Some((bench, paper)) = built else { return };
    for (row, should) in &paper.rows {
        report.check(&format!("counts of {row}"), || {
            let should = should.get("kettle").ok_or_else(|| format!("{PAPER} has none"))?;
            let mut faults = faults(should, &bench.counts(row, "kettle")?);
            if !faults.is_empty() {
                let (then, now) = (&paper.run.compiler, Run::new()?.compiler);
                faults.push(format!("(counted with {then}; this is {now})"));
                faults.push("`cargo xtask bench --counts` keeps the new figures".to_owned());
            }
            none_of(&faults)
        });
    }
}

/// Counts everything again, and saves the result for later comparisons.
pub(crate) fn keep() -> Result<(), Trouble> {
    process::needs_on_linux(TOOLS)?;
    let mut paper = paper()?;
    (paper.architecture, paper.run) = (ARCH.to_owned(), Run::new()?);
    for runtime in ["kettle", BASE] {
        let bench = built_for(runtime)?;
        for (row, counted) in &mut paper.rows {
            let counts = bench.counts(row, runtime)?;
            println!("{row} on {runtime}: {counts:.3?}");
            counted.insert(runtime.to_owned(), counts);
        }
    }
    let text = serde_json::to_string_pretty(&paper).map_err(|error| error.to_string())?;
    Ok(fs::write(tree::root().join(PAPER), text + "\n")?)
}

/// Runs every row of the bench on kettle, once: each asserts its result.
pub(crate) fn every_row() -> Outcome {
    process::needs_on_linux(&[])?;
    let bench = built_for("kettle")?;
    let rows = bench.rows()?;
    for row in &rows {
        bench.sample(&row.name, "kettle")?;
    }
    if rows.is_empty() { Err("the bench has no rows".into()) } else { Ok(Tally::success()) }
}

fn paper() -> Result<Paper, String> {
    serde_json::from_str(&tree::read(PAPER)?).map_err(|error| format!("{PAPER}: {error}"))
}

/// The bench that counts this runtime. (Either build is the same file: it has to be used before the
/// other is made.)
fn built_for(runtime: &str) -> Result<Build, Trouble> {
    let alone: &[&str] = if runtime == BASE { &[] } else { &["--no-default-features"] };
    Build::new(&[&["--release"], alone].concat(), "release")
}

/// How the counts differ from the file.
fn faults(should: &Numbers, counts: &Numbers) -> Vec<String> {
    let fault = |name: &String| match (should.get(name), counts.get(name)) {
        (Some(should), Some(is)) => {
            let room = AT_LEAST.max(should * SHARE);
            let more = if is > should { "more" } else { "fewer" };
            ((is - should).abs() > room).then(|| {
                format!("{is:.3} {name} for each operation, {more} than {should:.3} ± {room:.3}")
            })
        }
        (should, _) => {
            Some(format!("{name}: {}", if should.is_some() { "not counted" } else { "not kept" }))
        }
    };
    let new = counts.keys().filter(|name| !should.contains_key(*name));
    should.keys().chain(new).filter_map(fault).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_may_differ_by_a_twentieth_and_not_vanish() {
        let counts = |name: &str, count| Numbers::from([(name.to_owned(), count)]);
        let fault = |should, is| {
            faults(&counts("atomics", should), &counts("atomics", is)).pop().unwrap_or_default()
        };
        assert_eq!((fault(100.0, 104.9), fault(100.0, 95.1)), (String::new(), String::new()));
        assert!(fault(100.0, 105.1).contains("more") && fault(100.0, 94.9).contains("fewer"));
        assert_eq!(fault(0.0, 0.001), "");
        assert_ne!(fault(0.0, 1.0), "");
        let (none, one) = (Numbers::new(), counts("atomics", 1.0));
        assert_eq!(faults(&none, &one), ["atomics: not kept"]);
        assert_eq!(faults(&one, &none), ["atomics: not counted"]);
    }
}
