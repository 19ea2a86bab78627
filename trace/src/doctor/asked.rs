//! For what does a task ask at this place, by the source?
//!
//! The place is that of an `.await`, and what is asked is the call before it. Or it is that of a `select!`: then it is known
//! which branch has won, and what is asked is the call in that branch.
//!
//! Interface: [`asked_at`]. Invariant: in doubt the answer is `None`. Not here: what the answers make of it
//! (`closed_channel.rs`).

use kettle_events::Place;

use super::run::Run;
use super::sockets::is_kettles;
use super::statement::{
    beginning, called_last, group, index_of, is_path, method_before, without_words,
};
use crate::words::sources::text_of;

/// So a program uses a socket, or what an `AsyncFd` has in it, without a record.
const UNSEEN: [&str; 5] = ["as_fd", "as_raw_fd", "SockRef", "get_ref", "get_mut"];

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Asked {
    /// Whether a socket is ready, and nothing is kept by which it may be used unseen.
    Readiness,
    /// That a channel takes a value.
    Send,
    /// That a channel has room for one.
    Room,
    /// A value of a channel.
    Value,
    /// A new value of a `watch`.
    Change,
    /// A permit of a semaphore.
    Permit,
}

/// `branch`: that of a `select!` there, which has won.
pub(super) fn asked_at(run: &Run, at: Place, branch: Option<u32>) -> Option<Asked> {
    let text = text_of(at)?;
    let place = (at.line() as usize, at.column() as usize);
    let guards = text.contains("AsyncFd") || run.fold.sources().any(|(_, it)| !is_kettles(it.what));
    asked(&text, place, branch, guards)
}

/// `guards`: what tells that a socket is ready may be a guard of an `AsyncFd`, which lets the program use what is in that.
fn asked(text: &str, place: (usize, usize), branch: Option<u32>, guards: bool) -> Option<Asked> {
    let code = without_words(text);
    let here = index_of(&code, place)?;
    let method = match branch {
        None => method_before(text, place)?,
        Some(number) => {
            let call: String = code[here..].iter().collect();
            called_last(branches(&call)?.get(number as usize)?)?
        }
    };
    Some(match &*method {
        "readable" | "writable" | "ready"
            if !UNSEEN.iter().any(|word| text.contains(word))
                && (!guards || branch.is_none() && is_dropped(&code, here)?) =>
        {
            Asked::Readiness
        }
        "send" => Asked::Send,
        "reserve" | "reserve_many" | "reserve_owned" => Asked::Room,
        "recv" | "recv_many" => Asked::Value,
        "changed" => Asked::Change,
        "acquire" | "acquire_many" | "acquire_owned" | "acquire_many_owned" => Asked::Permit,
        _ => return None,
    })
}

/// The futures of the branches of a `select!` with which this code begins.
fn branches(code: &str) -> Option<Vec<String>> {
    let (path, body) = code.split_once('!')?; // here, or later in the text
    let is_here = path.chars().all(|c| c.is_alphanumeric() || "_:".contains(c));
    let (body, _) = group(body.trim_start())?;
    let mut rest = body[1..body.len() - 1].trim_start();
    rest = rest.strip_prefix("biased;").unwrap_or(rest);
    let mut found = Vec::new();
    while let Some(arrow) = outside_brackets(rest, "=>") {
        let (_, future) = rest[..arrow].split_once('=').unwrap_or_default(); // `else` has none
        let end = outside_brackets(future, ",").unwrap_or(future.len());
        found.push(future[..end].trim_end().to_owned());
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
mod tests {
    use super::*;

    /// The place is at `@`.
    fn at(text: &str, branch: Option<u32>) -> Option<Asked> {
        let at = text.find('@').expect("a place");
        let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
        let place = (text[..at].matches('\n').count() + 1, at - start + 1);
        asked(&text.replace('@', ""), place, branch, text.contains("AsyncFd"))
    }

    #[test]
    fn what_is_awaited() {
        let readiness = Some(Asked::Readiness);
        for (text, asked) in [
            ("{ socket.readable().@await?; }", readiness),
            ("{ let now = socket.ready(READABLE | WRITABLE).@await?; }", readiness),
            ("{ a(); self.ours.writable()\n.@await\n.unwrap() ; } AsyncFd", readiness),
            ("{ let mut guard = fd.readable().@await?; } AsyncFd", None),
            ("{ match fd.readable().@await { Ok(it) => f(it), _ => () }; } AsyncFd", None),
            ("{ fd.readable().@await?.try_io(read); } AsyncFd", None),
            ("{ f(fd.ready(READABLE).@await?); } AsyncFd", None),
            ("{ fd.readable().@await?; read(fd.get_ref()); } AsyncFd", None),
            ("{ socket.writable().@await?; sendmsg(socket.as_fd(), &all)?; }", None),
            ("{ let all = permits.acquire_many(2).@await; }", Some(Asked::Permit)),
            ("{ let place = tx.reserve().@await; }", Some(Asked::Room)),
            ("{ consume_budget().@await; tx.send(1).await }", None),
            ("{ tx.@send(1) }", None),
        ] {
            assert_eq!(at(text, None), asked, "{text}");
        }
    }

    #[test]
    fn what_is_asked_by_the_branch_that_has_won() {
        let text = "{ @kettle::select! { biased; sent = tx.send(f(1, 2)), if open == 1 => a(1), \
            _ = sleep(ms(1)) => {} Some(x) = rx.recv() => { match x { A => b, _ => c } } \
            _ = socket.writable() => if a { b }, () = async { x = 1 } => {}, else => rx.changed() } }";
        let all =
            [Some(Asked::Send), None, Some(Asked::Value), Some(Asked::Readiness), None, None, None];
        for (number, asked) in (0..).zip(all) {
            assert_eq!(at(text, Some(number)), asked, "{number}");
        }
        assert_eq!(at("{ @join!(tx.send(1), nap()) }", Some(0)), None);
        assert_eq!(
            at("{ consume_budget().@await; select! { _ = tx.send(1) => {} } }", Some(0)),
            None
        );
    }
}
