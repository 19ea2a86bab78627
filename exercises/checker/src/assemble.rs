//! What does a runtime do that is partly the learner's?
//!
//! All that kettle does. A copy of kettle is made with the learner's files in the engine, built, and
//! an example is run on it. A table says which part is whose.
//!
//! Interface: [`assemble`], [`replay`], [`of_solutions`]. Invariants: [`assemble`] takes an answer as
//! it was when it passed; [`replay`] as it is now, right or not.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::slice;

use anstream::println;
use kettle_kit::{cargo, files};

use crate::build::{Built, build};
use crate::catalogue::{Exercise, Kind};
use crate::desk;
use crate::judgement;
use crate::package;
use crate::places::{alone, learn_target, proof_target, root, shown};
use crate::progress::passed_answer;
use crate::prose::{BAD, BOLD, DIM, OK, say};
use crate::trial;
use crate::words;

/// A part of the learner's, or a solution in its place.
struct Part<'a> {
    exercise: &'a Exercise,
    /// The file of the repository that it replaces, and what is there instead.
    file: (String, String),
}

/// Runs `program` on a runtime made of the parts that have passed.
pub(crate) fn assemble(exercises: &[Exercise], program: &str) -> Result<bool, String> {
    let examples: Vec<String> = cargo::examples()?.into_iter().map(|(name, _)| name).collect();
    if !examples.iter().any(|name| name == program) {
        let all = examples.join(", ");
        return Err(format!("kettle has no example `{program}`; there is: {all}"));
    }
    let mut parts = Vec::new();
    println!("{BOLD}{:<28} {:<36} whose{BOLD:#}", "part", "file");
    for exercise in exercises {
        let Some(path) = exercise.replaces() else { continue };
        let answer = passed_answer(&exercise.name);
        let (style, whose) = if answer.is_some() { (OK, "yours") } else { (DIM, "kettle's") };
        println!("{:<28} {path:<36} {style}{whose}{style:#}", exercise.sheet.title);
        parts.extend(answer.map(|answer| Part { exercise, file: (path, answer) }));
    }
    println!("{DIM}{:<28} {:<36} kettle's{DIM:#}\n", "all others", "");
    let _alone = alone(&assembled())?;
    let mut programs = vec![program];
    if program == "tour" {
        // Not every part has work in the tour: what shows such a part comes first.
        let shown = parts.iter().map(|part| part.exercise).filter(|one| one.sheet.part.is_some());
        programs.splice(0..0, shown.filter_map(|one| one.sheet.watch.as_deref()));
    }
    for program in programs {
        if !runs(&parts, program)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Builds and runs a program on the copy with these parts.
fn runs(parts: &[Part<'_>], program: &str) -> Result<bool, String> {
    let Some(mut command) = built(&files_of(parts), program, &learn_target())? else {
        say_whose_it_is(parts, program)?;
        return Ok(false);
    };
    println!("{BOLD}{program}{BOLD:#}, on a runtime with {}:\n", your_parts(parts.len()));
    let status = command.stdin(Stdio::null()).status();
    let status = status.map_err(|error| format!("cannot run {program}: {error}"))?;
    println!();
    if status.success() {
        println!("{OK}It ran to its end{OK:#}, with {}.\n", your_parts(parts.len()));
    } else {
        say(&format!(
            "{BAD}It ended with {status}.{BAD:#} The checks should have found that. Please report it \
             to us."
        ));
    }
    Ok(status.success())
}

/// Says which part kettle doesn't compile with: each is tried alone.
fn say_whose_it_is(parts: &[Part<'_>], program: &str) -> Result<(), String> {
    let mut fit = true;
    for Part { exercise, file } in parts {
        package::whole(&assembled(), slice::from_ref(file))?;
        let built = build_whole(program, &learn_target())?;
        // Cargo's own words are about no file, and no answer's fault.
        if matches!(built, Built::Refused(said) if said.iter().any(|one| !one.files.is_empty())) {
            fit = false;
            let (number, title) = (&exercise.number, &exercise.sheet.title);
            say(&format!(
                "\nYour answer to {number} ({title}) passes its checks, but kettle doesn't compile \
                 with it in the place of {}: an answer may only use what that file uses. If it passed \
                 long ago, kettle may have changed: `cargo exercise check {}` judges it anew.",
                file.0, exercise.name
            ));
        }
    }
    if fit && parts.len() > 1 {
        say("\nAlone, each of your parts fits; together they don't.");
    }
    Ok(())
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
    let Some(mut command) = built(&parts, "tour", &proof_target())? else { return Ok(false) };
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("cannot run the tour: {error}"))?;
    if !output.status.success() {
        println!("{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(output.status.success())
}

fn files_of(parts: &[Part<'_>]) -> Vec<(String, String)> {
    parts.iter().map(|part| part.file.clone()).collect()
}

fn your_parts(count: usize) -> String {
    match count {
        0 => "no part of yours yet".to_owned(),
        1 => "one part of yours".to_owned(),
        _ => format!("{count} parts of yours"),
    }
}

/// Records an answer at work: the first check that it fails, of those in which a runtime runs; else
/// a program on the engine with the answer in it.
pub(crate) fn replay(exercise: &Exercise) -> Result<bool, String> {
    if exercise.kind() == Kind::Step {
        return Err(
            "a step is a runtime of its own, and tells no events: there is no replay of it. \
            `cargo exercise check` says what failed."
                .to_owned(),
        );
    }
    desk::refresh(exercise)?;
    let Some((program, _)) = judgement::program(exercise)? else { return Ok(false) };
    let page = desk::folder(exercise).join("replay.html");
    let checks = trial::list(&program, &[])?;
    let mut failing = Vec::new();
    for (name, claim) in &checks {
        let seen = trial::trial(&program, &[], name, &|| false)?;
        if seen.is_none_or(|seen| seen.verdict.is_fine()) {
            continue;
        }
        if trial::record(&program, name, &page)? {
            println!("The check that it fails: {claim}\n  {}", shown(&page));
            return Ok(true);
        }
        failing.push(name.as_str());
    }
    if !failing.is_empty() {
        let failing = failing.join(", ");
        say(&format!(
            "No runtime runs in what it fails ({failing}). So this is a replay of other programs:"
        ));
    }
    if exercise.kind() == Kind::Side {
        for (name, claim) in checks {
            let page = desk::folder(exercise).join(format!("replay-{name}.html"));
            if trial::record(&program, &name, &page)? {
                println!("{claim}\n  {}", shown(&page));
            }
        }
        return Ok(true);
    }
    let changed = desk::sources(exercise)?.into_iter();
    let mut parts: Vec<(String, String)> =
        changed.map(|(seam, text)| (format!("runtime/src/{seam}"), text)).collect();
    let example = match exercise.program() {
        Some((name, path)) => {
            parts.push((format!("examples/{name}.rs"), files::read(&path)?));
            name
        }
        None => exercise.sheet.watch.clone().unwrap_or_else(|| "channel".to_owned()),
    };
    let _alone = alone(&assembled())?;
    let Some(mut command) = built(&parts, &example, &learn_target())? else { return Ok(false) };
    let ended = trial::record_program(&mut command, &page)?;
    println!("{example} on this engine {ended}.");
    println!("Its replay, for your browser: {}", shown(&page));
    Ok(true)
}

/// Where the copy of kettle is. A command that makes one, and runs it, has to be [`alone`] there.
fn assembled() -> PathBuf {
    learn_target().join("assembled")
}

fn build_whole(example: &str, target: &Path) -> Result<Built, String> {
    build("putting the runtime together", &assembled(), target, &["--example", example])
}

/// An example, built on a copy with these files in it. `None`: the compiler has refused them, and
/// said why.
fn built(
    files: &[(String, String)],
    example: &str,
    target: &Path,
) -> Result<Option<Command>, String> {
    let folder = assembled();
    package::whole(&folder, files)?;
    match build_whole(example, target)? {
        Built::Programs(programs, _) => {
            let mut command = Command::new(&programs[example]);
            // The replay quotes the lines of this copy, not those of the engine as it should be.
            command.current_dir(root()).env("CARGO_MANIFEST_DIR", &folder);
            Ok(Some(command))
        }
        Built::Refused(said) => {
            let errors = said.iter().filter(|one| one.is_error);
            words::refused(&errors.map(|one| one.words.as_str()).collect::<String>());
            Ok(None)
        }
    }
}
