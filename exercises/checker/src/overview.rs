//! Which exercises are there, and how far is the learner?
//!
//! A line for each, by their numbers, and what to do next.
//!
//! Interface: [`overview`], [`state`].

use anstream::println;
use anstyle::Style;

use crate::catalogue::{Exercise, Kind};
use crate::desk;
use crate::path;
use crate::progress::{Progress, has_passed};
use crate::prose::{BOLD, DIM, OK, WAIT};

pub(crate) fn overview(exercises: &[Exercise], progress: &Progress) -> Result<(), String> {
    let (steps, others): (Vec<_>, Vec<_>) =
        exercises.iter().partition(|one| one.kind() == Kind::Step);
    let passed = |some: &[&Exercise]| some.iter().filter(|one| has_passed(&one.name)).count();
    println!(
        "{BOLD}Build a runtime, part by part{BOLD:#}   {} of {} passed\n",
        passed(&others),
        others.len()
    );
    for exercise in others {
        line(exercise, progress);
    }
    println!(
        "\n{DIM}*  replaces a file of kettle; once passed, it is a part in `cargo exercise assemble`\n\
         h  a hunt: an engine with one fault{DIM:#}"
    );
    println!(
        "\n{BOLD}The ladder{BOLD:#}: {} of {} steps passed  {DIM}cargo exercise step{DIM:#}",
        passed(&steps),
        steps.len()
    );
    let path = path::path(exercises)?;
    match path::at_hand(&path, progress) {
        Some(next) => {
            let word = if desk::is_started(next) { "Go on" } else { "Begin" };
            println!("\n{BOLD}{word}{BOLD:#}: {}", path::words(next));
        }
        None => println!("\n{BOLD}All done.{BOLD:#} Your runtime: cargo exercise assemble"),
    }
    Ok(())
}

fn line(exercise: &Exercise, progress: &Progress) {
    let here = progress.current() == Some(exercise.name.as_str());
    let (style, state) = state(&exercise.name, progress, desk::is_started(exercise));
    let mark = match exercise.kind() {
        Kind::Hunt => "h",
        _ if exercise.replaces().is_some() => "*",
        _ => "",
    };
    let number = format!("{}{mark}", exercise.number);
    let level = usize::from(exercise.sheet.difficulty.min(5));
    println!(
        "{} {number:<5} {:<14} {:<34} {DIM}{}{}  {:>3} min{DIM:#}  {style}{state}{style:#}",
        if here { ">" } else { " " },
        exercise.name,
        exercise.sheet.title,
        "●".repeat(level),
        "○".repeat(5 - level),
        exercise.sheet.minutes,
    );
}

/// How far the learner is with an exercise, or with a step of the ladder.
pub(crate) fn state(name: &str, progress: &Progress, is_begun: bool) -> (Style, &'static str) {
    match progress.of(name) {
        standing if has_passed(name) && standing.gave_up => (OK, "passed, after a look"),
        _ if has_passed(name) => (OK, "passed"),
        standing if standing.gave_up => (WAIT, "looked up"),
        _ if is_begun => (WAIT, "begun"),
        _ => (DIM, ""),
    }
}
