//! Which lines of the tree does a quotation name?
//!
//! `wheel.rs: Wheel::cancel` names an item, found by the parser `syn`: a function, type, constant,
//! module or macro (`select!`) by its path, as much of it as makes it the only one of its file;
//! `<Cup as Drop>::drop` where a type has two of the name; a block as `impl Drop for Cup`. It comes
//! with the comments above it, or with ` nodoc` behind the name without comments and attributes.
//!
//! `wheel.rs: DOC: cascade` names the lines between `//DOC: cascade` and `//DOC: end cascade`. Such
//! lines are themselves in no quotation.
//!
//! The file is named from the root, or by the end of its path: the first of [`PLACES`] in which a
//! file has this end decides, and there only one may. So a file can move, and nothing is edited.

use std::cmp::Reverse;
use std::sync::OnceLock;

use kettle_kit::tree;
use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, ImplItem, Item, ItemMacro, TraitItem};

/// Where a file is looked for. An exercise has files of the engine's names: no quotation means
/// them.
const PLACES: &[&str] = &["runtime/src/", "runtime/", "src/", "examples/", ""];
const NOT_IN: &str = "exercises/";
/// How many names are told that somebody may have meant.
const NEAREST: usize = 5;

/// What was cut out of a file.
#[derive(Debug)]
pub(crate) struct Cut {
    /// Where it begins, from 1.
    pub(crate) line: usize,
    /// At the left margin, without a newline at its end.
    pub(crate) text: String,
}

/// The path, from the root, of the file that a quotation means.
pub(crate) fn path(name: &str) -> Result<&'static str, String> {
    static FILES: OnceLock<Vec<String>> = OnceLock::new();
    let files = FILES.get_or_init(|| {
        let all = tree::files(&tree::root(), "").into_iter().map(|path| tree::shown(&path));
        all.filter(|path| !path.starts_with(NOT_IN)).collect()
    });
    let end = format!("/{name}");
    for place in PLACES {
        let is_meant =
            |path: &&String| *path == name || path.starts_with(place) && path.ends_with(&end);
        match files.iter().filter(is_meant).collect::<Vec<_>>().as_slice() {
            [] => {}
            [path] => return Ok(path),
            several => match several.iter().find(|path| **path == name) {
                Some(path) => return Ok(path),
                None => return Err(format!("`{name}` may be any of {}", list(several))),
            },
        }
    }
    let last = name.rsplit('/').next().unwrap_or(name);
    let by_name = |path: &&String| nearness(last, path.rsplit('/').next().unwrap_or(path));
    let mut near: Vec<&String> = files.iter().collect();
    near.sort_by_key(|path| Reverse(by_name(path)));
    near.truncate(NEAREST);
    Err(format!("there is no file `{name}`; the nearest are {}", list(&near)))
}

/// What `wish` names in a file with this text; or words that say which names there are.
pub(crate) fn cut(source: &str, wish: &str) -> Result<Cut, String> {
    let bare = wish.strip_suffix(" nodoc");
    let wish = bare.unwrap_or(wish).trim();
    let (lines, hidden) = match wish.strip_prefix("DOC:") {
        Some(name) => (anchored(source, name.trim())?, Vec::new()),
        None => item(source, wish, bare.is_some())?,
    };
    let kept = |at: &usize| !hidden.iter().any(|&(from, to)| (from..=to).contains(at));
    let numbered = source.lines().enumerate().map(|(index, line)| (index + 1, line));
    let mut text: Vec<(usize, &str)> = numbered
        .filter(|(at, line)| (lines.0..=lines.1).contains(at) && kept(at) && mark(line).is_none())
        .collect();
    if bare.is_some() {
        let comments = text.iter().take_while(|(_, line)| line.trim().starts_with("//")).count();
        text.drain(..comments);
    }
    let (line, first) = text.first().copied().ok_or_else(|| format!("`{wish}` is empty"))?;
    let indent = blanks(first);
    let moved = text.iter().map(|(_, line)| line[blanks(line).min(indent)..].trim_end());
    Ok(Cut { line, text: moved.collect::<Vec<_>>().join("\n") })
}

