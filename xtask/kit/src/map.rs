//! Which rungs, exercises and hunts belong to which chapter, and in which order?
//!
//! The *map* is a table with a row for each chapter. Only this table numbers the exercises: `3.2`
//! is the second of chapter 3, where hunts are counted after exercises. Folders have names instead.

use crate::tree;

/// The file with the table.
pub const MAP: &str = "exercises/README.md";

/// A row of the map: a chapter with its rungs and exercises.
#[derive(Clone, Debug)]
pub struct Row {
    /// The chapter's file, such as `tea.md`.
    pub file: String,
    pub number: usize,
    /// Such as `rung1`.
    pub rungs: Vec<String>,
    /// The names of its exercises, then of its hunts.
    pub exercises: Vec<String>,
}

/// All rows of the map.
pub fn read() -> Result<Vec<Row>, String> {
    Ok(tree::read(MAP)?.lines().filter_map(row).collect())
}

/// All exercises, each with its number.
pub fn numbers(rows: &[Row]) -> Vec<(String, &str)> {
    let mut numbers = Vec::new();
    for row in rows {
        for (place, name) in (1..).zip(&row.exercises) {
            numbers.push((format!("{}.{place}", row.number), name.as_str()));
        }
    }
    numbers
}

/// Reads a row of the table.
fn row(line: &str) -> Option<Row> {
    let cells: Vec<&str> = line.strip_prefix("| [")?.split('|').collect();
    let [chapter, _, rungs, exercises, hunts, ..] = cells[..] else { return None };
    let number = chapter.split('.').next()?.parse().ok()?;
    let file = targets(chapter).next()?.rsplit('/').next()?.to_owned();
    // `../rungs/rung1_busy.rs` is `rung1`, and `../exercises/join/README.md` is `join`.
    let rung = |target: &str| target.rsplit('/').next()?.split('_').next().map(str::to_owned);
    let exercise = |target: &str| target.rsplit('/').nth(1).map(str::to_owned);
    let exercises = targets(exercises).chain(targets(hunts)).filter_map(exercise).collect();
    Some(Row { file, number, rungs: targets(rungs).filter_map(rung).collect(), exercises })
}

/// The targets of the links in a cell.
fn targets(cell: &str) -> impl Iterator<Item = &str> {
    cell.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}
