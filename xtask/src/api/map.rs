//! Does `docs/tokio-map.md` have a row for every item of tokio's API and of kettle's?
//!
//! A row names its items in its first cell, each by its path: `` `sync::Mutex`: `new`, `lock` ``.
//! It says in the second how kettle's differs. The rules:
//!
//! - Every path of tokio's and of kettle's is in a first cell, and every path in a first cell is
//!   one of theirs.
//! - If kettle lacks the item, the second cell of one of its rows begins with "absent". If kettle
//!   lacks a member of the item, or has one that tokio lacks, a row of the item names it.
//!
//! After its first row a type may be named by the last segment of its path:
//! `` `Builder`: `build` `` or `` `Builder::build` ``.
//!
//! [`faults`] lists each breach of a rule.

use std::collections::BTreeMap;

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

/// What is wrong in the map: `file:line: words`, or without a line if a row is missing.
pub(crate) fn faults(map: &str, tokio: &Surface, kettle: &Surface) -> Vec<String> {
    let table: Vec<Row<'_>> = rows(map).filter_map(|(line, row)| read(line, row)).collect();
    let mut rows_by_path: Rows<'_, '_> = BTreeMap::new();
    for row in &table {
        for path in quoted(row.cells[0]).map(bare_path) {
            rows_by_path.entry(path).or_default().push(row);
        }
    }
    let mut faults = Vec::new();
    // An item without a row.
    for (surface, whose) in [(tokio, "tokio"), (kettle, "kettle")] {
        let missing = items(surface).filter(|(path, _)| !rows_by_path.contains_key(path.as_str()));
        faults.extend(missing.map(|(path, _)| format!("{MAP}: no row for {whose}'s `{path}`")));
    }
    // A path that no item has. (Without `::` it may be a member; with `<` it isn't a path.)
    let paths = rows_by_path.iter().filter(|(path, _)| path.contains("::") && !path.contains('<'));
    let unknown = paths.filter(|(path, _)| !is_known(tokio, path) && !is_known(kettle, path));
    faults.extend(unknown.map(|(path, rows)| {
        format!("{MAP}:{}: `{path}` is neither tokio's nor kettle's", rows[0].line)
    }));
    // An item that kettle lacks, though no row says so.
    for path in items(tokio).map(|(path, _)| path).filter(|path| kettle.item_at(path).is_none()) {
        let rows = rows_of(path, &rows_by_path);
        if rows.iter().all(|row| !row.cells[1].starts_with("absent")) {
            let words = format!("kettle lacks `{path}`, but no row begins with \"absent\"");
            faults.extend(at_rows(&rows, &words));
        }
    }
    // A member that one of the two lacks, though no row says so.
    faults.extend(undocumented_members(tokio, kettle, &rows_by_path, "kettle"));
    faults.extend(undocumented_members(kettle, tokio, &rows_by_path, "tokio"));
    faults
}

/// The items that need a row: all but modules.
fn items(surface: &Surface) -> impl Iterator<Item = (&String, &Item)> {
    surface.items.iter().filter(|(_, item)| !item.is_module)
}

/// A fault for each member that an item has in the one API, but lacks in `other`, the API of the
/// crate `other_name`, if no row of the item names that member.
fn undocumented_members(
    one: &Surface,
    other: &Surface,
    rows_by_path: &Rows<'_, '_>,
    other_name: &str,
) -> Vec<String> {
    let mut faults = Vec::new();
    // An item with two paths is compared only at the one that has its members (`surface.rs`).
    for (path, item) in items(one).filter(|(_, item)| item.same_as.is_none()) {
        let Some(counterpart) = other.item_at(path) else { continue };
        let rows = rows_of(path, rows_by_path);
        for name in item.members.difference(&counterpart.members) {
            if !names_member(&rows, name) {
                let lacks = format!("{other_name} lacks `{name}` of `{path}`");
                faults.extend(at_rows(&rows, &format!("{lacks}, and no row of it says so")));
            }
        }
    }
    faults
}

/// A fault with the line of the item's first row; `None` if it has no row, which is another fault.
fn at_rows(rows: &[&Row<'_>], words: &str) -> Option<String> {
    Some(format!("{MAP}:{}: {words}", rows.first()?.line))
}

/// The rows that name an item: by its path, by the path's last segment, or by `last::member`.
fn rows_of<'r, 'p>(path: &str, rows_by_path: &Rows<'p, 'r>) -> Vec<&'r Row<'p>> {
    let last = path.rsplit("::").next().unwrap_or(path);
    let names_item = |name: &str| {
        let owner = name.rsplit_once("::").map(|(owner, _)| owner);
        name == path || name == last || owner == Some(last)
    };
    let found = rows_by_path.iter().filter(|(name, _)| names_item(name));
    found.flat_map(|(_, rows)| rows.iter().copied()).collect()
}

/// Is the member in backquotes in one of these rows?
fn names_member(rows: &[&Row<'_>], name: &str) -> bool {
    let matches = |word: &str| word == name || word.ends_with(&format!("::{name}"));
    rows.iter().any(|row| row.cells.iter().any(|cell| quoted(cell).any(matches)))
}

/// Does the path, or the end of one, name an item of this API or a member of one?
fn is_known(surface: &Surface, path: &str) -> bool {
    let Some((owner, name)) = path.rsplit_once("::") else { return false };
    let end = format!("::{owner}");
    let is_owner = |item: &&String| *item == owner || item.ends_with(&end);
    let mut owners = surface.items.keys().filter(is_owner).filter_map(|item| surface.item_at(item));
    surface.items.contains_key(path) || owners.any(|item| item.members.contains(name))
}

fn read(line: usize, row: &str) -> Option<Row<'_>> {
    let mut cells = cells(row);
    Some(Row { line, cells: [cells.next()?, cells.next()?] })
}

/// A path without the crate's name, and without `!` or `()` at its end.
fn bare_path(path: &str) -> &str {
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
    fn each_kind_of_fault_is_reported() {
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
