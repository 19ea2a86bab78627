//! What does a page say of itself, and where does it lead?

use html5gum::{DefaultEmitter, Token, Tokenizer};
use url::Url;

/// The most bytes of a URL. Without it, a page whose `<base>` is long would make each of its many
/// short links as long.
const LONGEST: usize = 2_000;
/// The most links of a page: to resolve them all takes no other task's time, and with the longest
/// base they are 2 MB.
const MOST_LINKS: usize = 1_000;

#[derive(Debug, Default)]
pub struct Found {
    pub title: Option<String>,
    pub links: Vec<Url>,
}

/// HTML is never wrong: a tokenizer makes something of any bytes. A link that is no URL is none.
pub fn read(page: &Url, html: &[u8]) -> Found {
    let (mut found, mut base, mut in_title) = (Found::default(), page.clone(), false);
    let mut emitter = DefaultEmitter::default();
    // Or what a script has in its strings would be links.
    emitter.naively_switch_states(true);
    // Reading from a slice can't fail: the error is `Infallible`.
    for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
        match token {
            Token::StartTag(tag) => {
                in_title = tag.name == b"title" && found.title.is_none();
                let Some(href) = tag.attributes.get(&b"href"[..]) else { continue };
                let href = String::from_utf8_lossy(href);
                if tag.name == b"a" && found.links.len() < MOST_LINKS {
                    found.links.extend(absolute(&base, &href));
                } else if tag.name == b"base" {
                    base = absolute(page, &href).unwrap_or(base);
                }
            }
            Token::String(text) if in_title => {
                let words = String::from_utf8_lossy(&text);
                let words: Vec<&str> = words.split_whitespace().collect();
                found.title = Some(words.join(" ").chars().take(200).collect());
            }
            Token::EndTag(_) => in_title = false,
            _ => {}
        }
    }
    found
}

/// Without the part after `#`.
pub fn absolute(base: &Url, href: &str) -> Option<Url> {
    let mut url = base.join(href).ok()?;
    url.set_fragment(None);
    (url.as_str().len() <= LONGEST).then_some(url)
}
