//! Does every promise of the engine have the test it names?
//!
//! `docs/contract.md` is tables: a promise a row, and in the row one test or more, each written as
//! `` `tests/wakes.rs::a_wake_during_a_poll` ``. Each named file has to have that function, marked
//! as a test.

use std::fs;

use crate::rust;
use kettle_kit::report::{Outcome, none_of};
use kettle_kit::tally::Tally;
use kettle_kit::tree;

const PAPER: &str = "docs/contract.md";

pub(crate) fn contract() -> Outcome {
    let paper = tree::read(PAPER)?;
    let mut faults = Vec::new();
    let mut promises = 0;
    for (number, line) in rows(&paper) {
        promises += 1;
        let tests = named_tests(line);
        if tests.is_empty() {
            faults.push(format!("{PAPER}:{number}: a promise without a test"));
        }
        for (file, test) in tests {
            if let Some(fault) = fault(file, test) {
                faults.push(format!("{PAPER}:{number}: {fault}"));
            }
        }
    }
    if promises == 0 {
        return Err(format!("{PAPER} has no row").into());
    }
    none_of(&faults).map(|_| Tally::success())
}

/// The rows of all tables, without the head of each and the rule under it; with line numbers.
pub(crate) fn rows(paper: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines: Vec<&str> = paper.lines().collect();
    let is_rule =
        |line: &str| line.starts_with("|-") || line.starts_with("| -") || line.starts_with("|:");
    let rules: Vec<usize> = (0..lines.len()).filter(|&at| is_rule(lines[at])).collect();
    lines.into_iter().enumerate().filter_map(move |(at, line)| {
        let head = rules.contains(&(at + 1)) || rules.contains(&at);
        (line.starts_with('|') && !head).then_some((at + 1, line))
    })
}

/// Every `` `file.rs::path::test` `` of a line, as file and test.
fn named_tests(line: &str) -> Vec<(&str, &str)> {
    let quoted = line.split('`').skip(1).step_by(2);
    let pairs = quoted.filter_map(|text| text.split_once(".rs::").map(|(file, _)| (file, text)));
    pairs
        .map(|(file, text)| {
            let (file, path) = text.split_at(file.len() + ".rs".len());
            (file, path.rsplit("::").next().unwrap_or(path))
        })
        .collect()
}

fn fault(file: &str, test: &str) -> Option<String> {
    let Ok(source) = fs::read_to_string(tree::root().join(file)) else {
        return Some(format!("there is no {file}"));
    };
    match rust::is_test(&source, test) {
        Ok(Some(true)) => None,
        Ok(Some(false)) => Some(format!("{file}: `{test}` is not marked as a test")),
        Ok(None) => Some(format!("{file} has no `fn {test}`")),
        Err(words) => Some(format!("{file}: {words}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_told_from_heads() {
        let paper = "# T\n\n| promise | test |\n|---|---|\n| a | `x.rs::b` |\n| c | |\ntext\n";
        let rows: Vec<(usize, &str)> = rows(paper).collect();
        assert_eq!(rows, [(5, "| a | `x.rs::b` |"), (6, "| c | |")]);
    }

    #[test]
    fn tests_are_found_in_a_row() {
        let line = "| one | `tests/wakes.rs::late`, `runtime/src/a.rs::tests::deep` and `fn` |";
        assert_eq!(named_tests(line), [("tests/wakes.rs", "late"), ("runtime/src/a.rs", "deep")]);
    }
}
