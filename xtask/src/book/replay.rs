//! How does a replay come into the book?
//!
//! In the Markdown a block `<!-- replay: NAME -->` holds a line of words, for whoever reads it on a
//! forge.

/// What stands in the Markdown.
pub(crate) fn in_markdown(wish: &str) -> Result<String, String> {
    let name = name(wish)?;
    Ok(format!(
        "> **Replay.** `cargo xtask replay {name}` records this run and opens it, step by step; the \
         built book (`cargo xtask book --open`) has it here.\n"
    ))
}

/// The example; behind it `#` may name the event at which the page opens.
pub(crate) fn name(wish: &str) -> Result<&str, String> {
    let name = wish.split('#').next().unwrap_or(wish);
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain && !name.is_empty() { Ok(name) } else { Err("names an example".into()) }
}
