//! Is every block of the book what the tree and the programs say?
//!
//! [`sync`] makes the content of each block anew and compares; asked to, it writes what differs.
//! A block that cannot be made is a fault with chapter and line, and keeps its old content.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::blocks::{self, Block};
use super::diff::diff;
use super::item::{Selector, cut};
use super::output::{Outputs, outputs};
use super::replay;
use crate::tree;

/// What became of the chapters.
#[derive(Debug, Default)]
pub(crate) struct Synced {
    pub(crate) blocks: usize,
    /// Chapters that were out of step: where, and since [`sync`] was asked to, written.
    pub(crate) written: Vec<String>,
    /// `chapter:line: what is wrong`
    pub(crate) faults: Vec<String>,
}

/// Makes every block of `chapters` anew; `write`: puts it there, else a difference is a fault.
pub(crate) fn sync(chapters: &[PathBuf], write: bool) -> Result<Synced, String> {
    let mut texts = Vec::new();
    let mut commands = BTreeSet::new();
    for path in chapters {
        let text =
            fs::read_to_string(path).map_err(|error| format!("{}: {error}", tree::shown(path)))?;
        let outputs = blocks::find(&text).0.into_iter().filter(|block| block.kind == "output");
        commands.extend(outputs.map(|block| block.wish));
        texts.push((path, text));
    }
    let outputs = outputs(&commands.into_iter().collect::<Vec<_>>());
    let mut synced = Synced::default();
    for (path, text) in texts {
        let name = tree::shown(path);
        let mut found = Synced::default();
        if let Some(new) = step(&text, &outputs, write, &name, &mut found).filter(|_| write) {
            fs::write(path, &new).map_err(|error| format!("{name}: {error}"))?;
            synced.written.push(name.clone());
            // Its lines have moved: the faults are told where they are now.
            found = Synced::default();
            step(&new, &outputs, write, &name, &mut found);
        }
        synced.blocks += found.blocks;
        synced.faults.extend(found.faults);
    }
    Ok(synced)
}

/// One chapter; its new text, if it differs.
fn step(
    text: &str,
    outputs: &Outputs,
    write: bool,
    name: &str,
    synced: &mut Synced,
) -> Option<String> {
    let mut made = BTreeMap::new();
    let (new, mut faults) = blocks::rewrite(text, |block| {
        synced.blocks += 1;
        let content = content(block, outputs).map_err(|words| told(block, &words))?;
        made.insert(block.line, content.clone());
        Ok(Some(content))
    });
    if !write {
        // With each block left as it is but one: which of them differ?
        for block in blocks::find(text).0 {
            let Some(content) = made.get(&block.line) else { continue };
            let only = |other: &Block| Ok((other.line == block.line).then(|| content.clone()));
            if blocks::rewrite(text, only).0 != ended(text) {
                faults.push((
                    block.line,
                    told(&block, "is out of step; `cargo xtask book --sync` writes it"),
                ));
            }
        }
    }
    faults.sort();
    synced.faults.extend(faults.into_iter().map(|(line, words)| format!("{name}:{line}: {words}")));
    (new != text).then_some(new)
}

/// What a block holds, fence and all.
fn content(block: &Block, outputs: &Outputs) -> Result<String, String> {
    match block.kind {
        "code" => code(&block.wish),
        "diff" => difference(&block.wish),
        "golden" => golden(&block.wish),
        "output" => {
            let output = outputs.get(&block.wish).ok_or("was not run")?;
            output.as_ref().map(|text| blocks::fenced("text", text)).map_err(Clone::clone)
        }
        _ => replay::in_markdown(&block.wish),
    }
}

/// `PATH SELECTOR`
fn code(wish: &str) -> Result<String, String> {
    let (path, selector) = wish.split_once(' ').ok_or("names a file and what of it")?;
    let selector = Selector::parse(selector)?;
    let text = cut(&read(path)?, &selector)?;
    Ok(blocks::fenced(language(path), &text))
}

/// `OLD NEW SELECTOR`; an item that only one of both has is new, or gone.
fn difference(wish: &str) -> Result<String, String> {
    let mut words = wish.splitn(3, ' ');
    let (Some(old), Some(new), Some(selector)) = (words.next(), words.next(), words.next()) else {
        return Err("names two files and what of them".into());
    };
    let selector = Selector::parse(selector)?;
    let (before, after) = (cut(&read(old)?, &selector), cut(&read(new)?, &selector));
    let text = match (before, after) {
        (Err(words), Err(_)) => return Err(format!("in both: {words}")),
        (before, after) => diff(&before.unwrap_or_default(), &after.unwrap_or_default()),
    };
    if text.is_empty() {
        return Err("there is no difference".into());
    }
    Ok(blocks::fenced("diff", &text))
}

