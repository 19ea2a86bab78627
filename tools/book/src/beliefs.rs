//! Is every belief of the index in the chapter that the index names?
//!
//! `docs/misconceptions.md` has a row for each of the [`NUMBER`] beliefs: what is believed, what is
//! true, the chapters, what shows it, what the doctor says of it. Those chapters, and no others,
//! have a marker `<!-- misconception: 7 -->`. Both directions are compared, and the verdicts with
//! those that the tests of the programs expect (`tests/oops`).

use std::collections::BTreeSet;

use kettle_kit::tree;

use crate::chapters::{self, Chapter};
use crate::markdown;
use crate::papers::BELIEFS;

/// How many there are.
const NUMBER: usize = 23;

/// A row of the index.
#[derive(Debug, PartialEq)]
struct Row {
    number: usize,
    chapters: BTreeSet<String>,
    shown_by: Vec<String>,
    verdicts: BTreeSet<String>,
}

pub(crate) fn faults() -> Result<Vec<String>, String> {
    let rows = rows(&tree::read(BELIEFS)?);
    let mut faults = compared(&rows, &chapters::all()?);
    for Row { number, shown_by, verdicts, .. } in &rows {
        let told = told(shown_by, |name| tree::read(&format!("tests/oops/{name}.txt")))?;
        if told != *verdicts {
            faults.push(format!(
                "belief {number}: the index says {verdicts:?}, the tests of its programs {told:?}"
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
        let shows = ["../examples/", "../exercises/"];
        if !shown_by.iter().any(|link| shows.iter().any(|folder| link.starts_with(folder))) {
            faults.push(format!("belief {number}: no example and no exercise shows it"));
        }
        let has = |chapter: &&Chapter| markers(&chapter.text).contains(&number.to_string());
        let there: BTreeSet<String> =
            chapters.iter().filter(has).map(|chapter| chapter.name.clone()).collect();
        if there.is_empty() || there != *wanted {
            faults.push(format!(
                "belief {number}: its row names {wanted:?}, its marker is in {there:?}"
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

/// The numbers in a chapter's markers.
fn markers(text: &str) -> Vec<String> {
    let comments = markdown::comments(text).map(|(comment, _)| comment);
    let numbers = comments.filter_map(|comment| comment.strip_prefix("misconception:"));
    numbers.map(|number| number.trim().to_owned()).collect()
}

/// The rows that begin with a number.
fn rows(text: &str) -> Vec<Row> {
    let row = |cells: Vec<markdown::Cell>| {
        let [number, _, _, chapters, shown_by, doctor] = <[_; 6]>::try_from(cells).ok()?;
        let file = |link: &String| {
            let file = link.strip_prefix("book/src/")?.split('#').next()?;
            Some(file.to_owned())
        };
        Some(Row {
            number: number.text.trim().parse().ok()?,
            chapters: chapters.links.iter().filter_map(file).collect(),
            shown_by: shown_by.links,
            verdicts: doctor.codes.into_iter().collect(),
        })
    };
    markdown::rows(text).into_iter().filter_map(row).collect()
}

/// The verdicts that the tests of these programs expect.
fn told(
    programs: &[String],
    expected: impl Fn(&str) -> Result<String, String>,
) -> Result<BTreeSet<String>, String> {
    let mut verdicts = BTreeSet::new();
    for link in programs {
        let Some(file) = link.strip_prefix("../examples/oops/") else { continue };
        let verdict = |line: &str| {
            let rest = ["warning", "error"].iter().find_map(|word| line.strip_prefix(word))?;
            Some(rest.strip_prefix("[kettle::")?.split_once(']')?.0.to_owned())
        };
        let text = expected(file.trim_end_matches(".rs"))?;
        verdicts.extend(text.lines().filter_map(verdict));
    }
    Ok(verdicts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> String {
        let row = |number| {
            format!(
                "| {number} | it is so | it is not | [1. Tea](book/src/01-tea.md#x) | [x](../examples/oops/a.rs) | `lost` |\n"
            )
        };
        let rows: String = (1..=NUMBER).map(row).collect();
        format!("| # | a | b | c | d | e |\n|---|---|---|---|---|---|\n{rows}")
    }

    fn chapter(name: &str, numbers: impl Iterator<Item = usize>) -> Chapter {
        let marker = |text: String, number| text + &format!("<!-- misconception: {number} -->\n");
        let text = numbers.fold(String::new(), marker);
        Chapter { name: name.to_owned(), text }
    }

    fn faults(index: &str, chapters: &[Chapter]) -> usize {
        compared(&rows(index), chapters).len()
    }

    #[test]
    fn whatever_is_wrong_is_told() {
        let whole = || chapter("01-tea.md", 1..=NUMBER);
        assert_eq!(faults(&index(), &[whole()]), 0);
        let without_7 = (1..=NUMBER).filter(|number| *number != 7);
        assert_eq!(faults(&index(), &[chapter("01-tea.md", without_7)]), 1);
        assert_eq!(faults(&index(), &[chapter("01-tea.md", 1..=24)]), 1, "there is no 24");
        assert_eq!(faults(&index().replace("01-tea", "02-tea"), &[whole()]), NUMBER);
        assert_eq!(faults(&index().replacen("| 7 |", "| 8 |", 1), &[whole()]), 2);
        let twice = [whole(), chapter("02-two.md", 7..=7)];
        assert_eq!(faults(&index(), &twice), 1, "the second place of 7 is not in the index");
        assert_eq!(faults(&index().replacen("examples", "docs", 1), &[whole()]), 1);
    }

    #[test]
    fn verdicts_are_those_of_the_tests() {
        let expected = |name: &str| match name {
            "a" => Ok("warning[kettle::lost]: x\n\nerror[kettle::dead]: y\n3 | #[kettle::main]"
                .to_owned()),
            _ => Err("no such file".to_owned()),
        };
        let links = ["../examples/oops/a.rs", "../exercises/02-b/"].map(str::to_owned);
        let verdicts: Vec<String> = told(&links, expected).unwrap().into_iter().collect();
        assert_eq!(verdicts, ["dead", "lost"]);
        assert!(told(&["../examples/oops/c.rs".to_owned()], expected).is_err());
        assert_eq!(rows(&index())[0].verdicts.iter().collect::<Vec<_>>(), ["lost"]);
    }
}
