//! What does an example print that the book shows?
//!
//! `cargo run --example NAME [ARGS…]`, played from the program that is built already, all of them
//! side by side. It has to succeed.
//!
//! Not here: normalising. An example whose output changes from run to run is not for the book.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::time::Duration;

use kettle_kit::{cargo, process, tree};

/// No example of the book may take longer.
const LIMIT: Duration = Duration::from_mins(1);

/// What each command printed, or why that is not known.
pub(crate) type Outputs = BTreeMap<String, Result<String, String>>;

/// Runs each of `commands`.
pub(crate) fn outputs(commands: BTreeSet<&str>) -> Outputs {
    let built = build(commands.iter().filter_map(|command| Some(example(command)?[0])));
    let commands = Vec::from_iter(commands);
    let played = |command: &&str| built.clone().and_then(|()| play(command));
    let outputs = process::side_by_side(&commands, played);
    commands.into_iter().map(str::to_owned).zip(outputs).collect()
}

/// The example that a command runs, and its arguments.
fn example(command: &str) -> Option<Vec<&str>> {
    let words: Vec<&str> = command.strip_prefix("cargo run --example ")?.split(' ').collect();
    // What begins with a dash is Cargo's, and what no program is given needs a shell.
    let plain = |word: &&str| !word.starts_with('-') && !word.contains(['|', '>', '<', ';', '"']);
    words.iter().all(plain).then_some(words)
}

fn build<'a>(names: impl Iterator<Item = &'a str>) -> Result<(), String> {
    let args: Vec<&str> = names.flat_map(|name| ["--example", name]).collect();
    if args.is_empty() {
        return Ok(()); // or Cargo would build everything
    }
    match cargo::finish(cargo::command(&["build"]).args(args), "book") {
        Ok(_) => Ok(()),
        Err(trouble) => Err(trouble.to_string()),
    }
}

fn play(command: &str) -> Result<String, String> {
    let words = example(command).ok_or("is not `cargo run --example NAME ARGS…`")?;
    let words_of = |error: std::io::Error| error.to_string();
    let mut command = Command::new(tree::example(words[0]).map_err(words_of)?);
    command.args(&words[1..]).current_dir(tree::root()).env("NO_COLOR", "1");
    for name in ["KETTLE_TRACE", "KETTLE_DOCTOR", "RUST_BACKTRACE"] {
        command.env_remove(name);
    }
    let finished = process::run(&mut command, LIMIT).map_err(words_of)?.expect_success()?;
    if finished.stdout.trim().is_empty() {
        return Err("it prints nothing".into());
    }
    Ok(finished.stdout)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_names_an_example_and_its_arguments() {
        assert_eq!(example("cargo run --example tea two cups"), Some(vec!["tea", "two", "cups"]));
        for wrong in
            ["", "ls", "cargo run --example tea | head", "cargo run --example tea --release"]
        {
            assert_eq!(example(wrong), None, "{wrong}");
        }
        let outputs = outputs(["rm x"].into());
        assert!(outputs["rm x"].as_ref().unwrap_err().starts_with("is not `cargo run"));
    }
}
