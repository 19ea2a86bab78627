//! How does a learner build the ladder?
//!
//! A step is one file, `learn/steps/stepN.rs`, which begins as the step before it: the learner's
//! own if that has passed, otherwise the project's. It is judged by the properties of
//! `examples/steps/properties`, one by one, as the checks of an exercise are. When all hold, a
//! program shows what this step still does badly, and the next step is named.
//!
//! What to type is a section of `examples/steps/README.md`. The question and the flaw are in the
//! head of the project's own step.
//!
//! Interface: [`list`], [`go`], [`play`]. Invariants: of `learn/steps`, `stepN.rs` is the learner's, and
//! never overwritten; all else is written by the command.

use std::path::{Path, PathBuf};
use std::process::Command;

use anstream::println;
use kettle_kit::{files, tree};

use crate::build::{Built, Said, build};
use crate::catalogue;
use crate::desk;
use crate::judgement::{First, first_failure};
use crate::overview;
use crate::package;
use crate::path;
use crate::places::{learn, learn_target, shown};
use crate::progress::{self, Progress};
use crate::prose::{BOLD, DIM, OK, markdown, say};
use crate::step::{LAST, Step, folder, steps};
use crate::trial::{Verdict, list as list_of, trial};
use crate::words;

/// What a step offers to the properties, and from which step on.
const OFFERS: [(usize, &str); 4] = [(1, "Step"), (3, "Tasks"), (6, "Sockets"), (7, "Handles")];

/// How many steps have passed, of how many.
pub(crate) fn passed() -> (usize, usize) {
    let names = (1..=LAST).map(|number| format!("step{number}"));
    (names.filter(|name| progress::has_passed(name)).count(), LAST)
}

/// Lists the steps.
pub(crate) fn list(progress: &Progress) -> Result<bool, String> {
    let steps = Step::all()?;
    println!("{BOLD}Seven runtimes, each built from the one before{BOLD:#}\n");
    for step in &steps {
        let (style, state) = overview::state(&step.name(), progress, step.mine().exists());
        let state = if state.is_empty() { state } else { &format!("{style}({state}){style:#}") };
        println!("  {}  {} {state}", step.number, step.question());
    }
    match steps.iter().find(|step| !progress::has_passed(&step.name())) {
        Some(step) => println!("\n{BOLD}Next{BOLD:#}: cargo exercise step {}", step.number),
        None => println!("\n{BOLD}All seven have passed.{BOLD:#}"),
    }
    Ok(true)
}

/// Makes the learner's file if there is none; otherwise judges it.
pub(crate) fn go(step: &Step) -> Result<bool, String> {
    println!("{BOLD}{}{BOLD:#}\n", step.title());
    if step.mine().exists() {
        return judge(step);
    }
    let (text, whose) = step.beginning()?;
    files::put(&step.mine(), &text)?;
    refresh(step)?;
    println!("{}\n", markdown(&step.task()?, &steps()));
    println!("{BOLD}Your file{BOLD:#}   {} {DIM}({whose}){DIM:#}", shown(&step.mine()));
    println!("{BOLD}Judge it{BOLD:#}    cargo exercise step {}", step.number);
    Ok(true)
}

/// Brings everything around the learner's steps up to date.
fn refresh(step: &Step) -> Result<(), String> {
    let folder = folder();
    let shared = tree::files(&steps().join("programs"), "rs").into_iter();
    for file in shared.chain([steps().join("sync.rs")]) {
        let within = file.strip_prefix(steps()).expect("a file of the steps");
        files::put(&folder.join(within), &files::read(&file)?)?;
    }
    let begun = Step::all()?.into_iter().filter(|one| one.mine().exists());
    package::steps(&folder, &begun.map(|one| one.name()).collect::<Vec<_>>())?;
    files::put(&folder.join("judge.rs"), judge_program(step.number))?;
    desk::at_hand("steps")
}

