//! What is in a Markdown text, and where?
//!
//! [`links`], [`comments`], [`languages`] (of code blocks) and [`anchors`] (of headings) ask
//! pulldown-cmark, the parser that mdBook has, too: what looks like a link, a heading or a comment
//! inside a code block is none. Places are byte ranges of the text. [`line_number`] gives the line
//! of a place, and [`replaced`] puts other words into some.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

fn events(text: &str) -> impl Iterator<Item = (Event<'_>, Range<usize>)> {
    parser(text).into_offset_iter()
}

fn parser(text: &str) -> Parser<'_> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    Parser::new_ext(text, options | Options::ENABLE_TASKLISTS | Options::ENABLE_FOOTNOTES)
}

/// The number, from 1, of the line in which the byte `at` is.
pub(crate) fn line_number(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// The text of each comment that begins a line, and the range of its line.
pub(crate) fn comments(text: &str) -> impl Iterator<Item = (&str, Range<usize>)> {
    events(text).filter_map(move |(event, range)| {
        let Event::Html(_) = event else { return None };
        let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
        let (words, _) = text[range.clone()].trim().strip_prefix("<!--")?.split_once("-->")?;
        Some((words.trim(), start..range.end))
    })
}

/// The language of each fenced block.
pub(crate) fn languages(text: &str) -> impl Iterator<Item = String> {
    events(text).filter_map(|(event, _)| match event {
        Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => {
            Some(language.into_string())
        }
        _ => None,
    })
}

/// A link `[label](target)` or `[label](<target>)`, a picture, or the definition `[name]: target`
/// that a link refers to.
pub(crate) struct Link {
    pub(crate) target: String,
    /// Where the target is written.
    pub(crate) at: Range<usize>,
    /// Where the label is (in a definition: its brackets and the colon).
    pub(crate) label: Range<usize>,
    pub(crate) whole: Range<usize>,
}

/// All links, in the order of the text. One that refers to a definition isn't a link of its own.
pub(crate) fn links(text: &str) -> Vec<Link> {
    let mut found = Vec::new();
    // `before`: what is between the label and the target.
    let mut add = |target: &str, before: &str, range: Range<usize>| {
        let spellings = [format!("{before}{target}"), format!("{before}<{target}")];
        let written = spellings.iter().find_map(|spelling| {
            Some((range.start + text[range.clone()].rfind(spelling)?, spelling.len()))
        });
        found.extend(written.map(|(label_end, length)| {
            let at = label_end + length - target.len();
            let label = (range.start + 1).min(label_end)..label_end;
            Link { target: target.to_owned(), at: at..at + target.len(), label, whole: range }
        }));
    };
    for (event, range) in events(text) {
        if let Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) = event {
            add(&dest_url, "](", range);
        }
    }
    for (_, definition) in parser(text).reference_definitions().iter() {
        add(&definition.dest, " ", definition.span.clone());
    }
    found.sort_by_key(|link| link.at.start);
    found
}

/// The text with other words in these ranges, which are in the order of the text.
pub(crate) fn replaced(
    text: &str,
    replacements: impl IntoIterator<Item = (Range<usize>, String)>,
) -> String {
    let (mut new, mut copied) = (String::new(), 0);
    for (range, words) in replacements {
        new = new + &text[copied..range.start] + &words;
        copied = range.end;
    }
    new + &text[copied..]
}

/// The anchors to which a link can lead: those that a forge makes of the headings (`-1` is appended
/// to the second of the same name), and those in the text, such as `<a id="m9">`.
pub(crate) fn anchors(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut title = None;
    for (event, _) in events(text) {
        match event {
            Event::Start(Tag::Heading { .. }) => title = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => {
                let name = anchor(&title.take().unwrap_or_default());
                let nth = |n| if n == 0 { name.clone() } else { format!("{name}-{n}") };
                let is_free = |name: &String| !found.contains(name);
                found.extend((0..=found.len()).map(nth).find(is_free));
            }
            Event::Text(words) | Event::Code(words) => {
                if let Some(title) = &mut title {
                    *title += &words;
                }
            }
            Event::InlineHtml(html) => {
                let id = html.strip_prefix("<a id=\"").and_then(|html| html.strip_suffix("\">"));
                found.extend(id.map(str::to_owned));
            }
            _ => {}
        }
    }
    found
}

/// The anchor that GitHub makes of a heading.
fn anchor(title: &str) -> String {
    let title = title.trim().to_lowercase().replace(' ', "-");
    title.chars().filter(|&c| c.is_alphanumeric() || c == '-' || c == '_').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a [b](c.md#d) ![`e`](f.svg \"f.svg\") `[h](i)`\n```\n[j](k)\n```\n\
                        [`m`](n) [o][p] [![q](r)](<s>)\n\n[p]: t.md\n";

    #[test]
    fn links_are_found_outside_code() {
        let targets: Vec<String> = links(TEXT).into_iter().map(|link| link.target).collect();
        // The target of a reference is written in its definition.
        assert_eq!(targets, ["c.md#d", "f.svg", "n", "r", "s", "t.md"]);
    }

    #[test]
    fn headings_of_one_name_are_told_apart() {
        let text = "# A b\n```\n# no\n```\n## A b\n### `c`: d!\n#hash\n|<a id=\"m9\"></a>9|\n";
        assert_eq!(anchors(text), ["a-b", "a-b-1", "c-d", "m9"]);
    }
}
