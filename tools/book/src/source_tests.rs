use super::*;

const SOURCE: &str = r##"//! A file to cut.

use std::fmt;

/// Öl and water: "{".
#[derive(Debug)] // as all
#[must_use]
pub(crate) struct Cup<T> {
    /// How full.
    level: T, // a brace: }
}

struct Pair(u8, [u8; 2]);

impl<T: fmt::Debug> Cup<T> {
    const FULL: u8 = 7;

    // Not only a little.
    /// Fills it.
    #[inline]
    pub(crate) async fn fill(&self, text: &str) -> [u8; 2] {
        // Not the end: }
        let raw = r#"} fn drink() { "#;
        match text {
            "}" => [0; 2],
            _ => [raw.len() as u8, 7],
        }
    } // filled
}

impl<T> Drop
    for Cup<T>
where
    T: fmt::Debug,
{
    fn drop(&mut self) {
        let drink = "";
    }
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
"##;

fn get(wish: &str) -> Result<String, String> {
    cut(SOURCE, wish).map(|cut| cut.text)
}

#[test]
fn an_item_comes_with_its_comments_and_attributes_or_without() {
    let text = get("Cup").unwrap();
    assert!(
        text.starts_with("/// Öl and water: \"{\".\n#[derive(Debug)] // as all\n#[must_use]"),
        "{text}"
    );
    assert!(text.ends_with("level: T, // a brace: }\n}"), "{text}");
    let text = get("Cup nodoc").unwrap();
    assert_eq!(text, "pub(crate) struct Cup<T> {\n    level: T, // a brace: }\n}");
    assert!(get("Cup::fill nodoc").unwrap().starts_with("pub(crate) async fn fill("));
}

#[test]
fn a_method_is_moved_to_the_margin() {
    let text = get("fill").unwrap();
    assert!(text.starts_with("// Not only a little.\n/// Fills it.\n#[inline]\npub(crate) async"));
    assert!(text.ends_with("\n} // filled") && text.contains("\n    match text {\n"), "{text}");
}

#[test]
fn items_are_found_by_as_much_of_their_path_as_is_needed() {
    assert!(get("drink").unwrap().starts_with("/// Comes later.\nfn drink()"));
    assert_eq!(get("Pair").unwrap(), "struct Pair(u8, [u8; 2]);");
    assert_eq!(get("FULL").unwrap(), "const FULL: u8 = 7;");
    assert_eq!(get("Pour::pour").unwrap(), "fn pour(&self);");
    assert_eq!(get("stir!").unwrap(), "macro_rules! stir {\n    () => {};\n}");
    assert!(get("impl Drop for Cup").unwrap().ends_with("let drink = \"\";\n    }\n}"));
    assert!(get("impl Cup").unwrap().starts_with("impl<T: fmt::Debug> Cup<T> {"));
    assert!(get("Cup::drop").unwrap().starts_with("fn drop("));
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
fn the_line_is_where_the_quotation_begins() {
    let shown = |wish: &str| {
        let cut = cut(SOURCE, wish).unwrap();
        SOURCE.lines().nth(cut.line - 1).unwrap().trim()
    };
    assert_eq!(shown("Cup::fill"), "// Not only a little.");
    assert!(shown("Cup::fill nodoc").starts_with("pub(crate) async fn fill"));
}

#[test]
fn a_file_is_named_by_the_end_of_its_path() {
    assert_eq!(path("book/src/source.rs"), Ok("tools/book/src/source.rs"));
    assert_eq!(path("examples/steps/sync.rs"), Ok("examples/steps/sync.rs"));
    assert_eq!(path("Cargo.toml"), Ok("Cargo.toml"), "from the root");
    assert_eq!(path("sourcetests.rs").unwrap_err(), "there is no `sourcetests.rs`");
    assert!(path("lib.rs").is_ok_and(|path| path == "runtime/src/lib.rs"), "the engine first");
    assert!(path("source_tests").is_err(), "whole names only");
}
