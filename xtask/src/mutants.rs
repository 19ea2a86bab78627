//! If a line of the engine were wrong, what would notice, and would an invariant be the first?
//!
//! `cargo-mutants` knows many ways to make a line wrong: another operator, a body that only returns
//! a default. A sample of them is tried, one after another, in a worktree in `target/mutants`, which
//! stays at the commit of its first run. The cheap witnesses are asked first, and a dear one only
//! about a mutant that they have missed. A line in the notes, beside the worktree, says how each was
//! noticed, and those that have one aren't tried again: so the run can be stopped and go on.
//!
//! An invariant was the first if its words (`FILE.rs: …`) were printed before a test failed.

use std::collections::HashMap;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use clap::Args;
use kettle_kit::report::Trouble;
use kettle_kit::{cargo as kit, files, process, tree};
use regex_lite::Regex;
use serde::Deserialize;

use crate::cargo;

#[derive(Args)]
pub(crate) struct Wish {
    /// How many mutants
    #[arg(long, default_value_t = 200)]
    sample: usize,
    /// Which ones: another number chooses others
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// What cargo-mutants says of one: it puts `replacement` in the place of what is at `span`.
#[derive(Deserialize)]
struct Mutant {
    name: String,
    file: String,
    replacement: String,
    span: Span,
}

#[derive(Deserialize)]
struct Span {
    start: At,
    end: At,
}

/// Both count from 1.
#[derive(Deserialize)]
struct At {
    line: usize,
    column: usize,
}

/// The cheapest first: each has a name, and words for Cargo that build it, and run it.
const WITNESSES: [(&str, &[&str], &[&str]); 3] = [
    ("unit tests", &["test", "-p", "kettle-runtime", "--lib"], TESTS),
    ("checks of exercises", &["run", "--manifest-path", SOLUTIONS], &["all", "all"]),
    ("api", &["test", "-p", "kettle", "--features", "full,test-util", "--test", "api"], TESTS),
];
const TESTS: &[&str] = &["--nocapture"];
const SOLUTIONS: &str = "target/solutions/Cargo.toml";
/// Whose checks are run: of these the solution is the engine's own file, or all of it is asked.
const EXERCISES: [&str; 7] =
    ["timer-wheel", "run-queue", "io-source", "task-state", "join-handle", "budget", "block-on"];
/// A witness that runs longer hangs.
const LIMIT: Duration = Duration::from_mins(3);

const UNNOTICED: &str = "unnoticed";
/// It doesn't compile, so it says nothing.
const REFUSED: &str = "refused";

pub(crate) fn mutants(wish: &Wish) -> ExitCode {
    match tried(wish) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Trouble::Failed(reason) | Trouble::Skipped(reason)) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}

fn tried(wish: &Wish) -> Result<(), Trouble> {
    let folder = tree::target()?.join("mutants");
    let (tree, notes) = (folder.join("tree"), folder.join(format!("seed-{}.txt", wish.seed)));
    if !tree.exists() {
        let path = tree.display().to_string();
        kit::finish(Command::new("git").args(["worktree", "add", "--detach", &path]), "git")?;
    }
    let mut all = sample(&tree, wish.seed)?;
    all.truncate(wish.sample);
    let known = std::fs::read_to_string(&notes).unwrap_or_default();
    let mut known: HashMap<String, String> =
        known.lines().filter_map(|line| line.split_once('\t')).map(owned).collect();
    if known.is_empty()
        && let Some(verdict) = ask(&tree)?.strip_prefix(UNNOTICED)
    {
        println!("without a mutant all is well{verdict}");
    } else if known.is_empty() {
        return Err("a witness complains of the engine as it is".into());
    }
    let mut notes = OpenOptions::new().append(true).create(true).open(notes)?;
    for (nth, mutant) in all.iter().enumerate() {
        if !known.contains_key(&mutant.name) {
            let verdict = mutant.ask(&tree)?;
            writeln!(notes, "{}\t{verdict}", mutant.name)?;
            println!("{} of {}: {}: {verdict}", nth + 1, all.len(), mutant.name);
            known.insert(mutant.name.clone(), verdict);
        }
    }
    let verdicts: Vec<&str> = all.iter().map(|mutant| &*known[&mutant.name]).collect();
    let count = |words: &str| verdicts.iter().filter(|verdict| verdict.contains(words)).count();
    let all = verdicts.len() - count(REFUSED);
    let (noticed, first) = (all - count(UNNOTICED), count(FIRST));
    println!("{noticed} of {all} are noticed, {first} by an invariant first");
    Ok(())
}

