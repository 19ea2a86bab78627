//! How are figures kept, and with where, when and with what they were measured?
//!
//! In `docs/records/performance.json`: each row with what the page quotes, and the run that it was
//! measured in (day, processor, compiler, peers). A row that is measured again takes the place of
//! what was measured before.

use std::process::Command;
use std::{fs, thread};

use cargo_metadata::MetadataCommand;
use kettle_kit::report::Trouble;
use kettle_kit::{process, tree};
use serde::{Deserialize, Serialize};

use crate::bench::figures::Figures;
use crate::bench::row::Row;

const FILE: &str = "docs/records/performance.json";

#[derive(Deserialize, Serialize)]
struct Record {
    rows: Vec<Kept>,
}

/// A row as it is kept.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Kept {
    #[serde(flatten)]
    pub(crate) figures: Figures,
    pub(crate) run: Run,
}

impl Kept {
    pub(crate) fn name(&self) -> &str {
        &self.figures.row.name
    }
}

/// All rows that are kept, in the bench's order.
pub(crate) fn load() -> Result<Vec<Kept>, Trouble> {
    let record = serde_json::from_str::<Record>(&tree::read(FILE)?);
    Ok(record.map_err(|error| format!("{FILE}: {error}"))?.rows)
}

/// Keeps a row that was measured now beside all others that the bench has.
pub(crate) fn keep(now: &Figures, run: &Run, known: &[Row]) -> Result<(), Trouble> {
    let record = Record { rows: merged(load()?, now, run, known) };
    let text = serde_json::to_string_pretty(&record).map_err(|error| error.to_string())?;
    Ok(fs::write(tree::root().join(FILE), text + "\n")?)
}

fn merged(mut old: Vec<Kept>, now: &Figures, run: &Run, known: &[Row]) -> Vec<Kept> {
    old.retain(|kept| kept.name() != now.row.name);
    old.push(Kept { figures: now.clone(), run: run.clone() });
    let place = |kept: &Kept| known.iter().position(|row| row.name == kept.name());
    old.retain(|kept| place(kept).is_some());
    old.sort_by_key(place);
    old
}

/// Whose versions are kept: of several, the newest.
const PACKAGES: &[&str] = &["kettle", "tokio", "mio"];

/// One run of `cargo xtask bench`, in words.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Run {
    pub(crate) day: String,
    pub(crate) cpu: String,
    pub(crate) compiler: String,
    pub(crate) versions: String,
}

impl Run {
    /// That of here and now.
    pub(crate) fn new() -> Result<Run, String> {
        let metadata = MetadataCommand::new().manifest_path(tree::root().join("Cargo.toml")).exec();
        let packages = metadata.map_err(|error| error.to_string())?.packages;
        let named = |name: &&str| {
            let its = packages.iter().filter(|package| *package.name == **name);
            Some(format!("{name} {}", its.map(|package| &package.version).max()?))
        };
        let versions: Vec<String> = PACKAGES.iter().filter_map(named).collect();
        Ok(Run {
            day: said_by("date", &["-u", "+%Y-%m-%d"]),
            cpu: cpu(),
            compiler: said_by("rustc", &["--version"]),
            versions: versions.join(", "),
        })
    }
}

/// A name alone (`AMD EPYC`) may be that of several generations: family and model tell them apart.
fn cpu() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        let fields = info.lines().filter_map(|line| line.split_once(':'));
        let mut found = fields.filter(|(field, _)| field.trim() == name);
        found.next().map_or("unknown", |(_, value)| value.trim())
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let (name, family, model) = (field("model name"), field("cpu family"), field("model"));
    format!("{name} (family {family}, model {model}), {cores} cores")
}

/// What a program prints; nothing, if it can't.
fn said_by(program: &str, args: &[&str]) -> String {
    let mut command = Command::new(program);
    command.args(args).current_dir(tree::root());
    let finished = process::run(&mut command);
    finished.map(|finished| finished.stdout.trim().to_owned()).unwrap_or_default()
}

/// A kept row for tests.
#[cfg(test)]
pub(crate) fn kept(name: &str, runtimes: &[(&str, &[f64])]) -> Kept {
    Kept { figures: crate::bench::figures::of(name, runtimes), run: Run::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_takes_the_place_of_the_one_before() {
        let row = |name, kettle: f64| kept(name, &[("kettle", &[kettle])]);
        let old = vec![row("a", 1.0), row("b", 2.0), row("gone", 3.0)];
        let now = row("a", 4.0);
        let known = [&old[0], &old[1]].map(|kept| kept.figures.row.clone());
        let rows = merged(old.clone(), &now.figures, &now.run, &known);
        assert_eq!(rows, [now, old[1].clone()]);
    }
}
