//! What does a Rust file say, its comments and texts left out?
//!
//! Asked of its tokens, as the compiler's own lexer makes them: so a word in a comment is no word, and
//! one in a macro is.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The lines (from 1) where `word` is a word of the program.
pub(crate) fn lines_with_word(source: &str, word: &str) -> Result<Vec<usize>, String> {
    let mut lines = Vec::new();
    walk(tokens(source)?, &mut |tokens| {
        let found = tokens.iter().filter(|token| is_word(token, word));
        lines.extend(found.map(|token| token.span().start().line));
    });
    Ok(lines)
}

/// Does `source` define a function `name`, with an attribute that makes it a test? `None`: it does
/// not define it at all.
pub(crate) fn is_test(source: &str, name: &str) -> Result<Option<bool>, String> {
    let mut answer = None;
    walk(tokens(source)?, &mut |tokens| {
        let defines = |at: &usize| is_word(&tokens[*at], "fn") && is_word(&tokens[*at + 1], name);
        if let Some(at) = (0..tokens.len().saturating_sub(1)).find(defines) {
            answer =
                Some(tokens[..at].iter().rev().map_while(attribute).any(|text| has_test(&text)));
        }
    });
    Ok(answer)
}

/// Shows each list of tokens: the file's, and that of each pair of brackets in it.
fn walk(tokens: TokenStream, look: &mut impl FnMut(&[TokenTree])) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    look(&tokens);
    for token in tokens {
        if let TokenTree::Group(group) = token {
            walk(group.stream(), look);
        }
    }
}

/// What is in the brackets of an attribute. Nothing, if it is what may be between one and its `fn`;
/// `None`: here another item ends.
fn attribute(token: &TokenTree) -> Option<TokenStream> {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => Some(group.stream()),
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => None,
        TokenTree::Punct(sign) if sign.as_char() == ';' => None,
        _ => Some(TokenStream::new()),
    }
}

fn has_test(attribute: &TokenStream) -> bool {
    attribute.clone().into_iter().any(|token| is_word(&token, "test"))
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(found) if found == word)
}

fn tokens(source: &str) -> Result<TokenStream, String> {
    source.parse().map_err(|error: proc_macro2::LexError| {
        format!("line {}: no Rust: {error}", error.span().start().line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_has_an_attribute() {
        let source = "
            fn helper() {}

            #[kettle::test(start_paused = true)]
            async fn virtual_time() {}

            #[test]
            #[cfg(unix)]
            // why
            pub(crate) fn plain() {}

            // fn commented() {}
            proptest! { #[test] fn in_a_macro(x in 0..1) {} fn beside() {} }
            mod tests { use super::*; #[test] fn deep() {} }
        ";
        let is_test = |name| is_test(source, name).unwrap();
        assert_eq!(is_test("helper"), Some(false));
        assert_eq!(is_test("virtual_time"), Some(true));
        assert_eq!(is_test("plain"), Some(true));
        assert_eq!(is_test("commented"), None);
        assert_eq!(is_test("virtual"), None);
        assert_eq!((is_test("in_a_macro"), is_test("beside")), (Some(true), Some(false)));
        assert_eq!(is_test("deep"), Some(true));
    }

    #[test]
    fn a_word_in_a_comment_or_a_text_is_none() {
        let source =
            "// bad\n/* /* bad */ */ fn f() { \"bad\"; r#\"bad\"#; 'b'; bad_too(); }\nbad!()\n";
        assert_eq!(lines_with_word(source, "bad").unwrap(), [3]);
        assert!(lines_with_word("fn f( {", "bad").is_err());
    }
}
