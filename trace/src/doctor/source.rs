//! For what does a task ask at this place, by the source?
//!
//! The place is that of an `.await`, and what is asked is the call before it. Or it is that of a `select!`: then it is known
//! which branch has won, and what is asked is the call in that branch.
//!
//! Interface: [`asked_at`], [`beside`], [`goes_round`], [`is_to_stay`]. Invariant: in doubt the answer is `None`. Not here: what the answers make of it
//! (`closed_channel.rs`, `busy_loop.rs`).

use kettle_events::Place;

use super::asked::Asked;
use super::given::{in_the_block, is_of_a_name, mentions};
use super::run::Run;
use super::statement::{
    beginning, called_last, group, index_of, is_path, method_before, without_words,
};
use crate::words::sources::text_of;

/// So a program uses a socket, or what an `AsyncFd` has in it, without a record.
const UNSEEN: [&str; 5] = ["as_fd", "as_raw_fd", "SockRef", "get_ref", "get_mut"];

/// So a program says that what an `AsyncFd` has found is used up.
const CLEARS: [&str; 3] = ["clear_ready", "try_io", "async_io"];

/// Such a call makes a later wait be over at once, also one of the same task; and so a task waits, and takes that back.
const GIVES: [&str; 6] =
    ["notify_one", "notify_last", "notify_waiters", "add_permits", "send", "send_replace"];
const TAKES: [&str; 8] =
    ["notified", "changed", "acquire", "forget", "lock", "read", "write", "borrow_and_update"];

/// So a statement begins that is not a call.
const KEYWORDS: [&str; 10] =
    ["let", "if", "match", "while", "for", "loop", "return", "break", "continue", "assert"];

/// Such a call only looks. (So do those that begin with `is_` or `has_`.)
const LOOKS: [&str; 11] = [
    "now",
    "elapsed",
    "load",
    "len",
    "get",
    "borrow",
    "lock",
    "unwrap",
    "contains",
    "duration_since",
    "matches!",
];

/// Is what has this type a socket or pipe of kettle's, and no descriptor of the program's own?
fn is_kettles(what: &str) -> bool {
    ["Stream", "Datagram", "Socket", "PipeReader", "PipeWriter", "Listener"]
        .iter()
        .any(|end| what.ends_with(end))
}

/// `branch`: that of a `select!` there, which has won.
pub(super) fn asked_at(run: &Run, at: Place, branch: Option<u32>) -> Option<Asked> {
    let text = text_of(at)?;
    let place = (at.line() as usize, at.column() as usize);
    let guards = text.contains("AsyncFd") || run.fold.sources().any(|(_, it)| !is_kettles(it.what));
    asked(&text, place, branch, guards)
}

/// What else does the loop do in which this is awaited?
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Beside {
    /// Nothing: `while Instant::now() < next { yield_now().await; }`.
    Nothing,
    /// Work.
    Work,
    Unknown,
}

pub(super) fn beside(at: Place) -> Beside {
    let place = (at.line() as usize, at.column() as usize);
    let Some(text) = text_of(at) else { return Beside::Unknown };
    match (is_all(&text, place), works(&text, place)) {
        (Some(true), _) => Beside::Nothing,
        (_, Some(true)) => Beside::Work,
        _ => Beside::Unknown,
    }
}

/// Or it comes after an `if` that leaves the loop. What the loop asks may only look: a call of another name may do the work.
fn is_all(text: &str, place: (usize, usize)) -> Option<bool> {
    let code = without_words(text);
    let call = index_of(&code, place)?;
    let mut depth = 0;
    let opens = |index: &usize| {
        depth += i32::from(code[*index] == '{') - i32::from(code[*index] == '}');
        depth == 1
    };
    let opens = (0..call).rev().find(opens)?;
    let (header, _) = beginning(&code, opens);
    let header: String = code[header..opens].iter().collect();
    let loops = header.split_whitespace().any(|word| ["while", "loop"].contains(&word));
    let body: String = code[opens + 1..call].iter().collect();
    let (before, head) = body.rsplit_once('}').unwrap_or(("", &body));
    let leaves = match before.split_once('{') {
        _ if before.trim().is_empty() => true,
        Some((asks, then)) => {
            let then = then.trim();
            let leaves = then.starts_with("break") || then.starts_with("return");
            let looks = asks.trim_start().starts_with("if ") && only_looks(asks);
            looks && leaves && !then.contains(['{', '}'])
        }
        None => false,
    };
    let after: String = code[call..].iter().collect();
    let after = after.strip_prefix("await")?.trim_start().trim_start_matches(';').trim_start();
    Some(loops && only_looks(&header) && leaves && is_path(head.trim()) && after.starts_with('}'))
}

