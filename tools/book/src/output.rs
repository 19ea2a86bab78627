//! What does an example print that the book shows?
//!
//! `cargo run --example NAME [ARGS…]`, played from the program that is built already, all of them
//! side by side. It has to succeed.
//!
//! Not here: normalising. An example whose output changes from run to run is not for the book.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use kettle_kit::{cargo, process, tree};

/// No example of the book may take longer.
const LIMIT: Duration = Duration::from_mins(1);

/// What each command printed, or why that is not known.
pub(crate) type Outputs = BTreeMap<String, Result<String, String>>;

/// Runs each of `commands` once.
pub(crate) fn outputs(commands: &[String]) -> Outputs {
    let names: Vec<&str> =
        commands.iter().filter_map(|command| Some(example(command)?[0])).collect();
    if let Err(words) = build(&names) {
        return commands.iter().map(|command| (command.clone(), Err(words.clone()))).collect();
    }
    thread::scope(|scope| {
        let threads: Vec<_> =
            commands.iter().map(|command| (command, scope.spawn(|| play(command)))).collect();
        let played = threads.into_iter().map(|(command, thread)| {
            (command.clone(), thread.join().unwrap_or_else(|_| Err("it panicked".to_owned())))
        });
        played.collect()
    })
}

/// The example that a command runs, and its arguments.
fn example(command: &str) -> Option<Vec<&str>> {
    let words: Vec<&str> = command.strip_prefix("cargo run --example ")?.split(' ').collect();
    // What begins with a dash is Cargo's, and what no program is given needs a shell.
    let plain = |word: &&str| !word.starts_with('-') && !word.contains(['|', '>', '<', ';', '"']);
    words.iter().all(plain).then_some(words)
}

fn build(names: &[&str]) -> Result<(), String> {
    let args = names.iter().flat_map(|name| ["--example", name]);
    if names.is_empty() {
        return Ok(()); // or Cargo would build everything
    }
    match cargo::finish(cargo::command(&["build"]).args(args), "book") {
        Ok(_) => Ok(()),
        Err(trouble) => Err(trouble.to_string()),
    }
}

fn play(command: &str) -> Result<String, String> {
    let words = example(command).ok_or("is not `cargo run --example NAME ARGS…`")?;
    let (status, printed) = printed(&words).map_err(|error| error.to_string())?;
    match status {
        None => Err(format!("it did not end within {} s", LIMIT.as_secs())),
        Some(status) if !status.success() => Err(format!("it ended with {status}")),
        Some(_) if printed.trim().is_empty() => Err("it prints nothing".into()),
        Some(_) => Ok(printed),
    }
}

fn printed(words: &[&str]) -> io::Result<(Option<std::process::ExitStatus>, String)> {
    let mut file = tempfile::tempfile()?;
    let mut command = Command::new(tree::example(words[0])?);
    command.args(&words[1..]).current_dir(tree::root());
    for name in ["KETTLE_TRACE", "KETTLE_DOCTOR", "RUST_BACKTRACE"] {
        command.env_remove(name);
    }
    command.env("NO_COLOR", "1").stdin(Stdio::null()).stdout(file.try_clone()?);
    let status = process::wait(&mut process::start(command.stderr(Stdio::null()))?, LIMIT)?;
    let mut text = String::new();
    file.rewind()?;
    file.read_to_string(&mut text)?;
    Ok((status, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_names_an_example_and_its_arguments() {
        assert_eq!(example("cargo run --example tea two cups"), Some(vec!["tea", "two", "cups"]));
        for wrong in ["", "ls", "cargo run", "cargo run --example tea | head", "cargo test"] {
            assert_eq!(example(wrong), None, "{wrong}");
        }
        assert_eq!(example("cargo run --example tea --release"), None);
    }

    #[test]
    fn what_cannot_be_run_is_told() {
        let outputs = outputs(&["rm x".to_owned()]);
        assert!(outputs["rm x"].as_ref().unwrap_err().starts_with("is not `cargo run"));
    }
}
