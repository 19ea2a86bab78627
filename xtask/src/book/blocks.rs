//! Where in a chapter stands what is never written by hand?
//!
//! Between `<!-- code: … -->` and `<!-- /code -->`, and so for each of [`KINDS`]. [`rewrite`] gives
//! the text back with another content in each block. Both markers have a line of their own; a
//! marker inside a fenced block is text like any other.

/// What blocks there are.
pub(crate) const KINDS: &[&str] = &["code", "diff", "output", "golden", "replay"];

/// One block: what its marker asks for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Block {
    pub(crate) kind: &'static str,
    /// What stands behind the colon.
    pub(crate) wish: String,
    /// The marker's line, from 1.
    pub(crate) line: usize,
    /// What stands in it now.
    pub(crate) old: String,
}

/// A mistake at a line.
pub(crate) type Fault = (usize, String);

/// The blocks of a text; a marker without its end is a fault.
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
    let lines: Vec<&str> = text.lines().collect();
    let mut out = String::new();
    let mut faults = Vec::new();
    let mut fence = None;
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        out.extend([line, "\n"]);
        at += 1;
        if let Some(ticks) = fence {
            if is_fence(line, ticks) && line.trim().len() == ticks {
                fence = None;
            }
            continue;
        }
        if is_fence(line, 3) {
            fence = Some(line.trim_start().chars().take_while(|&c| c == '`').count());
        }
        match opening(line, at) {
            None => {
                if let Some(kind) = closing(line) {
                    faults.push((at, format!("`<!-- /{kind} -->` ends nothing")));
                }
            }
            Some(Err(words)) => faults.push((at, words)),
            Some(Ok(mut block)) => {
                let length = lines[at..].iter().position(|line| closing(line) == Some(block.kind));
                let next = lines[at..].iter().position(|line| opening(line, 0).is_some());
                let Some(length) = length.filter(|&end| next.is_none_or(|next| end < next)) else {
                    let words = format!("no `<!-- /{} -->` behind this marker", block.kind);
                    faults.push((at, words));
                    continue;
                };
                block.old = lines[at..at + length].iter().flat_map(|line| [line, "\n"]).collect();
                let indent = &line[..line.len() - line.trim_start().len()];
                match fill(&block) {
                    Ok(Some(content)) => out += &indented(&content, indent),
                    Ok(None) => out += &block.old,
                    Err(words) => {
                        faults.push((block.line, words));
                        out += &block.old;
                    }
                }
                out.extend([lines[at + length], "\n"]);
                at += length + 1;
            }
        }
    }
    (out, faults)
}

/// A fenced block, with a fence that nothing in it can close.
pub(crate) fn fenced(language: &str, content: &str) -> String {
    let longest =
        content.lines().map(|line| line.trim_start().chars().take_while(|&c| c == '`').count());
    let ticks = "`".repeat(longest.max().unwrap_or(0).max(2) + 1);
    format!("{ticks}{language}\n{}\n{ticks}\n", content.trim_end())
}

/// A fence of this many backticks or more?
fn is_fence(line: &str, ticks: usize) -> bool {
    line.trim_start().chars().take_while(|&c| c == '`').count() >= ticks
}

/// The block that a marker opens; an error: a marker that means one, and is none.
fn opening(line: &str, number: usize) -> Option<Result<Block, String>> {
    let inside = line.trim().strip_prefix("<!--")?.strip_suffix("-->")?.trim();
    let (kind, wish) = inside.split_once(':')?;
    let kind = KINDS.iter().find(|known| **known == kind)?;
    let wish = wish.trim().to_owned();
    if wish.is_empty() {
        return Some(Err(format!("`<!-- {kind}: -->` asks for nothing")));
    }
    Some(Ok(Block { kind, wish, line: number, old: String::new() }))
}

fn closing(line: &str) -> Option<&'static str> {
    let inside = line.trim().strip_prefix("<!--")?.strip_suffix("-->")?.trim();
    let kind = inside.strip_prefix('/')?;
    KINDS.iter().copied().find(|known| *known == kind)
}

fn indented(content: &str, indent: &str) -> String {
    let lines = content
        .lines()
        .map(|line| if line.is_empty() { "\n".to_owned() } else { format!("{indent}{line}\n") });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
# One
<!-- code: a.rs fn b -->
old
<!-- /code -->
````text
<!-- code: not.rs me -->
```
````
  <!-- output: cargo run -->
  <!-- /output -->
<!-- misconception: 7 -->
";

    #[test]
    fn blocks_are_found_outside_fences() {
        let (blocks, faults) = find(TEXT);
        let found: Vec<_> =
            blocks.iter().map(|block| (block.kind, block.wish.as_str(), block.line)).collect();
        assert_eq!(found, [("code", "a.rs fn b", 2), ("output", "cargo run", 9)]);
        assert_eq!(faults, []);
    }

    #[test]
    fn only_what_is_between_the_markers_is_written_and_twice_is_as_once() {
        let fill = |block: &Block| Ok(Some(fenced("text", &format!("new {}", block.line))));
        let (once, _) = rewrite(TEXT, fill);
        assert_eq!(
            once,
            TEXT.replace("old\n", "```text\nnew 2\n```\n")
                .replace("  <!-- /output", "  ```text\n  new 9\n  ```\n  <!-- /output")
        );
        let (twice, _) = rewrite(&once, |block| {
            Ok(Some(fenced("text", if block.kind == "code" { "new 2" } else { "new 9" })))
        });
        assert_eq!(twice, once);
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
        assert_eq!(lines("<!-- code: a.rs fn b -->\ntext\n"), [1]);
        assert_eq!(lines("x\n<!-- code: a -->\n<!-- code: b -->\n<!-- /code -->\n"), [2]);
        assert_eq!(lines("<!-- code: a -->\n<!-- /diff -->\n"), [1, 2]);
        assert_eq!(lines("<!-- /output -->\n"), [1]);
        assert_eq!(lines("<!-- code: -->\n<!-- /code -->\n"), [1, 2]);
    }

    #[test]
    fn a_fence_is_longer_than_those_inside() {
        assert_eq!(fenced("md", "```\na\n```"), "````md\n```\na\n```\n````\n");
        assert_eq!(fenced("text", ""), "```text\n\n```\n");
    }
}
