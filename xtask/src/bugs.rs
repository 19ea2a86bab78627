//! Does the doctor find published bugs, and nothing in the versions in which they are fixed?
//!
//! `tests/published-bugs` has small programs that show bugs of published crates. They are written
//! for tokio, and a patch puts kettle in its place. The lock file has the versions with the bugs,
//! and a test (`play.rs`) runs the programs. They run again in a copy whose lock file has the
//! versions in which the bugs are fixed. Programs that need a network are in the folder `network`.

use std::fs;
use std::process::Command;

use kettle_kit::cargo::{check, finish};
use kettle_kit::report::{Outcome, Report};
use kettle_kit::tally::Tally;
use kettle_kit::{files, tree};

use crate::cargo::elsewhere;

const BUGS: &str = "tests/published-bugs";
/// The copy. It is as deep in the tree as [`BUGS`], so that relative paths lead to the same places.
const COPY: &str = "target/published-bugs-fixed";

/// The packages with bugs, each with the version that fixes it. `@`: the workspace has several
/// versions of the package, and this is the one with the bug.
const FIXES: &[&str] = &[
    "async-channel 1.8.0", "bb8 0.8.4", "h2 0.4.16", "hyper 1.10.1", "tokio-util 0.7.20",
    "tokio@1.52.2 1.52.3",
];
const NETWORK_FIXES: &[&str] = &["hyper@1.5.1 1.5.2", "hyper-util 0.1.4", "tokio-util@0.6.8 0.6.9"];
/// The workspaces: their folders in [`BUGS`], and what fixes their bugs.
const WORKSPACES: [(&str, &[&str]); 2] = [("", FIXES), ("/network", NETWORK_FIXES)];

pub(crate) fn bugs(report: &mut Report) {
    for (folder, _) in WORKSPACES {
        let command = cargo_in(&format!("{BUGS}{folder}"), &["test", "--locked"]);
        check(report, &format!("published bugs{folder}"), command);
    }
    if report.check("a copy with the bugs fixed", make_fixed_copy) {
        for (folder, _) in WORKSPACES {
            let args = ["test", "--locked", "--no-default-features"];
            let command = cargo_in(&format!("{COPY}{folder}"), &args);
            check(report, &format!("the same programs{folder}, with the bugs fixed"), command);
        }
    }
}

/// Makes the copy, with the fixed versions in its lock files.
fn make_fixed_copy() -> Outcome {
    let _ = fs::remove_dir_all(tree::root().join(COPY)); // there may be none
    files::copy_all(&tree::root().join(BUGS), &tree::root().join(COPY))?;
    for (folder, fixes) in WORKSPACES {
        for fix in fixes {
            let (package, version) = fix.split_once(' ').ok_or("a fix has a version")?;
            let args = ["update", "-p", package, "--precise", version];
            finish(&mut cargo_in(&format!("{COPY}{folder}"), &args), "update")?;
        }
    }
    Ok(Tally::success())
}

/// Cargo in a folder of [`BUGS`] or of the copy. Both share a target directory, because most of
/// their packages are the same.
fn cargo_in(folder: &str, args: &[&str]) -> Command {
    let mut command = elsewhere(folder, args);
    command.env("CARGO_TARGET_DIR", tree::root().join("target/published-bugs"));
    command
}
