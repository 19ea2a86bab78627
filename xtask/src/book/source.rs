//! Which lines of the tree does a quotation name?
//!
//! `wheel.rs: Wheel::cancel` names an item, found by the parser `syn`: a function, type, constant,
//! module or macro (`select!`) by its path, as much of it as makes it the only one of its file; a
//! block as `impl Drop for Cup`. It comes with the comments above it, or with ` nodoc` behind the
//! name without documentation and attributes.
//!
//! The file is named from the root, or by the end of its path: the first of [`PLACES`] in which a
//! file has this end decides, and there only one may. So a file can move, and nothing is edited.

use std::sync::OnceLock;

use kettle_kit::tree;
use proc_macro2::TokenTree;
use quote::ToTokens;
use syn::Item;
use syn::spanned::Spanned;

/// Where a file is looked for. An exercise has files of the engine's names: no quotation means
/// them.
const PLACES: &[&str] = &["runtime/src/", "runtime/", "src/", "examples/", ""];
const NOT_IN: &str = "exercises/";

/// The path, from the root, of the file that a quotation means.
pub(crate) fn path(name: &str) -> Result<&'static str, String> {
    static FILES: OnceLock<Vec<String>> = OnceLock::new();
    let files = FILES.get_or_init(|| {
        let all = tree::files(&tree::root(), "").into_iter().map(|path| tree::shown(&path));
        all.filter(|path| !path.starts_with(NOT_IN)).collect()
    });
    if let Some(path) = files.iter().find(|path| *path == name) {
        return Ok(path);
    }
    let end = format!("/{name}");
    for place in PLACES {
        let is_meant = |path: &&String| path.starts_with(place) && path.ends_with(&end);
        match files.iter().filter(is_meant).collect::<Vec<_>>().as_slice() {
            [] => {}
            [path] => return Ok(path),
            several => return Err(format!("`{name}` may be any of {}", list(several))),
        }
    }
    Err(format!("there is no `{name}`"))
}

/// What `request` names in a file with this text: at the left margin, without a newline at its end.
pub(crate) fn cut(source: &str, request: &str) -> Result<String, String> {
    let bare = request.strip_suffix(" nodoc");
    let (from, to) = find(source, bare.unwrap_or(request).trim())?;
    let all: Vec<&str> = source.lines().collect();
    let above = all[..from - 1].iter().rev();
    let comments = above.take_while(|line| is_comment(line) && !line.contains("//!")).count();
    let mut lines = all[from - comments - 1..to].to_vec();
    if bare.is_some() {
        let is_about = |line: &str| line.starts_with("///") || line.starts_with("#[");
        lines.retain(|line| !is_about(line.trim()));
        let comments = lines.iter().take_while(|line| is_comment(line)).count();
        lines.drain(..comments);
    }
    let blanks = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let indent = lines.first().map_or(0, |line| blanks(line));
    let moved = lines.iter().map(|line| line[blanks(line).min(indent)..].trim_end());
    Ok(moved.collect::<Vec<_>>().join("\n"))
}

fn is_comment(line: &str) -> bool {
    line.trim().starts_with("//")
}

type Lines = (usize, usize);

/// The lines of an item, attributes and all.
fn find(source: &str, request: &str) -> Result<Lines, String> {
    let file = syn::parse_file(source).map_err(|error| {
        format!("the file can't be parsed: line {}: {error}", error.span().start().line)
    })?;
    let mut all = Vec::new();
    gather(&file.items, "", &mut all);
    let end = format!("::{request}");
    let mut fitting: Vec<&(String, Lines)> =
        all.iter().filter(|(path, _)| path == request).collect();
    if fitting.is_empty() {
        fitting = all.iter().filter(|(path, _)| path.ends_with(&end)).collect();
    }
    match fitting.as_slice() {
        [(_, lines)] => Ok(*lines),
        [] => Err(format!("there is no `{request}`")),
        several => {
            let paths: Vec<&String> = several.iter().map(|(path, _)| path).collect();
            Err(format!("`{request}` may be any of {}", list(&paths)))
        }
    }
}

/// The path and the lines of each item, and of those in it; `inside`: the path of what they are in.
fn gather(items: &[Item], inside: &str, all: &mut Vec<(String, Lines)>) {
    for item in items {
        match item {
            Item::Impl(it) => {
                let owner = plain(&it.self_ty);
                let of = it.trait_.as_ref().map(|(path, _)| last(path) + " for ");
                let name = format!("{inside}impl {}{owner}", of.unwrap_or_default());
                all.push((name, lines(it)));
                let inside = format!("{inside}{owner}::");
                all.extend(it.items.iter().filter_map(|it| entry(&inside, it)));
            }
            Item::Trait(it) => {
                all.extend(entry(inside, it));
                let inside = format!("{inside}{}::", it.ident);
                all.extend(it.items.iter().filter_map(|it| entry(&inside, it)));
            }
            // Tests are found in files of tests only.
            Item::Mod(it) if it.ident == "tests" => {}
            Item::Mod(it) => {
                all.extend(entry(inside, it));
                let items = it.content.as_ref().map_or(&[][..], |(_, items)| items);
                gather(items, &format!("{inside}{}::", it.ident), all);
            }
            it => all.extend(entry(inside, it)),
        }
    }
}

const KEYWORDS: &str =
    "async const enum extern fn macro_rules mod mut static struct trait type union unsafe";

/// What an item is called, after its keywords, and its lines.
fn entry(inside: &str, item: &impl ToTokens) -> Option<(String, Lines)> {
    let words = item.to_token_stream().into_iter().filter_map(|token| match token {
        TokenTree::Ident(word) => Some(word.to_string()),
        _ => None,
    });
    let is_keyword = |word: &String| KEYWORDS.split(' ').any(|keyword| keyword == word);
    let mut words = words.skip_while(|word| !is_keyword(word)).peekable();
    let sign = if words.peek()? == "macro_rules" { "!" } else { "" };
    let name = words.find(|word| !is_keyword(word))?;
    Some((format!("{inside}{name}{sign}"), lines(item)))
}

fn lines(item: &impl Spanned) -> Lines {
    (item.span().start().line, item.span().end().line)
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

pub(crate) fn list(names: &[impl std::fmt::Display]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
