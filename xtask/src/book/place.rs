//! Where does a link of a chapter lead in the built book?
//!
//! On a forge the links are paths in the repository. The built book is complete in itself (on a
//! disk, on a server of static files), so whatever a chapter links to comes along: another chapter
//! is itself, some papers are pages beside the chapters ([`beside`]), a picture is copied, any
//! other file becomes a page with numbered lines, a directory the list of its files.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use kettle_kit::{files, tree};

use crate::book::beside::{self, Paper};
use crate::book::links::is_ours;
use crate::book::markdown;
use crate::book::papers::CHAPTERS;

/// The folder of what comes along.
const ALONG: &str = "source";
/// How the page of a file looks.
const PAGE: &str = include_str!("page.html");

/// The pages beside the chapters, and the files that come along: from the root, and as what.
#[derive(Debug)]
pub(crate) struct Places {
    pub(crate) beside: Vec<Paper>,
    taken: BTreeMap<String, String>,
}

impl Places {
    pub(crate) fn new() -> Result<Places, String> {
        Ok(Places { beside: beside::papers()?, taken: BTreeMap::new() })
    }

    /// The text of a paper with links as they are in the built book; `from` is the paper.
    pub(crate) fn move_links(&mut self, text: &str, from: &str) -> String {
        let directory = Path::new(from).parent().unwrap_or(Path::new(""));
        markdown::retarget(text, |target| {
            if !is_ours(target) || target.starts_with(['#', '/']) {
                return None;
            }
            let (file, heading) = target.split_at(target.find('#').unwrap_or(target.len()));
            let path = tree::slashed(&tree::plain(&directory.join(file)));
            if let Some(page) = self.own_page(&path) {
                return Some(page + heading);
            }
            // Of what comes along no heading is linked to.
            Some(self.take(&path))
        })
    }

    /// The page of a file, to be linked to.
    pub(crate) fn page(&mut self, path: &str, line: usize) -> String {
        format!("{}#L{line}", self.take(path))
    }

    /// Where a chapter is in the book, or a paper beside them.
    fn own_page(&self, path: &str) -> Option<String> {
        if let Some(name) = path.strip_prefix(CHAPTERS) {
            let name = name.trim_start_matches('/');
            return Some(if name == "SUMMARY.md" { "index.html" } else { name }.to_owned());
        }
        self.beside.iter().find(|paper| paper.path == path).map(|paper| paper.name.clone())
    }

    /// Takes a file along; where it is in the book.
    fn take(&mut self, path: &str) -> String {
        // mdBook makes `a.html` of whatever is called `a.md…`.
        let end = if is_picture(path) { "" } else { ".html" };
        let place = format!("{ALONG}/{}{end}", path.strip_suffix(".md").unwrap_or(path));
        self.taken.insert(path.to_owned(), place.clone());
        place
    }

    /// Writes everything that came along into `directory`.
    pub(crate) fn write(&self, directory: &Path) -> Result<(), String> {
        for (path, place) in &self.taken {
            let from = tree::root().join(path);
            if !from.exists() {
                continue; // the links of what was built are compared afterwards
            }
            let to = directory.join(place);
            if is_picture(path) {
                files::copy(&from, &to)?;
            } else {
                let text = text(path)?;
                let up = "../".repeat(place.matches('/').count());
                files::put(&to, page(path, &text, &up))?;
            }
        }
        Ok(())
    }
}

fn is_picture(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|ending| ending == "svg" || ending == "png")
}

/// What a page shows: the file, or the list of a directory.
fn text(path: &str) -> Result<String, String> {
    let place = tree::root().join(path);
    if !place.is_dir() {
        return tree::read(path);
    }
    let entries = fs::read_dir(place).map_err(|error| format!("{path}: {error}"))?;
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    Ok(names.join("\n"))
}

/// A file as a page, in the book's own style; `up` leads to the book.
fn page(name: &str, text: &str, up: &str) -> String {
    let language = match Path::new(name).extension().and_then(|extension| extension.to_str()) {
        Some("rs") => "rust",
        Some("md") => "markdown",
        Some("toml") => "toml",
        _ => "plaintext",
    };
    let number = |line| format!("<a id=\"L{line}\" href=\"#L{line}\">{line}</a>");
    let numbers: String = (1..=text.lines().count().max(1)).map(number).collect();
    let page = PAGE.replace("UP/", up).replace("NAME", &escaped(name));
    // The file's own text comes last: nothing in it is to be replaced.
    let page = page.replace("LANGUAGE", language).replace("NUMBERS", &numbers);
    page.replacen("TEXT", &escaped(text), 1)
}

pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_what_came_along() {
        let mut places = Places::new().expect("the papers");
        let text = "[a](executor.md#b) [c](../../../xtask/src/main.rs) [d](../../faq.md) \
                    [e](https://x.y) ![f](../../pictures/loop.svg) [g](#h) [i](../../records/README.md)\n";
        assert_eq!(
            places.move_links(text, "docs/book/src/tea.md"),
            "[a](executor.md#b) [c](source/xtask/src/main.rs.html) [d](docs-faq.md) \
             [e](https://x.y) ![f](source/docs/pictures/loop.svg) [g](#h) [i](source/docs/records/README.html)\n"
        );
        assert_eq!(places.taken.len(), 3, "{places:?}");
        let text = "[a](book/src/tea.md#b) [c](book/src/SUMMARY.md)\n";
        let moved = places.move_links(text, crate::book::papers::BELIEFS);
        assert_eq!(moved, "[a](tea.md#b) [c](index.html)\n");
    }
}
