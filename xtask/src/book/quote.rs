//! Is every block of the papers what the tree says?
//!
//! [`sync`] makes the content of each block again and compares; if asked to, it writes what
//! differs. A block that cannot be made is a fault with file and line, and keeps its old content.
//!
//! Not here: running an example. What it prints is in `examples/expected`, and
//! `cargo xtask test examples` compares the two.

use std::path::Path;

use diffy::{DiffOptions, Hunk, Line};
use kettle_kit::report::Trouble;
use kettle_kit::{files, tree};

use crate::book::blocks::{self, Block, Fault, fenced};
use crate::book::{papers, replay, source};
use crate::examples;

/// What differs in the papers, or after it was written (`write`) cannot be made.
pub(crate) fn sync(write: bool) -> Result<Vec<String>, Trouble> {
    let mut found = Vec::new();
    for path in papers::written() {
        let (name, text) = (tree::shown(&path), files::read(&path)?);
        let (new, mut faults) = requoted(&text);
        if write && new != text {
            println!("written: {name}");
            faults = requoted(&new).1;
            files::put(&path, new)?;
        }
        found.extend(papers::as_lines(&name, faults));
    }
    Ok(found)
}

/// A text with its blocks as they should be, and where they are not.
fn requoted(text: &str) -> (String, Vec<Fault>) {
    let mut stale = Vec::new();
    let (new, mut faults) = blocks::rewrite(text, |block| {
        let fault = |words: &str| format!("{} `{}`: {words}", block.kind, block.request);
        let content = content(block).map_err(|words| fault(&words))?;
        if content != block.old {
            let words = fault("is out of step; `cargo xtask book --sync` writes it");
            stale.push((block.line, words));
        }
        Ok(Some(content))
    });
    faults.extend(stale);
    (new, faults)
}

/// The content of a block, including its fence.
fn content(block: &Block) -> Result<String, String> {
    match block.kind {
        "code" => code(block.request),
        "diff" => difference(block.request),
        "golden" => golden(block.request),
        "refused" => refused(block.request),
        // The command is part of it: on a forge the comment around the block isn't shown.
        "output" => Ok(fenced("text", &format!("$ {}\n{}", block.request, output(block.request)?))),
        "rung" => rung(block.request),
        "table" => table(block.request),
        _ => replay::in_markdown(block.request),
    }
}

/// The output of an example, or of a rung of the ladder for one of its programs, or its story.
fn output(command: &str) -> Result<String, String> {
    if let Some((rung, program)) = command.split_once(" --play ") {
        // The first rung tells no story: it would be millions of lines.
        let first = rung.ends_with("rung 1");
        let file = if first { examples::OF_RUNGS } else { examples::OF_STORIES };
        return examples::program(file, program);
    }
    let words = command.strip_prefix("cargo run --example ").ok_or("runs no example")?;
    match words.split_once(' ') {
        Some((_, program)) => examples::program(examples::OF_RUNGS, program),
        None => tree::read(&format!("examples/expected/{words}.txt")),
    }
}

/// What to type for a rung of the ladder, as `cargo exercise rung` prints it, without its heading.
fn rung(number: &str) -> Result<String, String> {
    let text = tree::read(&format!("exercises/ladder/rung{number}/README.md"))?;
    let (_, text) = text.split_once('\n').ok_or("has no heading")?;
    // A chapter is as far below the root.
    Ok(format!("{}\n", text.replace("../../../docs/book/src/", "")))
}

/// `FILE: HEAD`: the table whose head begins with this cell.
fn table(request: &str) -> Result<String, String> {
    let (file, head) = of_file(request)?;
    let (paper, begin) = (tree::read(source::path(file)?)?, format!("| {head} |"));
    let lines = paper.lines().skip_while(|line| !line.starts_with(&begin));
    let rows: Vec<&str> = lines.take_while(|line| line.starts_with('|')).collect();
    if rows.is_empty() {
        return Err(format!("{file} has no such table"));
    }
    Ok(format!("\n{}\n\n", rows.join("\n")))
}

