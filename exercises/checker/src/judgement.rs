//! Is the answer right?
//!
//! It is built and its checks are run one by one; each has its line. What is said in full is the
//! first that has not passed: fixing it often fixes the rest.
//!
//! Interface: [`check`], [`Judged`], [`program`]. Invariants: an answer has passed only
//! if every check passed in one run.

use std::path::{Path, PathBuf};

use anstream::println;

use crate::build::{Built, Said, build};
use crate::catalogue::{Exercise, Kind};
use crate::desk;
use crate::ladder;
use crate::path;
use crate::places::{learn, learn_target, shown};
use crate::progress::{self, Progress};
use crate::prose::{BOLD, DIM, OK, WAIT, markdown, say, wrapped};
use crate::trial::{self, Seen, Verdict};
use crate::words;

/// What came of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Judged {
    Passed,
    NotYet,
    /// It is another one by now.
    Old,
}

/// Judges the learner's answer, as long as it is not `is_old`.
pub(crate) fn check(
    exercise: &Exercise,
    all: &[Exercise],
    progress: &mut Progress,
    is_old: &dyn Fn() -> bool,
) -> Result<Judged, String> {
    desk::refresh(exercise)?;
    progress.start(exercise)?;
    let (answer, judged) = (desk::answer(exercise)?, desk::sources(exercise)?);
    let Some((program, warnings)) = program(exercise)? else { return Ok(Judged::NotYet) };
    println!("{BOLD}{}{BOLD:#}", exercise.heading());
    let ((name, claim, seen), has_more) = match first_failure(&program, is_old)? {
        First::Failure(failure, has_more) => (failure, has_more),
        First::Old => return Ok(Judged::Old),
        First::None { .. } if desk::sources(exercise)? != judged => {
            // What has passed may be neither this nor that.
            println!("\nYour answer has changed in the meantime. Once more:\n");
            return check(exercise, all, progress, is_old);
        }
        First::None { unjudged, of } => {
            progress::pass(&exercise.name, &answer)?;
            praise(exercise, all, &program, (unjudged, of))?;
            say_besides(exercise);
            return Ok(Judged::Passed);
        }
    };
    words::explain(&name, &claim, &seen);
    if has_more {
        say("The other checks may have failed by this same fault.");
    }
    if let Verdict::Hangs(said) = &seen.verdict {
        let question = path::question_of_a_hang(path::chapter_of(&exercise.name)?, said);
        question.into_iter().for_each(say);
    }
    if !warnings.is_empty() && !matches!(seen.verdict, Verdict::Todo(_)) {
        println!("\nrustc has something to say about it, too:\n\n{}", warnings.trim_end());
    }
    advise(exercise, &seen.verdict, &program, &name)?;
    Ok(Judged::NotYet)
}

/// The built program, with what the compiler has said of the learner's files. `None`: it has
/// refused the answer, and said why.
pub(crate) fn program(exercise: &Exercise) -> Result<Option<(PathBuf, String)>, String> {
    let name = desk::package_name(exercise);
    desk::heed_changes(exercise)?;
    let message = format!("building {}", exercise.name);
    let chosen = ["--package", &name, "--bin", &name];
    let built = build(&message, &learn(), &learn_target(), &chosen)?;
    let (Built::Programs(_, said) | Built::Refused(said)) = &built;
    let files: Vec<String> =
        desk::sources(exercise)?.into_iter().map(|(file, _)| format!("src/{file}")).collect();
    let is_theirs = |one: &&Said| files.iter().any(|file| one.is_about(file));
    let is_elsewhere = |one: &&Said| !one.files.is_empty() && !is_theirs(one);
    // What joins a step with its properties is made by us: rustc's words on it would help no learner.
    let is_ours = |one: &&Said| exercise.kind() == Kind::Step && is_elsewhere(one);
    let heard = said.iter().filter(|one| is_theirs(one) || one.is_error && !is_ours(one));
    let heard = heard.map(|one| one.words.trim_end()).collect::<Vec<_>>().join("\n\n");
    if let Built::Programs(programs, _) = &built {
        return Ok(Some((programs[&name].clone(), heard)));
    }
    if heard.is_empty() {
        ladder::say_missing(said);
        return Ok(None);
    }
    words::refused(&heard);
    if exercise.kind() != Kind::Hunt {
        say_besides(exercise); // (in a hunt it would tell where the fault is not)
    }
    if said.iter().filter(|one| one.is_error).all(|one| is_elsewhere(&one)) {
        say(&why_elsewhere(&heard, exercise.kind() == Kind::Hunt));
    }
    Ok(None)
}

/// What rustc says of the checks comes of the answer all the same.
fn why_elsewhere(heard: &str, is_hunt: bool) -> String {
    let why = if heard.contains("cannot be sent between threads") {
        "But a check spawns what is yours, so it has to be `Send` if what was put into it is."
    } else {
        "But something that is needed here is not in it any more, or has another type than at the start."
    };
    // The engine of a hunt is never written again, but its checks and the judge are today's.
    let hunt = " Or kettle has changed since you began. Then `cargo exercise reset` starts again, and keeps yours.";
    format!("\nNone of this is in your own file. {why}{}", if is_hunt { hunt } else { "" })
}

