//! Does every link of the built book lead somewhere?
//!
//! Each `href` and `src` of each page that mdBook wrote, and that leads to no other host: the file
//! has to be there, and if it names a place in a page, the page has to have it. The replays are
//! pages of their own, and not searched.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use kettle_kit::{files, tree};

use crate::book::links::is_ours;

/// `page: target`, for each that leads nowhere.
pub(crate) fn broken(book: &Path) -> Result<Vec<String>, String> {
    let book = &fs::canonicalize(book).map_err(|error| error.to_string())?;
    let mut pages = BTreeMap::new();
    for path in tree::files(book, ".html") {
        let text = files::read(&path)?;
        pages.insert(path, text);
    }
    let ids: BTreeMap<&Path, BTreeSet<&str>> =
        pages.iter().map(|(path, text)| (path.as_path(), values(text, "id").collect())).collect();
    let mut faults = Vec::new();
    for (page, text) in &pages {
        // The page for what is not found doesn't know from where it is shown.
        if page.starts_with(book.join("replays")) || page.ends_with("404.html") {
            continue;
        }
        let targets = values(text, "href").chain(values(text, "src"));
        let wrong = targets.filter(|target| !leads(page, target, &ids));
        faults.extend(wrong.map(|target| {
            format!("{}: {target}", page.strip_prefix(book).unwrap_or(page).display())
        }));
    }
    Ok(faults)
}

fn leads(page: &Path, target: &str, ids: &BTreeMap<&Path, BTreeSet<&str>>) -> bool {
    if !is_ours(target) || target.starts_with("data:") {
        return true;
    }
    let (file, id) = target.split_once('#').unwrap_or((target, ""));
    let there = if file.is_empty() { page } else { &page.parent().unwrap_or(page).join(file) };
    let path = tree::plain(there);
    let is_replay = path.parent().is_some_and(|parent| parent.ends_with("replays"));
    match ids.get(path.as_path()) {
        // The part behind the `#` is a replay's own affair.
        Some(ids) => id.is_empty() || is_replay || ids.contains(id),
        None => path.is_file(),
    }
}

/// The values of an attribute.
fn values<'a>(text: &'a str, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
    let parts: Vec<&str> = text.split(&format!(" {name}=\"")).skip(1).collect();
    parts.into_iter().filter_map(|part| part.split('"').next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_nowhere_is_told() {
        let book = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(book.path().join(name), text).unwrap();
        fs::create_dir_all(book.path().join("source")).unwrap();
        write("a.html", "<h1 id=\"x\"></h1><a href=\"source/b.html#L1\"><a href=\"#x\">");
        write("source/b.html", "<a id=\"L1\" href=\"../a.html#x\"><a href=\"https://x.y\">");
        assert_eq!(broken(book.path()).unwrap(), [""; 0]);
        write("c.html", "<a href=\"d.html\"><a href=\"a.html#y\"><img src=\"e.svg\">");
        let wrong = broken(book.path()).unwrap();
        assert_eq!(wrong, ["c.html: d.html", "c.html: a.html#y", "c.html: e.svg"]);
    }
}
