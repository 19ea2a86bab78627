//! Which commands does this project have of its own?
//!
//! `cargo xtask test` fetches the tools that it can use, and proves what the papers claim. `full`
//! adds what takes too long for every change, and `setup --full` fetches the tools for it. `bench`,
//! `book` and `replay` have a module of their name each.
//!
//! Reading order: `kettle_kit::report` (what a check is), this file (dispatch), [`parts`] (the list
//! of parts in their order), then one file or folder per part. What `cargo exercise` and `cargo
//! kettle` need as well is in `kettle-kit`.
//!
//! Not here: the tests themselves (`tests/`, and beside the code they test).

mod api;
mod bench;
mod book;
mod browser;
mod bugs;
mod cargo;
mod closed;
mod examples;
mod experiments;
mod full;
mod house;
mod mutants;
mod papers;
mod parts;
mod patch;
mod peers;
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

use kettle_kit::{process, report};

/// The project's own commands
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Words {
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
        /// And those that `full` can use
        #[arg(long)]
        full: bool,
    },
    /// Every part, and a skip is a failure: other systems, browsers, races many times over
    Full(Parts),
    /// Measures kettle beside its peers
    Bench(bench::Options),
    /// Makes lines of the engine wrong, one at a time, and says which tests notice
    Mutants(mutants::Options),
    /// Packs all that is published, tries what was packed, and prints what uploads it
    Release,
    /// Runs an example, and shows what the runtime did in it
    Replay(replay::Options),
    /// Checks the book and builds it, with its replays, into `target/book`
    Book(book::Options),
    /// Cargo calls this one: it runs each test binary through us, so that none can hang
    #[command(hide = true, disable_help_flag = true)] // `--help` is the binary's
    Mind {
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
    parts: Vec<String>,
}

fn main() -> ExitCode {
    match Words::parse().command {
        Command::Test { parts, strict } => {
            if parts.parts.is_empty() {
                setup::setup(false);
            }
            let mut report = report::Report::new(strict);
            parts::run(&mut report, &parts.parts, false);
            report.close()
        }
        Command::Setup { full } => {
            setup::setup(full);
            ExitCode::SUCCESS
        }
        Command::Full(parts) => {
            let mut report = report::Report::new(true);
            parts::run(&mut report, &parts.parts, true);
            report.close()
        }
        Command::Bench(options) => bench::bench(&options),
        Command::Mutants(options) => mutants::mutants(&options),
        Command::Release => release::release(),
        Command::Replay(options) => replay::replay(&options),
        Command::Book(options) => book::book(&options),
        Command::Mind { program, args } => process::mind(&program, &args),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn refused(words: &str) -> String {
        let words = format!("xtask {words}");
        let parsed = Words::try_parse_from(words.split_whitespace());
        parsed.err().map_or_else(String::new, |error| error.to_string())
    }

    #[test]
    fn every_command_is_well_formed_and_has_help() {
        Words::command().debug_assert();
        for command in ["test", "setup", "full", "bench", "mutants", "release", "replay", "book"] {
            let help = refused(&format!("{command} --help"));
            assert!(help.contains("Usage: "), "{help}");
        }
        for part in parts::all() {
            assert_eq!(parts::listed().matches(&format!("\n  {} ", part.name)).count(), 1);
        }
    }

    #[test]
    fn a_test_binary_gets_all_its_words() {
        let words = ["xtask", "mind", "program", "--help", "--skip", "x", "-q"];
        let Ok(Words { command: Command::Mind { args, .. } }) = Words::try_parse_from(words) else {
            panic!("refused");
        };
        assert_eq!(args, ["--help", "--skip", "x", "-q"]);
    }
}
