//! Which paths does each file of a package write, and what does it define?
//!
//! A module is a file here, and where the file lies says which: `src/a/b.rs` is `crate::a::b`; a
//! `mod name { … }` is a part of its file. [`read`] goes over the tokens of each file once: a path
//! is names with `::` between them, wherever it is, in a macro's braces too; a definition is a name
//! after a keyword.
//!
//! Left out: attributes (documentation is one), `pub(in path)`, what is under `#[cfg(test)]`, and files
//! of tests, which are called so ([`is_for_tests`]): one that is declared without `#[cfg(test)]` is an
//! error. What a program imports of its package's own library is not asked: nothing imports a program.
//!
//! Not here: what the paths lead to (`imports.rs`).

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::discouraged::AnyDelimiter;
use syn::parse::{ParseStream, Parser};
use syn::token::{Brace, Bracket};
use syn::{Lifetime, Meta, Token, UseTree, Visibility};

use kettle_kit::{files, tree};

/// The segments of a path.
pub(crate) type Words = Vec<String>;

/// A file of a package; numbers are places in the list of all.
#[derive(Default)]
pub(crate) struct File {
    pub(crate) path: PathBuf,
    /// The file of the module above.
    pub(crate) parent: Option<usize>,
    pub(crate) children: HashMap<String, usize>,
    /// Every name that it defines, methods and all.
    pub(crate) defined: HashSet<String>,
    /// The macros among them: files below need no path to call one.
    pub(crate) macros: HashSet<String>,
    /// Each `mod name { … }`.
    pub(crate) blocks: HashSet<String>,
    /// `use path as name`; under `*` what ends in one.
    pub(crate) names: HashMap<String, Vec<Words>>,
    /// Every path, the private imports among them.
    pub(crate) paths: BTreeSet<Words>,
    /// The path of each `pub use`.
    pub(crate) handed_on: BTreeSet<Words>,
    /// Every `name!`.
    pub(crate) calls: BTreeSet<String>,
    /// The last `#[path]`, until a `mod` takes it.
    elsewhere: Option<String>,
    pub(crate) is_for_tests: bool,
}

/// All files below a package's `src`.
pub(crate) fn read(source: &Path) -> Result<Vec<File>, String> {
    let file =
        |path: PathBuf| File { is_for_tests: is_for_tests(&path, source), path, ..File::default() };
    let mut files: Vec<File> = tree::files(source, ".rs").into_iter().map(file).collect();
    let places: HashMap<PathBuf, usize> =
        files.iter().enumerate().map(|(index, file)| (file.path.clone(), index)).collect();
    for index in 0..files.len() {
        let path = files[index].path.clone();
        let file = &mut files[index];
        let read = (|input: ParseStream| file.read(input, 0)).parse_str(&files::read(&path)?);
        read.map_err(|error| {
            format!("{}:{}: {error}", tree::shown(&path), error.span().start().line)
        })?;
        files[index].parent = parent(&path, source).and_then(|parent| places.get(&parent).copied());
        if let Some(parent) = files[index].parent {
            files[parent].children.insert(name(&path), index);
        }
    }
    Ok(files)
}

/// Is it, or a folder that it is in, called `tests`, `…_tests` or `fixture`?
fn is_for_tests(path: &Path, source: &Path) -> bool {
    let within = path.strip_prefix(source).unwrap_or(path).with_extension("");
    within
        .iter()
        .filter_map(OsStr::to_str)
        .any(|it| ["tests", "fixture"].contains(&it) || it.ends_with("_tests"))
}

