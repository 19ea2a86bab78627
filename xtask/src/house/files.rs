//! Which paths does each file of a package write, and what does it define?
//!
//! A module is a file here, and where the file lies says which: `src/a/b.rs` is `crate::a::b`; a
//! `mod name { … }` is a part of its file. [`read`] goes over the tokens of each file once: a path
//! is names with `::` between them, wherever it is, in a macro's braces too; a definition is a name
//! after a keyword.
//!
//! Left out: attributes (documentation is one), `pub(in path)`, what is under `#[cfg(test)]`, the
//! files of modules among it. What a program imports of its package's own library is not asked:
//! nothing imports a program.
//!
//! Not here: what the paths lead to (`imports.rs`).

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::discouraged::AnyDelimiter;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::token::{Brace, Bracket};
use syn::{Lifetime, Meta, Token, UseTree, Visibility};

use kettle_kit::{files, tree};

/// The segments of a path.
pub(crate) type Words = Vec<String>;

/// A file of a package; numbers are places in the list of all.
#[derive(Default)]
pub(crate) struct File {
    pub(crate) path: PathBuf,
    /// The file of the module above: two, if a package has both a library and a program.
    pub(crate) parents: Vec<usize>,
    pub(crate) children: HashMap<String, Vec<usize>>,
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
    /// Where the modules are that a `mod name;` declares, and those of them that only tests see.
    declared: Vec<PathBuf>,
    tests: Vec<PathBuf>,
    pub(crate) is_for_tests: bool,
}

/// All files below a package's `src`.
pub(crate) fn read(source: &Path) -> Result<Vec<File>, String> {
    let paths = tree::files(source, ".rs").into_iter();
    let mut files: Vec<File> = paths.map(|path| File { path, ..File::default() }).collect();
    let places: HashMap<PathBuf, usize> =
        files.iter().enumerate().map(|(index, file)| (file.path.clone(), index)).collect();
    for index in 0..files.len() {
        let path = files[index].path.clone();
        let file = &mut files[index];
        let read = (|input: ParseStream| file.read(input, 0)).parse_str(&files::read(&path)?);
        read.map_err(|error| {
            format!("{}:{}: {error}", tree::shown(&path), error.span().start().line)
        })?;
        let parents = parents(&path, source);
        for parent in parents.iter().filter_map(|parent| places.get(parent)) {
            files[*parent].children.entry(name(&path)).or_default().push(index);
            files[index].parents.push(*parent);
        }
    }
    let tests: Vec<PathBuf> = files.iter().flat_map(|file| file.tests.clone()).collect();
    for file in &mut files {
        file.is_for_tests = tests.iter().any(|test| place(&file.path).starts_with(test));
    }
    Ok(files)
}

/// Where the files of a file's modules are.
fn place(path: &Path) -> PathBuf {
    let is_face = ["mod.rs", "lib.rs", "main.rs"].iter().any(|face| path.ends_with(face));
    if is_face { path.with_file_name("") } else { path.with_extension("") }
}

/// The name of a file's module.
fn name(path: &Path) -> String {
    let path = if path.ends_with("mod.rs") { path.parent().unwrap_or(path) } else { path };
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// Where the module of a file's folder may be; if there is no such file, the one above is meant
/// (`#[path]` can do that).
fn parents(path: &Path, source: &Path) -> Vec<PathBuf> {
    let roots = ["lib.rs", "main.rs"].map(|root| source.join(root));
    if roots.iter().any(|root| path == root) {
        return Vec::new();
    }
    let folders = path.ancestors().skip(if path.ends_with("mod.rs") { 2 } else { 1 });
    let mut below = folders.take_while(|folder| *folder != source);
    let faces = |folder: &Path| [folder.join("mod.rs"), folder.with_extension("rs")];
    let there = below.find_map(|folder| faces(folder).into_iter().find(|face| face.exists()));
    there.map_or_else(|| roots.to_vec(), |face| vec![face])
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
            } else if let Some(file) = elsewhere {
                // Outside of blocks its path begins where this file is.
                let is_beside = depth == 0 && place(&self.path) != self.path.with_file_name("");
                let above = if is_beside { "super" } else { "self" };
                self.declared.push(self.path.with_file_name(&file));
                if file != name {
                    self.names.entry(name).or_default().push(vec![above.to_owned(), file]);
                }
            } else {
                self.declared.push(place(&self.path).join(name));
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
            let (path, elsewhere) = (self.path.clone(), self.elsewhere.take());
            let mut only = File { path, elsewhere, ..File::default() };
            let mut tokens = TokenStream::new();
            let mut is_end = input.is_empty();
            while !is_end {
                is_end = input.peek(Token![;]) || input.peek(Token![,]) || input.peek(Brace);
                tokens.extend([input.parse::<TokenTree>()?]);
                is_end |= input.is_empty();
            }
            (|input: ParseStream| only.read(input, 0)).parse2(tokens)?;
            self.tests.extend(only.declared);
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

fn for_tests(attribute: &Meta) -> bool {
    match attribute {
        Meta::List(cfg) if cfg.path.is_ident("cfg") => {
            cfg.parse_args().is_ok_and(|condition| needs_test(&condition))
        }
        attribute => attribute.path().is_ident("test"),
    }
}

/// Is this condition of a `cfg` false whenever `test` is?
fn needs_test(condition: &Meta) -> bool {
    let Meta::List(list) = condition else {
        return ["test", "doctest"].iter().any(|name| condition.path().is_ident(name));
    };
    let parts = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
    let mut parts = parts.into_iter().flatten();
    match list.path.get_ident().map(Ident::to_string).as_deref() {
        Some("all") => parts.any(|part| needs_test(&part)),
        Some("any") => parts.all(|part| needs_test(&part)),
        _ => false,
    }
}
