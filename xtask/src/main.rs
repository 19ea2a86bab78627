//! Which commands does this project have of its own?
//!
//! `cargo xtask test` proves what the papers claim, `setup` fetches the tools that `test` can use,
//! `full` adds what takes too long for every change. `bench` and the part `house` are tools of their
//! own (`tools/`); what all of them share is `kettle-kit`.
//!
//! Reading order: `kettle_kit::report` (what a check is), this file (dispatch), [`parts`] (the list of
//! parts in their order), then one file per part.
//!
//! Not here: the tests themselves (`tests/`, and beside the code they test).

mod alone;
mod book;
mod browser;
mod cargo;
mod cold;
mod contract;
mod examples;
mod exercises;
mod full;
mod idle;
mod lexer;
mod limits;
mod links;
mod manifest;
mod map;
mod mutants;
mod parts;
mod replay;
mod servers;
mod setup;
mod steps;

use std::process::ExitCode;

// The book's files know these as ours, until they are a tool of their own.
use kettle_kit::{process, report, tally, tree};

const HELP: &str = "\
The project's own commands:

  cargo xtask test [PART...] [--strict]   every check, or the parts named; --strict: a skip fails
  cargo xtask setup [--full]              fetch the tools that `test` can use (--full: that `full` can)
  cargo xtask full                        `test --strict`, then what takes longer
  cargo xtask bench [ROW...]              measures kettle beside its peers; `--help` tells how
  cargo xtask replay NAME                 runs an example, and shows what the runtime did in it
  cargo xtask book [--open]               checks the book and builds it, with its replays
  cargo xtask book --sync [CHAPTER...]    writes what it quotes from the tree: code, outputs
  cargo xtask book --words                counts its prose
  cargo xtask help                        this text

The parts of `test`, in their order:
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = match words.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", &[][..]),
    };
    match command {
        "test" => test(rest),
        "setup" => setup(rest),
        "bench" => kettle_bench_tool::bench(rest),
        "replay" => replay::replay(rest),
        "book" => book::book(rest),
        "full" if rest.is_empty() => full::full(),
        // Cargo calls this one: it runs each test binary through us, so that none can hang.
        "watch" => process::watch(rest),
        "help" | "--help" | "-h" => {
            print!("{}", help());
            ExitCode::SUCCESS
        }
        "full" => refuse(&format!("`full` takes no arguments, but got {rest:?}")),
        other => refuse(&format!("no command is called `{other}`")),
    }
}

fn test(words: &[String]) -> ExitCode {
    let (flags, names): (Vec<&String>, Vec<&String>) =
        words.iter().partition(|word| word.starts_with('-'));
    if let Some(flag) = flags.iter().find(|flag| flag.as_str() != "--strict") {
        return refuse(&format!("`test` knows no flag `{flag}`"));
    }
    let mut chosen = Vec::new();
    for name in names {
        match parts::all().find(|part| part.name == name) {
            Some(part) => chosen.push(part.name),
            None => return refuse(&format!("no part is called `{name}`")),
        }
    }
    let mut report = report::Report::new(!flags.is_empty());
    parts::run(&mut report, &chosen);
    report.close()
}

fn setup(words: &[String]) -> ExitCode {
    match words {
        [] => setup::setup(false),
        [flag] if flag == "--full" => setup::setup(true),
        _ => refuse(&format!("`setup` takes nothing or --full, but got {words:?}")),
    }
}

fn help() -> String {
    let parts = parts::all().map(|part| format!("  {:<10} {}\n", part.name, part.about));
    HELP.to_owned() + &parts.collect::<String>()
}

/// The caller's mistake: words, the list of what there is, and status 2.
fn refuse(mistake: &str) -> ExitCode {
    eprintln!("error: {mistake}\n\n{}", help());
    ExitCode::from(2)
}
