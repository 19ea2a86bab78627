//! What of a Rust file is code, and not comment or text?
//!
//! [`code`] gives the file back with every comment, string and character blanked out, line for
//! line, so that a word found in it is a word of the program. It knows nested block comments, raw
//! strings, byte and C strings, and tells a lifetime from a character.

/// `source` with comments and literals as blanks; the lines stay where they are.
pub(crate) fn code(source: &str) -> String {
    let chars: Vec<char> = source.chars().collect();
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    while at < chars.len() {
        let Some(end) = literal_end(&chars, at) else {
            out.push(chars[at]);
            at += 1;
            continue;
        };
        out.extend(chars[at..end].iter().map(|&c| if c == '\n' { '\n' } else { ' ' }));
        at = end;
    }
    out
}

#[cfg(test)]
/// The lines (from 1) in whose code `word` stands as a word of its own.
pub(crate) fn lines_with_word(source: &str, word: &str) -> Vec<usize> {
    let code = code(source);
    let lines = code.lines().enumerate();
    lines.filter(|(_, line)| has_word(line, word)).map(|(index, _)| index + 1).collect()
}

#[cfg(test)]
/// Does `word` stand in `text`, not as a piece of a longer name?
pub(crate) fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(start, _)| {
        let before = text[..start].chars().next_back();
        let after = text[start + word.len()..].chars().next();
        !before.is_some_and(is_name) && !after.is_some_and(is_name)
    })
}

/// Where the comment or literal that begins at `at` ends; `None` if none begins there.
fn literal_end(chars: &[char], at: usize) -> Option<usize> {
    let next = chars.get(at + 1).copied();
    match chars[at] {
        '/' if next == Some('/') => Some(find(chars, at, |c| c == '\n')),
        '/' if next == Some('*') => Some(block_comment_end(chars, at)),
        '"' => Some(string_end(chars, at + 1)),
        '\'' => character_end(chars, at),
        'r' | 'b' | 'c' if at == 0 || !is_name(chars[at - 1]) => prefixed_end(chars, at),
        _ => None,
    }
}

/// A literal with letters before it: `r"…"`, `r#"…"#`, `b"…"`, `br"…"`, `c"…"`, `b'…'`.
fn prefixed_end(chars: &[char], at: usize) -> Option<usize> {
    let mut quote = at;
    while matches!(chars.get(quote), Some('r' | 'b' | 'c')) && quote < at + 2 {
        quote += 1;
    }
    let raw = chars[at..quote].contains(&'r');
    let hashes = if raw { chars[quote..].iter().take_while(|&&c| c == '#').count() } else { 0 };
    match chars.get(quote + hashes)? {
        '"' if raw => Some(raw_string_end(chars, quote + hashes + 1, hashes)),
        '"' => Some(string_end(chars, quote + 1)),
        '\'' if !raw => character_end(chars, quote),
        _ => None,
    }
}

fn string_end(chars: &[char], mut at: usize) -> usize {
    while at < chars.len() {
        match chars[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    chars.len()
}

fn raw_string_end(chars: &[char], mut at: usize, hashes: usize) -> usize {
    while at < chars.len() {
        let closing = chars[at + 1..].iter().take(hashes).filter(|&&c| c == '#').count();
        if chars[at] == '"' && closing == hashes {
            return at + 1 + hashes;
        }
        at += 1;
    }
    chars.len()
}

/// `'a'` and `'\n'` are characters; `'a` with no quote after it is a lifetime.
fn character_end(chars: &[char], at: usize) -> Option<usize> {
    if chars.get(at + 1) == Some(&'\\') {
        return Some((find(chars, at + 3, |c| c == '\'') + 1).min(chars.len()));
    }
    (chars.get(at + 2) == Some(&'\'')).then_some(at + 3)
}

fn block_comment_end(chars: &[char], mut at: usize) -> usize {
    let mut depth = 0;
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) => {
                (depth, at) = (depth - 1, at + 2);
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    chars.len()
}

fn find(chars: &[char], from: usize, wanted: impl Fn(char) -> bool) -> usize {
    (from..chars.len()).find(|&at| wanted(chars[at])).unwrap_or(chars.len())
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The word the tests look for, in pieces: this file is searched too.
    const WORD: &str = concat!("un", "safe");

    fn found(source: &str) -> Vec<usize> {
        lines_with_word(&source.replace("WORD", WORD), WORD)
    }

    #[test]
    fn code_is_found_on_its_line() {
        assert_eq!(found("fn a() {}\nWORD fn b() {}\nlet x = WORD { 1 };"), [2, 3]);
    }

    #[test]
    fn comments_and_strings_are_not_code() {
        assert_eq!(found("// WORD\n/* WORD /* WORD */ WORD */\n\"WORD \\\" WORD\""), [0_usize; 0]);
        assert_eq!(found("r\"WORD\" br#\"a \" WORD\"# c\"WORD\" b\"WORD\""), [0_usize; 0]);
        assert_eq!(found("\"a\nWORD\nb\""), [0_usize; 0]);
    }

    #[test]
    fn code_after_a_literal_is_seen_again() {
        assert_eq!(found("let a = '\"'; WORD"), [1]);
        assert_eq!(found("let a = '\\''; WORD {}"), [1]);
        assert_eq!(found("let a = b'\\\\'; WORD"), [1]);
        assert_eq!(found("fn f<'a>(x: &'a str) { WORD }"), [1]);
        assert_eq!(found("r#\"quote\"#; WORD"), [1]);
        assert_eq!(found("/* one */ WORD"), [1]);
    }

    #[test]
    fn a_piece_of_a_name_is_not_the_word() {
        assert_eq!(found("forbid(WORD_code) notWORD"), [0_usize; 0]);
    }

    #[test]
    fn a_name_that_ends_in_a_prefix_letter_opens_no_literal() {
        assert_eq!(found("let bar = 1; WORD"), [1]);
        assert_eq!(code("r#type"), "r#type");
    }
}