/// Are all calls in this condition such that only look at something?
fn only_looks(condition: &str) -> bool {
    !condition.contains("let ") && calls(condition).all(looks)
}

fn looks(name: &str) -> bool {
    let first = ["is_", "has_", "as_", "from_"];
    name.is_empty() || LOOKS.contains(&name) || first.iter().any(|first| name.starts_with(first))
}

/// What is called here; of a macro the sign after its name, too.
fn calls(code: &str) -> impl Iterator<Item = &str> {
    let brackets = code.match_indices('(').map(|(at, _)| at);
    brackets.map(|at| {
        let before = &code[..at];
        let name = before.trim_end_matches('!');
        let begins = name.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |it| it + 1);
        if begins == name.len() { "" } else { &before[begins..] }
    })
}

/// `loop { bell.notified().await; if none.lock().await.is_empty() { bell.notify_one(); } }`: does the loop around this place
/// wait for what it gives itself, and do nothing else but look?
fn feeds_itself(code: &[char], here: usize) -> Option<bool> {
    let (header, body) = loop_around(code, here)?;
    let loops =
        header.ends_with("loop") || header.contains("while ") && !header.contains(['<', '>']);
    let gives = calls(&body).any(|name| GIVES.contains(&name));
    let is_fine = |name: &str| GIVES.contains(&name) || TAKES.contains(&name) || looks(name);
    // It comes nearer to something in each round.
    let leaves = body.contains("break") || body.contains("return");
    let counts = body.contains('+') || body.contains(" - ") || body.contains("-=") && leaves;
    let is_fine = calls(&header).chain(calls(&body)).all(is_fine) && !header.contains("let ");
    Some(loops && gives && !counts && is_fine)
}

/// The head of the loop around this place, and its body with the brackets. (Or of a function or block, if that comes first.)
fn loop_around(code: &[char], here: usize) -> Option<(String, String)> {
    let mut depth = 0;
    let opens = (0..here).rev().filter(|index| {
        depth += i32::from(code[*index] == '{') - i32::from(code[*index] == '}');
        let is_outer = depth > 0;
        depth = depth.min(0);
        is_outer
    });
    let head = |opens: usize| code[beginning(code, opens).0..opens].iter().collect::<String>();
    let own = code[here..].iter().position(|c| *c == '{').map(|length| here + length);
    let own = own.filter(|_| head(here).trim().starts_with("while "));
    let (header, opens) = own.into_iter().chain(opens).find_map(|opens| {
        let header = head(opens);
        let header = header.trim();
        let is_inner = ["if ", "else", "match "].iter().any(|word| header.starts_with(word));
        let is_arm = header.is_empty() || header.ends_with("=>") || header.ends_with("select!");
        (!is_inner && !is_arm).then(|| (header.to_owned(), opens))
    })?;
    let rest: String = code[opens..].iter().collect();
    Some((header, group(&rest)?.0.to_owned()))
}

/// `step(&mut state); yield_now().await;`: does the loop around this place have a statement that calls what neither looks nor
/// tells nor counts, for what it does or for a value to keep?
fn works(text: &str, place: (usize, usize)) -> Option<bool> {
    let code = without_words(text);
    let (header, body) = loop_around(&code, index_of(&code, place)?)?;
    let loops = header.split_whitespace().any(|word| ["while", "loop", "for"].contains(&word));
    let works = |statement: &str| {
        let word = statement.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let is_work = |name: &str| {
            let asks = ["check", "poll", "wait", "spin", "yield", "fetch_", "store"];
            let asks = asks.iter().any(|asks| name.starts_with(asks)) || name.ends_with('!');
            !(asks || looks(name) || GIVES.contains(&name) || TAKES.contains(&name))
        };
        !KEYWORDS.contains(&word) && calls(statement).any(is_work)
    };
    Some(loops && statements(&body).into_iter().any(works))
}

/// The statements of this block, each without the `;`.
fn statements(body: &str) -> Vec<&str> {
    let (body, mut depth) = (&body[1..body.len() - 1], 0);
    let mut ends = |c: char| {
        depth += i32::from("([{".contains(c)) - i32::from(")]}".contains(c));
        depth == 0 && [';', '}'].contains(&c)
    };
    let all = body.split_inclusive(&mut ends).map(|part| part.trim_end_matches(';').trim());
    all.filter(|part| !part.is_empty()).collect()
}

