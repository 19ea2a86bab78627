//! Are published bugs told, and are the versions in which they are fixed left alone?
//!
//! `tests/published-bugs` has small programs that show bugs of published crates, written for tokio.
//! Its lock file has the versions with the bugs and, by a patch, kettle for tokio. Its one test
//! runs the programs (`play.rs`). They are run once more in a copy whose lock file has the versions
//! in which the bugs are fixed. In `network`, a folder of it, are those that need a network.

use std::fs;
use std::process::Command;

use kettle_kit::cargo::{check, finish};
use kettle_kit::report::{Outcome, Report};
use kettle_kit::tally::Tally;
use kettle_kit::{files, tree};

use crate::cargo::elsewhere;

const BUGS: &str = "tests/published-bugs";
/// A copy, as deep in the tree: its paths lead to the same places.
const COPY: &str = "target/published-bugs-fixed";
/// The folders, each with the packages at fault, and the first version of each without its bugs.
const FOLDERS: [(&str, &[(&str, &str)]); 2] = [
    (
        "",
        &[
            ("async-channel", "1.8.0"),
            ("bb8", "0.8.4"),
            ("h2", "0.4.16"),
            ("hyper", "1.10.1"),
            ("tokio-util", "0.7.20"),
            ("tokio@1.52.2", "1.52.3"),
        ],
    ),
    (
        "/network",
        &[("hyper@1.5.1", "1.5.2"), ("hyper-util", "0.1.4"), ("tokio-util@0.6.8", "0.6.9")],
    ),
];

pub(crate) fn bugs(report: &mut Report) {
    for (folder, _) in FOLDERS {
        let command = cargo_in(&format!("{BUGS}{folder}"), &["test", "--locked"]);
        check(report, &format!("published bugs{folder}"), command);
    }
    if report.check("the versions without them are locked", fix) {
        for (folder, _) in FOLDERS {
            let args = ["test", "--locked", "--no-default-features"];
            let command = cargo_in(&format!("{COPY}{folder}"), &args);
            check(report, &format!("the same programs{folder}, with the bugs fixed"), command);
        }
    }
}

/// Makes the copy again, and its lock files.
fn fix() -> Outcome {
    let _ = fs::remove_dir_all(tree::root().join(COPY)); // it may be the first
    files::copy_all(&tree::root().join(BUGS), &tree::root().join(COPY))?;
    for (folder, fixed) in FOLDERS {
        for (package, version) in fixed {
            let args = ["update", "-p", package, "--precise", version];
            finish(&mut cargo_in(&format!("{COPY}{folder}"), &args), "update")?;
        }
    }
    Ok(Tally::success())
}

/// Most packages are the same in both.
fn cargo_in(folder: &str, args: &[&str]) -> Command {
    let mut command = elsewhere(folder, args);
    command.env("CARGO_TARGET_DIR", tree::root().join("target/published-bugs"));
    command
}
