use super::*;

const SOURCE: &str = r##"//! What is this?
//!
//! A file to cut.

use std::fmt;

/// Öl and water: "{".
#[derive(Debug)]
#[cfg_attr(
    test,
    allow(dead_code)
)]
pub(crate) struct Cup<T> {
    /// How full.
    level: T, // a brace: }
}

struct Pair(u8, [u8; 2]);

const TABLE: &[Cup<u8>] = &[
    Cup { level: 1 },
    Cup { level: 2 },
];

impl<T: fmt::Debug> Cup<T> {
    const FULL: u8 = 7;

    /// Fills it.
    #[inline]
    pub(crate) async fn fill(&self, text: &str) -> [u8; 2] {
        // Not the end: }
        let raw = r#"} fn drink() { "#;
        fn inner() -> char {
            '}'
        }
        match text {
            "}" => [0; 2],
            _ => [raw.len() as u8, inner() as u8],
        }
    } // filled

    const fn empty() {}
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

/// Comes later.
fn drink() -> impl Fn() -> u8 {
    || 1
}

// A word to the reader.
mod tests {
    fn fill() {}
}

trait Pour {
    fn pour(&self);
}
"##;

fn get(selector: &str) -> Result<String, String> {
    cut(SOURCE, &Selector::parse(selector)?)
}

#[test]
fn an_item_comes_with_its_comments_and_attributes() {
    let text = get("struct Cup").unwrap();
    assert!(text.starts_with("/// Öl and water: \"{\".\n#[derive(Debug)]\n#[cfg_attr("), "{text}");
    assert!(text.ends_with("level: T, // a brace: }\n}"), "{text}");
    let text = get("mod tests").unwrap();
    assert_eq!(text, "// A word to the reader.\nmod tests {\n    fn fill() {}\n}");
}

#[test]
fn without_them_if_asked() {
    let text = get("struct Cup nodoc").unwrap();
    assert_eq!(text, "pub(crate) struct Cup<T> {\n    level: T, // a brace: }\n}");
    assert!(get("all nodoc").unwrap().starts_with("use std::fmt;\n"));
    assert!(!get("all nodoc").unwrap().contains("/// How full."));
    assert!(get("all nodoc").unwrap().contains("#[derive(Debug)]"), "they may be what matters");
    let program = "// What it does.\n//\n// More.\n\n// One.\n#[kettle::main]\nfn main() {}\n";
    let program = cut(program, &Selector::parse("all nodoc").unwrap()).unwrap();
    assert_eq!(program, "// One.\n#[kettle::main]\nfn main() {}");
}

#[test]
fn a_method_is_moved_to_the_margin_and_ends_at_its_own_brace() {
    let text = get("fn fill").unwrap();
    assert!(text.starts_with("/// Fills it.\n#[inline]\npub(crate) async fn fill("), "{text}");
    assert!(text.ends_with("\n} // filled"), "{text}");
    assert!(text.contains("\n    fn inner() -> char {\n        '}'\n    }\n"), "{text}");
    assert_eq!(get("fn inner").unwrap(), "fn inner() -> char {\n    '}'\n}");
}

#[test]
fn names_in_strings_and_comments_are_not_items() {
    assert_eq!(
        get("fn drink").unwrap(),
        "/// Comes later.\nfn drink() -> impl Fn() -> u8 {\n    || 1\n}"
    );
    assert!(get("const fn").is_err());
}

#[test]
fn what_ends_with_a_semicolon() {
    assert_eq!(get("struct Pair").unwrap(), "struct Pair(u8, [u8; 2]);");
    let text = get("const TABLE").unwrap();
    assert!(text.ends_with("\n    Cup { level: 2 },\n];"), "{text}");
    assert_eq!(get("const Cup::FULL").unwrap(), "const FULL: u8 = 7;");
    assert_eq!(get("fn Pour::pour").unwrap(), "fn pour(&self);");
}

#[test]
fn an_impl_is_found_with_and_without_its_generics() {
    for selector in ["impl Drop for Cup", "impl Drop for Cup<T>"] {
        let text = get(selector).unwrap();
        assert!(text.starts_with("impl<T> Drop\n    for Cup<T>\nwhere"), "{text}");
        assert!(text.ends_with("let drink = \"\";\n    }\n}"), "{text}");
    }
    assert!(get("impl Display for Pair").unwrap().starts_with("impl fmt::Display for Pair {"));
    assert!(get("impl Cup").unwrap().contains("fn fill"));
}

#[test]
fn a_method_is_found_by_its_type() {
    assert!(get("fn Cup::drop").unwrap().starts_with("fn drop(&mut self)"));
    assert_eq!(get("fn Pair::fmt").unwrap(), "fn fmt(&self) {}");
    assert!(get("fn Cup::fill").unwrap().ends_with("} // filled"));
    assert_eq!(get("fn Cup::empty").unwrap(), "const fn empty() {}");
}

#[test]
fn the_head_is_the_comment_that_opens_the_file() {
    assert_eq!(get("head").unwrap(), "//! What is this?\n//!\n//! A file to cut.");
    assert!(cut("fn a() {}", &Selector::parse("head").unwrap()).is_err());
    assert_eq!(
        cut("// one\n// two\n\nfn a() {}", &Selector::parse("head").unwrap()).unwrap(),
        "// one\n// two"
    );
}

#[test]
fn what_is_missing_is_told_with_what_there_is() {
    let words = get("fn fil").unwrap_err();
    assert!(words.contains("no `fn fil`") && words.contains("fill, inner"), "{words}");
    let words = get("fn Cup::pour").unwrap_err();
    assert!(words.contains("in `Cup`") && words.contains("fill, inner, empty, drop"), "{words}");
    let words = get("impl Cap").unwrap_err();
    assert!(words.contains("impl Drop for Cup<T>"), "{words}");
    assert!(get("struct Mug").unwrap_err().contains("Cup, Pair"));
    for wrong in ["", "fn", "wake", "fn a b", "impl", "nodoc"] {
        assert!(Selector::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn the_line_is_where_it_begins() {
    let at = |selector: &str| line(SOURCE, &Selector::parse(selector).unwrap()).unwrap();
    let shown = |line: usize| SOURCE.lines().nth(line - 1).unwrap().trim();
    assert_eq!(shown(at("fn fill")), "/// Fills it.");
    assert!(shown(at("fn fill nodoc")).starts_with("pub(crate) async fn fill"));
    assert_eq!((at("head"), at("all")), (1, 1));
}
