//! If a line of the engine were wrong, what would notice, and would an invariant be the first?
//!
//! `cargo-mutants` knows many ways to make a line wrong: another operator, a body that only returns
//! a default. A sample of them is tried, one after another, in a worktree in `target/mutants`,
//! which stays at the commit of its first run. The cheap witnesses are asked first, and a dear one
//! only about a mutant that they have missed. A line in the notes, beside the worktree, says how
//! each was noticed, and those that have one aren't tried again: so the run can be stopped and go
//! on.
//!
//! An invariant was the first if its words (`FILE.rs: …`) were printed before a test failed.

use std::collections::BTreeMap;
use std::fs::{OpenOptions, read_to_string};
use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Duration;

use clap::Args;
use kettle_kit::report::Trouble;
use kettle_kit::{cargo as kit, files, process, tree};
use regex_lite::Regex;
use serde_json::Value;

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

/// The cheapest first: each has a name, and words for Cargo that build it, and run it.
const WITNESSES: [(&str, &[&str], &[&str]); 3] = [
    ("unit tests", &["test", "-p", "kettle-runtime", "--lib"], TESTS),
    (
        "checks of exercises",
        &["run", "--manifest-path", "target/solutions/Cargo.toml"],
        &["all"; 2],
    ),
    ("api", &["test", "-p", "kettle", "--features", "full,test-util", "--test", "api"], TESTS),
];
const TESTS: &[&str] = &["--nocapture"];
/// Writes a program that runs the checks of solutions that are the engine's own files.
const SOLUTIONS: &str = "exercise solutions timer-wheel run-queue io-source task-state \
                         join-handle budget block-on";
/// A witness that runs longer hangs.
const LIMIT: Duration = Duration::from_mins(3);

const UNNOTICED: &str = "unnoticed";
/// It doesn't compile, so it says nothing.
const REFUSED: &str = "refused";
const FIRST: &str = ", an invariant first";

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
        kit::finish(Command::new("git").args(["worktree", "add", "--detach"]).arg(&tree), "git")?;
    }
    let known = read_to_string(&notes).unwrap_or_default();
    let known = known.lines().filter_map(|line| line.split_once('\t'));
    let mut known: BTreeMap<String, String> =
        known.map(|(name, verdict)| (name.to_owned(), verdict.to_owned())).collect();
    if known.is_empty() && ask(&tree)? != UNNOTICED {
        return Err("a witness complains of the engine as it is".into());
    }
    let mut notes = OpenOptions::new().append(true).create(true).open(notes)?;
    let mut verdicts = Vec::new();
    for mutant in sample(&tree, wish)? {
        let name = mutant["name"].as_str().unwrap_or_default();
        if !known.contains_key(name) {
            let verdict = try_one(&mutant, &tree)?;
            writeln!(notes, "{name}\t{verdict}")?;
            println!("{name}: {verdict}");
            known.insert(name.to_owned(), verdict);
        }
        verdicts.push(known[name].clone());
    }
    let count = |words: &str| verdicts.iter().filter(|verdict| verdict.contains(words)).count();
    let all = verdicts.len() - count(REFUSED);
    println!("{} of {all} noticed, {} by an invariant first", all - count(UNNOTICED), count(FIRST));
    Ok(())
}

/// Mutants of the engine, in an order that the seed decides.
fn sample(tree: &Path, wish: &Wish) -> Result<Vec<Value>, Trouble> {
    let mut list = Command::new(cargo::built("cargo-mutants")?);
    list.args(["mutants", "--list", "--json", "-p", "kettle-runtime"]);
    list.args(["--exclude", "*_checks.rs"]).current_dir(tree);
    let listed = kit::finish(&mut list, "cargo-mutants")?.stdout;
    let mut all: Vec<Value> =
        serde_json::from_str(&listed).map_err(|error| format!("cargo-mutants: {error}"))?;
    all.sort_by_key(|mutant| mutant["name"].to_string());
    fastrand::Rng::with_seed(wish.seed).shuffle(&mut all);
    all.truncate(wish.sample);
    Ok(all)
}

/// Puts a mutant's replacement into its file, asks, and takes it out again.
fn try_one(mutant: &Value, tree: &Path) -> Result<String, Trouble> {
    let path = tree.join(mutant["file"].as_str().unwrap_or_default());
    let before = files::read(&path)?;
    // A line and a column, which count from 1.
    let place = |at: &Value| {
        let [line, column] =
            ["line", "column"].map(|name| at[name].to_string().parse().unwrap_or(1));
        let lines: usize = before.split_inclusive('\n').take(line - 1).map(str::len).sum();
        lines + before[lines..].chars().take(column - 1).map(char::len_utf8).sum::<usize>()
    };
    let (start, end) = (place(&mutant["span"]["start"]), place(&mutant["span"]["end"]));
    let replacement = mutant["replacement"].as_str().unwrap_or_default();
    files::put(&path, [&before[..start], replacement, &before[end..]].concat())?;
    let verdict = ask(tree);
    files::put(&path, &before)?;
    verdict
}

/// Which witness notices that something is wrong with the engine in `tree`?
fn ask(tree: &Path) -> Result<String, Trouble> {
    let solutions: Vec<&str> = SOLUTIONS.split_whitespace().collect();
    kit::finish(&mut of_tree(tree, &solutions), "solutions")?;
    let invariant = Regex::new(r"(?m)^[a-z_/]+\.rs: ").expect("a pattern");
    let failure = Regex::new(r"FAILED|/check\.rs:\d|exit successfully").expect("a pattern");
    for (name, build, run) in WITNESSES {
        let only = match build {
            ["run", words @ ..] => [&["build"], words].concat(),
            test => [test, &["--no-run"]].concat(),
        };
        if !process::run(&mut of_tree(tree, &only))?.success() {
            return Ok(REFUSED.to_owned());
        }
        let run = [build, &["--"], run].concat();
        let heard = process::run_within(&mut of_tree(tree, &run), LIMIT)?;
        if !heard.success() {
            let place = |it: &Regex| it.find(&heard.transcript).map_or(usize::MAX, |it| it.start());
            let first = if place(&invariant) < place(&failure) { FIRST } else { "" };
            return Ok(format!("{name}{first}"));
        }
    }
    Ok(UNNOTICED.to_owned())
}

/// Cargo in the worktree. Its two outputs are one, so that the order of their lines is known.
fn of_tree(tree: &Path, words: &[&str]) -> Command {
    let mut cargo = cargo::elsewhere(&tree.display().to_string(), words);
    cargo.env("KETTLE_DOCTOR", "off").env("CARGO_PROFILE_DEV_DEBUG", "0");
    let mut command = Command::new("sh");
    command.args(["-c", "exec \"$@\" 2>&1", "sh"]).arg(cargo.get_program());
    command.args(cargo.get_args()).current_dir(tree);
    command.envs(cargo.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command
}
