//! What does a symbol of a backtrace name?
//!
//! Rust writes the same function in several ways: `app::read::{{closure}}` or `app::read::{closure#0}`
//! for the future of an `async fn`, with one closure more for a block in it; `<app::Tea as
//! core::future::future::Future>::poll` for a future that was written by hand; with generics, with
//! a hash at the end, or with `<impl app::Tea>` in the middle.
//!
//! Interface: [`Symbol::parse`]. Not here: which of the frames matter (`stack.rs`).

/// What is known of a function from its symbol.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Symbol<'a> {
    /// The crate that it belongs to, as far as can be told.
    pub(crate) package: &'a str,
    /// `read`, or `Tea::read` of a type's function; of a future written by hand, its type.
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An `async fn`: the body of its future.
    Async,
    /// A block in a function: an `async` block, or a closure.
    Block,
    /// A future or stream that was written by hand.
    Future,
    /// Any other function.
    Plain,
}

impl<'a> Symbol<'a> {
    pub(crate) fn parse(symbol: &'a str) -> Symbol<'a> {
        let mut parts = split(symbol.trim_end_matches("{{vtable.shim}}"));
        parts.pop_if(|last| is_hash(last));
        let mut closures = 0;
        while parts.pop_if(|last| is_closure(last)).is_some() {
            closures += 1;
        }
        let first = parts.first().copied().unwrap_or_default();
        // Generics have a part of their own: `read::<u8>`.
        let named = |part: &&&str| !part.starts_with('<') || part.starts_with("<impl ");
        let mut names = parts.iter().skip(1).rev().filter(named).map(|part| bare(part));
        let (function, before) = (names.next(), names.next());
        let (own, of) = match first.strip_prefix('<').and_then(|inner| inner.strip_suffix('>')) {
            Some(inner) => inner.split_once(" as ").unwrap_or((inner, "")),
            None => (first, ""),
        };
        let by_hand = ["Future", "Stream"].contains(&bare(of));
        let kind = match closures {
            0 if by_hand && function.is_some_and(|name| name.starts_with("poll")) => Kind::Future,
            0 => Kind::Plain,
            1 => Kind::Async,
            _ => Kind::Block,
        };
        let is_type = |name: &&str| name.starts_with(|letter: char| letter.is_uppercase());
        let owner = if first.starts_with('<') { Some(bare(own)) } else { before };
        let name = match (function, owner.filter(is_type)) {
            _ if kind == Kind::Future => bare(own).to_owned(),
            (Some(name), Some(owner)) => format!("{owner}::{name}"),
            (Some(name), None) => name.to_owned(),
            // With line tables alone, a body's frame doesn't say whose body it is.
            (None, _) if first.is_empty() && closures > 0 => "an async body".to_owned(),
            (None, _) => bare(first).to_owned(),
        };
        // A type that is a parameter, or a reference to one, belongs to the trait's crate.
        let package = if path(own).contains("::") || of.is_empty() { own } else { of };
        Symbol { package: path(package).split("::").next().unwrap_or_default(), name, kind }
    }
}

/// The parts of a path, cut where no bracket is open.
fn split(symbol: &str) -> Vec<&str> {
    let (mut parts, mut begin, mut depth) = (Vec::new(), 0, 0_u32);
    let bytes = symbol.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'<' | b'(' | b'[' | b'{' => depth += 1,
            b'>' if at > 0 && bytes[at - 1] == b'-' => {}
            b'>' | b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b':' if depth == 0 && at >= begin && bytes.get(at + 1) == Some(&b':') => {
                parts.push(&symbol[begin..at]);
                begin = at + 2;
            }
            _ => {}
        }
    }
    parts.push(symbol.get(begin..).unwrap_or_default());
    parts
}

/// `h0123456789abcdef`
fn is_hash(part: &str) -> bool {
    let digits = part.strip_prefix('h').unwrap_or_default();
    digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_closure(part: &str) -> bool {
    let inner = part.trim_start_matches('{');
    inner.len() < part.len() && (inner.starts_with("closure") || inner.starts_with("async_"))
}

/// A type or part without what is around its path.
fn path(part: &str) -> &str {
    let part = part.strip_prefix("<impl ").unwrap_or(part);
    let mut part = part.trim_start_matches(['<', '&', '*', '(']);
    for word in ["mut ", "const ", "dyn "] {
        part = part.strip_prefix(word).unwrap_or(part);
    }
    part.split(['<', '>', ' ', '[', ')', ',']).next().unwrap_or_default().trim_end_matches(':')
}

/// Its last name.
fn bare(part: &str) -> &str {
    path(part).rsplit("::").next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_writing_a_function_is_understood() {
        use Kind::{Async, Block, Future, Plain};
        for (symbol, package, name, kind) in [
            ("app::read::{{closure}}", "app", "read", Async),
            ("app::read::{closure#0}", "app", "read", Async),
            ("app::read::{async_fn_env#0}", "app", "read", Async),
            ("{async_fn#0}", "", "an async body", Async),
            ("app::read::{{closure}}::h0123456789abcdef", "app", "read", Async),
            ("app::main::{{closure}}::{{closure}}", "app", "main", Block),
            ("app::main::{closure#0}::{async_block#1}", "app", "main", Block),
            ("app::net::http::serve::{{closure}}", "app", "serve", Async),
            ("app::gen::<alloc::vec::Vec<u8>, 4>::{closure#0}", "app", "gen", Async),
            ("app::gen<fn(u8) -> core::option::Option<u8>>::{{closure}}", "app", "gen", Async),
            ("app::S<X>::inherent::{{closure}}", "app", "S::inherent", Async),
            ("<app::S<u8>>::inherent::{closure#0}", "app", "S::inherent", Async),
            ("<app::S<X> as app::T>::go::{{closure}}", "app", "S::go", Async),
            ("app::tea::<impl app::Pot<T>>::pour::{{closure}}", "app", "Pot::pour", Async),
            ("<app::Leaf as core::future::future::Future>::poll", "app", "Leaf", Future),
            ("<app::Lines as futures_core::stream::Stream>::poll_next", "app", "Lines", Future),
            ("<&mut F as core::future::future::Future>::poll", "core", "F", Future),
            ("<core::pin::Pin<P> as core::future::future::Future>::poll", "core", "Pin", Future),
            (
                "<alloc::boxed::Box<dyn core::ops::function::FnOnce<(), Output = ()>> as \
                 core::ops::function::FnOnce<()>>::call_once",
                "alloc",
                "Box::call_once",
                Plain,
            ),
            (
                "core::ops::function::FnOnce::call_once{{vtable.shim}}",
                "core",
                "FnOnce::call_once",
                Plain,
            ),
            ("kettle_runtime::tasks::poll::poll_task", "kettle_runtime", "poll_task", Plain),
            ("__rust_try", "__rust_try", "__rust_try", Plain),
            ("<unknown>", "unknown", "unknown", Plain),
            ("", "", "", Plain),
        ] {
            let found = Symbol::parse(symbol);
            assert_eq!(
                (found.package, &found.name[..], found.kind),
                (package, name, kind),
                "{symbol}"
            );
        }
    }
}
