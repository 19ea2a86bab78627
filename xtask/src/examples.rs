//! Does every example print what its reader is told?
//!
//! `examples/expected/NAME.txt` has the lines of each: a line is compared to the letter, `*` in it
//! stands for any text, and `...` alone for any lines. A new example without such a file is a failure.
//! Those that serve until they are stopped are visited instead ([`crate::servers`]); the steps of the
//! ladder are played by [`crate::steps`].

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

const EXPECTED: &str = "examples/expected";
/// Far more than the slowest example takes: only a hang comes here.
const LIMIT: Duration = Duration::from_mins(2);

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
    for name in expected() {
        report.check(&format!("example {name}"), || play(&name));
    }
    steps::play(report);
    servers::visit(report);
}

fn play(name: &str) -> Outcome {
    let mut command = Command::new(tree::example(name)?);
    command.env_remove("KETTLE_TRACE");
    let finished = process::run(&mut command, LIMIT)?.expect_success()?;
    let expected = tree::read(&format!("{EXPECTED}/{name}.txt"))?;
    let [pattern, printed] =
        [&expected, &finished.stdout].map(|text| text.lines().collect::<Vec<_>>());
    if matches(&pattern, &printed) {
        return Ok(Tally::success());
    }
    Err(format!("it printed:\n{}\nand not:\n{expected}", finished.transcript).into())
}

/// The examples of which it is known what they print.
fn expected() -> Vec<String> {
    let files = tree::files(&tree::root().join(EXPECTED), ".txt");
    files.iter().filter_map(|file| Some(file.file_stem()?.display().to_string())).collect()
}

/// No example without its lines, no lines without an example.
fn all_known() -> Outcome {
    let mut known = expected();
    known.extend(SERVERS.iter().map(|server| server.name.to_owned()));
    let there = names(&tree::root().join("examples"));
    let strangers = there.iter().filter(|name| !known.contains(name));
    let mut faults: Vec<String> =
        strangers.map(|name| format!("examples/{name}.rs: no {EXPECTED}/{name}.txt")).collect();
    let absent = known.iter().filter(|name| !there.contains(name));
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
