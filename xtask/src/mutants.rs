//! Would our own tests notice a fault in the engine?
//!
//! The exercises have a collection of faults that people really make: what was done to each hunt's
//! engine, the mends that miss, the wrong answers of the spine. Each takes the place of its file in a
//! copy of the tree (`target/mutants/tree`), and the tests run there: the engine's unit tests, then
//! the integration tests, one program after the other, until one fails. A fault that none notices
//! is a failure of ours: a test is missing.
//!
//! First they run on the copy as it is. That they pass shows that a failure is the fault's doing,
//! and the time that each takes says when a hang is one.
//!
//! `KETTLE_MUTANTS=h1,06 cargo xtask test mutants` tries those of some exercises only. Which test has
//! noticed what stands in `target/mutants/caught.txt` then.
//!
//! Interface: [`mutants`]. Invariants: the tree itself is only read; what doesn't compile has not been
//! noticed by a test, and is an error.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use kettle_kit::cargo;
use kettle_kit::files;
use kettle_kit::process;
use kettle_kit::report::{Outcome, Report};
use kettle_kit::tally::Tally;
use kettle_kit::tree;

/// The integration tests that look at most, the quick ones before the others; they come first.
const FIRST: &[&str] = &[
    "wakes",
    "local_set",
    "join_handle",
    "late_wakes",
    "ends",
    "idle",
    "golden_traces",
    "net",
    "time",
    "fairness",
    "blocking",
    "runtimes",
    "memory",
];
/// No build takes longer.
const BUILD: Duration = Duration::from_mins(10);
/// A program of tests hangs when it takes this long, and five times as long as without a fault.
const PATIENCE: Duration = Duration::from_secs(20);

/// A fault to be put into the engine.
struct Mutant {
    /// `h1-twice fault`, `06-run-queue wrong_one_queue`.
    name: String,
    /// The file that it replaces, from the root.
    replaces: String,
    text: String,
}

/// A program of tests.
struct Tests {
    package: &'static str,
    /// `None`: the library's unit tests.
    name: Option<String>,
    limit: Duration,
}

/// What came of one.
enum Went {
    Passed,
    /// The first test that failed, or how it ended.
    Failed(String),
}

pub(crate) fn mutants(report: &mut Report) {
    let mut faults = Vec::new();
    let collected = report.check("the faults to be noticed", || {
        copy()?;
        faults = collect()?;
        Ok(Tally::success())
    });
    let mut programs = Vec::new();
    let command = "cargo test, on a copy of the tree";
    let passed = collected
        && report.long_check("the tests, without a fault", command, || {
            programs = measured()?;
            Ok(Tally::success())
        });
    let mut caught = String::new();
    for fault in faults.iter().filter(|_| passed) {
        report.check(&fault.name, || notice(fault, &programs, &mut caught));
    }
}

/// `target/mutants`.
fn place(within: &str) -> PathBuf {
    tree::root().join("target/mutants").join(within)
}

/// Copies the tree; what is the same already stays as it is, so that little is built.
fn copy() -> Result<(), String> {
    let root = tree::root();
    for file in tree::files(&root, "") {
        let within = file.strip_prefix(&root).map_err(|error| error.to_string())?;
        files::copy(&file, &place("tree").join(within))?;
    }
    Ok(())
}

/// The faults: whole files, which `cargo exercise mutants` makes of the patches they are kept as.
fn collect() -> Result<Vec<Mutant>, String> {
    let folder = place("faults");
    let mut command = cargo::command(&["exercise", "mutants"]);
    command.arg(&folder);
    let finished = process::run(&mut command, BUILD).map_err(|error| error.to_string())?;
    let listed = finished.expect_success()?.stdout;
    let chosen = env::var("KETTLE_MUTANTS").unwrap_or_default();
    let wanted = |name: &str| {
        chosen.is_empty() || chosen.split(',').any(|one| name.starts_with(&format!("{one}-")))
    };
    let mut faults = Vec::new();
    for line in listed.lines() {
        let [name, replaces, file] = line.split('\t').collect::<Vec<_>>()[..] else {
            return Err(format!("`cargo exercise mutants` printed {line:?}"));
        };
        if wanted(name) {
            let text = fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
            faults.push(Mutant { name: name.to_owned(), replaces: replaces.to_owned(), text });
        }
    }
    if faults.is_empty() { Err("no fault was found".to_owned()) } else { Ok(faults) }
}

/// All programs of tests, each with the time that it may take. Without a fault they must pass.
fn measured() -> Result<Vec<Tests>, String> {
    let mut programs = vec![Tests { package: "kettle-runtime", name: None, limit: BUILD }];
    let all = integration_tests();
    let (mut first, rest): (Vec<String>, Vec<String>) =
        all.into_iter().partition(|name| FIRST.contains(&name.as_str()));
    first.sort_by_key(|name| FIRST.iter().position(|other| other == name));
    let unit = std::iter::once(None);
    let named = unit.chain(first.into_iter().chain(rest).map(Some));
    let kettles = named.map(|name| Tests { package: "kettle", name, limit: BUILD });
    programs.extend(kettles);
    // All at once, on all processors; below each is there already.
    let mut everything = cargo_test();
    everything.args(["-p", "kettle-runtime", "-p", "kettle", "--lib", "--tests"]);
    let built = process::run(&mut everything, BUILD).map_err(|error| error.to_string())?;
    built.expect_success()?;
    for tests in &mut programs {
        let program = build(tests)?.map_err(|words| format!("{}:\n{words}", tests.title()))?;
        let begun = Instant::now();
        if let Went::Failed(how) = run(&program, tests)? {
            return Err(format!("{}, without a fault: {how}", tests.title()));
        }
        tests.limit = PATIENCE + 5 * begun.elapsed();
    }
    Ok(programs)
}

