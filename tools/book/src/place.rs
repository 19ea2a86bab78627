//! Where does a link of a chapter lead in the built book?
//!
//! On a forge the links are paths in the repository. The built book is complete in itself (on a
//! disk, on a server of static files), so whatever a chapter links to comes along: another chapter
//! is itself, some papers are pages beside the chapters ([`beside`]), a picture is copied, any
//! other file becomes a page with numbered lines, a directory its README or the list of its files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use kettle_kit::tree;

use crate::links::is_ours;
use crate::papers::CHAPTERS;
use crate::{beside, markdown};

/// The folder of what comes along.
const ALONG: &str = "source";
/// How the page of a file looks.
const PAGE: &str = include_str!("page.html");

/// Files that come along: from the root, and as what.
#[derive(Debug, Default)]
pub(crate) struct Places {
    taken: BTreeMap<PathBuf, PathBuf>,
}

impl Places {
    /// The text of a paper with links as they are in the built book; `from` is the paper.
    pub(crate) fn move_links(&mut self, text: &str, from: &str) -> String {
        let directory = Path::new(from).parent().unwrap_or(Path::new(""));
        markdown::retarget(text, |target| {
            if !is_ours(target) || target.starts_with(['#', '/']) {
                return None;
            }
            let (file, heading) = target.split_at(target.find('#').unwrap_or(target.len()));
            let path = normal(&directory.join(file))?;
            let place = place(&path);
            let mut heading = heading.to_owned();
            if place.starts_with(ALONG) {
                // Its page has no other places to lead to than lines.
                let line = heading_line(&path, heading.trim_start_matches('#'));
                heading = line.map_or_else(String::new, |line| format!("#L{line}"));
                self.taken.insert(path, place.clone());
            }
            Some(tree::slashed(&place) + &heading)
        })
    }

    /// The page of a file, to be linked to.
    pub(crate) fn page(&mut self, path: &str, line: usize) -> String {
        let place = place(Path::new(path));
        let page = format!("{}#L{line}", tree::slashed(&place));
        self.taken.insert(PathBuf::from(path), place);
        page
    }

    /// Writes everything that came along into `directory`.
    pub(crate) fn write(&self, directory: &Path) -> Result<(), String> {
        for (path, place) in &self.taken {
            let words = |error: std::io::Error| format!("{}: {error}", path.display());
            let to = directory.join(place);
            fs::create_dir_all(to.parent().unwrap_or(directory)).map_err(words)?;
            let from = tree::root().join(path);
            if !from.exists() {
                continue; // the links of what was built are compared afterwards
            }
            if is_picture(path) {
                fs::copy(&from, &to).map_err(words)?;
            } else {
                let (name, text) = text(&from, path).map_err(words)?;
                let up = vec![".."; place.components().count() - 1].join("/");
                fs::write(&to, page(&name, &text, &up)).map_err(words)?;
            }
        }
        Ok(())
    }
}

/// Where a file lies in the built book: what comes along is below `source`.
fn place(path: &Path) -> PathBuf {
    if let Ok(inside) = path.strip_prefix(CHAPTERS) {
        let is_summary = inside == Path::new("SUMMARY.md");
        return if is_summary { "index.html".into() } else { inside.to_owned() };
    }
    if let Some(name) = beside::name(path) {
        return PathBuf::from(name);
    }
    let name = Path::new(ALONG).join(path);
    if is_picture(path) {
        return name;
    }
    // mdBook makes `a.html` of whatever is called `a.md…`.
    let file = name.file_name().unwrap_or_default().to_string_lossy().into_owned();
    name.with_file_name(format!("{}.html", file.strip_suffix(".md").unwrap_or(&file)))
}

fn is_picture(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "svg" || extension == "png")
}

/// The line of a paper's heading.
fn heading_line(path: &Path, heading: &str) -> Option<usize> {
    let text = fs::read_to_string(tree::root().join(path)).ok()?;
    let found = markdown::headings(&text).into_iter().find(|it| it.anchor == heading)?;
    Some(markdown::line(&text, found.range.start))
}

/// What a page shows: the file, or of a directory its README or its list; under which name.
fn text(from: &Path, path: &Path) -> std::io::Result<(String, String)> {
    if !from.is_dir() {
        return Ok((path.display().to_string(), fs::read_to_string(from)?));
    }
    let readme = from.join("README.md");
    if readme.exists() {
        return Ok((path.join("README.md").display().to_string(), fs::read_to_string(readme)?));
    }
    let mut names: Vec<String> = fs::read_dir(from)?
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .collect();
    names.sort();
    Ok((path.display().to_string(), names.join("\n")))
}

/// `a/../b` is `b`; `None`: it leads out of where it began.
pub(crate) fn normal(path: &Path) -> Option<PathBuf> {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => out.pop().then_some(())?,
            Component::CurDir => {}
            part => out.push(part),
        }
    }
    Some(out)
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
    let page = PAGE.replace("UP/", &format!("{up}/")).replace("NAME", &escaped(name));
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
        let mut places = Places::default();
        let text = "[a](02-executor.md#b) [c](../../../xtask/src/main.rs) [d](../../misconceptions.md) \
                    [e](https://x.y) ![f](../../pictures/loop.svg) [g](#h) [i](../../trace-format.md#the-lines)\n";
        let moved = places.move_links(text, "docs/book/src/01-tea.md");
        let line = heading_line(Path::new("docs/trace-format.md"), "the-lines").unwrap();
        assert_eq!(
            moved.replace(&format!("#L{line}"), "#LINE"),
            "[a](02-executor.md#b) [c](source/xtask/src/main.rs.html) [d](misconceptions.md) \
             [e](https://x.y) ![f](source/docs/pictures/loop.svg) [g](#h) [i](source/docs/trace-format.html#LINE)\n"
        );
        assert_eq!(places.taken.len(), 3, "{places:?}");
        let text = "[a](book/src/01-tea.md#b) [c](book/src/SUMMARY.md)\n";
        let moved = places.move_links(text, crate::papers::BELIEFS);
        assert_eq!(moved, "[a](01-tea.md#b) [c](index.html)\n");
    }

    #[test]
    fn a_page_shows_its_lines_and_nothing_else_of_the_file() {
        let page = page("a/b.rs", "fn a() {}\n// </code><script>TEXT\n", "../..");
        assert!(page.contains("<a id=\"L2\"") && !page.contains("<a id=\"L3\""), "{page}");
        assert!(page.contains("// &lt;/code&gt;&lt;script&gt;TEXT\n</code>"), "{page}");
        assert!(page.contains("href=\"../../index.html\""), "{page}");
    }

    #[test]
    fn what_leads_out_of_the_repository_is_left_alone() {
        assert_eq!(normal(Path::new("docs/../../x")), None);
        assert_eq!(normal(Path::new("docs/./book/../a.md")), Some(PathBuf::from("docs/a.md")));
    }
}
