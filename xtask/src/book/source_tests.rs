use super::*;

const SOURCE: &str = r#"//! A file to cut.

/// A cup.
#[derive(Debug)] // as all
pub(crate) struct Cup<T> {
    /// How full.
    level: T, // a brace: }
}

impl<T: fmt::Debug> Cup<T> {
    // Not only a little.
    /// Fills it.
    #[inline]
    pub(crate) async fn fill(&self) {
        f("} fn drink() {");
    } // filled
}

impl<T> Drop
    for Cup<T>
{
    fn drop(&mut self) {}
}

impl fmt::Display for Pair {
    fn fmt(&self) {}
}

impl fmt::Debug for Pair {
    fn fmt(&self) { 1 }
}

/// Comes later.
fn drink() -> impl Fn() -> u8 { || 1 }

#[cfg(test)]
mod tests {
    fn fill() {}
}

trait Pour {
    fn pour(&self);
}

macro_rules! stir {
    () => {};
}
"#;

fn get(wish: &str) -> Result<String, String> {
    cut(SOURCE, wish)
}

#[test]
fn an_item_comes_with_its_comments_and_attributes_or_without() {
    let text = get("Cup").unwrap();
    assert!(text.starts_with("/// A cup.\n#[derive(Debug)] // as all\npub(crate)"), "{text}");
    assert!(text.ends_with("level: T, // a brace: }\n}"), "{text}");
    let text = get("Cup nodoc").unwrap();
    assert_eq!(text, "pub(crate) struct Cup<T> {\n    level: T, // a brace: }\n}");
    let text = get("fill").unwrap();
    assert!(text.starts_with("// Not only a little.\n/// Fills it.\n#[inline]\npub(crate) async"));
    assert!(text.ends_with("\n    f(\"} fn drink() {\");\n} // filled"), "at the margin: {text}");
}

#[test]
fn items_are_found_by_as_much_of_their_path_as_is_needed() {
    assert!(get("drink").unwrap().starts_with("/// Comes later.\nfn drink()"));
    assert_eq!(get("Pour::pour").unwrap(), "fn pour(&self);");
    assert_eq!(get("stir!").unwrap(), "macro_rules! stir {\n    () => {};\n}");
    assert!(get("impl Drop for Cup").unwrap().ends_with("{\n    fn drop(&mut self) {}\n}"));
    assert!(get("impl Cup").unwrap().starts_with("impl<T: fmt::Debug> Cup<T> {"));
    assert!(get("Pair::fmt").unwrap_err().contains(" may be any of "));
    assert!(get("impl Display for Pair").unwrap().contains("fn fmt(&self) {}"));
}

#[test]
fn what_is_missing_is_told() {
    assert_eq!(get("Cup::fil").unwrap_err(), "there is no `Cup::fil`");
    assert!(get("impl Drop for Cap").is_err());
    assert!(get("tests::fill").is_err(), "tests are not quoted");
    assert!(cut("fn a( {}", "a").unwrap_err().contains("line 1"));
}

#[test]
fn a_file_is_named_by_the_end_of_its_path() {
    assert_eq!(path("book/source.rs"), Ok("xtask/src/book/source.rs"));
    assert_eq!(path("examples/rungs/sync.rs"), Ok("examples/rungs/sync.rs"));
    assert_eq!(path("Cargo.toml"), Ok("Cargo.toml"), "from the root");
    assert_eq!(path("sourcetests.rs").unwrap_err(), "there is no `sourcetests.rs`");
    assert!(path("lib.rs").is_ok_and(|path| path == "runtime/src/lib.rs"), "the engine first");
    assert!(path("source_tests").is_err(), "whole names only");
}
