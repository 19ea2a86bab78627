//! Would our own tests notice a fault in the engine?
//!
//! The exercises have a collection of faults that people really make: what was done to each hunt's
//! engine, the fixes that miss, the wrong answers of the spine. Beside them are subtle ones that were
//! planted for this, a patch each (`tests/faults`). Each takes the place of its file in a
//! copy of the tree (`target/mutants/tree`), and the tests run there, one group after the other, until a
//! program of tests fails. A fault that none notices is a failure of ours: a test is missing.
//!
//! First they run on the copy as it is: that they pass shows that a failure is the fault's doing.
//!
//! `KETTLE_MUTANTS=twice,run-queue cargo xtask test mutants` tries those of some exercises only, and
//! `KETTLE_MUTANTS=planted` or `KETTLE_MUTANTS=late_clear` what was planted, all or one. Which test has noticed
//! what is in `target/mutants/caught.txt`. A run that was stopped goes on with `KETTLE_MUTANTS_CAUGHT=keep`, which
//! leaves out what this file names.
//!
//! Invariants: the tree itself is only read; that something doesn't compile is not taken for a test that
//! notices, nor that a test takes long: a program hangs if it takes five times as long as the slowest one does
//! without a fault. A wrong answer need not have all that the unit tests look at, nor be all that the API's tests
//! ask of a type: then the other groups have to notice it.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use kettle_kit::report::{Outcome, Report, Trouble};
use kettle_kit::tally::Tally;
use kettle_kit::{cargo, files, patch, process, tree};

use crate::cargo::watched_tests;

/// Arguments of `cargo test`. The tests that look at most come before all others, which take longer to
/// build.
const GROUPS: &[&[&str]] = &[
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
const LIMIT: Duration = Duration::from_mins(15);
/// A program of tests that takes so many seconds hangs. (If it takes a fifth of that without a fault, it may
/// take longer.)
const HANGS_AFTER: u32 = 60;

/// A fault to be put into the engine.
struct Mutant {
    /// `twice fault`, `run-queue wrong/one_queue`.
    name: String,
    /// The file that it replaces, from the root.
    replaces: String,
    text: String,
}

pub(crate) fn mutants(report: &mut Report) {
    let mut faults = Vec::new();
    let mut hangs_after = HANGS_AFTER;
    let mut caught = Vec::new();
    let command = "cargo test, on a copy of the tree";
    let ready = report.long_check("the tests, without a fault", command, || {
        files::copy_all(&tree::root(), &place("tree"))?;
        faults = collect()?;
        if env::var("KETTLE_MUTANTS_CAUGHT").is_ok_and(|what| what == "keep") {
            caught = files::read(&place("caught.txt"))?.lines().map(str::to_owned).collect();
        }
        match tested(GROUPS, 5 * HANGS_AFTER)? {
            Tested::Passed { slowest } => hangs_after = hangs_after.max(5 * slowest),
            Tested::Failed(how) => return Err(how.into()),
        }
        Ok(Tally::success())
    });
    let is_known = |name: &str| caught.iter().any(|line| line.starts_with(&format!("{name}: ")));
    faults.retain(|fault| ready && !is_known(&fault.name));
    for fault in faults {
        report.check(&fault.name, || notice(&fault, hangs_after, &mut caught));
    }
}

/// `target/mutants`.
fn place(within: &str) -> PathBuf {
    tree::root().join("target/mutants").join(within)
}

/// The faults: whole files, which `cargo exercise mutants` makes of the patches they are kept as.
fn collect() -> Result<Vec<Mutant>, Trouble> {
    let mut command = cargo::command(&["exercise", "mutants"]);
    let listed = cargo::finish(command.arg(place("faults")), "mutants")?.stdout;
    let chosen = env::var("KETTLE_MUTANTS").unwrap_or_default();
    let wanted = |name: &str| {
        chosen.is_empty() || chosen.split(',').any(|one| name.split(' ').any(|word| word == one))
    };
    let mut faults = planted()?;
    faults.retain(|fault| wanted(&fault.name));
    for line in listed.lines() {
        let [name, replaces, file] = line.split('\t').collect::<Vec<_>>()[..] else {
            return Err(format!("`cargo exercise mutants` printed {line:?}").into());
        };
        if wanted(name) {
            let (name, replaces) = (name.to_owned(), replaces.to_owned());
            faults.push(Mutant { name, replaces, text: files::read(file.as_ref())? });
        }
    }
    if faults.is_empty() { Err("no fault was found".into()) } else { Ok(faults) }
}

/// What was planted for this.
fn planted() -> Result<Vec<Mutant>, Trouble> {
    let planted = |patch: &patch::Patch| {
        let replaces = patch.changes().to_owned();
        let text = patch.apply(&files::read(&tree::root().join(&replaces))?, &replaces)?;
        Ok(Mutant { name: format!("planted {}", patch.name()), replaces, text })
    };
    patch::patches(&tree::root().join("tests/faults"))?.iter().map(planted).collect()
}

/// Puts a fault in, runs the tests until one fails, and puts the file back.
fn notice(fault: &Mutant, hangs_after: u32, caught: &mut Vec<String>) -> Outcome {
    let path = place("tree").join(&fault.replaces);
    let own = fs::read(&path)?;
    files::put(&path, &fault.text)?;
    // The engine's own tests know nothing of what is built on it.
    let groups = if fault.replaces.starts_with("runtime/") { GROUPS } else { &GROUPS[1..] };
    let tested = tested(groups, hangs_after);
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
    /// All passed; so many seconds took the program that took longest.
    Passed { slowest: u32 },
    /// The first program that failed, and its first test that did.
    Failed(String),
}

/// Runs groups of tests until a program fails.
fn tested(groups: &[&[&str]], hangs_after: u32) -> Result<Tested, Trouble> {
    let mut slowest = 0;
    let mut uncompiled = None;
    for group in groups {
        let mut command = watched_tests(hangs_after);
        command.args(*group).current_dir(place("tree"));
        command.env("CARGO_TARGET_DIR", place("target"));
        command.env("CARGO_INCREMENTAL", "1"); // a fault is a line in one file of many
        command.env("KETTLE_UNCHANGED", tree::root()); // for the models
        // Cargo tells a package's own variables to its tests; ours are not theirs.
        command.env_remove("CARGO_MANIFEST_DIR");
        let finished = process::run(&mut command, LIMIT)?;
        let lines = || finished.transcript.lines().map(str::trim);
        if finished.success() {
            slowest = lines().filter_map(seconds).fold(slowest, u32::max);
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

#[cfg(test)]
mod tests {
    #[test]
    fn what_was_planted_applies() {
        assert!(super::planted().unwrap().len() >= 60);
    }
}