/// The name of a file's module.
fn name(path: &Path) -> String {
    let path = if path.ends_with("mod.rs") { path.parent().unwrap_or(path) } else { path };
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// Where the module of a file's folder is; if there is no such file, the one above is meant (`#[path]`
/// can do that). The modules of a package that has a library are the library's.
fn parent(path: &Path, source: &Path) -> Option<PathBuf> {
    let roots = ["lib.rs", "main.rs"].map(|root| source.join(root));
    let folders = path.ancestors().skip(if path.ends_with("mod.rs") { 2 } else { 1 });
    let below = folders.take_while(|folder| *folder != source);
    let faces = below.flat_map(|folder| [folder.join("mod.rs"), folder.with_extension("rs")]);
    let is_root = roots.iter().any(|root| path == root);
    faces.chain(roots).find(|face| face.exists()).filter(|_| !is_root)
}

/// After these comes the name of what is defined.
const KEYWORDS: &[&str] =
    &["const", "enum", "fn", "mod", "mut", "static", "struct", "trait", "type", "union"];

impl File {
    /// Notes what is named here; `depth`: in so many blocks of modules.
    fn read(&mut self, input: ParseStream, depth: usize) -> syn::Result<()> {
        while !input.is_empty() {
            let public = input.peek(Token![pub]);
            if public {
                input.parse::<Visibility>()?;
            }
            if input.peek(Token![#]) {
                self.skip_attribute(input)?;
            } else if input.peek(Token![use]) && !input.peek2(Token![<]) {
                self.read_use(input, public, depth)?;
            } else if input.peek(Token![::]) {
                // A path from outside, or what comes after `<T as Trait>`.
                input.parse::<Token![::]>()?;
                skip_path(input)?;
            } else if input.peek(Token![..]) {
                input.parse::<Token![..]>()?;
            } else if input.peek(Token![.]) || input.peek(Token![$]) && !input.peek2(Token![crate])
            {
                // A field, a method; what is handed in to a macro.
                input.parse::<TokenTree>()?;
                skip_path(input)?;
            } else if input.peek(Ident::peek_any) {
                self.read_path(input, depth)?;
            } else if let Ok((_, _, inside)) = input.parse_any_delimiter() {
                self.read(&inside, depth)?;
            } else if input.peek(Lifetime) {
                input.parse::<Lifetime>()?;
            } else {
                input.parse::<Option<TokenTree>>()?;
            }
        }
        Ok(())
    }

    fn read_path(&mut self, input: ParseStream, depth: usize) -> syn::Result<()> {
        let path = path(input)?;
        let [word] = path.as_slice() else {
            self.paths.insert(from_the_file(path, depth));
            return Ok(());
        };
        if KEYWORDS.contains(&word.as_str()) && input.peek(syn::Ident) {
            let name = input.parse::<Ident>()?.unraw().to_string();
            let elsewhere = self.elsewhere.take();
            if word != "mod" {
                self.defined.insert(name);
            } else if input.peek(Brace) {
                self.blocks.insert(name);
                self.read(&input.parse_any_delimiter()?.2, depth + 1)?;
            } else if !self.is_for_tests
                && is_for_tests(Path::new(elsewhere.as_ref().unwrap_or(&name)), Path::new(""))
            {
                // Its imports would be left out, though it is a part of the program.
                return Err(input.error("called as tests are, but without `#[cfg(test)]`"));
            } else if let Some(file) = elsewhere.filter(|file| *file != name) {
                // Outside of blocks its path begins where this file is.
                let faces = ["mod.rs", "lib.rs", "main.rs"];
                let is_face = faces.iter().any(|face| self.path.ends_with(face));
                let above = if depth == 0 && !is_face { "super" } else { "self" };
                self.names.entry(name).or_default().push(vec![above.to_owned(), file]);
            }
        } else if word == "macro_rules" && input.peek(Token![!]) {
            input.parse::<Token![!]>()?;
            let name = input.parse::<Ident>()?.to_string();
            self.macros.insert(name.clone());
            self.defined.insert(name);
        } else if input.peek(Token![!]) && !input.peek(Token![!=]) {
            self.calls.insert(word.clone());
        } else if !input.peek(Token![:]) || input.peek(Token![::]) {
            // With a single colon it is a field, or a variable and its type.
            self.paths.insert(path);
        }
        Ok(())
    }

    /// Skips an attribute, and if only tests see what it is about, that too: up to the first
    /// semicolon, comma or brace.
    fn skip_attribute(&mut self, input: ParseStream) -> syn::Result<()> {
        input.parse::<Token![#]>()?;
        let of_all = input.parse::<Option<Token![!]>>()?.is_some();
        if !input.peek(Bracket) {
            return Ok(());
        }
        let attribute = syn::parse2::<Meta>(input.parse::<Group>()?.stream());
        let Ok(attribute) = attribute else { return Ok(()) };
        if let Meta::NameValue(pair) = &attribute
            && pair.path.is_ident("path")
        {
            let path = pair.value.to_token_stream().to_string();
            self.elsewhere = Some(name(Path::new(path.trim_matches('"'))));
        }
        if !of_all && for_tests(&attribute) {
            let mut is_end = input.is_empty();
            while !is_end {
                is_end = input.peek(Token![;]) || input.peek(Token![,]) || input.peek(Brace);
                input.parse::<TokenTree>()?;
                is_end |= input.is_empty();
            }
            self.elsewhere = None;
        }
        Ok(())
    }

    fn read_use(&mut self, input: ParseStream, public: bool, depth: usize) -> syn::Result<()> {
        input.parse::<Token![use]>()?;
        let mut tokens = TokenStream::new();
        while !input.is_empty() && !input.peek(Token![;]) {
            tokens.extend([input.parse::<TokenTree>()?]);
        }
        // `::name` is another package, and `$name` in a macro says nothing: neither is a tree.
        if let Ok(tree) = syn::parse2(tokens) {
            self.imports(&tree, &Words::new(), public, depth);
        }
        Ok(())
    }

    /// Notes a tree of imports, with the path before it.
    fn imports(&mut self, tree: &UseTree, before: &Words, public: bool, depth: usize) {
        let and = |name: String| [before.as_slice(), &[name]].concat();
        let with = |name: &Ident| and(name.unraw().to_string());
        let (mut path, alias) = match tree {
            UseTree::Path(path) => {
                return self.imports(&path.tree, &with(&path.ident), public, depth);
            }
            UseTree::Group(group) => {
                return group.items.iter().for_each(|it| self.imports(it, before, public, depth));
            }
            UseTree::Glob(_) => (and("*".to_owned()), None),
            UseTree::Name(name) => (with(&name.ident), None),
            UseTree::Rename(name) => (with(&name.ident), Some(name.rename.unraw().to_string())),
        };
        // `use a::b::{self}`
        if path.len() > 1 && path.last().is_some_and(|name| name == "self") {
            path.pop();
        }
        let path = from_the_file(path, depth);
        let alias = alias.or_else(|| path.last().cloned()).unwrap_or_default();
        self.names.entry(alias).or_default().push(path.clone());
        if public {
            self.handed_on.insert(path)
        } else {
            self.paths.insert(path)
        };
    }
}

fn path(input: ParseStream) -> syn::Result<Words> {
    let mut path = vec![input.call(Ident::parse_any)?.unraw().to_string()];
    while input.peek(Token![::]) && input.peek3(Ident::peek_any) {
        input.parse::<Token![::]>()?;
        path.push(input.call(Ident::parse_any)?.unraw().to_string());
    }
    Ok(path)
}

fn skip_path(input: ParseStream) -> syn::Result<()> {
    if input.peek(Ident::peek_any) { path(input).map(drop) } else { Ok(()) }
}

/// A path as it would be written outside of `depth` blocks of modules.
fn from_the_file(path: Words, depth: usize) -> Words {
    let up = path.iter().take_while(|word| *word == "super").count().min(depth);
    if up == 0 { path } else { [&["self".to_owned()], &path[up..]].concat() }
}

/// `#[test]`, or a `cfg` whose first condition is that there is a test.
fn for_tests(attribute: &Meta) -> bool {
    let Meta::List(cfg) = attribute else { return attribute.path().is_ident("test") };
    let words = cfg.tokens.to_string();
    let condition = words.trim_start_matches("all").trim_start_matches([' ', '(']);
    let is_test =
        ["test", "doctest"].contains(&condition.split([' ', ',', ')']).next().unwrap_or(""));
    cfg.path.is_ident("cfg") && is_test
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_called_as_tests_are_is_only_for_tests() {
        let is_fine = |text: &str, is_for_tests: bool| {
            let mut file = File { is_for_tests, ..File::default() };
            (|input: ParseStream| file.read(input, 0)).parse_str(text).is_ok()
        };
        for text in ["mod tests;", "pub mod fixture;", "#[path = \"a_tests.rs\"] mod a;"] {
            assert!(!is_fine(text, false), "{text}");
            assert!(is_fine(text, true), "in a file of tests: {text}");
            assert!(is_fine(&format!("#[cfg(test)] {text}"), false), "{text}");
        }
        assert!(is_fine("mod tests {} mod latests; mod a;", false));
    }
}
