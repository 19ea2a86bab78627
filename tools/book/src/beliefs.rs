//! Is every belief of the index in the chapter that the index names?
//!
//! `docs/misconceptions.md` has a row for each of the [`NUMBER`] beliefs: what is believed, what is
//! true, the chapters, what shows it, what the doctor says of it. Those chapters, and no others,
//! have a marker `<!-- misconception: 7 -->`. Both directions are compared, and the verdicts with
//! those that the tests of the programs expect (`tests/oops`).

use std::collections::{BTreeMap, BTreeSet};

use kettle_kit::tree;

use crate::chapters::{self, Chapter};
use crate::markdown;
use crate::papers::BELIEFS;

/// How many there are.
const NUMBER: usize = 23;

/// A row of the index.
#[derive(Debug)]
struct Row {
    number: usize,
    chapters: Vec<String>,
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

/// By its number: the files of the chapters that remove it.
pub(crate) fn places(text: &str) -> BTreeMap<usize, Vec<String>> {
    rows(text).into_iter().map(|row| (row.number, row.chapters)).collect()
}

/// The index against the chapters' markers.
fn compared(rows: &[Row], chapters: &[Chapter]) -> Vec<String> {
    let mut faults = Vec::new();
    if !rows.iter().map(|row| row.number).eq(1..=NUMBER) {
        faults.push(format!("the numbers in the index are not 1 to {NUMBER}"));
    }
    for Row { number, chapters, shown_by, .. } in rows {
        let shows =
            |link: &String| ["../examples/", "../exercises/"].iter().any(|it| link.starts_with(it));
        if !shown_by.iter().any(shows) {
            faults.push(format!("belief {number}: no example and no exercise shows it"));
        }
        if chapters.is_empty() {
            faults.push(format!("belief {number}: its row names no chapter"));
        }
    }
    let wanted = rows
        .iter()
        .flat_map(|row| row.chapters.iter().map(|name| (name.clone(), row.number.to_string())));
    let there = chapters.iter().flat_map(|chapter| {
        let comments = markdown::comments(&chapter.text).map(|(comment, _)| comment);
        let numbers = comments.filter_map(|comment| comment.strip_prefix("misconception:"));
        numbers.map(|number| (chapter.name.clone(), number.trim().to_owned()))
    });
    let (wanted, there): (BTreeSet<_>, BTreeSet<_>) = (wanted.collect(), there.collect());
    faults.extend(wanted.difference(&there).map(|(name, number)| {
        format!("belief {number}: its row names {name}, which has no marker")
    }));
    faults.extend(there.difference(&wanted).map(|(name, number)| {
        format!("{name}: it has a marker for belief {number}, but no row of the index says so")
    }));
    faults
}

/// The rows that begin with a number.
fn rows(text: &str) -> Vec<Row> {
    let row = |cells: Vec<&str>| {
        let [number, _, _, chapters, shown_by, doctor] = <[_; 6]>::try_from(cells).ok()?;
        let links = |cell| markdown::links(cell).into_iter().map(|(target, _)| target);
        let file =
            |link: String| Some(link.strip_prefix("book/src/")?.split('#').next()?.to_owned());
        let codes = doctor.split('`').skip(1).step_by(2);
        Some(Row {
            number: number.trim().parse().ok()?,
            chapters: links(chapters).filter_map(file).collect(),
            shown_by: links(shown_by).collect(),
            verdicts: codes.map(str::to_owned).collect(),
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
        assert_eq!(faults(&index().replace("01-tea", "02-tea"), &[whole()]), 2 * NUMBER);
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
