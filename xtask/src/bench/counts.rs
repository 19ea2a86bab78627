//! Does an operation still take as many instructions, atomics and system calls?
//!
//! Time depends on the machine and on what else it does; counts don't. Each row that
//! `benches/counts.json` names is counted by the bench itself (`benches/src/counts.rs`), on kettle.
//! Each count has to be within 5 % of the file's, in both directions: a change that makes an
//! operation cheaper commits the new count, so that a rise would be noticed. tokio's
//! counts are there for comparison. They change only with its version, so only `bench --counts`
//! counts them.
//!
//! To add a row, write its name into the file, with `{}`, and run `bench --counts`. Don't add one
//! in which two threads work at the same time: its counts depend on what else the machine does.
//!
//! For kettle the bench is built without tokio, because with them come the recorder and the
//! doctor. Neither build has link-time optimisation, which would take minutes.
//!
//! Interface: [`counts`] is the check, [`save`] writes the file, and [`every_row`] runs each row
//! once. Not here: time (`figures.rs`), because of which no check fails.

use std::collections::BTreeMap;
use std::env::consts::ARCH;
use std::fs;

use kettle_kit::report::{Report, Trouble, none_of};
use kettle_kit::tally::Tally;
use kettle_kit::{process, tree};
use serde::{Deserialize, Serialize};

use crate::bench::figures::BASE;
use crate::bench::page::Run;
use crate::bench::row::{Bench, Numbers};

const FILE: &str = "benches/counts.json";
const TOOLS: &[&str] = &["valgrind", "strace"];
/// The share by which a count may differ, because sockets don't behave quite the same twice.
const TOLERANCE: f64 = 0.05;
/// A count may always differ by this much, because some are zero or nearly so.
const MIN_TOLERANCE: f64 = 0.002;

/// What the file contains.
#[derive(Deserialize, Serialize)]
struct Saved {
    architecture: String,
    run: Run,
    /// Counts by the names of row and runtime.
    rows: BTreeMap<String, BTreeMap<String, Numbers>>,
}

/// Compares the counts of each row with the file.
pub(crate) fn counts(report: &mut Report) {
    let mut built = None;
    let about = "cargo build --release -p kettle-bench --no-default-features";
    report.long_check("the bench builds", about, || {
        process::needs_on_linux(TOOLS)?;
        let saved = load()?;
        if saved.architecture != ARCH {
            let words = format!("{FILE} was counted on {}, and this is {ARCH}", saved.architecture);
            return Err(Trouble::Skipped(words));
        }
        if saved.rows.is_empty() {
            return Err(format!("{FILE} names no row").into());
        }
        built = Some((built_for("kettle")?, saved));
        Ok(Tally::success())
    });
    let Some((bench, saved)) = built else { return };
    for (row, should) in &saved.rows {
        report.check(&format!("counts of {row}"), || {
            let should = should.get("kettle").ok_or_else(|| format!("{FILE} has none"))?;
            let mut faults = faults(should, &bench.counts(row, "kettle")?);
            if !faults.is_empty() {
                let (then, now) = (&saved.run.compiler, Run::new()?.compiler);
                faults.push(format!("(counted with {then}; this is {now})"));
                faults.push("`cargo xtask bench --counts` saves the new counts".to_owned());
            }
            none_of(&faults)
        });
    }
}

/// Counts everything again, and saves the result for later comparisons.
pub(crate) fn save() -> Result<(), Trouble> {
    process::needs_on_linux(TOOLS)?;
    let mut saved = load()?;
    (saved.architecture, saved.run) = (ARCH.to_owned(), Run::new()?);
    for runtime in ["kettle", BASE] {
        let bench = built_for(runtime)?;
        for (row, counted) in &mut saved.rows {
            let counts = bench.counts(row, runtime)?;
            println!("{row} on {runtime}: {counts:.3?}");
            counted.insert(runtime.to_owned(), counts);
        }
    }
    let text = serde_json::to_string_pretty(&saved).map_err(|error| error.to_string())?;
    Ok(fs::write(tree::root().join(FILE), text + "\n")?)
}

/// Runs every row of the bench on kettle once. Each checks its own result.
pub(crate) fn every_row(report: &mut Report) {
    report.check("every row of the bench runs", || {
        process::needs_on_linux(&[])?;
        let bench = built_for("kettle")?;
        let rows = bench.rows()?;
        for row in &rows {
            bench.sample(&row.name, "kettle")?;
        }
        if rows.is_empty() { Err("the bench has no rows".into()) } else { Ok(Tally::success()) }
    });
}

fn load() -> Result<Saved, String> {
    serde_json::from_str(&tree::read(FILE)?).map_err(|error| format!("{FILE}: {error}"))
}

/// Builds the bench that counts this runtime. It replaces the program that counts the other one.
fn built_for(runtime: &str) -> Result<Bench, Trouble> {
    let alone: &[&str] = if runtime == BASE { &[] } else { &["--no-default-features"] };
    Bench::new(&[&["--release"], alone].concat(), "release")
}

/// How the counts differ from those in the file.
fn faults(saved: &Numbers, counts: &Numbers) -> Vec<String> {
    let fault = |name: &String| match (saved.get(name), counts.get(name)) {
        (Some(old), Some(new)) => {
            let tolerance = MIN_TOLERANCE.max(old * TOLERANCE);
            let more = if new > old { "more" } else { "fewer" };
            ((new - old).abs() > tolerance).then(|| {
                format!("{new:.3} {name} for each operation, {more} than {old:.3} ± {tolerance:.3}")
            })
        }
        (old, _) => Some(format!(
            "{name}: {}",
            if old.is_some() { "not counted" } else { "not in the file" }
        )),
    };
    let new = counts.keys().filter(|name| !saved.contains_key(*name));
    saved.keys().chain(new).filter_map(fault).collect()
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
        assert_eq!(faults(&none, &one), ["atomics: not in the file"]);
        assert_eq!(faults(&one, &none), ["atomics: not counted"]);
    }
}
