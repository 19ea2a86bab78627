//! Which file imports from which, and what?
//!
//! [`imports`] asks of every path that a module writes: in which file is the thing defined that it
//! leads to? Re-exports and globs are followed to their end, so a `mod.rs` that only hands on is no
//! stop. What a re-export takes from another crate is defined where the re-export is. A module is
//! not a thing: naming one is no import, naming something in it is. A re-export whose name the file
//! itself has no use for is kept apart: it makes no cycle, but it may not go up.
//!
//! [`Imports::cycles`] are the groups of files that reach each other.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;

use crate::module::{Meaning, Words};
use crate::modules::Package;
use kettle_kit::tree;

/// The imports between the files of a package.
#[derive(Default)]
pub(crate) struct Imports {
    /// From, to, and the names that tie them.
    pub(crate) edges: Edges,
    /// The same for what is only handed on.
    pub(crate) handed_on: Edges,
}

pub(crate) type Edges = BTreeMap<(PathBuf, PathBuf), BTreeSet<String>>;

/// Every import from a file of `package` to another one.
pub(crate) fn imports(package: &Package) -> Imports {
    let mut imports = Imports::default();
    for (index, module) in package.modules.iter().enumerate() {
        let add = |edges: &mut Edges, ends: Vec<End>| {
            for end in ends {
                if let End::Item(to, name) = end
                    && to != module.file
                {
                    edges.entry((module.file.clone(), to)).or_default().insert(name);
                }
            }
        };
        add(&mut imports.edges, ends(package, index));
        for (path, alias) in &module.handed_on {
            let first = |path: &Words| path.first() == Some(alias);
            let used = module.words.contains(alias) || module.paths.iter().any(first);
            let edges = if used { &mut imports.edges } else { &mut imports.handed_on };
            add(edges, package.resolve(index, path, &mut HashSet::new()));
        }
        for (path, public) in &module.globs {
            let edges = if *public { &mut imports.handed_on } else { &mut imports.edges };
            add(edges, ends_of_glob(package, index, path));
        }
    }
    imports
}

impl Imports {
    /// Groups of files each of which imports, by way of others or not, from all of its group.
    pub(crate) fn cycles(&self) -> Vec<BTreeSet<&Path>> {
        let mut graph = DiGraphMap::<&Path, ()>::new();
        for (from, to) in self.edges.keys() {
            graph.add_edge(from, to, ());
        }
        let groups = tarjan_scc(&graph).into_iter().filter(|group| group.len() > 1);
        let mut groups: Vec<BTreeSet<&Path>> =
            groups.map(|group| group.into_iter().collect()).collect();
        groups.sort();
        groups
    }

    /// `from -> to: names` for each import inside of a group.
    pub(crate) fn within(&self, group: &BTreeSet<&Path>) -> Vec<String> {
        let inside = |path: &PathBuf| group.contains(path.as_path());
        let edges = self.edges.iter().filter(|((from, to), _)| inside(from) && inside(to));
        edges.map(|((from, to), names)| line(from, to, names)).collect()
    }
}

/// An import in words.
pub(crate) fn line(from: &Path, to: &Path, names: &BTreeSet<String>) -> String {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    format!("{} -> {}: {}", tree::shown(from), tree::shown(to), names.join(", "))
}

/// What a path leads to.
enum End {
    Module(usize),
    Item(PathBuf, String),
}

/// What the paths and macros of a module lead to.
fn ends(package: &Package, index: usize) -> Vec<End> {
    let module = &package.modules[index];
    let mut found = Vec::new();
    for path in &module.paths {
        found.extend(package.resolve(index, path, &mut HashSet::new()));
    }
    for name in &module.macros {
        let scopes = std::iter::successors(Some(index), |&scope| package.modules[scope].parent);
        let mut ends = scopes.map(|scope| package.look_up(scope, name, &mut HashSet::new()));
        found.extend(ends.find(|ends| !ends.is_empty()).unwrap_or_default());
    }
    found
}

