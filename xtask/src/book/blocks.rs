//! Where in a chapter is what is never written by hand?
//!
//! Between `<!-- code: … -->` and `<!-- /code -->`, and so for each of [`KINDS`]. Each marker has a
//! line of its own. [`rewrite`] gives the text back with another content in each block.

use std::ops::Range;

use crate::book::markdown;

/// The kinds of blocks.
const KINDS: &[&str] = &["code", "diff", "output", "golden", "refused", "replay", "rung", "table"];

/// A block, as its marker describes it.
pub(crate) struct Block<'a> {
    pub(crate) kind: &'static str,
    /// The marker's words after the colon.
    pub(crate) request: &'a str,
    /// Its present content, and where that is.
    pub(crate) old: &'a str,
    place: Range<usize>,
    /// The line of its marker.
    pub(crate) line: usize,
}

/// A mistake, with its line.
pub(crate) type Fault = (usize, String);

/// The text with the content that `fill` gives to each block; where it gives none, or fails, the
/// old content stays. A marker without its partner is a fault.
pub(crate) fn rewrite<'a>(
    text: &'a str,
    mut fill: impl FnMut(&Block<'a>) -> Result<Option<String>, String>,
) -> (String, Vec<Fault>) {
    let (blocks, mut faults) = parse(text);
    let mut new = Vec::new();
    for block in blocks {
        match fill(&block) {
            Ok(content) => new.extend(content.map(|content| (block.place, content))),
            Err(words) => faults.push((block.line, words)),
        }
    }
    (markdown::replaced(text, new), faults)
}

fn parse(text: &str) -> (Vec<Block<'_>>, Vec<Fault>) {
    let (mut blocks, mut faults) = (Vec::new(), Vec::new());
    let mut markers = markdown::comments(text).filter_map(marker).peekable();
    while let Some((kind, request, at)) = markers.next() {
        let line = markdown::line(text, at.start);
        let Some(request) = request else {
            faults.push((line, format!("`<!-- /{kind} -->` ends nothing")));
            continue;
        };
        let is_end = |(other, request, _): &Marker| *other == kind && request.is_none();
        match markers.next_if(is_end) {
            Some(_) if request.is_empty() => {
                faults.push((line, format!("`<!-- {kind}: -->` asks for nothing")));
            }
            Some((_, _, end)) => {
                let place = at.end..end.start;
                blocks.push(Block { kind, request, old: &text[place.clone()], place, line });
            }
            None => faults.push((line, format!("no `<!-- /{kind} -->` behind this marker"))),
        }
    }
    (blocks, faults)
}

/// A marker: its kind, its request if it opens, and its line.
type Marker<'a> = (&'static str, Option<&'a str>, Range<usize>);

fn marker((text, range): (&str, Range<usize>)) -> Option<Marker<'_>> {
    let (word, request) = match text.strip_prefix('/') {
        Some(word) => (word, None),
        None => text.split_once(':').map(|(word, request)| (word, Some(request.trim())))?,
    };
    Some((KINDS.iter().copied().find(|kind| *kind == word)?, request, range))
}

/// A fenced block, with a fence that nothing in it can close.
pub(crate) fn fenced(language: &str, content: &str) -> String {
    let ticks = |line: &str| line.trim_start().chars().take_while(|&c| c == '`').count();
    let fence = "`".repeat(content.lines().map(ticks).max().unwrap_or(0).max(2) + 1);
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
    fn only_what_is_between_the_markers_is_written_and_twice_is_as_once() {
        let found = parse(TEXT).0;
        let found: Vec<_> = found.iter().map(|block| (block.kind, block.request)).collect();
        assert_eq!(found, [("code", "a.rs: b"), ("output", "cargo run")]);
        let (once, faults) = rewrite(TEXT, |block| Ok(Some(fenced("text", block.kind))));
        assert_eq!(faults, []);
        let expected = TEXT
            .replace("old\n", "```text\ncode\n```\n")
            .replace("<!-- /output", "```text\noutput\n```\n<!-- /output");
        assert_eq!(once, expected);
        assert_eq!(rewrite(&once, |block| Ok(Some(fenced("text", block.kind)))).0, once);
    }

    #[test]
    fn a_failure_leaves_the_old_content_and_tells_the_line() {
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
