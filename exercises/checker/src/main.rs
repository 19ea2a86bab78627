//! What can one do with the exercises?
//!
//! `cargo exercise` lists them; `cargo exercise join` starts one, `check` judges the answer, `watch`
//! does so at each save. `hint`, `reset` and `solution` help when you are stuck, `replay` shows the
//! answer at work, and `assemble` builds a runtime with the parts that have passed. A step of the ladder
//! (`step 3`) is an exercise, too.
//!
//! Reading order: this file (the commands), [`catalogue`] (what an exercise is), [`desk`] (the
//! learner's package), [`package`] (how an answer becomes a program, with a copy of the engine),
//! [`build`], [`trial`] (how a check is run), [`patience`] (until when), [`judgement`], [`words`] and
//! [`prose`] (the verdict), [`path`] (what comes next), [`assemble`], [`step`] and [`ladder`]. [`show`] and
//! [`prove`] are for authors of exercises.
//!
//! Invariants: a learner's file is never overwritten without a question; nothing is written but in
//! `learn/` and `target/`.

mod assemble;
mod build;
mod catalogue;
mod desk;
mod judgement;
mod ladder;
mod overview;
mod package;
mod path;
mod patience;
mod places;
mod progress;
mod prose;
mod prove;
mod show;
mod step;
mod stuck;
mod trial;
mod watch;
mod words;

use std::path::PathBuf;
use std::process::ExitCode;

use anstream::println;
use clap::{CommandFactory, Parser, Subcommand};

use crate::catalogue::Exercise;
use crate::judgement::Judged;
use crate::progress::Progress;

/// Learn how a runtime works by building its parts.
///
/// Without a command: lists the exercises. With a name, such as `cargo exercise join`, or with
/// its number in the list: starts that one.
#[derive(Parser)]
#[command(bin_name = "cargo exercise")]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Judges your answer; without NAME, that of the exercise at hand
    Check { name: Option<String> },
    /// Judges your answer each time you save it
    Watch { name: Option<String> },
    /// Gives the next of three hints
    Hint { name: Option<String> },
    /// Puts the starter back (asks first, and keeps a copy of your answer)
    Reset {
        name: Option<String>,
        /// Don't ask
        #[arg(long)]
        yes: bool,
    },
    /// Shows the reference, once you have passed or give up
    Solution {
        name: Option<String>,
        /// Don't ask whether you give up
        #[arg(long)]
        give_up: bool,
    },
    /// Records a run of your answer, and says which page to open
    Replay { name: Option<String> },
    /// The ladder: makes your file of a step, then judges it; without NUMBER, lists the seven steps
    Step {
        /// 1 to 7
        number: Option<String>,
        /// Runs the programs that your step can run
        #[arg(long, requires = "number")]
        play: bool,
    },
    /// Builds a runtime with the parts that have passed, and runs the tour on it
    Assemble {
        /// The example to run
        #[arg(default_value = "tour")]
        program: String,
    },
    /// Checks the exercises themselves: starters, solutions, wrong answers
    Prove { names: Vec<String> },
    /// Prints a version of an exercise's file as a whole, even if it is kept as a patch
    ///
    /// `cargo exercise show run-queue wrong/one_queue`, `show twice fault`. Standard output has the file
    /// alone; beside it, on standard error, is what this answer believes.
    Show {
        /// The exercise
        name: String,
        /// solution, starter, right/NAME, wrong/NAME; of a hunt: solution, fault, miss/NAME; without
        /// it: lists what there is
        what: Option<String>,
    },
    /// Writes the patch of a version again, from the whole file as you want it
    ///
    /// The way to change a wrong answer: `cargo exercise show run-queue wrong/one_queue > mine.rs`, edit
    /// mine.rs, `cargo exercise patch run-queue wrong/one_queue mine.rs`.
    Patch {
        /// The exercise
        name: String,
        /// starter, right/NAME, wrong/NAME; of a hunt: fault, miss/NAME
        what: String,
        /// The whole file
        file: PathBuf,
        /// What this answer believes, in one or two lines; without it, what the patch says stays
        #[arg(long)]
        belief: Option<String>,
    },
    /// Writes each wrong answer that can replace a file of kettle's into FOLDER, and lists
    /// them: name, the file that it replaces, where it was written
    #[command(hide = true)]
    Mutants { folder: PathBuf },
    /// `NAME`: starts that exercise
    #[command(external_subcommand)]
    Start(Vec<String>),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments.command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(mistake) => {
            prose::complain(&mistake);
            ExitCode::from(2)
        }
    }
}

