//! What does a page say of itself, and where does it lead?

use html5gum::{Token, Tokenizer};
use url::Url;

#[derive(Debug, Default)]
pub struct Found {
    pub title: Option<String>,
    /// Absolute, without the part after `#`; or what is written there and why it is no URL.
    pub links: Vec<Result<Url, (String, url::ParseError)>>,
}

/// HTML is never wrong: a tokenizer makes something of any bytes.
pub fn read(page: &Url, html: &[u8]) -> Found {
    let (mut found, mut base, mut in_title) = (Found::default(), page.clone(), false);
    for Ok(token) in Tokenizer::new(html) {
        match token {
            Token::StartTag(tag) => {
                in_title = tag.name == b"title" && found.title.is_none();
                let Some(href) = tag.attributes.get(&b"href"[..]) else { continue };
                let href = String::from_utf8_lossy(href);
                if tag.name == b"a" {
                    found.links.push(absolute(&base, &href).map_err(|why| (href.into(), why)));
                } else if tag.name == b"base" {
                    base = page.join(&href).unwrap_or(base);
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

pub fn absolute(base: &Url, href: &str) -> Result<Url, url::ParseError> {
    let mut url = base.join(href)?;
    url.set_fragment(None);
    Ok(url)
}
