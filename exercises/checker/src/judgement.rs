//! Is the answer right?
//!
//! It is built and its checks are run one by one; each has its line. What is said in full is the
//! first that has not passed: who mends that often mends the rest.
//!
//! Interface: [`check`]. Invariants: an answer has passed only if every check passed in one run.

use std::path::{Path, PathBuf};

use anstream::println;

use crate::build::{self, Built, build};
use crate::catalogue::{Exercise, Kind};
use crate::desk;
use crate::places::{learn, learn_target, short};
use crate::progress::Progress;
use crate::trial::{self, Seen, Verdict};
use crate::words::{self, BOLD, DIM, OK};

/// Judges the learner's answer. `Ok(true)`: it has passed.
pub(crate) fn check(
    exercise: &Exercise,
    all: &[Exercise],
    progress: &mut Progress,
) -> Result<bool, String> {
    desk::refresh(exercise)?;
    progress.start(exercise)?;
    let (answer, judged) = (desk::answer(exercise)?, desk::sources(exercise)?);
    let Some((program, warnings)) = program(exercise)? else { return Ok(false) };
    println!("{BOLD}{} {}{BOLD:#}", exercise.number, exercise.sheet.title);
    let Some((name, claim, seen)) = first_failure(&program)? else {
        if desk::sources(exercise)? != judged {
            // What has passed may be neither this nor that.
            println!("\nYour answer has changed meanwhile. Once more:\n");
            return check(exercise, all, progress);
        }
        progress.pass(exercise, &answer)?;
        praise(exercise, all, progress);
        return Ok(true);
    };
    words::explain(&name, &claim, &seen);
    if !warnings.is_empty() && !matches!(seen.verdict, Verdict::Todo(_)) {
        println!("\nrustc has something to say of it, too:\n\n{}", warnings.trim_end());
    }
    advise(exercise, &seen.verdict, &program, &name)?;
    Ok(false)
}

/// The built program, with the compiler's warnings. `None`: the compiler has refused the answer, and said why.
pub(crate) fn program(exercise: &Exercise) -> Result<Option<(PathBuf, String)>, String> {
    let name = desk::package_name(exercise);
    desk::heed_changes(exercise)?;
    let message = format!("building {}", exercise.name);
    let built = build::showing(message, || build(&learn(), &learn_target(), &[&name]));
    match built? {
        Built::Programs(folder, warnings) => Ok(Some((build::program(&folder, &name), warnings))),
        Built::Refused(words) => {
            words::refused(&words);
            if exercise.kind() == Kind::Hunt {
                // Its engine is never written again, but its checks and the judge are today's.
                println!(
                    "\n{DIM}If that is in no file that you have touched, kettle has changed since you \
                     began: `cargo exercise reset` starts anew, and keeps yours.{DIM:#}"
                );
            }
            Ok(None)
        }
    }
}

type Failure = (String, String, Seen);

/// Runs the checks, with a line for each; after one that hangs or spins, no more.
fn first_failure(program: &Path) -> Result<Option<Failure>, String> {
    let mut first: Option<Failure> = None;
    for (name, claim) in trial::list(program, &[])? {
        // Each that hangs or spins takes seconds, and they mostly do so together.
        let patient = first.as_ref().is_none_or(|(_, _, seen)| {
            !matches!(seen.verdict, Verdict::Hangs(..) | Verdict::Spins(..))
        });
        if !patient {
            words::not_run(&name, &claim);
            continue;
        }
        let seen = trial::trial(program, &[], &name)?;
        words::line(&name, &claim, &seen.verdict);
        if !seen.verdict.is_fine() && first.is_none() {
            first = Some((name, claim, seen));
        }
    }
    Ok(first)
}

fn praise(exercise: &Exercise, all: &[Exercise], progress: &Progress) {
    println!("\n{OK}{BOLD}Passed.{BOLD:#}{OK:#} {}", exercise.sheet.question);
    if let Some(broke) = &exercise.sheet.broke {
        println!("\n{BOLD}What was broken{BOLD:#}\n{broke}");
    }
    println!("\n{BOLD}What tokio does instead{BOLD:#}\n{}", exercise.sheet.instead.trim());
    println!("\n{BOLD}To compare{BOLD:#}");
    if exercise.kind() != Kind::Hunt {
        println!("  a reference   {}", short(&exercise.solution_path()));
    }
    println!("  in kettle     {}", exercise.sheet.kettle.join(", "));
    println!("  in tokio      {}", exercise.sheet.tokio.join(", "));
    println!("  {DIM}The hints tell something, too, now: cargo exercise hint{DIM:#}");
    if exercise.replaces().is_some() {
        println!("\nThe runtime has a part that is yours: cargo exercise assemble");
    }
    let here = all.iter().position(|other| other.name == exercise.name).unwrap_or_default();
    let (before, after) = all.split_at(here);
    if let Some(next) = after.iter().chain(before).find(|other| !progress.of(other).passed) {
        println!(
            "\n{BOLD}Next{BOLD:#}: cargo exercise {}  {DIM}{}{DIM:#}",
            next.number, next.sheet.title
        );
    }
}

/// What to do after a verdict that is not "passed".
fn advise(
    exercise: &Exercise,
    verdict: &Verdict,
    program: &Path,
    check: &str,
) -> Result<(), String> {
    if matches!(verdict, Verdict::Todo(_)) {
        println!("\n{DIM}Stuck? cargo exercise hint{DIM:#}");
        return Ok(());
    }
    println!();
    if exercise.kind() == Kind::Side {
        let page = desk::folder(exercise).join("replay.html");
        if trial::record(program, check, &page)? {
            println!("The replay of this check: {}", short(&page));
        }
    } else {
        println!("To watch your engine run: cargo exercise replay");
    }
    println!("{DIM}Stuck? cargo exercise hint{DIM:#}");
    Ok(())
}
