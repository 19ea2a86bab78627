//! If a line of the engine were wrong, which test would notice, and would an invariant be the
//! first?
//!
//! `cargo-mutants` lists many ways to make a line wrong, such as another operator, or a body that
//! only returns a default. A sample of these *mutants* is tried, one at a time, in a worktree that
//! stays at the commit of its first run. The groups of tests in [`TESTS`] run one after the other,
//! the cheapest first, until one fails. A file beside the worktree has a line for each mutant that
//! was tried, with the verdict on it, so that a run can be interrupted and continued.
//!
//! An invariant was the first to notice if its message (`FILE.rs: …`) was printed before a test
//! failed. [`run_tests`] gives the verdict.

use std::fs::{OpenOptions, read_to_string};
use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitCode};

use clap::Args;
use kettle_kit::report::{Trouble, exit_code};
use kettle_kit::{cargo as kit, files, process, tree};
use regex_lite::Regex;
use serde_json::Value;

use crate::cargo;

#[derive(Args)]
pub(crate) struct Options {
    /// How many mutants
    #[arg(long, default_value_t = 200)]
    sample: usize,
    /// The seed of the sample: another number chooses other mutants
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Groups of tests, the cheapest first: a name, the arguments with which Cargo builds and runs
/// them, the tests' own arguments, and the number of seconds after which they count as hanging.
const TESTS: [(&str, &str, &str, u64); 3] = [
    ("unit tests", "test -p kettle-runtime --lib", ARGUMENTS, 60),
    ("checks of exercises", "run --manifest-path target/solutions/Cargo.toml", "all all", 240),
    ("api", "test -p kettle --features full,test-util --test api", ARGUMENTS, 400),
];
/// `scheduler_checks` tests the checks of invariants, so it breaks one on purpose.
const ARGUMENTS: &str = "--nocapture --skip scheduler_checks";
/// The command that writes `target/solutions`, which runs the checks of those exercises whose
/// solutions are the engine's own files.
const SOLUTIONS: &str =
    "exercise solutions timer-wheel run-queue io-source task-state join-handle budget";

/// No build takes this many seconds.
const MAX_BUILD_SECONDS: u64 = 3600;

/// A verdict on a mutant is [`UNNOTICED`], [`NO_MUTANT`], or the name of the group that failed,
/// perhaps with [`HUNG`] and [`INVARIANT_FIRST`] after it.
const UNNOTICED: &str = "unnoticed";
/// The mutant doesn't compile, or leaves the engine right, so no test could notice it.
const NO_MUTANT: &str = "no mutant";
/// A timeout, perhaps because the machine was busy. (To try the mutant again, delete its line.)
const HUNG: &str = ", hung";
const INVARIANT_FIRST: &str = ", an invariant first";

pub(crate) fn mutants(options: &Options) -> ExitCode {
    exit_code(try_sample(options))
}

/// Tries the mutants of the sample that have no verdict yet, and prints the verdicts on all.
fn try_sample(options: &Options) -> Result<(), Trouble> {
    let folder = tree::target()?.join("mutants");
    let (tree, notes) = (folder.join("tree"), folder.join(format!("seed-{}.txt", options.seed)));
    if !tree.exists() {
        let mut git = Command::new("git");
        kit::finish(git.args(["worktree", "add", "--detach"]).arg(&tree), "git")?;
    }
    let earlier_notes = read_to_string(&notes).unwrap_or_default();
    let mutants = sample(&tree, options)?;
    let verdict_without_mutant = run_tests(&tree)?;
    if verdict_without_mutant != UNNOTICED {
        return Err(format!("without a mutant: {verdict_without_mutant} failed").into());
    }
    let mut notes = OpenOptions::new().append(true).create(true).open(notes)?;
    let mut verdicts: Vec<String> = Vec::new();
    for mutant in &mutants {
        let name = mutant["name"].as_str().unwrap_or_default();
        let noted = earlier_notes.lines().find_map(|it| it.strip_prefix(name)?.strip_prefix('\t'));
        let verdict = if let Some(verdict) = noted {
            verdict.to_owned()
        } else {
            let verdict = try_mutant(mutant, &tree)?;
            writeln!(notes, "{name}\t{verdict}")?;
            verdict
        };
        println!("{name}: {verdict}");
        verdicts.push(verdict);
    }
    let count = |words: &str| verdicts.iter().filter(|verdict| verdict.contains(words)).count();
    let compiled = mutants.len() - count(NO_MUTANT);
    let noticed = compiled - count(UNNOTICED);
    println!("{noticed} of {compiled} noticed, {} by an invariant first", count(INVARIANT_FIRST));
    Ok(())
}

/// A sample of the mutants that cargo-mutants lists for the engine.
fn sample(tree: &Path, options: &Options) -> Result<Vec<Value>, Trouble> {
    let mut git = Command::new("git");
    // An interrupted run has left its mutant in the worktree.
    kit::finish(git.args(["checkout", "--quiet", "--", "runtime"]).current_dir(tree), "git")?;
    let mut list = Command::new(cargo::installed("cargo-mutants")?);
    list.args(["mutants", "--list", "--json", "-p", "kettle-runtime"]);
    list.args(["--exclude", "*_checks.rs"]).current_dir(tree);
    let listed = kit::finish(&mut list, "cargo-mutants")?.stdout;
    let mut all: Vec<Value> =
        serde_json::from_str(&listed).map_err(|error| format!("cargo-mutants: {error}"))?;
    all.sort_by_key(|mutant| mutant["name"].to_string());
    fastrand::Rng::with_seed(options.seed).shuffle(&mut all);
    all.truncate(options.sample);
    Ok(all)
}

/// Puts a mutant into the worktree, runs the tests, and takes it out again.
fn try_mutant(mutant: &Value, tree: &Path) -> Result<String, Trouble> {
    let file = tree.join(mutant["file"].as_str().unwrap_or_default());
    let right = files::read(&file)?;
    let start = offset(&right, &mutant["span"]["start"]);
    let end = offset(&right, &mutant["span"]["end"]);
    // A mutant of an invariant (`holds(…)`) only weakens an assertion.
    if right[..start].lines().next_back().is_some_and(|line| line.contains("holds(")) {
        return Ok(NO_MUTANT.to_owned());
    }
    let wrong = mutant["replacement"].as_str().unwrap_or_default();
    files::put(&file, [&right[..start], wrong, &right[end..]].concat())?;
    let verdict = run_tests(tree);
    files::put(&file, right)?;
    verdict
}

/// The offset in bytes of a place, which has a `line` and a `column`, both counted from 1.
fn offset(source: &str, place: &Value) -> usize {
    let before = |name: &str| place[name].to_string().parse::<usize>().map_or(0, |it| it - 1);
    let line: usize = source.split_inclusive('\n').take(before("line")).map(str::len).sum();
    let column = source[line..].chars().take(before("column"));
    line + column.map(char::len_utf8).sum::<usize>()
}

/// The verdict on the engine as it is in the worktree.
fn run_tests(tree: &Path) -> Result<String, Trouble> {
    for (name, command, own_arguments, max_seconds) in TESTS {
        if command.contains("solutions") {
            kit::finish(&mut cargo_in(MAX_BUILD_SECONDS, tree, SOLUTIONS), "solutions")?;
        }
        let build = match command.strip_prefix("run") {
            Some(words) => format!("build {words}"),
            None => format!("{command} --no-run"),
        };
        if !process::run(&mut cargo_in(MAX_BUILD_SECONDS, tree, &build))?.success() {
            return Ok(NO_MUTANT.to_owned());
        }
        let run = format!("{command} -- {own_arguments}");
        let finished = process::run(&mut cargo_in(max_seconds, tree, &run))?;
        if !finished.success() {
            // `timeout` kills, and then there is no code.
            let is_killed = finished.status.is_some_and(|status| status.code().is_none());
            let hung = if is_killed { HUNG } else { "" };
            let is_first = is_invariant_first(&finished.transcript);
            return Ok(format!("{name}{hung}{}", if is_first { INVARIANT_FIRST } else { "" }));
        }
    }
    Ok(UNNOTICED.to_owned())
}

/// Does an invariant's message come before the first failure of a test or check?
fn is_invariant_first(transcript: &str) -> bool {
    let invariant = Regex::new(r"(?m)^[a-z_/]+\.rs: ").expect("a pattern");
    let failure = Regex::new(r"FAILED|/check\.rs:\d|exit successfully").expect("a pattern");
    let Some(message) = invariant.find(transcript) else { return false };
    failure.find(transcript).is_none_or(|failure| message.start() < failure.start())
}

/// Cargo in the worktree. After `seconds`, all that it runs is killed (by `SIGKILL`, because a test
/// may listen for `SIGTERM`). Both outputs go to one pipe, so that the order of their lines is
/// known.
fn cargo_in(seconds: u64, tree: &Path, words: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", "exec timeout -s KILL \"$@\" 2>&1", "sh"]).arg(seconds.to_string());
    command.arg("cargo").args(words.split_whitespace()).current_dir(tree);
    command.env("CARGO_TARGET_DIR", tree.join("target")).env("CARGO_TERM_COLOR", "never");
    command.env("KETTLE_DOCTOR", "off").env("CARGO_PROFILE_DEV_DEBUG", "0");
    command
}
