//! How are figures kept?
//!
//! In `docs/records/performance.json`: each row with every sample, its ratios, the day and the commit it was
//! measured at. A row that is measured again replaces what stood there; all rows stand for one
//! machine with one compiler and one set of peers, so a change of these needs all rows anew. The
//! ratios stand beside the samples for whoever reads the file; we ourselves make them anew.

use std::fs;

use serde_json::{Value, json};

use crate::figures::{BASE, Figures};
use crate::machine;
use crate::row::{Limit, Most, Row, Sample};
use kettle_kit::tree;

pub(crate) const FILE: &str = "docs/records/performance.json";

/// All that is kept.
pub(crate) struct Paper {
    /// Where and with what it was measured, as `machine.rs` tells.
    pub(crate) machine: Value,
    /// How many gated targets the bench has, measured or not.
    pub(crate) promised: u64,
    pub(crate) rows: Vec<Kept>,
}

/// A row as it was kept.
pub(crate) struct Kept {
    pub(crate) figures: Figures,
    pub(crate) day: String,
    pub(crate) tree: String,
}

/// Was anything ever kept?
pub(crate) fn exists() -> bool {
    tree::root().join(FILE).exists()
}

/// May figures measured here and now stand beside those that are kept?
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

/// When a run began, and from which commit: others may follow while it runs.
pub(crate) struct Stamp {
    day: String,
    tree: String,
}

impl Stamp {
    pub(crate) fn of_now() -> Stamp {
        Stamp { day: machine::today(), tree: machine::tree() }
    }
}

/// Keeps what was measured now, and, if `beside`, the rows that were not.
pub(crate) fn keep(
    now: &[Figures],
    stamp: &Stamp,
    known: &[Row],
    beside: bool,
) -> Result<(), String> {
    let old = if beside && exists() { load()?.rows } else { Vec::new() };
    let rows = known.iter().filter_map(|row| {
        if let Some(figures) = now.iter().find(|figures| figures.row.name == row.name) {
            return Some(to_json(figures, &stamp.day, &stamp.tree));
        }
        let kept = old.iter().find(|kept| kept.figures.row.name == row.name)?;
        Some(to_json(&kept.figures, &kept.day, &kept.tree))
    });
    let paper = json!({
        "machine": machine::describe()?,
        "promised": promised(known),
        "rows": rows.collect::<Vec<_>>(),
    });
    let text = serde_json::to_string_pretty(&paper).map_err(|error| error.to_string())?;
    fs::write(tree::root().join(FILE), text + "\n").map_err(|error| format!("{FILE}: {error}"))
}

fn promised(rows: &[Row]) -> usize {
    let shares = rows.iter().filter(|row| row.gated && row.target.is_some());
    shares.count() + rows.iter().filter(|row| row.limit.is_some()).count()
}

pub(crate) fn load() -> Result<Paper, String> {
    let mut paper: Value =
        serde_json::from_str(&tree::read(FILE)?).map_err(|error| format!("{FILE}: {error}"))?;
    let rows = paper["rows"].as_array().ok_or(format!("{FILE} has no rows"))?;
    let rows = rows.iter().map(from_json).collect::<Option<Vec<Kept>>>();
    let rows = rows.ok_or(format!("{FILE} has a row of another form"))?;
    let promised = paper["promised"].as_u64().ok_or(format!("{FILE}: how many targets?"))?;
    Ok(Paper { machine: paper["machine"].take(), promised, rows })
}

fn to_json(figures: &Figures, day: &str, tree: &str) -> Value {
    let row = &figures.row;
    let runtimes: Vec<Value> = figures
        .runtimes
        .iter()
        .map(|(name, samples)| {
            let values: Vec<f64> = samples.iter().map(|sample| rounded(sample.value)).collect();
            let ratio = figures.ratio(name);
            let notes = figures.notes(name).into_iter();
            json!({
                "name": name,
                "ratio": ratio.map(|r| [r.lower, r.median, r.upper].map(rounded)),
                "samples": values,
                "notes": notes.map(|(n, v)| json!([n, rounded(v)])).collect::<Vec<_>>(),
            })
        })
        .collect();
    let limit = row.limit.as_ref().map(|Limit { note, most }| match most {
        Most::Number(most) => json!([note, most]),
        Most::As(runtime) => json!([note, runtime]),
    });
    let met = |target: &super::targets::Target| json!([target.words, target.is, target.met]);
    json!({
        "name": row.name,
        "about": row.about,
        "unit": row.unit,
        "target": row.target,
        "beside": row.beside,
        "gated": row.gated,
        "limit": limit,
        "noise": rounded(figures.noise()),
        "targets": figures.targets().iter().map(met).collect::<Vec<_>>(),
        "day": day,
        "tree": tree,
        "seed": figures.seed,
        "seconds": rounded(figures.seconds),
        "runtimes": runtimes,
    })
}

