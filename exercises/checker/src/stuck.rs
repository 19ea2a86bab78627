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

use crate::catalogue::{Exercise, Kind, Version};
use crate::desk;
use crate::places::shown;
use crate::progress::{Progress, has_passed};
use crate::prose::{BOLD, DIM, markdown, say};

pub(crate) fn hint(exercise: &Exercise, progress: &mut Progress) -> Result<bool, String> {
    desk::answer(exercise)?; // before the start a hint would be wasted
    let hints = exercise.hints()?;
    let standing = progress.of(&exercise.name);
    // After a pass, or when all were given: all of them again, because they also say why.
    let again = has_passed(&exercise.name) || standing.hints == hints.len();
    let given = if again { hints.len() } else { standing.hints + 1 };
    let title = exercise.heading();
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
    let outdated = desk::is_outdated(exercise);
    if !outdated && !path.exists() {
        return Err(desk::why_none(exercise));
    }
    if !yes && !agrees(&format!("Replace {} with the starter?", shown(&path)), "--yes")? {
        println!("Nothing was changed.");
        return Ok(true);
    }
    // In a hunt any file may have been changed, because the fault is looked for in all of them. And
    // what was begun with an earlier engine is of that one as a whole.
    let whole = outdated || exercise.kind() == Kind::Hunt;
    if !whole && desk::answer(exercise) == desk::beginning(exercise) {
        println!("{} already is the starter.", shown(&path));
        return Ok(true);
    }
    let folder = desk::folder(exercise);
    let (old, ending) = if whole { (folder.join("src"), "") } else { (path.clone(), ".rs") };
    let copy = desk::free(&folder, "before-reset", ending);
    fs::rename(&old, &copy).map_err(|error| format!("{}: {error}", shown(&old)))?;
    desk::put_starter(exercise)?;
    let (path, copy) = (shown(&path), shown(&copy));
    say(&format!("{path} is the starter again. Your answer is kept as {copy}."));
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
            println!("The fault: the engine has the lines with `-`, the hunt those with a `+`.\n");
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
