//! Where in a chapter is what is never written by hand?
//!
//! Between `<!-- code: … -->` and `<!-- /code -->`, and so for each of [`KINDS`]. [`rewrite`] gives
//! the text back with another content in each block. Both markers have a line of their own.

use std::ops::Range;

use crate::markdown;

/// What blocks there are.
const KINDS: &[&str] = &["code", "diff", "output", "golden", "replay"];

/// One block: what its marker asks for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Block {
    pub(crate) kind: &'static str,
    /// What follows the colon.
    pub(crate) wish: String,
    /// The marker's line, from 1.
    pub(crate) line: usize,
    /// What is in it now, moved to the left by the marker's own blanks.
    pub(crate) old: String,
}

/// A mistake at a line.
pub(crate) type Fault = (usize, String);

/// A marker: its kind, its wish if it opens, and its line.
type Marker = (&'static str, Option<String>, Range<usize>);

/// The blocks of a text; a marker without its partner is a fault.
pub(crate) fn find(text: &str) -> (Vec<Block>, Vec<Fault>) {
    let mut blocks = Vec::new();
    let (_, faults) = rewrite(text, |block| {
        blocks.push(block.clone());
        Ok(None)
    });
    (blocks, faults)
}

/// The text with the content that `fill` gives to each block; where it gives none, or fails, the
/// old content stays.
pub(crate) fn rewrite(
    text: &str,
    mut fill: impl FnMut(&Block) -> Result<Option<String>, String>,
) -> (String, Vec<Fault>) {
    let (mut out, mut faults, mut done) = (String::new(), Vec::new(), 0);
    let mut markers = markdown::comments(text).filter_map(marker).peekable();
    while let Some((kind, wish, at)) = markers.next() {
        let line = markdown::line(text, at.start);
        let Some(wish) = wish else {
            faults.push((line, format!("`<!-- /{kind} -->` ends nothing")));
            continue;
        };
        let closing = |(other, wish, _): &Marker| *other == kind && wish.is_none();
        let Some((_, _, end)) = markers.next_if(closing) else {
            faults.push((line, format!("no `<!-- /{kind} -->` behind this marker")));
            continue;
        };
        if wish.is_empty() {
            faults.push((line, format!("`<!-- {kind}: -->` asks for nothing")));
            continue;
        }
        let marker = &text[at.clone()];
        let indent = &marker[..marker.len() - marker.trim_start().len()];
        let old = text[at.end..end.start].split_inclusive('\n');
        let old = old.map(|line| line.strip_prefix(indent).unwrap_or(line)).collect();
        let block = Block { kind, wish, line, old };
        match fill(&block) {
            Ok(None) => {}
            Ok(Some(content)) => {
                out += &text[done..at.end];
                out += &indented(&content, indent);
                done = end.start;
            }
            Err(words) => faults.push((line, words)),
        }
    }
    (out + &text[done..], faults)
}

/// A fenced block, with a fence that nothing in it can close.
pub(crate) fn fenced(language: &str, content: &str) -> String {
    let ticks = |line: &str| line.trim_start().chars().take_while(|&c| c == '`').count();
    let fence = "`".repeat(content.lines().map(ticks).max().unwrap_or(0).max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", content.trim_end())
}

fn marker((text, range): (&str, Range<usize>)) -> Option<Marker> {
    let known = |word: &str| KINDS.iter().copied().find(|kind| *kind == word);
    if let Some(kind) = text.strip_prefix('/') {
        return Some((known(kind)?, None, range));
    }
    let (kind, wish) = text.split_once(':')?;
    Some((known(kind)?, Some(wish.trim().to_owned()), range))
}

fn indented<'a>(content: &'a str, indent: &'a str) -> String {
    let pieces =
        |line: &'a str| if line.is_empty() { ["", "", "\n"] } else { [indent, line, "\n"] };
    content.lines().flat_map(pieces).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
# One
<!-- code: a.rs: b -->
old
<!-- /code -->
````text
<!-- code: not.rs: me -->
```
````
  <!-- output: cargo run -->
  <!-- /output -->
<!-- misconception: 7 -->
";

    #[test]
    fn only_what_is_between_the_markers_is_written_and_twice_is_as_once() {
        let (blocks, faults) = find(TEXT);
        let found: Vec<_> =
            blocks.iter().map(|block| (block.kind, block.wish.as_str(), block.line)).collect();
        assert_eq!(found, [("code", "a.rs: b", 2), ("output", "cargo run", 9)]);
        assert_eq!(faults, []);
        let fill = |block: &Block| Ok(Some(fenced("text", block.kind)));
        let (once, _) = rewrite(TEXT, fill);
        let expected = TEXT
            .replace("old\n", "```text\ncode\n```\n")
            .replace("  <!-- /output", "  ```text\n  output\n  ```\n  <!-- /output");
        assert_eq!(once, expected);
        assert_eq!(rewrite(&once, fill).0, once);
    }

    #[test]
    fn a_failure_leaves_the_old_content_and_tells_the_line() {
        let (text, faults) = rewrite(TEXT, |_| Err("no".to_owned()));
        assert_eq!(text, TEXT);
        assert_eq!(faults, [(2, "no".to_owned()), (9, "no".to_owned())]);
    }

    #[test]
    fn a_marker_without_its_partner_is_a_fault() {
        let lines = |text: &str| find(text).1.iter().map(|(line, _)| *line).collect::<Vec<_>>();
        assert_eq!(lines("<!-- code: a.rs: b -->\ntext\n"), [1]);
        assert_eq!(lines("x\n<!-- code: a -->\n<!-- code: b -->\n<!-- /code -->\n"), [2]);
        assert_eq!(lines("<!-- code: a -->\n<!-- /diff -->\n"), [1, 2]);
        assert_eq!(lines("<!-- output: -->\n<!-- /output -->\n"), [1]);
    }

    #[test]
    fn a_fence_is_longer_than_those_inside() {
        assert_eq!(fenced("md", "```\na\n```"), "````md\n```\na\n```\n````\n");
        assert_eq!(fenced("text", ""), "```text\n\n```\n");
    }
}
