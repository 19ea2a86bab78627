//! Does every example print what its reader is told?
//!
//! [`TABLE`] has the lines of each: a line is compared to the letter, `*` in it stands for any
//! text, and `...` alone for any lines. A new example without a row is a failure. Those that
//! serve until they are stopped are visited instead ([`crate::servers`]); the steps of the ladder
//! are played by [`crate::steps`].

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::cargo;
use crate::servers::{self, SERVERS};
use crate::steps;
use kettle_kit::process;
use kettle_kit::report::{Outcome, Report, none_of};
use kettle_kit::tally::Tally;
use kettle_kit::tree;

/// Far more than the slowest example takes: only a hang comes here.
const LIMIT: Duration = Duration::from_mins(2);

struct Example {
    name: &'static str,
    expected: &'static [&'static str],
}

const TABLE: &[Example] = &[
    Example {
        name: "make_tea",
        expected: &["Putting the kettle on.", "Water boiled. Making tea."],
    },
    Example {
        name: "channel",
        expected: &[
            "Received: Message 1",
            "Received: Message 2",
            "Received: Message 3",
            "Received: Message 4",
            "Received: Message 5",
            "All messages received.",
        ],
    },
    Example { name: "select", expected: &["Result: Data from cache"] },
    Example {
        name: "errors",
        expected: &[
            "Success",
            "The error travelled up: there is no tea left",
            "The task returned an error: there is no tea left",
            "The task panicked; main goes on.",
        ],
    },
    Example { name: "mutex", expected: &["Final count: 10"] },
    Example {
        name: "dinner",
        expected: &[
            "Putting the water on.",
            "Setting a timer for the potatoes.",
            "Chopping carrots.",
            "Chopping onions.",
            "Chopping leeks.",
            "The vegetables are chopped.",
            "The timer rings: the potatoes are done.",
            "The water boils.",
            "Dinner after 3 s, cooked by one thread.",
        ],
    },
    Example {
        name: "failover",
        expected: &[
            "Asking the primary.",
            "The primary is too slow (deadline has elapsed). Asking the backup.",
            "Got an answer from the backup.",
        ],
    },
    Example {
        name: "responsive",
        expected: &[
            "Key h, while the work goes on.",
            "Key e, while the work goes on.",
            "Key y, while the work goes on.",
            "The work is done: 10.",
            "Good-bye.",
        ],
    },
    Example {
        name: "tour",
        expected: &[
            "...",
            "Putting the kettle on.",
            "Water boiled. Making tea.",
            "...",
            "Now: 51 tasks alive*",
            "...",
            "50 visitors were greeted.",
            "...",
            "Received: Message 1",
            "Received: Message 2",
            "Received: Message 3",
            "Received: Message 4",
            "Received: Message 5",
            "All messages received.",
            "...",
            "Result: Data from cache",
            "...",
            "Success",
            "...",
            "The task panicked; main goes on.",
            "...",
            "Final count: 10",
            "...",
        ],
    },
];

pub(crate) fn examples(report: &mut Report) {
    report.check("every example has its expected output", all_known);
    let built = report.long_check("examples build", "cargo build --examples", || {
        cargo::build_examples()?;
        Ok(Tally::success())
    });
    if !built {
        // What lies there was built from something else.
        return;
    }
    for example in TABLE {
        report.check(&format!("example {}", example.name), || play(example));
    }
    steps::play(report);
    servers::visit(report);
}

fn play(example: &Example) -> Outcome {
    let mut command = Command::new(tree::example(example.name)?);
    command.env_remove("KETTLE_TRACE");
    let finished = process::run(&mut command, LIMIT)?.expect_success()?;
    let printed: Vec<&str> = finished.stdout.lines().collect();
    if matches(example.expected, &printed) {
        return Ok(Tally::success());
    }
    let expected = example.expected.join("\n");
    Err(format!("it printed:\n{}\nand not:\n{expected}", finished.transcript).into())
}

/// No example without a row, no row without an example.
fn all_known() -> Outcome {
    let mut known: Vec<&str> = TABLE.iter().map(|example| example.name).collect();
    known.extend(SERVERS.iter().map(|server| server.name));
    let there = names(&tree::root().join("examples"));
    let strangers = there.iter().filter(|name| !known.contains(&name.as_str()));
    let mut faults: Vec<String> =
        strangers.map(|name| format!("examples/{name}.rs: no row in xtask's table")).collect();
    let absent = known.iter().filter(|name| !there.iter().any(|there| there == *name));
    faults.extend(absent.map(|name| format!("examples/{name}.rs is not there")));
    none_of(&faults)
}

/// The examples of a directory, as Cargo finds them: its files, and directories with a `main.rs`.
fn names(directory: &Path) -> Vec<String> {
    let files = tree::files(directory, ".rs");
    let names = files.iter().filter_map(|path| {
        let inside = path.strip_prefix(directory).ok()?;
        let is_main = inside.components().count() == 2 && inside.ends_with("main.rs");
        let named = if is_main { inside.parent()? } else { inside };
        (named.components().count() == 1).then(|| Some(named.file_stem()?.display().to_string()))?
    });
    names.collect()
}

/// Are these the lines of the pattern?
fn matches(pattern: &[&str], lines: &[&str]) -> bool {
    match pattern {
        [] => lines.is_empty(),
        ["...", rest @ ..] => (0..=lines.len()).any(|skipped| matches(rest, &lines[skipped..])),
        [first, rest @ ..] => match lines {
            [line, others @ ..] => line_matches(first, line) && matches(rest, others),
            [] => false,
        },
    }
}

/// Is this the line of the pattern, `*` standing for any text?
fn line_matches(pattern: &str, line: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else { return pattern == line };
    let Some(rest) = line.strip_prefix(before) else { return false };
    (0..=rest.len())
        .filter(|&at| rest.is_char_boundary(at))
        .any(|at| line_matches(after, &rest[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_compared_to_the_letter() {
        assert!(matches(&["a", "b"], &["a", "b"]));
        assert!(!matches(&["a", "b"], &["a"]));
        assert!(!matches(&["a"], &["a", "b"]));
        assert!(!matches(&["a"], &["a "]));
    }

    #[test]
    fn dots_stand_for_lines_and_a_star_for_text() {
        assert!(matches(&["a", "...", "z"], &["a", "z"]));
        assert!(matches(&["a", "...", "z"], &["a", "b", "z", "z"]));
        assert!(!matches(&["a", "...", "z"], &["a", "b"]));
        assert!(matches(&["took * ms, * polls"], &["took 12 ms, 3 polls"]));
        assert!(!matches(&["took * ms"], &["took 12 s"]));
        assert!(matches(&["*"], &["Überall"]));
    }

    #[test]
    fn examples_are_files_and_directories() {
        let found = names(&tree::root().join("xtask/src"));
        assert!(found.contains(&"examples".to_owned()), "{found:?}");
        let found = names(&tree::root());
        assert!(!found.contains(&"lib".to_owned()), "a module of a directory: {found:?}");
    }
}
