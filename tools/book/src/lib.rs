//! Is the book in step with the tree, and how is it built?
//!
//! `docs/book/src` is Markdown that any forge shows. What it quotes (code, differences, outputs),
//! and what `papers.rs` names beside it, is written by `cargo xtask book --sync` and compared by
//! `cargo xtask test book`. A quotation of code names an item; `source.rs` says how:
//!
//! ```text
//! <!-- code: wheel.rs: Wheel::cancel -->
//! <!-- diff: steps/step2_park.rs steps/step3_queue.rs: block_on -->
//! <!-- output: cargo run --example make_tea -->
//! <!-- golden: oops/greedy.txt: without help -->
//! <!-- replay: make_tea -->
//! ```
//!
//! each followed by its content and `<!-- /code -->`, `<!-- /diff -->` and so on.
//!
//! Figures of the bench are written into the middle of a line, and links get their chapter's
//! number: `figures.rs` and `mentions.rs` say how.
//!
//! Reading order: `papers.rs`, `markdown.rs` and `links.rs`, `blocks.rs`, `source.rs`, `output.rs`,
//! `replay.rs` and `quote.rs` (what is quoted); `chapters.rs`, `beliefs.rs` (what a chapter has to
//! have); `survey.rs` with its checks (the words of all papers); `beside.rs`,
//! `place.rs`, `built_links.rs`, `build.rs` (the book that is complete in itself).

mod beliefs;
mod beside;
mod blocks;
mod build;
mod built_links;
mod chapters;
mod figures;
mod form;
mod legend;
mod links;
mod map;
mod markdown;
mod mentions;
mod output;
mod papers;
mod place;
mod quote;
mod replay;
mod source;
mod style;
mod survey;

use std::process::ExitCode;

use kettle_kit::record;
use kettle_kit::report::{Report, Trouble, none_of};
use kettle_kit::tally::Tally;

use papers::quoting;

pub use build::{VERSION, build, install, mdbook};

/// The words of `cargo xtask book`.
#[derive(clap::Args)]
pub struct Wish {
    /// Open the book once it is built
    #[arg(long, conflicts_with_all = ["sync", "words"])]
    open: bool,
    /// Only write what the chapters quote from the tree, numbers and figures
    #[arg(long, conflicts_with = "words")]
    sync: bool,
    /// Only count the words of prose of each chapter
    #[arg(long)]
    words: bool,
}

/// `cargo xtask book`
pub fn book(wish: &Wish) -> ExitCode {
    let done = match wish {
        Wish { words: true, .. } => chapters::table().map(|table| print!("{table}")),
        Wish { sync: true, .. } => write(),
        Wish { open, .. } => return make(*open),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(words) => {
            eprintln!("error: {words}");
            ExitCode::FAILURE
        }
    }
}

/// The part of the test: all that needs no mdBook.
pub fn check(report: &mut Report) {
    report.check("every block of the book is in step", || {
        none_of(&quote::sync(&quoting(), false)?.faults)
    });
    report.check("every chapter has its sections, its replay and its exercises", || {
        none_of(&chapters::faults()?)
    });
    report.check("the book is short enough", || none_of(&chapters::too_long()?));
    report.check("all 23 beliefs are in the book where their index says", || {
        none_of(&beliefs::faults()?)
    });
}

/// The part of the test about the words of all papers.
pub fn check_papers(report: &mut Report) {
    report.check("every relative link leads somewhere", links::links);
    survey::check(report);
}

/// The check, then the book.
fn make(open: bool) -> ExitCode {
    let mut report = Report::new(false);
    check(&mut report);
    let mut page = None;
    report.check("mdbook builds it, without warnings", || {
        page = Some(build()?);
        Ok::<_, Trouble>(Tally::success())
    });
    let code = report.close();
    // A test may be skipped; here the book itself was asked for.
    let Some(page) = page else { return ExitCode::FAILURE };
    println!("{}", page.display());
    if open {
        record::open(&page);
    }
    code
}

/// Writes what papers quote.
fn write() -> Result<(), String> {
    for name in survey::write(&papers::written())? {
        println!("written: {name}");
    }
    let synced = quote::sync(&quoting(), true)?;
    for name in &synced.written {
        println!("written: {name}");
    }
    println!("{} blocks", synced.blocks);
    if synced.faults.is_empty() { Ok(()) } else { Err(synced.faults.join("\nerror: ")) }
}
