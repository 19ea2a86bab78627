//! How is one item cut out of a Rust file?
//!
//! [`cut`] takes a file's text and a [`Selector`] (`fn wake`, `fn Slot::wake`, `impl Drop for Guard`,
//! `head`, `all`) and gives the item's lines as they stand there, with the comments and attributes
//! right above it, moved to the left margin. Braces in strings and comments do not count:
//! [`crate::lexer`] blanks them. It relies on what rustfmt does: an item begins a line.
//!
//! Not here: a parser. What a macro makes is not found.

use crate::lexer;

/// What stands after the path in a marker: which lines of the file are meant.
#[derive(Debug, PartialEq)]
pub(crate) struct Selector {
    what: What,
    /// Without doc comments and attributes (a whole file keeps those, and loses its head).
    bare: bool,
}

#[derive(Debug, PartialEq)]
enum What {
    All,
    /// The comment that opens the file.
    Head,
    /// A keyword, perhaps the type it is in, a name.
    Named(String, Option<String>, String),
    /// Everything between `impl` and the brace.
    Impl(String),
}

/// Keywords with a name behind them.
const KINDS: &[&str] =
    &["fn", "struct", "enum", "const", "static", "type", "trait", "mod", "macro_rules!"];

impl Selector {
    pub(crate) fn parse(text: &str) -> Result<Selector, String> {
        let mut words: Vec<&str> = text.split_whitespace().collect();
        let bare = words.last() == Some(&"nodoc");
        if bare {
            words.pop();
        }
        let what = match words.as_slice() {
            ["all"] => What::All,
            ["head"] => What::Head,
            ["impl", header @ ..] if !header.is_empty() => What::Impl(header.join(" ")),
            [kind, name] if KINDS.contains(kind) => match name.rsplit_once("::") {
                Some((owner, name)) => {
                    What::Named((*kind).to_owned(), Some(owner.to_owned()), name.to_owned())
                }
                None => What::Named((*kind).to_owned(), None, (*name).to_owned()),
            },
            _ => {
                let known = "fn NAME, fn TYPE::NAME, struct, enum, const, static, type, trait, mod, \
                             macro_rules! NAME, impl TYPE, impl TRAIT for TYPE, head, all; then nodoc";
                return Err(format!("`{text}` is no selector: {known}"));
            }
        };
        Ok(Selector { what, bare })
    }
}

/// The lines of `source` that `selector` names; or words that say what there is instead.
pub(crate) fn cut(source: &str, selector: &Selector) -> Result<String, String> {
    let (_, text) = find(source, selector)?;
    if !selector.bare {
        return Ok(dedented(&text));
    }
    // A program without its `#[kettle::main]` would be another one.
    let whole = selector.what == What::All;
    let text = if whole { without_head(&text) } else { text };
    Ok(dedented(&without_docs(&text, whole)))
}

/// The line of the file (from 1) in which it begins.
pub(crate) fn line(source: &str, selector: &Selector) -> Result<usize, String> {
    Ok(find(source, selector)?.0)
}

fn find(source: &str, selector: &Selector) -> Result<(usize, String), String> {
    let file = File::new(source);
    let start = match &selector.what {
        What::All => return Ok((1, source.trim_end().to_owned())),
        What::Head => return Ok((1, head(source).ok_or("it does not open with a comment")?)),
        What::Impl(header) => {
            let blocks = file.blocks();
            let found = blocks.iter().find(|block| block.is(header));
            let found = found.ok_or_else(|| {
                let there = blocks.iter().map(|block| format!("impl {}", block.header));
                missing(&format!("no `impl {header}`"), there)
            })?;
            found.start
        }
        What::Named(kind, owner, name) => file.named(kind, owner.as_deref(), name)?,
    };
    let (from, to) = file.lines(start, selector.bare);
    let line = file.source[..from].iter().filter(|&&c| c == '\n').count() + 1;
    Ok((line, file.source[from..to].iter().collect()))
}

/// A file, and its code with comments and literals blanked, letter for letter.
struct File {
    source: Vec<char>,
    code: Vec<char>,
}

/// An `impl` or `trait` and what is between its braces.
struct Block {
    start: usize,
    end: usize,
    header: String,
}

