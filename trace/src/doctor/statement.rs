//! Is it certain from the source that a future which is made here is used for nothing?
//!
//! It is if the call is a statement of its own (`tx.send(1);`), if its value gets a name that is not to
//! be used (`let _guard = lock.lock();`), or if it is handed to `drop`. With a name it is used somewhere, if
//! not in this run: else rustc says so. What is handed to another call, put into a list or returned may be
//! used there; and so may what a method is called on afterwards, unless that gives the same future back.
//!
//! And of a guard: is it an owned one? Then the call before the `.await` is to a method such as `lock_owned`.
//!
//! Interface: [`is_dropped_by`], [`is_in_a_drop`], and those that begin with `awaits`; [`by_words`]. Invariant: in doubt the answer is no. Not here: what a loop
//! asks for (`source.rs`).

use std::collections::BTreeMap;

use kettle_events::Place;

use crate::words::sources::text_of;

/// Does the statement at this place let go of the future that the call there makes, though it was `kept` until a later
/// poll or was not?
pub(super) fn is_dropped_by(at: Place, kept: bool) -> bool {
    shows(at, |text, place| lets_go(text, place, kept))
}

/// Where a task took what no `.await` gives, such as the guard of a `try_lock`: its place is that of the `.await` before.
pub(super) fn here(at: Place) -> &'static str {
    let other = |text: &str, place| {
        let waits = ["tick", "recv", "changed", "notified", "yield_now", "wait", "join_next"];
        let method = method_before(text, place)?;
        Some(method.starts_with("sleep") || waits.contains(&&*method))
    };
    if shows(at, other) { "after this" } else { "here" }
}

/// Is this in the code of a `drop`?
pub(super) fn is_in_a_drop(at: Place) -> bool {
    shows(at, drops)
}

/// Is it a future with a limit of time that is awaited there?
pub(super) fn awaits_a_limit(at: Place) -> bool {
    shows(at, |text, place| Some(matches!(&*method_before(text, place)?, "timeout" | "timeout_at")))
}

/// What to write instead: the advice for those of these words that are in the code of these places' files, and the rest.
pub(super) fn by_words(
    at: impl IntoIterator<Item = Place>,
    advice: &[(&str, &str)],
    rest: &str,
) -> String {
    let code = code_of(at);
    let known = advice.iter().filter(|(word, _)| code.contains(word)).map(|(_, advice)| *advice);
    let mut all: Vec<&str> = known.chain([rest]).collect();
    all.dedup();
    all.join(". Or: ")
}

/// Is this word in the code of one of these places' files?
pub(super) fn has_word(at: impl IntoIterator<Item = Place>, word: &str) -> bool {
    code_of(at).contains(word)
}

fn code_of(at: impl IntoIterator<Item = Place>) -> String {
    let files: BTreeMap<&str, Place> = at.into_iter().map(|at| (at.file(), at)).collect();
    files.into_values().filter_map(text_of).flat_map(|text| without_words(&text)).collect()
}

/// No, if the file isn't found.
pub(super) fn shows(at: Place, judge: impl Fn(&str, (usize, usize)) -> Option<bool>) -> bool {
    let place = (at.line() as usize, at.column() as usize);
    text_of(at).is_some_and(|text| judge(&text, place).unwrap_or(false))
}

fn drops(text: &str, place: (usize, usize)) -> Option<bool> {
    let code = without_words(text);
    let before: String = code[..index_of(&code, place)?].iter().collect();
    Some(before.rsplit("fn ").next()?.starts_with("drop("))
}

/// The place is that of `await`, and what is before it the call of this method or function.
pub(super) fn method_before(text: &str, place: (usize, usize)) -> Option<String> {
    let code = without_words(text);
    let mut before = code[..index_of(&code, place)?].iter().collect::<String>();
    before.truncate(before.trim_end().trim_end_matches('.').trim_end().len());
    called_last(&before)
}