/// Does what is spawned here go round for ever?
pub(super) fn goes_round(at: Place) -> bool {
    let place = (at.line() as usize, at.column() as usize);
    text_of(at).is_some_and(|text| is_endless(&text, place).unwrap_or(false))
}

/// Is what is spawned here meant to be there as long as the runtime is, by `pending`?
pub(super) fn is_to_stay(at: Place) -> bool {
    let place = (at.line() as usize, at.column() as usize);
    let body = text_of(at).and_then(|text| spawned(&text, place)).unwrap_or_default();
    body.contains("pending::<") || body.contains("pending()")
}

/// Does it end with a loop that nothing leaves?
fn is_endless(text: &str, place: (usize, usize)) -> Option<bool> {
    let body = spawned(text, place)?;
    let last = *statements(&body).last()?;
    let (head, round) = last.split_at(last.find('{')?);
    let head = head.trim();
    let for_ever = head.ends_with("loop") || head == "while true" || head.ends_with(" in 0..");
    Some(for_ever && !["break", "return", "?"].iter().any(|leaves| round.contains(leaves)))
}

/// The block that is spawned here, or the body of the function of this file that is called for it.
fn spawned(text: &str, place: (usize, usize)) -> Option<String> {
    let code = without_words(text);
    let after: String = code[index_of(&code, place)?..].iter().collect();
    let code: String = code.into_iter().collect();
    let (spawned, _) = group(&after[after.find('(')?..])?;
    let begins = spawned.find("async").map(|at| &spawned[at..]);
    let begins = begins.or_else(|| {
        let name = called_last(&spawned[1..spawned.len() - 1])?;
        code.find(&format!("async fn {name}(")).map(|at| &code[at..])
    })?;
    group(&begins[begins.find('{')?..]).map(|(body, _)| body.to_owned())
}

/// Does the guard of an `AsyncFd` that is `named` here clear nothing? And does nothing else in this file?
fn is_kept_ready(code: &[char], named: &str, after: &str) -> bool {
    let code: String = code.iter().collect();
    let after = in_the_block(after);
    let lends = |at: usize| {
        let rest = after[at + named.len()..].trim_start();
        let lends = [".get_", ".ready()", "=", ") ="].iter().any(|call| rest.starts_with(call));
        lends || after[..at].ends_with("drop(")
    };
    code.contains("AsyncFd")
        && !CLEARS.iter().any(|word| code.contains(word))
        && named.chars().all(is_of_a_name)
        && (named.is_empty() || named == "_" || mentions(after, named).all(lends))
}

/// `let mut guard = pad.readable().await?;`: `guard`. Empty: it has no name.
fn name_given(code: &[char], here: usize) -> Option<String> {
    let (begins, opener) = beginning(code, here);
    let head: String = code[begins..here].iter().collect();
    let is_a_statement = matches!(opener, None | Some('{' | ';' | '}'));
    let Some(named) = head.trim().strip_prefix("let ") else {
        return is_dropped(code, here)?.then(String::new);
    };
    let (name, value) = named.split_once('=')?;
    let name = name.trim().trim_start_matches("mut ").trim();
    (is_a_statement && is_path(value.trim())).then(|| name.to_owned())
}

/// `guards`: what tells that a socket is ready may be a guard of an `AsyncFd`, which lets the program use what is in that.
fn asked(text: &str, place: (usize, usize), branch: Option<u32>, guards: bool) -> Option<Asked> {
    let code = without_words(text);
    let here = index_of(&code, place)?;
    if is_a_sleep(&code[here..].iter().collect::<String>()) {
        return Some(Asked::Time); // of one that is awaited elsewhere its own place is told
    }
    if feeds_itself(&code, here).unwrap_or(false) {
        return Some(Asked::Own);
    }
    let after: String = code[here..].iter().collect();
    let (method, named) = match branch {
        None => (method_before(text, place)?, name_given(&code, here)),
        Some(number) => {
            let (pattern, future) = branches(&after)?.into_iter().nth(number as usize)?;
            if let Some(name) = borrowed(&future) {
                return is_bound_to_a_sleep(&code[..here], name).then_some(Asked::Time);
            }
            let name = pattern.trim_start_matches("Ok(").trim_end_matches(')');
            (called_last(&future)?, Some(name.trim_start_matches("mut ").to_owned()))
        }
    };
    Some(match &*method {
        "readable" | "writable" | "ready"
            if !UNSEEN.iter().any(|word| text.contains(word))
                && (!guards || branch.is_none() && is_dropped(&code, here)?) =>
        {
            Asked::Readiness
        }
        "readable" | "writable" | "ready" | "readable_mut" | "writable_mut" | "ready_mut"
            if named.as_ref().is_some_and(|name| is_kept_ready(&code, name, &after)) =>
        {
            Asked::Guard
        }
        "send" => Asked::Send,
        "reserve" | "reserve_many" | "reserve_owned" => Asked::Room,
        "recv" | "recv_many" => Asked::Value,
        "changed" => Asked::Change,
        "sleep_until" | "timeout_at" => Asked::Time,
        "acquire" | "acquire_many" | "acquire_owned" | "acquire_many_owned" => Asked::Permit,
        _ => return None,
    })
}