impl File {
    fn new(source: &str) -> File {
        File { source: source.chars().collect(), code: lexer::code(source).chars().collect() }
    }

    /// Where the keyword of the item stands.
    fn named(&self, kind: &str, owner: Option<&str>, name: &str) -> Result<usize, String> {
        let all = self.items(kind);
        let Some(owner) = owner else {
            let found = all.iter().find(|(_, there)| there == name);
            return found.map(|(start, _)| *start).ok_or_else(|| {
                let there = all.iter().map(|(_, name)| name.clone());
                missing(&format!("no `{kind} {name}`"), there)
            });
        };
        let mut there = Vec::new();
        for block in self.blocks() {
            for (start, item) in &all {
                if (block.start..block.end).contains(start) && block.owner() == owner {
                    if item == name {
                        return Ok(*start);
                    }
                    there.push(item.clone());
                }
            }
        }
        Err(missing(&format!("no `{kind} {name}` in `{owner}`"), there.into_iter()))
    }

    /// Every place where `kind` stands with a name behind it.
    fn items(&self, kind: &str) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        for start in self.words(kind) {
            let mut at = start + kind.len();
            if !self.code.get(at).is_some_and(|c| c.is_whitespace()) {
                continue;
            }
            while self.code.get(at).is_some_and(|c| c.is_whitespace()) {
                at += 1;
            }
            let name: String = self.code[at..].iter().take_while(|c| is_name(**c)).collect();
            let in_const = kind == "const" && matches!(name.as_str(), "fn" | "unsafe" | "async");
            if !name.is_empty() && !in_const {
                found.push((start, name));
            }
        }
        found
    }

    /// Every `impl` and `trait` that begins a line, in their order.
    fn blocks(&self) -> Vec<Block> {
        let mut found = Vec::new();
        let starts = self.words("impl").into_iter().chain(self.words("trait"));
        for start in starts {
            let line: String = self.code[self.line_start(start)..start].iter().collect();
            if !matches!(line.trim(), "" | "pub" | "pub(crate)" | "pub(super)") {
                continue;
            }
            let end = self.end(start, false);
            let length = self.code[start..end].iter().position(|&c| c == '{').unwrap_or(0);
            let header: String = self.code[start..start + length].iter().collect();
            found.push(Block { start, end, header: plain_header(&header) });
        }
        found.sort_by_key(|block| block.start);
        found
    }

    /// The item that begins at `start`, in whole lines, with what is written right above it.
    fn lines(&self, start: usize, bare: bool) -> (usize, usize) {
        let to_semicolon = ["const", "static", "type"]
            .iter()
            .any(|kind| self.code[start..].starts_with(&kind.chars().collect::<Vec<_>>()));
        let end = self.end(start, to_semicolon);
        let mut from = self.line_start(start);
        while !bare && from > 0 {
            let above = self.line_start(from - 1);
            let line: String = self.source[above..from].iter().collect();
            let line = line.trim();
            if line.starts_with("//") || line.starts_with("#[") {
                from = above;
            } else if line.ends_with(']') {
                let Some(opening) = self.attribute_start(above) else { break };
                from = opening;
            } else {
                break;
            }
        }
        // To the end of its last line: a comment may stand there.
        let rest = self.source[end..].iter().position(|&c| c == '\n');
        (from, rest.map_or(self.source.len(), |length| end + length))
    }

    /// Where the item ends: behind its closing brace, or its semicolon.
    fn end(&self, start: usize, to_semicolon: bool) -> usize {
        let mut depth = 0_usize;
        for (at, c) in self.code.iter().enumerate().skip(start) {
            match c {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 && *c == '}' && !to_semicolon {
                        return at + 1;
                    }
                }
                ';' if depth == 0 => return at + 1,
                _ => {}
            }
        }
        self.code.len()
    }

    /// The line in which an attribute began that ends above: `#[` alone, over several lines.
    fn attribute_start(&self, line: usize) -> Option<usize> {
        let mut at = line;
        while at > 0 {
            at = self.line_start(at - 1);
            let text: String = self.code[at..].iter().take_while(|c| **c != '\n').collect();
            if text.trim_start().starts_with("#[") {
                return Some(at);
            }
            if text.trim().is_empty() || text.contains(['{', '}', ';']) {
                return None;
            }
        }
        None
    }

    fn line_start(&self, at: usize) -> usize {
        self.source[..at].iter().rposition(|&c| c == '\n').map_or(0, |newline| newline + 1)
    }

    /// Where `word` stands in the code, as a word of its own.
    fn words(&self, word: &str) -> Vec<usize> {
        let word: Vec<char> = word.chars().collect();
        let last = self.code.len().saturating_sub(word.len());
        let alone = |at: usize| {
            let before = at.checked_sub(1).is_some_and(|before| is_name(self.code[before]));
            let after = self.code.get(at + word.len()).is_some_and(|c| is_name(*c));
            !before && !after
        };
        (0..=last).filter(|&at| self.code[at..].starts_with(&word) && alone(at)).collect()
    }
}

