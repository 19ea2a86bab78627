//! Is the learner's answer right?
//!
//! [`check`] builds it and runs its checks one by one, with a line for each. It explains only the
//! first one that fails, because fixing it often fixes the rest. An answer has passed only if every
//! check passed in one run. [`watch`] does this at each save.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anstream::println;
use kettle_kit::tree::from_root;

use crate::build::{Built, RustcMessage, build, errors};
use crate::catalogue::{Exercise, Kind};
use crate::learner;
use crate::progress::{self, Progress, learn};
use crate::prose::{BOLD, DIM, OK, markdown, say};
use crate::run::{self, Listed, Seen, Verdict};
use crate::rung;
use crate::say;

/// Judges the learner's answer, and prints the verdict. Returns whether it has passed.
pub(crate) fn check(
    exercise: &Exercise,
    all: &[Exercise],
    progress: &mut Progress,
) -> Result<bool, String> {
    progress.start(exercise)?;
    let judged = learner::answer(exercise)?;
    let name = learner::package_name(exercise);
    let Some(Program { path, warnings }) = build_program(exercise, &name)? else {
        return Ok(false);
    };
    println!("{BOLD}{}{BOLD:#}", exercise.heading());
    let Failures { first, untidy } = failures(exercise, &path)?;
    let Some(Failure { check, seen }) = first else {
        if learner::answer(exercise)? != judged {
            say(
                "\nYou have saved the file since, and this verdict is about the old one. Check again.",
            );
            return Ok(false);
        }
        progress::pass(&exercise.name, &judged)?;
        praise(exercise, &path)?;
        if let Some(Failure { check, seen }) = untidy {
            say::explain("Not tidy yet; rung 7 will ask for that.", &check, &seen);
        }
        if let Some(next) = progress::after(all, exercise) {
            println!("\n{BOLD}Next{BOLD:#}: {}", say::command(next));
        }
        return Ok(true);
    };
    say::explain("", &check, &seen);
    if !warnings.is_empty() && seen.verdict != Verdict::Todo {
        println!("\nrustc has warnings about it, too:\n\n{warnings}");
    }
    // A rung doesn't run on kettle, so nothing could record it.
    if exercise.kind() != Kind::Rung && seen.verdict != Verdict::Todo {
        println!("\n{DIM}See it, if the check has a runtime? cargo exercise replay{DIM:#}");
    }
    println!("{DIM}Stuck? cargo exercise hint{DIM:#}");
    Ok(false)
}

/// Judges at each save, until the answer has passed.
pub(crate) fn watch(
    exercise: &Exercise,
    all: &[Exercise],
    progress: &mut Progress,
) -> Result<(), String> {
    loop {
        let judged = learner::sources(exercise);
        if check(exercise, all, progress)? {
            return Ok(());
        }
        let folder = from_root(&learner::folder(exercise));
        println!("\n{DIM}waiting for the next save in {folder} (Ctrl-C stops){DIM:#}\n");
        while learner::sources(exercise) == judged {
            thread::sleep(Duration::from_millis(300));
        }
    }
}

/// A program that was built.
pub(crate) struct Program {
    pub(crate) path: PathBuf,
    /// rustc's warnings about the learner's files.
    pub(crate) warnings: String,
}

/// Builds the program `name` of the answer's package. `None`: the compiler has refused the answer,
/// and the learner has read why.
pub(crate) fn build_program(exercise: &Exercise, name: &str) -> Result<Option<Program>, String> {
    learner::refresh(exercise)?;
    let args = ["--package", &learner::package_name(exercise), "--bin", name];
    let Built { programs, messages } = build(&learn(), &progress::target(), &args)?;
    let (ours, learners): (Vec<&RustcMessage>, Vec<&RustcMessage>) =
        messages.iter().partition(|message| is_about_ours(message));
    if let Some(programs) = programs {
        let warnings = learners.iter().map(|message| message.text.as_str()).collect();
        return Ok(Some(Program { path: programs[name].clone(), warnings }));
    }
    if learners.iter().any(|message| message.is_error) {
        say::refused(&errors(learners));
    } else if !ours.is_empty() {
        say::refused(&errors(ours));
        say(&format!(
            "None of these errors is in your own file. It lacks something that the checks, or the \
             files beside it, use, or has it with another type than the task says. If kettle has \
             changed since you began, `cargo exercise reset {}` starts again and keeps what you wrote.",
            exercise.name
        ));
    }
    Ok(None)
}

/// Is the message about a file of ours: the checks, or what joins them with the answer?
fn is_about_ours(message: &RustcMessage) -> bool {
    let is_ours = |file: &String| {
        let name = Path::new(file).file_name().unwrap_or_default();
        let beside = ["check.rs", "main.rs", "guard.rs", "sync.rs", "story.rs", "rung2_park.rs"];
        let within = ["properties/", "programs/"];
        beside.iter().any(|ours| name == *ours) || within.iter().any(|ours| file.contains(ours))
    };
    // The linker's messages have no file, and are about what the learner wrote.
    !message.files.is_empty() && message.files.iter().all(is_ours)
}

/// A check that has not passed, and what was seen.
struct Failure {
    check: Listed,
    seen: Seen,
}

#[derive(Default)]
struct Failures {
    first: Option<Failure>,
    /// The first among the checks without which a rung may pass.
    untidy: Option<Failure>,
}

/// Runs the checks, with a line for each; after one that doesn't end, no more.
fn failures(exercise: &Exercise, program: &Path) -> Result<Failures, String> {
    let mut failures = Failures::default();
    let mut checks = run::list(program, &[])?.into_iter();
    for check in checks.by_ref() {
        let seen = run::run(program, &[], &check.name)?;
        let may_fail = rung::may_fail(exercise, &check.name);
        // It takes seconds, and where one check doesn't end, others mostly don't either.
        let is_last = seen.verdict.is_endless() && !may_fail;
        say::check(&check, seen.verdict, may_fail);
        let first = if may_fail { &mut failures.untidy } else { &mut failures.first };
        if first.is_none() && seen.verdict != Verdict::Passed {
            *first = Some(Failure { check, seen });
        }
        if is_last {
            break;
        }
    }
    match checks.len() {
        0 => {}
        1 => println!("  {DIM}1 check not run{DIM:#}"),
        left => println!("  {DIM}{left} checks not run{DIM:#}"),
    }
    Ok(failures)
}

/// Prints what a learner whose answer has passed may read next.
fn praise(exercise: &Exercise, program: &Path) -> Result<(), String> {
    let sheet = &exercise.sheet;
    say(&format!("\n{OK}{BOLD}Passed.{BOLD:#}{OK:#} You can answer this now: {}", sheet.question));
    if let Some(broke) = &sheet.broke {
        println!("\n{BOLD}What was broken{BOLD:#}");
        say(broke);
    }
    if exercise.kind() == Kind::Rung {
        rung::say_flaw(exercise, program)?;
    } else {
        println!("\n{BOLD}What tokio does instead{BOLD:#}");
        say(&markdown(&sheet.instead));
    }
    println!("\n{BOLD}To compare{BOLD:#}");
    println!("  solution  {}", from_root(&exercise.solution_path()));
    for (whose, files) in [("kettle", &sheet.kettle), ("tokio", &sheet.tokio)] {
        if !files.is_empty() {
            println!("  in {whose:<6} {}", files.join(", "));
        }
    }
    if exercise.replaces().is_some() {
        println!("\nTo run kettle with your part in it: cargo exercise assemble");
    }
    Ok(())
}
