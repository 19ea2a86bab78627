//! Is everything on the map, and in its place?
//!
//! `docs/book/src/map.md` has a row for each chapter: program, step, exercises, hunts, beliefs, our
//! files, tokio's. Its links are checked as all are. Here: the rows are the chapters in their order,
//! the beliefs are those of the index, and the README's small map says the same. That each exercise and
//! hunt is in some row is a test of the command that follows the map (`exercises/checker/src/path.rs`).

use std::collections::BTreeMap;

use crate::blocks::Fault;
use crate::chapters::{Chapter, number_of};
use crate::markdown;

pub(crate) const MAP: &str = "docs/book/src/map.md";
pub(crate) const README: &str = "README.md";
/// What a visitor reads to the end.
const README_LINES: usize = 120;

/// A row: the chapter's cell, its number, and the numbers in the other cells.
struct Row<'a> {
    cell: &'a str,
    number: usize,
    lists: Vec<Vec<&'a str>>,
}

impl<'a> Row<'a> {
    fn read(cells: &[&'a str]) -> Option<Row<'a>> {
        let (cell, rest) = cells.split_first()?;
        let number = cell.trim().trim_start_matches('[').split('.').next()?.parse().ok()?;
        Some(Row { cell, number, lists: rest.iter().map(|cell| entries(cell)).collect() })
    }
}

/// What is wrong with the map.
pub(crate) fn faults(
    map: &str,
    chapters: &[Chapter],
    beliefs: &BTreeMap<usize, Vec<String>>,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |words: String| faults.push((1, words));
    let rows = rows(map);
    if !rows.iter().map(|row| row.number).eq(1..=rows.len()) {
        fault("the rows are not the chapters in their order".to_owned());
    }
    for chapter in chapters {
        let target = format!("]({})", chapter.name);
        let row = rows.iter().find(|row| number_of(&chapter.name) == Some(row.number));
        let Some(row) = row.filter(|row| row.cell.contains(&target)) else {
            fault(format!("no row leads to {}", chapter.name));
            continue;
        };
        let is_its = |files: &[String]| files.contains(&chapter.name);
        let its = beliefs.iter().filter(|(_, files)| is_its(files));
        let its: Vec<String> = its.map(|(belief, _)| belief.to_string()).collect();
        if row.lists.get(4).is_none_or(|there| *there != its) {
            fault(format!("{}: its beliefs are {}", chapter.name, its.join(", ")));
        }
    }
    faults
}

/// Where the README is too long, or its map says something else than this one: its cells are
/// chapter, step, exercises, hunts.
pub(crate) fn unlike(map: &str, readme: &str) -> Vec<Fault> {
    let (whole, small) = (rows(map), rows(readme));
    let mut faults = Vec::new();
    let lines = readme.lines().count();
    if lines > README_LINES {
        faults.push((lines, format!("{lines} lines, more than {README_LINES}")));
    }
    if whole.len() != small.len() {
        faults.push((1, format!("its map has {} rows, {MAP} has {}", small.len(), whole.len())));
    }
    for (row, other) in small.iter().zip(&whole) {
        if Some(&row.lists[..]) != other.lists.get(1..4) {
            faults.push((1, format!("the row of chapter {} is unlike {MAP}'s", row.number)));
        }
    }
    faults
}

/// The rows that begin with a chapter.
fn rows(text: &str) -> Vec<Row<'_>> {
    markdown::rows(text).iter().filter_map(|cells| Row::read(cells)).collect()
}

/// The numbers of a cell, with or without links: `[05](…), 06` has two.
fn entries<'a>(cell: &'a str) -> Vec<&'a str> {
    let name = |entry: &'a str| entry.trim().trim_start_matches('[').split(']').next();
    cell.split(", ").filter_map(name).filter(|entry| !entry.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: &str = "| chapter | program | step | exercises | hunts | beliefs | files | tokio |\n\
        |---|---|---|---|---|---|---|---|\n\
        | [1. Tea](01-tea.md) | x | | [00](../exercises/00-a/README.md), [03](../exercises/03-b/README.md) \
        | | 1, 2 | y | z |\n\
        | [2. Two](02-two.md) | x | [1](s.rs) | | [h1](../exercises/hunts/h1-c/README.md) | | y | z |\n";
    const SMALL: &str = "| chapter | step | exercises | hunts |\n|---|---|---|---|\n\
        | [1. Tea](a/01-tea.md) | | 00, 03 | |\n| [2. Two](a/02-two.md) | 1 | | h1 |\n";

    fn told(map: &str) -> usize {
        let chapter = |name: &str| Chapter { name: name.to_owned(), text: String::new() };
        let its = || vec!["01-tea.md".to_owned()];
        let beliefs = [(1, its()), (2, its())].into();
        let chapters = ["01-tea.md", "02-two.md"].map(chapter);
        faults(map, &chapters, &beliefs).len()
    }

    #[test]
    fn all_is_on_the_map_and_in_its_row() {
        assert_eq!(told(MAP), 0);
        assert_eq!(told(&MAP.replace("1, 2", "1")), 1);
        assert_eq!(told(&MAP.replace("](02-two", "](03-two")), 1);
        assert_eq!(told(&MAP.replace("[2. Two", "[3. Two")), 2);
    }

    #[test]
    fn the_small_map_says_the_same() {
        assert_eq!(unlike(MAP, SMALL), []);
        for (from, to) in [("00, 03", "00"), ("| 1 |", "| 2 |"), ("h1 |", "|")] {
            assert_eq!(unlike(MAP, &SMALL.replace(from, to)).len(), 1, "{from}");
        }
        assert!(!unlike(MAP, "none").is_empty());
        assert_eq!(unlike(MAP, &format!("{SMALL}{}", "\n".repeat(120))).len(), 1);
    }
}
