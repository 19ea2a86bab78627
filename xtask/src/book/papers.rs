//! Which Markdown files are checked?
//!
//! The project calls its Markdown files *papers*. [`of_book`] lists those of the book, and
//! [`by_hand`] all that have to agree with the tree. [`as_lines`] writes the faults of one.

use std::path::PathBuf;

use kettle_kit::tree;

use crate::book::blocks::Fault;

/// The folder of the book.
pub(crate) const BOOK: &str = "docs/book/src";

/// Every file of the book, sorted by name.
pub(crate) fn of_book() -> Vec<PathBuf> {
    tree::files(&tree::root().join(BOOK), ".md")
}

/// Every file that is kept up to date by hand. A record, such as the changelog, says how things
/// were once.
pub(crate) fn by_hand() -> Vec<PathBuf> {
    let is_record = |name: &str| name.starts_with("docs/records/") || name == "CHANGELOG.md";
    let all = tree::files(&tree::root(), ".md").into_iter();
    all.filter(|path| !is_record(&tree::from_root(path))).collect()
}

/// The faults of a file as `file:line: words`.
pub(crate) fn as_lines(file: &str, faults: Vec<Fault>) -> impl Iterator<Item = String> {
    faults.into_iter().map(move |(line, words)| format!("{file}:{line}: {words}"))
}
