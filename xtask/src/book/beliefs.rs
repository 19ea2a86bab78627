//! What does the index of beliefs say, and do the tests say the same?
//!
//! `docs/misconceptions.md` has a row for each of the [`NUMBER`] beliefs: what is believed, what is
//! true, the chapters, what shows it, what the doctor says of it. The verdicts are compared with
//! those that the tests of the programs expect (`tests/oops`).

use std::collections::BTreeSet;

use kettle_kit::{table, tree};

use crate::book::markdown;
use crate::book::papers::BELIEFS;

/// How many there are.
const NUMBER: usize = 23;

pub(crate) fn faults() -> Result<Vec<String>, String> {
    let rows = rows(&tree::read(BELIEFS)?);
    let mut faults = Vec::new();
    if !rows.iter().map(|(number, ..)| *number).eq(1..=NUMBER) {
        faults.push(format!("the numbers in the index are not 1 to {NUMBER}"));
    }
    if !tree::read("README.md")?.contains(&format!("of the {NUMBER} [common misconceptions]")) {
        faults.push(format!("README.md does not say that there are {NUMBER}"));
    }
    for (number, shown_by, verdicts) in &rows {
        let told = told(shown_by, |name| tree::read(&format!("tests/oops/{name}.txt")))?;
        if told != *verdicts {
            faults.push(format!(
                "belief {number}: the index says {verdicts:?}, the tests of its programs {told:?}"
            ));
        }
    }
    Ok(faults)
}

/// The number of each row that begins with one, where the links of *what shows it* lead, and the verdicts.
fn rows(text: &str) -> Vec<(usize, Vec<String>, BTreeSet<String>)> {
    let row = |(_, row)| {
        let cells: Vec<&str> = table::cells(row).collect();
        let [number, _, _, _, shown_by, doctor, _] = cells[..] else { return None };
        let links = markdown::links(shown_by).into_iter().map(|link| link.target).collect();
        Some((number.parse().ok()?, links, table::quoted(doctor).map(str::to_owned).collect()))
    };
    table::rows(text).filter_map(row).collect()
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
            let rest =
                ["warning", "error", "note"].iter().find_map(|word| line.strip_prefix(word))?;
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

    #[test]
    fn a_row_names_its_programs_and_its_verdicts() {
        let index = "| # | a | b | c | d | e |\n|---|---|---|---|---|---|\n\
            | 7 | so | not | [1. Tea](book/src/tea.md), [2. Two](book/src/two.md) \
            | [x](../examples/oops/a.rs) | `lost`, `dead` |\n";
        let rows = rows(index);
        let verdicts = ["dead", "lost"].map(str::to_owned).into();
        assert_eq!(rows, [(7, vec!["../examples/oops/a.rs".to_owned()], verdicts)]);
    }

    #[test]
    fn verdicts_are_those_of_the_tests() {
        let expected = |name: &str| match name {
            "a" => Ok("warning[kettle::lost]: x\n\nerror[kettle::dead]: y\n3 | #[kettle::main]"
                .to_owned()),
            _ => Err("no such file".to_owned()),
        };
        let links = ["../examples/oops/a.rs", "../exercises/b/"].map(str::to_owned);
        let verdicts: Vec<String> = told(&links, expected).unwrap().into_iter().collect();
        assert_eq!(verdicts, ["dead", "lost"]);
        assert!(told(&["../examples/oops/c.rs".to_owned()], expected).is_err());
    }
}
