//! Which file of a package imports from which?
//!
//! [`imports`] takes each `use`, and each path in the code that begins with `crate`, `super` or
//! `self`, and finds the file that defines the item. It follows re-exports: an import from a
//! folder's `mod.rs` counts as an import from the file behind it. Code that is only for tests is
//! left out; checks of invariants (`*_checks.rs`) aren't, because the code calls them.
//! [`circular`] finds the files that import each other.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::slice::from_ref;

use quote::ToTokens;
use regex_lite::Regex;
use syn::{Attribute, Item, ItemUse, UseTree, Visibility};

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

/// The segments of a path.
type Segments = Vec<String>;

/// What a file names.
struct Module {
    file: PathBuf,
    /// The paths in it, and whether each is a re-export.
    paths: Vec<(Segments, bool)>,
    /// The paths that it imports, by the name that the item has here. Globs are under `*`.
    names: HashMap<String, Vec<Segments>>,
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
    for (module_path, module) in &modules {
        for (path, is_reexport) in &module.paths {
            let to = defining_module(&modules, module_path, path, 0);
            if let Some(to) = to.filter(|to| to.file != module.file) {
                let (from, to) = (module.file.clone(), to.file.clone());
                let (path, is_reexport) = (path.join("::"), *is_reexport);
                found.push(Import { from, to, path, is_reexport });
            }
        }
    }
    Ok(found)
}

/// The imports that are part of a circle, or lead from one circle to another.
pub(crate) fn circular(imports: &[Import]) -> Vec<&Import> {
    let mut left: Vec<&Import> = imports.iter().filter(|import| !import.is_reexport).collect();
    // A file of a circle imports and is imported. So take out, again and again, the imports from
    // files that nothing imports, and of files that import nothing.
    loop {
        let from: BTreeSet<&Path> = left.iter().map(|import| &*import.from).collect();
        let to: BTreeSet<&Path> = left.iter().map(|import| &*import.to).collect();
        let before = left.len();
        left.retain(|import| to.contains(&*import.from) && from.contains(&*import.to));
        if left.len() == before {
            return left;
        }
    }
}

/// `src/a/b.rs` and `src/a/b/mod.rs` are `a::b`; the root of the crate has no segments.
fn module_path(file: &Path, source: &Path) -> Segments {
    let within = file.strip_prefix(source).unwrap_or(file).with_extension("");
    let names = within.iter().filter_map(OsStr::to_str);
    names.filter(|name| !["mod", "lib", "main"].contains(name)).map(str::to_owned).collect()
}

/// Is it a file of tests, or one with checks of invariants, which run only in tests? The lines of
/// neither are counted.
pub(crate) fn is_uncounted(name: &str) -> bool {
    is_for_tests(name) || name.ends_with("_checks")
}

fn is_for_tests(name: &str) -> bool {
    ["tests", "fixture"].contains(&name) || name.ends_with("_tests")
}

/// Parses a file.
fn read(file: PathBuf) -> Result<Module, String> {
    let parsed = syn::parse_file(&files::read(&file)?);
    let parsed = parsed.map_err(|error| format!("{}: {error}", tree::from_root(&file)))?;
    let path = Regex::new(r"\b(crate|super|self)( :: \w+)+").expect("it is a pattern");
    let mut module = Module { file, paths: Vec::new(), names: HashMap::new() };
    for item in parsed.items {
        match &item {
            Item::Mod(block) if is_for_tests(&block.ident.to_string()) => {}
            Item::Use(import) if !has_cfg_test(&import.attrs) => module.import(import),
            Item::Use(_) => {}
            _ => {
                let code = item.to_token_stream().to_string();
                let paths = path.find_iter(&code).map(|path| {
                    (path.as_str().split(" :: ").map(str::to_owned).collect::<Segments>(), false)
                });
                module.paths.extend(paths);
            }
        }
    }
    Ok(module)
}

fn has_cfg_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|it| it.to_token_stream().to_string().contains("cfg (test"))
}

impl Module {
    /// Adds the paths of a `use`.
    fn import(&mut self, import: &ItemUse) {
        let is_reexport = !matches!(import.vis, Visibility::Inherited);
        // Branches of the tree that are still to be walked, each with the path that leads there.
        let mut branches = vec![(Segments::new(), &import.tree)];
        while let Some((mut path, tree)) = branches.pop() {
            let mut name = None;
            match tree {
                UseTree::Path(next) => {
                    path.push(next.ident.to_string());
                    branches.push((path, &next.tree));
                    continue;
                }
                UseTree::Group(group) => {
                    branches.extend(group.items.iter().map(|tree| (path.clone(), tree)));
                    continue;
                }
                UseTree::Glob(_) => path.push("*".to_owned()),
                UseTree::Name(it) if it.ident == "self" => {}
                UseTree::Name(it) => path.push(it.ident.to_string()),
                UseTree::Rename(it) => {
                    path.push(it.ident.to_string());
                    name = Some(it.rename.to_string());
                }
            }
            let name = name.or_else(|| path.last().cloned()).unwrap_or_default();
            self.names.entry(name).or_default().push(path.clone());
            self.paths.push((path, is_reexport));
        }
    }
}

/// How many re-exports are followed from one to the next.
const DEEPEST: usize = 16;

/// The module that defines the item at `path`, as this path is written in the module `here`. There
/// is none if the path leads out of the package.
fn defining_module<'m>(
    modules: &'m Modules,
    here: &Segments,
    path: &Segments,
    depth: usize,
) -> Option<&'m Module> {
    let up = path.iter().take_while(|name| *name == "super").count();
    let begin = match path.first()?.as_str() {
        "crate" => Segments::new(),
        "self" => here.clone(),
        "super" => here[..here.len().checked_sub(up)?].to_vec(),
        child if modules.contains_key(&[here, &[child.to_owned()][..]].concat()) => here.clone(),
        _ => return None,
    };
    let skipped = up.max(usize::from(["crate", "self"].contains(&path[0].as_str())));
    // The path from the root of the crate. The longest beginning of it that is a module is followed
    // by the name of an item, which the module defines or imports.
    let whole = [&begin, &path[skipped..]].concat();
    let length = (0..=whole.len()).rev().find(|&length| modules.contains_key(&whole[..length]))?;
    let (of, module) = modules.get_key_value(&whole[..length])?;
    let Some(name) = whole.get(length).filter(|_| depth < DEEPEST) else { return Some(module) };
    let imported = |name: &str| module.names.get(name).into_iter().flatten();
    let through_glob = |glob: &Segments| [&glob[..glob.len() - 1], from_ref(name)].concat();
    let mut imports = imported(name).cloned().chain(imported("*").map(through_glob));
    imports.find_map(|import| defining_module(modules, of, &import, depth + 1)).or(Some(module))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The imports of a package of these files, as `from -> to: path`; and how many are circular.
    fn edges(all: &[(&str, &str)]) -> (Vec<String>, usize) {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in all {
            files::put(&folder.path().join(name), text).unwrap();
        }
        let found = imports(folder.path()).unwrap();
        let short = |file: &Path| tree::with_slashes(file.strip_prefix(folder.path()).unwrap());
        let said =
            found.iter().map(|it| format!("{} -> {}: {}", short(&it.from), short(&it.to), it.path));
        (said.collect(), circular(&found).len())
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
