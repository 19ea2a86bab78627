//! Is the book short enough to be read?
//!
//! Prose is counted: not what is in fenced blocks (code, outputs), not comments and tags, not the
//! targets of links. The limits are the project's own promise to its readers.

use std::fs;

use super::blocks;
use crate::links;
use crate::report::Trouble;

/// The most words of the book…
const BOOK: usize = 25_000;
/// …of a chapter…
const CHAPTER: usize = 2_000;
/// …and of what stands before the first.
const BEFORE: usize = 400;

pub(crate) fn faults() -> Result<Vec<String>, Trouble> {
    Ok(too_long(&counts()?))
}

/// For the reader: chapter by chapter.
pub(crate) fn table() -> Result<String, Trouble> {
    let counts = counts()?;
    let sum: usize = counts.iter().map(|(_, words)| words).sum();
    let lines = counts.iter().map(|(name, words)| format!("{words:>7}  {name}\n"));
    Ok(format!("{}{sum:>7}  of {BOOK}\n", lines.collect::<String>()))
}

fn counts() -> Result<Vec<(String, usize)>, Trouble> {
    let mut counts = Vec::new();
    for path in super::chapters() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name != "SUMMARY.md" {
            counts.push((name, count(&fs::read_to_string(&path)?)));
        }
    }
    Ok(counts)
}

fn too_long(counts: &[(String, usize)]) -> Vec<String> {
    let limit = |name: &str| if name.starts_with("00") { BEFORE } else { CHAPTER };
    let long = counts.iter().filter(|(name, words)| *words > limit(name));
    let mut faults: Vec<String> = long
        .map(|(name, words)| format!("{name}: {words} words, more than {}", limit(name)))
        .collect();
    let sum: usize = counts.iter().map(|(_, words)| words).sum();
    if sum > BOOK {
        faults.push(format!("the book has {sum} words, more than {BOOK}"));
    }
    faults
}

/// The words of a chapter's prose.
fn count(text: &str) -> usize {
    // What a block holds was not written by hand.
    let (text, _) = blocks::rewrite(text, |_| Ok(Some(String::new())));
    let prose: Vec<&str> = links::prose(&text).map(|(_, line)| line).collect();
    let prose = without(&prose.join("\n"), "<!--", "-->");
    let prose = without_targets(&without(&prose, "<", ">"));
    let is_word = |word: &&str| word.chars().any(char::is_alphanumeric);
    prose.split_whitespace().filter(is_word).count()
}

/// Leaves out what stands between two marks; an opening one that is none stays.
fn without(text: &str, opening: &str, closing: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(opening) {
        let (before, inside) = rest.split_at(start);
        let is_tag =
            opening != "<" || inside[1..].starts_with(|c: char| c.is_alphabetic() || c == '/');
        if let Some(end) = inside.find(closing).filter(|_| is_tag) {
            out.extend([before, " "]);
            rest = &inside[end + closing.len()..];
        } else {
            out.extend([before, opening]);
            rest = &inside[opening.len()..];
        }
    }
    out + rest
}

/// `[text](target)` is its text.
fn without_targets(text: &str) -> String {
    let mut pieces = text.split("](");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        out.extend(["]", piece.split_once(')').map_or(piece, |(_, rest)| rest)]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_prose_are_counted() {
        assert_eq!(count("# One two\n\nthree [four five](a/b-c.md#d-e) `six`, - 7.\n"), 7);
        assert_eq!(count("one\n```text\nno no\n```\ntwo <!-- no no\nno --> three\n"), 3);
        assert_eq!(count("<details><summary>One</summary>\n\ntwo\n</details>\n"), 2);
        assert_eq!(
            count(
                "one\n<!-- replay: a -->\n> no no\n<!-- /replay -->\n| two | three |\n|---|---|\n"
            ),
            3
        );
        assert_eq!(count("one < two, three > four"), 4);
    }

    #[test]
    fn what_is_too_long_is_told() {
        let counts = |before, first, others: usize| {
            let mut counts =
                vec![("00-before.md".to_owned(), before), ("01-tea.md".to_owned(), first)];
            counts.extend((0..others).map(|number| (format!("{number}.md"), 2_000)));
            counts
        };
        assert_eq!(too_long(&counts(400, 2_000, 11)), [""; 0]);
        assert_eq!(too_long(&counts(401, 2_001, 0)).len(), 2);
        assert_eq!(
            too_long(&counts(400, 2_000, 12)),
            ["the book has 26400 words, more than 25000"]
        );
    }
}
