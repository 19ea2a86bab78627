//! Which papers are the book's, and what is wrong with them?

use std::path::PathBuf;

use kettle_kit::tree;

use crate::book::blocks::Fault;

/// Where the chapters are.
pub(crate) const CHAPTERS: &str = "docs/book/src";

/// Every Markdown file of the book, in the order of their names.
pub(crate) fn chapters() -> Vec<PathBuf> {
    tree::files(&tree::root().join(CHAPTERS), ".md")
}

/// Every Markdown file that is written by hand, but records of what was once the case.
pub(crate) fn written() -> Vec<PathBuf> {
    let is_record = |name: &str| name.starts_with("docs/records/") || name == "CHANGELOG.md";
    let all = tree::files(&tree::root(), ".md").into_iter();
    all.filter(|path| !is_record(&tree::shown(path))).collect()
}

/// `file:line: words`
pub(crate) fn as_lines(file: &str, faults: Vec<Fault>) -> impl Iterator<Item = String> {
    faults.into_iter().map(move |(line, words)| format!("{file}:{line}: {words}"))
}
