//! How does the Markdown become a book that needs no network and no server?
//!
//! [`build`] copies `docs/book` to `target/book-src`, changes the pages of the copy, and lets
//! mdBook turn them into `target/book`. Whatever mdBook warns of is an error. The changes:
//!
//! - Above each quoted block, a line says where the block comes from, and the block of a replay
//!   holds the recording itself ([`with_sources`]).
//! - A link out of the book leads to the `repository` of `Cargo.toml`. Without one, only the words
//!   of the link stay ([`with_outward_links`]).
//! - A chapter has its number in its title and in the summary ([`with_numbers`]).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use kettle_kit::report::Trouble;
use kettle_kit::{files, process, tree};
use toml::{Table, Value};

use crate::book::blocks::{self, Block, Fault};
use crate::book::chapters::{self, Page, SUMMARY};
use crate::book::markdown::{self, Link};
use crate::book::quote::split_request;
use crate::book::{papers, replay, source};

/// The recorded pages, by the names of their examples.
type Replays = BTreeMap<String, PathBuf>;

/// Builds the book. Returns the path of its first page.
pub(crate) fn build() -> Result<PathBuf, Trouble> {
    let mdbook = crate::cargo::installed("mdbook")?;
    let target = fs::canonicalize(tree::target()?)?;
    let (copy, book) = (target.join("book-src"), target.join("book"));
    for earlier in [&copy, &book] {
        let _ = fs::remove_dir_all(earlier);
    }
    write_copy(&copy)?;
    let mut command = Command::new(mdbook);
    command.arg("build").arg(&copy).arg("--dest-dir").arg(&book);
    let finished = process::run(&mut command)?.expect_success()?;
    let warns = |line: &&str| ["WARN", "ERROR"].iter().any(|word| line.contains(word));
    let warnings: Vec<&str> = finished.transcript.lines().filter(warns).collect();
    if !warnings.is_empty() {
        return Err(format!("mdbook warns:\n{}", warnings.join("\n")).into());
    }
    Ok(book.join("index.html"))
}

/// Writes the copy that mdBook reads.
fn write_copy(copy: &Path) -> Result<(), Trouble> {
    files::copy_all(&tree::root().join("docs/book"), copy)?;
    let manifest: Table = tree::read("Cargo.toml")?.parse().map_err(|error| format!("{error}"))?;
    let repository = manifest["workspace"]["package"].get("repository").and_then(Value::as_str);
    let replays = record_replays(copy)?;
    let chapters = chapters::chapters()?;
    for path in papers::of_book() {
        let page = Page::read(&path)?;
        let (text, faults) = with_sources(&page.text, repository, &replays);
        let faults: Vec<String> = papers::as_lines(&tree::from_root(&path), faults).collect();
        if !faults.is_empty() {
            return Err(faults.join("\n").into());
        }
        let text = with_outward_links(&text, repository);
        let text = with_numbers(text, &page.file_name, &chapters);
        fs::write(copy.join("src").join(page.file_name), text)?;
    }
    Ok(())
}

/// Records all examples whose replays the book shows, and puts the recorded pages into the copy.
fn record_replays(copy: &Path) -> Result<Replays, Trouble> {
    let mut names = BTreeSet::new();
    for path in papers::of_book() {
        blocks::rewrite(&fs::read_to_string(&path)?, |block| {
            if block.kind == "replay" {
                names.insert(replay::parse(block.request)?.name.to_owned());
            }
            Ok(None)
        });
    }
    crate::cargo::build(&["--examples"])?;
    let names = Vec::from_iter(names);
    let pages = replay::record(&names)?;
    let mut replays = Replays::new();
    for (name, page) in names.into_iter().zip(pages) {
        let page_in_copy = copy.join("src/replays").join(format!("{name}.html"));
        files::copy(&page, &page_in_copy)?;
        replays.insert(name, page_in_copy);
    }
    Ok(replays)
}

/// The text with a caption above each quoted block, and a recording in each block of a replay.
fn with_sources(text: &str, repository: Option<&str>, replays: &Replays) -> (String, Vec<Fault>) {
    blocks::rewrite(text, |block| match block.kind {
        // An output begins with its command, and an error of rustc names the file.
        "output" | "refused" | "rung" | "table" => Ok(None),
        "replay" => {
            let request = replay::parse(block.request)?;
            let page = replays.get(request.name).ok_or("was not recorded")?;
            replay::in_book(&request, page).map(Some)
        }
        _ => {
            let caption = caption(block, repository)?;
            Ok(Some(format!("<div class=\"cut\">{caption}</div>\n\n{}", block.old_content)))
        }
    })
}