/// The method or function whose call is the last thing here.
pub(super) fn called_last(before: &str) -> Option<String> {
    let mut depth = 0;
    let arguments = before.rfind(|c: char| {
        depth += i32::from(c == ')') - i32::from(c == '(');
        depth == 0
    })?;
    let name = before[..arguments].trim_end().rsplit(|c: char| !c.is_alphanumeric() && c != '_');
    { name }.next().map(str::to_owned)
}

/// Where this line and column is in the code.
pub(super) fn index_of(code: &[char], (line, column): (usize, usize)) -> Option<usize> {
    let starts = std::iter::once(0)
        .chain(code.iter().enumerate().filter(|(_, c)| **c == '\n').map(|(i, _)| i + 1));
    let index = { starts }.nth(line.checked_sub(1)?)? + column.checked_sub(1)?;
    (index < code.len()).then_some(index)
}

fn lets_go(text: &str, place: (usize, usize), kept: bool) -> Option<bool> {
    let code = without_words(text);
    let call = index_of(&code, place)?;
    let (begins, opener) = beginning(&code, call);
    let after = code[call..].iter().collect::<String>();
    let next = after_the_call(&after)?.chars().next();
    let head: String = code[begins..call].iter().collect();
    let head = without_attributes(head.trim());
    // A statement drops its value at once. If the future was kept, the value is another one, and the future in what the
    // method was called on (`queue.insert(…);`).
    Some(match (opener, next) {
        (Some('('), Some(')')) => !kept && is_drop(&code[..begins.saturating_sub(1)]),
        (None | Some('{' | ';' | '}'), Some(';')) => {
            is_unnamed(head) && (!kept || head.starts_with("let "))
        }
        _ => false,
    })
}

/// `#[expect(clippy::let_underscore_future)]` says nothing of what becomes of the value.
fn without_attributes(mut head: &str) -> &str {
    while let Some((_, rest)) = head.strip_prefix('#').and_then(group) {
        head = rest.trim_start();
    }
    head
}

/// `let _guard = lock.`, or nothing but the path to the call.
fn is_unnamed(head: &str) -> bool {
    let assigned =
        head.strip_prefix('_').map(str::trim_start).and_then(|rest| rest.strip_prefix('='));
    let Some(named) = head.strip_prefix("let ") else {
        return is_path(assigned.unwrap_or(head).trim());
    };
    let Some((pattern, value)) = named.split_once('=') else { return false };
    let pattern = pattern.trim().trim_start_matches("mut ").trim_start();
    pattern.starts_with('_') && is_path(value.trim())
}

/// `self.lock.clone().`: what a method is called on, or the way to a function.
pub(super) fn is_path(head: &str) -> bool {
    let word = head.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
    let keyword =
        ["return", "break", "yield", "match", "if", "while", "for", "else"].contains(&word);
    let mut depth = 0;
    let may_be_there = |c: char| {
        depth += i32::from("([".contains(c)) - i32::from(")]".contains(c));
        depth > 0 || c.is_alphanumeric() || c.is_whitespace() || "_.:&*?()[]".contains(c)
    };
    !keyword && !head.starts_with('.') && head.chars().all(may_be_there)
}

/// Where the statement or argument with this call begins, and what is before it.
pub(super) fn beginning(code: &[char], call: usize) -> (usize, Option<char>) {
    let mut depth = 0;
    for index in (0..call).rev() {
        match code[index] {
            ')' | ']' => depth += 1,
            '(' | '[' if depth > 0 => depth -= 1,
            found @ ('(' | '[' | '{' | '}' | ';' | ',') if depth == 0 => {
                return (index + 1, Some(found));
            }
            _ => {}
        }
    }
    (0, None)
}

/// Methods that give the same future back, in another type.
const SAME: [&str; 4] = ["boxed", "boxed_local", "fuse", "into_future"];

