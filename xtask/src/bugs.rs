//! Are published bugs told, and are the versions in which they are fixed left alone?
//!
//! `tests/published-bugs` has small programs that show bugs of published crates, written for tokio. Each of its
//! folders is a workspace that has one set of versions and, by a patch, kettle for tokio. Its one test runs the
//! programs (`play.rs`), and asks first whether they run on kettle at all: where a lock file pins another
//! tokio, Cargo leaves the patch out and says nothing.

use kettle_kit::cargo::check;
use kettle_kit::report::Report;
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
