//! How are figures kept?
//!
//! In `docs/records/performance.json`: each row with every sample, the day and the commit it was
//! measured at, and, where there is one, the figure that it is to be compared with. A row that is
//! measured again replaces the one that was there; all rows are of one machine with one compiler and
//! one set of peers, so a change of these needs all rows anew.

use std::fs;

use kettle_kit::tree;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::figures::Figures;
use crate::machine;
use crate::row::Row;

pub(crate) const FILE: &str = "docs/records/performance.json";

/// All that is kept.
#[derive(Deserialize, Serialize)]
pub(crate) struct Record {
    /// Where and with what it was measured, as `machine.rs` tells.
    pub(crate) machine: Value,
    pub(crate) rows: Vec<Kept>,
}

/// A row as it was kept.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Kept {
    #[serde(flatten)]
    pub(crate) figures: Figures,
    #[serde(flatten)]
    pub(crate) stamp: Stamp,
    pub(crate) before: Option<Before>,
}

/// When a run began, and from which commit: others may follow while it runs.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Stamp {
    pub(crate) day: String,
    pub(crate) tree: String,
}

/// An earlier figure, which stays for comparison.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Before {
    pub(crate) tree: String,
    /// kettle's share of tokio's.
    pub(crate) ratio: f64,
}

impl Stamp {
    pub(crate) fn of_now() -> Stamp {
        Stamp { day: machine::today(), tree: machine::tree() }
    }
}

/// Was anything ever kept?
pub(crate) fn exists() -> bool {
    tree::root().join(FILE).exists()
}

pub(crate) fn load() -> Result<Record, String> {
    serde_json::from_str(&tree::read(FILE)?).map_err(|error| format!("{FILE}: {error}"))
}

/// May figures measured here and now be kept beside those that are there?
pub(crate) fn fits() -> Result<(), String> {
    if !exists() {
        return Ok(());
    }
    let differences = machine::differences(&load()?.machine, &machine::describe()?);
    if differences.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{FILE} was measured with another {}: single rows would not fit to it. Measure without \
         --save, or all rows with it",
        differences.join(", ")
    ))
}

/// Keeps what was measured now, and, if `beside`, the rows that were not.
pub(crate) fn keep(
    now: &[Figures],
    stamp: &Stamp,
    known: &[Row],
    beside: bool,
) -> Result<(), String> {
    let old = if exists() { load()?.rows } else { Vec::new() };
    let rows = known.iter().filter_map(|row| merged(row, now, stamp, &old, beside)).collect();
    let record = Record { machine: machine::describe()?, rows };
    let text = serde_json::to_string_pretty(&record).map_err(|error| error.to_string())?;
    fs::write(tree::root().join(FILE), text + "\n").map_err(|error| format!("{FILE}: {error}"))
}

/// A row as it is kept from now on.
fn merged(row: &Row, now: &[Figures], stamp: &Stamp, old: &[Kept], beside: bool) -> Option<Kept> {
    let kept = old.iter().find(|kept| kept.figures.row.name == row.name);
    let Some(figures) = now.iter().find(|figures| figures.row.name == row.name) else {
        return kept.filter(|_| beside).cloned();
    };
    let before = kept.and_then(|kept| kept.before.clone());
    Some(Kept { figures: figures.clone(), stamp: stamp.clone(), before })
}

/// A kept row for tests.
#[cfg(test)]
pub(crate) fn kept(name: &str, runtimes: &[(&str, &[f64])]) -> Kept {
    let stamp = Stamp { day: "today".to_owned(), tree: "abc+".to_owned() };
    let before = Some(Before { tree: "ab".to_owned(), ratio: 0.5 });
    Kept { figures: crate::figures::of(name, runtimes), stamp, before }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::of;

    #[test]
    fn a_row_is_kept_as_it_was() {
        let mut kept = kept("r", &[("kettle", &[1.5])]);
        let limited = "r\tp\tns\t0.6\tsystem calls of raw\tkettle\tab";
        kept.figures.row = Row::read(limited).unwrap();
        kept.figures.runtimes[0].notes.push(("p99 us".to_owned(), 3.0));
        let text = serde_json::to_string(&kept).unwrap();
        let mut read: Kept = serde_json::from_str(&text).unwrap();
        read.figures.row.program = kept.figures.row.program.clone();
        read.figures.row.peers = kept.figures.row.peers.clone();
        assert_eq!(read, kept);
    }

    #[test]
    fn what_was_before_stays_and_the_rest_is_new() {
        let old = ["one", "two"].map(|name| kept(name, &[("kettle", &[1.0])]));
        let now = [of("one", &[("kettle", &[9.0])])];
        let stamp = Stamp { day: "tomorrow".to_owned(), tree: "def".to_owned() };
        let merged = |name: &str, beside| merged(&of(name, &[]).row, &now, &stamp, &old, beside);
        let one = merged("one", true).unwrap();
        assert_eq!((one.figures.median("kettle"), one.stamp.tree.as_str()), (Some(9.0), "def"));
        assert_eq!(one.before, old[0].before);
        assert_eq!(merged("two", true), Some(old[1].clone()));
        assert_eq!((merged("two", false), merged("three", true)), (None, None));
    }
}
