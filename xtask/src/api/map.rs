//! Does `docs/tokio-map.md` say of every item what became of it?
//!
//! A row names its items in its first cell, each by its path: `` `sync::Mutex`: `new`, `lock` ``.
//! It says in the second how kettle's differs. The rules:
//!
//! - Every path of tokio's and of kettle's is in a first cell, and every path in a first cell is
//!   one of theirs.
//! - If kettle lacks the item, the second cell begins with "absent". If it lacks a method of the
//!   item, or has one that tokio lacks, a row of the item names it.
//!
//! After its first row a type may be named by its last name: `` `Builder`: `build` ``, ``
//! `Builder::build` ``.
//!
//! Not here: whether a row is true. That is for the tests of the API.

use std::collections::BTreeMap;

use kettle_kit::report::{Outcome, none_of};
use kettle_kit::table::{cells, quoted, rows};

use crate::api::surface::{Item, Surface};

pub(crate) const MAP: &str = "docs/tokio-map.md";

struct Row<'p> {
    line: usize,
    /// The cells: items, difference.
    cells: [&'p str; 2],
}

/// All rows by the paths that their first cells name.
type Rows<'p, 'r> = BTreeMap<&'p str, Vec<&'r Row<'p>>>;

pub(crate) fn check(paper: &str, tokio: &Surface, kettle: &Surface) -> Outcome {
    none_of(&faults(paper, tokio, kettle))
}

fn faults(paper: &str, tokio: &Surface, kettle: &Surface) -> Vec<String> {
    let table: Vec<Row<'_>> = rows(paper).filter_map(|(line, row)| read(line, row)).collect();
    let mut named: Rows<'_, '_> = BTreeMap::new();
    for row in &table {
        for path in quoted(row.cells[0]).map(plain) {
            named.entry(path).or_default().push(row);
        }
    }
    let mut faults = Vec::new();
    for (surface, whose) in [(tokio, "tokio"), (kettle, "kettle")] {
        let unnamed = items(surface).filter(|(path, _)| !named.contains_key(path.as_str()));
        faults.extend(unnamed.map(|(path, _)| format!("{MAP}: no row for {whose}'s `{path}`")));
    }
    let strangers = named.iter().filter(|(path, _)| path.contains("::") && !path.contains('<'));
    let strangers = strangers.filter(|(path, _)| !is_known(tokio, path) && !is_known(kettle, path));
    faults.extend(strangers.map(|(path, rows)| {
        format!("{MAP}:{}: `{path}` is neither tokio's nor kettle's", rows[0].line)
    }));
    for path in items(tokio).map(|(path, _)| path).filter(|path| kettle.at(path).is_none()) {
        let rows = rows_of(path, &named);
        if rows.iter().all(|row| !row.cells[1].starts_with("absent")) {
            let words = format!("kettle lacks `{path}`, but no row begins with \"absent\"");
            faults.extend(at_rows(&rows, &words));
        }
    }
    faults.extend(unnamed(tokio, kettle, &named, "kettle"));
    faults.extend(unnamed(kettle, tokio, &named, "tokio"));
    faults
}

/// What a row has to name: modules are only on the way to it.
fn items(surface: &Surface) -> impl Iterator<Item = (&String, &Item)> {
    surface.items.iter().filter(|(_, item)| !item.is_module)
}

/// The members that an item has `there` and lacks `here`, where `who` lacks them, if no row of the
/// item names them.
fn unnamed(there: &Surface, here: &Surface, named: &Rows<'_, '_>, who: &str) -> Vec<String> {
    let mut faults = Vec::new();
    // An item with two paths is compared at the other one.
    for (path, item) in items(there).filter(|(_, item)| item.same_as.is_none()) {
        let (Some(own), rows) = (here.at(path), rows_of(path, named)) else { continue };
        for name in item.members.difference(&own.members) {
            if !names_item(&rows, name) {
                let words = format!("{who} lacks `{name}` of `{path}`, and no row of it says so");
                faults.extend(at_rows(&rows, &words));
            }
        }
    }
    faults
}

