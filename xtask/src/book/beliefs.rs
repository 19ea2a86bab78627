//! Is every belief of the index in the chapter that the index names?
//!
//! `docs/misconceptions.md` has a row for each of the [`NUMBER`] beliefs: what is believed, what is
//! true, the chapters, what shows it, what the doctor says of it. Those chapters, and no others, have a marker,
//! `<!-- misconception: 7 -->`. Both directions are compared, and the verdicts with those that the tests of
//! the programs expect (`tests/oops`).

use std::collections::BTreeSet;

use super::chapters::{self, Chapter};
use crate::links;
use crate::report::Trouble;
use crate::tree;

/// How many there are.
const NUMBER: usize = 23;
const MARKER: &str = "<!-- misconception:";

/// A row of the index.
#[derive(Debug, PartialEq)]
struct Row {
    number: usize,
    chapters: BTreeSet<String>,
    shown_by: String,
    verdicts: BTreeSet<String>,
}

pub(crate) fn faults() -> Result<Vec<String>, Trouble> {
    let rows = rows(&tree::read(super::BELIEFS)?);
    let chapters = chapters::all()?;
    let mut faults = compared(&rows, &chapters);
    for row in &rows {
        let told = told(&row.shown_by, |name| tree::read(&format!("tests/oops/{name}.txt")))?;
        if told != row.verdicts {
            let number = row.number;
            faults.push(format!(
                "belief {number}: the index says {:?}, the tests of its programs {told:?}",
                row.verdicts
            ));
        }
    }
    Ok(faults)
}

/// The index against the chapters' markers.
fn compared(rows: &[Row], chapters: &[Chapter]) -> Vec<String> {
    let mut faults = Vec::new();
    let numbers: Vec<usize> = rows.iter().map(|row| row.number).collect();
    if !numbers.iter().copied().eq(1..=NUMBER) {
        faults.push(format!("the index has the numbers {numbers:?}, not 1 to {NUMBER}"));
    }
    for Row { number, chapters: wanted, shown_by, .. } in rows {
        if !shown_by.contains("](../examples/") && !shown_by.contains("](../exercises/") {
            faults.push(format!("belief {number}: no example and no exercise shows it"));
        }
        let has = |chapter: &&Chapter| markers(&chapter.text).contains(&number.to_string());
        let there: BTreeSet<String> =
            chapters.iter().filter(has).map(|chapter| chapter.name.clone()).collect();
        if there.is_empty() || there != *wanted {
            faults.push(format!(
                "belief {number}: its row names {wanted:?}, `{MARKER} {number} -->` stands in {there:?}"
            ));
        }
    }
    for chapter in chapters {
        for marker in markers(&chapter.text) {
            if rows.iter().all(|row| row.number.to_string() != marker) {
                faults.push(format!("{}: the index has no belief {marker}", chapter.name));
            }
        }
    }
    faults
}

/// What stands in the markers of a chapter.
fn markers(text: &str) -> Vec<String> {
    let marker = |(_, line): (usize, &str)| {
        Some(line.trim().strip_prefix(MARKER)?.strip_suffix("-->")?.trim().to_owned())
    };
    links::prose(text).filter_map(marker).collect()
}

/// The rows that begin with a number.
fn rows(text: &str) -> Vec<Row> {
    let row = |(_, line): (usize, &str)| {
        let cells: Vec<&str> =
            line.trim().strip_prefix('|')?.strip_suffix('|')?.split('|').collect();
        let [number, _, _, chapter, shown_by, doctor] = cells.as_slice() else { return None };
        let files =
            chapter.split("](book/src/").skip(1).filter_map(|rest| rest.split([')', '#']).next());
        Some(Row {
            number: number.trim().parse().ok()?,
            chapters: files.map(str::to_owned).collect(),
            shown_by: (*shown_by).to_owned(),
            verdicts: doctor.split('`').skip(1).step_by(2).map(str::to_owned).collect(),
        })
    };
    links::prose(text).filter_map(row).collect()
}

/// The verdicts that the tests of the programs in `cell` expect.
fn told(
    cell: &str,
    expected: impl Fn(&str) -> Result<String, String>,
) -> Result<BTreeSet<String>, String> {
    let mut verdicts = BTreeSet::new();
    for rest in cell.split("examples/oops/").skip(1) {
        let name = rest.split('.').next().unwrap_or(rest);
        let text = expected(name)?;
        let verdict = |line: &str| {
            let rest = ["warning", "error"].iter().find_map(|word| line.strip_prefix(word))?;
            Some(rest.strip_prefix("[kettle::")?.split_once(']')?.0.to_owned())
        };
        verdicts.extend(text.lines().filter_map(verdict));
    }
    Ok(verdicts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> String {
        (1..=NUMBER).fold("| # | a | b | c | d | e |\n|---|---|---|---|---|---|\n".to_owned(), |text, number| {
            text + &format!(
                "| {number} | it is so | it is not | [1. Tea](book/src/01-tea.md#x) | [x](../examples/oops/a.rs) | `lost` |\n"
            )
        })
    }

    fn chapter() -> Chapter {
        let text = (1..=NUMBER)
            .fold(String::new(), |text, number| text + &format!("{MARKER} {number} -->\n"));
        Chapter { name: "01-tea.md".to_owned(), text }
    }

    #[test]
    fn an_index_and_its_chapters() {
        assert_eq!(compared(&rows(&index()), &[chapter()]), [""; 0]);
    }

    #[test]
    fn whatever_is_wrong_is_told() {
        let faults = |index: &str, chapters: &[Chapter]| compared(&rows(index), chapters);
        let with = |from: &str, to: &str| {
            let Chapter { name, text } = chapter();
            [Chapter { name, text: text.replace(from, to) }]
        };
        assert_eq!(faults(&index(), &with(": 7 ", ": 6 ")).len(), 1, "7 is not there");
        assert_eq!(faults(&index(), &with(": 7 ", ": 24 ")).len(), 2, "and there is no 24");
        assert_eq!(faults(&index().replace("01-tea", "02-tea"), &[chapter()]).len(), NUMBER);
        assert_eq!(faults(&index().replacen("| 7 |", "| 8 |", 1), &[chapter()]).len(), 2);
        let twice = [
            chapter(),
            Chapter { name: "02-two.md".to_owned(), text: format!("{MARKER} 7 -->\n") },
        ];
        assert_eq!(faults(&index(), &twice).len(), 1, "the second place of 7 is not in the index");
        assert_eq!(faults(&index().replacen("examples", "docs", 1), &[chapter()]).len(), 1);
    }

    #[test]
    fn verdicts_are_those_of_the_tests() {
        let expected = |name: &str| match name {
            "a" => Ok("warning[kettle::lost]: x\n\nerror[kettle::dead]: y\n3 | #[kettle::main]"
                .to_owned()),
            _ => Err("no such file".to_owned()),
        };
        let cell = "[a](../examples/oops/a.rs), [b](../exercises/02-b/)";
        let verdicts: Vec<String> = told(cell, expected).unwrap().into_iter().collect();
        assert_eq!(verdicts, ["dead", "lost"]);
        assert!(told("../examples/oops/c.rs", expected).is_err());
        let rows = rows(&index());
        assert_eq!(rows[0].verdicts.iter().collect::<Vec<_>>(), ["lost"]);
    }
}
