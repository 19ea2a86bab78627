//! Which lines of the project does a quotation of the book mean?
//!
//! `wheel.rs: Wheel::cancel` means the item `Wheel::cancel` of a file. [`path`] finds the file, and
//! [`cut`] takes the item's lines out of it.
//!
//! - The file is named from the root, or by the end of its path, so that it can move. The first of
//!   the [`FOLDERS`] that has a file whose path ends so decides, and must have only one.
//! - The item is a function, type, constant, module or macro (`select!`), named by as much of its
//!   path as no other item of the file has, or a block such as `impl Drop for Cup`. It comes with
//!   the comments above it; ` nodoc` behind its name leaves out documentation and attributes.

use std::sync::OnceLock;

use kettle_kit::tree;
use proc_macro2::TokenTree;
use quote::ToTokens;
use syn::Item;
use syn::spanned::Spanned;

/// Where a file is looked for, in this order. The last one is the whole project.
const FOLDERS: &[&str] = &["runtime/src/", "runtime/", "src/", "examples/", ""];
/// An exercise has copies of the engine's files, which no quotation means.
const COPIES: &str = "exercises/";

/// The path, from the root, of the file that a quotation means.
pub(crate) fn path(name: &str) -> Result<&'static str, String> {
    static FILES: OnceLock<Vec<String>> = OnceLock::new();
    let files = FILES.get_or_init(|| {
        let all = tree::files(&tree::root(), "").into_iter().map(|path| tree::from_root(&path));
        all.filter(|path| !path.starts_with(COPIES)).collect()
    });
    if let Some(path) = files.iter().find(|path| *path == name) {
        return Ok(path);
    }
    let end = format!("/{name}");
    for folder in FOLDERS {
        let is_meant = |path: &&String| path.starts_with(folder) && path.ends_with(&end);
        match files.iter().filter(is_meant).collect::<Vec<_>>().as_slice() {
            [] => {}
            [path] => return Ok(path),
            several => return Err(format!("`{name}` may be any of {}", list(several))),
        }
    }
    Err(format!("there is no `{name}`"))
}

/// The lines of the item that `request` names, moved to the left margin, without a newline at the
/// end.
pub(crate) fn cut(source: &str, request: &str) -> Result<String, String> {
    let (name, with_docs) = match request.strip_suffix(" nodoc") {
        Some(name) => (name, false),
        None => (request, true),
    };
    let Lines { first, last } = find(source, name.trim())?;
    let all: Vec<&str> = source.lines().collect();
    let is_about_item = |line: &&&str| is_comment(line) && !line.contains("//!");
    let comments_above = all[..first].iter().rev().take_while(is_about_item).count();
    let mut lines = all[first - comments_above..=last].to_vec();
    if !with_docs {
        let is_doc = |line: &str| line.starts_with("///") || line.starts_with("#[");
        lines.retain(|line| !is_doc(line.trim()));
        let other_comments = lines.iter().take_while(|line| is_comment(line)).count();
        lines.drain(..other_comments);
    }
    Ok(at_left_margin(&lines).join("\n"))
}

fn is_comment(line: &str) -> bool {
    line.trim().starts_with("//")
}

/// Takes the indentation of the first line from all lines.
fn at_left_margin<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let indentation = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let margin = lines.first().map_or(0, |line| indentation(line));
    lines.iter().map(|line| line[indentation(line).min(margin)..].trim_end()).collect()
}

/// An item of a file.
struct Entry {
    /// Its path in the file, such as `Wheel::cancel`.
    path: String,
    lines: Lines,
}

/// Where an item begins, with its first attribute, and ends. The first line of the file is 0.
#[derive(Clone, Copy)]
struct Lines {
    first: usize,
    last: usize,
}

/// The lines of the item that is named by its path, or by the end of it.
fn find(source: &str, name: &str) -> Result<Lines, String> {
    let file = syn::parse_file(source).map_err(|error| {
        format!("the file can't be parsed: line {}: {error}", error.span().start().line)
    })?;
    let mut entries = Vec::new();
    add_entries(&file.items, "", &mut entries);
    let end = format!("::{name}");
    let mut named: Vec<&Entry> = entries.iter().filter(|entry| entry.path == name).collect();
    if named.is_empty() {
        named = entries.iter().filter(|entry| entry.path.ends_with(&end)).collect();
    }
    match named.as_slice() {
        [entry] => Ok(entry.lines),
        [] => Err(format!("there is no `{name}`")),
        several => {
            let paths: Vec<&String> = several.iter().map(|entry| &entry.path).collect();
            Err(format!("`{name}` may be any of {}", list(&paths)))
        }
    }
}

/// Adds an entry for each item, and for each item in it. `owner` is the path of the module or type
/// that they are in, with `::` at its end.
fn add_entries(items: &[Item], owner: &str, entries: &mut Vec<Entry>) {
    for item in items {
        match item {
            Item::Impl(block) => {
                let name = type_name(&block.self_ty);
                let of_trait = block.trait_.as_ref().map(|(path, _)| last_segment(path) + " for ");
                let path = format!("{owner}impl {}{name}", of_trait.unwrap_or_default());
                entries.push(Entry { path, lines: lines(block) });
                let owner = format!("{owner}{name}::");
                entries.extend(block.items.iter().filter_map(|item| entry(&owner, item)));
            }
            Item::Trait(definition) => {
                entries.extend(entry(owner, definition));
                let owner = format!("{owner}{}::", definition.ident);
                entries.extend(definition.items.iter().filter_map(|item| entry(&owner, item)));
            }
            // Only files of tests are quoted for their tests.
            Item::Mod(module) if module.ident == "tests" => {}
            Item::Mod(module) => {
                entries.extend(entry(owner, module));
                let items = module.content.as_ref().map_or(&[][..], |(_, items)| items);
                add_entries(items, &format!("{owner}{}::", module.ident), entries);
            }
            item => entries.extend(entry(owner, item)),
        }
    }
}

/// The words one of which begins each item that has a name, after its `pub`.
const KEYWORDS: &str =
    "async const enum extern fn macro_rules mod mut static struct trait type union unsafe";

/// The entry of an item: its name is the first word after its keywords. `None`: it has no name, as
/// a `use`.
fn entry(owner: &str, item: &impl ToTokens) -> Option<Entry> {
    // An attribute's words aren't among these, because all that is in brackets is one token.
    let words = item.to_token_stream().into_iter().filter_map(|token| match token {
        TokenTree::Ident(word) => Some(word.to_string()),
        _ => None,
    });
    let is_keyword = |word: &String| KEYWORDS.split(' ').any(|keyword| keyword == word);
    let mut words = words.skip_while(|word| !is_keyword(word)).peekable();
    let sign = if words.peek()? == "macro_rules" { "!" } else { "" };
    let name = words.find(|word| !is_keyword(word))?;
    Some(Entry { path: format!("{owner}{name}{sign}"), lines: lines(item) })
}

fn lines(item: &impl Spanned) -> Lines {
    Lines { first: item.span().start().line - 1, last: item.span().end().line - 1 }
}

/// A type as a reader calls it: `&mut std::cell::Cell<T>` is `Cell`.
fn type_name(ty: &syn::Type) -> String {
    match ty {
        syn::Type::Path(it) => last_segment(&it.path),
        syn::Type::Reference(it) => type_name(&it.elem),
        _ => "_".to_owned(),
    }
}

fn last_segment(path: &syn::Path) -> String {
    path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default()
}

/// The names in backquotes, separated by commas.
fn list(names: &[impl std::fmt::Display]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
