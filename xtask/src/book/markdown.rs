//! What is in a Markdown text, and where?
//!
//! [`comments`], [`languages`] (of code blocks), [`links`] and [`anchors`] (of headings) ask
//! pulldown-cmark, the parser of mdBook: text inside a code block that looks like a link, a heading
//! or a comment isn't one. Places are byte ranges of the text. [`line_number`] gives the line of a
//! place, and [`replaced`] exchanges the words of some places.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// The parts of the text as the parser sees them, each with its range.
fn events(text: &str) -> impl Iterator<Item = (Event<'_>, Range<usize>)> {
    parser(text).into_offset_iter()
}

fn parser(text: &str) -> Parser<'_> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    Parser::new_ext(text, options | Options::ENABLE_TASKLISTS | Options::ENABLE_FOOTNOTES)
}

/// The text of each comment that begins a line, and the range of its line.
pub(crate) fn comments(text: &str) -> impl Iterator<Item = (&str, Range<usize>)> {
    events(text).filter_map(move |(event, range)| {
        let Event::Html(_) = event else { return None };
        // The event's range may begin behind the line's indentation.
        let line_start = text[..range.start].rfind('\n').map_or(0, |newline| newline + 1);
        let (words, _) = text[range.clone()].trim().strip_prefix("<!--")?.split_once("-->")?;
        Some((words.trim(), line_start..range.end))
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
    pub(crate) target_range: Range<usize>,
    /// The label without its brackets; in a definition, the name with `]:`.
    pub(crate) label_range: Range<usize>,
    pub(crate) whole_range: Range<usize>,
}

/// All links, in the order of the text. A link that refers to a definition isn't one of its own.
pub(crate) fn links(text: &str) -> Vec<Link> {
    let mut found = Vec::new();
    for (event, range) in events(text) {
        if let Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) = event {
            found.extend(Link::find(text, range, "](", &dest_url));
        }
    }
    for (_, definition) in parser(text).reference_definitions().iter() {
        found.extend(Link::find(text, definition.span.clone(), " ", &definition.dest));
    }
    found.sort_by_key(|link| link.target_range.start);
    found
}

impl Link {
    /// The link that is written in this range, with `separator` between its label and its target;
    /// `None` if the target isn't written there, but in a definition.
    fn find(text: &str, range: Range<usize>, separator: &str, target: &str) -> Option<Link> {
        for separator in [separator.to_owned(), format!("{separator}<")] {
            if let Some(offset) = text[range.clone()].rfind(&format!("{separator}{target}")) {
                let label_start = range.start + text[range.clone()].find('[')? + 1;
                let label_end = range.start + offset;
                let target_start = label_end + separator.len();
                return Some(Link {
                    target: target.to_owned(),
                    target_range: target_start..target_start + target.len(),
                    label_range: label_start..label_end,
                    whole_range: range,
                });
            }
        }
        None
    }
}

/// The anchors to which a link can lead: those that a forge makes of the headings, and those in the
/// text, such as `<a id="m9">`.
pub(crate) fn anchors(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    // The words of the heading that the parser is in.
    let mut title: Option<String> = None;
    for (event, _) in events(text) {
        match event {
            Event::Start(Tag::Heading { .. }) => title = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => {
                let name = anchor(&title.take().unwrap_or_default());
                let mut unique = name.clone();
                // The second heading of the same words gets `-1`, the third `-2`.
                let mut repetition = 0;
                while found.contains(&unique) {
                    repetition += 1;
                    unique = format!("{name}-{repetition}");
                }
                found.push(unique);
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

/// The number, from 1, of the line that contains the byte at this offset.
pub(crate) fn line_number(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

/// The text with other words in these ranges, which are in the order of the text.
pub(crate) fn replaced(
    text: &str,
    replacements: impl IntoIterator<Item = (Range<usize>, String)>,
) -> String {
    let mut new = String::new();
    let mut copied_to = 0;
    for (range, words) in replacements {
        new = new + &text[copied_to..range.start] + &words;
        copied_to = range.end;
    }
    new + &text[copied_to..]
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
