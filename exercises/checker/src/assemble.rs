//! What does a runtime do that is partly the learner's?
//!
//! All that kettle does. A copy of kettle is made with the learner's files in the engine, built, and
//! an example is run on it. A table says which part is whose.
//!
//! Interface: [`assemble`], [`replay`], [`of_solutions`]. Invariants: [`assemble`] takes an answer as
//! it was when it passed; [`replay`] as it is now, right or not.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anstream::println;

use crate::build::{self, Built, build_example};
use crate::catalogue::{Exercise, Kind};
use crate::desk;
use crate::judgement;
use crate::package;
use crate::places::{alone, learn_target, root, short};
use crate::progress::Progress;
use crate::trial;
use crate::words::{self, BAD, BOLD, DIM, OK};

/// Runs `program` on a runtime made of the parts that have passed.
pub(crate) fn assemble(
    exercises: &[Exercise],
    progress: &Progress,
    program: &str,
) -> Result<bool, String> {
    let mut parts = Vec::new();
    println!("{BOLD}{:<28} {:<34} whose{BOLD:#}", "part", "file");
    for exercise in exercises {
        let Some(path) = exercise.replaces() else { continue };
        let answer = progress.passed_answer(exercise);
        let (style, whose) = if answer.is_some() { (OK, "yours") } else { (DIM, "kettle's") };
        println!("{:<28} {path:<34} {style}{whose}{style:#}", exercise.sheet.title);
        parts.extend(answer.map(|answer| (path, answer)));
    }
    println!("{DIM}{:<28} {:<34} kettle's{DIM:#}\n", "all others", "");
    let _alone = alone(&assembled())?;
    let mut programs = vec![program];
    if program == "tour" {
        // Not every part has work in the tour: what shows such a part comes first.
        let shown = exercises.iter().filter(|one| one.sheet.part.is_some());
        let shown = shown.filter(|one| progress.of(one).passed);
        programs.splice(0..0, shown.filter_map(|one| one.sheet.watch.as_deref()));
    }
    package::whole(&assembled(), &parts)?;
    for program in programs {
        if !runs(parts.len(), program)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Builds and runs a program on the copy, which has so many parts of the learner's.
fn runs(count: usize, program: &str) -> Result<bool, String> {
    let Some(mut command) = built(program)? else { return Ok(false) };
    println!("{BOLD}{program}{BOLD:#}, on a runtime with {}:\n", your_parts(count));
    let status = command.stdin(Stdio::null()).status();
    let status = status.map_err(|error| format!("cannot run {program}: {error}"))?;
    println!();
    if status.success() {
        println!("{OK}It ran to its end{OK:#}, with {}.\n", your_parts(count));
    } else {
        println!(
            "{BAD}It ended with {status}.{BAD:#} That the checks let this through is their fault: tell us."
        );
    }
    Ok(status.success())
}

/// Runs the tour on a runtime in which every part is the reference solution. `Ok(true)`: as far as
/// its end.
pub(crate) fn of_solutions(exercises: &[Exercise]) -> Result<bool, String> {
    let mut parts = Vec::new();
    for exercise in exercises {
        if let Some(path) = exercise.replaces() {
            parts.push((path, exercise.solution()?));
        }
    }
    println!("Putting a runtime together from {} solutions ...", parts.len());
    let _alone = alone(&assembled())?;
    package::whole(&assembled(), &parts)?;
    let Some(mut command) = built("tour")? else { return Ok(false) };
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("cannot run the tour: {error}"))?;
    if !output.status.success() {
        println!("{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(output.status.success())
}

fn your_parts(count: usize) -> String {
    match count {
        0 => "no part of yours yet".to_owned(),
        1 => "one part of yours".to_owned(),
        _ => format!("{count} parts of yours"),
    }
}

/// Records an answer at work, as a page.
pub(crate) fn replay(exercise: &Exercise) -> Result<bool, String> {
    let page = desk::folder(exercise).join("replay.html");
    desk::refresh(exercise)?;
    if exercise.kind() == Kind::Side {
        return replay_of_checks(exercise);
    }
    let changed = desk::sources(exercise)?.into_iter();
    let parts: Vec<(String, String)> =
        changed.map(|(seam, text)| (format!("runtime/src/{seam}"), text)).collect();
    let _alone = alone(&assembled())?;
    package::whole(&assembled(), &parts)?;
    let program = match exercise.program() {
        Some((name, path)) => {
            let text = fs::read_to_string(&path);
            let text = text.map_err(|error| format!("{}: {error}", path.display()))?;
            package::write(&assembled().join("examples").join(format!("{name}.rs")), &text)?;
            name
        }
        None => exercise.sheet.watch.clone().unwrap_or_else(|| "channel".to_owned()),
    };
    let Some(mut command) = built(&program)? else { return Ok(false) };
    let ended = trial::record_program(&mut command, &page)?;
    println!("{program} on this engine {ended}.");
    println!("Its replay, to be opened in a browser: {}", short(&page));
    Ok(true)
}

fn replay_of_checks(exercise: &Exercise) -> Result<bool, String> {
    let Some((program, _)) = judgement::program(exercise)? else { return Ok(false) };
    for (name, claim) in trial::list(&program, &[])? {
        let page = desk::folder(exercise).join(format!("replay-{name}.html"));
        if trial::record(&program, &name, &page)? {
            println!("{claim}\n  {}", short(&page));
        }
    }
    Ok(true)
}

/// Where the copy of kettle is. Whoever makes one, and runs it, has to be [`alone`] there.
fn assembled() -> PathBuf {
    learn_target().join("assembled")
}

/// An example, built on the copy. `None`: the compiler has refused the learner's files.
fn built(program: &str) -> Result<Option<Command>, String> {
    let folder = assembled();
    let target = learn_target().join("whole");
    let message = "putting the runtime together".to_owned();
    let built = build::showing(message, || build_example(&folder, &target, program));
    match built? {
        Built::Programs(programs, _) => {
            let program = build::program(&programs.join("examples"), program);
            let mut command = Command::new(program);
            // The replay quotes the lines of this copy, not those of the engine as it should be.
            command.current_dir(root()).env("CARGO_MANIFEST_DIR", &folder);
            Ok(Some(command))
        }
        Built::Refused(words) => {
            words::refused(&words);
            Ok(None)
        }
    }
}
