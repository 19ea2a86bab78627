//! Does every example print the output that the book and its comments show?
//!
//! `examples/expected/NAME.txt` has the output of an example, and the book quotes this file. `...`
//! in it stands for any text. Every example has such a file, except servers, which `promises.rs`
//! checks.
//!
//! A rung of the ladder (`examples/rungs/`) runs several programs. A program prints the same on
//! every rung that can run it, and so does its *story*: lines about what the rung does at each
//! step. A rung refuses a program that needs a higher rung, and names that rung.
//! [`examples`] makes all these checks.

use std::ops::Range;
use std::process::Command;

use kettle_kit::cargo;
use kettle_kit::report::{Outcome, Report, none_of, passes_if};
use kettle_kit::tally::Tally;
use kettle_kit::{process, tree};
use regex_lite::Regex;

use crate::cargo::build;
use crate::experiments::experiments;
use crate::promises::SERVERS;

const EXPECTED: &str = "examples/expected";
/// The outputs of the rungs' programs, in the order in which the rungs learn to run them.
pub(crate) const RUNG_OUTPUTS: &str = "examples/rungs/expected.txt";
/// The stories of some programs.
pub(crate) const RUNG_STORIES: &str = "examples/rungs/stories.txt";
/// An example that prints more lines has printed a backtrace, or a line for each of 50 visitors.
const MAX_LINES: usize = 180;

/// Each rung of the ladder, and how many programs it runs.
const RUNGS: &[(&str, usize)] = &[
    ("rung1_busy", 2),
    ("rung2_park", 2),
    ("rung3_queue", 5),
    ("rung4_wakers", 6),
    ("rung5_timers", 7),
    ("rung6_reactor", 9),
    ("rung7_join", 11),
];

/// The programs with a story, and the places in [`RUNGS`] of the rungs that print it.
const STORIES: [(&str, Range<usize>); 5] = [
    ("make_tea", 1..2),
    ("three_cooks", 2..7),
    ("doorbell", 3..7),
    ("alarms", 4..7),
    ("two_visitors", 5..7),
];

pub(crate) fn examples(report: &mut Report) {
    report.check("every example has its expected output", check_all_expected);
    let built = report.long_check("examples build", "cargo build --example …", || {
        // Not `--examples`: those that hang have tests of their own (`tests/oops.rs`).
        let examples = expected();
        let names = examples.iter().map(String::as_str).chain(RUNGS.iter().map(|(rung, _)| *rung));
        build(&names.flat_map(|name| ["--example", name]).collect::<Vec<_>>())?;
        Ok(Tally::success())
    });
    if !built {
        // The programs of an earlier build prove nothing.
        return;
    }
    for name in expected() {
        report.check(&format!("example {name}"), || {
            let expected = expected_output(&name, cfg!(target_os = "linux"))?;
            compare(Command::new(tree::example(&name)?), &expected)
        });
    }
    for &(rung, programs) in RUNGS {
        report.check(&format!("example {rung}"), || {
            let outputs = tree::read(RUNG_OUTPUTS)?;
            compare(Command::new(tree::example(rung)?), first_sections(&outputs, programs))
        });
    }
    for (program, rungs) in STORIES {
        for &(rung, _) in &RUNGS[rungs] {
            report.check(&format!("story of {program} on {rung}"), || check_story(rung, program));
        }
    }
    report.check("a rung refuses what is beyond it", check_refusal);
    experiments(report);
}

/// The expected output of an example. The number of its threads is known only on a plain Linux,
/// because an emulator adds some.
pub(crate) fn expected_output(name: &str, is_plain_linux: bool) -> Result<String, String> {
    let output = tree::read(&format!("{EXPECTED}/{name}.txt"))?;
    Ok(if is_plain_linux { output } else { output.replace("2 threads", "...") })
}

/// Checks that a rung prints the expected story of a program.
fn check_story(rung: &str, program: &str) -> Outcome {
    let mut command = Command::new(tree::example(rung)?);
    command.arg(program).env("STORY", "1");
    compare(command, &section(RUNG_STORIES, program)?)
}

