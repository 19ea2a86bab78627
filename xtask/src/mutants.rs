//! If a line of the engine were wrong, what would notice, and would an invariant be the first?
//!
//! `cargo-mutants` knows many ways to make a line wrong: another operator, a body that only returns
//! a default. A sample of them is tried, one at a time, in a worktree that stays at the commit of
//! its first run. The cheap witnesses are asked first, and a dear one only about a mutant that they
//! have missed. A line in the notes, beside the worktree, says how each was noticed, and those that
//! have one aren't tried again: so the run can be stopped and go on.
//!
//! An invariant was the first if its words (`FILE.rs: …`) were printed before a test failed.

use std::fs::{OpenOptions, read_to_string};
use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitCode};

use clap::Args;
use kettle_kit::report::Trouble;
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

/// The cheapest first: each has a name, words for Cargo that build it, and words that run it. After
/// so many seconds it hangs.
const WITNESSES: [(&str, &str, &str, u64); 3] = [
    ("unit tests", "test -p kettle-runtime --lib", TESTS, 60),
    ("checks of exercises", "run --manifest-path target/solutions/Cargo.toml", "all all", 240),
    ("api", "test -p kettle --features full,test-util --test api", TESTS, 400),
];
/// Without the tests of the checks, which break an invariant on purpose.
const TESTS: &str = "--nocapture --skip scheduler_checks";
/// Writes that package, which runs the checks of solutions that are the engine's own files.
const SOLUTIONS: &str =
    "exercise solutions timer-wheel run-queue io-source task-state join-handle budget";

const UNNOTICED: &str = "unnoticed";
/// It doesn't compile, so it says nothing.
const REFUSED: &str = "refused";
const FIRST: &str = ", an invariant first";
/// On a busy machine that may be the machine's fault: without its line, a mutant is asked again.
const HUNG: &str = ", hung";

pub(crate) fn mutants(options: &Options) -> ExitCode {
    match tried(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Trouble::Failed(reason) | Trouble::Skipped(reason)) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}

fn tried(options: &Options) -> Result<(), Trouble> {
    let folder = tree::target()?.join("mutants");
    let (tree, notes) = (folder.join("tree"), folder.join(format!("seed-{}.txt", options.seed)));
    if !tree.exists() {
        let mut git = Command::new("git");
        kit::finish(git.args(["worktree", "add", "--detach"]).arg(&tree), "git")?;
    }
    let known = read_to_string(&notes).unwrap_or_default();
    let mut verdicts: Vec<String> = Vec::new();
    let all = sample(&tree, options)?;
    let verdict = ask(&tree)?;
    if verdict != UNNOTICED {
        return Err(format!("{verdict} complain of the engine as it is").into());
    }
    let mut notes = OpenOptions::new().append(true).create(true).open(notes)?;
    for mutant in &all {
        let name = mutant["name"].as_str().unwrap_or_default();
        let before = known.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('\t'));
        let verdict = if let Some(verdict) = before {
            verdict.to_owned()
        } else {
            let verdict = ask_about(&tree, mutant)?;
            writeln!(notes, "{name}\t{verdict}")?;
            verdict
        };
        println!("{name}: {verdict}");
        verdicts.push(verdict);
    }
    let count = |words: &str| verdicts.iter().filter(|verdict| verdict.contains(words)).count();
    let compiled = all.len() - count(REFUSED);
    let noticed = compiled - count(UNNOTICED);
    println!("{noticed} of {compiled} noticed, {} by an invariant first", count(FIRST));
    Ok(())
}

/// Mutants of the engine, as cargo-mutants lists them, in an order that the seed decides.
fn sample(tree: &Path, options: &Options) -> Result<Vec<Value>, Trouble> {
    let mut git = Command::new("git");
    // A run that was stopped has left one in.
    kit::finish(git.args(["checkout", "--quiet", "--", "runtime"]).current_dir(tree), "git")?;
    let mut list = Command::new(cargo::built("cargo-mutants")?);
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

fn ask_about(tree: &Path, mutant: &Value) -> Result<String, Trouble> {
    let file = tree.join(mutant["file"].as_str().unwrap_or_default());
    let right = files::read(&file)?;
    let place = |end: &str| place(&right, &mutant["span"][end]);
    let (start, end) = (place("start"), place("end"));
    // It would make an assertion weaker, not the engine wrong.
    if right[..start].lines().next_back().is_some_and(|line| line.contains("holds(")) {
        return Ok(REFUSED.to_owned());
    }
    let wrong = mutant["replacement"].as_str().unwrap_or_default();
    files::put(&file, [&right[..start], wrong, &right[end..]].concat())?;
    let verdict = ask(tree);
    files::put(&file, right)?;
    verdict
}

/// Which byte is at a line and a column, both counted from 1?
fn place(source: &str, at: &Value) -> usize {
    let number = |name: &str| at[name].to_string().parse::<usize>().map_or(0, |it| it - 1);
    let lines: usize = source.split_inclusive('\n').take(number("line")).map(str::len).sum();
    let before = source[lines..].chars().take(number("column"));
    lines + before.map(char::len_utf8).sum::<usize>()
}

/// Which witness complains of the engine as it is in the worktree?
fn ask(tree: &Path) -> Result<String, Trouble> {
    let invariant = Regex::new(r"(?m)^[a-z_/]+\.rs: ").expect("a pattern");
    let failure = Regex::new(r"FAILED|/check\.rs:\d|exit successfully").expect("a pattern");
    for (name, build, run, seconds) in WITNESSES {
        if build.contains("solutions") {
            kit::finish(&mut within(BUILDS, tree, SOLUTIONS), "solutions")?;
        }
        let only = match build.strip_prefix("run") {
            Some(words) => format!("build {words}"),
            None => format!("{build} --no-run"),
        };
        if !process::run(&mut within(BUILDS, tree, &only))?.success() {
            return Ok(REFUSED.to_owned());
        }
        let heard = process::run(&mut within(seconds, tree, &format!("{build} -- {run}")))?;
        if !heard.success() {
            let place = |it: &Regex| it.find(&heard.transcript).map_or(usize::MAX, |it| it.start());
            let first = if place(&invariant) < place(&failure) { FIRST } else { "" };
            let hung = if heard.status.is_some_and(|it| it.code().is_none()) { HUNG } else { "" };
            return Ok(format!("{name}{hung}{first}"));
        }
    }
    Ok(UNNOTICED.to_owned())
}

/// No build takes so many seconds.
const BUILDS: u64 = 3600;

/// Cargo in the worktree, for so many seconds, after which all that it runs is killed: a test that
/// listens for `SIGTERM` outlives one. Its two outputs are one, so that the order of their lines is
/// known.
fn within(seconds: u64, tree: &Path, words: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", "exec timeout -s KILL \"$@\" 2>&1", "sh"]).arg(seconds.to_string());
    command.arg("cargo").args(words.split_whitespace()).current_dir(tree);
    command.env("CARGO_TARGET_DIR", tree.join("target")).env("CARGO_TERM_COLOR", "never");
    command.env("KETTLE_DOCTOR", "off").env("CARGO_PROFILE_DEV_DEBUG", "0");
    command
}
