//! Which commands does `cargo kettle` have?
//!
//! `watch` and `test`. For `cargo kettle …`, Cargo runs the program `cargo-kettle` with `kettle` as
//! its first argument. (Inside the checkout an alias does the same: `.cargo/config.toml`.)

use std::process::ExitCode;

use cargo_kettle::{test, watch};
use clap::Parser;

/// Runs projects that were written for tokio on kettle, unchanged
#[derive(Parser)]
#[command(bin_name = "cargo")]
enum Cargo {
    #[command(subcommand)]
    Kettle(Command),
}

/// Runs projects that were written for tokio on kettle, unchanged
#[derive(clap::Subcommand)]
enum Command {
    /// Runs a program, an example or tests, and shows as a page what happened
    Watch(watch::Arguments),
    /// Runs the tests, each under many schedules if asked, and shows what breaks it
    Test(test::Arguments),
}

fn main() -> ExitCode {
    match Cargo::parse() {
        Cargo::Kettle(Command::Watch(arguments)) => watch::watch(&arguments),
        Cargo::Kettle(Command::Test(arguments)) => test::test(&arguments),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    /// The help or the error that these arguments lead to; empty if they are right.
    fn refused(words: &str) -> String {
        let parsed = Cargo::try_parse_from(format!("cargo {words}").split_whitespace());
        parsed.err().map_or_else(String::new, |error| error.to_string())
    }

    #[test]
    fn every_command_is_well_formed_and_has_help() {
        Cargo::command().debug_assert();
        assert!(refused("kettle --help").contains("  watch  "), "{}", refused("kettle --help"));
    }

    #[test]
    fn a_wrong_argument_is_refused_and_named() {
        assert_eq!(refused("kettle watch --bin server -- --port 80"), "");
        assert_eq!(refused("kettle test --explore 2 a_test"), "");
        assert_eq!(refused("kettle test --bin server --bins --all-features a_test"), "");
        for (words, named) in [
            ("kettle wach", "'watch'"),
            ("kettle watch path", "path"),
            ("kettle test --seed 7 --seeds 10", "--seeds"),
            ("kettle test --explore 2 --seeds 10", "--seeds"),
            ("kettle test --seeds 0", "'0'"),
        ] {
            assert!(refused(words).contains(named), "{words}: {}", refused(words));
        }
    }
}
