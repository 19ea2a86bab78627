//! How are figures saved?
//!
//! `docs/records/performance.json` has each row with its figures and the [`Run`] that measured it
//! (day, processor, compiler, peers). Measuring a row again replaces its figures. [`save`] writes
//! the file, and [`load`] reads it for the page (`page.rs`).

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
    rows: Vec<SavedRow>,
}

/// A row's figures, with the run that measured them.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct SavedRow {
    #[serde(flatten)]
    pub(crate) figures: Figures,
    pub(crate) run: Run,
}

impl SavedRow {
    pub(crate) fn name(&self) -> &str {
        &self.figures.row.name
    }
}

/// All saved rows, in the bench's order.
pub(crate) fn load() -> Result<Vec<SavedRow>, Trouble> {
    let record = serde_json::from_str::<Record>(&tree::read(FILE)?);
    Ok(record.map_err(|error| format!("{FILE}: {error}"))?.rows)
}

/// Saves the figures of a row. They replace its old ones.
pub(crate) fn save(new: &Figures, run: &Run, known: &[Row]) -> Result<(), Trouble> {
    let record = Record { rows: with_row(load()?, new, run, known) };
    let text = serde_json::to_string_pretty(&record).map_err(|error| error.to_string())?;
    Ok(fs::write(tree::root().join(FILE), text + "\n")?)
}

/// The saved rows that the bench still has, in its order, with new figures for one of them.
fn with_row(mut rows: Vec<SavedRow>, new: &Figures, run: &Run, known: &[Row]) -> Vec<SavedRow> {
    rows.retain(|row| row.name() != new.row.name);
    rows.push(SavedRow { figures: new.clone(), run: run.clone() });
    let place_in_bench = |saved: &SavedRow| known.iter().position(|row| row.name == saved.name());
    rows.retain(|row| place_in_bench(row).is_some());
    rows.sort_by_key(place_in_bench);
    rows
}

/// The packages whose versions are saved; if there are several versions, the newest.
const PACKAGES: &[&str] = &["kettle", "tokio", "mio"];

/// When and where a row was measured.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Run {
    pub(crate) day: String,
    pub(crate) cpu: String,
    pub(crate) compiler: String,
    pub(crate) versions: String,
}

impl Run {
    /// This run.
    pub(crate) fn new() -> Result<Run, String> {
        let metadata = MetadataCommand::new().manifest_path(tree::root().join("Cargo.toml")).exec();
        let packages = metadata.map_err(|error| error.to_string())?.packages;
        let mut versions = Vec::new();
        for name in PACKAGES {
            let found = packages.iter().filter(|package| package.name == *name);
            let newest = found.map(|package| &package.version).max();
            versions.extend(newest.map(|version| format!("{name} {version}")));
        }
        Ok(Run {
            day: output_of("date", &["-u", "+%Y-%m-%d"]),
            cpu: cpu(),
            compiler: output_of("rustc", &["--version"]),
            versions: versions.join(", "),
        })
    }
}

/// The processor's name with family and model, because a name alone (`AMD EPYC`) may stand for
/// several generations.
fn cpu() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        let mut fields = info.lines().filter_map(|line| line.split_once(':'));
        let found = fields.find(|(field, _)| field.trim() == name);
        found.map_or("unknown", |(_, value)| value.trim())
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let (name, family, model) = (field("model name"), field("cpu family"), field("model"));
    format!("{name} (family {family}, model {model}), {cores} cores")
}

/// The output of a program; empty if it can't be run.
fn output_of(program: &str, args: &[&str]) -> String {
    let mut command = Command::new(program);
    command.args(args).current_dir(tree::root());
    let finished = process::run(&mut command);
    finished.map(|finished| finished.stdout.trim().to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::figures::figures_of;

    #[test]
    fn new_figures_replace_the_old_ones_of_their_row() {
        let row = |name, kettle: f64| SavedRow {
            figures: figures_of(name, &[("kettle", &[kettle])]),
            run: Run::default(),
        };
        let old = vec![row("a", 1.0), row("b", 2.0), row("gone", 3.0)];
        let new = row("a", 4.0);
        let known = [&old[0], &old[1]].map(|saved| saved.figures.row.clone());
        let rows = with_row(old.clone(), &new.figures, &new.run, &known);
        assert_eq!(rows, [new, old[1].clone()]);
    }
}
