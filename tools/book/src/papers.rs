//! Which papers are the book's?

use std::path::PathBuf;

use kettle_kit::tree;

/// Where the chapters are.
pub(crate) const CHAPTERS: &str = "docs/book/src";
/// Papers beside the book that quote the tree in the same way.
const QUOTING: &[&str] = &["docs/extending.md"];
/// The index of what learners believe.
pub(crate) const BELIEFS: &str = "docs/misconceptions.md";

/// Every Markdown file of the book, in the order of their names.
pub(crate) fn chapters() -> Vec<PathBuf> {
    tree::files(&tree::root().join(CHAPTERS), ".md")
}

/// Every file that quotes.
pub(crate) fn quoting() -> Vec<PathBuf> {
    let beside = QUOTING.iter().map(|path| tree::root().join(path));
    chapters().into_iter().chain(beside).collect()
}