fn owned((name, verdict): (&str, &str)) -> (String, String) {
    (name.to_owned(), verdict.to_owned())
}

/// All mutants of the engine, in an order that the seed decides.
fn sample(tree: &Path, seed: u64) -> Result<Vec<Mutant>, Trouble> {
    let mut list = Command::new(cargo::built("cargo-mutants")?);
    list.args(["mutants", "--list", "--json", "-p", "kettle-runtime"]);
    list.args(["--exclude", "*_checks.rs"]).current_dir(tree);
    let listed = kit::finish(&mut list, "cargo-mutants")?.stdout;
    let mut all: Vec<Mutant> =
        serde_json::from_str(&listed).map_err(|error| format!("cargo-mutants: {error}"))?;
    all.sort_by(|one, other| one.name.cmp(&other.name));
    fastrand::Rng::with_seed(seed).shuffle(&mut all);
    Ok(all)
}

impl Mutant {
    /// Puts it into its file, asks, and takes it out again.
    fn ask(&self, tree: &Path) -> Result<String, Trouble> {
        let path: PathBuf = tree.join(&self.file);
        let before = files::read(&path)?;
        let place = |at: &At| {
            let lines: usize = before.split_inclusive('\n').take(at.line - 1).map(str::len).sum();
            let line = before[lines..].chars().take(at.column - 1);
            lines + line.map(char::len_utf8).sum::<usize>()
        };
        let mut text = before.clone();
        text.replace_range(place(&self.span.start)..place(&self.span.end), &self.replacement);
        files::put(&path, &text)?;
        let verdict = ask(tree);
        files::put(&path, &before)?;
        verdict
    }
}

const FIRST: &str = ", an invariant first";

/// Which witness notices that something is wrong with the engine in `tree`?
fn ask(tree: &Path) -> Result<String, Trouble> {
    let put = [&["exercise", "solutions"], &EXERCISES[..]].concat();
    kit::finish(&mut of_tree(tree, &put), "solutions")?;
    let invariant = Regex::new(r"(?m)^[a-z_/]+\.rs: ").expect("a pattern");
    let failure = Regex::new(r"FAILED|/check\.rs:\d|exit successfully").expect("a pattern");
    for (name, build, run) in WITNESSES {
        let only = if build[0] == "run" {
            [&["build"], &build[1..]].concat()
        } else {
            [build, &["--no-run"]].concat()
        };
        if !process::run(&mut of_tree(tree, &only))?.success() {
            return Ok(REFUSED.to_owned());
        }
        let heard =
            process::run_within(&mut of_tree(tree, &[build, &["--"], run].concat()), LIMIT)?;
        if heard.success() {
            continue;
        }
        let place = |what: &Regex| what.find(&heard.transcript).map_or(usize::MAX, |it| it.start());
        let first = if place(&invariant) < place(&failure) { FIRST } else { "" };
        return Ok(format!("{name}{first}"));
    }
    Ok(UNNOTICED.to_owned())
}

/// Cargo in the worktree. Its two outputs are one, so that the order of their lines is known.
fn of_tree(tree: &Path, words: &[&str]) -> Command {
    let cargo = cargo::elsewhere(&tree.display().to_string(), words);
    let mut command = Command::new("sh");
    command.args(["-c", "exec \"$@\" 2>&1", "sh"]).arg(cargo.get_program());
    command.args(cargo.get_args()).current_dir(tree);
    for (name, value) in cargo.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command.env("KETTLE_DOCTOR", "off").env("CARGO_PROFILE_DEV_DEBUG", "0");
    command
}
