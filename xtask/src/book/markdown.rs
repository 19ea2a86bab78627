//! What is in a Markdown text, and where?
//!
//! Everything here asks pulldown-cmark, the parser that mdBook has too: what looks like a link, a
//! heading or a comment inside a code block is none. Places are byte ranges of the text.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

pub(crate) fn events(text: &str) -> impl Iterator<Item = (Event<'_>, Range<usize>)> {
    parser(text).into_offset_iter()
}

fn parser(text: &str) -> Parser<'_> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    Parser::new_ext(text, options | Options::ENABLE_TASKLISTS | Options::ENABLE_FOOTNOTES)
}

/// The number of the line (from 1) in which `at` is.
pub(crate) fn line(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// The comments that begin a line: what each says, and where its line is.
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

/// A link or a picture.
pub(crate) struct Link {
    /// Where it leads, and where that is written: at the link, or in the definition it refers to.
    pub(crate) target: String,
    pub(crate) at: Range<usize>,
    /// Where the words are; nowhere, in a definition.
    pub(crate) label: Range<usize>,
    pub(crate) whole: Range<usize>,
}

pub(crate) fn links(text: &str) -> Vec<Link> {
    let mut found = Vec::new();
    let mut add = |target: &str, opening: &str, range: Range<usize>| {
        let spellings = [format!("{opening}{target}"), format!("{opening}<{target}")];
        let written = spellings.iter().find_map(|spelling| {
            Some((range.start + text[range.clone()].rfind(spelling)?, spelling.len()))
        });
        found.extend(written.map(|(end, length)| {
            let at = end + length - target.len();
            let label = (range.start + 1).min(end)..end;
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

/// The text with other words in these places, which are in their order.
pub(crate) fn replaced(
    text: &str,
    places: impl IntoIterator<Item = (Range<usize>, String)>,
) -> String {
    let (mut out, mut done) = (String::new(), 0);
    for (range, words) in places {
        out = out + &text[done..range.start] + &words;
        done = range.end;
    }
    out + &text[done..]
}

/// The anchors that a forge makes of the headings (the second of a name has `-1` behind it), and
/// those that are written: `<a id="m9">`.
pub(crate) fn anchors(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut title = None;
    for (event, _) in events(text) {
        match event {
            Event::Start(Tag::Heading { .. }) => title = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => {
                let name = anchor(&title.take().unwrap_or_default());
                let nth = |n| if n == 0 { name.clone() } else { format!("{name}-{n}") };
                let free = |name: &String| !found.contains(name);
                found.extend((0..=found.len()).map(nth).find(free));
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

/// A heading as GitHub makes an anchor of it.
fn anchor(title: &str) -> String {
    let kept = title.trim().to_lowercase().replace(' ', "-");
    kept.chars().filter(|&c| c.is_alphanumeric() || c == '-' || c == '_').collect()
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
