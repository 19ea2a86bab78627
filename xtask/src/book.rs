//! Is the book in step with the tree, and how is it built?
//!
//! `docs/book/src` is Markdown that any forge shows. What it quotes (code, differences, outputs) is
//! written by `cargo xtask book --sync` and compared by `cargo xtask test book`. The form of such a
//! block:
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
//! Reading order: [`sync`], then [`blocks`], [`item`], [`diff`], [`output`].

mod blocks;
mod diff;
mod item;
mod output;
mod replay;
mod sync;

use std::path::PathBuf;
use std::process::ExitCode;

use crate::report::{Outcome, Report, none_of};
use crate::tree;

/// Where the chapters are.
const CHAPTERS: &str = "docs/book/src";

const USAGE: &str = "usage: cargo xtask book --sync [CHAPTER...]";

/// `book [--sync [CHAPTER…]]`
pub(crate) fn book(words: &[String]) -> ExitCode {
    match words {
        [flag, names @ ..] if flag == "--sync" => write(names),
        _ => {
            eprintln!("error: what is `{}`?\n\n{USAGE}", words.join(" "));
            ExitCode::from(2)
        }
    }
}

/// The part of the test.
pub(crate) fn check(report: &mut Report) {
    report.check("every block of the book is in step", in_step);
}

fn in_step() -> Outcome {
    let synced = sync::sync(&chapters(), false)?;
    none_of(&synced.faults)
}

/// Writes the chapters whose names begin so; all, if none is named.
fn write(names: &[String]) -> ExitCode {
    let is_wanted = |path: &PathBuf| {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        names.is_empty() || names.iter().any(|name| file.starts_with(name.as_str()))
    };
    let chapters: Vec<PathBuf> = chapters().into_iter().filter(is_wanted).collect();
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

/// Every Markdown file of the book, in the order of their names.
fn chapters() -> Vec<PathBuf> {
    tree::files(&tree::root().join(CHAPTERS), ".md")
}
