//! Do the replays show what is true, and do they work in a real browser?
//!
//! - [`page`] lets node run the page's scripts on recorded traces, and compares what the page would
//!   show with the state that `kettle-trace` computes, and with known facts. [`bounds`] does so for
//!   ten thousand generated programs.
//! - [`browser`] and [`book`] open replays, the chat and the built book in Chromium.
//!   `tests/replay/run.mjs` presses everything there that can be pressed.
//!
//! The scripts are in [`DIRECTORY`]. They need node, a Chromium (any of [`BROWSERS`]) and the
//! packages that `package.json` names there; `cargo xtask setup --full` fetches them.

use std::fs;
use std::process::Command;

use kettle_kit::cargo::tally;
use kettle_kit::report::{Outcome, Report, Trouble};
use kettle_kit::tally::Tally;
use kettle_kit::{cargo, process, tree};

use crate::cargo::{ALL_FEATURES, EVERY_PACKAGE, build, test};

/// Where the script and its packages are.
pub(crate) const DIRECTORY: &str = "tests/replay";
/// The names that Chromium may have.
const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

/// The part `page`. Tests write traces, which scripts then read: `tests/fold.rs` with the state
/// after each event, `tests/said.rs` and `tests/golden_traces.rs` with facts about their programs,
/// and `tests/bounded.rs` of programs that run twice, the second time with a longer sleep.
pub(crate) fn page(report: &mut Report) {
    let command = "node tests/replay/checks/fold.mjs";
    report.long_check("the page knows the state that the crate does", command, || {
        check_by_script("fold", "KETTLE_FOLDED", |_| {})
    });
    let command = "node tests/replay/checks/said.mjs";
    report.long_check("the page says what is true of known programs", command, || {
        check_by_script("said", "KETTLE_SAID", |test| {
            test.args(["--test", "golden_traces"]);
        })
    });
    check_bounded(report, 1, 50);
}

/// The part `bounds`: the last check of [`page`] with ten thousand programs.
pub(crate) fn bounds(report: &mut Report) {
    check_bounded(report, 50, 200);
}

/// Checks the page on generated programs; each round has so many others.
fn check_bounded(report: &mut Report, rounds: usize, programs: usize) {
    let command = "node tests/replay/checks/bounded.mjs";
    let all = rounds * programs;
    let name = format!("the page names what bounded {all} programs, and nothing else");
    report.long_check(&name, command, || {
        let mut sum = Tally::default();
        for round in 0..rounds {
            sum.add(check_by_script("bounded", "KETTLE_BOUNDED", |test| {
                test.env("KETTLE_FIRST", (round * programs).to_string());
                test.env("KETTLE_PROGRAMS", programs.to_string()).env("KETTLE_DOCTOR", "off");
            })?);
        }
        Ok(sum)
    });
}

/// Runs the test of this name, which writes traces into the folder that the variable names, and
/// then the script of this name, which checks the page's answers about them.
fn check_by_script(name: &str, variable: &str, set_up: impl Fn(&mut Command)) -> Outcome {
    process::needs(&["node"])?;
    let folder = tree::target()?.join(name);
    let _ = fs::remove_dir_all(&folder); // of an earlier time
    fs::create_dir_all(&folder)?;
    let write = [&["--test", name], EVERY_PACKAGE, ALL_FEATURES].concat();
    let mut test = test(&write);
    set_up(test.env(variable, &folder));
    tally(&mut test, name)?;
    tally(script(&format!("checks/{name}.mjs")).arg(&folder), name)
}

pub(crate) fn browser(report: &mut Report) {
    let command = "node tests/replay/run.mjs";
    report.long_check("the replays in a browser", command, replays);
    report.check("the chat's page in a browser", || {
        let mut command = in_chromium("chat.mjs")?;
        cargo::succeed(&["build", "-p", "kettle-chat", "--bin", "chat"])?;
        tally(command.arg("--server").arg(tree::target()?.join("debug/chat")), "browser")
    });
}

/// The part `reading`: does the built book work when it is opened from the disk?
pub(crate) fn book(report: &mut Report) {
    let built = report.make("mdbook builds the book, without warnings", crate::book::build);
    if let Some(first_page) = built {
        report.check("the book in a browser", || {
            tally(in_chromium("book.mjs")?.arg("--book").args(first_page.parent()), "browser")
        });
    }
}

fn replays() -> Outcome {
    let mut command = in_chromium("run.mjs")?;
    build(&["--examples"])?;
    tally(command.arg("--built").arg(tree::profile_dir()?), "browser")
}

/// The first of [`BROWSERS`] that is installed.
pub(crate) fn chromium() -> Option<&'static str> {
    BROWSERS.iter().copied().find(|browser| process::installed(browser))
}

/// Is the package that drives the browser installed?
pub(crate) fn has_driver() -> bool {
    tree::root().join(DIRECTORY).join("node_modules/playwright-core").is_dir()
}

/// The command for a script that drives Chromium, unless a tool is missing.
fn in_chromium(name: &str) -> Result<Command, Trouble> {
    process::needs(&["node"])?;
    let (Some(chromium), true) = (chromium(), has_driver()) else {
        let words = "no Chromium and playwright-core here; `cargo xtask setup --full` fetches them";
        return Err(Trouble::Skipped(words.to_owned()));
    };
    let mut command = script(name);
    command.args(["--chromium", chromium]);
    Ok(command)
}

fn script(name: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(name).current_dir(tree::root().join(DIRECTORY));
    command.env_remove("KETTLE_TRACE");
    command
}