/// The text with its links to files outside the book turned into links to the repository.
fn with_outward_links(text: &str, repository: Option<&str>) -> String {
    let mut replacements = Vec::new();
    for Link { target, label_range, whole_range, .. } in markdown::links(text) {
        // The pages are in `docs/book/src`.
        let path = if let Some(path) = target.strip_prefix("../../../") {
            path.to_owned()
        } else if let Some(path) = target.strip_prefix("../../") {
            format!("docs/{path}")
        } else {
            continue;
        };
        replacements.push((whole_range, link_to(&path, &text[label_range], repository)));
    }
    markdown::replaced(text, replacements)
}

/// A link to a file of the project, in HTML.
fn link_to(path: &str, words: &str, repository: Option<&str>) -> String {
    match repository {
        Some(address) => format!("<a href=\"{address}/blob/HEAD/{path}\">{words}</a>"),
        None => format!("<span title=\"{path}\">{words}</span>"),
    }
}

/// The HTML that says where a block comes from: its file, or two files, and the item there.
fn caption(block: &Block, repository: Option<&str>) -> Result<String, String> {
    let file_link = |file: &str| {
        let path = source::path(file)?;
        Ok::<_, String>(link_to(path, &format!("<code>{path}</code>"), repository))
    };
    let item_words = |item: &str| {
        format!("<span class=\"of\">{}</span>", escaped(item.trim_end_matches(" nodoc")))
    };
    Ok(match block.kind {
        "code" => {
            let (file, item) = split_request(block.request)?;
            file_link(file)? + &item_words(item)
        }
        "diff" => {
            let (files, item) = split_request(block.request)?;
            let (old, new) = files.split_once(' ').ok_or("names two files")?;
            format!("<span>{} → {}</span>{}", file_link(old)?, file_link(new)?, item_words(item))
        }
        // An expected output, as `FILE` or `FILE: …`.
        _ => file_link(block.request.split(": ").next().unwrap_or_default())?,
    })
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The text of a page with the chapters' numbers: in the title of a chapter, or in the summary.
fn with_numbers(mut text: String, file_name: &str, chapters: &[Page]) -> String {
    for (number, chapter) in (1..).zip(chapters) {
        if chapter.file_name == file_name {
            return text.replacen("# ", &format!("# {number}. "), 1);
        }
        if file_name == SUMMARY {
            let link = format!("{}]({})", chapter.title(), chapter.file_name);
            text = text.replace(&format!("- [{link}"), &format!("- [{number}. {link}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_says_where_it_comes_from_and_a_replay_is_one() {
        let folder = tempfile::tempdir().unwrap();
        let recorded = folder.path().join("channel.html");
        fs::write(&recorded, "<script>\n{\"n\":7,\"say\":\"main waits for timer 1\"}\n").unwrap();
        let replays = BTreeMap::from([("channel".to_owned(), recorded)]);
        let text = "<!-- code: book/build.rs: build -->\n```rust\nold\n```\n<!-- /code -->\n\
                    <!-- replay: channel#l=engine at main waits -->\nwords\n<!-- /replay -->\n";
        let (shown, faults) = with_sources(text, None, &replays);
        assert_eq!(faults, []);
        let end = "<code>xtask/src/book/build.rs</code></span><span class=\"of\">build</span></div>\n\n```rust\nold\n```\n";
        assert!(shown.contains(end), "{shown}");
        assert!(shown.contains("<iframe src=\"replays/channel.html#e=7&l=engine\""), "{shown}");
        assert!(!shown.contains("words"), "{shown}");
        let (_, faults) = with_sources(&text.replace("waits", "sleeps"), None, &replays);
        assert_eq!(faults.len(), 1, "{faults:?}");
    }

    #[test]
    fn a_link_out_of_the_book_leads_to_the_repository_or_nowhere() {
        let text = "[a](tea.md#b) [`c`](../../../src/lib.rs) [d](https://x.y) [e](../../faq.md#f)";
        let nowhere = "[a](tea.md#b) <span title=\"src/lib.rs\">`c`</span> [d](https://x.y) \
                       <span title=\"docs/faq.md#f\">e</span>";
        assert_eq!(with_outward_links(text, None), nowhere);
        let there = "[a](tea.md#b) <a href=\"https://z/blob/HEAD/src/lib.rs\">`c`</a> \
                     [d](https://x.y) <a href=\"https://z/blob/HEAD/docs/faq.md#f\">e</a>";
        assert_eq!(with_outward_links(text, Some("https://z")), there);
    }
}
