//! What does a runtime do that is partly the learner's?
//!
//! All that kettle does. A copy of kettle is made with the learner's files in the engine, built, and
//! an example is run on it. A table says which part is whose.
//!
//! Interface: [`assemble`], [`replay`]. Invariants: [`assemble`] takes an answer as it was when it
//! passed; [`replay`] as it is now, right or not.

use std::process::{Command, Stdio};
use std::time::Duration;

use anstream::println;
use indicatif::ProgressBar;

use crate::build::{Built, build_example};
use crate::catalogue::{Exercise, Kind};
use crate::desk;
use crate::judgement;
use crate::package;
use crate::places::{root, short};
use crate::progress::Progress;
use crate::trial;
use crate::words::{BAD, BOLD, DIM, OK};

/// Runs `program` on a runtime made of the parts that have passed.
pub(crate) fn assemble(
    exercises: &[Exercise],
    progress: &Progress,
    program: &str,
) -> Result<bool, String> {
    let spine = exercises.iter().filter(|one| one.kind() == Kind::Spine);
    let mut parts = Vec::new();
    println!("{BOLD}{:<18} {:<28} whose{BOLD:#}", "file of the engine", "part");
    for exercise in spine {
        let seam = exercise.sheet.seam.as_deref().unwrap_or_default();
        let (style, whose) = match progress.passed_answer(exercise) {
            Some(answer) => {
                parts.push((seam, answer));
                (OK, "yours")
            }
            None => (DIM, "kettle's"),
        };
        println!("{seam:<18} {:<28} {style}{whose}{style:#}", exercise.sheet.title);
    }
    println!("{DIM}{:<18} {:<28} kettle's{DIM:#}\n", "all others", "");
    let count = parts.len();
    let Some(mut command) = built(&parts, program)? else { return Ok(false) };
    println!("{BOLD}{program}{BOLD:#}, on a runtime with {count} of your parts:\n");
    let status = command.stdin(Stdio::null()).status();
    let status = status.map_err(|error| format!("cannot run {program}: {error}"))?;
    println!();
    if status.success() {
        println!("{OK}It ran to its end{OK:#}, on {count} of your parts.");
    } else {
        println!(
            "{BAD}It ended with {status}.{BAD:#} That the checks let this through is their fault: tell us."
        );
    }
    Ok(status.success())
}

/// Records an answer at work, as a page.
pub(crate) fn replay(exercise: &Exercise) -> Result<bool, String> {
    let page = desk::folder(exercise).join("replay.html");
    desk::refresh(exercise)?;
    if exercise.kind() == Kind::Side {
        return replay_of_checks(exercise);
    }
    let changed: Vec<(String, String)> = desk::sources(exercise)?;
    let parts: Vec<(&str, String)> =
        changed.iter().map(|(seam, text)| (seam.as_str(), text.clone())).collect();
    let program = exercise.sheet.watch.as_deref().unwrap_or("channel");
    let Some(mut command) = built(&parts, program)? else { return Ok(false) };
    let ended = trial::record_program(&mut command, &page)?;
    println!("{program} on this engine {ended}.");
    println!("Its replay, to be opened in a browser: {}", short(&page));
    Ok(true)
}

fn replay_of_checks(exercise: &Exercise) -> Result<bool, String> {
    let Some(program) = judgement::program(exercise)? else { return Ok(false) };
    for (name, claim) in trial::list(&program, &[])? {
        let page = desk::folder(exercise).join(format!("replay-{name}.html"));
        if trial::record(&program, &name, &page)? {
            println!("{claim}\n  {}", short(&page));
        }
    }
    Ok(true)
}

/// An example, built on an engine with these files in it. `None`: the compiler has refused them.
fn built(parts: &[(&str, String)], program: &str) -> Result<Option<Command>, String> {
    let folder = root().join("target/learn/assembled");
    package::whole(&folder, parts)?;
    let waiting = ProgressBar::new_spinner().with_message("putting the runtime together");
    waiting.enable_steady_tick(Duration::from_millis(120));
    let built = build_example(&folder, &root().join("target/learn/whole"), program)?;
    waiting.finish_and_clear();
    match built {
        Built::Programs(programs) => {
            let name = format!("{program}{}", std::env::consts::EXE_SUFFIX);
            let mut command = Command::new(programs.join("examples").join(name));
            command.current_dir(root());
            Ok(Some(command))
        }
        Built::Refused(words) => {
            println!(
                "{BAD}{BOLD}It doesn't compile.{BOLD:#}{BAD:#} This is what rustc says:\n\n{words}"
            );
            Ok(None)
        }
    }
}
