//! Which papers are the book's, and what is wrong with them?

use std::path::PathBuf;

use kettle_kit::{files, tree};

use crate::book::blocks::Fault;

/// Where the chapters are.
pub(crate) const CHAPTERS: &str = "docs/book/src";
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

/// What `look` finds in these papers, and in the comments of the sources that are read as papers
/// are: `file:line: words`.
pub(crate) fn faults(look: impl Fn(&str) -> Vec<Fault>) -> Result<Vec<String>, String> {
    let folders = ["examples", "src", "runtime", "trace/src"];
    let sources = folders.iter().flat_map(|it| tree::files(&tree::root().join(it), ".rs"));
    let mut found = Vec::new();
    for path in written().into_iter().chain(sources) {
        let text = files::read(&path)?;
        let is_source = path.extension().is_some_and(|ending| ending == "rs");
        let faults = look(&if is_source { comments(&text) } else { text });
        found.extend(told(&tree::shown(&path), faults));
    }
    Ok(found)
}

/// `file:line: words`
pub(crate) fn told(file: &str, faults: Vec<Fault>) -> impl Iterator<Item = String> {
    faults.into_iter().map(move |(line, words)| format!("{file}:{line}: {words}"))
}

/// The comments of a Rust file as Markdown; each line is where it was.
pub(crate) fn comments(source: &str) -> String {
    let comment = |line: &str| {
        let rest = line.trim_start().strip_prefix("//")?;
        let rest = rest.strip_prefix(['/', '!']).unwrap_or(rest);
        Some(rest.strip_prefix(' ').unwrap_or(rest).to_owned())
    };
    let lines = source.lines().map(|line| comment(line).unwrap_or_default() + "\n");
    lines.collect()
}
