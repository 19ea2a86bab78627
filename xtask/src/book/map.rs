//! Is everything on the map, and in its place?
//!
//! `docs/book/src/map.md` has a row for each chapter: program, step, exercises, hunts, beliefs, our
//! files, tokio's. Its links are checked as all are. Here: the rows are the chapters in their order,
//! the beliefs are those of the index, and the README's small map says the same. That each exercise and
//! hunt is in some row is a test of the command that follows the map (`exercises/checker/src/path.rs`).

use std::collections::BTreeMap;

use kettle_kit::table;

use crate::book::chapters::Chapter;
use crate::book::markdown;

pub(crate) const MAP: &str = "docs/book/src/map.md";
pub(crate) const README: &str = "README.md";
/// What a visitor reads to the end.
const README_LINES: usize = 120;

/// A row: the chapter's file, and the numbers in the other cells.
struct Row<'a> {
    chapter: String,
    lists: Vec<Vec<&'a str>>,
}

/// What is wrong with the map, or with that of the README, whose cells are chapter, step, exercises
/// and hunts.
pub(crate) fn faults(
    map: &str,
    readme: &str,
    chapters: &[Chapter],
    beliefs: &BTreeMap<usize, Vec<String>>,
) -> Vec<String> {
    let (whole, small) = (rows(map), rows(readme));
    let mut faults = Vec::new();
    for (rows, paper) in [(&whole, MAP), (&small, README)] {
        if !rows.iter().map(|row| &row.chapter).eq(chapters.iter().map(|chapter| &chapter.name)) {
            faults.push(format!("{paper}: the rows are not the chapters in their order"));
        }
    }
    for Row { chapter, lists } in &whole {
        let its = beliefs.iter().filter(|(_, files)| files.contains(chapter));
        let its: Vec<String> = its.map(|(belief, _)| belief.to_string()).collect();
        if lists.get(4).is_none_or(|there| *there != its) {
            faults.push(format!("{MAP}: the beliefs of {chapter} are {}", its.join(", ")));
        }
    }
    let unlike = small
        .iter()
        .zip(&whole)
        .filter(|(row, other)| other.lists.get(1..4) != Some(&row.lists[..]));
    faults.extend(
        unlike.map(|(row, _)| format!("{README}: {} has another row in {MAP}", row.chapter)),
    );
    let lines = readme.lines().count();
    if lines > README_LINES {
        faults.push(format!("{README}: {lines} lines, more than {README_LINES}"));
    }
    faults
}

/// The rows that begin with a link to a chapter.
fn rows(text: &str) -> Vec<Row<'_>> {
    let row = |(_, row)| {
        let mut cells: Vec<&str> = table::cells(row).collect();
        cells.pop(); // after the last line
        let (cell, rest) = cells.split_first()?;
        let (target, _) = markdown::links(cell).into_iter().next()?;
        let chapter = target
            .rsplit('/')
            .next()
            .filter(|name| name.starts_with(|c: char| c.is_ascii_digit()))?;
        Some(Row {
            chapter: chapter.to_owned(),
            lists: rest.iter().map(|cell| entries(cell)).collect(),
        })
    };
    table::rows(text).filter_map(row).collect()
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

    fn told(map: &str, small: &str) -> usize {
        let chapter = |name: &str| Chapter { name: name.to_owned(), text: String::new() };
        let its = || vec!["01-tea.md".to_owned()];
        let beliefs = [(1, its()), (2, its())].into();
        faults(map, small, &["01-tea.md", "02-two.md"].map(chapter), &beliefs).len()
    }

    #[test]
    fn all_is_on_the_map_and_in_its_row() {
        assert_eq!(told(MAP, SMALL), 0);
        assert_eq!(told(&MAP.replace("1, 2", "1"), SMALL), 1);
        assert_eq!(told(&MAP.replace("](02-two", "](03-two"), SMALL), 1);
    }

    #[test]
    fn the_small_map_says_the_same() {
        for (from, to) in
            [("00, 03", "00"), ("| 1 |", "| 2 |"), ("h1 |", "|"), ("](a/02", "](a/03")]
        {
            assert_eq!(told(MAP, &SMALL.replace(from, to)), 1, "{from}");
        }
        assert_eq!(told(MAP, "none"), 1);
        assert_eq!(told(MAP, &format!("{SMALL}{}", "\n".repeat(120))), 1);
    }
}
