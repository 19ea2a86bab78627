//! Which modules does a package have, and what does each declare and name?
//!
//! [`read`] parses every file of a package, from the roots of its crates down. A module is a file
//! or a block in one; several modules can be of one file, because `#[path]` may take it twice.
//! Left out is what only tests see: items and modules under `#[cfg(test)]`, and `#[test]`s. A file
//! that no `mod` reaches (a macro declares it) becomes a child of its folder's module.
//!
//! Not here: what the names mean (`imports.rs`).

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::ext::IdentExt;
use syn::{Item, ItemMod};

use crate::attributes::{for_tests, has, of_item, path_attribute};
use crate::module::{Meaning, Module, Words};
use crate::names;
use kettle_kit::tree;

/// The modules of a package's crates.
#[derive(Default)]
pub(crate) struct Package {
    pub(crate) modules: Vec<Module>,
    /// The crates that others of the package may name, and the root of each.
    pub(crate) libraries: HashMap<String, usize>,
    /// Files that only tests see, and the folders below them.
    tests: HashSet<PathBuf>,
}

/// A crate to read.
pub(crate) struct Root {
    pub(crate) file: PathBuf,
    /// The name that other crates of the package know it by.
    pub(crate) library: Option<String>,
}

/// The modules of the crates with these roots.
pub(crate) fn read(roots: &[Root]) -> Result<Package, String> {
    let mut package = Package::default();
    for root in roots {
        let folder = root.file.parent().unwrap_or(Path::new("")).to_path_buf();
        let module = package.add(root.file.clone(), folder, None);
        if let Some(name) = &root.library {
            package.libraries.insert(name.replace('-', "_"), module);
        }
        package.read_file(module)?;
    }
    for root in roots {
        package.adopt_the_rest(&root.file)?;
    }
    Ok(package)
}

impl Package {
    /// The files that were read.
    pub(crate) fn files(&self) -> BTreeSet<&Path> {
        self.modules.iter().map(|module| module.file.as_path()).collect()
    }

    fn add(&mut self, file: PathBuf, folder: PathBuf, parent: Option<usize>) -> usize {
        let index = self.modules.len();
        let root = parent.map_or(index, |parent| self.modules[parent].root);
        self.modules.push(Module { file, folder, root, parent, ..Module::default() });
        index
    }

    fn read_file(&mut self, module: usize) -> Result<(), String> {
        let file = &self.modules[module].file;
        let shown = tree::shown(file);
        let text = fs::read_to_string(file).map_err(|error| format!("{shown}: {error}"))?;
        let parsed = syn::parse_file(&text).map_err(|error| {
            let at = error.span().start();
            format!("{shown}:{}: {error}", at.line)
        })?;
        self.read_items(module, &parsed.items)
    }

    fn read_items(&mut self, module: usize, items: &[Item]) -> Result<(), String> {
        for item in items {
            match item {
                Item::Mod(child) => self.read_module(module, child)?,
                other if for_tests(of_item(other)) => {}
                other => self.read_item(module, other),
            }
        }
        Ok(())
    }

    fn read_item(&mut self, module: usize, item: &Item) {
        if let Some(name) = defined(item) {
            self.modules[module].define(&name, Meaning::Item);
            if matches!(item, Item::Macro(found) if has(&found.attrs, "macro_export")) {
                let mut path = self.path_of(module);
                path.push(name.clone());
                let root = self.modules[module].root;
                if root != module {
                    self.modules[root].define(&name, Meaning::Import(path));
                }
            }
        }
        if let Item::ExternCrate(found) = item
            && found.ident == "self"
            && let Some((_, alias)) = &found.rename
        {
            let root = self.modules[module].root;
            self.modules[module].define(&alias.to_string(), Meaning::Module(root));
        }
        names::collect(item, &mut self.modules[module]);
        // A macro that declares modules (`mod with_tokio { … }` among its tokens): what is in them
        // is found by way of the file.
        if let Item::Macro(found) = item {
            for name in names::modules_among(&found.mac.tokens) {
                self.modules[module].define(&name, Meaning::Module(module));
            }
        }
    }

