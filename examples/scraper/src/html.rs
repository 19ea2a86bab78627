//! What does a page say of itself, and where does it lead?

use html5gum::{DefaultEmitter, Token, Tokenizer};
use url::Url;

/// The most bytes of a URL. Without it, a page whose `<base>` is long would make each of its many short links as long.
const LONGEST: usize = 2_000;
/// The most links of a page: to resolve them all takes no other task's time, and with the longest base they are 2 MB.
const MOST_LINKS: usize = 1_000;

#[derive(Debug)]
pub struct Found {
    pub title: Option<String>,
    /// As they are written. [`absolute`] makes URLs of them.
    pub links: Vec<String>,
    /// What they are relative to: the page, unless it says otherwise.
    pub base: Url,
}

/// HTML is never wrong: a tokenizer makes something of any bytes.
pub fn read(page: &Url, html: &[u8]) -> Found {
    let mut found = Found { title: None, links: Vec::new(), base: page.clone() };
    let (mut in_title, mut emitter) = (false, DefaultEmitter::default());
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
                    found.links.push(href.into_owned());
                } else if tag.name == b"base" && found.base == *page {
                    found.base = absolute(page, &href).unwrap_or(found.base);
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

/// Without the part after `#`; or why it is none.
pub fn absolute(base: &Url, href: &str) -> Result<Url, String> {
    let too_long = || Err(format!("it has more than {LONGEST} bytes"));
    if href.len() > LONGEST {
        return too_long();
    }
    let mut url = base.join(href).map_err(|error| error.to_string())?;
    url.set_fragment(None);
    if url.as_str().len() > LONGEST { too_long() } else { Ok(url) }
}
