//! Which commands does this project have of its own?
//!
//! `cargo xtask test` runs the checks that every change has to pass, in parts that can be named,
//! and first fetches the tools that they use. `full` adds the parts that take too long for every
//! change, and `setup --full` fetches the tools for these. Each other command has a module of its
//! name.
//!
//! Reading order: `kettle_kit::report` (what a check is), this file (the commands), [`parts`] (the
//! parts in their order), then one file or folder per part. Code that `cargo exercise` and `cargo
//! kettle` use, too, is in the package `kettle-kit`.

mod api;
mod bench;
mod book;
mod browser;
mod bugs;
mod cargo;
mod examples;
mod experiments;
mod full;
mod house;
mod mutants;
mod papers;
mod parts;
mod patch;
mod promises;
mod proof;
mod published;
mod release;
mod replay;
mod schedules;
mod setup;
mod systems;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand};

use kettle_kit::process;
use kettle_kit::report::Report;

/// The project's own commands
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs every check that a change has to pass, or the parts named
    #[command(after_help = parts::listed())]
    Test {
        #[command(flatten)]
        parts: Parts,
        /// A skip is a failure
        #[arg(long)]
        strict: bool,
    },
    /// Fetches the tools that `test` can use, as `test` itself does
    Setup {
        /// Also fetches the tools that `full` can use
        #[arg(long)]
        full: bool,
    },
    /// Every part, and a skip is a failure: other systems, browsers, races many times over
    Full(Parts),
    /// Measures kettle beside its peers
    Bench(bench::Options),
    /// Makes lines of the engine wrong, one at a time, and shows which tests notice
    Mutants(mutants::Options),
    /// Packs what is published, tries the packed files, and prints the command that uploads them
    Release,
    /// Runs an example, and shows what the runtime did in it
    Replay(replay::Options),
    /// Checks the book and builds it, with its replays, into `target/book`
    Book(book::Options),
    /// Cargo calls this one: it runs each test binary through us, so that none can hang
    #[command(hide = true, disable_help_flag = true)] // `--help` is the binary's
    Watchdog {
        program: OsString,
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
}

#[derive(Args)]
struct Parts {
    /// The parts to run; if none, those that `cargo xtask test --help` lists for the command
    #[arg(value_name = "PART", hide_possible_values = true)]
    #[arg(value_parser = PossibleValuesParser::new(parts::all().map(|part| part.name)))]
    names: Vec<String>,
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Test { parts, strict } => {
            if parts.names.is_empty() {
                setup::setup(false);
            }
            parts::run(Report::new(strict), &parts.names, false)
        }
        Command::Setup { full } => {
            setup::setup(full);
            ExitCode::SUCCESS
        }
        Command::Full(parts) => parts::run(Report::new(true), &parts.names, true),
        Command::Bench(options) => bench::bench(&options),
        Command::Mutants(options) => mutants::mutants(&options),
        Command::Release => release::release(),
        Command::Replay(options) => replay::replay(&options),
        Command::Book(options) => book::book(&options),
        Command::Watchdog { program, args } => process::watchdog(&program, &args),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn refused(words: &str) -> String {
        let words = format!("xtask {words}");
        let parsed = Arguments::try_parse_from(words.split_whitespace());
        parsed.err().map_or_else(String::new, |error| error.to_string())
    }

    #[test]
    fn every_command_is_well_formed_and_has_help() {
        Arguments::command().debug_assert();
        for command in ["test", "setup", "full", "bench", "mutants", "release", "replay", "book"] {
            let help = refused(&format!("{command} --help"));
            assert!(help.contains("Usage: "), "{help}");
        }
        for part in parts::all() {
            assert_eq!(parts::listed().matches(&format!("\n  {} ", part.name)).count(), 1);
        }
    }

    #[test]
    fn a_test_binary_gets_all_its_arguments() {
        let words = ["xtask", "watchdog", "program", "--help", "--skip", "x", "-q"];
        let command = Arguments::try_parse_from(words).ok().map(|parsed| parsed.command);
        let Some(Command::Watchdog { args, .. }) = command else { panic!("refused") };
        assert_eq!(args, ["--help", "--skip", "x", "-q"]);
    }
}
