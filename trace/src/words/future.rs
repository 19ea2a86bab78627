//! Which short name does a future's type get, such as `fetch` for `app::fetch::{{closure}}`?
//!
//! Interface: [`future_name`] gives the name for the type of a task's future; [`function`] gives
//! the short name of any function's path.

/// A short name for a task, from the name of its future's type. An `async fn`'s future is called
/// after its function, and an `async` block's after the function around it.
///
/// ```
/// use kettle_trace::future_name;
///
/// assert_eq!(future_name("select::fetch_from_cache::{{closure}}"), "fetch_from_cache");
/// assert_eq!(future_name("channel::main::{{closure}}::{{closure}}"), "async block in main");
/// assert_eq!(future_name("<app::Pot<u8> as app::Pours>::pour::{{closure}}"), "Pot::pour");
/// assert_eq!(future_name("kettle::time::sleep::Sleep"), "Sleep");
/// assert_eq!(future_name("core::pin::Pin<alloc::boxed::Box<app::Tea>>"), "Pin");
/// ```
pub fn future_name(type_name: &str) -> String {
    let Function { name, is_block } = function(type_name);
    if is_block { format!("async block in {name}") } else { name }
}

#[derive(Debug, PartialEq)]
pub(super) struct Function {
    /// Without its path, but with the type that it belongs to: `Tea::read`.
    pub(super) name: String,
    /// Was the path that of a block or closure inside the function? (The body of an `async fn`
    /// doesn't count as one.)
    pub(super) is_block: bool,
}

/// The function that a path names.
pub(super) fn function(path: &str) -> Function {
    let (mut path, mut closures) = (path, 0);
    while let Some((around, part)) = path.rsplit_once("::")
        && part.starts_with('{')
    {
        (path, closures) = (around, closures + 1);
    }
    let path = without_parameters(path);
    let mut names = path.rsplit("::");
    let (name, owner) = (names.next().unwrap_or_default(), names.next());
    let is_type = |owner: &&str| owner.starts_with(char::is_uppercase);
    let owner = owner.filter(is_type).map(|owner| format!("{owner}::"));
    Function { name: owner.unwrap_or_default() + name, is_block: closures > 1 }
}

/// A path without type parameters: `<app::Pot<u8> as app::Pours>::pour::<4>` becomes
/// `app::Pot::pour`.
fn without_parameters(path: &str) -> String {
    let (mut plain, mut rest) = (String::new(), path);
    while let Some((before, inner)) = rest.split_once('<') {
        let end = closing_bracket(inner);
        plain.push_str(before.strip_suffix("::").unwrap_or(before));
        // At the beginning, or after `impl`, the brackets hold the type that the function belongs
        // to.
        let owner =
            inner[..end].strip_prefix("impl ").or(plain.is_empty().then_some(&inner[..end]));
        if let Some(owner) = owner {
            let owner = without_parameters(owner);
            let name = owner.split(" as ").next().unwrap_or_default();
            plain.push_str(if plain.is_empty() { "" } else { "::" });
            plain.push_str(name);
        }
        rest = inner.get(end + 1..).unwrap_or_default();
    }
    plain + rest
}

/// The position of the `>` that closes the `<` just before this text. (The `>` of `->` closes
/// none.)
fn closing_bracket(inner: &str) -> usize {
    let (mut depth, mut before) = (1, ' ');
    for (at, letter) in inner.char_indices() {
        match letter {
            '<' => depth += 1,
            '>' if before != '-' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
        before = letter;
    }
    inner.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_writing_a_function_is_understood() {
        for (path, name, is_block) in [
            ("app::read::{{closure}}", "read", false),
            ("app::read::{closure#0}", "read", false),
            ("app::main::{closure#0}::{closure#1}", "main", true),
            ("app::gen::<alloc::vec::Vec<u8>, 4>::{closure#0}", "gen", false),
            ("app::gen<fn(u8) -> core::option::Option<u8>>::{{closure}}", "gen", false),
            ("app::S<X>::inherent::{{closure}}", "S::inherent", false),
            ("<app::S<u8>>::inherent::{closure#0}", "S::inherent", false),
            ("<app::S<<X as app::T>::Y> as app::T>::go::{{closure}}", "S::go", false),
            ("app::tea::<impl app::Pot<T>>::pour::{{closure}}", "Pot::pour", false),
            ("<app::Leaf as core::future::future::Future>::poll", "Leaf::poll", false),
            ("{async_fn#0}", "{async_fn#0}", false),
            ("<<<::>>::}{", "}{", false),
            ("", "", false),
        ] {
            assert_eq!(function(path), Function { name: name.to_owned(), is_block }, "{path}");
        }
    }
}
