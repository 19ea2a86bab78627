//! Which parts does `cargo xtask test` have, and in which order?
//!
//! A part is a name and a function that runs one check or several ([`Part`]). Cheap parts that find
//! many faults come first, and a part that needs a program comes after the part that builds it.
//! [`run`] runs parts on two threads, and checks that none has changed a file of the tree.

use std::process::{Command, ExitCode};
use std::thread;

use kettle_kit::report::{Report, Trouble};
use kettle_kit::tally::Tally;
use kettle_kit::{process, tree};

use crate::{
    api, bench, book, browser, bugs, cargo, examples, full, house, papers, patch, promises, proof,
    published, schedules, systems,
};

/// A part of `cargo xtask test`, which can be run alone by its name.
pub(crate) struct Part {
    pub(crate) name: &'static str,
    about: &'static str,
    run: fn(&mut Report),
}

/// Parts that every change has to pass. They run in this order, on the main thread.
const FIRST: &[Part] = &[
    part("format", "rustfmt has nothing to change", cargo::format),
    part("house", "imports go down; how long files are; where unsafe code is", house::house),
    part("clippy", "no warnings, in any package", cargo::clippy),
    part("targets", "the code for other systems, if they are installed", full::targets),
    part("tests", "unit and integration tests of every package", cargo::tests),
];

/// Parts that every change has to pass, too. They run in this order on a second thread, because the
/// tests of [`FIRST`] mostly wait. Both lists take about the same time. The first two parts build
/// in directories of their own, so that no lock of Cargo's keeps them waiting.
const BESIDE: &[Part] = &[
    part("exercises", "solutions pass; answers that need no engine are judged", cargo::exercises),
    part("patch", "small programs for tokio run on kettle", patch::small_programs),
    part("judge", "the tests of the API, compiled for tokio", cargo::on_tokio),
    part("doctests", "the examples in the documentation", cargo::doctests),
    part("rustdoc", "the documentation builds without warnings", cargo::rustdoc),
    part("examples", "what each example prints and answers", examples::examples),
    part("papers", "contract, links, dependencies, performance", papers::papers),
    part("book", "the book: in step with the tree; each output is compared", book::check),
    part("page", "the replay knows the state that the crate does", browser::page),
    part("promises", "what a newcomer meets: servers, few packages", promises::promises),
    part("counts", "instructions, atomics and system calls of an operation", bench::counts),
];

/// Parts that run only when they are named, and in `cargo xtask full`: they take minutes, or need a
/// browser, another compiler or a network.
const ON_REQUEST: &[Part] = &[
    part("long", "`cargo kettle`", cargo::long_tests),
    part("answers", "the same of every answer in a copy of the engine", cargo::every_answer),
    part("features", "each feature compiles without the others", cargo::features_alone),
    part("api", "every item of tokio and of kettle is in the map", api::check),
    part("miri", "the unsafe code and the engine under Miri", proof::miri),
    part("fuzz", "bytes that a fuzzer makes up", proof::fuzz),
    part("load", "ten thousand connections; calls of the system that fail", proof::load),
    part("oldest", "the oldest compiler that is promised builds it", proof::oldest_builds),
    part("rows", "every row of the bench runs", bench::every_row),
    part("reading", "mdBook builds the book, and Chromium shows it", browser::book),
    part("browser", "the replays in Chromium", browser::browser),
    part("alone", "packages that are a workspace of their own", full::alone),
    part("bounds", "the page names what bounded ten thousand programs", browser::bounds),
    part("programs", "all programs for tokio run on kettle", patch::all_programs),
    part("closed", "programs of ten packages, searched on a virtual clock", patch::searches),
    part("published", "other people's tests pass on kettle", published::published),
    part("bugs", "the doctor reports published bugs, and not their fixes", bugs::bugs),
    part("schedules", "kettle's primitives under a thousand seeds", schedules::schedules),
    part("systems", "Windows, musl, i686, s390x and aarch64, under emulators", systems::systems),
    part("again", "all tests under the doctor, many times, and optimised", full::again),
];

const fn part(name: &'static str, about: &'static str, run: fn(&mut Report)) -> Part {
    Part { name, about, run }
}

/// All parts.
pub(crate) fn all() -> impl Iterator<Item = &'static Part> {
    FIRST.iter().chain(BESIDE).chain(ON_REQUEST)
}

/// The names of the parts, for the help.
pub(crate) fn listed() -> String {
    let line = |part: &Part| format!("  {:<10} {}\n", part.name, part.about);
    let always: String = FIRST.iter().chain(BESIDE).map(line).collect();
    let on_request: String = ON_REQUEST.iter().map(line).collect();
    let heading = "Only if they are named, and in `cargo xtask full`:";
    format!("Parts, in their order:\n{always}\n{heading}\n{on_request}")
}

/// Runs the named parts. Without names, it runs the parts that every change has to pass, and for
/// `full` also those of [`ON_REQUEST`].
pub(crate) fn run(mut report: Report, names: &[String], is_full: bool) -> ExitCode {
    let is_named = |part: &Part| names.iter().any(|name| name == part.name);
    // `runs_unnamed`: do these parts run if no part is named?
    let run = |parts: &[Part], runs_unnamed: bool, report: &mut Report| {
        for part in parts {
            if is_named(part) || names.is_empty() && runs_unnamed {
                (part.run)(report);
            }
        }
    };
    let status_before = git_status();
    thread::scope(|scope| {
        let mut other_report = report.beside();
        let second_thread = scope.spawn(|| {
            run(BESIDE, true, &mut other_report);
            other_report
        });
        run(FIRST, true, &mut report);
        run(ON_REQUEST, is_full, &mut report);
        report.add(second_thread.join().expect("no check panics"));
    });
    report.check("no check has changed a file of the tree", || {
        let (before, after) = (status_before?, git_status()?);
        if before == after { Ok(Tally::success()) } else { Err(after.into()) }
    });
    report.close()
}

/// The files that differ from the last commit, one a line.
fn git_status() -> Result<String, Trouble> {
    let mut git = Command::new("git");
    git.args(["status", "--porcelain"]).current_dir(tree::root());
    Ok(process::run(&mut git)?.expect_success()?.stdout)
}