/// The name on a line `//DOC: name`.
fn mark(line: &str) -> Option<&str> {
    line.trim().strip_prefix("//DOC:").map(str::trim)
}

fn anchored(source: &str, name: &str) -> Result<(usize, usize), String> {
    let marks: Vec<(usize, &str)> = source
        .lines()
        .enumerate()
        .filter_map(|(index, line)| Some((index + 1, mark(line)?)))
        .collect();
    let at = |wanted: &str| marks.iter().find(|(_, there)| *there == wanted).map(|(at, _)| *at);
    let Some(from) = at(name) else {
        let there = marks.iter().map(|(_, there)| *there);
        return Err(missing(&format!("//DOC: {name}"), there.filter(|it| !it.starts_with("end "))));
    };
    match at(&format!("end {name}")).filter(|to| *to > from) {
        Some(to) => Ok((from, to)),
        None => Err(format!("`//DOC: {name}` has no `//DOC: end {name}` below it")),
    }
}

type Lines = (usize, usize);

/// The lines of an item, and those of its doc comments and attributes if they are not wanted.
fn item(source: &str, wish: &str, bare: bool) -> Result<(Lines, Vec<Lines>), String> {
    let file = syn::parse_file(source).map_err(|error| {
        format!("the file can't be parsed: line {}: {error}", error.span().start().line)
    })?;
    let mut finder = Finder { inside: Vec::new(), found: Vec::new() };
    finder.visit_file(&file);
    let found = &finder.found;
    let is_whole = |one: &&Found| one.paths.iter().any(|path| path == wish);
    let end = format!("::{wish}");
    let is_end = |one: &&Found| one.paths.iter().any(|path| path.ends_with(&end));
    let mut fitting: Vec<&Found> = found.iter().filter(is_whole).collect();
    if fitting.is_empty() {
        fitting = found.iter().filter(is_end).collect();
    }
    let one = match fitting.as_slice() {
        [one] => one,
        [] => return Err(missing(wish, found.iter().map(|one| one.paths[0].as_str()))),
        several => {
            let last = |one: &&Found| one.paths.last().cloned().unwrap_or_default();
            let paths: Vec<String> = several.iter().map(last).collect();
            return Err(format!("`{wish}` may be any of {}", list(&paths)));
        }
    };
    let (mut from, to) = one.lines;
    if !bare {
        let lines: Vec<&str> = source.lines().collect();
        let is_comment = |line: &str| line.trim().starts_with("//") && !line.contains("//!");
        while from > 1 && is_comment(lines[from - 2]) {
            from -= 1;
        }
        return Ok(((from, to), Vec::new()));
    }
    let mut attributes = Attributes { source, lines: Vec::new() };
    attributes.visit_file(&file);
    Ok(((from, to), attributes.lines))
}

/// An item: under which paths, and where.
struct Found {
    paths: Vec<String>,
    lines: Lines,
}

/// Gathers all items of a file.
struct Finder {
    /// The spellings of what we are in: `["cup::Cup", "cup::<Cup as Drop>"]`.
    inside: Vec<String>,
    found: Vec<Found>,
}

