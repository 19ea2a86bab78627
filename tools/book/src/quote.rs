//! Is every block of the book what the tree and the programs say?
//!
//! [`sync`] makes the content of each block anew and compares; asked to, it writes what differs.
//! A block that cannot be made is a fault with chapter and line, and keeps its old content.

use std::path::{Path, PathBuf};

use kettle_kit::{files, tree};
use similar::{ChangeTag, TextDiff};

use crate::blocks::{self, Block, Fault, fenced};
use crate::output::{Outputs, outputs};
use crate::replay;
use crate::source;

/// What became of the chapters.
#[derive(Debug, Default)]
pub(crate) struct Synced {
    pub(crate) blocks: usize,
    /// Chapters that were out of step, and were written.
    pub(crate) written: Vec<String>,
    /// `chapter:line: what is wrong`
    pub(crate) faults: Vec<String>,
}

/// Makes every block of `chapters` anew; `write`: puts it there, else a difference is a fault.
pub(crate) fn sync(chapters: &[PathBuf], write: bool) -> Result<Synced, String> {
    let texts: Vec<String> =
        chapters.iter().map(|path| files::read(path)).collect::<Result<_, _>>()?;
    let blocks: Vec<Block> = texts.iter().flat_map(|text| blocks::find(text)).collect();
    let commands = blocks.iter().filter(|block| block.kind == "output").map(|block| block.wish);
    let outputs = outputs(commands.collect());
    let mut synced = Synced { blocks: blocks.len(), ..Synced::default() };
    for (path, text) in chapters.iter().zip(&texts) {
        let name = tree::shown(path);
        let (new, faults) = step(text, &outputs, write);
        if new != *text {
            files::put(path, new)?;
            synced.written.push(name.clone());
        }
        let told = faults.into_iter().map(|(line, words)| format!("{name}:{line}: {words}"));
        synced.faults.extend(told);
    }
    Ok(synced)
}

/// One chapter: its new text, and its faults.
fn step(text: &str, outputs: &Outputs, write: bool) -> (String, Vec<Fault>) {
    blocks::rewrite(text, |block| {
        let told = |words: &str| format!("{} `{}`: {words}", block.kind, block.wish);
        let content = content(block, outputs).map_err(|words| told(&words))?;
        if write || content == block.old {
            return Ok(write.then_some(content));
        }
        Err(told("is out of step; `cargo xtask book --sync` writes it"))
    })
}

/// What a block holds, fence and all.
fn content(block: &Block, outputs: &Outputs) -> Result<String, String> {
    match block.kind {
        "code" => code(block.wish),
        "diff" => difference(block.wish),
        "golden" => golden(block.wish),
        "output" => {
            // The command is part of it: on a forge the comment around the block isn't shown.
            let output = outputs.get(block.wish).ok_or("was not run")?.as_ref();
            let shown = |text| fenced("text", &format!("$ {}\n{text}", block.wish));
            output.map(shown).map_err(Clone::clone)
        }
        _ => replay::in_markdown(block.wish),
    }
}

/// `FILE: WISH`, apart.
pub(crate) fn of_file(wish: &str) -> Result<(&str, &str), String> {
    let (file, wish) = wish.split_once(": ").ok_or("names no file and, behind `: `, what of it")?;
    Ok((file.trim(), wish.trim()))
}

/// `FILE: WISH`
fn code(wish: &str) -> Result<String, String> {
    let (file, wish) = of_file(wish)?;
    let path = source::path(file)?;
    let cut = source::cut(&tree::read(path)?, wish).map_err(|words| format!("{path}: {words}"))?;
    Ok(fenced(language(path), &cut.text))
}

/// `OLD NEW: WISH`; an item that only one of both has is new, or gone.
fn difference(wish: &str) -> Result<String, String> {
    let (files, wish) = of_file(wish)?;
    let (old, new) = files.split_once(' ').ok_or("names two files and what of them")?;
    let side = |file| source::cut(&tree::read(source::path(file)?)?, wish);
    let (before, after) = match (side(old), side(new)) {
        (Err(words), Err(_)) => return Err(format!("in both: {words}")),
        (before, after) => (before.map(|cut| cut.text), after.map(|cut| cut.text)),
    };
    match diff(&before.unwrap_or_default(), &after.unwrap_or_default()) {
        Some(text) => Ok(fenced("diff", &text)),
        None => Err("there is no difference".into()),
    }
}

/// `old` into `new`, each line with `+`, `-` or a blank before it; `None` if they are the same.
fn diff(old: &str, new: &str) -> Option<String> {
    let (old, new) = (format!("{old}\n"), format!("{new}\n"));
    let line = |change: similar::Change<&str>| {
        let sign = match change.tag() {
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
            ChangeTag::Equal => ' ',
        };
        format!("{sign} {}", change.value()).trim_end().to_owned()
    };
    let lines: Vec<String> =
        TextDiff::from_lines(&old, &new).iter_all_changes().map(line).collect();
    (old != new).then(|| lines.join("\n"))
}

/// `FILE`, or `FILE: without note help`: a kept output, perhaps without the doctor's last lines.
fn golden(wish: &str) -> Result<String, String> {
    let (file, without) = wish.split_once(": without ").unwrap_or((wish, ""));
    let mut text = tree::read(source::path(file)?)?;
    for word in without.split_whitespace() {
        let mark = format!(" = {word}: ");
        let kept: Vec<&str> = text.lines().filter(|line| !line.contains(&mark)).collect();
        if kept.len() == text.lines().count() {
            return Err(format!("{file} has no line `= {word}:`"));
        }
        text = kept.join("\n");
    }
    let end: &[char] = if without.is_empty() { &[] } else { &['|', ' ', '\n'] };
    Ok(fenced("text", text.trim_end_matches(end)))
}

fn language(path: &str) -> &'static str {
    match Path::new(path).extension().and_then(|extension| extension.to_str()) {
        // Cut out of its file, it compiles nowhere: mdBook and rustdoc are told not to try.
        Some("rs") => "rust,ignore",
        Some("js" | "mjs") => "js",
        _ => "text",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<Fault> {
        step(text, &Outputs::new(), false).1
    }

    #[test]
    fn code_that_was_written_is_in_step_until_it_is_touched() {
        let text = "<!-- code: tools/book/src/quote.rs: diff -->\n<!-- /code -->\n";
        let words = &faults(text)[0].1;
        assert!(words.starts_with("code `tools/book/src/quote.rs: diff`: is out of"), "{words}");
        let (written, told) = step(text, &Outputs::new(), true);
        assert!(told.is_empty() && written.contains("```rust,ignore\n/// `old` into"), "{written}");
        assert_eq!(faults(&written), []);
        assert_eq!(faults(&written.replace("sign", "mark")).len(), 1);
    }

    #[test]
    fn what_is_missing_is_told_with_its_place() {
        let found = faults("a\n\n<!-- code: book/src/quote.rs: dif -->\n<!-- /code -->\n");
        assert_eq!(found[0].0, 3);
        assert!(found[0].1.contains("tools/book/src/quote.rs: there is no `dif`"), "{found:?}");
        for wish in ["no/such.rs: a", "runtime/src/lib.rs", "output: cargo run"] {
            let text = format!("<!-- code: {wish} -->\n<!-- /code -->\n");
            assert_eq!(faults(&text).len(), 1, "{wish}");
        }
        assert_eq!(faults("<!-- output: cargo run -->\n<!-- /output -->\n").len(), 1);
    }
}