/// `Ok(false)`: done, but the answer is not right yet.
fn run(command: Option<Command>) -> Result<bool, String> {
    let exercises = catalogue::all()?;
    let progress = &mut Progress::read()?;
    let named = |name: &str| catalogue::find(&exercises, name);
    let here = |name: Option<String>, progress: &Progress| {
        // In an exercise's folder that one is meant; elsewhere the one that was begun last.
        let begun = progress.current().map(str::to_owned);
        let mut known = places::folder_here().into_iter().chain(begun);
        let is_there = |name: &String| exercises.iter().any(|one| one.name == *name);
        let name = name.or_else(|| known.find(is_there));
        named(&name.ok_or("no exercise is started; `cargo exercise state-machine` starts the first")?)
    };
    match command {
        None => {
            overview::overview(&exercises, progress)?;
            Ok(true)
        }
        Some(Command::Start(words)) => match words.as_slice() {
            _ if words.iter().any(|word| ["--help", "-h"].contains(&&**word)) => help(),
            [called] => desk::start(named(called)?, progress),
            [name, command] if Arguments::command().find_subcommand(command).is_some() => {
                Err(format!("the command comes first: `cargo exercise {command} {name}`"))
            }
            _ => Err(format!("one name is enough, but got `{}`", words.join(" "))),
        },
        Some(Command::Check { name }) => judge(here(name, progress)?, &exercises, progress),
        Some(Command::Watch { name }) => watch::watch(here(name, progress)?, &exercises, progress),
        Some(Command::Hint { name }) => stuck::hint(here(name, progress)?, progress),
        Some(Command::Reset { name, yes }) => stuck::reset(here(name, progress)?, yes),
        Some(Command::Solution { name, give_up }) => {
            stuck::solution(here(name, progress)?, progress, give_up)
        }
        Some(Command::Replay { name }) => assemble::replay(here(name, progress)?),
        Some(Command::Step { number: None, .. }) => {
            ladder::list(&exercises, progress);
            Ok(true)
        }
        Some(Command::Step { number: Some(number), play }) => {
            let step = ladder::find(&exercises, &number)?;
            match desk::is_started(step) {
                _ if play => ladder::play(step),
                true => {
                    let file = places::shown(&desk::answer_path(step));
                    println!("You have begun this step, so {file} is judged:\n");
                    judge(step, &exercises, progress)
                }
                false => desk::start(step, progress),
            }
        }
        Some(Command::Assemble { program }) => assemble::assemble(&exercises, &program),
        Some(Command::Prove { names }) => {
            let chosen: Result<Vec<&Exercise>, String> =
                names.iter().map(|name| named(name)).collect();
            let all = names.is_empty();
            let chosen = if all { exercises.iter().collect() } else { chosen? };
            // One by one they fit; do they fit each other?
            Ok(prove::prove(&chosen)? && (!all || assemble::of_solutions(&exercises)?))
        }
        Some(Command::Mutants { folder }) => prove::mutants(&exercises, &folder),
        Some(Command::Show { name, what }) => show::show(named(&name)?, what.as_deref()),
        Some(Command::Patch { name, what, file, belief }) => {
            show::patch(named(&name)?, &what, &file, belief)
        }
    }
}

fn judge(exercise: &Exercise, all: &[Exercise], progress: &mut Progress) -> Result<bool, String> {
    Ok(judgement::check(exercise, all, progress, &|| false)? == Judged::Passed)
}

/// `cargo exercise join --help`: clap hands on what follows a word that is no command.
fn help() -> Result<bool, String> {
    Arguments::command().print_long_help().map_err(|error| error.to_string())?;
    Ok(true)
}
