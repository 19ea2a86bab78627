//! How does the Markdown become a book that is complete in itself?
//!
//! mdBook builds it from a copy (`target/book-src`) in which every block has a line that says where
//! it comes from, and every replay is the recording itself. A link out of the book leads to the
//! `repository` of `Cargo.toml`; while that has none, only the link's words stay. The book is
//! `target/book`; it needs no network and no server. Whatever mdBook warns of is an error.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use kettle_kit::report::Trouble;
use kettle_kit::{files, process, tree};
use toml::{Table, Value};

use crate::book::blocks::{self, Block, Fault};
use crate::book::markdown::{self, Link};
use crate::book::quote::of_file;
use crate::book::{chapters, papers, replay, source};

/// Builds the book; where its first page is.
pub(crate) fn build() -> Result<PathBuf, Trouble> {
    let mdbook = crate::cargo::built("mdbook")?;
    let target = fs::canonicalize(tree::target()?)?;
    let (copy, book) = (target.join("book-src"), target.join("book"));
    for earlier in [&copy, &book] {
        let _ = fs::remove_dir_all(earlier);
    }
    stage(&copy)?;
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
fn stage(copy: &Path) -> Result<(), Trouble> {
    files::copy_all(&tree::root().join("docs/book"), copy)?;
    let manifest: Table = tree::read("Cargo.toml")?.parse().map_err(|error| format!("{error}"))?;
    let repository = manifest["workspace"]["package"].get("repository").and_then(Value::as_str);
    let replays = replays(copy)?;
    let chapters = chapters::all()?;
    for path in papers::chapters() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (shown, faults) = chapter(&files::read(&path)?, repository, &replays);
        let faults: Vec<String> = papers::as_lines(&tree::shown(&path), faults).collect();
        if !faults.is_empty() {
            return Err(faults.join("\n").into());
        }
        let mut shown = outward(&shown, repository);
        if let Some(at) = chapters.iter().position(|chapter| chapter.name == name) {
            shown = shown.replacen("# ", &format!("# {}. ", at + 1), 1);
        }
        if name == "SUMMARY.md" {
            for (number, chapter) in (1..).zip(&chapters) {
                let end = format!("]({})", chapter.name);
                let called = |title: &str| format!("- [{title}{end}");
                shown = shown.replace(&called(chapter.title()), &called(&chapter.numbered(number)));
            }
        }
        fs::write(copy.join("src").join(name), shown)?;
    }
    Ok(())
}

/// Records all examples that the chapters show, by their names, and puts their pages into the copy.
fn replays(copy: &Path) -> Result<BTreeMap<String, PathBuf>, Trouble> {
    let mut names = BTreeSet::new();
    for path in papers::chapters() {
        blocks::rewrite(&fs::read_to_string(&path)?, |block| {
            if block.kind == "replay" {
                names.insert(replay::parse(block.request)?.name.to_owned());
            }
            Ok(None)
        });
    }
    crate::cargo::build(&["--examples"])?;
    let names = Vec::from_iter(names);
    let mut pages = replay::record(&names)?;
    for (page, name) in pages.iter_mut().zip(&names) {
        let to = copy.join("src/replays").join(format!("{name}.html"));
        files::copy(page, &to)?;
        *page = to;
    }
    Ok(names.into_iter().zip(pages).collect())
}

/// A chapter as the built book has it, and what of it can't be had.
fn chapter(
    text: &str,
    repository: Option<&str>,
    replays: &BTreeMap<String, PathBuf>,
) -> (String, Vec<Fault>) {
    blocks::rewrite(text, |block| {
        // Outputs begin with their command, and rustc's words name the file.
        if ["output", "refused", "rung", "table"].contains(&block.kind) {
            return Ok(None);
        }
        if block.kind == "replay" {
            let request = replay::parse(block.request)?;
            let page = replays.get(request.name).ok_or("was not recorded")?;
            return replay::in_book(&request, page).map(Some);
        }
        let caption = caption(block, repository)?;
        Ok(Some(format!("<div class=\"cut\">{caption}</div>\n\n{}", block.old)))
    })
}

/// The text with the links that lead out of the book as they are there.
fn outward(text: &str, repository: Option<&str>) -> String {
    let change = |Link { target, label, whole, .. }: &Link| {
        let below = target.strip_prefix("../../../").map(str::to_owned);
        let path = below.or_else(|| Some(format!("docs/{}", target.strip_prefix("../../")?)))?;
        Some((whole.clone(), linked(repository, &path, &text[label.clone()])))
    };
    markdown::replaced(text, markdown::links(text).iter().filter_map(change))
}

/// A file of the tree, by these words.
fn linked(repository: Option<&str>, path: &str, words: &str) -> String {
    match repository {
        Some(address) => format!("<a href=\"{address}/blob/HEAD/{path}\">{words}</a>"),
        None => format!("<span title=\"{path}\">{words}</span>"),
    }
}

/// Where a block comes from.
fn caption(block: &Block, repository: Option<&str>) -> Result<String, String> {
    let page = |file: &str| {
        let path = source::path(file)?;
        Ok::<_, String>(linked(repository, path, &format!("<code>{path}</code>")))
    };
    let of = |request: &str| {
        format!("<span class=\"of\">{}</span>", escaped(request.trim_end_matches(" nodoc")))
    };
    Ok(match block.kind {
        "code" => {
            let (file, request) = of_file(block.request)?;
            page(file)? + &of(request)
        }
        "diff" => {
            let (files, request) = of_file(block.request)?;
            let (old, new) = files.split_once(' ').ok_or("names two files")?;
            format!("<span>{} → {}</span>{}", page(old)?, page(new)?, of(request))
        }
        _ => page(block.request.split(": ").next().unwrap_or_default())?,
    })
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
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
        let (shown, faults) = chapter(text, None, &replays);
        assert_eq!(faults, []);
        let end = "<code>xtask/src/book/build.rs</code></span><span class=\"of\">build</span></div>\n\n```rust\nold\n```\n";
        assert!(shown.contains(end), "{shown}");
        assert!(shown.contains("<iframe src=\"replays/channel.html#e=7&l=engine\""), "{shown}");
        assert!(!shown.contains("words"), "{shown}");
        let (_, faults) = chapter(&text.replace("waits", "sleeps"), None, &replays);
        assert_eq!(faults.len(), 1, "{faults:?}");
    }
    #[test]
    fn a_link_out_of_the_book_leads_to_the_repository_or_nowhere() {
        let text = "[a](tea.md#b) [`c`](../../../src/lib.rs) [d](https://x.y) [e](../../faq.md#f)";
        let nowhere = "[a](tea.md#b) <span title=\"src/lib.rs\">`c`</span> [d](https://x.y) \
                       <span title=\"docs/faq.md#f\">e</span>";
        assert_eq!(outward(text, None), nowhere);
        let there = "[a](tea.md#b) <a href=\"https://z/blob/HEAD/src/lib.rs\">`c`</a> \
                     [d](https://x.y) <a href=\"https://z/blob/HEAD/docs/faq.md#f\">e</a>";
        assert_eq!(outward(text, Some("https://z")), there);
    }
}
