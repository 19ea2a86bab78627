//! What stands in `docs/same-as-tokio.md`, and in `RECORDED.md` here?
//!
//! Words by hand, and between two comments each the tables that the recordings make:
//! `<!-- recorded: NAME -->` to `<!-- end -->`. [`renewed`] takes a page and gives it back with
//! every table as it has to be now.
//!
//! Interface: [`renewed`], [`paths`].

use std::path::PathBuf;

use crate::diff::told;
use crate::expected::{REASONS, expected};
use crate::program::Program;
use crate::programs;
use crate::step::{Recording, Step};
use crate::variations;

const BEGIN: &str = "<!-- recorded: ";
const END: &str = "<!-- end -->";

/// Where the pages are: the one that says what came of it, and the one with all recordings.
pub fn paths() -> [PathBuf; 2] {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    [here.join("../../docs/same-as-tokio.md"), here.join("RECORDED.md")]
}

/// The page with its tables made anew.
///
/// # Errors
///
/// A table that nobody can make, or that has no end.
pub fn renewed(page: &str) -> Result<String, String> {
    let mut parts = page.split(BEGIN);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once(" -->").ok_or("a table without a name")?;
        let (_, rest) = rest.split_once(END).ok_or(format!("{name}: no end"))?;
        let table = table(name).ok_or(format!("{name}: no such table"))?;
        text = text + BEGIN + name + " -->\n" + &table + END + rest;
    }
    Ok(text)
}

fn table(name: &str) -> Option<String> {
    match name.split_once(' ') {
        None if name == "tutorial" => Some(counts(&programs::tutorial())),
        None if name == "version" => Some(format!("\n`tokio` {}\n\n", version())),
        Some(("program", name)) => find(&programs::tutorial(), name).map(beside),
        Some(("variations", file)) => Some(list(file)),
        Some(("reason", name)) => {
            let reason = REASONS.iter().find(|reason| reason.name == name)?;
            find(&variations::all(), reason.shown_by).map(difference)
        }
        _ => None,
    }
}

fn find<'a>(programs: &'a [Program], name: &str) -> Option<&'a Program> {
    programs.iter().find(|program| program.name == name)
}

/// The version of tokio that was recorded.
pub fn version() -> &'static str {
    version_in(include_str!("../Cargo.lock"))
}

/// The version of tokio in a `Cargo.lock`.
pub fn version_in(lock: &str) -> &str {
    let (_, rest) = lock.split_once("name = \"tokio\"\nversion = \"").expect("tokio is locked");
    rest.split('"').next().unwrap_or_default()
}

/// How many steps of each kind.
fn counts(programs: &[Program]) -> String {
    let mut table = "\n| program | tasks | spawns | polls | wakes | in this order, task by task and overall |\n\
         |---|---|---|---|---|---|\n"
        .to_owned();
    for program in programs {
        let (tokio, kettle) = (program.with_tokio(), program.with_kettle());
        let row = [
            both(tokio.tasks(), kettle.tasks()),
            counted(&tokio, &kettle, |step| matches!(step, Step::Spawn { .. })),
            counted(&tokio, &kettle, |step| matches!(step, Step::Poll(_))),
            counted(&tokio, &kettle, |step| matches!(step, Step::Wake { .. })),
            if tokio == kettle { "equal" } else { "different" }.to_owned(),
        ];
        let row = format!("| `{}` | {} |\n", program.name, row.join(" | "));
        table.push_str(&row);
    }
    table + "\n"
}

fn counted(tokio: &Recording, kettle: &Recording, which: fn(&Step) -> bool) -> String {
    let count = |recording: &Recording| {
        recording.moments.iter().filter(|moment| which(&moment.step)).count()
    };
    both(count(tokio), count(kettle))
}

/// One number, or tokio's and kettle's.
fn both(tokio: usize, kettle: usize) -> String {
    if tokio == kettle { tokio.to_string() } else { format!("{tokio} / {kettle}") }
}

/// Both recordings in two columns, line by line.
fn beside(program: &Program) -> String {
    let (tokio, kettle) = (program.with_tokio(), program.with_kettle());
    let mut table =
        "\n```text\ntime       tokio                                     kettle\n".to_owned();
    for index in 0..tokio.moments.len().max(kettle.moments.len()) {
        let told = |recording: &Recording| {
            recording
                .moments
                .get(index)
                .map(|moment| (seconds(moment.time), moment.step.to_string()))
        };
        let (left, right) = (told(&tokio), told(&kettle));
        let time = left.as_ref().or(right.as_ref()).map(|(time, _)| time.clone());
        let step = |told: Option<(String, String)>| told.map_or(String::new(), |(_, step)| step);
        let line = format!("{:<10} {:<41} {}", time.unwrap_or_default(), step(left), step(right));
        table = table + line.trim_end() + "\n";
    }
    table + "```\n\n"
}

fn seconds(time: std::time::Duration) -> String {
    format!("{:.3} s", time.as_secs_f64())
}

fn difference(program: &Program) -> String {
    let told = told(&program.with_tokio(), &program.with_kettle());
    format!("\n```text\n{told}```\n\n")
}

/// A line for each variation in a file: what it asks, and what came of it.
fn list(file: &str) -> String {
    let expected = expected();
    let mut table =
        "\n| program | what happens in it | polls | inside |\n|---|---|---|---|\n".to_owned();
    for program in variations::all().iter().filter(|program| program.file == file) {
        let (tokio, kettle) = (program.with_tokio(), program.with_kettle());
        let polls = counted(&tokio, &kettle, |step| matches!(step, Step::Poll(_)));
        let reasons = expected.iter().find(|expected| expected.program == program.name);
        let inside = reasons.map_or("equal".to_owned(), |expected| {
            let links = expected.reasons.iter().map(|name| format!("[{name}](#{name})"));
            links.collect::<Vec<_>>().join(", ")
        });
        let about = about(program);
        let row = format!("| `{}` | {about} | {polls} | {inside} |\n", program.name);
        table.push_str(&row);
    }
    table + "\n"
}

/// The comment that stands on a variation.
fn about(program: &Program) -> String {
    let head = format!("\npub(crate) async fn {}(", program.name);
    let (before, _) = program.source.split_once(&head).expect("it is a function in its file");
    let comment = before.lines().rev().map_while(|line| line.strip_prefix("/// "));
    let mut lines: Vec<&str> = comment.collect();
    lines.reverse();
    lines.join(" ")
}
