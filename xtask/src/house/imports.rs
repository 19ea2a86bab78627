//! Which file of a package imports from which?
//!
//! [`imports`] takes each `use`, and each path in the code that begins with `crate`, `super` or
//! `self`, and looks for the file that defines what it leads to. A re-export is followed: importing
//! from a folder's `mod.rs` is importing from the file behind it. What only tests see is left out;
//! checks of invariants, which the code calls, are not.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use quote::ToTokens;
use regex_lite::Regex;
use syn::{Attribute, Item, ItemUse, UseTree, Visibility};

use kettle_kit::{files, tree};

/// An import from one file to another.
pub(crate) struct Import {
    pub(crate) from: PathBuf,
    pub(crate) to: PathBuf,
    /// As it is written.
    pub(crate) path: String,
    /// A re-export, which makes no circle.
    pub(crate) is_handed_on: bool,
}

/// The segments of a path.
type Words = Vec<String>;

/// A file, by its path from the root of its crate.
struct Module {
    file: PathBuf,
    /// What it names, and whether that is a re-export.
    paths: Vec<(Words, bool)>,
    /// What its imports call a thing; under `*` what ends in one.
    names: HashMap<String, Vec<Words>>,
}

type Modules = BTreeMap<Words, Module>;

/// All imports between the files below a package's `src`.
pub(crate) fn imports(source: &Path) -> Result<Vec<Import>, String> {
    let mut modules = Modules::new();
    for file in tree::files(source, ".rs") {
        let place = place(&file, source);
        if !place.iter().any(|name| is_for_tests(name)) {
            modules.insert(place, read(file)?);
        }
    }
    let mut found = Vec::new();
    for (place, module) in &modules {
        for (path, is_handed_on) in &module.paths {
            let to = find(&modules, place, path, 0);
            if let Some(to) = to.filter(|to| to.file != module.file) {
                let (from, to) = (module.file.clone(), to.file.clone());
                let (path, is_handed_on) = (path.join("::"), *is_handed_on);
                found.push(Import { from, to, path, is_handed_on });
            }
        }
    }
    Ok(found)
}

/// Those of the imports that are part of a circle, or lead from one to another.
pub(crate) fn circular(imports: &[Import]) -> Vec<&Import> {
    let mut left: Vec<&Import> = imports.iter().filter(|import| !import.is_handed_on).collect();
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

/// `src/a/b.rs` and `src/a/b/mod.rs` are `a::b`; the root of the crate is nothing.
fn place(file: &Path, source: &Path) -> Words {
    let within = file.strip_prefix(source).unwrap_or(file).with_extension("");
    let names = within.iter().filter_map(OsStr::to_str);
    names.filter(|name| !["mod", "lib", "main"].contains(name)).map(str::to_owned).collect()
}

/// A test's file, or one of checks of invariants, which run in tests alone: no lines of the house.
pub(crate) fn is_apart(name: &str) -> bool {
    is_for_tests(name) || name.ends_with("_checks")
}

fn is_for_tests(name: &str) -> bool {
    ["tests", "fixture"].contains(&name) || name.ends_with("_tests")
}

fn read(file: PathBuf) -> Result<Module, String> {
    let parsed = syn::parse_file(&files::read(&file)?);
    let parsed = parsed.map_err(|error| format!("{}: {error}", tree::shown(&file)))?;
    let within = Regex::new(r"\b(crate|super|self)( :: \w+)+").expect("it is a pattern");
    let mut module = Module { file, paths: Vec::new(), names: HashMap::new() };
    for item in parsed.items {
        match &item {
            Item::Mod(block) if is_for_tests(&block.ident.to_string()) => {}
            Item::Use(import) if !for_tests(&import.attrs) => module.import(import),
            Item::Use(_) => {}
            _ => {
                let code = item.to_token_stream().to_string();
                let paths = within.find_iter(&code).map(|path| {
                    (path.as_str().split(" :: ").map(str::to_owned).collect::<Words>(), false)
                });
                module.paths.extend(paths);
            }
        }
    }
    Ok(module)
}

fn for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|it| it.to_token_stream().to_string().contains("cfg (test"))
}