/// `PATH LINES a..b`: both lines included; `bare` behind it: without the comments at their ends.
fn golden(wish: &str) -> Result<String, String> {
    let mut words: Vec<&str> = wish.split_whitespace().filter(|word| *word != "LINES").collect();
    let bare = words.last() == Some(&"bare");
    if bare {
        words.pop();
    }
    let [path, range] = words.as_slice() else { return Err("names a file and LINES a..b".into()) };
    let numbers =
        range.split_once("..").and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
    let (first, last): (usize, usize) = numbers.ok_or("LINES a..b takes two numbers")?;
    let text = read(path)?;
    let plain = |line: &'_ str| line.find(" # ").filter(|_| bare).unwrap_or(line.len());
    let lines: Vec<&str> = text.lines().map(|line| &line[..plain(line)]).collect();
    if first == 0 || last < first || last > lines.len() {
        return Err(format!("{path} has the lines 1..{}", lines.len()));
    }
    Ok(blocks::fenced("text", &dedented(&lines[first - 1..last])))
}

/// Moved left by what all lines have in common.
fn dedented(lines: &[&str]) -> String {
    let told = lines.iter().filter(|line| !line.trim().is_empty());
    let indent = told.map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
    let moved = lines.iter().map(|line| line.get(indent..).unwrap_or("").trim_end());
    moved.collect::<Vec<_>>().join("\n")
}

fn language(path: &str) -> &'static str {
    match Path::new(path).extension().and_then(|extension| extension.to_str()) {
        // Cut out of its file, it compiles nowhere: mdBook and rustdoc are told not to try.
        Some("rs") => "rust,ignore",
        Some("toml") => "toml",
        Some("js" | "mjs") => "js",
        _ => "text",
    }
}

fn read(path: &str) -> Result<String, String> {
    tree::read(path)
}

/// A text as [`blocks::rewrite`] gives it back: with a newline at its end.
fn ended(text: &str) -> String {
    text.lines().flat_map(|line| [line, "\n"]).collect()
}

fn told(block: &Block, words: &str) -> String {
    format!("{} `{}`: {words}", block.kind, block.wish)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<String> {
        let mut synced = Synced::default();
        step(text, &Outputs::new(), false, "x.md", &mut synced);
        synced.faults
    }

    fn written(text: &str) -> String {
        let mut synced = Synced::default();
        let new = step(text, &Outputs::new(), true, "x.md", &mut synced);
        assert_eq!(synced.faults, [""; 0]);
        new.unwrap_or_else(|| text.to_owned())
    }

    #[test]
    fn code_that_was_written_is_in_step_until_somebody_touches_it() {
        let text = "<!-- code: xtask/src/book/diff.rs fn longest -->\n<!-- /code -->\n";
        assert!(
            faults(text)[0].starts_with("x.md:1: code `xtask/src/book/diff.rs fn longest`: is out")
        );
        let written = written(text);
        assert!(written.contains("```rust,ignore\n/// How many lines the ends"), "{written}");
        assert_eq!(faults(&written), [""; 0]);
        assert_eq!(faults(&written.replace("vec![vec![0", "vec![vec![1")).len(), 1);
    }

    #[test]
    fn what_is_missing_is_told_with_its_place() {
        let text = "a\n\n<!-- code: xtask/src/book/diff.rs fn longst -->\n<!-- /code -->\n";
        let found = faults(text);
        assert!(found[0].starts_with("x.md:3: ") && found[0].contains("longest"), "{found:?}");
        for wish in ["no/such.rs fn a", "xtask/src/main.rs", "xtask/src/main.rs fn"] {
            assert_eq!(
                faults(&format!("<!-- code: {wish} -->\n<!-- /code -->\n")).len(),
                1,
                "{wish}"
            );
        }
        assert_eq!(faults("<!-- output: cargo run -->\n<!-- /output -->\n").len(), 1);
    }

    #[test]
    fn a_golden_excerpt_has_both_its_ends() {
        let golden = golden("tests/golden/make_tea.txt LINES 1..3").unwrap();
        assert!(golden.starts_with("```text\n# examples/make_tea.rs"), "{golden}");
        assert_eq!(golden.lines().count(), 5, "{golden}");
        for wrong in ["0..1", "3..2", "1..100000", "3", "a..b"] {
            assert!(
                super::golden(&format!("tests/golden/make_tea.txt {wrong}")).is_err(),
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_difference_is_one_of_items() {
        let files = "xtask/src/book/diff.rs xtask/src/book/item.rs";
        assert!(difference(&format!("{files} fn dedented")).unwrap().contains("\n+ fn dedented"));
        assert!(difference(&format!("{files} fn nowhere")).is_err());
        assert!(difference("xtask/src/main.rs xtask/src/main.rs all").is_err());
    }
}