/// `&mut nap`, `nap.as_mut()`: a future that is polled again when it is ready.
fn borrowed(future: &str) -> Option<&str> {
    let name = future.strip_prefix("&mut ").or_else(|| future.strip_suffix(".as_mut()"))?;
    name.chars().all(is_of_a_name).then_some(name)
}

/// Is the value that has this name a sleep, by its latest binding here? (`pin!(nap)` is none.)
fn is_bound_to_a_sleep(code: &[char], name: &str) -> bool {
    let code: String = code.iter().collect();
    let latest = code.rsplit("let ").find_map(|rest| {
        let (pattern, value) = rest.split(';').next()?.split_once('=')?;
        let is_it = pattern.trim().trim_start_matches("mut ").trim() == name;
        let value = value.trim().trim_start_matches("Box::pin(");
        let same = value.ends_with(&format!("pin!({name})"));
        (is_it && !same).then(|| is_a_sleep(value.trim_start_matches("pin!(")))
    });
    latest == Some(true)
}

/// Does this code begin with a call of `sleep` or `sleep_until`?
fn is_a_sleep(code: &str) -> bool {
    let path = code.trim_start().split('(').next().unwrap_or_default();
    matches!(path.rsplit("::").next(), Some("sleep" | "sleep_until"))
}

/// The patterns and futures of the branches of a `select!` with which this code begins.
fn branches(code: &str) -> Option<Vec<(String, String)>> {
    let (path, body) = code.split_once('!')?; // here, or later in the text
    let is_here = path.chars().all(|c| c.is_alphanumeric() || "_:".contains(c));
    let (body, _) = group(body.trim_start())?;
    let mut rest = body[1..body.len() - 1].trim_start();
    rest = rest.strip_prefix("biased;").unwrap_or(rest);
    let mut found = Vec::new();
    while let Some(arrow) = outside_brackets(rest, "=>") {
        let (pattern, future) = rest[..arrow].split_once('=').unwrap_or_default(); // `else` has none
        let end = outside_brackets(future, ",").unwrap_or(future.len());
        found.push((pattern.trim().to_owned(), future[..end].trim().to_owned()));
        let handler = rest[arrow + 2..].trim_start();
        rest = match group(handler).filter(|_| handler.starts_with('{')) {
            Some((_, after)) => after.trim_start().trim_start_matches(','),
            None => outside_brackets(handler, ",").map_or("", |end| &handler[end + 1..]),
        };
    }
    (is_here && path.rsplit(':').next() == Some("select")).then_some(found)
}

/// Where these letters are first, if not within brackets.
fn outside_brackets(code: &str, letters: &str) -> Option<usize> {
    let mut depth = 0;
    let mut places = code.char_indices();
    let found = places.find(|(at, c)| {
        depth += i32::from("([{".contains(*c)) - i32::from(")]}".contains(*c));
        depth == 0 && code[*at..].starts_with(letters)
    });
    found.map(|(at, _)| at)
}

/// `socket.readable().await?;`: what is given there is not kept.
fn is_dropped(code: &[char], call: usize) -> Option<bool> {
    let (begins, opener) = beginning(code, call);
    let head: String = code[begins..call].iter().collect();
    let after: String = code[call..].iter().take_while(|c| **c != ';').collect();
    let tail = after.strip_prefix("await")?.trim();
    let is_dropped = ["", "?", ".unwrap()"].contains(&tail) || tail.starts_with(".expect(");
    let is_whole = matches!(opener, None | Some('{' | ';' | '}')) && is_path(head.trim());
    Some(is_whole && is_dropped)
}

#[cfg(test)]
#[path = "source_tests.rs"]
mod tests;
