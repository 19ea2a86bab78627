//! What does a command print that the book shows?
//!
//! `cargo run --example NAME [ARGS…]` is played from the program that is built already, all such
//! commands side by side; any other `cargo …` is run as it is written, one after another. Variables
//! may come first (`KETTLE_DOCTOR=panic cargo run …`), and `2>&1` last: then both outputs are shown
//! as they came, and it may end as it likes (a chapter may show a panic). Without it, it has to
//! succeed.
//!
//! Not here: normalising. A command whose output changes from run to run is not for the book.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use kettle_kit::report::Trouble;
use kettle_kit::{cargo, process, tree};

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
    thread::scope(|scope| {
        let play = |(command, line, name, args): (String, Line, String, Vec<String>)| {
            scope.spawn(move || (command, play(&line, &name, &args)))
        };
        let threads: Vec<_> = examples.into_iter().map(play).collect();
        outputs.extend(threads.into_iter().filter_map(|thread| thread.join().ok()));
    });
    outputs
}

fn parse(command: &str) -> Result<Line, String> {
    let mut words: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
    let both = words.pop_if(|word| word == "2>&1").is_some();
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
    let [run, flag, name, rest @ ..] = words else { return None };
    // Before `--`, Cargo hands on what it does not know itself.
    let args = rest.strip_prefix(&["--".to_owned()]);
    let args = args.or_else(|| rest.iter().all(|word| !word.starts_with('-')).then_some(rest))?;
    (run == "run" && flag == "--example").then(|| (name.clone(), args.to_vec()))
}

fn build<'a>(names: impl Iterator<Item = &'a str>) -> Result<(), String> {
    let args: Vec<&str> = names.flat_map(|name| ["--example", name]).collect();
    if args.is_empty() {
        return Ok(());
    }
    match cargo::finish(cargo::command(&["build"]).args(args), "book") {
        Ok(_) => Ok(()),
        Err(Trouble::Failed(_, words) | Trouble::Skipped(words)) => Err(words),
    }
}

fn play(line: &Line, name: &str, args: &[String]) -> Result<String, String> {
    let program = tree::example(name).map_err(|error| error.to_string())?;
    run(Command::new(program).args(args).current_dir(tree::root()), line)
}

fn other(line: &Line) -> Result<String, String> {
    let mut words: Vec<&str> = line.words.iter().map(String::as_str).collect();
    // What Cargo itself says goes to standard error: only with `2>&1` it would be seen.
    if line.both && words.first() == Some(&"run") {
        words.insert(1, "--quiet");
    }
    run(&mut cargo::command(&words), line)
}

/// Runs it to its end; what it printed, if it may be shown.
fn run(command: &mut Command, line: &Line) -> Result<String, String> {
    let (status, printed) = printed(command, line).map_err(|error| error.to_string())?;
    match status {
        None => Err(format!("it did not end within {} s", LIMIT.as_secs())),
        Some(status) if !line.both && !status.success() => Err(format!("it ended with {status}")),
        Some(_) if printed.trim().is_empty() => Err("it prints nothing".into()),
        Some(_) => Ok(printed),
    }
}

/// Both outputs go to one file, so that their order is kept.
fn printed(
    command: &mut Command,
    line: &Line,
) -> io::Result<(Option<std::process::ExitStatus>, String)> {
    let mut file = tempfile::tempfile()?;
    let errors = if line.both { file.try_clone()?.into() } else { Stdio::null() };
    for name in ["KETTLE_TRACE", "KETTLE_DOCTOR", "RUST_BACKTRACE"] {
        command.env_remove(name);
    }
    command.env("NO_COLOR", "1").envs(line.variables.iter().cloned());
    command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(errors);
    let status = process::wait(&mut process::start(command)?, LIMIT)?;
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok((status, String::from_utf8_lossy(&bytes).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_taken_apart() {
        let line = parse("A=1 B=x cargo run --example tea -- two --cups 2>&1").unwrap();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(line.variables, [pair("A", "1"), pair("B", "x")]);
        assert!(line.both);
        let of = |command: &str| example(&parse(command).unwrap().words);
        let tea = |args: [&str; 2]| Some(("tea".to_owned(), args.map(str::to_owned).to_vec()));
        assert_eq!(example(&line.words), tea(["two", "--cups"]));
        assert_eq!(of("cargo run --example tea two cups"), tea(["two", "cups"]));
        assert_eq!(of("cargo run --example tea --release"), None);
        assert_eq!(of("cargo exercise list"), None);
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
