//! Are published bugs told, and are the versions in which they are fixed left alone?
//!
//! `tests/published-bugs` has small programs that show bugs of published crates, written for tokio. Each of its
//! folders is a workspace that has one set of versions and, by a patch, kettle for tokio. Its one test runs the
//! programs (`play.rs`), and asks first whether they run on kettle at all: where a lock file pins another
//! tokio, Cargo leaves the patch out and says nothing.
//!
//! The hunts in the wild (`exercises/wild`) are some of these cases. What a hunt's page sends its reader to has to be
//! one that is played, and the crate has to have the version that it names there, and another one where it is fixed.

use kettle_kit::cargo::check;
use kettle_kit::report::{Outcome, Report, none_of};
use kettle_kit::tree;

use crate::cargo::elsewhere;

const FOLDERS: &[&str] = &["buggy", "fixed", "buggy-tokio", "fixed-tokio"];

pub(crate) fn bugs(report: &mut Report) {
    for folder in FOLDERS {
        let path = format!("tests/published-bugs/{folder}");
        let mut command = elsewhere(&path, &["test", "--locked"]);
        // Most packages are the same in all of them.
        command.env("CARGO_TARGET_DIR", tree::root().join("target/published-bugs"));
        check(report, &format!("published bugs, {folder}"), command);
    }
}

const WILD: &str = "exercises/wild";

/// Is each hunt in the wild a case that is played, with the version that its page names?
pub(crate) fn hunts() -> Outcome {
    let pages = tree::files(&tree::root().join(WILD), "md");
    let (index, hunts): (Vec<_>, _) =
        pages.iter().map(|page| tree::shown(page)).partition(|page| page.ends_with("README.md"));
    let [index] = &index[..] else { return Err(format!("{WILD} has no README.md").into()) };
    let (list, cases) = (tree::read(index)?, tree::read("tests/published-bugs/told.rs")?);
    let lock = |folder| tree::read(&format!("tests/published-bugs/{folder}/Cargo.lock"));
    let (buggy, fixed) = (lock("buggy")?, lock("fixed")?);
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
            must(buggy.contains(&entry), &format!("`buggy` has no {package} {version}"));
            must(!fixed.contains(&entry), &format!("`fixed` has {package} {version}, too"));
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
