//! How does an example run on a runtime that is partly the learner's?
//!
//! [`assemble`] builds it with a copy of kettle in which the learner's files replace kettle's own,
//! as they were when they passed. It prints a table that says whose each part is.

use std::path::PathBuf;
use std::process::Command;

use anstream::println;
use kettle_kit::tree::{self, root};

use crate::build::{Built, build, errors};
use crate::catalogue::Exercise;
use crate::package::{self, SourceFile};
use crate::progress::{passed_answer, target};
use crate::prose::{BAD, BOLD, DIM, OK, say};
use crate::say;

/// Runs `program` on a runtime made of the parts that have passed.
pub(crate) fn assemble(all: &[Exercise], program: &str) -> Result<bool, String> {
    let examples = tree::files(&root().join("examples"), "rs");
    if examples.iter().filter_map(|file| file.file_stem()).all(|name| name != program) {
        return Err(format!("no example is called `{program}`; `examples` has them"));
    }
    let mut parts = Vec::new();
    println!("{BOLD}{:<28} {:<36} whose{BOLD:#}", "part", "file");
    for exercise in all {
        let Some(path) = exercise.replaces() else { continue };
        let answer = passed_answer(&exercise.name);
        let (style, whose) = if answer.is_some() { (OK, "yours") } else { (DIM, "kettle's") };
        println!("{:<28} {path:<36} {style}{whose}{style:#}", exercise.sheet.title);
        parts.extend(answer.map(|text| SourceFile { path, text }));
    }
    println!("{DIM}{:<28} {:<36} kettle's{DIM:#}\n", "all others", "");
    let Some(built) = build_with(&parts, program)? else {
        say(
            "An answer that passes its checks may still use items that only its own file offers, or \
             lack items that other files of kettle use.",
        );
        return Ok(false);
    };
    let count = match parts.len() {
        1 => "one part of yours".to_owned(),
        count => format!("{count} parts of yours"),
    };
    println!("{BOLD}{program}{BOLD:#}, on a runtime with {count}:\n");
    let status = Command::new(built).current_dir(root()).status();
    let status = status.map_err(|error| format!("cannot run {program}: {error}"))?;
    if status.success() {
        println!("\n{OK}It ran to its end{OK:#}, with {count}.");
    } else {
        say(&format!(
            "\n{BAD}It ended with {status}.{BAD:#} The checks should have found the reason."
        ));
    }
    Ok(status.success())
}

/// Builds an example on a copy of kettle with these files in it. `None`: the compiler has refused
/// it, and the learner has read why.
pub(crate) fn build_with(parts: &[SourceFile], example: &str) -> Result<Option<PathBuf>, String> {
    let folder = target().join("assembled");
    package::copy_kettle(&folder, parts)?;
    let Built { programs, messages } = build(&folder, &target(), &["--example", example])?;
    if let Some(programs) = programs {
        return Ok(Some(programs[example].clone()));
    }
    say::refused(&errors(&messages));
    Ok(None)
}
