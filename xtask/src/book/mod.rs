//! Is the book in step with the tree, and how is it built?
//!
//! `docs/book/src` is Markdown that any forge shows. What it and other papers quote (code, diffs,
//! outputs) is written by `cargo xtask book --sync` and compared by `cargo xtask test book`:
//!
//! ```text
//! <!-- code: wheel.rs: Wheel::cancel -->
//! the generated lines
//! <!-- /code -->
//! ```
//!
//! Reading order: `papers.rs` (which files), `markdown.rs`, `links.rs`; `quote.rs` (the quotations,
//! with `blocks.rs`, `source.rs` and `replay.rs`); `chapters.rs` (rules for a chapter); `build.rs`
//! (`target/book`). Here: [`book`], the command, and the checks of `cargo xtask test`.

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
use kettle_kit::report::{Report, Trouble, exit_code, none_of};
use kettle_kit::tally::Tally;

pub(crate) use build::build;
use quote::OutOfDate;

/// The arguments of `cargo xtask book`.
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
        return check_and_build(options);
    }
    let synced = quote::sync(OutOfDate::Rewrite).and_then(|faults| none_of(&faults));
    exit_code(synced.map(drop))
}

/// The part `book`: all checks that need no mdBook.
pub(crate) fn check(report: &mut Report) {
    report.check("every block of the papers is in step", || {
        none_of(&quote::sync(OutOfDate::Report)?)
    });
    report.check("every chapter is in its place, and its outputs are compared", || {
        none_of(&chapters::faults()?)
    });
}

/// Checks the links of all papers.
pub(crate) fn check_links(report: &mut Report) {
    report.check("every relative link leads somewhere", links::check);
}

fn check_and_build(options: &Options) -> ExitCode {
    let mut report = Report::new(false);
    check(&mut report);
    let mut page = None;
    report.check("mdbook builds it, without warnings", || {
        page = Some(build()?);
        Ok::<_, Trouble>(Tally::success())
    });
    let code = report.close();
    // A check may be skipped, but here the user asked for the book itself.
    let Some(page) = page else { return ExitCode::FAILURE };
    println!("{}", page.display());
    if options.open {
        record::open(&page);
    }
    code
}
