//! For what does a task ask at this place, by the source?
//!
//! The place is that of an `.await`, and what is asked is the call before it. Or it is that of a `select!`: then it is known
//! which branch has won, and what is asked is the call in that branch.
//!
//! Interface: [`asked_at`]. Invariant: in doubt the answer is `None`. Not here: what the answers make of it
//! (`closed_channel.rs`).

use kettle_events::{Id, Place};

use super::run::Run;
use super::sockets::is_kettles;
use super::statement::{
    beginning, called_last, group, index_of, is_path, method_before, without_words,
};
use crate::words::sources::text_of;

/// So a program uses a socket, or what an `AsyncFd` has in it, without a record.
const UNSEEN: [&str; 5] = ["as_fd", "as_raw_fd", "SockRef", "get_ref", "get_mut"];

/// Such a call only looks. (So do those that begin with `is_` or `has_`.)
const LOOKS: [&str; 10] = [
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
];

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
    /// A time that may have passed.
    Time,
}

/// What was asked, and the answer came at once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Question {
    Channel,
    /// Of a pipe through memory: at which end is not known.
    Pipe,
    /// Of a stream that has ended.
    End,
    /// Of a socket.
    Readiness,
    /// Of a semaphore.
    Permit,
    /// That a closed channel has a place.
    Room,
    /// This channel is closed, and takes nothing.
    Send(Id),
    /// That has passed.
    Time,
}

impl Question {
    /// What its task did, why that is so, and what to write instead.
    pub(super) fn said(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Question::Channel => (
                "asked the same channel again and again, and nothing came,",
                "a channel whose senders have gone answers at once, and always",
                "leave the loop when the channel is closed: `while let Some(value) = rx.recv().await`, or \
                 `while rx.changed().await.is_ok()`; in a `select!`, `Some(value) = rx.recv() => …`",
            ),
            Question::Send(_) => (
                "sent into the same channel again and again, and it is closed,",
                "a channel whose receiver has gone, or has closed it, gives a value back at once, and always",
                "leave the loop when a `send` returns an error: nothing receives any more",
            ),
            Question::Pipe => (
                "asked the same pipe again and again, and no byte was moved,",
                "a pipe whose other end has gone answers at once, and always: a `read` with 0 bytes, a `write` with an error",
                "leave the loop when `read` or `read_line` returns `Ok(0)`, `next_line` `Ok(None)`, or any of them or `write` an \
                 error",
            ),
            Question::End => (
                "read 0 bytes of the same stream again and again",
                "0 bytes are the end: there a `read` returns at once, and always",
                "leave the loop when `read` or `read_line` returns `Ok(0)`, `next_line` `Ok(None)`, or `read_exact` an error. (What is read \
                 into a buffer without room, as an empty `Vec`, is 0 bytes, too: `vec![0; 1024]`, or `read_buf`)",
            ),
            Question::Readiness => (
                "asked the same socket again and again, and nothing came,",
                "a socket that is ready stays ready until a try says `WouldBlock`; and there is room to write most of the time",
                "ask `writable` (or for `WRITABLE` beside `READABLE`) only while there is something to write, as in a `select!` by \
                 `_ = socket.writable(), if !queue.is_empty()`. Read what is there (`try_read`, `try_recv`) before you ask `readable` \
                 again; or, while it can't be used, wait for that which is missing",
            ),
            Question::Permit => (
                "asked the same semaphore again and again, and got no permit,",
                "a semaphore that is closed answers at once, and always, with an error",
                "leave the loop when `acquire` returns an error: the semaphore stays closed",
            ),
            Question::Room => (
                "asked the same channel for room again and again, and got none,",
                "a channel whose receiver has gone, or has closed it, answers at once, and always, with an error",
                "leave the loop when `reserve` returns an error: nothing receives any more",
            ),
            Question::Time => (
                "waited again and again for a time that has passed",
                "`sleep_until`, `timeout_at` and a sleep that is over are ready at once, and always",
                "move the time on in each round, also in one that has failed, or leave the loop: \
                 `next = Instant::now() + period`; `sleep.as_mut().reset(…)` where one `sleep` is awaited by `&mut` in a `select!`",
            ),
        }
    }
}

/// `branch`: that of a `select!` there, which has won.
pub(super) fn asked_at(run: &Run, at: Place, branch: Option<u32>) -> Option<Asked> {
    let text = text_of(at)?;
    let place = (at.line() as usize, at.column() as usize);
    let guards = text.contains("AsyncFd") || run.fold.sources().any(|(_, it)| !is_kettles(it.what));
    asked(&text, place, branch, guards)
}

