//! Do the papers say what is the case?
//!
//! - `docs/contract.md` is tables: a promise a row, and in the row one test or more, each written
//!   as `` `tests/wakes.rs::a_wake_during_a_poll` ``. Each named file has to have that function,
//!   marked as a test, or among the checks of an exercise, which judge the engine's own file, too.
//! - `docs/dependencies.md` has to have a line for each package from outside.
//! - The figures of the README are those of the tree.
//!
//! Not here: the map to tokio (`api`), links, numbers and quotes (`book`), length (`house`), the
//! page of performance (`bench`).

use kettle_kit::cargo::metadata;
use kettle_kit::report::{Outcome, Report, Trouble, none_of};
use kettle_kit::table::{quoted, rows};
use kettle_kit::tree;
use toml::Table;

use crate::house::EXCEPTION;

const CONTRACT: &str = "docs/contract.md";
/// After the promises.
const BESIDES: &str = "\n## What else is proven\n";
const DEPENDENCIES: &str = "docs/dependencies.md";

pub(crate) fn papers(report: &mut Report) {
    report.check("every line of the contract has its test", contract);
    crate::book::check_papers(report);
    report.check("every dependency has its reason", dependencies);
    report.check("the README's figures are those of the tree", || none_of(&figures()?));
    let name = "the page of performance says what its figures say";
    report.check(name, crate::bench::check_page);
}

fn contract() -> Outcome {
    let paper = tree::read(CONTRACT)?;
    let paper = paper.split(BESIDES).next().unwrap_or_default();
    let mut faults = Vec::new();
    for (number, row) in rows(paper) {
        let tests = named_tests(row);
        if tests.is_empty() {
            faults.push(format!("{CONTRACT}:{number}: a promise without a test"));
        }
        for (file, test) in tests {
            if !is_test(&tree::read(&file).unwrap_or_default(), test) {
                faults.push(format!("{CONTRACT}:{number}: {file} has no test `{test}`"));
            }
        }
    }
    if rows(paper).next().is_none() {
        faults.push(format!("{CONTRACT} has no row"));
    }
    none_of(&faults)
}

fn dependencies() -> Outcome {
    let paper = tree::read(DEPENDENCIES)?;
    let metadata = metadata()?;
    let members = metadata.workspace_packages();
    let is_ours = |name: &str| members.iter().any(|package| *package.name == name);
    let mut faults = Vec::new();
    for package in &members {
        for dependency in package.dependencies.iter().map(|one| &one.name) {
            if !is_ours(dependency) && !paper.contains(&format!("`{dependency}`")) {
                let package = &package.name;
                faults.push(format!("{DEPENDENCIES}: no line for `{dependency}` ({package})"));
            }
        }
    }
    none_of(&faults)
}

/// What the README has to say, and doesn't.
fn figures() -> Result<Vec<String>, Trouble> {
    let readme = tree::read("README.md")?.replace('\n', " ");
    let table = |file| tree::read(file)?.parse::<Table>().map_err(|error| error.to_string());
    let (manifest, first) = (table("Cargo.toml")?, table("exercises/ladder/rung1/exercise.toml")?);
    let rungs = tree::files(&tree::root().join("examples/rungs"), ".rs");
    let rungs = rungs.iter().filter(|file| tree::shown(file).contains("/rungs/rung")).count();
    let in_words = |number: String| match number.as_str() {
        "7" => "seven".to_owned(),
        "20" => "twenty".to_owned(),
        _ => number,
    };
    let oldest = manifest["workspace"]["package"]["rust-version"].as_str().unwrap_or_default();
    let said = [
        format!("Rust {oldest} or newer"),
        format!("{} small runtimes", in_words(rungs.to_string())),
        format!("{} minutes", in_words(first["minutes"].to_string())),
        format!("at most {} lines", EXCEPTION.1),
    ];
    Ok(said.into_iter().filter(|words| !readme.contains(words)).collect())
}

/// Every `` `file.rs::path::test` `` of a row, as file and test.
fn named_tests(row: &str) -> Vec<(String, &str)> {
    let split = |text: &'_ str| text.split_once(".rs::").map(|(file, _)| format!("{file}.rs"));
    let tests = quoted(row).filter_map(|text| Some((split(text)?, text.rsplit("::").next()?)));
    tests.collect()
}

/// Does `source` define a function `name`, right under an attribute that makes it a test, or put it
/// into the list of an exercise's checks?
fn is_test(source: &str, name: &str) -> bool {
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let check = format!("check!({name} => ");
    if lines.iter().any(|line| line.starts_with(&check)) {
        return true;
    }
    let words = format!("fn {name}(");
    let Some(at) = lines.iter().position(|line| line.contains(&words) && !line.starts_with("//"))
    else {
        return false;
    };
    // An attribute may have several lines.
    let mut above = lines[..at].iter().rev().take_while(|line| !line.is_empty() && **line != "}");
    above.any(|line| line.starts_with("#[test]") || line.contains("::test"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_has_an_attribute() {
        let source = "
            fn helper() {}

            #[kettle::test(start_paused = true)]
            async fn virtual_time() {}

            #[test]
            #[cfg_attr(
                on_tokio,
                ignore = why
            )]
            #[cfg(unix)]
            // why
            pub(crate) fn plain() {}

            // fn commented() {}
            #[inline]
            fn not_one() {}
        ";
        assert!(is_test(source, "plain") && is_test(source, "virtual_time"));
        let checks = "
            check!(of_an_answer => \"an answer is right\"),
            fn of_an_answer() {}
        ";
        assert!(is_test(checks, "of_an_answer") && !is_test(checks, "of_an"));
        assert!(!["helper", "not_one", "commented", "virtual"].iter().any(|n| is_test(source, n)));
    }
}