impl Finder {
    /// Notes one, then what is in it.
    fn enter(
        &mut self,
        names: &[String],
        inner: &[String],
        span: Span,
        visit: impl FnOnce(&mut Self),
    ) {
        let below = |names: &[String]| match self.inside.as_slice() {
            [] => names.to_vec(),
            inside => inside
                .iter()
                .flat_map(|path| names.iter().map(move |name| format!("{path}::{name}")))
                .collect(),
        };
        let (paths, inner) = (below(names), below(inner));
        self.found.push(Found { paths, lines: (span.start().line, span.end().line) });
        let outer = std::mem::replace(&mut self.inside, inner);
        visit(self);
        self.inside = outer;
    }
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_item(&mut self, item: &'ast Item) {
        let name = match item {
            Item::Const(it) => it.ident.to_string(),
            Item::Enum(it) => it.ident.to_string(),
            Item::Fn(it) => it.sig.ident.to_string(),
            // Tests are found in files of tests only.
            Item::Mod(it) if it.attrs.iter().any(is_for_tests) => return,
            Item::Mod(it) => it.ident.to_string(),
            Item::Static(it) => it.ident.to_string(),
            Item::Struct(it) => it.ident.to_string(),
            Item::Trait(it) => it.ident.to_string(),
            Item::Type(it) => it.ident.to_string(),
            Item::Impl(it) => {
                let owner = plain(&it.self_ty);
                let (name, inner) = match it.trait_.as_ref().map(|(path, _)| last(path)) {
                    Some(of) => (
                        format!("impl {of} for {owner}"),
                        vec![owner.clone(), format!("<{owner} as {of}>")],
                    ),
                    None => (format!("impl {owner}"), vec![owner]),
                };
                return self.enter(&[name], &inner, item.span(), |me| visit::visit_item(me, item));
            }
            Item::Macro(ItemMacro { ident: Some(name), .. }) => format!("{name}!"),
            other => return visit::visit_item(self, other),
        };
        let names = [name];
        self.enter(&names, &names, item.span(), |me| visit::visit_item(me, item));
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let name = match item {
            ImplItem::Const(it) => it.ident.to_string(),
            ImplItem::Fn(it) => it.sig.ident.to_string(),
            ImplItem::Type(it) => it.ident.to_string(),
            other => return visit::visit_impl_item(self, other),
        };
        let names = [name];
        self.enter(&names, &names, item.span(), |me| visit::visit_impl_item(me, item));
    }

    fn visit_trait_item(&mut self, item: &'ast TraitItem) {
        let TraitItem::Fn(it) = item else { return visit::visit_trait_item(self, item) };
        let name = it.sig.ident.to_string();
        let names = [name];
        self.enter(&names, &names, item.span(), |me| visit::visit_trait_item(me, item));
    }
}

/// Gathers the lines of attributes and doc comments that share them with no code.
struct Attributes<'a> {
    source: &'a str,
    lines: Vec<Lines>,
}

impl<'ast> Visit<'ast> for Attributes<'_> {
    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        let (start, end) = (attribute.span().start(), attribute.span().end());
        let line = self.source.lines().nth(end.line - 1).unwrap_or_default();
        let rest: String = line.chars().skip(end.column).collect();
        if rest.trim().is_empty() || rest.trim().starts_with("//") {
            self.lines.push((start.line, end.line));
        }
    }
}

fn is_for_tests(attribute: &Attribute) -> bool {
    let test = |list: &syn::MetaList| list.tokens.to_string() == "test";
    attribute.path().is_ident("cfg") && attribute.meta.require_list().is_ok_and(test)
}

/// A type as a reader calls it: `&mut std::cell::Cell<T>` is `Cell`.
fn plain(ty: &syn::Type) -> String {
    match ty {
        syn::Type::Path(it) => last(&it.path),
        syn::Type::Reference(it) => plain(&it.elem),
        _ => "_".to_owned(),
    }
}

fn last(path: &syn::Path) -> String {
    path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default()
}

/// That it is not there, and what comes nearest.
fn missing<'a>(wish: &str, there: impl Iterator<Item = &'a str>) -> String {
    let last = |path: &str| path.rsplit("::").next().unwrap_or(path).to_owned();
    let near = |path: &str| nearness(wish, path).max(nearness(&last(wish), &last(path)));
    let mut there: Vec<&str> = there.collect();
    there.sort_by_key(|path| Reverse(near(path)));
    there.truncate(NEAREST);
    let there = if there.is_empty() { "none".to_owned() } else { list(&there) };
    format!("there is no `{wish}`; the nearest are {there}")
}

/// How much alike two names are, in millionths.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 1")]
fn nearness(one: &str, other: &str) -> u32 {
    (strsim::jaro_winkler(one, other) * 1e6) as u32
}

pub(crate) fn list(names: &[impl std::fmt::Display]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn blanks(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

#[cfg(test)]
#[path = "source_tests.rs"]
mod tests;
