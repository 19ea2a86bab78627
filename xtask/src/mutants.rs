//! Would our own tests notice a fault in the engine?
//!
//! The exercises have a collection of faults that people really make: what was done to each hunt's
//! engine, the fixes that miss, the wrong answers of the spine. Beside them are subtle ones that were
//! planted for this, a patch each (`tests/faults`). All are put into a copy of the tree
//! (`target/mutants/tree`), and the tests run there, one group after the other, until a
//! program of tests fails. A fault that none notices is a failure of ours: a test is missing.
//!
//! A fault within functions is a switch (`switches.rs`), so one build has all of those. Another takes the place
//! of its file, and needs its own.
//!
//! First they run with every switch off: that they pass shows that a failure is the fault's doing.
//!
//! `KETTLE_MUTANTS=twice,run-queue cargo xtask test mutants` tries those of some exercises only, and
//! `KETTLE_MUTANTS=planted` or `KETTLE_MUTANTS=late_clear` what was planted, all or one. Which test has noticed
//! what is in `target/mutants/caught.txt`. A run that was stopped goes on with `KETTLE_MUTANTS_CAUGHT=keep`, which
//! leaves out what this file names.
//!
//! Invariants: the tree itself is only read; no line of the copy has another number than in the tree; that something
//! doesn't compile is not taken for a test that notices, nor that a test takes long: a program hangs if it takes five
//! times as long as the slowest of its group does without a fault. A wrong answer need not have all that the unit
//! tests look at, nor be all that the API's tests ask of a type: then the other groups have to notice it.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::iter;
use std::path::PathBuf;
use std::time::Duration;

use kettle_kit::report::{Outcome, Report, Trouble};
use kettle_kit::tally::Tally;
use kettle_kit::{files, process, tree};

mod faults;
mod switches;

use crate::cargo::watched_tests;
use faults::{Mutant, collect};
use switches::{Switches, VARIABLE, blamed};

/// Arguments of `cargo test`. The tests that look at most come before all others, which take longer to
/// build.
const GROUPS: [&[&str]; 5] = [
    &["-p", "kettle-runtime", "--lib"],
    &["-p", "kettle", WHOLE, "--lib", "--test", "wakes", "--test", "late_wakes"],
    &["-p", "kettle", WHOLE, "--test", "api"],
    // What two threads do between two steps is found every time only by a model.
    &["-p", "kettle-models", "--test", "threads"],
    &["-p", "kettle", WHOLE, "--lib", "--tests"],
];
/// The API's tests ask for every part.
const WHOLE: &str = "--features=full,test-util";
/// No group takes longer, with its build.
const LIMIT: Duration = Duration::from_hours(1);
/// A program of tests that takes so many seconds hangs. (If it takes a fifth of that without a fault, it may
/// take longer.)
const HANGS_AFTER: u32 = 20;

pub(crate) fn mutants(report: &mut Report) {
    let (mut faults, mut caught) = (Vec::new(), Vec::new());
    let mut limits = [15 * HANGS_AFTER; GROUPS.len()];
    let command = "cargo test, on a copy of the tree";
    let ready = report.long_check("the tests, without a fault", command, || {
        files::copy_all(&tree::root(), &place("tree"))?;
        if env::var("KETTLE_MUTANTS_CAUGHT").is_ok_and(|what| what == "keep") {
            caught = files::read(&place("caught.txt"))?.lines().map(str::to_owned).collect();
        }
        faults = collect(&place("faults"))?;
        let slowest = loop {
            put_switches(&mut faults)?;
            match tested(GROUPS.into_iter().zip(limits), None) {
                Ok(Tested::Passed { slowest }) => break slowest,
                Ok(Tested::Failed(how)) => return Err(how.into()),
                Err(trouble) => {
                    let read = |path: &str| files::read(&place("tree").join(path)).ok();
                    let words = trouble.to_string();
                    let mut blamed = words.lines().filter_map(|line| blamed(line, read)).peekable();
                    if blamed.peek().is_none() {
                        return Err(trouble);
                    }
                    blamed.for_each(|at| faults[at].switch = false);
                }
            }
        };
        iter::zip(&mut limits, slowest)
            .for_each(|(limit, slow)| *limit = HANGS_AFTER.max(5 * slow));
        Ok(Tally::success())
    });
    let known = caught.join("\n");
    let is_known = |name: &str| known.lines().any(|line| line.starts_with(&format!("{name}: ")));
    // Those that need a build of their own come last: so does the build without them.
    let mut rest: Vec<_> = faults.iter().enumerate().collect();
    rest.retain(|(_, fault)| ready && !is_known(&fault.name));
    rest.sort_by_key(|(_, fault)| !fault.switch);
    for (at, fault) in rest {
        report.check(&fault.name, || notice(at, fault, limits, &mut caught));
    }
}