/// What a glob brings of the names that the module uses; if none (traits are used without being
/// named), then the whole of it.
fn ends_of_glob(package: &Package, index: usize, path: &[String]) -> Vec<End> {
    let module = &package.modules[index];
    let firsts = module.paths.iter().filter_map(|path| path.first());
    let used = firsts.chain(&module.words).chain(&module.macros);
    let used: BTreeSet<&String> = used.filter(|name| !module.names.contains_key(*name)).collect();
    let mut found = Vec::new();
    for end in package.resolve(index, path, &mut HashSet::new()) {
        let End::Module(target) = end else {
            found.push(end);
            continue;
        };
        let look_up = |name: &&String| package.look_up(target, name, &mut HashSet::new());
        let named: Vec<End> = used.iter().flat_map(look_up).collect();
        if named.is_empty() {
            found.push(End::Item(package.modules[target].file.clone(), "*".to_owned()));
        }
        found.extend(named);
    }
    found
}

/// A function may have a module's name: then the module is meant, because a path
/// that goes on can't go on from a function, and a `use` that takes both is after the module.
fn prefer_modules(ends: &mut Vec<End>) {
    if ends.iter().any(|end| matches!(end, End::Module(_))) {
        ends.retain(|end| matches!(end, End::Module(_)));
    }
}

/// The names that are being looked up, so that globs which take each other in come to an end.
type Underway = HashSet<(usize, String)>;

impl Package {
    /// What `path` leads to, written in module `from`; nothing, if it leads out of the package.
    fn resolve(&self, from: usize, path: &[String], underway: &mut Underway) -> Vec<End> {
        let Some((first, mut rest)) = path.split_first() else { return Vec::new() };
        let mut at = match first.as_str() {
            "crate" => vec![End::Module(self.modules[from].root)],
            "self" => vec![End::Module(from)],
            "super" => self.modules[from].parent.map(End::Module).into_iter().collect(),
            name => {
                let found = self.look_up(from, name, underway);
                let library = self.libraries.get(name).filter(|_| found.is_empty());
                found.into_iter().chain(library.map(|&root| End::Module(root))).collect()
            }
        };
        while let Some((name, further)) = rest.split_first() {
            prefer_modules(&mut at);
            let mut next = Vec::new();
            let mut modules = Vec::new();
            for end in at {
                match end {
                    // What follows an item is a variant, a method, a constant of it.
                    End::Item(..) => next.push(end),
                    End::Module(module) if name == "super" => {
                        next.extend(self.modules[module].parent.map(End::Module));
                    }
                    End::Module(module) => {
                        next.extend(self.look_up(module, name, underway));
                        modules.push(module);
                    }
                }
            }
            if next.is_empty() {
                // Nothing that can be read defines it there: a macro does.
                let made =
                    |module: usize| End::Item(self.modules[module].file.clone(), name.clone());
                return modules.into_iter().map(made).collect();
            }
            (at, rest) = (next, further);
        }
        prefer_modules(&mut at);
        at
    }

    /// What `name` is in a module: what it says itself, else what its globs bring.
    fn look_up(&self, module: usize, name: &str, underway: &mut Underway) -> Vec<End> {
        if !underway.insert((module, name.to_owned())) {
            return Vec::new();
        }
        let here = &self.modules[module];
        let mut found = Vec::new();
        if let Some(meanings) = here.names.get(name) {
            for meaning in meanings {
                match meaning {
                    Meaning::Item => found.push(End::Item(here.file.clone(), name.to_owned())),
                    Meaning::Module(index) => found.push(End::Module(*index)),
                    Meaning::Import(path) => found.extend(self.import(module, path, underway)),
                }
            }
            return found;
        }
        for (path, _) in &here.globs {
            for end in self.resolve(module, path, underway) {
                if let End::Module(target) = end {
                    found.extend(self.look_up(target, name, underway));
                }
            }
        }
        found
    }

    /// What an import leads to. Out of the package: then it is as if defined by the import.
    fn import(&self, module: usize, path: &[String], underway: &mut Underway) -> Vec<End> {
        let ends = self.resolve(module, path, underway);
        let first = path.first().map_or("", String::as_str);
        let inside = ["crate", "self", "super"].contains(&first)
            || self.modules[module].names.contains_key(first) && path.len() > 1;
        if ends.is_empty() && !inside {
            let name = path.last().cloned().unwrap_or_default();
            return vec![End::Item(self.modules[module].file.clone(), name)];
        }
        ends
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
