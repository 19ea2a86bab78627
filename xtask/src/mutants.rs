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
//! what is in `target/mutants/caught.txt` then.
//!
//! Invariants: the tree itself is only read; that something doesn't compile is not taken for a test that
//! notices. A wrong answer need not have all that the unit tests look at, nor be all that the API's tests
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
    &["-p", "kettle", WHOLE, "--lib", "--tests"],
    // What two threads do between two steps is found every time only by a model.
    &["-p", "kettle-models", "--test", "threads"],
];
/// The API's tests ask for every part.
const WHOLE: &str = "--features=full,test-util";
/// No group takes longer, with its build.
const LIMIT: Duration = Duration::from_mins(15);
/// A program of tests that takes so long hangs.
const HANGS_AFTER: u32 = 40;

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
    let command = "cargo test, on a copy of the tree";
    let ready = report.long_check("the tests, without a fault", command, || {
        files::copy_all(&tree::root(), &place("tree"))?;
        faults = collect()?;
        match first_failure()? {
            None => Ok(Tally::success()),
            Some(how) => Err(how.into()),
        }
    });
    let mut caught = Vec::new();
    for fault in faults.iter().filter(|_| ready) {
        report.check(&fault.name, || notice(fault, &mut caught));
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
fn notice(fault: &Mutant, caught: &mut Vec<String>) -> Outcome {
    let path = place("tree").join(&fault.replaces);
    let own = fs::read(&path)?;
    files::put(&path, &fault.text)?;
    let noticed = first_failure();
    files::put(&path, &own)?;
    let Some(how) = noticed? else {
        return Err(format!("no test notices it (in {})", fault.replaces).into());
    };
    caught.push(format!("{}: {how}", fault.name));
    files::put(&place("caught.txt"), caught.join("\n"))?;
    Ok(Tally::success())
}

/// The first program of tests that fails, and its first test that does.
fn first_failure() -> Result<Option<String>, Trouble> {
    let mut uncompiled = None;
    for group in GROUPS {
        let mut command = watched_tests(HANGS_AFTER);
        command.args(*group).current_dir(place("tree"));
        command.env("CARGO_TARGET_DIR", place("target"));
        command.env("KETTLE_UNCHANGED", tree::root()); // for the models
        // Cargo tells a package's own variables to its tests; ours are not theirs.
        command.env_remove("CARGO_MANIFEST_DIR");
        let finished = process::run(&mut command, LIMIT)?;
        if finished.success() {
            continue;
        }
        let lines = || finished.transcript.lines().map(str::trim);
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
            Some((program, test)) => Ok(Some(format!("{program}: {test}"))),
            None => Err(format!("no test failed, but:\n{}", finished.transcript).into()),
        };
    }
    uncompiled.map_or(Ok(None), |what| Err(what.into()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_was_planted_applies() {
        assert!(super::planted().unwrap().len() >= 60);
    }
}
