//! What does the code do with what an `.await` gives it, by the source?
//!
//! Interface: [`is_for_now`]; [`mentions`], [`in_the_block`]. Invariant: in doubt the answer is no. Not here: what a statement lets go of
//! (`statement.rs`).

use kettle_events::Place;

use super::statement::{beginning, group, index_of, shows, without_words};

/// Is the value that is awaited here of no more use when its task waits again?
pub(super) fn is_for_now(at: Place) -> bool {
    shows(at, is_used_up)
}

/// `let value = rx.recv().await;`: is the value used before the next `.await`, by what outlives this block, and not after
/// it?
fn is_used_up(text: &str, place: (usize, usize)) -> Option<bool> {
    let (code, all) = (without_words(text), text.chars().collect::<Vec<char>>());
    let here = index_of(&code, place)?;
    let (name, rest) = bound(&code, here)?;
    let within: String = code[rest.clone()].iter().collect();
    let waits = within.find(".await").map(|at| within[..at].chars().count())?;
    let waits = beginning(&code[..rest.start + waits], rest.start + waits).0.max(rest.start);
    let words = |from: usize, to: usize| all[from..to].iter().collect::<String>();
    let before: String = code[rest.start..waits].iter().collect();
    let used = words(rest.start, waits);
    let mut uses = used.split(';').filter(|part| mentions(part, &name).next().is_some()).peekable();
    let outlives = |part: &str| {
        let first: String = part
            .trim()
            .trim_start_matches(['{', '*', ' '])
            .chars()
            .take_while(|c| is_of_a_name(*c))
            .collect();
        let around: String = code[..here].iter().collect();
        let block = around.rfind("async ").map(|at| &around[at..])?;
        Some(
            !block.contains(&format!("let {first} "))
                && !block.contains(&format!("let mut {first} ")),
        )
    };
    let is_used = uses.peek().is_some() && uses.all(|part| outlives(part).unwrap_or(false));
    Some(
        is_used
            && !before.replace(&format!("let Some({name}) = {name} else"), "").contains("let ")
            && mentions(&words(waits, rest.end), &name).next().is_none(),
    )
}

/// The name that is given to what is awaited here, and where it is known.
fn bound(code: &[char], here: usize) -> Option<(String, std::ops::Range<usize>)> {
    let (begins, _) = beginning(code, here);
    let head: String = code[begins..here].iter().collect();
    let head = head.trim();
    let asks = head.starts_with("if ") || head.starts_with("while ");
    let named = head.trim_start_matches("if ").trim_start_matches("while ").strip_prefix("let ")?;
    let pattern = named.split_once('=')?.0.trim();
    let inner =
        ["Some(", "Ok("].iter().find_map(|with| pattern.strip_prefix(with)?.strip_suffix(')'));
    let name = inner.unwrap_or(pattern).trim_start_matches("mut ").split(':').next()?.trim();
    let opens = here + code[here..].iter().position(|c| *c == if asks { '{' } else { ';' })?;
    let rest: String = code[opens..].iter().collect();
    let within = if asks { group(&rest)?.0 } else { in_the_block(&rest) };
    let is_one = !name.is_empty() && name.chars().all(is_of_a_name);
    is_one.then(|| (name.to_owned(), opens..opens + within.chars().count()))
}

/// What comes before the end of the block around it.
pub(super) fn in_the_block(rest: &str) -> &str {
    let mut depth = 0;
    let end = rest.find(|c: char| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        depth < 0
    });
    &rest[..end.unwrap_or(rest.len())]
}

pub(super) fn is_of_a_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Where this name is.
pub(super) fn mentions<'a>(code: &'a str, name: &'a str) -> impl Iterator<Item = usize> + 'a {
    let alone = |at: &usize| {
        let after = code[at + name.len()..].chars().next();
        let before = code[..*at].chars().next_back();
        !before.is_some_and(is_of_a_name) && !after.is_some_and(is_of_a_name)
    };
    code.match_indices(name).map(|(at, _)| at).filter(alone)
}

#[cfg(test)]
mod tests {
    use super::super::statement::at;
    use super::*;

    #[test]
    fn a_value_that_is_used_before_the_next_wait() {
        for (text, is) in [
            ("async { if let Some(n) = r.@await { sum.set(sum.get() + n); nap().await; } }", true),
            ("async move { let n = rx.recv().@await; println!(\"{n}\"); nap().await; }", true),
            ("async { let n = r.@await; let Some(n) = n else { () }; all.push(n); a.await }", true),
            ("async { let n = rx.recv().@await.unwrap(); nap().await; n }", false),
            ("async { let n = rx.recv().@await; log(n); nap().await; println!(\"{n}\") }", false),
            ("async { let n = rx.recv().@await; log(n); store(n).await; }", false),
            ("async { let n = rx.recv().@await; let m = f(n); nap().await; m }", false),
            ("async { let mut all = a(); let n = r.@await; all.push(n); nap().await; all }", false),
            ("fn f() { let n = rx.recv().@await; all.push(n); nap().await; }", false),
            ("async { let n = rx.recv().@await; nap().await; }", false),
        ] {
            let (text, place) = at(text);
            assert_eq!(is_used_up(&text, place).unwrap_or(false), is, "{text}");
        }
    }
}
