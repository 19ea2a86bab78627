//! Do programs that were written for tokio run on kettle, unchanged?
//!
//! `interop/tokio` is a package named tokio that re-exports kettle, in a workspace of its own. Its
//! programs use published crates (hyper, axum, …) unchanged; the workspace's `[patch.crates-io]`
//! puts our package in tokio's place. Three parts of `cargo xtask test` run them:
//!
//! - [`small_programs`] takes a minute, and every change has to pass it.
//! - [`all_programs`] also compiles the tests of kettle's API (`tests/api`) there, which shows that
//!   the package is complete.
//! - [`searches`] runs programs with both ends of their connections in one process, on a virtual
//!   clock, under a thousand seeds each, with and without faults of the network.

use std::collections::BTreeSet;
use std::{env, fs};

use cargo_kettle::checkout::PATCH;
use cargo_metadata::{Metadata, MetadataCommand};
use kettle_kit::cargo::{check, tally};
use kettle_kit::report::{Outcome, Report, none_of};
use kettle_kit::tree;

use crate::cargo::elsewhere;

/// The packages that clippy reads there: all but the tests of the API, which it reads in our
/// workspace.
const LINTED: &[&str] =
    &["-p", "tokio", "-p", "closed-programs", "-p", "quick-programs", "-p", "whole-programs"];

/// The programs that are searched: a test of `programs/closed` for each of ten packages.
const SEARCHED: &str = "axum bb8 framed h2 hyper mini_redis redis reqwest tokio_tungstenite tower";

/// How each of them is searched.
const SEARCHES: [Search; 4] = [
    Search { seeds: 1000, is_twice: false, faults: "" },
    Search { seeds: 1000, is_twice: false, faults: "net" },
    Search { seeds: 100, is_twice: true, faults: "" },
    Search { seeds: 100, is_twice: true, faults: "net" },
];

struct Search {
    seeds: u32,
    /// Does each seed run twice? Then both runs must have the same events.
    is_twice: bool,
    /// The value of `KETTLE_FAULTS`: `net`, or nothing.
    faults: &'static str,
}

/// The part `patch`.
pub(crate) fn small_programs(report: &mut Report) {
    report.check("every feature of tokio is one of the patch's", features);
    let args = ["test", "--no-fail-fast", "--locked", "-p", "quick-programs"];
    check(report, "small programs through the patch", elsewhere(PATCH, &args));
}

/// The part `programs`.
pub(crate) fn all_programs(report: &mut Report) {
    let args =
        [&["clippy", "--locked", "--all-targets"], LINTED, &["--", "-D", "warnings"]].concat();
    check(report, "clippy of the patch and its programs", elsewhere(PATCH, &args));
    let args = ["test", "--no-fail-fast", "--locked", "--workspace"];
    check(report, "every program through the patch", elsewhere(PATCH, &args));
}

/// Checks that the patch has every feature of tokio's. A program's manifest may ask for any of
/// them, and Cargo refuses one that doesn't exist.
fn features() -> Outcome {
    let features_of_tokio = |metadata: &Metadata| -> Option<BTreeSet<String>> {
        let tokio = metadata.packages.iter().find(|package| package.name == "tokio")?;
        Some(tokio.features.keys().cloned().collect())
    };
    let read = |manifest: &str| {
        let mut command = MetadataCommand::new();
        let metadata = command.manifest_path(tree::root().join(manifest)).exec();
        let metadata = metadata.map_err(|error| error.to_string())?;
        features_of_tokio(&metadata).ok_or_else(|| format!("{manifest} doesn't depend on tokio"))
    };
    let (theirs, ours) = (read("Cargo.toml")?, read(&format!("{PATCH}/Cargo.toml"))?);
    let missing = theirs.difference(&ours).map(|name| format!("{PATCH} has no feature `{name}`"));
    none_of(&missing.collect::<Vec<_>>())
}

/// The part `closed`.
pub(crate) fn searches(report: &mut Report) {
    for search in SEARCHES {
        for test in SEARCHED.split(' ') {
            let twice = if search.is_twice { ", each twice" } else { "" };
            let with_faults = if search.faults.is_empty() { "" } else { ", with faults" };
            let name = format!("{test}: {} seeds{twice}{with_faults}", search.seeds);
            report.long_check(&name, "on a virtual clock", || run_search(test, &search));
        }
    }
}

/// Runs one search. One that goes over to the real clock fails, too: its report has other words.
fn run_search(test: &str, search: &Search) -> Outcome {
    let report = env::temp_dir().join(format!("kettle-closed-{}", std::process::id()));
    let args = ["test", "--locked", "-p", "closed-programs", "--", "--exact", test];
    let mut command = elsewhere(PATCH, &args);
    command.env("KETTLE_SEEDS", search.seeds.to_string()).env("KETTLE_FAULTS", search.faults);
    command.env("KETTLE_REPORT", &report);
    if search.is_twice {
        command.env("KETTLE_TWICE", "1");
    }
    let outcome = tally(&mut command, test);
    let line = fs::read_to_string(&report).unwrap_or_default();
    let _ = fs::remove_file(report); // there is none if the program wasn't built
    let is_searched = line.contains(&format!("and {} seeds pass\",", search.seeds));
    match outcome {
        Ok(_) if !is_searched => Err(line.into()),
        outcome => outcome,
    }
}