/// What comes after this call, and after the calls of such methods on what it gives; `None` if anything else
/// is done with it.
fn after_the_call(code: &str) -> Option<&str> {
    let mut rest = after_the_arguments(code.trim_start_matches(|c: char| {
        c.is_alphanumeric() || "_:.".contains(c) || c.is_whitespace()
    }))?;
    while let Some(method) = rest.strip_prefix('.') {
        let method = method.trim_start();
        let end = method.find(|c: char| !c.is_alphanumeric() && c != '_')?;
        if !SAME.contains(&&method[..end]) {
            return None;
        }
        rest = after_the_arguments(method[end..].trim_start())?;
    }
    Some(rest)
}

fn after_the_arguments(code: &str) -> Option<&str> {
    group(code).map(|(_, rest)| rest.trim_start())
}

/// What is in these brackets, with them, and what comes after.
pub(super) fn group(code: &str) -> Option<(&str, &str)> {
    let mut depth = 0;
    let end = code.starts_with(['(', '[', '{']).then(|| {
        code.find(|c: char| {
            depth += i32::from("([{".contains(c)) - i32::from(")]}".contains(c));
            depth == 0
        })
    })?;
    Some(code.split_at(end? + 1))
}

/// Is this the way to std's `drop`? A method of this name may keep what it is given.
fn is_drop(before: &[char]) -> bool {
    let (mut path, mut rest) = (Vec::new(), before);
    while let [head @ .., c] = rest
        && (c.is_alphanumeric() || "_: \n\t".contains(*c))
    {
        path.push(*c);
        rest = head;
    }
    let path: String = path.into_iter().rev().collect();
    let path = path.trim();
    ["drop", "mem::drop", "std::mem::drop", "core::mem::drop"].contains(&path)
        && !rest.ends_with(&['.'])
}

/// The text with blanks in place of comments, strings and characters; each letter stays where it is.
pub(super) fn without_words(text: &str) -> Vec<char> {
    let mut code: Vec<char> = text.chars().collect();
    let mut at = 0;
    while at < code.len() {
        let end = end_of_words(&code, at).min(code.len());
        for blank in code[at..end].iter_mut().filter(|c| **c != '\n') {
            *blank = ' ';
        }
        at = end.max(at + 1);
    }
    code
}

/// Where the comment, string or character that begins here is over; here, if none does.
fn end_of_words(code: &[char], at: usize) -> usize {
    let find = |from: usize, end: &[char]| {
        let found = code[from.min(code.len())..].windows(end.len()).position(|some| some == end);
        found.map_or(code.len(), |index| from + index + end.len())
    };
    let starts =
        |words: &str| code[at..].iter().copied().take(words.chars().count()).eq(words.chars());
    let before = at.checked_sub(1).map(|before| code[before]);
    let in_a_name = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    match code[at] {
        '/' if starts("//") => find(at, &['\n']) - 1,
        '/' if starts("/*") => {
            // One inside another ends with the inner one here: in doubt more is code.
            find(at + 2, &['*', '/'])
        }
        'r' if !in_a_name && (starts("r\"") || starts("r#")) => {
            let hashes = code[at + 1..].iter().take_while(|c| **c == '#').count();
            if code.get(at + 1 + hashes) != Some(&'"') {
                return at;
            }
            let end: Vec<char> =
                std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
            find(at + 2 + hashes, &end)
        }
        '"' => {
            let mut end = at + 1;
            while end < code.len() && code[end] != '"' {
                end += if code[end] == '\\' { 2 } else { 1 };
            }
            end + 1
        }
        '\'' if code.get(at + 1) == Some(&'\\') => find(at + 3, &['\'']),
        '\'' if code.get(at + 2) == Some(&'\'') => at + 3,
        _ => at,
    }
}

