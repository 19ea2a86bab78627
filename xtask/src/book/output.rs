//! What does a command print that the book shows?
//!
//! `cargo run --example NAME [-- ARGS…]` is played from the program that is built already, all such
//! commands side by side; any other `cargo …` is run as it stands, one after another. Before it may stand
//! variables (`KETTLE_DOCTOR=panic cargo run …`), behind it `2>&1`: then both outputs are shown as they
//! came, and it may end as it likes (a chapter may show a panic). Without it, it has to succeed.
//!
//! Not here: normalising. A command whose output changes from run to run is not for the book.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::cargo;
use crate::process;
use crate::report::Trouble;
use crate::tree;

/// No command of the book may take longer.
const LIMIT: Duration = Duration::from_mins(1);

/// What each command printed, or why that is not known.
pub(crate) type Outputs = BTreeMap<String, Result<String, String>>;

/// A command line, taken apart.
#[derive(Debug, PartialEq)]
struct Line {
    variables: Vec<(String, String)>,
    words: Vec<String>,
    both: bool,
}

/// Runs each of `commands` once.
pub(crate) fn outputs(commands: &[String]) -> Outputs {
    let mut outputs = Outputs::new();
    let mut examples = Vec::new();
    for command in commands {
        match parse(command) {
            Err(words) => drop(outputs.insert(command.clone(), Err(words))),
            Ok(line) => match example(&line.words) {
                Some((name, args)) => examples.push((command.clone(), line, name, args)),
                None => drop(outputs.insert(command.clone(), other(&line))),
            },
        }
    }
    if let Err(words) = build(examples.iter().map(|(_, _, name, _)| name.as_str())) {
        outputs.extend(examples.into_iter().map(|(command, ..)| (command, Err(words.clone()))));
        return outputs;
    }
    let threads: Vec<_> = examples
        .into_iter()
        .enumerate()
        .map(|(index, (command, line, name, args))| {
            thread::spawn(move || (command, play(&line, &name, &args, index)))
        })
        .collect();
    for thread in threads {
        if let Ok((command, output)) = thread.join() {
            outputs.insert(command, output);
        }
    }
    outputs
}

fn parse(command: &str) -> Result<Line, String> {
    let mut words: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
    let both = words.last().is_some_and(|word| word == "2>&1");
    if both {
        words.pop();
    }
    let mut variables = Vec::new();
    while let Some((name, value)) = words.first().and_then(|word| word.split_once('=')) {
        variables.push((name.to_owned(), value.to_owned()));
        words.remove(0);
    }
    if words.first().is_none_or(|word| word != "cargo") {
        return Err(format!("`{command}` is no command of Cargo"));
    }
    if let Some(word) = words.iter().find(|word| word.contains(['|', '>', '<', ';', '"', '\''])) {
        return Err(format!("`{command}`: there is no shell here, and so no `{word}`"));
    }
    words.remove(0);
    Ok(Line { variables, words, both })
}

/// The example that `cargo run --example NAME -- ARGS` runs, and its arguments.
fn example(words: &[String]) -> Option<(String, Vec<String>)> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (["run", "--example", name, rest @ ..] | ["run", "-q", "--example", name, rest @ ..]) =
        words.as_slice()
    else {
        return None;
    };
    let args = match rest {
        [] => &[][..],
        ["--", args @ ..] => args,
        // Cargo hands on what it does not know itself.
        args if !args[0].starts_with('-') => args,
        _ => return None,
    };
    Some(((*name).to_owned(), args.iter().map(|word| (*word).to_owned()).collect()))
}

fn build<'a>(names: impl Iterator<Item = &'a str>) -> Result<(), String> {
    let mut args = vec!["build"];
    let mut any = false;
    for name in names {
        args.extend(["--example", name]);
        any = true;
    }
    if !any {
        return Ok(());
    }
    match cargo::finish(&mut cargo::command(&args), "book") {
        Ok(_) => Ok(()),
        Err(Trouble::Failed(_, words) | Trouble::Skipped(words)) => Err(words),
    }
}

fn play(line: &Line, name: &str, args: &[String], index: usize) -> Result<String, String> {
    let program = tree::example(name).map_err(|error| error.to_string())?;
    let mut command = Command::new(program);
    command.args(args).current_dir(tree::root());
    run(&mut command, line, &format!("{name}-{index}"))
}

fn other(line: &Line) -> Result<String, String> {
    let mut words = line.words.clone();
    // What Cargo itself says goes to standard error: only with `2>&1` it would be seen.
    if line.both && words.first().is_some_and(|word| word == "run") {
        words.insert(1, "--quiet".to_owned());
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    run(&mut cargo::command(&words), line, "cargo")
}

/// Runs it to its end; both outputs go to one file, so that their order is kept.
fn run(command: &mut Command, line: &Line, log: &str) -> Result<String, String> {
    let words = |error: std::io::Error| error.to_string();
    let directory = tree::target().map_err(words)?.join("xtask-logs");
    fs::create_dir_all(&directory).map_err(words)?;
    let path = directory.join(format!("book-{}-{log}.out", std::process::id()));
    let file = fs::File::create(&path).map_err(words)?;
    let errors = if line.both { file.try_clone().map_err(words)?.into() } else { Stdio::null() };
    for name in ["KETTLE_TRACE", "KETTLE_DOCTOR", "RUST_BACKTRACE"] {
        command.env_remove(name);
    }
    command.env("NO_COLOR", "1").envs(line.variables.iter().cloned());
    command.stdin(Stdio::null()).stdout(file).stderr(errors);
    let ended = process::start(command).and_then(|mut child| process::wait(&mut child, LIMIT));
    let printed = fs::read(&path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let _ = fs::remove_file(&path);
    match (ended, printed) {
        (Ok(Some(status)), Ok(_)) if !line.both && !status.success() => {
            Err(format!("it ended with {status}"))
        }
        (Ok(Some(_)), Ok(printed)) if printed.trim().is_empty() => Err("it prints nothing".into()),
        (Ok(Some(_)), Ok(printed)) => Ok(printed),
        (Ok(None), _) => Err(format!("it did not end within {} s", LIMIT.as_secs())),
        (Err(error), _) | (_, Err(error)) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_taken_apart() {
        let line = parse("A=1 B=x cargo run --example tea -- two cups 2>&1").unwrap();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(line.variables, [pair("A", "1"), pair("B", "x")]);
        assert!(line.both);
        let args = vec!["two".to_owned(), "cups".to_owned()];
        assert_eq!(example(&line.words), Some(("tea".to_owned(), args)));
        assert_eq!(
            example(&parse("cargo run --example tea two cups").unwrap().words),
            example(&line.words)
        );
        assert_eq!(example(&parse("cargo run --example tea --release").unwrap().words), None);
        let line = parse("cargo exercise list").unwrap();
        assert_eq!((line.both, example(&line.words)), (false, None));
        for wrong in ["", "ls", "cargo run | head", "A=1", "cargo run > file"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_printed_is_kept_and_what_is_not_is_told() {
        let [fine, wrong] = ["cargo --version", "cargo no-such"];
        let both = "cargo no-such 2>&1";
        let outputs = outputs(&[fine, wrong, both, "rm x"].map(str::to_owned));
        assert!(outputs[fine].as_ref().unwrap().starts_with("cargo 1."));
        assert!(outputs[wrong].as_ref().unwrap_err().starts_with("it ended with"));
        assert!(outputs[both].as_ref().unwrap().contains("no-such"));
        assert!(outputs["rm x"].is_err());
    }
}