fn from_json(row: &Value) -> Option<Kept> {
    let text = |key: &str| row[key].as_str().map(str::to_owned);
    let runtimes = row["runtimes"].as_array()?.iter().map(runtime_from_json);
    let runtimes = runtimes.collect::<Option<Vec<_>>>()?;
    let (day, tree) = (text("day")?, text("tree")?);
    let (seed, seconds) = (row["seed"].as_u64()?, row["seconds"].as_f64()?);
    let row = Row {
        name: text("name")?,
        program: String::new(),
        unit: text("unit")?,
        target: row["target"].as_f64(),
        beside: text("beside").unwrap_or_else(|| BASE.to_owned()),
        gated: row["gated"].as_bool()?,
        limit: limit_from_json(&row["limit"]),
        runtimes: runtimes.iter().map(|(name, _)| name.clone()).collect(),
        about: text("about")?,
    };
    Some(Kept { figures: Figures { row, runtimes, seed, seconds }, day, tree })
}

fn limit_from_json(limit: &Value) -> Option<Limit> {
    let number = limit[1].as_f64().map(Most::Number);
    let most = number.or_else(|| Some(Most::As(limit[1].as_str()?.to_owned())))?;
    Some(Limit { note: limit[0].as_str()?.to_owned(), most })
}

fn runtime_from_json(runtime: &Value) -> Option<(String, Vec<Sample>)> {
    let values = runtime["samples"].as_array()?.iter().map(Value::as_f64);
    // Only the medians of the notes were kept: the same in each sample.
    let notes = runtime["notes"].as_array()?.iter();
    let notes = notes.map(|note| Some((note[0].as_str()?.to_owned(), note[1].as_f64()?)));
    let notes = notes.collect::<Option<Vec<_>>>()?;
    let samples = values.map(|value| Some(Sample { value: value?, notes: notes.clone() }));
    Some((runtime["name"].as_str()?.to_owned(), samples.collect::<Option<Vec<_>>>()?))
}

/// Four digits say more than a sample knows.
fn rounded(value: f64) -> f64 {
    let digits = if value.abs() < 10.0 { 1e4 } else { 1e2 };
    (value * digits).round() / digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_kept_as_it_was() {
        let line = "r\tp\tns\t0.5 of raw\tgated\tsystem calls of raw\tkettle,tokio\tab";
        let row = Row::read(line).unwrap();
        let sample = |value| Sample { value, notes: vec![("p99 us".to_owned(), 3.0)] };
        let runtimes = vec![
            ("kettle".to_owned(), vec![sample(1.5), sample(2.5)]),
            ("tokio".to_owned(), vec![sample(10.0), sample(20.0)]),
        ];
        let figures = Figures { row, runtimes, seed: u64::MAX, seconds: 0.25 };
        let kept = from_json(&to_json(&figures, "today", "abc")).unwrap();
        assert_eq!(kept.figures.runtimes, figures.runtimes);
        let row = Row { program: String::new(), ..figures.row };
        assert_eq!(kept.figures.row, row);
        assert_eq!((kept.figures.seed, kept.figures.seconds), (u64::MAX, 0.25));
        assert_eq!((kept.day.as_str(), kept.tree.as_str()), ("today", "abc"));
        assert!(from_json(&json!({ "name": "r" })).is_none());
    }

    #[test]
    fn every_target_of_a_bold_row_counts_as_one() {
        let row = |rest: &str| Row::read(&format!("r\tp\tns\t{rest}\tkettle,tokio\tab")).unwrap();
        let rows =
            ["0.5\tgated\t-", "0.5\treported\t-", "0.5\tgated\tcalls of 4", "-\treported\tB of 0"];
        assert_eq!(promised(&rows.map(row)), 4);
    }
}
