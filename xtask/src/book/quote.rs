//! Is every generated block in the Markdown files up to date?
//!
//! A block quotes the project, between a marker such as `<!-- rung: 3 -->` and `<!-- /rung -->`.
//! [`sync`] generates the content of each block again and compares it; if asked to, it writes the
//! blocks that differ. A block that can't be generated is a fault, and keeps its old content.
//!
//! | marker | content |
//! |---|---|
//! | `code: wheel.rs: Wheel::cancel` | an item of a file (`source.rs`) |
//! | `diff: rungs/rung2_park.rs rungs/rung3_queue.rs: block_on` | how an item differs in two files |
//! | `output: cargo run --example make_tea` | a command and its expected output |
//! | `golden: oops/greedy.txt: without help` | an expected output, without the doctor's `= help:` |
//! | `refused: recursion` | rustc's error for a program that doesn't compile |
//! | `replay: make_tea at main is made` | how to open a replay (`replay.rs`) |
//! | `rung: 3` | what to type for a rung of the ladder |
//! | `table: performance.md: visitors` | a table of another paper |

use diffy::{DiffOptions, Hunk, Line};
use kettle_kit::report::Trouble;
use kettle_kit::{files, tree};

use crate::book::blocks::{self, Block, Fault, fenced};
use crate::book::{papers, replay, source};
use crate::examples;

/// What [`sync`] does with a block that is out of date.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum OutOfDate {
    Report,
    Rewrite,
}

/// The faults of all papers: blocks that can't be generated, and blocks that stay out of date.
pub(crate) fn sync(out_of_date: OutOfDate) -> Result<Vec<String>, Trouble> {
    let mut all_faults = Vec::new();
    for path in papers::by_hand() {
        let (name, text) = (tree::from_root(&path), files::read(&path)?);
        let (new, mut faults) = regenerated(&text);
        if out_of_date == OutOfDate::Rewrite && new != text {
            println!("written: {name}");
            // The rewritten blocks are no faults any more.
            (_, faults) = regenerated(&new);
            files::put(&path, new)?;
        }
        all_faults.extend(papers::as_lines(&name, faults));
    }
    Ok(all_faults)
}

