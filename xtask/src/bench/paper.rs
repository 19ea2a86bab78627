//! How are figures kept?
//!
//! In `docs/performance.json`: each row with every sample, the day and the commit it was measured
//! at. A row that is measured again replaces what stood there. The medians and ratios stand beside
//! the samples for whoever reads the file; we ourselves make them anew.

use std::fs;

use serde_json::{Value, json};

use super::figures::{BASE, Figures};
use super::machine;
use super::row::{Row, Sample};
use crate::tree;

pub(crate) const FILE: &str = "docs/performance.json";

/// A row as it was kept.
pub(crate) struct Kept {
    pub(crate) figures: Figures,
    pub(crate) day: String,
    pub(crate) tree: String,
}

/// Keeps what was measured now, beside the rows that were not.
pub(crate) fn keep(now: &[Figures], order: &[String]) -> Result<(), String> {
    let old = if tree::root().join(FILE).exists() { load()?.1 } else { Vec::new() };
    let (day, tree) = (machine::today(), machine::tree());
    let measured = |name: &str| now.iter().find(|figures| figures.row.name == name);
    let rows: Vec<Value> = order
        .iter()
        .filter_map(|name| {
            if let Some(figures) = measured(name) {
                return Some(to_json(figures, &day, &tree));
            }
            let kept = old.iter().find(|kept| kept.figures.row.name == *name)?;
            Some(to_json(&kept.figures, &kept.day, &kept.tree))
        })
        .collect();
    let paper = json!({ "machine": machine::describe()?, "rows": rows });
    let text = serde_json::to_string_pretty(&paper).map_err(|error| error.to_string())?;
    fs::write(tree::root().join(FILE), text + "\n").map_err(|error| format!("{FILE}: {error}"))
}

/// What is kept: the machine, and the rows.
pub(crate) fn load() -> Result<(Value, Vec<Kept>), String> {
    let mut paper: Value =
        serde_json::from_str(&tree::read(FILE)?).map_err(|error| format!("{FILE}: {error}"))?;
    let rows = paper["rows"].as_array().ok_or(format!("{FILE} has no rows"))?;
    let rows = rows.iter().map(from_json).collect::<Option<Vec<Kept>>>();
    let rows = rows.ok_or(format!("{FILE} has a row of another form"))?;
    Ok((paper["machine"].take(), rows))
}

fn to_json(figures: &Figures, day: &str, tree: &str) -> Value {
    let row = &figures.row;
    let runtimes: Vec<Value> = figures
        .runtimes
        .iter()
        .map(|(name, samples)| {
            let values: Vec<f64> = samples.iter().map(|sample| rounded(sample.value)).collect();
            let ratio = figures.ratio(name);
            json!({
                "name": name,
                "median": figures.median(name).map(rounded),
                "ratio": ratio.map(|r| [r.lower, r.median, r.upper].map(rounded)),
                "samples": values,
                "notes": figures.notes(name).into_iter().map(|(n, v)| json!([n, rounded(v)])).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "name": row.name,
        "about": row.about,
        "unit": row.unit,
        "target": row.target,
        "beside": row.beside,
        "gated": row.gated,
        "noise": rounded(figures.noise()),
        "met": figures.passes(),
        "day": day,
        "tree": tree,
        "runtimes": runtimes,
    })
}

fn from_json(row: &Value) -> Option<Kept> {
    let text = |key: &str| row[key].as_str().map(str::to_owned);
    let runtimes = row["runtimes"].as_array()?.iter().map(runtime_from_json);
    let runtimes = runtimes.collect::<Option<Vec<_>>>()?;
    let row = Row {
        name: text("name")?,
        program: String::new(),
        unit: text("unit")?,
        target: row["target"].as_f64(),
        beside: text("beside").unwrap_or_else(|| BASE.to_owned()),
        gated: row["gated"].as_bool()?,
        runtimes: runtimes.iter().map(|(name, _)| name.clone()).collect(),
        about: text("about")?,
    };
    Some(Kept { figures: Figures { row, runtimes }, day: text("day")?, tree: text("tree")? })
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
        let row = Row::read("r\tp\tns\t0.5\tgated\tkettle,tokio\tab").unwrap();
        let sample = |value| Sample { value, notes: vec![("p99 us".to_owned(), 3.0)] };
        let runtimes = vec![
            ("kettle".to_owned(), vec![sample(1.5), sample(2.5)]),
            ("tokio".to_owned(), vec![sample(10.0), sample(20.0)]),
        ];
        let figures = Figures { row, runtimes };
        let kept = from_json(&to_json(&figures, "today", "abc")).unwrap();
        assert_eq!(kept.figures.runtimes, figures.runtimes);
        assert_eq!(kept.figures.row.target, Some(0.5));
        assert_eq!((kept.day.as_str(), kept.tree.as_str()), ("today", "abc"));
        assert!(from_json(&json!({ "name": "r" })).is_none());
    }
}
