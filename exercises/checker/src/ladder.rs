//! What does the command do for the ladder that it doesn't do for other exercises?
//!
//! It lists the steps, plays the programs that a step can run, and shows what a step that has passed
//! still does badly. All else a step has in common with them; what makes it one is in `step.rs`.
//!
//! Interface: [`steps`], [`find`], [`list`], [`play`]; [`say_missing`], [`say_flaw`].

use std::path::Path;
use std::process::Command;

use anstream::println;

use crate::build::{Built, Said, build};
use crate::catalogue::{Exercise, Kind};
use crate::desk;
use crate::overview;
use crate::places::{learn, learn_target};
use crate::progress::{self, Progress};
use crate::prose::{BOLD, say};
use crate::step::{FLAW, LAST, number};
use crate::trial::trial;
use crate::words;

/// The steps among these.
pub(crate) fn steps(exercises: &[Exercise]) -> impl Iterator<Item = &Exercise> {
    exercises.iter().filter(|one| one.kind() == Kind::Step)
}

/// Lists the steps.
pub(crate) fn list(exercises: &[Exercise], progress: &Progress) {
    println!("{BOLD}Seven runtimes, each built from the one before{BOLD:#}\n");
    for step in steps(exercises) {
        let (style, state) = overview::state(&step.name, progress, desk::is_started(step));
        let state = if state.is_empty() { state } else { &format!("{style}({state}){style:#}") };
        println!("  {}  {} {state}", number(step), step.sheet.question);
    }
    match steps(exercises).find(|step| !progress::has_passed(&step.name)) {
        Some(step) => println!("\n{BOLD}Next{BOLD:#}: cargo exercise {}", step.called()),
        None => println!("\n{BOLD}All seven have passed.{BOLD:#}"),
    }
}

/// The step that is called so: `3`, `step3`.
pub(crate) fn find<'a>(exercises: &'a [Exercise], called: &str) -> Result<&'a Exercise, String> {
    let name = format!("step{}", called.trim_start_matches("step"));
    steps(exercises)
        .find(|step| step.name == name)
        .ok_or(format!("no step is called `{called}`; the ladder has the steps 1 to {LAST}"))
}

/// Shows what a step that has passed still does badly.
pub(crate) fn say_flaw(step: &Exercise, program: &Path) -> Result<(), String> {
    println!("\n{BOLD}Its flaw{BOLD:#}");
    if let Some(seen) = trial(program, &[FLAW], FLAW, &|| false)? {
        for line in seen.printed.lines() {
            println!("  {line}");
        }
    }
    // A paragraph of the head: what follows `Flaw:`, up to `Next:`.
    let text = step.solution()?;
    let lines = text.lines().map_while(|line| line.strip_prefix("//!"));
    let head: Vec<&str> = lines.map(str::trim).collect();
    let head = head.join(" ");
    let flaw = head.split_once("Flaw: ").map_or("", |(_, flaw)| flaw);
    let flaw = flaw.split(" Next: ").next().unwrap_or_default();
    let (first, rest) = flaw.split_at_checked(1).unwrap_or_default();
    say(&(first.to_uppercase() + rest));
    println!("\n{BOLD}To play{BOLD:#}       cargo exercise {} --play", step.called());
    Ok(())
}

/// The step itself compiles, and what joins it with its properties doesn't: what is missing there?
pub(crate) fn say_missing(said: &[Said]) {
    say(
        "Your file compiles. But something that this step needs is not in it yet, or has another type \
         than the task says. rustc:",
    );
    let errors = said.iter().filter(|one| one.is_error);
    let mut first: Vec<&str> = errors.filter_map(|one| one.words.lines().next()).collect();
    first.dedup();
    println!("  {}", first.join("\n  "));
}

/// Runs the programs that the learner's step can run.
pub(crate) fn play(step: &Exercise) -> Result<bool, String> {
    if !desk::is_started(step) {
        return Err(desk::why_none(step));
    }
    desk::refresh(step)?;
    let package = desk::package_name(step);
    let message = format!("building step {}", number(step));
    match build(&message, &learn(), &learn_target(), &["--package", &package, "--bin", "play"])? {
        Built::Programs(programs, _) => {
            let status = Command::new(&programs["play"]).status();
            Ok(status.map_err(|error| format!("cannot run the step: {error}"))?.success())
        }
        Built::Refused(said) => {
            let said: String = said.iter().map(|one| one.words.as_str()).collect();
            words::refused(&said);
            Ok(false)
        }
    }
}
