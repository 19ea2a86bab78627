//! How does the Markdown become a book that is complete in itself?
//!
//! mdBook builds it from a copy (`target/book-src`) in which every block has a line that says where
//! it comes from, every replay is the recording itself, and every link to a file of the repository
//! leads to a page that comes along ([`crate::book::place`]). The book is `target/book`; it needs
//! no network and no server. Whatever mdBook warns of is an error.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use kettle_kit::report::Trouble;
use kettle_kit::{cargo, files, process, tree};

use crate::book::beside::{self, Paper};
use crate::book::blocks::{self, Block, Fault};
use crate::book::papers::{self, CHAPTERS};
use crate::book::place::{Places, escaped};
use crate::book::quote::of_file;
use crate::book::{chapters, replay, source};

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
    let mut places = Places::new()?;
    let replays = replays(copy)?;
    let chapters = chapters::all()?;
    for path in papers::chapters() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (shown, faults) = chapter(&fs::read_to_string(&path)?, &mut places, &replays);
        let faults: Vec<String> = papers::told(&tree::shown(&path), faults).collect();
        if !faults.is_empty() {
            return Err(faults.join("\n").into());
        }
        let mut shown = places.move_links(&shown, &format!("{CHAPTERS}/{name}"));
        if let Some(at) = chapters.iter().position(|chapter| chapter.name == name) {
            shown = shown.replacen("# ", &format!("# {}. ", at + 1), 1);
        }
        if name == "SUMMARY.md" {
            for (number, chapter) in (1..).zip(&chapters) {
                let end = format!("]({})", chapter.name);
                let called = |title: &str| format!("- [{title}{end}");
                shown = shown.replace(&called(chapter.title()), &called(&chapter.numbered(number)));
            }
            shown += &beside::contents(&places.beside);
        }
        fs::write(copy.join("src").join(name), shown)?;
    }
    for Paper { path, name, .. } in places.beside.clone() {
        let shown = places.move_links(&tree::read(&path)?, &path);
        fs::write(copy.join("src").join(name), shown)?;
    }
    places.write(&copy.join("src"))?;
    Ok(())
}

/// Records all examples that the chapters show, by their names, and puts their pages into the copy.
fn replays(copy: &Path) -> Result<BTreeMap<String, PathBuf>, Trouble> {
    let mut names = BTreeSet::new();
    for path in papers::chapters() {
        blocks::rewrite(&fs::read_to_string(&path)?, |block| {
            if block.kind == "replay" {
                names.insert(replay::parse(block.wish)?.name.to_owned());
            }
            Ok(None)
        });
    }
    cargo::build_examples()?;
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
    places: &mut Places,
    replays: &BTreeMap<String, PathBuf>,
) -> (String, Vec<Fault>) {
    blocks::rewrite(text, |block| {
        // Outputs begin with their command, and rustc's words name the file.
        if ["output", "refused", "rung", "table"].contains(&block.kind) {
            return Ok(None);
        }
        if block.kind == "replay" {
            let wish = replay::parse(block.wish)?;
            let page = replays.get(wish.name).ok_or("was not recorded")?;
            return replay::in_book(&wish, page).map(Some);
        }
        let caption = caption(block, places)?;
        Ok(Some(format!("<div class=\"cut\">{caption}</div>\n\n{}", block.old)))
    })
}

/// Where a block comes from.
fn caption(block: &Block, places: &mut Places) -> Result<String, String> {
    let mut page = |file: &str, wish: &str| {
        let path = source::path(file)?;
        // A side of a difference may lack what the other one has.
        let line = source::cut(&tree::read(path)?, wish).map_or(1, |cut| cut.line);
        Ok::<_, String>(format!("<a href=\"{}\">{}</a>", places.page(path, line), escaped(path)))
    };
    let of = |wish: &str| {
        format!("<span class=\"of\">{}</span>", escaped(wish.trim_end_matches(" nodoc")))
    };
    Ok(match block.kind {
        "code" => {
            let (file, wish) = of_file(block.wish)?;
            page(file, wish)? + &of(wish)
        }
        "diff" => {
            let (files, wish) = of_file(block.wish)?;
            let (old, new) = files.split_once(' ').ok_or("names two files")?;
            format!("<span>{} → {}</span>{}", page(old, wish)?, page(new, wish)?, of(wish))
        }
        _ => page(block.wish.split(": ").next().unwrap_or_default(), "")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_says_where_it_comes_from_and_a_replay_is_one() {
        let folder = tempfile::tempdir().unwrap();
        let recorded = folder.path().join("channel.html");
        fs::write(&recorded, "<script>\n{\"n\":7,\"say\":\"main waits for timer 1\"}\n").unwrap();
        let (mut places, replays) =
            (Places::new().unwrap(), BTreeMap::from([("channel".to_owned(), recorded)]));
        let text = "<!-- code: book/build.rs: build -->\n```rust\nold\n```\n<!-- /code -->\n\
                    <!-- replay: channel#l=engine at main waits -->\nwords\n<!-- /replay -->\n";
        let (shown, faults) = chapter(text, &mut places, &replays);
        assert_eq!(faults, []);
        let link = "<div class=\"cut\"><a href=\"source/xtask/src/book/build.rs.html#L";
        assert!(shown.contains(link), "{shown}");
        let end = "</a><span class=\"of\">build</span></div>\n\n```rust\nold\n```\n";
        assert!(shown.contains(end), "{shown}");
        assert!(shown.contains("<iframe src=\"replays/channel.html#e=7&l=engine\""), "{shown}");
        assert!(!shown.contains("words"), "{shown}");
        let (_, faults) = chapter(&text.replace("waits", "sleeps"), &mut places, &replays);
        assert_eq!(faults.len(), 1, "{faults:?}");
    }
}
