//! Which parts of a Markdown file are generated?
//!
//! The blocks between two markers, each on a line of its own:
//!
//! ```text
//! <!-- code: wheel.rs: Wheel::cancel -->
//! the content of the block, of the kind `code`
//! <!-- /code -->
//! ```
//!
//! [`rewrite`] replaces the content of each block. [`fenced`] makes a code block of a text.

use std::ops::Range;

use crate::book::markdown;

/// The kinds of blocks. `quote.rs` says what the content of each is.
const KINDS: &[&str] = &["code", "diff", "output", "golden", "refused", "replay", "rung", "table"];

/// A block, as its markers describe it.
pub(crate) struct Block<'a> {
    pub(crate) kind: &'static str,
    /// The words of the first marker after its colon.
    pub(crate) request: &'a str,
    pub(crate) old_content: &'a str,
    /// Where the content is in the text.
    range: Range<usize>,
    /// The line of the first marker.
    pub(crate) line: usize,
}

/// A mistake, with its line.
pub(crate) type Fault = (usize, String);

/// The text with the content that `fill` returns for each block, and the faults: `fill`'s errors,
/// and markers without a partner. The old content stays where `fill` returns none or fails.
pub(crate) fn rewrite<'a>(
    text: &'a str,
    mut fill: impl FnMut(&Block<'a>) -> Result<Option<String>, String>,
) -> (String, Vec<Fault>) {
    let (blocks, mut faults) = parse(text);
    let mut contents = Vec::new();
    for block in blocks {
        match fill(&block) {
            Ok(content) => contents.extend(content.map(|content| (block.range, content))),
            Err(words) => faults.push((block.line, words)),
        }
    }
    (markdown::replaced(text, contents), faults)
}

fn parse(text: &str) -> (Vec<Block<'_>>, Vec<Fault>) {
    let (mut blocks, mut faults) = (Vec::new(), Vec::new());
    let mut markers = markdown::comments(text).filter_map(marker).peekable();
    while let Some(Marker { kind, request, line_range }) = markers.next() {
        let line = markdown::line_number(text, line_range.start);
        let Some(request) = request else {
            faults.push((line, format!("`<!-- /{kind} -->` ends nothing")));
            continue;
        };
        match markers.next_if(|other| other.kind == kind && other.request.is_none()) {
            Some(_) if request.is_empty() => {
                faults.push((line, format!("`<!-- {kind}: -->` asks for nothing")));
            }
            Some(end) => {
                let range = line_range.end..end.line_range.start;
                let old_content = &text[range.clone()];
                blocks.push(Block { kind, request, old_content, range, line });
            }
            None => faults.push((line, format!("no `<!-- /{kind} -->` behind this marker"))),
        }
    }
    (blocks, faults)
}

struct Marker<'a> {
    kind: &'static str,
    /// `None` if the marker ends a block.
    request: Option<&'a str>,
    line_range: Range<usize>,
}

/// Reads a comment as a marker, if it is one.
fn marker((comment, line_range): (&str, Range<usize>)) -> Option<Marker<'_>> {
    let (word, request) = if let Some(word) = comment.strip_prefix('/') {
        (word, None)
    } else {
        let (word, request) = comment.split_once(':')?;
        (word, Some(request.trim()))
    };
    let kind = KINDS.iter().copied().find(|kind| *kind == word)?;
    Some(Marker { kind, request, line_range })
}

/// A code block. Its fence is longer than any in the content, which therefore can't close it.
pub(crate) fn fenced(language: &str, content: &str) -> String {
    let backquotes = |line: &str| line.trim_start().chars().take_while(|&c| c == '`').count();
    let longest = content.lines().map(backquotes).max().unwrap_or(0);
    let fence = "`".repeat(3.max(longest + 1));
    format!("{fence}{language}\n{}\n{fence}\n", content.trim_end())
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
<!-- other: 7 -->
";

    #[test]
    fn only_blocks_between_markers_are_rewritten() {
        let (blocks, _) = parse(TEXT);
        let found: Vec<_> = blocks.iter().map(|block| (block.kind, block.request)).collect();
        assert_eq!(found, [("code", "a.rs: b"), ("output", "cargo run")]);
        let (once, faults) = rewrite(TEXT, |block| Ok(Some(fenced("text", block.kind))));
        assert_eq!(faults, []);
        let expected = TEXT
            .replace("old\n", "```text\ncode\n```\n")
            .replace("<!-- /output", "```text\noutput\n```\n<!-- /output");
        assert_eq!(once, expected);
        let (twice, _) = rewrite(&once, |block| Ok(Some(fenced("text", block.kind))));
        assert_eq!(twice, once);
    }

    #[test]
    fn a_failure_leaves_the_old_content_and_names_the_line() {
        let (text, faults) = rewrite(TEXT, |_| Err("no".to_owned()));
        assert_eq!(text, TEXT);
        assert_eq!(faults, [(2, "no".to_owned()), (9, "no".to_owned())]);
    }

    #[test]
    fn a_marker_without_its_partner_is_a_fault() {
        let lines = |text: &str| {
            rewrite(text, |_| Ok(None)).1.iter().map(|(line, _)| *line).collect::<Vec<_>>()
        };
        assert_eq!(lines("<!-- code: a.rs: b -->\ntext\n"), [1]);
        assert_eq!(lines("x\n<!-- code: a -->\n<!-- code: b -->\n<!-- /code -->\n"), [2]);
        assert_eq!(lines("<!-- code: a -->\n<!-- /diff -->\n"), [1, 2]);
        assert_eq!(lines("<!-- output: -->\n<!-- /output -->\n"), [1]);
        assert_eq!(lines("in the middle of a line `<!-- table: -->` <!-- code: d -->"), [0; 0]);
    }
}
