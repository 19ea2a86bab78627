//! Which parts does `cargo xtask test` have, and in which order?
//!
//! The cheap and telling ones first; what needs something built comes after the part that builds
//! it. A part is a name and a function that runs one check or several.

use std::process::Command;
use std::thread;

use kettle_kit::report::{Report, Trouble};
use kettle_kit::tally::Tally;
use kettle_kit::{process, tree};

use crate::{
    api, bench, book, browser, bugs, cargo, closed, examples, full, house, papers, patch, promises,
    proof, published, schedules, systems,
};

/// A part of the test that can be run alone.
pub(crate) struct Part {
    pub(crate) name: &'static str,
    about: &'static str,
    run: fn(&mut Report),
}

const PARTS: &[Part] = &[
    part("format", "rustfmt has nothing to change", cargo::format),
    part("house", "imports go down; how long files are; where unsafe code is", house::house),
    part("clippy", "no warnings, in any package", cargo::clippy),
    part("targets", "the code for other systems, if they are installed", full::targets),
    part("tests", "unit and integration tests of every package", cargo::tests),
    part("counts", "instructions, atomics and system calls of an operation", bench::counts),
];

/// These go on beside the others, whose tests mostly wait; the first two in folders of their own.
/// Together they take as long.
const BESIDE: &[Part] = &[
    part("exercises", "starters fail, solutions pass, wrong answers don't", cargo::exercises),
    part("patch", "small programs for tokio run on kettle", patch::quick),
    part("judge", "the tests of the API, compiled for tokio", cargo::on_tokio),
    part("doctests", "the examples in the documentation", cargo::doctests),
    part("rustdoc", "the documentation builds without warnings", cargo::rustdoc),
    part("examples", "what each example prints and answers", examples::examples),
    part("papers", "contract, links, dependencies, performance", papers::papers),
    part("book", "the book: in step with the tree; each output is compared", book::check),
    part("page", "the replay knows the state that the crate does", browser::page),
    part("promises", "what a newcomer meets: servers, few packages", promises::promises),
];

/// What only runs when it is named, and in `cargo xtask full`: it takes minutes, or needs a
/// browser, another compiler or a network.
const ON_REQUEST: &[Part] = &[
    part("long", "`cargo kettle`", cargo::long_tests),
    part("features", "each feature compiles without the others", cargo::features_alone),
    part("api", "every item of tokio and of kettle is in the map", api::check),
    part("miri", "the unsafe code and the engine under Miri", proof::miri),
    part("fuzz", "bytes that a fuzzer makes up", proof::fuzz),
    part("load", "ten thousand connections; calls of the system that fail", proof::load),
    part("oldest", "the oldest compiler that is promised builds it", proof::oldest_builds),
    part("rows", "every row of the bench runs", full::every_row),
    part("reading", "mdBook builds the book, and Chromium shows it", browser::book),
    part("browser", "the replays in Chromium", browser::browser),
    part("alone", "packages that are a workspace of their own", full::alone),
    part("bounds", "what bounded ten thousand programs, as the page says it", browser::bounds),
    part("programs", "all programs for tokio run on kettle", patch::whole),
    part("closed", "programs of ten packages, searched on a virtual clock", closed::closed),
    part("published", "other people's tests pass on kettle", published::published),
    part("bugs", "published bugs are told, and their fixes left alone", bugs::bugs),
    part("schedules", "kettle's primitives under a thousand seeds", schedules::schedules),
    part("systems", "Windows, musl, i686, s390x and aarch64, under emulators", systems::systems),
    part("again", "all tests under the doctor, many times, and optimised", full::again),
];

const fn part(name: &'static str, about: &'static str, run: fn(&mut Report)) -> Part {
    Part { name, about, run }
}

/// All parts that can be named.
pub(crate) fn all() -> impl Iterator<Item = &'static Part> {
    PARTS.iter().chain(BESIDE).chain(ON_REQUEST)
}

/// A line for each part.
pub(crate) fn listed() -> String {
    let line = |part: &Part| format!("  {:<10} {}\n", part.name, part.about);
    let mut lines: Vec<String> = all().map(line).collect();
    let only = "\nOnly if they are named, and in `cargo xtask full`:\n";
    lines.insert(PARTS.len() + BESIDE.len(), only.to_owned());
    "Parts, in their order:\n".to_owned() + &lines.concat()
}

/// Runs the parts named; if none is, those of every change, and for `full` those of the second
/// list, too.
pub(crate) fn run(report: &mut Report, chosen: &[String], full: bool) {
    let is_chosen = |part: &Part, is_usual| {
        chosen.iter().any(|name| name == part.name) || chosen.is_empty() && is_usual
    };
    let run = |parts: &[Part], is_usual, report: &mut Report| {
        for part in parts.iter().filter(|part| is_chosen(part, is_usual)) {
            (part.run)(report);
        }
    };
    let before = git_status();
    thread::scope(|scope| {
        let mut other = report.beside();
        let beside = scope.spawn(|| {
            run(BESIDE, true, &mut other);
            other
        });
        run(PARTS, true, report);
        run(ON_REQUEST, full, report);
        report.add(beside.join().expect("no check panics"));
    });
    report.check("no check has changed a file of the tree", || {
        let (before, after) = (before?, git_status()?);
        if before == after { Ok(Tally::success()) } else { Err(after.into()) }
    });
}

/// The files that differ from the last commit, one a line.
fn git_status() -> Result<String, Trouble> {
    let mut git = Command::new("git");
    git.args(["status", "--porcelain"]).current_dir(tree::root());
    Ok(process::run(&mut git)?.expect_success()?.stdout)
}
