//! Are published bugs told, and are the versions in which they are fixed left alone?
//!
//! `tests/published-bugs` has small programs that show bugs of published crates, written for tokio. Its lock file has
//! the versions with the bugs and, by a patch, kettle for tokio. Its one test runs the programs (`play.rs`). They are
//! run once more in a copy whose lock file has the versions in which the bugs are [`FIXED`].
//!
//! The hunts in the wild (`exercises/wild`) are some of these cases. What a hunt's page sends its reader to has to be
//! one that is played, and the crate has to have the version that it names there, and another one where it is fixed.

use std::process::Command;

use kettle_kit::cargo::{check, finish};
use kettle_kit::report::{Outcome, Report, none_of};
use kettle_kit::tally::Tally;
use kettle_kit::{files, tree};

use crate::cargo::elsewhere;

const BUGGY: &str = "tests/published-bugs";
/// A copy, as deep in the tree: its paths lead to the same places.
const COPY: &str = "target/published-bugs-fixed";
/// The packages at fault, and the first version of each without its bugs.
const FIXED: &[(&str, &str)] = &[
    ("async-channel", "1.8.0"),
    ("bb8", "0.8.4"),
    ("h2", "0.4.16"),
    ("hyper", "1.10.1"),
    ("tokio-util", "0.7.20"),
    ("tokio@1.52.2", "1.52.3"),
];

pub(crate) fn bugs(report: &mut Report) {
    check(report, "published bugs", cargo_in(BUGGY, &["test", "--locked"]));
    if report.check("the versions without them are locked", fix) {
        let args = ["test", "--locked", "--no-default-features"];
        check(report, "the same programs, with the bugs fixed", cargo_in(COPY, &args));
    }
}

/// Makes the copy, and its lock file.
fn fix() -> Outcome {
    files::copy_all(&tree::root().join(BUGGY), &tree::root().join(COPY))?;
    for (package, version) in FIXED {
        let mut update = cargo_in(COPY, &["update", "-p", package, "--precise", version]);
        finish(&mut update, "update")?;
    }
    Ok(Tally::success())
}

/// Most packages are the same in both.
fn cargo_in(folder: &str, args: &[&str]) -> Command {
    let mut command = elsewhere(folder, args);
    command.env("CARGO_TARGET_DIR", tree::root().join("target/published-bugs"));
    command
}

const WILD: &str = "exercises/wild";

/// Is each hunt in the wild a case that is played, with the version that its page names?
pub(crate) fn hunts() -> Outcome {
    let pages = tree::files(&tree::root().join(WILD), "md");
    let (index, hunts): (Vec<_>, _) =
        pages.iter().map(|page| tree::shown(page)).partition(|page| page.ends_with("README.md"));
    let [index] = &index[..] else { return Err(format!("{WILD} has no README.md").into()) };
    let (list, cases) = (tree::read(index)?, tree::read("tests/published-bugs/told.rs")?);
    let buggy = tree::read("tests/published-bugs/Cargo.lock")?;
    let mut faults = Vec::new();
    for page in &hunts {
        let text = tree::read(page)?;
        let mut must = |is: bool, what: &str| {
            if !is {
                faults.push(format!("{page}: {what}"));
            }
        };
        let file = page.rsplit('/').next().unwrap_or_default();
        must(list.contains(&format!("]({file})")), "the list does not have it");
        let Some((package, name)) = played(&text) else {
            must(false, "it names no test, as \"tokio-util 0.7.18. The test: `joinqueue_try`\"");
            continue;
        };
        must(cases.contains(&format!("\"{name}\"")), &format!("no case is called {name}"));
        if let Some((package, version)) = package {
            let entry = format!("name = \"{package}\"\nversion = \"{version}\"\n");
            must(buggy.contains(&entry), &format!("the lock file has no {package} {version}"));
            let is_fixed = FIXED.iter().any(|(fixed, then)| *fixed == package && *then != version);
            must(is_fixed, &format!("no other version of {package} is tried"));
        }
    }
    none_of(&faults)
}

/// The test that a page names, and the crate with its version, if one is at fault.
fn played(page: &str) -> Option<(Option<(&str, &str)>, &str)> {
    let (before, test) = page.split_once(". The test: `")?;
    let said = before.lines().last()?;
    let is_version = |word: &str| word.starts_with(|letter: char| letter.is_ascii_digit());
    let package = said.split_once(' ').filter(|(_, version)| is_version(version));
    Some((package, test.split_once('`')?.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_its_test_and_the_crate_at_fault() {
        let page = "# w1\n\ntokio-util 0.7.18. The test: `joinqueue_try` (source).\n";
        assert_eq!(played(page), Some((Some(("tokio-util", "0.7.18")), "joinqueue_try")));
        let page = "No crate is at fault here but the program. The test: `futurelock`.";
        assert_eq!(played(page), Some((None, "futurelock")));
        assert_eq!(played("# w7"), None);
    }

    #[test]
    fn the_page_of_proofs_counts_the_cases() {
        let cases = tree::files(&tree::root().join("tests/published-bugs/cases"), "rs");
        let words = format!("{0} of {0};", cases.len());
        assert!(tree::read("docs/quality.md").unwrap().contains(&words), "{words}");
    }
}
