//! Which rungs, exercises and hunts belong to which chapter, and in which order?
//!
//! The table of the map says it, a row for each chapter. It is the one list that numbers the
//! exercises: `3.2` is the second of chapter 3, its hunts counted after its exercises. Their
//! folders have names.

use crate::{files, tree};

/// Where it is.
pub const MAP: &str = "exercises/README.md";

/// A chapter, and what goes with it.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its file: `tea.md`.
    pub file: String,
    pub number: usize,
    /// `rung1`…
    pub rungs: Vec<String>,
    /// The names of its exercises, then of its hunts.
    pub exercises: Vec<String>,
}

/// All rows of the map.
pub fn read() -> Result<Vec<Row>, String> {
    Ok(rows(&files::read(&tree::root().join(MAP))?))
}

pub fn rows(map: &str) -> Vec<Row> {
    map.lines().filter_map(row).collect()
}

/// The numbers of the exercises, with their names.
pub fn numbers(rows: &[Row]) -> Vec<(String, &str)> {
    let of = |row: &'_ Row| -> Vec<String> {
        (1..=row.exercises.len()).map(|place| format!("{}.{place}", row.number)).collect()
    };
    let names = |row| of(row).into_iter().zip(row.exercises.iter().map(String::as_str));
    rows.iter().flat_map(names).collect()
}

fn row(line: &str) -> Option<Row> {
    let cells: Vec<&str> = line.strip_prefix("| [")?.split('|').collect();
    let [chapter, _, rungs, exercises, hunts, ..] = cells[..] else { return None };
    let number = chapter.split('.').next()?.parse().ok()?;
    let file = targets(chapter).next()?.rsplit('/').next()?.to_owned();
    let rung = |target: &str| target.rsplit('/').next()?.split('_').next().map(str::to_owned);
    let folder = |target: &str| target.trim_end_matches('/').rsplit('/').nth(1).map(str::to_owned);
    let exercises = targets(exercises).chain(targets(hunts)).filter_map(folder).collect();
    Some(Row { file, number, rungs: targets(rungs).filter_map(rung).collect(), exercises })
}

/// Where the links of a cell lead.
fn targets(cell: &str) -> impl Iterator<Item = &str> {
    cell.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_the_rungs_and_the_numbered_exercises_of_its_chapter() {
        let map = "| chapter | program | rung | exercises | hunts | files |\n|---|---|---|---|---|---|\n\
            | [3. Small](../src/small.md) | [`p`](../p.rs) | [1](../rungs/rung1_busy.rs) \
            | [3.1](../exercises/yield-now/README.md), [3.2](../exercises/join/README.md) (5 min) \
            | [3.3](../exercises/hunts/twice/README.md) | |\n";
        let rows = rows(map);
        assert_eq!((rows[0].file.as_str(), rows[0].number), ("small.md", 3));
        assert_eq!(rows[0].rungs, ["rung1"]);
        let all = [("3.1", "yield-now"), ("3.2", "join"), ("3.3", "twice")];
        assert_eq!(numbers(&rows), all.map(|(number, name)| (number.to_owned(), name)));
    }
}
