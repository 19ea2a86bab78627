//! What helps a learner who is stuck?
//!
//! A hint, then another, then a third that is nearly the code. A new beginning. And at last the
//! reference: it is in the repository for all to see, but it is shown here only to a learner who has
//! passed or gives up.
//!
//! Interface: [`hint`], [`reset`], [`solution`]. Invariants: an answer that is replaced is kept.

use std::fs;
use std::io::{self, IsTerminal, Write};

use anstream::{print, println};
use kettle_kit::files;

use crate::catalogue::{Exercise, Kind, Version};
use crate::desk;
use crate::places::shown;
use crate::progress::{Progress, has_passed};
use crate::prose::{BOLD, DIM, markdown};

pub(crate) fn hint(exercise: &Exercise, progress: &mut Progress) -> Result<bool, String> {
    desk::answer(exercise)?; // before the start a hint would be wasted
    let hints = exercise.hints()?;
    let standing = progress.of(&exercise.name);
    // After a pass, or when all were given: all of them again, because they also say why.
    let again = has_passed(&exercise.name) || standing.hints == hints.len();
    let given = if again { hints.len() } else { standing.hints + 1 };
    let title = format!("{} {}", exercise.number, exercise.sheet.title);
    for (index, hint) in hints.iter().enumerate().take(given) {
        if again || index + 1 == given {
            let number = index + 1;
            println!("{BOLD}{title}: hint {number} of {}{BOLD:#}\n", hints.len());
            println!("{}\n", markdown(hint, &exercise.folder));
        }
    }
    if again && !has_passed(&exercise.name) {
        println!("{DIM}That was the last. `cargo exercise solution` shows the reference.{DIM:#}");
    }
    progress.change(&exercise.name, |standing| standing.hints = standing.hints.max(given))?;
    Ok(true)
}

pub(crate) fn reset(exercise: &Exercise, yes: bool) -> Result<bool, String> {
    let path = desk::answer_path(exercise);
    // Begun with an earlier engine, the whole folder is of that one.
    let outdated = desk::is_outdated(exercise);
    let old = if outdated { String::new() } else { desk::answer(exercise)? };
    if !yes && !agrees(&format!("Replace {} with the starter?", shown(&path)), "--yes")? {
        println!("Nothing was changed.");
        return Ok(true);
    }
    let whole = outdated || exercise.kind() == Kind::Hunt;
    if !whole && old == exercise.beginning()? {
        println!("{} already is the starter.", shown(&path));
        return Ok(true);
    }
    let copy = desk::free(&desk::folder(exercise), "before-reset", if whole { "" } else { ".rs" });
    if whole {
        // The learner may have changed any file: in a hunt the fault is looked for in all of them.
        let source = desk::folder(exercise).join("src");
        fs::rename(&source, &copy).map_err(|error| format!("{}: {error}", shown(&source)))?;
    } else {
        files::put(&copy, &old)?;
    }
    desk::put_starter(exercise)?;
    println!("{} is the starter again. Your answer is kept as {}.", shown(&path), shown(&copy));
    Ok(true)
}

pub(crate) fn solution(
    exercise: &Exercise,
    progress: &mut Progress,
    give_up: bool,
) -> Result<bool, String> {
    let name = &exercise.name;
    if !has_passed(name) && !progress.of(name).gave_up {
        let question = "You have not passed yet. Do you give up?";
        if !give_up && !agrees(question, "--give-up")? {
            println!("Good. `cargo exercise hint` may help.");
            return Ok(true);
        }
        progress.change(name, |standing| standing.gave_up = true)?;
    }
    let path = exercise.solution_path();
    match exercise.version("fault") {
        Ok(Version { patch: Some(fault), .. }) => {
            println!(
                "The fault: the engine has the lines with a `-`, the hunt those with a `+`.\n"
            );
            println!("{}", fault.diff);
        }
        _ => println!("{}", exercise.solution()?),
    }
    println!("{DIM}{}{DIM:#}", shown(&path));
    Ok(true)
}

/// Asks on the terminal. Where there is none, `flag` answers instead.
fn agrees(question: &str, flag: &str) -> Result<bool, String> {
    if !io::stdin().is_terminal() {
        return Err(format!("{question} There is no terminal to ask on; {flag} says yes."));
    }
    print!("{question} [y/N] ");
    io::stdout().flush().map_err(|error| error.to_string())?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).map_err(|error| error.to_string())?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
