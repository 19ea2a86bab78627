//! How are figures kept?
//!
//! In `docs/records/performance.json`: each row with what the page quotes, and the run that it was
//! measured in (day, machine, compiler, peers). A row that is measured again takes the place of the
//! one that was there, whatever the others were measured on: the ratios are all taken within a run,
//! and the page says where runs differ.

use std::fs;

use kettle_kit::report::Trouble;
use kettle_kit::tree;
use serde::{Deserialize, Serialize};

use crate::bench::figures::Figures;
use crate::bench::row::Row;
use crate::bench::run::Run;

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
    match old.iter_mut().find(|kept| kept.figures.row.name == now.row.name) {
        Some(kept) => (kept.figures, kept.run) = (now.clone(), run.clone()),
        None => old.push(Kept { figures: now.clone(), run: run.clone() }),
    }
    let place = |kept: &Kept| known.iter().position(|row| row.name == kept.figures.row.name);
    old.retain(|kept| place(kept).is_some());
    old.sort_by_key(place);
    old
}

/// A kept row for tests.
#[cfg(test)]
pub(crate) fn kept(name: &str, runtimes: &[(&str, &[f64])]) -> Kept {
    Kept { figures: crate::bench::figures::of(name, runtimes), run: Run::default() }
}
