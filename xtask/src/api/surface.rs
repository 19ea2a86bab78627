//! Which paths of a crate can a program use?
//!
//! A [`Surface`] has every public path and, for a type or a trait, the names of its methods and
//! variants, its *members*. An item with two paths has its members at the shorter one, and the
//! other path refers to that.
//!
//! A path may lead through other crates, since kettle re-exports most types of its engine. So
//! [`Walk`] goes through several crates, and identifies an item by its crate and its number there
//! ([`Key`]).
//!
//! Left out: fields, items that are `#[doc(hidden)]`, and the traits that a type implements,
//! because tests need these (`tests/api`, and tokio's own in `published.rs`).

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use rustdoc_types::{Attribute, Crate, Id, Item as Raw, ItemEnum, ItemKind, Visibility};

#[cfg(test)]
use serde::Deserialize;

/// Crates as rustdoc describes them, by their names.
pub(crate) type Crates = BTreeMap<String, Crate>;

/// All public paths, without the name of the crate.
#[derive(Debug)]
#[cfg_attr(test, derive(Deserialize), serde(transparent))]
pub(crate) struct Surface {
    pub(crate) items: BTreeMap<String, Item>,
}

#[derive(Debug, Default)]
#[cfg_attr(test, derive(Deserialize), serde(default))]
pub(crate) struct Item {
    pub(crate) is_module: bool,
    /// The other path of the item, which has the members.
    pub(crate) same_as: Option<String>,
    pub(crate) members: BTreeSet<String>,
}

/// An item: the name of its crate, and its number there.
type Key = (String, Id);

impl Surface {
    /// Finds the paths of the crate `name`.
    pub(crate) fn read(crates: &Crates, name: &str) -> Surface {
        let mut walk = Walk { crates, defined: HashMap::new(), found: Vec::new() };
        for (name, krate) in crates {
            for (id, summary) in &krate.paths {
                if summary.crate_id == 0 {
                    let key = (summary.path.clone(), summary.kind);
                    walk.defined.insert(key, (name.clone(), *id));
                }
            }
        }
        walk.add_children(name, crates[name].root, "");
        walk.finish()
    }

    /// The item at a path, or at the path where its members are.
    pub(crate) fn item_at(&self, path: &str) -> Option<&Item> {
        let item = self.items.get(path)?;
        item.same_as.as_ref().map_or(Some(item), |other| self.items.get(other))
    }
}

struct Walk<'c> {
    crates: &'c Crates,
    /// Every item of these crates, by the path of its definition.
    defined: HashMap<(Vec<String>, ItemKind), Key>,
    /// The paths found, each with its item; without one if the item belongs to an unread crate.
    found: Vec<(String, Option<Key>)>,
}

impl Walk<'_> {
    /// The item as rustdoc describes it.
    fn raw(&self, name: &str, id: Id) -> Option<&Raw> {
        self.crates[name].index.get(&id)
    }

    /// The item that the crate `name` calls `id`: its own, or that of another crate.
    fn key(&self, name: &str, id: Id) -> Option<Key> {
        if self.raw(name, id).is_some() {
            return Some((name.to_owned(), id));
        }
        let summary = self.crates[name].paths.get(&id)?;
        let key = self.defined.get(&(summary.path.clone(), summary.kind))?;
        self.raw(&key.0, key.1).is_some().then(|| key.clone())
    }

    /// Adds the public items of a module, or the variants of an enum.
    fn add_children(&mut self, name: &str, id: Id, path: &str) {
        let Some(raw) = self.raw(name, id) else { return };
        let ids = match &raw.inner {
            ItemEnum::Module(module) => module.items.clone(),
            ItemEnum::Enum(item) => item.variants.clone(),
            _ => return,
        };
        for id in ids {
            if self.raw(name, id).is_some_and(is_public) {
                self.add_item(name, id, path);
            }
        }
    }

    /// Adds an item of the module at `path`.
    fn add_item(&mut self, name: &str, id: Id, path: &str) {
        let Some(raw) = self.raw(name, id).filter(|raw| !is_hidden(raw)) else { return };
        let join = |last: &str| {
            if path.is_empty() { last.to_owned() } else { format!("{path}::{last}") }
        };
        match &raw.inner {
            ItemEnum::Use(import) => match import.id.and_then(|id| self.key(name, id)) {
                Some((other, id)) if import.is_glob => self.add_children(&other, id, path),
                key => self.add_path(&join(&import.name), key.as_ref()),
            },
            ItemEnum::Impl(_) => {}
            _ => {
                let path = join(raw.name.as_deref().unwrap_or_default());
                self.add_path(&path, Some(&(name.to_owned(), id)));
            }
        }
    }

    /// Adds a path and, if it is a module's, the paths below it.
    fn add_path(&mut self, path: &str, key: Option<&Key>) {
        // A module that imports itself would never end.
        if self.found.iter().any(|(other, _)| other == path) {
            return;
        }
        self.found.push((path.to_owned(), key.cloned()));
        if let Some(key) = key.filter(|key| self.is_module(key)) {
            self.add_children(&key.0, key.1, path);
        }
    }

    /// Gives each item its members, at the shortest of its paths.
    fn finish(mut self) -> Surface {
        self.found.sort_by_key(|(path, _)| (path.matches("::").count(), path.clone()));
        let mut shortest: HashMap<Key, String> = HashMap::new();
        let mut items: BTreeMap<String, Item> = BTreeMap::new();
        for (path, key) in &self.found {
            let mut item = Item::default();
            if let Some(key) = key {
                item.is_module = self.is_module(key);
                match shortest.entry(key.clone()) {
                    Entry::Occupied(shorter) => item.same_as = Some(shorter.get().clone()),
                    Entry::Vacant(entry) => {
                        entry.insert(path.clone());
                        item.members = self.members(key);
                    }
                }
            }
            items.insert(path.clone(), item);
        }
        Surface { items }
    }

    fn is_module(&self, (name, id): &Key) -> bool {
        matches!(self.raw(name, *id).map(|raw| &raw.inner), Some(ItemEnum::Module(_)))
    }

    /// The names of the public methods and variants of an item.
    fn members(&self, (name, id): &Key) -> BTreeSet<String> {
        let (mut ids, impls): (Vec<Id>, &[Id]) = match self.raw(name, *id).map(|it| &it.inner) {
            Some(ItemEnum::Struct(item)) => (Vec::new(), &item.impls),
            Some(ItemEnum::Enum(item)) => (item.variants.clone(), &item.impls),
            Some(ItemEnum::Trait(item)) => (item.items.clone(), &[]),
            _ => return BTreeSet::new(),
        };
        // The methods in an `impl` block without a trait.
        for block in impls.iter().filter_map(|id| self.raw(name, *id)) {
            if let ItemEnum::Impl(block) = &block.inner
                && block.trait_.is_none()
            {
                ids.extend(&block.items);
            }
        }
        let members = ids.into_iter().filter_map(|id| self.raw(name, id));
        let public = members.filter(|raw| is_public(raw) && !is_hidden(raw));
        public.filter_map(|raw| raw.name.clone()).collect()
    }
}

/// A variant is as public as its enum, and a method as its trait.
fn is_public(raw: &Raw) -> bool {
    matches!(raw.visibility, Visibility::Public | Visibility::Default)
}

fn is_hidden(raw: &Raw) -> bool {
    let hides =
        |it: &Attribute| matches!(it, Attribute::Other(words) if words.contains("doc(hidden)"));
    raw.attrs.iter().any(hides)
}