/// The words that the judge's program is told which properties to try: this step's own, those of
/// the steps before it, and what shows the flaw.
const OWN: &str = "own";
const EARLIER: &str = "earlier";
const FLAW: &str = "flaw";

const IF_IT_HANGS: &str = "the thread of `block_on` sleeps, and nothing ends that. Which part of the \
    code has kept the waker of the last poll? If none has (a sleep has to), it can't be called. If one \
    has: is it called, and does that end the sleep of the thread?";

/// The program that joins a step with its properties.
fn judge_program(number: usize) -> String {
    let offers = OFFERS.iter().filter(|(from, _)| *from <= number);
    let offers: Vec<String> =
        offers.map(|(_, name)| format!("implement! {{ {name} for Yours by step }}\n")).collect();
    let offers = offers.concat();
    let earlier: Vec<String> =
        (1..number).map(|k| format!("properties::step{k}::<Yours>()")).collect();
    let earlier = earlier.join(", ");
    // The flaw of step 1 is that its thread never sleeps.
    let if_it_hangs = if number > 1 {
        format!("kettle_judge::if_it_hangs({IF_IT_HANGS:?});\n    ")
    } else {
        String::new()
    };
    format!(
        "//! Made by `cargo exercise`: joins your step with its properties.\n\
         #![allow(dead_code)]\n\n\
         #[macro_use]\n#[path = \"step{number}.rs\"]\nmod step;\n\
         #[macro_use]\n{}\nmod properties;\n\n\
         struct Yours;\n{offers}\n\
         fn main() -> std::process::ExitCode {{\n    {if_it_hangs}\
         let mut arguments: Vec<String> = std::env::args().skip(1).collect();\n    \
         let properties = match arguments.remove(0).as_str() {{\n        \
         \"{EARLIER}\" => <[Vec<properties::Property>]>::concat(&[{earlier}]),\n        \
         \"{FLAW}\" => vec![properties::flaw(properties::flaw{number}::<Yours>)],\n        \
         _ => properties::step{number}::<Yours>(),\n    }};\n    \
         let check = |one: properties::Property| {{\n        \
         kettle_judge::Check {{ name: one.name, claim: one.claim, run: one.run }}\n    }};\n    \
         let checks: Vec<_> = properties.into_iter().map(check).collect();\n    \
         kettle_judge::main(&checks, &arguments)\n}}\n",
        package::path_attribute(&steps().join("properties/mod.rs")),
    )
}

/// Judges the learner's file.
fn judge(step: &Step) -> Result<bool, String> {
    refresh(step)?;
    let text = files::read(&step.mine())?;
    let Some(program) = built(step, &text)? else { return Ok(false) };
    match first_broken(step, &program)? {
        First::Failure((name, claim, seen)) => {
            words::explain(&name, &claim, &seen);
            if matches!(seen.verdict, Verdict::Hangs(_)) {
                say(path::question_of_a_hang(usize::MAX));
            }
            help(step);
            Ok(false)
        }
        First::None { .. } | First::Old if files::read(&step.mine())? != text => {
            println!("\nYour file has changed in the meantime. Once more:\n");
            judge(step)
        }
        First::None { .. } | First::Old => {
            progress::pass(&step.name(), &text)?;
            praise(step, &program)?;
            Ok(true)
        }
    }
}

/// The first property that doesn't hold. Those of the steps before have one line, if all hold.
fn first_broken(step: &Step, program: &Path) -> Result<First, String> {
    let earlier = if step.number > 1 { list_of(program, &[EARLIER])? } else { vec![] };
    for (name, claim) in &earlier {
        let seen = trial(program, &[EARLIER], name, &|| false)?.expect("a verdict that is wanted");
        if !seen.verdict.is_fine() {
            words::line(name, claim, &seen.verdict);
            say("\nThe step before can do this. Put it right first.");
            return Ok(First::Failure((name.clone(), claim.clone(), seen)));
        }
    }
    if !earlier.is_empty() {
        let count = earlier.len();
        println!("  {OK}passed    {OK:#} {DIM}the {count} properties of the steps before{DIM:#}");
    }
    first_failure(program, &[OWN], &|| false)
}