impl Module {
    fn import(&mut self, import: &ItemUse) {
        let is_handed_on = !matches!(import.vis, Visibility::Inherited);
        let mut waiting = vec![(Words::new(), &import.tree)];
        while let Some((mut path, tree)) = waiting.pop() {
            let mut name = None;
            match tree {
                UseTree::Path(next) => {
                    path.push(next.ident.to_string());
                    waiting.push((path, &next.tree));
                    continue;
                }
                UseTree::Group(group) => {
                    waiting.extend(group.items.iter().map(|tree| (path.clone(), tree)));
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
            self.paths.push((path, is_handed_on));
        }
    }
}

/// Re-exports that lead to re-exports are followed so far.
const DEEPEST: usize = 16;

/// The file that defines what a path leads to, written in the module `place`; none, if it leads out
/// of the package.
fn find<'m>(modules: &'m Modules, place: &Words, path: &Words, depth: usize) -> Option<&'m Module> {
    let up = path.iter().take_while(|name| *name == "super").count();
    let begin = match path.first()?.as_str() {
        "crate" => Words::new(),
        "self" => place.clone(),
        "super" => place[..place.len().checked_sub(up)?].to_vec(),
        child if modules.contains_key(&[place, &[child.to_owned()][..]].concat()) => place.clone(),
        _ => return None,
    };
    let skipped = up.max(usize::from(["crate", "self"].contains(&path[0].as_str())));
    let whole = [&begin, &path[skipped..]].concat();
    let length = (0..=whole.len()).rev().find(|&length| modules.contains_key(&whole[..length]))?;
    let (of, module) = modules.get_key_value(&whole[..length])?;
    let Some(name) = whole.get(length).filter(|_| depth < DEEPEST) else { return Some(module) };
    let mut imports = module.names.get(name).into_iter().flatten().map(Words::clone).chain(
        module.names.get("*").into_iter().flatten().map(|glob| {
            let within = &glob[..glob.len() - 1];
            [within, std::slice::from_ref(name)].concat()
        }),
    );
    // What nothing imports is defined here.
    imports.find_map(|import| find(modules, of, &import, depth + 1)).or(Some(module))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `from -> to: path`, without the folder, of a package of these files; and which make a
    /// circle.
    fn edges(all: &[(&str, &str)]) -> (Vec<String>, usize) {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in all {
            files::put(&folder.path().join(name), text).unwrap();
        }
        let found = imports(folder.path()).unwrap();
        let short = |file: &Path| tree::slashed(file.strip_prefix(folder.path()).unwrap());
        let said =
            found.iter().map(|it| format!("{} -> {}: {}", short(&it.from), short(&it.to), it.path));
        (said.collect(), circular(&found).len())
    }

    #[test]
    fn two_files_that_import_each_other_are_a_circle() {
        let (found, circular) = edges(&[
            ("lib.rs", "mod a; mod b; mod c;"),
            ("a.rs", "use crate::b::B; pub struct A(B);"),
            ("b.rs", "pub struct B; impl B { fn a(&self) -> super::a::A { todo!() } }"),
            ("c.rs", "use crate::a::A; struct C(A);"),
        ]);
        let edges =
            ["a.rs -> b.rs: crate::b::B", "b.rs -> a.rs: super::a::A", "c.rs -> a.rs: crate::a::A"];
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

    #[test]
    fn a_file_and_its_checks_are_a_circle_if_each_needs_the_other() {
        let (_, circular) = edges(&[
            ("lib.rs", "mod a; mod a_checks;"),
            ("a.rs", "use super::a_checks::WORDS; pub struct A;"),
            ("a_checks.rs", "use super::a::A; pub const WORDS: &str = \"\"; impl A {}"),
        ]);
        assert_eq!(circular, 2);
    }
}