/// The text of a program in [`RUNG_OUTPUTS`] or [`RUNG_STORIES`], below its `---- NAME ----`.
pub(crate) fn section(file: &str, program: &str) -> Result<String, String> {
    let all = tree::read(file)?;
    let rest = all.split_once(&format!("---- {program} ----\n")).map(|(_, rest)| rest);
    let section = rest.and_then(|rest| rest.split("---- ").next());
    Ok(section.ok_or("is no program of the rungs")?.to_owned())
}

/// The beginning of a text that has this many sections.
fn first_sections(all: &str, count: usize) -> &str {
    let headings = all.match_indices("\n---- ").map(|(newline, _)| newline + 1);
    let mut section_ends = headings.chain([all.len()]);
    &all[..section_ends.nth(count - 1).unwrap_or(0)]
}

/// Runs a program, in which one second takes 200 ms, and compares its output.
pub(crate) fn compare(mut command: Command, expected: &str) -> Outcome {
    command.env_remove("KETTLE_TRACE").env("SECOND", "200").env("RUST_BACKTRACE", "1");
    let finished = process::run(&mut command)?.expect_success()?;
    let lines = finished.transcript.lines().count();
    if lines > MAX_LINES {
        return Err(format!("it printed {lines} lines, more than {MAX_LINES}").into());
    }
    let words = format!("it printed:\n{}\nand not:\n{expected}", finished.transcript);
    passes_if(matches(expected, &finished.stdout), words)
}

/// Is `text` the same as `pattern`, where `...` stands for any text?
fn matches(pattern: &str, text: &str) -> bool {
    let pattern = regex_lite::escape(pattern).replace(r"\.\.\.", ".*");
    Regex::new(&format!("(?s)^{pattern}$")).is_ok_and(|pattern| pattern.is_match(text))
}

fn check_refusal() -> Outcome {
    let mut command = Command::new(tree::example("rung5_timers")?);
    let finished = process::run(command.arg("server"))?;
    let refused = finished.status.and_then(|status| status.code()) == Some(2);
    let words = format!("`rung5_timers server` should name rung6_reactor: {}", finished.failure());
    passes_if(refused && finished.transcript.contains("rung6_reactor"), words)
}

/// The names of the examples with an expected output.
pub(crate) fn expected() -> Vec<String> {
    let files = tree::files(&tree::root().join(EXPECTED), ".txt");
    files.iter().filter_map(|file| Some(file.file_stem()?.display().to_string())).collect()
}

/// Checks that each example that is run here has an expected output, and each output an example.
fn check_all_expected() -> Outcome {
    let mut known = expected();
    known.extend(SERVERS.map(|(server, _)| server.to_owned()));
    known.extend(RUNGS.iter().map(|(rung, _)| (*rung).to_owned()));
    let examples = cargo::examples()?;
    let mut faults = Vec::new();
    for (name, file) in &examples {
        // (`tests/oops.rs` runs the programs that hang.)
        let is_plain = *file == format!("examples/{name}.rs") && !name.starts_with("oops_");
        let is_in_folder = *file == format!("examples/{name}/main.rs");
        let is_run_here = is_plain || is_in_folder || name.starts_with("rung");
        if is_run_here && !known.contains(name) {
            faults.push(format!("{file}: `{name}` has no expected output"));
        }
    }
    let absent = known.iter().filter(|name| !examples.contains_key(*name));
    faults.extend(absent.map(|name| format!("there is no example `{name}`")));
    none_of(&faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_compared_to_the_letter_but_for_dots() {
        assert!(matches("a\nb\n", "a\nb\n"));
        assert!(!matches("a\nb\n", "a\n") && !matches("a\n", "a\nb\n") && !matches("a\n", "a \n"));
        assert!(matches("a\n...z\n", "a\nz\n") && matches("a\n...\nz\n", "a\nb\nz\nz\n"));
        assert!(!matches("a\n...z\n", "a\nb\n") && !matches("...z", "z\n"));
        assert!(matches("took ... ms, ... polls\n", "took 12 ms, 3 polls\n"));
        assert!(!matches("took ... ms, ... polls\n", "took 12 ms\n"));
        assert!(!matches("a...a", "a"), "a letter is not used twice");
    }
}
