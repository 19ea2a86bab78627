//! Which file imports from which, and what?
//!
//! [`imports`] asks of every path that a file writes: in which file is the thing defined that it
//! leads to? Re-exports and globs are followed to their end, so a `mod.rs` that only hands on is no
//! stop. What a re-export takes from another package is defined where the re-export is. A module is
//! not a thing: naming one is no import, naming something in it is; a glob imports its module's
//! file. A re-export that the file itself has no use for is kept apart: it makes no cycle, but it
//! may not go up.
//!
//! [`Imports::cycles`] are the groups of files that reach each other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;

use crate::house::files::{File, Words};
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

/// Every import from one of these files to another one.
pub(crate) fn imports(files: &[File]) -> Imports {
    let mut imports = Imports::default();
    for (index, file) in files.iter().enumerate().filter(|(_, file)| !file.is_for_tests) {
        let add = |edges: &mut Edges, ends: Vec<End>| {
            for end in ends {
                if let End::Item(to, name) = end
                    && to != index
                {
                    let ends = (file.path.clone(), files[to].path.clone());
                    edges.entry(ends).or_default().insert(name);
                }
            }
        };
        for path in &file.paths {
            add(&mut imports.edges, ends(files, index, path));
        }
        for name in &file.calls {
            add(&mut imports.edges, called(files, index, name));
        }
        for path in &file.handed_on {
            add(&mut imports.handed_on, ends(files, index, path));
        }
    }
    imports.handed_on.retain(|ends, _| !imports.edges.contains_key(ends));
    imports
}

impl Imports {
    /// Groups of files each of which imports, by way of others or not, from all of its group.
    pub(crate) fn cycles(&self) -> Vec<BTreeSet<&Path>> {
        let edges = self.edges.keys().map(|(from, to)| (from.as_path(), to.as_path()));
        let groups = tarjan_scc(&DiGraphMap::<&Path, ()>::from_edges(edges));
        let groups = groups.into_iter().filter(|group| group.len() > 1);
        groups.map(|group| group.into_iter().collect()).collect()
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
    Module,
    Item(usize, String),
}

/// What `path` leads to, written in a file; nothing, if it leads out of the package.
fn ends(files: &[File], file: usize, path: &[String]) -> Vec<End> {
    Search { files, underway: Vec::new(), in_globs: Vec::new() }.look_up(file, path)
}

struct Search<'a> {
    files: &'a [File],
    /// The questions that are being answered, the outermost first: globs may take each other in.
    underway: Vec<(usize, Words)>,
    /// The files whose globs are being gone through: a glob's own first name may come by another one.
    in_globs: Vec<usize>,
}

/// So many re-exports are followed: `use x::x` of another package would never end.
const DEEPEST: usize = 16;

impl Search<'_> {
    fn look_up(&mut self, file: usize, path: &[String]) -> Vec<End> {
        let Some((name, rest)) = path.split_first() else { return vec![End::Module] };
        let question = (file, path.to_vec());
        if self.underway.len() == DEEPEST || self.underway.contains(&question) {
            return Vec::new();
        }
        self.underway.push(question);
        let here = &self.files[file];
        let found = match name.as_str() {
            "crate" => self.inside(root(self.files, file), rest),
            "self" => self.inside(file, rest),
            "super" => here.parent.map_or_else(Vec::new, |above| self.inside(above, rest)),
            "*" => vec![End::Item(file, name.clone())],
            _ => self.meanings(file, name, rest),
        };
        self.underway.pop();
        found
    }

    /// What `path` leads to, inside of a file's module.
    fn inside(&mut self, file: usize, path: &[String]) -> Vec<End> {
        let mut found = self.look_up(file, path);
        if let Some(name) = path.first().filter(|_| found.is_empty()) {
            // Nothing that can be read defines it there: a macro does, or a glob from outside.
            found.push(End::Item(file, name.clone()));
        }
        found
    }

    /// What `name` is in a file: a module, an import, an item; else what the globs bring.
    fn meanings(&mut self, file: usize, name: &String, rest: &[String]) -> Vec<End> {
        let here = &self.files[file];
        let child = here.children.get(name);
        let mut found = child.map_or_else(Vec::new, |&child| self.inside(child, rest));
        if !rest.is_empty() && !found.is_empty() {
            // A function may have the module's name: a path that goes on means the module.
            return found;
        }
        for import in here.names.get(name).into_iter().flatten() {
            let ends = self.look_up(file, &[import, rest].concat());
            // What comes from another package is as if defined by its import.
            let foreign = ends.is_empty().then(|| End::Item(file, name.clone()));
            found.extend(ends.into_iter().chain(foreign));
        }
        if here.blocks.contains(name) {
            found.extend(self.inside(file, rest));
        }
        if found.is_empty() && here.defined.contains(name) {
            // What follows is a variant, a method, a constant of it.
            return vec![End::Item(file, name.clone())];
        }
        // The names of other packages lead nowhere: each would be sought in every glob, in each of
        // which another package's name would be sought.
        let again = self.in_globs.iter().filter(|in_it| **in_it == file).count();
        if found.is_empty() && again < 2 {
            self.in_globs.push(file);
            for glob in here.names.get("*").into_iter().flatten() {
                let path = [&glob[..glob.len() - 1], std::slice::from_ref(name), rest].concat();
                found.extend(self.look_up(file, &path));
            }
            self.in_globs.pop();
            found.retain(|end| match end {
                End::Item(file, name) => self.files[*file].defined.contains(name),
                End::Module => true,
            });
        }
        found
    }
}

/// The root of a file's crate.
fn root(files: &[File], file: usize) -> usize {
    files[file].parent.map_or(file, |above| root(files, above))
}

/// Where `name!` is defined: a macro needs no path below its definition.
fn called(files: &[File], file: usize, name: &String) -> Vec<End> {
    let by_path = ends(files, file, std::slice::from_ref(name));
    if !by_path.is_empty() {
        return by_path;
    }
    let defines = |index: &usize| files[*index].macros.contains(name);
    (0..files.len()).filter(defines).map(|index| End::Item(index, name.clone())).collect()
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
