//! Does the book quote the tree as it is, and how is the book built?
//!
//! `docs/book/src` is Markdown that any forge shows. It and other Markdown files, the *papers*,
//! quote code, diffs and outputs between two markers (`blocks.rs`). `cargo xtask book --sync`
//! writes these quotations, and `cargo xtask test book` compares them.
//!
//! Reading order: `papers.rs` (which files), `markdown.rs`, `links.rs`; `quote.rs` (the quotations,
//! with `blocks.rs`, `source.rs` and `replay.rs`); `chapters.rs` (rules for a chapter); `build.rs`
//! (`target/book`). Here: [`book`], the command, and [`check`] and [`check_links`] for `cargo xtask
//! test`.

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
use kettle_kit::report::{Report, exit_code, none_of};

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
    if options.sync {
        let synced = quote::sync(OutOfDate::Rewrite).and_then(|faults| none_of(&faults));
        exit_code(synced.map(|_| ()))
    } else {
        check_and_build(options.open)
    }
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

/// Checks the links of all papers, for the part `papers`.
pub(crate) fn check_links(report: &mut Report) {
    report.check("every relative link leads somewhere", links::check);
}

fn check_and_build(is_to_be_opened: bool) -> ExitCode {
    let mut report = Report::new(false);
    check(&mut report);
    let first_page = report.make("mdbook builds it, without warnings", build);
    let code = report.close();
    // A check may be skipped, but here the user asked for the book itself.
    let Some(first_page) = first_page else { return ExitCode::FAILURE };
    println!("{}", first_page.display());
    if is_to_be_opened {
        record::open(&first_page);
    }
    code
}
