//! If a line of the engine were wrong, what would notice, and would an invariant be the first?
//!
//! `cargo-mutants` knows many ways to make a line wrong: another operator, a body that only returns
//! a default. A sample of them is built into one engine (`switched.rs`), in a worktree that stays
//! at the commit of its first run, and a variable of the environment switches one of them on. The
//! cheap witnesses are asked first, and a dear one only about a mutant that they have missed. A
//! line in the notes, beside the worktree, says how each was noticed, and those that have one
//! aren't tried again: so the run can be stopped and go on.
//!
//! An invariant was the first if its words (`FILE.rs: …`) were printed before a test failed.

mod switched;

use std::collections::BTreeMap;
use std::fs::{OpenOptions, read_to_string};
use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitCode, ExitStatus};

use clap::Args;
use kettle_kit::report::Trouble;
use kettle_kit::{cargo as kit, process, tree};
use regex_lite::Regex;

use switched::{Mutant, put, sample};

#[derive(Args)]
pub(crate) struct Wish {
    /// How many mutants
    #[arg(long, default_value_t = 200)]
    sample: usize,
    /// Which ones: another number chooses others
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
const TESTS: &str = "--nocapture";
/// Writes that package, which runs the checks of solutions that are the engine's own files.
const SOLUTIONS: &str =
    "exercise solutions timer-wheel run-queue io-source task-state join-handle budget";

const UNNOTICED: &str = "unnoticed";
/// It doesn't compile where it can be switched on, so it says nothing.
const REFUSED: &str = "refused";
const FIRST: &str = ", an invariant first";
/// On a busy machine that may be the machine's fault: without its line, a mutant is asked again.
const HUNG: &str = ", hung";

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
        let mut git = Command::new("git");
        kit::finish(git.args(["worktree", "add", "--detach"]).arg(&tree), "git")?;
    }
    let all = sample(&tree, wish.seed, wish.sample)?;
    let known = read_to_string(&notes).unwrap_or_default();
    let known = known.lines().filter_map(|line| line.split_once('\t'));
    let mut known: BTreeMap<String, String> =
        known.map(|(name, verdict)| (name.to_owned(), verdict.to_owned())).collect();
    let mut notes = OpenOptions::new().append(true).create(true).open(notes)?;
    loop {
        let left: Vec<&Mutant> = all.iter().filter(|it| !known.contains_key(&it.name)).collect();
        if left.is_empty() {
            break;
        }
        // Mutants that overlap, and what stays when some don't compile, are in the next round.
        let inside = put(&tree, &left)?;
        let refused = refused(&tree, &left)?;
        if refused.is_empty() {
            build(&tree)?;
            let verdict = ask(&tree, "none")?;
            if verdict != UNNOTICED {
                return Err(format!("{verdict} complain of the engine as it is").into());
            }
        }
        for mutant in if refused.is_empty() { inside } else { refused.clone() } {
            let verdict =
                if refused.is_empty() { ask(&tree, &mutant.name)? } else { REFUSED.to_owned() };
            writeln!(notes, "{}\t{verdict}", mutant.name)?;
            println!("{}: {verdict}", mutant.name);
            known.insert(mutant.name.clone(), verdict);
        }
    }
    let count = |words: &str| all.iter().filter(|it| known[&it.name].contains(words)).count();
    let compiled = all.len() - count(REFUSED);
    let noticed = compiled - count(UNNOTICED);
    println!("{noticed} of {compiled} noticed, {} by an invariant first", count(FIRST));
    Ok(())
}

/// Those that the compiler complains of.
fn refused<'a>(tree: &Path, left: &[&'a Mutant]) -> Result<Vec<&'a Mutant>, Trouble> {
    let check = "check -p kettle-runtime --message-format short";
    let checked = process::run(&mut of_tree(tree, check))?;
    let error = Regex::new(r"(?m)^(runtime/.*?):(\d+):\d+: error").expect("a pattern");
    let places: Vec<(&str, usize)> = error
        .captures_iter(&checked.transcript)
        .filter_map(|it| Some((it.get(1)?.as_str(), it.get(2)?.as_str().parse().ok()?)))
        .collect();
    let at = |is_near: bool| -> Vec<&Mutant> {
        let lines = |it: &Mutant| if is_near { it.lines.clone() } else { it.body.clone() };
        let is_at = |it: &Mutant| {
            places.iter().any(|(file, line)| it.file == *file && lines(it).contains(line))
        };
        left.iter().copied().filter(|it| it.text.is_none() || is_at(it)).collect()
    };
    // What a body returns may clash with what comes later in it.
    let found = Some(at(true)).filter(|found| !found.is_empty()).unwrap_or_else(|| at(false));
    let is_explained = checked.success() || !found.is_empty();
    if is_explained { Ok(found) } else { Err(checked.failure().into()) }
}

fn build(tree: &Path) -> Result<(), Trouble> {
    kit::finish(&mut of_tree(tree, SOLUTIONS), "solutions")?;
    for (name, build, ..) in WITNESSES {
        let only = match build.strip_prefix("run") {
            Some(words) => format!("build {words}"),
            None => format!("{build} --no-run"),
        };
        kit::finish(&mut of_tree(tree, &only), name)?;
    }
    Ok(())
}

/// Which witness notices that this mutant is on?
fn ask(tree: &Path, mutant: &str) -> Result<String, Trouble> {
    let invariant = Regex::new(r"(?m)^[a-z_/]+\.rs: ").expect("a pattern");
    let failure = Regex::new(r"FAILED|/check\.rs:\d|exit successfully").expect("a pattern");
    for (name, build, run, seconds) in WITNESSES {
        let mut command = within(seconds, tree, &format!("{build} -- {run}"));
        let heard = process::run(command.env(switched::SWITCH, mutant))?;
        if !heard.success() {
            let place = |it: &Regex| it.find(&heard.transcript).map_or(usize::MAX, |it| it.start());
            let first = if place(&invariant) < place(&failure) { FIRST } else { "" };
            let hung = if heard.status.is_some_and(is_timeout) { HUNG } else { "" };
            return Ok(format!("{name}{hung}{first}"));
        }
    }
    Ok(UNNOTICED.to_owned())
}

/// Then `timeout` has killed itself, too.
fn is_timeout(status: ExitStatus) -> bool {
    status.code().is_none()
}

/// Cargo in the worktree.
fn of_tree(tree: &Path, words: &str) -> Command {
    within(3600, tree, words)
}

/// The same for so many seconds, after which all that it runs is killed: a test that listens for
/// `SIGTERM` outlives one. Its two outputs are one, so that the order of their lines is known.
fn within(seconds: u64, tree: &Path, words: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", "exec timeout -s KILL \"$@\" 2>&1", "sh"]).arg(seconds.to_string());
    command.arg("cargo").args(words.split_whitespace()).current_dir(tree);
    command.env("CARGO_TARGET_DIR", tree.join("target")).env("CARGO_TERM_COLOR", "never");
    command.env("KETTLE_DOCTOR", "off").env("CARGO_PROFILE_DEV_DEBUG", "0");
    command
}
