//! Does an operation still take as many instructions, atomics and system calls?
//!
//! Time depends on the machine and on what else it does; counts don't. `benches/counts.json` has
//! the counts of some *rows*, which are small programs. The bench (`benches/src/counts.rs`) counts
//! them again on kettle. Each count has to be within 5 % of the file's, in both directions: a
//! change that makes an operation cheaper commits the new count, so that a later rise is noticed.
//! tokio's counts change only with its version, so only `bench --counts` counts them.
//!
//! To add a row, write its name into the file, with `{}`, and run `bench --counts`. Don't add one
//! in which two threads work at the same time: its counts depend on what else the machine does.
//!
//! For kettle the bench is built without its feature `tokio`. With that, it also measures what the
//! doctor costs, and so turns on kettle's `trace`, which adds instructions to each operation.
//! Neither build has link-time optimisation, which would take minutes.
//!
//! [`counts`] is the check, and [`save`] writes the file.

use std::collections::BTreeMap;
use std::env::consts::ARCH;
use std::fs;

use kettle_kit::report::{Report, Trouble, none_of, passes_if};
use kettle_kit::{process, tree};
use serde::{Deserialize, Serialize};

use crate::bench::row::{Bench, KETTLE, Numbers, TOKIO};
use crate::bench::saved::Run;

const FILE: &str = "benches/counts.json";
/// The bench runs a row under these to count.
const TOOLS: &[&str] = &["valgrind", "strace"];
/// The share by which a count may differ, because sockets don't behave quite the same twice.
const TOLERANCE: f64 = 0.05;
/// A count may always differ by this much, because some are zero or nearly so.
const MIN_TOLERANCE: f64 = 0.002;

/// What the file contains.
#[derive(Deserialize, Serialize)]
struct Saved {
    architecture: String,
    /// The day, processor, compiler and versions with which it was counted.
    run: Run,
    rows: BTreeMap<String, CountsByRuntime>,
}

/// A row's counts on each runtime.
type CountsByRuntime = BTreeMap<String, Numbers>;

/// Compares the counts of each row with the file.
pub(crate) fn counts(report: &mut Report) {
    let name = "the bench builds";
    report.announce(name, "cargo build --release -p kettle-bench --no-default-features");
    let ready = report.make(name, || {
        process::needs_on_linux(TOOLS)?;
        Ok((load_for_this_machine()?, built_for(KETTLE)?))
    });
    let Some((saved, bench)) = ready else { return };
    for (row, by_runtime) in &saved.rows {
        report.check(&format!("counts of {row}"), || {
            let old = by_runtime.get(KETTLE).ok_or_else(|| format!("{FILE} has none"))?;
            let mut faults = differences(old, &bench.counts(row, KETTLE)?);
            if !faults.is_empty() {
                let (then, now) = (&saved.run.compiler, Run::new()?.compiler);
                faults.push(format!("(counted with {then}; this is {now})"));
                faults.push("`cargo xtask bench --counts` saves the new counts".to_owned());
            }
            none_of(&faults)
        });
    }
}

/// The file, if its counts can be compared with those of this machine.
fn load_for_this_machine() -> Result<Saved, Trouble> {
    let saved = load()?;
    if saved.architecture != ARCH {
        let words = format!("{FILE} was counted on {}, and this is {ARCH}", saved.architecture);
        return Err(Trouble::Skipped(words));
    }
    if saved.rows.is_empty() { Err(format!("{FILE} names no row").into()) } else { Ok(saved) }
}

/// Counts everything again, and saves the result for later comparisons.
pub(crate) fn save() -> Result<(), Trouble> {
    process::needs_on_linux(TOOLS)?;
    let mut saved = load()?;
    ARCH.clone_into(&mut saved.architecture);
    saved.run = Run::new()?;
    for runtime in [KETTLE, TOKIO] {
        let bench = built_for(runtime)?;
        for (row, by_runtime) in &mut saved.rows {
            let counts = bench.counts(row, runtime)?;
            println!("{row} on {runtime}: {counts:.3?}");
            by_runtime.insert(runtime.to_owned(), counts);
        }
    }
    let text = serde_json::to_string_pretty(&saved).map_err(|error| error.to_string())?;
    Ok(fs::write(tree::root().join(FILE), text + "\n")?)
}

/// Runs every row of the bench on kettle once. Each checks its own result.
pub(crate) fn every_row(report: &mut Report) {
    report.check("every row of the bench runs", || {
        process::needs_on_linux(&[])?; // no tools
        let bench = built_for(KETTLE)?;
        let rows = bench.rows()?;
        for row in &rows {
            bench.sample(&row.name, KETTLE)?;
        }
        passes_if(!rows.is_empty(), "the bench has no rows")
    });
}

fn load() -> Result<Saved, String> {
    serde_json::from_str(&tree::read(FILE)?).map_err(|error| format!("{FILE}: {error}"))
}

/// Builds the bench that counts kettle, or the one that counts tokio. It replaces the other one.
fn built_for(runtime: &str) -> Result<Bench, Trouble> {
    let without_tokio: &[&str] = if runtime == TOKIO { &[] } else { &["--no-default-features"] };
    Bench::new(&[&["--release"], without_tokio].concat(), "release")
}

/// How the new counts differ from the old ones, which are the file's.
fn differences(old: &Numbers, new: &Numbers) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, old_count) in old {
        match new.get(name) {
            Some(new_count) => faults.extend(difference(name, *old_count, *new_count)),
            None => faults.push(format!("{name}: not counted")),
        }
    }
    let added = new.keys().filter(|name| !old.contains_key(*name));
    faults.extend(added.map(|name| format!("{name}: not in the file")));
    faults
}

/// How a count differs from the file's; `None` if the two are as good as equal.
fn difference(name: &str, old: f64, new: f64) -> Option<String> {
    let tolerance = MIN_TOLERANCE.max(old * TOLERANCE);
    if (new - old).abs() <= tolerance {
        return None;
    }
    let more = if new > old { "more" } else { "fewer" };
    Some(format!("{new:.3} {name} for each operation, {more} than {old:.3} ± {tolerance:.3}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_may_differ_by_a_twentieth() {
        let fault = |old, new| difference("atomics", old, new);
        assert_eq!(fault(100.0, 104.9), None);
        assert_eq!(fault(100.0, 95.1), None);
        assert!(fault(100.0, 105.1).is_some_and(|words| words.contains("more")));
        assert!(fault(100.0, 94.9).is_some_and(|words| words.contains("fewer")));
        assert_eq!(fault(0.0, 0.001), None);
        assert!(fault(0.0, 1.0).is_some());
    }

    #[test]
    fn no_count_may_vanish_or_be_new() {
        let (none, one) = (Numbers::new(), Numbers::from([("atomics".to_owned(), 1.0)]));
        assert_eq!(differences(&none, &one), ["atomics: not in the file"]);
        assert_eq!(differences(&one, &none), ["atomics: not counted"]);
    }
}