/// The names of kettle's integration tests: `tests/NAME.rs`, `tests/NAME/main.rs`.
fn integration_tests() -> Vec<String> {
    let tests = tree::root().join("tests");
    let mut names = Vec::new();
    for path in fs::read_dir(tests).into_iter().flatten().flatten().map(|entry| entry.path()) {
        let is_one =
            path.extension().is_some_and(|ending| ending == "rs") || path.join("main.rs").is_file();
        if let Some(stem) = path.file_stem().filter(|_| is_one) {
            names.push(stem.to_string_lossy().into_owned());
        }
    }
    names.sort();
    names
}

/// Puts a fault in, runs the tests until one fails, and puts the file back.
fn notice(fault: &Mutant, programs: &[Tests], caught: &mut String) -> Outcome {
    let path = place("tree").join(&fault.replaces);
    let own = fs::read(&path)?;
    files::put(&path, fault.text.as_bytes())?;
    let noticed = first_failure(programs);
    files::put(&path, &own)?;
    let Some(how) = noticed? else {
        return Err(format!("no test notices it (in {})", fault.replaces).into());
    };
    writeln!(caught, "{}: {how}", fault.name).map_err(|error| error.to_string())?;
    files::put(&place("caught.txt"), caught.as_bytes())?;
    Ok(Tally::success())
}

fn first_failure(programs: &[Tests]) -> Result<Option<String>, String> {
    for tests in programs {
        let program = match build(tests)? {
            Ok(program) => program,
            // A wrong answer need not have what the unit tests look at.
            Err(_) if tests.package == "kettle-runtime" => continue,
            Err(words) => return Err(format!("it does not compile:\n{words}")),
        };
        match run(&program, tests)? {
            Went::Passed => {}
            Went::Failed(how) => return Ok(Some(format!("{}: {how}", tests.title()))),
        }
    }
    Ok(None)
}

impl Tests {
    fn title(&self) -> String {
        match &self.name {
            Some(name) => format!("tests/{name}"),
            None => format!("the unit tests of {}", self.package),
        }
    }

    /// Where cargo would run it.
    fn folder(&self) -> PathBuf {
        let tree = place("tree");
        if self.package == "kettle" { tree } else { tree.join("runtime") }
    }
}

/// Builds a program of tests in the copy. `Err` inside: the compiler's words.
fn build(tests: &Tests) -> Result<Result<PathBuf, String>, String> {
    let mut command = cargo_test();
    command.args(["--message-format", "json", "-p", tests.package]);
    match &tests.name {
        Some(name) => command.args(["--test", name]),
        None => command.arg("--lib"),
    };
    let finished = process::run(&mut command, BUILD).map_err(|error| error.to_string())?;
    if !finished.success() {
        let rendered = messages(&finished.stdout)
            .filter_map(|message| message["message"]["rendered"].as_str().map(str::to_owned))
            .filter(|words| words.starts_with("error"));
        return Ok(Err(rendered.collect()));
    }
    let program = messages(&finished.stdout)
        .filter_map(|message| message["executable"].as_str().map(PathBuf::from))
        .last();
    program.map(Ok).ok_or_else(|| format!("cargo built no program for {}", tests.title()))
}

/// `cargo test --no-run`, in the copy.
fn cargo_test() -> Command {
    let mut command = cargo::command(&["test", "--no-run"]);
    command.current_dir(place("tree")).env("CARGO_TARGET_DIR", place("target"));
    command.env("CARGO_PROFILE_DEV_DEBUG", "false"); // nobody debugs them
    // Cargo tells a package's own variables to its tests; ours are not theirs.
    command.env_remove("CARGO_MANIFEST_DIR");
    command
}

fn messages(stdout: &str) -> impl Iterator<Item = Value> {
    stdout.lines().filter_map(|line| serde_json::from_str(line).ok())
}

fn run(program: &Path, tests: &Tests) -> Result<Went, String> {
    let mut command = Command::new(program);
    command.current_dir(tests.folder()).env("CARGO_MANIFEST_DIR", tests.folder());
    command.env("KETTLE_DOCTOR", "off").env_remove("KETTLE_TRACE");
    let finished = process::run(&mut command, tests.limit).map_err(|error| error.to_string())?;
    if finished.success() {
        return Ok(Went::Passed);
    }
    let failed = |line: &&str| line.starts_with("test ") && line.ends_with("FAILED");
    let first = finished.transcript.lines().find(failed).map(str::to_owned);
    Ok(Went::Failed(first.unwrap_or_else(|| finished.ending())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tests_that_come_first_are_there() {
        let all = integration_tests();
        assert!(!all.contains(&"common".to_owned()), "a module of theirs is no program");
        for name in FIRST {
            assert!(all.contains(&(*name).to_owned()), "tests/{name} is gone");
        }
    }

    #[test]
    fn each_runs_where_cargo_would_run_it() {
        let tests = |package, name| Tests { package, name, limit: BUILD };
        let unit = tests("kettle-runtime", None);
        assert!(unit.folder().ends_with("tree/runtime"), "{:?}", unit.folder());
        assert_eq!(unit.title(), "the unit tests of kettle-runtime");
        let wakes = tests("kettle", Some("wakes".to_owned()));
        assert!(wakes.folder().ends_with("target/mutants/tree"), "{:?}", wakes.folder());
        assert_eq!(wakes.title(), "tests/wakes");
    }
}