/// The text with every block generated again, and a fault for each block that was out of date or
/// can't be generated.
fn regenerated(text: &str) -> (String, Vec<Fault>) {
    let mut stale = Vec::new();
    let (new, mut faults) = blocks::rewrite(text, |block| {
        let fault = |words: &str| format!("{} `{}`: {words}", block.kind, block.request);
        let content = content(block).map_err(|words| fault(&words))?;
        if content != block.old_content {
            let words = fault("is out of date; `cargo xtask book --sync` writes it");
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
        // A forge doesn't show the comment around the block, so the command is in its content.
        "output" => Ok(fenced("text", &format!("$ {}\n{}", block.request, output(block.request)?))),
        "rung" => rung(block.request),
        "table" => table(block.request),
        "replay" => replay::in_markdown(block.request),
        kind => unreachable!("{kind} is one of `blocks::KINDS`"),
    }
}

/// The expected output of `cargo run --example NAME`, of `cargo run --example RUNG PROGRAM`, or of
/// `cargo exercise rung NUMBER --play PROGRAM`, which prints the rung's story of the program.
fn output(command: &str) -> Result<String, String> {
    if let Some((rung, program)) = command.split_once(" --play ") {
        // The first rung tells no story: it would be millions of lines.
        let is_first = rung.ends_with("rung 1");
        let file = if is_first { examples::RUNG_OUTPUTS } else { examples::RUNG_STORIES };
        return examples::section(file, program);
    }
    let example = command.strip_prefix("cargo run --example ").ok_or("runs no example")?;
    match example.split_once(' ') {
        Some((_, program)) => examples::section(examples::RUNG_OUTPUTS, program),
        None => tree::read(&format!("examples/expected/{example}.txt")),
    }
}

/// What to type for a rung of the ladder, as `cargo exercise rung` prints it, without its heading.
fn rung(number: &str) -> Result<String, String> {
    let text = tree::read(&format!("exercises/ladder/rung{number}/README.md"))?;
    let (_, text) = text.split_once('\n').ok_or("has no heading")?;
    // Links to the book's pages become relative. The others stay right: a chapter, too, is three
    // folders below the root.
    Ok(format!("{}\n", text.replace("../../../docs/book/src/", "")))
}

/// `FILE: HEAD`: the table whose head begins with this cell.
fn table(request: &str) -> Result<String, String> {
    let (file, head) = split_request(request)?;
    let (paper, first_cell) = (tree::read(source::path(file)?)?, format!("| {head} |"));
    let lines = paper.lines().skip_while(|line| !line.starts_with(&first_cell));
    let rows: Vec<&str> = lines.take_while(|line| line.starts_with('|')).collect();
    if rows.is_empty() {
        return Err(format!("{file} has no such table"));
    }
    Ok(format!("\n{}\n\n", rows.join("\n")))
}

/// Splits `FILE: ITEM`.
pub(crate) fn split_request(request: &str) -> Result<(&str, &str), String> {
    let (file, item) = request.split_once(": ").ok_or("is not of the form `FILE: ITEM`")?;
    Ok((file.trim(), item.trim()))
}

/// `FILE: ITEM`: the item's lines.
fn code(request: &str) -> Result<String, String> {
    let (file, item) = split_request(request)?;
    let path = source::path(file)?;
    let lines =
        source::cut(&tree::read(path)?, item).map_err(|words| format!("{path}: {words}"))?;
    // Out of its file it doesn't compile: `ignore` keeps mdBook and rustdoc from trying.
    Ok(fenced("rust,ignore", &lines))
}

/// `OLD NEW: ITEM`: how the item's lines differ in the two files.
fn difference(request: &str) -> Result<String, String> {
    let (files, item) = split_request(request)?;
    let (old, new) = files.split_once(' ').ok_or("is not of the form `OLD NEW: ITEM`")?;
    let lines = |file| source::cut(&tree::read(source::path(file)?)?, item);
    let text = diff(&lines(old)?, &lines(new)?).ok_or("there is no difference")?;
    Ok(fenced("diff", &text))
}

/// The lines of `old` and `new` after `- ` and `+ `, those of both after two blanks; `None` if the
/// two are the same.
fn diff(old: &str, new: &str) -> Option<String> {
    if old == new {
        return None;
    }
    let (old, new) = (format!("{old}\n"), format!("{new}\n"));
    let mut options = DiffOptions::new();
    // As much context as there can be, so that unchanged lines are shown, too.
    let patch = options.set_context_len(old.len()).create_patch(&old, &new);
    let marked = |line: &Line<'_, str>| match line {
        Line::Delete(text) => format!("- {text}"),
        Line::Insert(text) => format!("+ {text}"),
        Line::Context(text) => format!("  {text}"),
    };
    let lines = patch.hunks().iter().flat_map(Hunk::lines);
    let lines: Vec<String> = lines.map(|line| marked(line).trim_end().to_owned()).collect();
    Some(lines.join("\n"))
}

/// `FILE`, or `FILE: without note help`: an expected output that is kept in a file. The doctor's
/// lines `= note:` and `= help:` can be left out.
fn golden(request: &str) -> Result<String, String> {
    let (file, left_out) = request.split_once(": without ").unwrap_or((request, ""));
    let mut text = tree::read(source::path(file)?)?;
    for word in left_out.split_whitespace() {
        let mark = format!(" = {word}: ");
        let kept: Vec<&str> = text.lines().filter(|line| !line.contains(&mark)).collect();
        if kept.len() == text.lines().count() {
            return Err(format!("{file} has no line `= {word}:`"));
        }
        text = kept.join("\n");
    }
    if !left_out.is_empty() {
        // The bar to the left of the lines that were left out goes, too.
        text.truncate(text.trim_end_matches(['|', ' ', '\n']).len());
    }
    Ok(fenced("text", &text))
}

/// rustc's error for one of the programs that don't compile, as `examples/forbidden/README.md`
/// quotes it. A test compares that page with rustc.
fn refused(case: &str) -> Result<String, String> {
    let page = tree::read("examples/forbidden/README.md")?;
    let place = format!("--> cases/{case}.rs:");
    let from_error = page.split("\n```text\n").find(|block| block.contains(&place));
    let from_error = from_error.ok_or("is no case of examples/forbidden")?;
    Ok(fenced("text", from_error.split("\n```").next().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<Fault> {
        regenerated(text).1
    }

    #[test]
    fn generated_code_is_up_to_date_until_it_is_edited() {
        let text = "<!-- code: xtask/src/book/quote.rs: diff -->\n<!-- /code -->\n";
        let (written, stale) = regenerated(text);
        let (_, words) = &stale[0];
        assert!(words.starts_with("code `xtask/src/book/quote.rs: diff`: is out of"), "{words}");
        assert!(written.contains("```rust,ignore\n/// The lines of `old`"), "{written}");
        assert_eq!(faults(&written), []);
        assert_eq!(faults(&written.replace("Insert", "Add")).len(), 1);
    }

    #[test]
    fn a_block_that_cannot_be_generated_is_a_fault_with_its_line() {
        let found = faults("a\n\n<!-- code: book/quote.rs: dif -->\n<!-- /code -->\n");
        let (line, words) = &found[0];
        assert_eq!(*line, 3);
        assert!(words.contains("xtask/src/book/quote.rs: there is no `dif`"), "{words}");
        for request in ["no/such.rs: a", "runtime/src/lib.rs", "output: cargo run"] {
            let text = format!("<!-- code: {request} -->\n<!-- /code -->\n");
            assert_eq!(faults(&text).len(), 1, "{request}");
        }
    }
}
