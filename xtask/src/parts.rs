//! Which parts does `cargo xtask test` have, and in which order?
//!
//! The cheap and telling ones first; what needs something built comes after the part that builds
//! it. A part is a name and a function that runs one check or several.

use crate::{
    browser, cargo, cold, contract, dependencies, examples, exercises, idle, limits, map, mutants,
};
use kettle_kit::report::Report;

/// A part of the test that can be run alone.
pub(crate) struct Part {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    run: fn(&mut Report),
}

pub(crate) const PARTS: &[Part] = &[
    Part { name: "format", about: "rustfmt has nothing to change", run: cargo::format },
    Part {
        name: "limits",
        about: "how long files may be, and no unsafe code",
        run: limits::limits,
    },
    Part { name: "house", about: "imports go down, and in no circle", run: kettle_house::house },
    Part { name: "clippy", about: "no warnings, in any package", run: cargo::clippy },
    Part { name: "tests", about: "unit and integration tests", run: cargo::tests },
    Part { name: "doctests", about: "the examples in the documentation", run: cargo::doctests },
    Part { name: "outside", about: "the packages `cargo test` leaves out", run: cargo::outside },
    Part {
        name: "rustdoc",
        about: "the documentation builds without warnings",
        run: cargo::rustdoc,
    },
    Part {
        name: "papers",
        about: "contract, map to tokio, links, dependencies, performance",
        run: papers,
    },
    Part {
        name: "book",
        about: "the book: in step with the tree, links, sections, length",
        run: kettle_book::check,
    },
    Part {
        name: "examples",
        about: "what each example prints and answers",
        run: examples::examples,
    },
    Part {
        name: "exercises",
        about: "starters fail, solutions pass, wrong answers are found out",
        run: exercises::exercises,
    },
    Part { name: "page", about: "the replay folds as the crate does", run: browser::page },
    Part { name: "idle", about: "waiting for water is one system call", run: idle::idle },
    Part {
        name: "counts",
        about: "instructions, polls, system calls of an operation",
        run: kettle_bench_tool::counts,
    },
    Part {
        name: "cold",
        about: "the tour builds from nothing, with few packages",
        run: cold::cold,
    },
];

/// What only runs when it is named, and in `cargo xtask full`: it takes minutes, and a browser.
pub(crate) const ON_REQUEST: &[Part] = &[
    Part { name: "browser", about: "the replays in Chromium", run: browser::browser },
    Part {
        name: "mutants",
        about: "the exercises' faults are noticed by our own tests",
        run: mutants::mutants,
    },
];

/// All parts that can be named.
pub(crate) fn all() -> impl Iterator<Item = &'static Part> {
    PARTS.iter().chain(ON_REQUEST)
}

/// A line for each part.
pub(crate) fn listed() -> String {
    let lines = all().map(|part| format!("  {:<10} {}\n", part.name, part.about));
    "Parts, in their order (the last two only if named):\n".to_owned() + &lines.collect::<String>()
}

/// Runs the parts named; else all but those on request.
pub(crate) fn run(report: &mut Report, chosen: &[String]) {
    let named = |part: &&Part| chosen.iter().any(|name| name == part.name);
    let every_time = PARTS.iter().filter(|part| chosen.is_empty() || named(part));
    for part in every_time.chain(ON_REQUEST.iter().filter(named)) {
        (part.run)(report);
    }
}

fn papers(report: &mut Report) {
    report.check("every line of the contract has its test", contract::contract);
    report.check("every public item stands in the map to tokio", map::map);
    report.check("every relative link leads somewhere", kettle_book::links);
    report.check("every dependency has its reason", dependencies::dependencies);
    report.check(
        "the page of performance is up to date, each miss has a note",
        kettle_bench_tool::check_page,
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_parts_have_one_name() {
        for (index, part) in all().enumerate() {
            assert!(all().take(index).all(|other| other.name != part.name), "{}", part.name);
        }
    }
}
