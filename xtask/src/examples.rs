//! Does every example print what its reader is told?
//!
//! `examples/expected/NAME.txt` has the words of each: they are compared to the letter, but `...`
//! stands for any text. A new example without such a file is a failure; of those that the book
//! shows it quotes this file. Those that serve until they are stopped are visited instead
//! ([`crate::promises`]). The rungs of the ladder (`examples/rungs/`) are played whole, with
//! seconds of 200 ms; what a rung prints for each program is the same on all rungs, and so is what
//! it tells of itself, if it is asked to. A program that is beyond it is refused, with the name of
//! the rung that it needs.

use std::ops::Range;
use std::process::Command;

use kettle_kit::cargo;
use kettle_kit::report::{Outcome, Report, none_of};
use kettle_kit::tally::Tally;
use kettle_kit::{process, tree};
use regex_lite::Regex;

use crate::cargo::build;
use crate::experiments::experiments;
use crate::promises::SERVERS;

const EXPECTED: &str = "examples/expected";
/// What each program prints, in the order of the rungs.
pub(crate) const OF_RUNGS: &str = "examples/rungs/expected.txt";
/// No example says more than this. A backtrace, or a line for each visitor of fifty, would.
const LINES: usize = 180;

/// Each rung of the ladder, and how many of the programs it runs.
const RUNGS: &[(&str, usize)] = &[
    ("rung1_busy", 2),
    ("rung2_park", 2),
    ("rung3_queue", 5),
    ("rung4_wakers", 6),
    ("rung5_timers", 7),
    ("rung6_reactor", 9),
    ("rung7_join", 11),
];

/// What a rung tells of itself while it runs one of these, and of which [`RUNGS`] it is the same.
pub(crate) const OF_STORIES: &str = "examples/rungs/stories.txt";
const STORIES: [(&str, Range<usize>); 5] = [
    ("make_tea", 1..2),
    ("three_cooks", 2..7),
    ("doorbell", 3..7),
    ("alarms", 4..7),
    ("two_visitors", 5..7),
];

pub(crate) fn examples(report: &mut Report) {
    report.check("every example has its expected output", all_known);
    let built = report.long_check("examples build", "cargo build --example …", || {
        let told = expected(); // `tests/oops.rs` has those that hang
        let played = told.iter().map(String::as_str).chain(RUNGS.iter().map(|it| it.0));
        build(&played.flat_map(|name| ["--example", name]).collect::<Vec<_>>())?;
        Ok(Tally::success())
    });
    if !built {
        // What lies there was built from something else.
        return;
    }
    for name in expected() {
        report.check(&format!("example {name}"), || play(&name, &words_of(&name)?));
    }
    for &(rung, programs) in RUNGS {
        report.check(&format!("example {rung}"), || {
            let all = tree::read(OF_RUNGS)?;
            let mut ends = all.match_indices("\n---- ").map(|(at, _)| at + 1).chain([all.len()]);
            play(rung, &all[..ends.nth(programs - 1).unwrap_or(0)])
        });
    }
    for (story, rungs) in STORIES {
        for &(rung, _) in &RUNGS[rungs] {
            report.check(&format!("story of {story} on {rung}"), || tells(rung, story));
        }
    }
    report.check("a rung refuses what is beyond it", refuses);
    experiments(report);
}

/// What an example prints.
fn words_of(name: &str) -> Result<String, String> {
    let expected = tree::read(&format!("{EXPECTED}/{name}.txt"));
    if cfg!(target_os = "linux") { expected } else { words_elsewhere(name) }
}

/// On another system, where nobody may know how many threads it has, and an emulator has its own.
pub(crate) fn words_elsewhere(name: &str) -> Result<String, String> {
    Ok(tree::read(&format!("{EXPECTED}/{name}.txt"))?.replace("2 threads", "..."))
}

/// A story is the same on each rung.
fn tells(rung: &str, story: &str) -> Outcome {
    let mut command = Command::new(tree::example(rung)?);
    command.arg(story).env("STORY", "1");
    compare(command, &program(OF_STORIES, story)?)
}

/// What belongs to a program in a text of [`OF_RUNGS`] or [`OF_STORIES`].
pub(crate) fn program(texts: &str, name: &str) -> Result<String, String> {
    let all = tree::read(texts)?;
    let rest = all.split_once(&format!("---- {name} ----\n")).map(|(_, rest)| rest);
    let its = rest.and_then(|rest| rest.split("---- ").next());
    Ok(its.ok_or("is no program of the rungs")?.to_owned())
}

fn play(name: &str, expected: &str) -> Outcome {
    compare(Command::new(tree::example(name)?), expected)
}

pub(crate) fn compare(mut command: Command, expected: &str) -> Outcome {
    command.env_remove("KETTLE_TRACE").env("SECOND", "200").env("RUST_BACKTRACE", "1");
    let finished = process::run(&mut command)?.expect_success()?;
    let lines = finished.transcript.lines().count();
    if lines > LINES {
        return Err(format!("it printed {lines} lines, more than {LINES}").into());
    }
    if matches(expected, &finished.stdout) {
        return Ok(Tally::success());
    }
    Err(format!("it printed:\n{}\nand not:\n{expected}", finished.transcript).into())
}

/// Is this the text of the pattern, `...` standing for any?
fn matches(pattern: &str, text: &str) -> bool {
    let pattern = regex_lite::escape(pattern).replace(r"\.\.\.", ".*");
    Regex::new(&format!("(?s)^{pattern}$")).is_ok_and(|pattern| pattern.is_match(text))
}

fn refuses() -> Outcome {
    let mut command = Command::new(tree::example("rung5_timers")?);
    let finished = process::run(command.arg("server"))?;
    let refused = finished.status.and_then(|status| status.code()) == Some(2);
    if refused && finished.transcript.contains("rung6_reactor") {
        return Ok(Tally::success());
    }
    Err(format!("`rung5_timers server` should name rung6_reactor: {}", finished.failure()).into())
}

/// The examples of which it is known what they print.
pub(crate) fn expected() -> Vec<String> {
    let files = tree::files(&tree::root().join(EXPECTED), ".txt");
    files.iter().filter_map(|file| Some(file.file_stem()?.display().to_string())).collect()
}

/// No example without its lines, no lines without an example; no rung that is not played.
fn all_known() -> Outcome {
    let mut known = expected();
    known.extend(SERVERS.map(|(server, _)| server.to_owned()));
    known.extend(RUNGS.iter().map(|(rung, _)| (*rung).to_owned()));
    let there = cargo::examples()?;
    let is_told = |(name, file): &&(String, String)| {
        *file == format!("examples/{name}.rs") && !name.starts_with("oops_")
            || *file == format!("examples/{name}/main.rs")
            || name.starts_with("rung")
    };
    let strangers = there.iter().filter(is_told).filter(|(name, _)| !known.contains(name));
    let strangers =
        strangers.map(|(name, file)| format!("{file}: what `{name}` prints is not told"));
    let absent = known.iter().filter(|name| !there.iter().any(|(there, _)| there == *name));
    let absent = absent.map(|name| format!("there is no example `{name}`"));
    none_of(&strangers.chain(absent).collect::<Vec<_>>())
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