/// `target/mutants`.
fn place(within: &str) -> PathBuf {
    tree::root().join("target/mutants").join(within)
}

/// Puts all switches into the copy of their files.
fn put_switches(faults: &mut [Mutant]) -> Result<(), Trouble> {
    let changed: BTreeSet<String> = faults.iter().map(|fault| fault.replaces.clone()).collect();
    for file in changed {
        let mut switches = Switches::new(files::read(&tree::root().join(&file))?)?;
        let of_file = |(_, fault): &(usize, &mut Mutant)| fault.switch && fault.replaces == file;
        for (at, fault) in faults.iter_mut().enumerate().filter(of_file) {
            fault.switch = switches.add(at, &fault.text)?;
        }
        files::put(&place("tree").join(&file), switches.text())?;
    }
    Ok(())
}

/// Puts a fault in, runs the tests until one fails, and puts the file back.
fn notice(
    at: usize,
    fault: &Mutant,
    limits: [u32; GROUPS.len()],
    caught: &mut Vec<String>,
) -> Outcome {
    let path = place("tree").join(&fault.replaces);
    let own = fs::read(&path)?;
    let switch = fault.switch.then_some(at);
    if switch.is_none() {
        files::put(&path, &fault.text)?;
    }
    // The engine's own tests know nothing of what is built on it.
    let first = usize::from(!fault.replaces.starts_with("runtime/"));
    let tested = tested(GROUPS.into_iter().zip(limits).skip(first), switch);
    files::put(&path, &own)?;
    let Tested::Failed(how) = tested? else {
        return Err(format!("no test notices it (in {})", fault.replaces).into());
    };
    caught.push(format!("{}: {how}", fault.name));
    files::put(&place("caught.txt"), caught.join("\n"))?;
    Ok(Tally::success())
}

/// What came of the tests.
enum Tested {
    /// All passed; so many seconds took the program of each group that took longest.
    Passed { slowest: Vec<u32> },
    /// The first program that failed, and its first test that did.
    Failed(String),
}

/// Runs groups of tests, each with the seconds that a program may take, until a program fails.
fn tested(
    groups: impl Iterator<Item = (&'static [&'static str], u32)>,
    switch: Option<usize>,
) -> Result<Tested, Trouble> {
    let mut slowest = Vec::new();
    let mut uncompiled = None;
    for (group, limit) in groups {
        let mut command = watched_tests(limit);
        command.arg("--message-format=short").args(group).current_dir(place("tree"));
        command.env("CARGO_TARGET_DIR", place("target"));
        command.env("CARGO_INCREMENTAL", "1"); // a fault is a line in one file of many
        command.env("KETTLE_UNCHANGED", tree::root()); // for the models
        command.env(VARIABLE, switch.map_or_else(String::new, |at| at.to_string()));
        // Cargo tells a package's own variables to its tests; ours are not theirs.
        command.env_remove("CARGO_MANIFEST_DIR");
        let finished = process::run(&mut command, LIMIT)?;
        let lines = || finished.transcript.lines().map(str::trim);
        if finished.success() {
            slowest.push(lines().filter_map(seconds).max().unwrap_or(0));
            continue;
        }
        if lines().any(|line| line.starts_with("error: could not compile")) {
            uncompiled = Some(format!("it does not compile:\n{}", finished.transcript));
            continue;
        }
        // A program without libtest says only that it panicked.
        let signs: [fn(&&str) -> bool; 3] = [
            |line| line.starts_with("test ") && line.ends_with("FAILED"),
            |line| line.starts_with("mind: "),
            |line| line.contains("panicked at "),
        ];
        let program = lines().rfind(|line| line.starts_with("Running "));
        let test = signs.iter().find_map(|sign| lines().find(sign));
        return match program.zip(test) {
            Some((program, test)) => Ok(Tested::Failed(format!("{program}: {test}"))),
            None => Err(format!("no test failed, but:\n{}", finished.transcript).into()),
        };
    }
    uncompiled.map_or(Ok(Tested::Passed { slowest }), |what| Err(what.into()))
}

/// How long libtest says that a program took, in full seconds.
fn seconds(line: &str) -> Option<u32> {
    line.rsplit_once("finished in ")?.1.split('.').next()?.parse().ok()
}
