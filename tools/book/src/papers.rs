//! Which papers are the book's?

use std::path::PathBuf;

use kettle_kit::tree;

/// Where the chapters are.
pub(crate) const CHAPTERS: &str = "docs/book/src";
/// Papers beside the book that quote the tree in the same way.
const QUOTING: &[&str] = &["docs/extending.md", "docs/watch.md"];
/// The index of what learners believe.
pub(crate) const BELIEFS: &str = "docs/misconceptions.md";

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

/// The sources whose comments are read as papers are.
pub(crate) fn commented() -> Vec<PathBuf> {
    let folders = ["examples", "src", "runtime", "trace/src"];
    folders.iter().flat_map(|folder| tree::files(&tree::root().join(folder), ".rs")).collect()
}

/// Every file that quotes.
pub(crate) fn quoting() -> Vec<PathBuf> {
    let beside = QUOTING.iter().map(|path| tree::root().join(path));
    chapters().into_iter().chain(beside).collect()
}