    fn read_module(&mut self, parent: usize, item: &ItemMod) -> Result<(), String> {
        let name = item.ident.unraw().to_string();
        let (file, folder) = self.place(parent, item, &name);
        if for_tests(&item.attrs) {
            self.tests.extend([file, folder]);
            return Ok(());
        }
        let child = self.add(file, folder, Some(parent));
        self.modules[parent].define(&name, Meaning::Module(child));
        match &item.content {
            Some((_, items)) => self.read_items(child, items)?,
            None => self.read_file(child)?,
        }
        if has(&item.attrs, "macro_use") {
            let own = |meanings: &Vec<Meaning>| meanings.iter().any(|m| matches!(m, Meaning::Item));
            let names = self.modules[child].names.iter().filter(|(_, meanings)| own(meanings));
            let names: Vec<String> = names.map(|(name, _)| name.clone()).collect();
            for macro_name in names {
                let path = vec!["self".to_owned(), name.clone(), macro_name.clone()];
                self.modules[parent].define(&macro_name, Meaning::Import(path));
            }
        }
        Ok(())
    }

    /// The file of a module that `parent` declares, and the folder of that module's children.
    fn place(&self, parent: usize, item: &ItemMod, name: &str) -> (PathBuf, PathBuf) {
        let above = &self.modules[parent];
        let in_a_block = above.parent.is_some_and(|up| self.modules[up].file == above.file);
        // From a file's own top `#[path]` starts where the file is, inside of a block in its folder.
        let start = if in_a_block { above.folder.as_path() } else { parent_of(&above.file) };
        match (path_attribute(&item.attrs), &item.content) {
            (Some(path), Some(_)) => (above.file.clone(), start.join(path)),
            (None, Some(_)) => (above.file.clone(), above.folder.join(name)),
            (Some(path), None) => {
                let file = tree::plain(&start.join(path));
                let folder = parent_of(&file).to_path_buf();
                (file, folder)
            }
            (None, None) => {
                let face = above.folder.join(name).join("mod.rs");
                let beside = above.folder.join(format!("{name}.rs"));
                (if face.exists() { face } else { beside }, above.folder.join(name))
            }
        }
    }

    /// Makes modules of the files below `root` that nothing declared.
    fn adopt_the_rest(&mut self, root: &Path) -> Result<(), String> {
        if parent_of(root).file_name().is_none_or(|name| name != "src") {
            return Ok(());
        }
        let read: HashSet<PathBuf> = self.modules.iter().map(|m| m.file.clone()).collect();
        for file in tree::files(parent_of(root), ".rs") {
            let tested = file.ancestors().any(|path| self.tests.contains(path));
            if read.contains(&file) || tested || file.ends_with("lib.rs") {
                continue;
            }
            let folder = parent_of(&file);
            let Some(parent) = self.modules.iter().position(|m| m.folder == folder) else {
                continue;
            };
            let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let child = self.add(file.clone(), folder.join(&name), Some(parent));
            self.modules[parent].define(&name, Meaning::Module(child));
            self.read_file(child)?;
        }
        Ok(())
    }

    /// `crate::…` for a module.
    fn path_of(&self, module: usize) -> Words {
        let Some(parent) = self.modules[module].parent else { return vec!["crate".to_owned()] };
        let mut path = self.path_of(parent);
        let is_it = |meanings: &[Meaning]| {
            meanings.iter().any(|m| matches!(m, Meaning::Module(index) if *index == module))
        };
        let found = self.modules[parent].names.iter().find(|(_, meanings)| is_it(meanings));
        path.extend(found.map(|(name, _)| name.clone()));
        path
    }
}

/// The name that an item gives to what it defines.
fn defined(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::TraitAlias(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(name.unraw().to_string())
}

fn parent_of(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}