/// `while Instant::now() < next { yield_now().await; }`: is what is awaited there all that its loop does?
pub(super) fn is_all_of_a_loop(at: Place) -> bool {
    let place = (at.line() as usize, at.column() as usize);
    text_of(at).is_some_and(|text| is_all(&text, place).unwrap_or(false))
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
    let mut calls = condition.split('(').collect::<Vec<_>>();
    calls.pop(); // (after the last bracket)
    let name = |before: &str| {
        let end = before.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |at| at + 1);
        before[end..].to_owned()
    };
    let looks = |name: &str| {
        name.is_empty()
            || LOOKS.contains(&name)
            || ["is_", "has_", "as_", "from_"].iter().any(|first| name.starts_with(first))
    };
    !condition.contains("let ") && calls.into_iter().map(name).all(|name| looks(&name))
}

/// `guards`: what tells that a socket is ready may be a guard of an `AsyncFd`, which lets the program use what is in that.
fn asked(text: &str, place: (usize, usize), branch: Option<u32>, guards: bool) -> Option<Asked> {
    let code = without_words(text);
    let here = index_of(&code, place)?;
    if is_a_sleep(&code[here..].iter().collect::<String>()) {
        return Some(Asked::Time); // of one that is awaited elsewhere its own place is told
    }
    let method = match branch {
        None => method_before(text, place)?,
        Some(number) => {
            let call: String = code[here..].iter().collect();
            let future = branches(&call)?.get(number as usize)?.trim().to_owned();
            match borrowed(&future) {
                Some(name) => {
                    return is_bound_to_a_sleep(&code[..here], name).then_some(Asked::Time);
                }
                None => called_last(&future)?,
            }
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
        "sleep_until" | "timeout_at" => Asked::Time,
        "acquire" | "acquire_many" | "acquire_owned" | "acquire_many_owned" => Asked::Permit,
        _ => return None,
    })
}

/// `&mut nap`, `nap.as_mut()`: a future that is polled again when it is ready.
fn borrowed(future: &str) -> Option<&str> {
    let name = future.strip_prefix("&mut ").or_else(|| future.strip_suffix(".as_mut()"))?;
    name.chars().all(|c| c.is_alphanumeric() || c == '_').then_some(name)
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
    fn a_loop_that_does_nothing_but_yield() {
        for (text, is) in [
            ("{ while Instant::now() < next { yield_now().@await; } }", true),
            (
                "{ a(); while !all.lock().unwrap().is_done(1) {\n kettle::task::yield_now()\n .@await\n } }",
                true,
            ),
            ("{ 'wait: loop { yield_now().@await; } }", true),
            (
                "{ loop { if start.elapsed() > from_millis(9) { break; } yield_now().@await } }",
                true,
            ),
            ("{ loop { if x.is_done() { a(); break; } yield_now().@await } }", false),
            ("{ loop { if x.is_done() { break } a(); yield_now().@await } }", false),
            ("{ loop { if !sim.advance() { break } yield_now().@await } }", false),
            ("{ while solver.step(x.len()) { yield_now().@await; } }", false),
            ("{ while let Some(x) = all.get(0) { yield_now().@await; } }", false),
            ("{ while a() { b(); yield_now().@await; } }", false),
            ("{ while a() { yield_now().@await; b(); } }", false),
            ("{ for n in 0..9 { yield_now().@await; } }", false),
            ("{ while let Some(x) = all.next() { if done(x) { yield_now().@await; } } }", false),
        ] {
            let at = text.find('@').unwrap();
            let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
            let place = (text[..at].matches('\n').count() + 1, at - start + 1);
            assert_eq!(is_all(&text.replace('@', ""), place), Some(is), "{text}");
        }
    }

    #[test]
    fn a_sleep_that_is_awaited_again() {
        let time = Some(Asked::Time);
        for (text, asked) in [
            (
                "{ let nap = sleep(ms(1)); pin!(nap); loop { @select! { () = &mut nap => {} } } }",
                time,
            ),
            (
                "{ let mut nap = Box::pin(kettle::time::sleep(ms(1))); @select! { _ = nap.as_mut() => {} } }",
                time,
            ),
            ("{ let nap = pin!(sleep_until(at)); @select! { () = &mut nap => {} } }", time),
            ("{ let nap = @time::sleep(ms(1)); pin!(nap); select! { () = &mut nap => {} } }", time),
            (
                "{ let nap = sleep(ms(1)); let nap = other(nap); @select! { () = &mut nap => {} } }",
                None,
            ),
            ("{ @select! { () = &mut nap => {} } let nap = sleep(ms(1)); }", None),
        ] {
            assert_eq!(at(text, Some(0)), asked, "{text}");
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
