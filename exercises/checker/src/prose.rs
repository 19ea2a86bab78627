//! How does prose look in a terminal?
//!
//! Broken between words where the terminal ends. Of Markdown, paragraphs and lists are broken again, code
//! stays as it is, and a link is followed by its target, because one can't click on it.
//!
//! Interface: [`say`], [`complain`], [`wrapped`], [`markdown`]; [`OK`], [`BAD`], [`WAIT`], [`DIM`], [`BOLD`].

use std::path::Path;

use anstream::{eprintln, println};
use anstyle::{AnsiColor, Style};
use kettle_kit::tree;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use textwrap::Options;

use crate::places::shown;

pub(crate) const OK: Style = AnsiColor::Green.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default();
pub(crate) const WAIT: Style = AnsiColor::Yellow.on_default();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const BOLD: Style = Style::new().bold();

/// Prints prose.
pub(crate) fn say(text: &str) {
    println!("{}", wrapped(text, "", ""));
}

/// Says why a command could not do what it was asked.
pub(crate) fn complain(mistake: &str) {
    let whole = format!("{BAD}error{BAD:#}: {mistake}");
    // What has lines already is a list, or another program's.
    let is_prose = !mistake.contains('\n');
    eprintln!("{}", if is_prose { wrapped(&whole, "", "") } else { whole });
}

/// `text`, with `first` before its first line and `other` before each other one.
pub(crate) fn wrapped(text: &str, first: &str, other: &str) -> String {
    let options = Options::new(textwrap::termwidth().min(100)).break_words(false);
    // A path is one word, whatever is in it.
    let options = options.word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(text, options.initial_indent(first).subsequent_indent(other))
}

/// Markdown as text; its links are seen from `folder`.
pub(crate) fn markdown(text: &str, folder: &Path) -> String {
    let mut page = Page::default();
    let mut links = Vec::new();
    for event in Parser::new(text) {
        match event {
            Event::Text(text) => page.line += &text,
            Event::Code(code) => page.line.extend(["`", &*code, "`"]),
            Event::SoftBreak => page.line.push(' '),
            Event::HardBreak => page.line.push('\n'),
            Event::Start(Tag::Link { dest_url, .. }) => {
                links.push((page.line.len(), target(&dest_url, folder)));
            }
            Event::End(TagEnd::Link) => {
                let (begin, target) = links.pop().expect("a link that began");
                if page.line[begin..].trim_matches('`') != target {
                    page.line.extend([" (", &*target, ")"]);
                }
            }
            Event::Start(Tag::Heading { .. }) => page.line = BOLD.render().to_string(),
            Event::End(TagEnd::Heading(_)) => {
                page.line += &BOLD.render_reset().to_string();
                page.end_block();
                page.gap();
            }
            Event::Start(Tag::List(number)) => page.lists.push(number),
            Event::End(TagEnd::List(_)) => {
                page.lists.pop();
                page.gap();
            }
            Event::Start(Tag::Item) => page.begin_item(),
            Event::End(TagEnd::Item) => {
                page.end_block();
                page.indent.truncate(page.indent.len().saturating_sub(3));
            }
            Event::Start(Tag::BlockQuote(_)) => page.indent += "   ",
            Event::End(TagEnd::BlockQuote(_)) => page.indent.truncate(page.indent.len() - 3),
            Event::End(TagEnd::Paragraph) => {
                page.end_block();
                page.gap();
            }
            Event::End(TagEnd::CodeBlock) => page.end_code(),
            _ => {}
        }
    }
    page.text.trim_end().to_owned()
}

/// Where a link leads, as one would type it here.
fn target(link: &str, folder: &Path) -> String {
    let is_elsewhere = link.contains("://") || link.starts_with('#');
    if is_elsewhere { link.to_owned() } else { shown(&tree::plain(&folder.join(link))) }
}

/// Text that is being set.
#[derive(Default)]
struct Page {
    text: String,
    /// Of the block at hand.
    line: String,
    /// Before each of its lines.
    indent: String,
    /// Before its first line instead: the number of an item.
    number: Option<String>,
    /// The lists it is in, with the number of the next item if they are numbered.
    lists: Vec<Option<u64>>,
}

impl Page {
    fn begin_item(&mut self) {
        let number = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{}.", *number - 1)
            }
            _ => "-".to_owned(),
        };
        self.number = Some(format!("{}{number:<3}", self.indent));
        self.indent += "   ";
    }

    fn end_block(&mut self) {
        let line = std::mem::take(&mut self.line);
        if !line.is_empty() {
            let first = self.number.take().unwrap_or_else(|| self.indent.clone());
            self.text += &(wrapped(&line, &first, &self.indent) + "\n");
        }
    }

    /// One empty line.
    fn gap(&mut self) {
        if !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    fn end_code(&mut self) {
        let code = std::mem::take(&mut self.line);
        self.text += &textwrap::indent(&code, &format!("{}    ", self.indent));
        self.gap();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places::root;

    #[test]
    fn a_link_is_followed_by_where_it_leads_and_a_paragraph_is_set_anew() {
        let folder = root().join("exercises/yield-now");
        let text = "See [chapter\n3](../../docs/a.md), [`src/b.rs`](../../src/b.rs) and\n[x](https://y.z).";
        let set = markdown(text, &folder);
        let words = set.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(words, "See chapter 3 (docs/a.md), `src/b.rs` and x (https://y.z).");
        assert!(set.lines().all(|line| line.len() <= 80), "{set}");
        assert!(set.starts_with("See chapter 3 (docs/a.md)"), "not broken there any more:\n{set}");
    }

    #[test]
    fn lists_hang_and_code_stays() {
        let long = "word ".repeat(30);
        let set = markdown(
            &format!("1. *{}*\n2. `*b*`\n\n```rust\nlet  a;\n```\n", long.trim()),
            &root(),
        );
        let lines: Vec<&str> = set.lines().collect();
        assert!(lines[0].starts_with("1. word word"), "{set}");
        assert!(lines[1].starts_with("   word"), "{set}");
        assert!(set.ends_with("2. `*b*`\n\n    let  a;"), "{set}");
    }
}
