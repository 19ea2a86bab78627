//! Which file of a package imports from which?
//!
//! [`imports`] takes each `use`, and each path in the code that begins with `crate`, `super` or
//! `self`, and finds the file that defines the item. It follows re-exports: if `a/mod.rs` has `pub
//! use b::B`, then `crate::a::B` is an import from `a/b.rs`. Code that is only for tests is left
//! out; checks of invariants (`*_checks.rs`) aren't, because the code calls them. [`circular`]
//! finds the imports because of which files import each other.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use quote::ToTokens;
use regex_lite::Regex;
use syn::{Attribute, Item, UseTree, Visibility};

use kettle_kit::{files, tree};

/// An import from one file to another.
pub(crate) struct Import {
    pub(crate) from: PathBuf,
    pub(crate) to: PathBuf,
    /// The path as it is written.
    pub(crate) path: String,
    /// A re-export doesn't make a circle.
    pub(crate) is_reexport: bool,
}

/// The segments of a path: `a`, `b` and `C` of `a::b::C`.
type Segments = Vec<String>;

/// A file, with the paths in it.
struct Module {
    file: PathBuf,
    /// The paths in its `use`s, and those in its code.
    paths: Vec<WrittenPath>,
    /// The paths in its `use`s alone, by the name that the item has here: `a::B` is under `B`,
    /// `a::B as C` under `C`, and `a::*` under `*`.
    imported: HashMap<String, Vec<Segments>>,
}

/// A path in a `use` or in the code.
struct WrittenPath {
    segments: Segments,
    is_reexport: bool,
}

/// The modules of a package, by their paths from the root of the crate.
type Modules = BTreeMap<Segments, Module>;

/// All imports between the files below a package's `src`.
pub(crate) fn imports(source: &Path) -> Result<Vec<Import>, String> {
    let mut modules = Modules::new();
    for file in tree::files(source, ".rs") {
        let path = module_path(&file, source);
        if !path.iter().any(|name| is_for_tests(name)) {
            modules.insert(path, read(file)?);
        }
    }
    let mut found = Vec::new();
    for (here, module) in &modules {
        for WrittenPath { segments, is_reexport } in &module.paths {
            let Some(target) = defining_module(&modules, here, segments, 0) else { continue };
            if target.file != module.file {
                let (from, to) = (module.file.clone(), target.file.clone());
                let (path, is_reexport) = (segments.join("::"), *is_reexport);
                found.push(Import { from, to, path, is_reexport });
            }
        }
    }
    Ok(found)
}

/// The imports that are part of a circle, or lead from one circle to another.
pub(crate) fn circular(imports: &[Import]) -> Vec<&Import> {
    let mut kept: Vec<&Import> = imports.iter().filter(|import| !import.is_reexport).collect();
    // A file of a circle imports and is imported. So take out, again and again, the imports by
    // files that nothing imports, and the imports from files that import nothing.
    loop {
        let importing: BTreeSet<&Path> = kept.iter().map(|import| &*import.from).collect();
        let imported: BTreeSet<&Path> = kept.iter().map(|import| &*import.to).collect();
        let count_before = kept.len();
        kept.retain(|it| imported.contains(&*it.from) && importing.contains(&*it.to));
        if kept.len() == count_before {
            return kept;
        }
    }
}

/// The path of a file's module: `src/a/b.rs` and `src/a/b/mod.rs` are `a::b`, and the root of the
/// crate has no segments.
fn module_path(file: &Path, source: &Path) -> Segments {
    let within = file.strip_prefix(source).unwrap_or(file).with_extension("");
    let names = within.iter().filter_map(OsStr::to_str);
    names.filter(|name| !["mod", "lib", "main"].contains(name)).map(str::to_owned).collect()
}

/// Does a file of this name have tests, or checks of invariants, which run only in tests? It
/// doesn't count where the lines of a folder have a limit (`mod.rs`).
pub(crate) fn is_for_tests_or_checks(name: &str) -> bool {
    is_for_tests(name) || name.ends_with("_checks")
}

fn is_for_tests(name: &str) -> bool {
    ["tests", "fixture"].contains(&name) || name.ends_with("_tests")
}

/// Parses a file, and collects its paths.
fn read(file: PathBuf) -> Result<Module, String> {
    let parsed = syn::parse_file(&files::read(&file)?);
    let parsed = parsed.map_err(|error| format!("{}: {error}", tree::from_root(&file)))?;
    let pattern = Regex::new(r"\b(crate|super|self)( :: \w+)+").expect("a pattern");
    let mut module = Module { file, paths: Vec::new(), imported: HashMap::new() };
    for item in parsed.items {
        match &item {
            Item::Mod(block) if is_for_tests(&block.ident.to_string()) => {}
            Item::Use(import) if has_cfg_test(&import.attrs) => {}
            Item::Use(import) => {
                let is_reexport = !matches!(import.vis, Visibility::Inherited);
                module.add_use(&import.tree, Segments::new(), is_reexport);
            }
            _ => {
                // In this text, blanks separate all tokens of the code. A path in a doc comment has
                // no blanks, so the pattern doesn't match it.
                let code = item.to_token_stream().to_string();
                for path in pattern.find_iter(&code) {
                    let segments = path.as_str().split(" :: ").map(str::to_owned).collect();
                    module.paths.push(WrittenPath { segments, is_reexport: false });
                }
            }
        }
    }
    Ok(module)
}

fn has_cfg_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|it| it.to_token_stream().to_string().contains("cfg (test"))
}

