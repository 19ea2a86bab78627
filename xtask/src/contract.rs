//! Does every promise of the engine have the test it names?
//!
//! `docs/contract.md` is tables: a promise a row, and in the row one test or more, each written as
//! `` `tests/wakes.rs::a_wake_during_a_poll` ``. Each named file has to have that function, marked
//! as a test.

use std::fs;

use crate::lexer;
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
    match is_test(&source, test) {
        Some(true) => None,
        Some(false) => Some(format!("{file}: `{test}` is not marked as a test")),
        None => Some(format!("{file} has no `fn {test}`")),
    }
}

/// Does `source` define a function `name`, with an attribute that makes it a test? `None`: it does
/// not define it at all.
fn is_test(source: &str, name: &str) -> Option<bool> {
    let code = lexer::code(source);
    let lines: Vec<&str> = code.lines().collect();
    let at = lines.iter().position(|line| {
        let mut rest = line.split("fn ").skip(1);
        rest.any(|rest| {
            rest.trim_start().strip_prefix(name).is_some_and(|rest| rest.starts_with(['(', '<']))
        })
    })?;
    let above = lines[..at].iter().rev().take_while(|line| {
        let line = line.trim();
        line.is_empty() || line.starts_with("#[") || line.ends_with(")]")
    });
    Some(above.chain([&lines[at]]).any(|line| line.contains("#[") && lexer::has_word(line, "test")))
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

    #[test]
    fn a_test_has_an_attribute() {
        let source = "\
fn helper() {}

#[kettle::test(start_paused = true)]
async fn virtual_time() {}

#[test]
#[cfg(unix)]
// why
fn plain() {}

// fn commented() {}
";
        assert_eq!(is_test(source, "helper"), Some(false));
        assert_eq!(is_test(source, "virtual_time"), Some(true));
        assert_eq!(is_test(source, "plain"), Some(true));
        assert_eq!(is_test(source, "commented"), None);
        assert_eq!(is_test(source, "virtual"), None);
    }
}
