//! Is the book in step with the tree, and how is it built?
//!
//! `docs/book/src` is Markdown that any forge shows. What it quotes, as any other paper may (code,
//! differences, outputs), is written by `cargo xtask book --sync` and compared by
//! `cargo xtask test book`. A quotation of code names an item; `source.rs` says how:
//!
//! ```text
//! <!-- code: wheel.rs: Wheel::cancel -->
//! <!-- diff: rungs/rung2_park.rs rungs/rung3_queue.rs: block_on -->
//! <!-- output: cargo run --example make_tea -->
//! <!-- golden: oops/greedy.txt: without help -->
//! <!-- refused: recursion -->
//! <!-- replay: make_tea at main is made -->
//! <!-- rung: 3 -->
//! <!-- table: performance.md: visitors -->
//! ```
//!
//! each followed by its content and `<!-- /code -->`, `<!-- /diff -->` and so on.
//!
//! Reading order: `papers.rs`, `markdown.rs` and `links.rs`, `blocks.rs`, `source.rs`, `replay.rs`
//! and `quote.rs` (what is quoted); `chapters.rs` (what the book has to
//! have); `build.rs` (the book with its replays).

mod blocks;
mod build;
mod chapters;
mod links;
mod markdown;
mod papers;
mod quote;
mod replay;
mod source;

use std::process::ExitCode;

use kettle_kit::record;
use kettle_kit::report::{Report, Trouble, none_of};
use kettle_kit::tally::Tally;

pub(crate) use build::build;

/// The words of `cargo xtask book`.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Open the book once it is built
    #[arg(long, conflicts_with = "sync")]
    open: bool,
    /// Only write what the papers quote from the tree
    #[arg(long)]
    sync: bool,
}

/// `cargo xtask book`
pub(crate) fn book(options: &Options) -> ExitCode {
    if !options.sync {
        return make(options.open);
    }
    match quote::sync(true).and_then(|faults| none_of(&faults)) {
        Ok(_) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("error: {trouble}");
            ExitCode::FAILURE
        }
    }
}

/// The part of the test: all that needs no mdBook.
pub(crate) fn check(report: &mut Report) {
    report.check("every block of the papers is in step", || none_of(&quote::sync(false)?));
    report.check("every chapter is in its place, and its outputs are compared", || {
        none_of(&chapters::faults()?)
    });
}

/// The part of the test about the links of all papers.
pub(crate) fn check_papers(report: &mut Report) {
    report.check("every relative link leads somewhere", links::links);
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