/// The text without its `@`, and the place of that.
#[cfg(test)]
pub(super) fn at(text: &str) -> (String, (usize, usize)) {
    let at = text.find('@').expect("a place");
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    (text.replace('@', ""), (text[..at].matches('\n').count() + 1, at - start + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The call is at `@`.
    fn dropped(text: &str) -> bool {
        let (text, place) = at(text);
        lets_go(&text, place, false).unwrap_or(false)
    }

    #[test]
    fn what_a_statement_lets_go_of() {
        for text in [
            "fn f() { @sleep(ms(1)); }",
            "fn f() { a(); kettle::time::sleep(1); tx.@send(1); }",
            "let _guard = lock.@lock();",
            "{ _ = self.desk.@send(1); }",
            "{ a(); _=tx.@send(1); }",
            "{ let mut _nap = @kettle::time::sleep(x); }",
            "{ if a { b } @sleep(1); }",
            "drop(tx.@send(\"a;b\"));",
            "std::mem::drop(@sleep(1));",
            "{ self.locks[0].clone().@lock_owned(); }",
            "{ // let nap =\n tx\n  .@send(3)\n ; }",
            "{ \"{\"; @sleep(1).boxed(); }",
            "{ @sleep(1)\n    .fuse()\n    .boxed_local() ; }",
            "{ mem::drop(@sleep(1).boxed()); }",
            "{ a();\n #[expect(clippy::let_underscore_future, reason = \"]\")]\n let _ = tx.@send(1); }",
            "{ #[cfg(a)] #[rustfmt::skip] tx[0].@send(1); }",
        ] {
            assert!(dropped(text), "{text}");
        }
    }

    #[test]
    fn what_may_be_used() {
        for text in [
            "{ let later = tx.@send(3); }",
            "{ #[allow(unused)]\n let later = tx.@send(3); }",
            "{ let later =\n    tx\n    .@send(3); }",
            "{ let a = if b { tx.@send(1) } else { tx.send(2) }; }",
            "{ naps.push(@sleep(1)); }",
            "{ let all = [@sleep(1), sleep(2)]; }",
            "{ let all = vec![sleep(1), @sleep(2)]; }",
            "{ self.nap = @sleep(1); }",
            "{ _nap = @sleep(1); }",
            "{ *nap = Some(@sleep(1)); }",
            "fn nap() -> Sleep { @sleep(1) }",
            "spawn(async move { tx.@send(1) });",
            "fn nap() -> Sleep { return @sleep(1); }",
            "{ let make = || @sleep(1); }",
            "{ Nap { sleep: @sleep(1) } }",
            "{ match x { A => @sleep(1), B => sleep(2) } }",
            "{ let Some(nap) = maybe(@sleep(1)); }",
            "{ let _unused = hold(@sleep(1)); }",
            "{ @sleep(1).boxed().store_in(&mut slot); }",
            "{ @sleep(1).detach(); }",
            "{ @sleep(1).await; }",
            "{ @sleep(1)?; }",
            "{ pool.drop(@sleep(1)); }",
            "{ pool\n    .drop(@sleep(1)); }",
            "{ Pool::drop(@sleep(1)); }",
            "{ drop(@sleep(1).shared()); }",
            "{ 'a'; '\\''; let later = tx.@send('\"'); }",
        ] {
            assert!(!dropped(text), "{text}");
        }
    }

    #[test]
    fn what_a_drop_spawns() {
        for (text, is) in [
            ("impl Drop for A { fn drop(&mut self) { if a { @spawn(b()); } } }", true),
            ("fn drop(&mut self) {} fn main() { @spawn(b()); }", false),
        ] {
            let (text, place) = at(text);
            assert_eq!(drops(&text, place), Some(is), "{text}");
        }
    }

    #[test]
    fn a_place_that_is_not_in_the_text_is_no_statement() {
        assert_eq!(lets_go("a();\n", (7, 1), false), None);
        assert!(!lets_go("a();\n", (1, 70), false).unwrap_or(false));
        assert_eq!(lets_go("queue.insert(1);\n", (1, 7), false), Some(true));
        assert_eq!(lets_go("queue.insert(1);\n", (1, 7), true), Some(false), "it is in the queue");
        assert_eq!(lets_go("let _tea = a();\n", (1, 12), true), Some(true));
    }
}