impl Block {
    /// Is it the one that a reader calls so? Lifetimes and type parameters may be left out.
    fn is(&self, wanted: &str) -> bool {
        self.header == wanted || without_generics(&self.header) == without_generics(wanted)
    }

    /// Whose methods are in it: the type, or the trait where it is declared.
    fn owner(&self) -> String {
        let header = without_generics(&self.header);
        let owner = header.rsplit(" for ").next().unwrap_or(&header);
        let owner = owner.split([':', ' ']).next().unwrap_or(owner);
        owner.trim_start_matches(['&', '*']).to_owned()
    }
}

/// That it is not there, and what is.
fn missing(what: &str, there: impl Iterator<Item = String>) -> String {
    let there = there.collect::<Vec<_>>().join(", ");
    let there = if there.is_empty() { "nothing of that kind" } else { &there };
    format!("{what}; there is: {there}")
}

/// `impl<T> Future for Sleep<T> where …` is `Future for Sleep<T>`.
fn plain_header(header: &str) -> String {
    let words = header.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = words.split(" where ").next().unwrap_or_default();
    let rest = words.trim_start_matches("impl").trim_start_matches("trait ");
    let mut depth = 0_usize;
    let mut skipped = 0;
    if rest.starts_with('<') {
        for (at, c) in rest.char_indices() {
            match c {
                '<' => depth += 1,
                '>' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                skipped = at + 1;
                break;
            }
        }
    }
    rest[skipped..].trim().to_owned()
}

/// `std::future::Future for Guard<'_, T>` is `Future for Guard`.
fn without_generics(header: &str) -> String {
    let mut depth = 0_usize;
    let mut plain = String::new();
    for c in header.chars() {
        match c {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    let last = |word: &str| word.rsplit("::").next().unwrap_or(word).to_owned();
    plain.split_whitespace().map(last).collect::<Vec<_>>().join(" ")
}

/// The comment that opens the file: `//!`, or `//` where a file is included elsewhere.
fn head(source: &str) -> Option<String> {
    let lines: Vec<&str> = source.lines().take_while(|line| line.starts_with("//")).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn without_head(source: &str) -> String {
    source.lines().skip_while(|line| line.starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Leaves out doc comments and attributes, wherever they stand in the item.
fn without_docs(text: &str, with_attributes: bool) -> String {
    let mut kept = Vec::new();
    let mut in_attribute = false;
    for line in text.lines() {
        let trimmed = line.trim();
        let doc = trimmed.starts_with("///") || trimmed.starts_with("//!");
        let attribute = trimmed.starts_with("#[") || trimmed.starts_with("#![");
        if (in_attribute || attribute) && !with_attributes {
            in_attribute = !trimmed.ends_with(']');
        } else if !doc {
            kept.push(line);
        }
    }
    // What stood above the first line of a file is gone, and so is the gap behind it.
    let first = kept.iter().position(|line| !line.trim().is_empty()).unwrap_or(0);
    kept[first..].join("\n")
}

/// Moved left by as much as its first line stands in.
fn dedented(text: &str) -> String {
    let indent = text.len() - text.trim_start_matches(' ').len();
    let moved = text.lines().map(|line| {
        let blanks = line.len() - line.trim_start_matches(' ').len();
        line[blanks.min(indent)..].trim_end()
    });
    moved.collect::<Vec<_>>().join("\n")
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
#[path = "item_tests.rs"]
mod tests;