#[test]
fn what_is_not_send_is_named() {
    let heard = "`dyn Future` cannot be sent between threads safely";
    assert!(why_elsewhere(heard, false).contains("`Send`"));
}

/// The first check that has not passed: its name, its claim, and what was seen. Is another one wrong, too?
enum First {
    Failure((String, String, Seen), bool),
    /// All have passed; or some, of how many, could not judge.
    None {
        unjudged: usize,
        of: usize,
    },
    Old,
}

/// Runs the checks, with a line for each; after one that doesn't end, no more.
fn first_failure(program: &Path, is_old: &dyn Fn() -> bool) -> Result<First, String> {
    let checks = trial::list(program, &[])?;
    let mut first = First::None { unjudged: 0, of: checks.len() };
    for (name, claim) in checks {
        // Each that doesn't end takes seconds, and they mostly do so together.
        if matches!(&first, First::Failure((_, _, seen), _) if seen.verdict.is_endless()) {
            words::not_run(&name, &claim);
            continue;
        }
        let Some(seen) = trial::trial(program, &[], &name, is_old)? else {
            return Ok(First::Old);
        };
        words::line(&name, &claim, &seen.verdict);
        match &mut first {
            First::None { .. } if !seen.verdict.is_fine() => {
                first = First::Failure((name, claim, seen), false);
            }
            First::None { unjudged, .. } => {
                *unjudged += usize::from(matches!(seen.verdict, Verdict::NotJudged(_)));
            }
            First::Failure(_, has_more) => *has_more |= !seen.verdict.is_fine(),
            First::Old => {}
        }
    }
    Ok(first)
}

fn praise(
    exercise: &Exercise,
    all: &[Exercise],
    program: &Path,
    (unjudged, of): (usize, usize),
) -> Result<(), String> {
    say(&format!("\n{OK}{BOLD}Passed.{BOLD:#}{OK:#} {}", exercise.sheet.question));
    if unjudged > 0 {
        say(&format!("{WAIT}But {unjudged} of its {of} checks were not judged: see why.{WAIT:#}"));
    }
    if let Some(broke) = &exercise.sheet.broke {
        println!("\n{BOLD}What was broken{BOLD:#}\n{}", markdown(broke, &exercise.folder));
    }
    if exercise.kind() == Kind::Step {
        ladder::say_flaw(exercise, program)?;
    } else {
        let instead = markdown(&exercise.sheet.instead, &exercise.folder);
        println!("\n{BOLD}What tokio does instead{BOLD:#}\n{instead}");
    }
    println!("\n{BOLD}To compare{BOLD:#}");
    if exercise.kind() != Kind::Hunt {
        println!("  a reference   {}", shown(&exercise.solution_path()));
    }
    let hang = " ".repeat(16);
    let list = |whose: &str, files: &[String]| wrapped(&files.join(", "), whose, &hang);
    for (whose, files) in [("kettle", &exercise.sheet.kettle), ("tokio", &exercise.sheet.tokio)] {
        if !files.is_empty() {
            println!("{}", list(&format!("  {:<14}", format!("in {whose}")), files));
        }
    }
    println!("  {DIM}The hints may tell you more now: cargo exercise hint{DIM:#}");
    if exercise.replaces().is_some() {
        println!("\nThe runtime now has a part of yours: cargo exercise assemble");
    }
    let next = path::after(&path::path(all)?, &exercise.name);
    if let Some(next) = next {
        println!("\n{BOLD}Next{BOLD:#}: {}", path::words(next));
    }
    let step = ladder::steps(all).skip_while(|one| one.name != exercise.name).nth(1);
    if let Some(step) = step.filter(|step| next.is_some_and(|next| next.name != step.name)) {
        println!("{DIM}Or the next step: cargo exercise {}{DIM:#}", step.called());
    }
    Ok(())
}

/// A learner who has looked for a mistake in the engine may have forgotten it there.
fn say_besides(exercise: &Exercise) {
    let besides = desk::besides(exercise).join(", ");
    if !besides.is_empty() {
        say(&format!("\n{DIM}Besides your answer you have changed {besides}.{DIM:#}"));
    }
}

/// What to do after a verdict that is not "passed".
fn advise(
    exercise: &Exercise,
    verdict: &Verdict,
    program: &Path,
    check: &str,
) -> Result<(), String> {
    println!();
    // A step runs on nothing of kettle's, so there is nothing to be recorded.
    let at_work = exercise.kind() != Kind::Step
        && !matches!(verdict, Verdict::Todo(_) | Verdict::NoReturn(_));
    let page = desk::folder(exercise).join("replay.html");
    if at_work && trial::record(program, check, &page)? {
        println!("The replay of this check: {}", shown(&page));
    }
    println!("{DIM}Stuck? cargo exercise hint{DIM:#}");
    Ok(())
}
