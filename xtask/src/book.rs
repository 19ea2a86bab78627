//! Is the book in step with the tree, and how is it built?
//!
//! `docs/book/src` is Markdown that any forge shows. What it quotes (code, differences, outputs), and
//! what [`QUOTING`] quotes, is written by `cargo xtask book --sync` and compared by `cargo xtask test
//! book`. The form of such a block:
//!
//! ```text
//! <!-- code: runtime/src/task.rs fn wake -->
//! <!-- diff: examples/steps/step2_park.rs examples/steps/step3_queue.rs fn block_on -->
//! <!-- output: cargo run --example make_tea -->
//! <!-- golden: tests/golden/make_tea.txt LINES 4..9 -->
//! <!-- replay: make_tea -->
//! ```
//!
//! each followed by its content and `<!-- /code -->`, `<!-- /diff -->` and so on. After a path comes
//! what of it: see [`item`].
//!
//! Reading order: [`sync`], then [`blocks`], [`item`], [`diff`], [`output`] (the Markdown);
//! [`chapters`], [`words`], [`beliefs`] (what a chapter has to have); [`build`], [`beside`], [`place`], [`replay`],
//! [`built_links`] (the book that stands alone).

mod beliefs;
mod beside;
mod blocks;
mod build;
mod built_links;
mod chapters;
mod diff;
mod item;
mod output;
mod place;
mod replay;
mod sync;
mod words;

use std::path::PathBuf;
use std::process::ExitCode;

use crate::links;
use crate::report::{Outcome, Report, Trouble, none_of};
use crate::tally::Tally;
use crate::tree;

pub(crate) use build::{VERSION, build, install, mdbook};

/// Where the chapters are.
const CHAPTERS: &str = "docs/book/src";
/// Papers beside the book that quote the tree in the same way.
const QUOTING: &[&str] = &["docs/extending.md"];
/// The index of what learners believe.
const BELIEFS: &str = "docs/misconceptions.md";

const USAGE: &str = "\
usage: cargo xtask book [--open]              builds target/book; --open: and opens it
       cargo xtask book --sync [CHAPTER...]   writes what the chapters quote from the tree
       cargo xtask book --words               how many words of prose each chapter has";

/// `book [--open | --sync [CHAPTER…] | --words]`
pub(crate) fn book(words: &[String]) -> ExitCode {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => make(false),
        ["--open"] => make(true),
        ["--sync", names @ ..] => write(names),
        ["--words"] => count(),
        other => {
            eprintln!("error: what is `{}`?\n\n{USAGE}", other.join(" "));
            ExitCode::from(2)
        }
    }
}

/// The part of the test: all that needs no mdBook.
pub(crate) fn check(report: &mut Report) {
    report.check("every block of the book is in step", in_step);
    report.check("every link of the book leads somewhere", || {
        let mut papers = chapters();
        papers.push(tree::root().join(BELIEFS));
        let mut faults = links::broken_in(&papers)?;
        faults.extend(chapters::drifting(&papers)?);
        none_of(&faults)
    });
    report.check("every chapter has its sections, its replay and its exercises", || {
        none_of(&chapters::faults()?)
    });
    report.check("the book is short enough", || none_of(&words::faults()?));
    report.check("all 23 beliefs are in the book where their index says", || {
        none_of(&beliefs::faults()?)
    });
}

/// For `cargo xtask full`: mdBook builds it, without a warning.
pub(crate) fn builds() -> Outcome {
    build()?;
    Ok(Tally::success())
}

fn in_step() -> Outcome {
    let synced = sync::sync(&quoting(), false)?;
    none_of(&synced.faults)
}

/// The check, then the book.
fn make(open: bool) -> ExitCode {
    let mut report = Report::new(false);
    check(&mut report);
    let mut page = None;
    report.check("mdbook builds it, without warnings", || {
        page = Some(build()?);
        Ok(Tally::success())
    });
    let code = report.close();
    // A test may be skipped; who asked for a book has none.
    let Some(page) = page else { return ExitCode::FAILURE };
    println!("{}", page.display());
    if open {
        crate::replay::open(&page);
    }
    code
}

/// Writes the chapters whose names begin so; all, if none is named.
fn write(names: &[&str]) -> ExitCode {
    let is_wanted = |path: &PathBuf| {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        names.is_empty() || names.iter().any(|name| file.starts_with(name))
    };
    let chapters: Vec<PathBuf> = quoting().into_iter().filter(is_wanted).collect();
    if chapters.is_empty() {
        eprintln!("error: no chapter in {CHAPTERS} is called {}", names.join(", "));
        return ExitCode::from(2);
    }
    let synced = match sync::sync(&chapters, true) {
        Ok(synced) => synced,
        Err(words) => {
            eprintln!("error: {words}");
            return ExitCode::FAILURE;
        }
    };
    for fault in &synced.faults {
        eprintln!("error: {fault}");
    }
    for name in &synced.written {
        println!("written: {name}");
    }
    println!("{} chapters, {} blocks", chapters.len(), synced.blocks);
    if synced.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn count() -> ExitCode {
    match words::table() {
        Ok(table) => {
            print!("{table}");
            ExitCode::SUCCESS
        }
        Err(Trouble::Failed(_, words) | Trouble::Skipped(words)) => {
            eprintln!("error: {words}");
            ExitCode::FAILURE
        }
    }
}

/// Every file that quotes.
fn quoting() -> Vec<PathBuf> {
    let beside = QUOTING.iter().map(|path| tree::root().join(path));
    chapters().into_iter().chain(beside).collect()
}

/// Every Markdown file of the book, in the order of their names.
fn chapters() -> Vec<PathBuf> {
    tree::files(&tree::root().join(CHAPTERS), ".md")
}