/// A fault with the line of the item's first row; `None` if it has no row, which is a fault of its
/// own.
fn at_rows(rows: &[&Row<'_>], words: &str) -> Option<String> {
    Some(format!("{MAP}:{}: {words}", rows.first()?.line))
}

/// The rows of an item: by its path, by its last name, and by a member of that.
fn rows_of<'r, 'p>(path: &str, named: &Rows<'p, 'r>) -> Vec<&'r Row<'p>> {
    let last = path.rsplit("::").next().unwrap_or(path);
    let is_its = |name: &str| {
        name == path || name == last || name.rsplit_once("::").is_some_and(|(of, _)| of == last)
    };
    let its = named.iter().filter(|(name, _)| is_its(name));
    its.flat_map(|(_, rows)| rows.iter().copied()).collect()
}

/// Is the name in backquotes in one of these rows?
fn names_item(rows: &[&Row<'_>], name: &str) -> bool {
    let is_it = |word: &str| word == name || word.ends_with(&format!("::{name}"));
    rows.iter().any(|row| row.cells.iter().any(|cell| quoted(cell).any(is_it)))
}

/// An item, or one of its members, by its path or by the item's last name.
fn is_known(surface: &Surface, path: &str) -> bool {
    let Some((of, name)) = path.rsplit_once("::") else { return false };
    let ends = format!("::{of}");
    let is_it = |whole: &&String| *whole == of || whole.ends_with(&ends);
    let mut items = surface.items.keys().filter(is_it).filter_map(|it| surface.at(it));
    surface.items.contains_key(path) || items.any(|item| item.members.contains(name))
}

fn read(line: usize, row: &str) -> Option<Row<'_>> {
    let mut cells = cells(row);
    Some(Row { line, cells: [cells.next()?, cells.next()?] })
}

/// A path without the crate's name, and without what follows the name of a macro or a function.
fn plain(path: &str) -> &str {
    path.strip_prefix("kettle::").unwrap_or(path).trim_end_matches(['!', '(', ')'])
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKIO: &str = "a.is_module = true\n'a::B'.members = ['new', 'set']\n\
        'a::C'.members = ['new']\nd.same_as = 'a::D'\n'a::D'.members = ['go', 'stop']\n";
    const KETTLE: &str =
        "a.is_module = true\n'a::B'.members = ['get', 'new']\nd.members = ['go']\n";
    const HEAD: &str = "| kettle | as in tokio? |\n|---|---|\n";

    fn found(rows: &str) -> Vec<String> {
        let read = |text: &str| toml::from_str(text).unwrap();
        faults(&format!("{HEAD}{rows}"), &read(TOKIO), &read(KETTLE))
    }

    const B: &str = "| `a::B`: `new` | no `set`; `get` is kettle's own |\n";
    const C: &str = "| `a::C` | absent: one thread |\n";
    const D: &str = "| `d` | same |\n| `a::D` | absent: `d` |\n";

    #[test]
    fn a_whole_map_has_no_fault() {
        assert_eq!(found(&[B, C, D].concat()), [""; 0]);
    }

    #[test]
    fn each_kind_of_fault_is_told() {
        for (rows, words) in [
            ([B, C, ""].concat(), "no row for tokio's `d`"),
            (
                [B, &C.replace("absent", "same"), D].concat(),
                "kettle lacks `a::C`, but no row begins",
            ),
            ([&B.replace("`set`", "it"), C, D].concat(), "kettle lacks `set` of `a::B`"),
            ([&B.replace("`get`", "it"), C, D].concat(), "tokio lacks `get` of `a::B`"),
            ([B, C, D, &C.replace("a::C", "a::E")].concat(), "`a::E` is neither"),
        ] {
            let found = found(&rows);
            assert!(found.iter().any(|fault| fault.contains(words)), "{words}: {found:?}");
        }
    }
}
