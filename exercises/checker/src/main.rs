//! What can one do with the exercises?
//!
//! `cargo exercise` lists them; `cargo exercise 03` starts one, `check` judges the answer, `watch`
//! does so at each save. `hint`, `reset` and `solution` are there for when one is stuck, `replay` shows
//! the answer at work, and `assemble` puts a runtime together from the parts that have passed.
//!
//! Reading order: this file (the commands), [`catalogue`] (what an exercise is), [`desk`] (the
//! learner's package), [`package`] (how an answer becomes a program), [`build`], [`trial`] (how a
//! check is run), [`judgement`] and [`words`] (the verdict), [`assemble`]. [`patch`], [`show`] and
//! [`prove`] are for authors of exercises.
//!
//! Invariants: a learner's file is never overwritten without a question; nothing outside of `learn/`
//! and `target/` is written.

mod assemble;
mod build;
mod catalogue;
mod desk;
mod judgement;
mod overview;
mod package;
mod patch;
mod places;
mod progress;
mod prove;
mod show;
mod stuck;
mod trial;
mod watch;
mod words;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::catalogue::Exercise;
use crate::progress::Progress;

/// Learn how a runtime works by building its parts.
///
/// Without a command: lists the exercises. With a number, such as `cargo exercise 03`: starts that one.
#[derive(Parser)]
#[command(bin_name = "cargo exercise", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Judges your answer; without NUMBER, that of the exercise you are at
    Check { number: Option<String> },
    /// Judges your answer each time you save it
    Watch { number: Option<String> },
    /// Gives the next of three hints
    Hint { number: Option<String> },
    /// Puts the starter back (asks first, and keeps a copy of your answer)
    Reset {
        number: Option<String>,
        /// Don't ask
        #[arg(long)]
        yes: bool,
    },
    /// Shows the reference: when you have passed, or give up
    Solution {
        number: Option<String>,
        /// Don't ask whether you give up
        #[arg(long)]
        give_up: bool,
    },
    /// Records your answer at work, and says which page to open
    Replay { number: Option<String> },
    /// Puts a runtime together from the parts that you have passed, and runs the tour on it
    Assemble {
        /// The example to run
        #[arg(default_value = "tour")]
        program: String,
    },
    /// Checks the exercises themselves: starters, solutions, wrong answers
    Prove { numbers: Vec<String> },
    /// Prints a version of an exercise's file as a whole, also if it is kept as a patch
    ///
    /// `cargo exercise show 06 wrong/one_queue`, `show h1 fault`. Standard output has the file alone;
    /// beside it, on standard error, is what this answer believes.
    Show {
        /// The exercise
        number: String,
        /// solution, starter, wrong/NAME; of a hunt: solution, fault, miss/NAME; without it: lists
        /// what there is
        what: Option<String>,
    },
    /// Writes the patch of a version anew, from the whole file as you want it
    ///
    /// The way to change a wrong answer: `cargo exercise show 06 wrong/one_queue > mine.rs`, edit
    /// mine.rs, `cargo exercise patch 06 wrong/one_queue mine.rs`.
    Patch {
        /// The exercise
        number: String,
        /// starter, wrong/NAME; of a hunt: fault, miss/NAME
        what: String,
        /// The whole file
        file: PathBuf,
        /// What this answer believes, in one or two lines; without it that of the patch stays
        #[arg(long)]
        belief: Option<String>,
    },
    /// Writes each wrong answer that can stand in for a file of kettle's into FOLDER, and lists them:
    /// name, the file that it replaces, where it was written
    #[command(hide = true)]
    Mutants { folder: PathBuf },
    /// `NUMBER`: starts that exercise
    #[command(external_subcommand)]
    Start(Vec<String>),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments.command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(mistake) => {
            anstream::eprintln!("{}error{:#}: {mistake}", words::BAD, words::BAD);
            ExitCode::from(2)
        }
    }
}

/// `Ok(false)`: done, but the answer is not right yet.
fn run(command: Option<Command>) -> Result<bool, String> {
    let exercises = catalogue::all()?;
    if let Some(Command::Prove { numbers }) = command {
        let right = prove::prove(&chosen(&exercises, &numbers)?)?;
        // One by one they fit; do they fit each other?
        return Ok(right && (!numbers.is_empty() || assemble::of_solutions(&exercises)?));
    }
    if let Some(Command::Mutants { folder }) = command {
        return prove::mutants(&exercises, &folder);
    }
    if let Some(Command::Show { number, what }) = command {
        return show::show(catalogue::find(&exercises, &number)?, what.as_deref());
    }
    if let Some(Command::Patch { number, what, file, belief }) = command {
        return show::patch(catalogue::find(&exercises, &number)?, &what, &file, belief);
    }
    let mut progress = Progress::read()?;
    let here = |number: Option<String>, progress: &Progress| match number {
        Some(called) => catalogue::find(&exercises, &called),
        None => match progress.current() {
            Some(name) => catalogue::find(&exercises, name),
            None => Err("no exercise is started; `cargo exercise 00` starts the first".to_owned()),
        },
    };
    match command {
        None => {
            overview::overview(&exercises, &progress);
            Ok(true)
        }
        Some(Command::Start(words)) => {
            if words.iter().any(|word| ["help", "--help", "-h"].contains(&word.as_str())) {
                return help();
            }
            let [called] = words.as_slice() else {
                return Err(format!("one number is enough, but got {words:?}"));
            };
            desk::start(catalogue::find(&exercises, called)?, &mut progress)
        }
        Some(Command::Check { number }) => {
            let exercise = here(number, &progress)?;
            judgement::check(exercise, &exercises, &mut progress)
        }
        Some(Command::Watch { number }) => {
            let exercise = here(number, &progress)?;
            watch::watch(exercise, &exercises, &mut progress)
        }
        Some(Command::Hint { number }) => stuck::hint(here(number, &progress)?, &mut progress),
        Some(Command::Reset { number, yes }) => stuck::reset(here(number, &progress)?, yes),
        Some(Command::Solution { number, give_up }) => {
            stuck::solution(here(number, &progress)?, &mut progress, give_up)
        }
        Some(Command::Replay { number }) => assemble::replay(here(number, &progress)?),
        Some(Command::Assemble { program }) => assemble::assemble(&exercises, &progress, &program),
        Some(
            Command::Prove { .. }
            | Command::Mutants { .. }
            | Command::Show { .. }
            | Command::Patch { .. },
        ) => unreachable!("done above"),
    }
}

/// `cargo exercise 03 --help`: clap hands on what follows a word that is no command.
fn help() -> Result<bool, String> {
    Arguments::command().print_long_help().map_err(|error| error.to_string())?;
    Ok(true)
}

/// Those that are named; all, if none is.
fn chosen<'a>(all: &'a [Exercise], numbers: &[String]) -> Result<Vec<&'a Exercise>, String> {
    if numbers.is_empty() {
        return Ok(all.iter().collect());
    }
    numbers.iter().map(|number| catalogue::find(all, number)).collect()
}
