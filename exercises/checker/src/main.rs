//! What can one do with the exercises?
//!
//! `cargo exercise` lists them; `cargo exercise join` starts one, `check` judges the answer, and
//! `watch` does so at each save. `hint` and `reset` help when you are stuck, `replay` shows the
//! answer at work, and `assemble` builds kettle with the parts that have passed. A rung of the
//! ladder is an exercise, too: `rung 3` starts it, and from then on judges it.
//!
//! Reading order: this file (the commands), [`catalogue`] (what an exercise is), [`learner`] (the
//! learner's package), [`package`] (how an answer becomes a program, with a copy of the engine),
//! [`build`], [`run`] (how a check is run), [`judge`] and [`say`] (the verdict), [`progress`],
//! [`help`] (hints, reset, replay), [`rung`] (what is different for a rung), [`assemble`].
//! [`prove`], `solutions` and `show` are for authors of exercises.
//!
//! Invariants: what a learner has written is never lost; nothing is written but in `learn/` and
//! `target/`.

mod assemble;
mod build;
mod catalogue;
mod help;
mod judge;
mod learner;
mod package;
mod progress;
mod prose;
#[allow(unreachable_pub)] // the judge has it in its interface
#[path = "../../judge/src/protocol.rs"]
mod protocol;
mod prove;
mod run;
mod rung;
mod say;

use std::process::ExitCode;

use anstream::{eprint, eprintln, print, println};
use clap::{CommandFactory, Parser, Subcommand};

use crate::catalogue::Exercise;
use crate::progress::Progress;
use crate::prose::{BAD, DIM};

/// Learn how a runtime works by building its parts.
///
/// Without a command, it lists the exercises. With the name of one, such as `cargo exercise join`,
/// or with its number in the list, it starts that exercise.
#[derive(Parser)]
#[command(bin_name = "cargo exercise")]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Judges your answer to NAME, or to the exercise that you worked on last
    Check { name: Option<String> },
    /// Judges your answer each time you save it
    Watch { name: Option<String> },
    /// Gives the next of three hints
    Hint { name: Option<String> },
    /// Puts the starter back, and keeps a copy of your answer
    Reset { name: Option<String> },
    /// Records a run of your answer, and says where its replay is
    Replay { name: Option<String> },
    /// Starts a rung of the ladder, and from then on judges it; without NUMBER, lists the seven
    Rung {
        /// 1 to 7
        number: Option<String>,
        /// Runs PROGRAM on your rung, which prints what it does; without PROGRAM, lists them
        #[arg(long, value_name = "PROGRAM", requires = "number", num_args = 0..=1)]
        #[arg(default_missing_value = help::WHICH)]
        play: Option<String>,
    },
    /// Builds kettle with your parts that have passed, and runs an example on it
    Assemble {
        /// The example to run
        #[arg(default_value = "tour")]
        program: String,
    },
    /// Prints the solution, the starter or a wrong answer as a whole file, even if it is kept as a
    /// patch
    ///
    /// For example `cargo exercise show run-queue wrong/one_queue`, or `show twice fault`. The file
    /// goes to standard output, and what its author believes to standard error.
    Show {
        /// The exercise
        name: String,
        /// solution, starter, right/NAME or wrong/NAME; for a hunt, solution, fault or miss/NAME.
        /// Without it, lists the versions
        what: Option<String>,
    },
    /// Checks the exercises themselves: starters, solutions, wrong answers
    Prove {
        /// Builds no engine with a starter or a wrong answer in it; that their patches apply is
        /// checked
        #[arg(long)]
        quick: bool,
        names: Vec<String>,
    },
    /// Writes a program that runs the checks of solutions in one process, and says where
    ///
    /// `cargo xtask test miri` interprets it.
    Solutions { names: Vec<String> },
    /// `NAME`: starts that exercise
    #[command(external_subcommand)]
    Start(Vec<String>),
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(mistake) => {
            eprintln!("{BAD}error{BAD:#}: {mistake}");
            ExitCode::from(2)
        }
    }
}

/// Carries out a command. `Ok(false)`: the answer isn't right yet.
fn run(command: Option<Command>) -> Result<bool, String> {
    let all = catalogue::all()?;
    let progress = &mut Progress::read()?;
    let current = progress.current.clone();
    let named = |name: &str| catalogue::find(&all, name);
    let chosen =
        |names: &[String]| names.iter().map(|name| named(name)).collect::<Result<Vec<_>, _>>();
    // The exercise of this name, or the one that the learner worked on last.
    let at_hand = |name: Option<String>| {
        let name = name.or_else(|| current.clone());
        named(&name.ok_or("you have not started an exercise; `cargo exercise` lists them")?)
    };
    match command {
        None => say::list(&all, progress),
        Some(Command::Start(words)) => start(&words, &all, progress)?,
        Some(Command::Check { name }) => return judge::check(at_hand(name)?, &all, progress),
        Some(Command::Watch { name }) => judge::watch(at_hand(name)?, &all, progress)?,
        Some(Command::Hint { name }) => help::hint(at_hand(name)?, progress)?,
        Some(Command::Reset { name }) => help::reset(at_hand(name)?)?,
        Some(Command::Replay { name }) => return help::replay(at_hand(name)?),
        Some(Command::Rung { number: None, .. }) => say::ladder(&all),
        Some(Command::Rung { number: Some(number), play }) => {
            let rung = rung::find(&all, &number)?;
            if let Some(program) = play {
                return help::play(rung, &program);
            }
            if learner::is_started(rung) {
                return judge::check(rung, &all, progress);
            }
            learner::start(rung, progress)?;
        }
        Some(Command::Assemble { program }) => return assemble::assemble(&all, &program),
        Some(Command::Show { name, what }) => show(named(&name)?, what.as_deref())?,
        Some(Command::Prove { quick, names }) => {
            let proven = if names.is_empty() { all.iter().collect() } else { chosen(&names)? };
            return prove::prove(&proven, quick);
        }
        Some(Command::Solutions { names }) => {
            println!("{}", prove::put_solutions(&chosen(&names)?)?.display());
        }
    }
    Ok(true)
}

fn start(words: &[String], all: &[Exercise], progress: &mut Progress) -> Result<(), String> {
    match words {
        _ if words.iter().any(|word| ["--help", "-h"].contains(&&**word)) => {
            Arguments::command().print_long_help().map_err(|error| error.to_string())
        }
        [name] => learner::start(catalogue::find(all, name)?, progress),
        _ => Err(format!("expected one name, but got `{}`", words.join(" "))),
    }
}

/// Prints one version of an exercise's file, or which versions there are.
fn show(exercise: &Exercise, what: Option<&str>) -> Result<(), String> {
    let Some(what) = what else {
        println!("{}", exercise.versions().join("\n"));
        return Ok(());
    };
    let version = exercise.version(what)?;
    eprint!("{DIM}{}{DIM:#}", version.belief);
    print!("{}", version.text);
    Ok(())
}
