//! Which faults are there?
//!
//! Those of the exercises, of which `cargo exercise mutants` makes whole files; and a
//! sample of the changes that cargo-mutants would make, the same after most changes of the source.
//!
//! Interface: [`collect`], [`Mutant`].

use std::env;
use std::path::Path;
use std::process::Command;

use kettle_kit::report::Trouble;
use kettle_kit::{cargo, files, tree};
use serde::Deserialize;

use crate::proof::tool;

/// Where the sample is taken from, how many it has, and what chooses them.
const SAMPLED: [&str; 5] =
    ["runtime/src/**", "src/sync/**", "src/time/**", "src/task/**", "src/io/**"];
const SAMPLE: usize = 400;
const SEED: u64 = 29;

/// A fault to be put into the engine.
pub(super) struct Mutant {
    /// `twice fault`, `run-queue wrong/one_queue`.
    pub(super) name: String,
    /// The file that it replaces, from the root.
    pub(super) replaces: String,
    pub(super) text: String,
    /// Is it a switch?
    pub(super) switch: bool,
    pub(super) compiles: bool,
}

impl Mutant {
    /// Not checked yet: a switch that compiles.
    fn new(name: String, replaces: String, text: String) -> Mutant {
        Mutant { name, replaces, text, switch: true, compiles: true }
    }

    /// As a switch it does not compile. What was made by hand may do so in a build of its own.
    pub(super) fn refuse(&mut self) {
        self.switch = false;
        self.compiles = !self.may_be_refused();
    }

    /// The file, the column and what is changed, without the line, which changes with others; or its name.
    pub(super) fn change(&self) -> String {
        let Some((place, what)) = self.name.split_once(": ") else { return self.name.clone() };
        let column = place.rsplit(':').next().unwrap_or_default();
        format!("{}, column {column}: {what}", self.replaces)
    }

    /// Nobody has tried those of the sample before.
    pub(super) fn may_be_refused(&self) -> bool {
        self.name.starts_with("sample ")
    }
}

/// The faults: whole files, which `cargo exercise mutants` makes of the patches they are kept as.
pub(super) fn collect(faults: &Path) -> Result<Vec<Mutant>, Trouble> {
    let mut command = cargo::command(&["exercise", "mutants"]);
    let listed = cargo::finish(command.arg(faults), "mutants")?.stdout;
    let chosen = env::var("KETTLE_MUTANTS").unwrap_or_default();
    let wanted = |name: &str| {
        chosen.is_empty() || chosen.split(',').any(|one| name.split(' ').any(|word| word == one))
    };
    let mut faults = if wanted("sample") { sample()? } else { Vec::new() };
    for line in listed.lines() {
        let [name, replaces, file] = line.split('\t').collect::<Vec<_>>()[..] else {
            return Err(format!("`cargo exercise mutants` printed {line:?}").into());
        };
        if wanted(name) || wanted("exercises") {
            let text = files::read(file.as_ref())?;
            faults.push(Mutant::new(name.to_owned(), replaces.to_owned(), text));
        }
    }
    if faults.is_empty() { Err("no fault was found".into()) } else { Ok(faults) }
}

/// What `cargo mutants --list --json` says of a change.
#[derive(Deserialize)]
struct Change {
    /// With the place in front of the first `: `.
    name: String,
    file: String,
    span: Span,
    replacement: String,
}

#[derive(Deserialize)]
struct Span {
    start: Place,
    end: Place,
}

/// Both begin with 1; columns are characters.
#[derive(Deserialize)]
struct Place {
    line: usize,
    column: usize,
}

fn sample() -> Result<Vec<Mutant>, Trouble> {
    let mut command = Command::new(tool("cargo-mutants")?);
    command.args(["mutants", "--list", "--json", "--workspace"]).current_dir(tree::root());
    command.args(SAMPLED.iter().flat_map(|files| ["--file", files]));
    let listed = cargo::finish(&mut command, "sample")?.stdout;
    let mut changes: Vec<Change> =
        serde_json::from_str(&listed).map_err(|error| error.to_string())?;
    // By what it does and not by its line: so a change of the source replaces few.
    changes.sort_by_cached_key(|change| {
        let what = change.name.split_once(": ").map_or("", |(_, what)| what);
        let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        let seed = change.file.bytes().chain(what.bytes()).fold(SEED, mix);
        fastrand::Rng::with_seed(seed).u64(..)
    });
    // A file that two packages have is listed twice.
    changes.dedup_by(|one, other| one.name == other.name);
    changes.truncate(SAMPLE);
    changes.into_iter().map(Change::made).collect()
}

impl Change {
    fn made(self) -> Result<Mutant, Trouble> {
        let mut text = files::read(&tree::root().join(&self.file))?;
        let Span { start, end } = self.span;
        text.replace_range(start.within(&text)..end.within(&text), &self.replacement);
        Ok(Mutant::new(format!("sample {}", self.name), self.file, text))
    }
}

impl Place {
    /// Its byte.
    fn within(&self, text: &str) -> usize {
        let lines = text.split_inclusive('\n');
        let before: usize = lines.clone().take(self.line - 1).map(str::len).sum();
        let line = lines.skip(self.line - 1).flat_map(str::chars);
        before + line.take(self.column - 1).map(char::len_utf8).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_made_where_it_is_said() {
        let place = |line, column| Place { line, column }.within("ä\nöö + 1\n");
        assert_eq!((place(1, 1), place(2, 1), place(2, 4)), (0, 3, 8));
    }
}