/// The built judge. `None`: the compiler has refused it, and that was said.
fn built(step: &Step, text: &str) -> Result<Option<PathBuf>, String> {
    desk::heed_change("steps", &format!("{}\n{text}", step.name()), &folder().join("judge.rs"))?;
    let message = format!("building step {}", step.number);
    let chosen = ["--package", "steps", "--bin", "judge"];
    match build(&message, &learn(), &learn_target(), &chosen)? {
        Built::Programs(programs, _) => Ok(Some(programs["judge"].clone())),
        Built::Refused(said) => {
            refused(step, &said);
            Ok(None)
        }
    }
}

/// Says what the compiler says of the learner's file. If that is nothing, something is missing
/// there.
fn refused(step: &Step, said: &[Said]) {
    let file = format!("steps/{}.rs", step.name());
    let errors = || said.iter().filter(|one| one.is_error);
    let theirs: Vec<&str> =
        errors().filter(|one| one.is_about(&file)).map(|one| one.words.trim_end()).collect();
    if !theirs.is_empty() || errors().all(|one| one.files.is_empty()) {
        let all = errors().map(|one| one.words.as_str()).collect();
        words::refused(&if theirs.is_empty() { all } else { theirs.join("\n\n") });
    } else {
        say(&format!(
            "Your file compiles. But something that step {} needs is not in it yet, or has another \
             type than the task says. rustc:",
            step.number
        ));
        let mut first: Vec<&str> = errors().filter_map(|one| one.words.lines().next()).collect();
        first.dedup();
        println!("  {}", first.join("\n  "));
    }
    help(step);
}

/// What to do after a verdict that is not "passed".
fn help(step: &Step) {
    let number = step.number;
    let readme = shown(&steps().join("README.md"));
    say(&format!("\n{DIM}What to type: {readme}, step {number}."));
    println!("The project's own: {}{DIM:#}", shown(&step.path));
}

fn praise(step: &Step, program: &Path) -> Result<(), String> {
    say(&format!("\n{OK}{BOLD}Passed.{BOLD:#}{OK:#} {}", step.question()));
    println!("\n{BOLD}Its flaw{BOLD:#}");
    if let Some(seen) = trial(program, &[FLAW], FLAW, &|| false)? {
        for line in seen.printed.lines() {
            println!("  {line}");
        }
    }
    say(&step.flaw());
    println!("\n{BOLD}To compare{BOLD:#}  {}", shown(&step.path));
    println!("{BOLD}To play{BOLD:#}     cargo exercise step {} --play", step.number);
    let (exercises, number) = (catalogue::all()?, step.number + 1);
    let path = path::path(&exercises)?;
    let next = path::after(&path, &step.name());
    if let Some(next) = next {
        println!("{BOLD}Next{BOLD:#}        {}", next.words());
    }
    if number <= LAST && next.is_none_or(|next| next.name() != format!("step{number}")) {
        println!("{DIM}Or the next step: cargo exercise step {number}{DIM:#}");
    }
    Ok(())
}

/// Runs the programs that the learner's step can run. (`cargo run` finds the step only while it is
/// the workspace's member.)
pub(crate) fn play(step: &Step) -> Result<bool, String> {
    if !step.mine().exists() {
        let (path, number) = (shown(&step.mine()), step.number);
        return Err(format!("{path} does not exist; `cargo exercise step {number}` makes it"));
    }
    refresh(step)?;
    let (message, name) = (format!("building step {}", step.number), step.name());
    match build(&message, &learn(), &learn_target(), &["--package", "steps", "--bin", &name])? {
        Built::Programs(programs, _) => {
            let status = Command::new(&programs[&name]).status();
            Ok(status.map_err(|error| format!("cannot run {name}: {error}"))?.success())
        }
        Built::Refused(said) => {
            refused(step, &said);
            Ok(false)
        }
    }
}