/// `FILE: WISH`, apart.
pub(crate) fn of_file(request: &str) -> Result<(&str, &str), String> {
    let (file, request) =
        request.split_once(": ").ok_or("names no file and, behind `: `, what of it")?;
    Ok((file.trim(), request.trim()))
}

/// `FILE: WISH`
fn code(request: &str) -> Result<String, String> {
    let (file, request) = of_file(request)?;
    let path = source::path(file)?;
    let cut =
        source::cut(&tree::read(path)?, request).map_err(|words| format!("{path}: {words}"))?;
    Ok(fenced(language(path), &cut))
}

/// `OLD NEW: WISH`
fn difference(request: &str) -> Result<String, String> {
    let (files, request) = of_file(request)?;
    let (old, new) = files.split_once(' ').ok_or("names two files and what of them")?;
    let side = |file| source::cut(&tree::read(source::path(file)?)?, request);
    let text = diff(&side(old)?, &side(new)?).ok_or("there is no difference")?;
    Ok(fenced("diff", &text))
}

/// `old` into `new`, each line with `+`, `-` or a blank before it; `None` if they are the same.
fn diff(old: &str, new: &str) -> Option<String> {
    let (old, new) = (format!("{old}\n"), format!("{new}\n"));
    let mut whole = DiffOptions::new();
    let patch = whole.set_context_len(old.len()).create_patch(&old, &new);
    let line = |line: &Line<'_, str>| match line {
        Line::Delete(text) => format!("- {text}"),
        Line::Insert(text) => format!("+ {text}"),
        Line::Context(text) => format!("  {text}"),
    };
    let lines = patch.hunks().iter().flat_map(Hunk::lines);
    let lines: Vec<String> = lines.map(|it| line(it).trim_end().to_owned()).collect();
    (old != new).then(|| lines.join("\n"))
}

/// `FILE`, or `FILE: without note help`: a kept output, perhaps without the doctor's last lines.
fn golden(request: &str) -> Result<String, String> {
    let (file, without) = request.split_once(": without ").unwrap_or((request, ""));
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

/// What rustc says of a case of the page on refused programs. There a test compares it with rustc's
/// words.
fn refused(case: &str) -> Result<String, String> {
    let page = tree::read("examples/forbidden/README.md")?;
    let place = format!("--> cases/{case}.rs:");
    let words = page.split("\n```text\n").find(|block| block.contains(&place));
    let words = words.and_then(|block| block.split("\n```").next());
    Ok(fenced("text", words.ok_or("is no case of examples/forbidden")?))
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

    #[test]
    fn code_that_was_written_is_in_step_until_it_is_touched() {
        let text = "<!-- code: xtask/src/book/quote.rs: diff -->\n<!-- /code -->\n";
        let (written, faults) = requoted(text);
        let words = &faults[0].1;
        assert!(words.starts_with("code `xtask/src/book/quote.rs: diff`: is out of"), "{words}");
        assert!(written.contains("```rust,ignore\n/// `old` into"), "{written}");
        assert_eq!(requoted(&written).1, []);
        assert_eq!(requoted(&written.replace("Insert", "Add")).1.len(), 1);
    }

    #[test]
    fn what_is_missing_is_told_with_its_place() {
        let faults = |text: &str| requoted(text).1;
        let found = faults("a\n\n<!-- code: book/quote.rs: dif -->\n<!-- /code -->\n");
        assert_eq!(found[0].0, 3);
        assert!(found[0].1.contains("xtask/src/book/quote.rs: there is no `dif`"), "{found:?}");
        for request in ["no/such.rs: a", "runtime/src/lib.rs", "output: cargo run"] {
            let text = format!("<!-- code: {request} -->\n<!-- /code -->\n");
            assert_eq!(faults(&text).len(), 1, "{request}");
        }
    }
}
