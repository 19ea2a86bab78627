//! Does each experiment of the book end as its chapter says?
//!
//! An [`Experiment`] changes an example as its chapter asks. `experiments.toml` lists them. rustc
//! compiles the changed program with the kettle that was built for the examples. The output has to
//! end with `prints`, and the chapter has to contain the sentences in `says`. (Whether the two mean
//! the same, a reader has to judge.) If the chapter says that the program hangs, the doctor has to
//! end it.
//!
//! Not here: experiments whose outcome differs from run to run, and those with rungs of the ladder,
//! most of which hang.

use std::collections::BTreeMap;
use std::env::consts::EXE_SUFFIX;
use std::path::Path;
use std::process::Command;

use cargo_metadata::camino::{Utf8Path, Utf8PathBuf};
use kettle_kit::cargo::artifacts;
use kettle_kit::report::{Outcome, Report, passes_if};
use kettle_kit::{files, process, tree};
use serde::Deserialize;

use crate::cargo::build;

/// An experiment, as the file lists it.
#[derive(Deserialize)]
struct Experiment {
    /// The chapter's file, without the ending.
    chapter: String,
    name: String,
    /// `examples/book_EXAMPLE.rs`.
    example: String,
    /// Pieces of the example, each with its replacement.
    changes: Vec<(String, String)>,
    /// Sentences of the chapter: the instruction, if something is to be deleted, and the outcome.
    says: Vec<String>,
    /// The end of the output.
    prints: String,
    /// Does the chapter say that it hangs?
    #[serde(default)]
    hangs: bool,
}

const FILE: &str = "xtask/src/experiments.toml";

/// Tries all experiments. The examples have to be built already.
pub(crate) fn experiments(report: &mut Report) {
    let name = "the experiments, and the library of kettle";
    let made = report.make(name, || Ok((read_experiments()?, library()?)));
    let Some((experiments, library)) = made else { return };
    for experiment in &experiments {
        let Experiment { chapter, name, .. } = experiment;
        let name = format!("experiment of {chapter}.md: {name}");
        report.check(&name, || try_out(experiment, &library));
    }
}

fn read_experiments() -> Result<Vec<Experiment>, String> {
    let file = toml::from_str::<BTreeMap<String, Vec<Experiment>>>(&tree::read(FILE)?);
    let mut file = file.map_err(|error| format!("{FILE}: {error}"))?;
    file.remove("experiment").ok_or_else(|| format!("{FILE} has none"))
}

/// Makes the changes of an experiment, and compares the output of the changed program.
fn try_out(experiment: &Experiment, library: &Utf8Path) -> Outcome {
    let Experiment { chapter, example, changes, prints, hangs, .. } = experiment;
    let chapter = tree::read(&format!("docs/book/src/{chapter}.md"))?;
    check_words(experiment, &chapter)?;
    let mut program = in_one_file(tree::read(&format!("examples/book_{example}.rs"))?)?;
    for (old, new) in changes {
        if !program.contains(old) {
            return Err(format!("the example has no `{old}`").into());
        }
        program = program.replacen(old, new, 1);
    }
    let folder = tempfile::tempdir_in(tree::target()?)?;
    files::put(&folder.path().join("changed.rs"), program)?;
    let mut changed = compile(folder.path(), library)?;
    changed.env_remove("KETTLE_TRACE").env("KETTLE_DOCTOR", if *hangs { "panic" } else { "off" });
    let finished = process::run(&mut changed)?;
    let ends_as_said = if *hangs {
        // The doctor's panic has ended it, and no timeout of ours.
        let panicked = finished.status.is_some_and(|status| !status.success());
        panicked && finished.transcript.contains("deadlock")
    } else {
        finished.success()
    };
    let words = format!("{}\nand should end with:\n{prints}", finished.failure());
    passes_if(ends_as_said && finished.stdout.ends_with(prints), words)
}

/// The example as one file: the program of the ladder that it names by `#[path]` is put into it.
fn in_one_file(example: String) -> Result<String, String> {
    let Some((before, rest)) = example.split_once("#[path = \"") else { return Ok(example) };
    let (path, rest) = rest.split_once("\"]\n").ok_or("no path")?;
    let (module, after) = rest.split_once(";\n").ok_or("no module")?;
    let program = tree::read(&format!("examples/{path}"))?;
    Ok(format!("{before}{module} {{\n{program}}}\n{after}"))
}

/// Does the chapter contain the changes and their outcome?
fn check_words(experiment: &Experiment, chapter: &str) -> Result<(), String> {
    // Each line must be in the chapter, whatever its indentation.
    let mut lines = experiment.changes.iter().flat_map(|(_, new)| new.lines());
    if let Some(line) = lines.find(|line| !chapter.contains(line.trim())) {
        return Err(format!("the chapter does not say `{line}`"));
    }
    let deletes = experiment.changes.iter().any(|(_, new)| new.is_empty());
    if deletes && !experiment.says.iter().any(|words| words.starts_with("Delete ")) {
        return Err("it deletes something, but `says` has no sentence about it".to_owned());
    }
    let joined = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let chapter = joined(chapter);
    match experiment.says.iter().find(|words| !chapter.contains(*words)) {
        Some(words) => Err(format!("the chapter does not say: {words}")),
        None if experiment.says.is_empty() => Err("`says` is empty".to_owned()),
        None => Ok(()),
    }
}

/// The library of kettle with which the examples were built.
fn library() -> Result<Utf8PathBuf, String> {
    let built = build(&["--example", "book_doorbell", "--message-format=json"]);
    let built = built.map_err(|_| "no kettle is built")?;
    for artifact in artifacts(&built).filter(|it| it.target.name == "kettle") {
        let mut files = artifact.filenames.into_iter();
        if let Some(library) = files.find(|file| file.extension() == Some("rlib")) {
            return Ok(library);
        }
    }
    Err("Cargo names no library of kettle".to_owned())
}

/// Compiles `changed.rs` of this folder with kettle's `library`. Returns the command that runs it.
fn compile(folder: &Path, library: &Utf8Path) -> Result<Command, String> {
    let program = folder.join(format!("changed{EXE_SUFFIX}"));
    let mut rustc = Command::new("rustc");
    rustc.current_dir(tree::root()).args(["--edition=2024", "--allow=warnings"]);
    rustc.arg("-o").arg(&program);
    rustc.arg(folder.join("changed.rs")).arg(format!("--extern=kettle={library}"));
    rustc.arg(format!("-Ldependency={}", library.with_file_name("")));
    process::run(&mut rustc).map_err(|error| error.to_string())?.expect_success()?;
    Ok(Command::new(program))
}
