//! Do the replays work in a real browser?
//!
//! `tests/replay/run.mjs` makes the traces of the six programs and of a crowd of 10,000 tasks, opens
//! them in Chromium and looks at everything that can be pressed. It needs node, a Chromium (any of
//! [`BROWSERS`]) and the one package that `tests/replay/package.json` names; `cargo xtask setup` fetches
//! them.

use std::fs;
use std::process::Command;
use std::time::Duration;

use crate::cargo;
use kettle_kit::process::{self, Finished};
use kettle_kit::report::{Outcome, Report, Trouble};
use kettle_kit::tally::Tally;
use kettle_kit::tree;

/// Where the script and its packages are.
pub(crate) const DIRECTORY: &str = "tests/replay";
/// Under these names a Chromium may be there.
const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome"];
/// It takes a minute or two where nothing else runs; a browser that hangs takes for ever.
const LIMIT: Duration = Duration::from_mins(20);

pub(crate) fn page(report: &mut Report) {
    let command = "node tests/replay/checks/fold.mjs";
    report.long_check("the page folds as the crate does", command, folds_alike);
}

pub(crate) fn browser(report: &mut Report) {
    let command = "node tests/replay/run.mjs";
    report.long_check("the replays in a browser", command, || in_chromium(&[]));
}

/// For `cargo xtask full`: each program there and back at each level.
pub(crate) fn every_level() -> Outcome {
    in_chromium(&["--every", "--only", "back is exact"])
}

/// Random programs are recorded and folded by `kettle-trace`; the page's scripts fold the traces.
fn folds_alike() -> Outcome {
    if !process::installed("node") {
        return Err(Trouble::Skipped("no node here; `cargo xtask setup` fetches it".into()));
    }
    let folder = tree::target()?.join("folded");
    let _ = fs::remove_dir_all(&folder); // of an earlier time
    fs::create_dir_all(&folder)?;
    let write = ["-p", "kettle-models", "--test", "fold", "write_for_the_page", "--", "--ignored"];
    cargo::run_tests_with(&write, &[("KETTLE_FOLDED", &folder.to_string_lossy())])?;
    let mut command = Command::new("node");
    command.arg("checks/fold.mjs").arg(&folder).current_dir(tree::root().join(DIRECTORY));
    judge(&process::run(&mut command, LIMIT)?)
}

/// The first Chromium that is there.
pub(crate) fn chromium() -> Option<&'static str> {
    BROWSERS.iter().copied().find(|browser| process::installed(browser))
}

/// Is the package there that drives the browser?
pub(crate) fn has_driver() -> bool {
    tree::root().join(DIRECTORY).join("node_modules/playwright-core").is_dir()
}

/// The Chromium, if all is there that drives it.
fn driven() -> Result<&'static str, Trouble> {
    let lacks = |what: &str| {
        Trouble::Skipped(format!("no {what} here; `cargo xtask setup --full` fetches it"))
    };
    let chromium = chromium().ok_or_else(|| lacks("Chromium"))?;
    if !process::installed("node") {
        return Err(lacks("node"));
    }
    if !has_driver() {
        return Err(lacks("playwright-core"));
    }
    Ok(chromium)
}

fn in_chromium(more: &[&str]) -> Outcome {
    let chromium = driven()?;
    cargo::build_examples()?;
    cargo::finish(&mut cargo::command(&["build", "-p", "kettle-replay"]), "replay")?;
    let mut command = Command::new("node");
    command.arg("run.mjs").current_dir(tree::root().join(DIRECTORY));
    command.args(["--chromium", chromium]).arg("--built").arg(tree::built()?).args(more);
    command.env_remove("KETTLE_TRACE");
    judge(&process::run(&mut command, LIMIT)?)
}

/// For `cargo xtask full`: the built book, opened from the disk.
pub(crate) fn book() -> Outcome {
    let chromium = driven()?;
    let page = kettle_book::build()?;
    let mut command = Command::new("node");
    command.arg("book.mjs").current_dir(tree::root().join(DIRECTORY));
    command.args(["--chromium", chromium]).arg("--book").args(page.parent());
    judge(&process::run(&mut command, LIMIT)?)
}

/// What a script that counts like libtest has found.
fn judge(finished: &Finished) -> Outcome {
    let tally = Tally::read(&finished.stdout);
    if finished.success() {
        return Ok(tally);
    }
    let passed = |line: &&str| !(line.starts_with("test ") && line.contains(" ... ok"));
    let words: Vec<&str> = finished.transcript.lines().filter(passed).collect();
    let tally = if tally.failed > 0 { tally } else { Tally::failure() };
    Err(Trouble::Failed(tally, format!("{}\n{}", finished.ending(), words.join("\n"))))
}