impl Module {
    /// Adds each path of a `use`: each begins with `path`, and `tree` has the different ends.
    fn add_use(&mut self, tree: &UseTree, mut path: Segments, is_reexport: bool) {
        let mut new_name = None;
        match tree {
            UseTree::Path(first) => {
                path.push(first.ident.to_string());
                return self.add_use(&first.tree, path, is_reexport);
            }
            UseTree::Group(group) => {
                for branch in &group.items {
                    self.add_use(branch, path.clone(), is_reexport);
                }
                return;
            }
            UseTree::Glob(_) => path.push("*".to_owned()),
            // `a::{self}` means `a`.
            UseTree::Name(name) if name.ident == "self" => {}
            UseTree::Name(name) => path.push(name.ident.to_string()),
            UseTree::Rename(item) => {
                path.push(item.ident.to_string());
                new_name = Some(item.rename.to_string());
            }
        }
        let name = new_name.or_else(|| path.last().cloned()).unwrap_or_default();
        self.imported.entry(name).or_default().push(path.clone());
        self.paths.push(WrittenPath { segments: path, is_reexport });
    }

    /// The paths by which the module may import an item of this name: those under the name, and
    /// each glob with the name in the place of its `*`.
    fn imports_of(&self, name: &str) -> Vec<Segments> {
        let mut paths = self.imported.get(name).cloned().unwrap_or_default();
        for glob in self.imported.get("*").into_iter().flatten() {
            let without_star = &glob[..glob.len() - 1];
            paths.push([without_star, &[name.to_owned()]].concat());
        }
        paths
    }
}

/// How many re-exports are followed in a row: two modules may import each other's globs.
const MAX_DEPTH: usize = 16;

/// The module that defines the item at the path `written` in the module `here`, after `depth`
/// re-exports. There is none if the path leads out of the package.
fn defining_module<'m>(
    modules: &'m Modules,
    here: &Segments,
    written: &Segments,
    depth: usize,
) -> Option<&'m Module> {
    let full = full_path(modules, here, written)?;
    // Its longest part that is a module's path is followed by the name of an item, which this
    // module defines or imports.
    let length = (0..=full.len()).rev().find(|&length| modules.contains_key(&full[..length]))?;
    let (module_path, module) = modules.get_key_value(&full[..length])?;
    if let Some(name) = full.get(length)
        && depth < MAX_DEPTH
    {
        for import in module.imports_of(name) {
            let definer = defining_module(modules, module_path, &import, depth + 1);
            if definer.is_some() {
                return definer;
            }
        }
    }
    Some(module)
}

/// The path from the root of the crate that the path `written` in the module `here` stands for.
fn full_path(modules: &Modules, here: &Segments, written: &Segments) -> Option<Segments> {
    let supers = written.iter().take_while(|name| *name == "super").count();
    let (start, skipped) = match written.first()?.as_str() {
        "crate" => (&[][..], 1),
        "self" => (&here[..], 1),
        "super" => (&here[..here.len().checked_sub(supers)?], supers),
        child if modules.contains_key(&[&here[..], &[child.to_owned()]].concat()) => (&here[..], 0),
        _ => return None, // another package
    };
    Some([start, &written[skipped..]].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The imports of a package of these files, as `from -> to: path`; and how many are circular.
    fn edges(sources: &[(&str, &str)]) -> (Vec<String>, usize) {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in sources {
            files::put(&folder.path().join(name), text).unwrap();
        }
        let found = imports(folder.path()).unwrap();
        let short = |file: &Path| tree::with_slashes(file.strip_prefix(folder.path()).unwrap());
        let shown =
            found.iter().map(|it| format!("{} -> {}: {}", short(&it.from), short(&it.to), it.path));
        (shown.collect(), circular(&found).len())
    }

    #[test]
    fn two_files_that_import_each_other_are_a_circle() {
        let (found, circular) = edges(&[
            ("lib.rs", "mod a; mod a_checks; mod c;"),
            ("a.rs", "use crate::a_checks::B; pub struct A(B);"),
            ("a_checks.rs", "pub struct B; impl B { fn a(&self) -> super::a::A { todo!() } }"),
            ("c.rs", "use crate::a::A; struct C(A);"),
        ]);
        let edges = [
            "a.rs -> a_checks.rs: crate::a_checks::B",
            "a_checks.rs -> a.rs: super::a::A",
            "c.rs -> a.rs: crate::a::A",
        ];
        assert_eq!((found, circular), (edges.map(str::to_owned).to_vec(), 2));
    }

    #[test]
    fn a_re_export_counts_for_the_file_that_defines_and_makes_no_circle() {
        let (found, circular) = edges(&[
            ("lib.rs", "mod a; mod b;"),
            ("a/mod.rs", "mod c; mod d; pub use c::C; pub use d::*;"),
            ("a/c.rs", "pub struct C; fn d() { let _ = super::D; }"),
            ("a/d.rs", "pub struct D;"),
            ("b.rs", "use crate::a::{self, C as Sea}; fn f() { println!(\"{}\", crate::a::D) }"),
        ]);
        let edges = [
            "a/c.rs -> a/d.rs: super::D",
            "b.rs -> a/c.rs: crate::a::C",
            "b.rs -> a/mod.rs: crate::a",
            "b.rs -> a/d.rs: crate::a::D",
        ];
        assert!(edges.iter().all(|edge| found.contains(&(*edge).to_owned())), "{found:?}");
        assert_eq!(circular, 0);
    }

    #[test]
    fn documentation_and_tests_do_not_count() {
        let (found, _) = edges(&[
            ("lib.rs", "mod a; mod b;"),
            (
                "a.rs",
                "/// [`crate::b::B`]\npub struct A; #[cfg(test)] use crate::b::B;
                #[cfg(test)] mod tests { use crate::b::B; }",
            ),
            ("a_tests.rs", "use crate::b::B;"),
            ("b.rs", "pub struct B;"),
        ]);
        assert_eq!(found, [""; 0]);
    }
}
