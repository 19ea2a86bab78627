//! Does every public item stand in the map to tokio?
//!
//! rustdoc lists all items of crate `kettle` on one page, `all.html`; `docs/tokio-map.md` has to
//! have each of their paths in a row of a table, as `` `kettle::time::Sleep` `` or
//! `` `time::Sleep` ``.

use std::fs;

use crate::cargo;
use crate::contract::rows;
use kettle_kit::report::{Outcome, none_of};
use kettle_kit::tree;

const PAPER: &str = "docs/tokio-map.md";

pub(crate) fn map() -> Outcome {
    let paper = tree::read(PAPER)?;
    cargo::document()?;
    let page = tree::target()?.join("doc/kettle/all.html");
    let page = fs::read_to_string(&page).map_err(|error| format!("{}: {error}", page.display()))?;
    let items = items(&page);
    if items.is_empty() {
        return Err("rustdoc's all.html lists no item: has its form changed?".into());
    }
    let rows: Vec<&str> = rows(&paper).map(|(_, row)| row).collect();
    let missing = items.iter().filter(|item| !rows.iter().any(|row| names(row, item)));
    let faults: Vec<String> = missing.map(|item| format!("{PAPER}: no row for `{item}`")).collect();
    none_of(&faults)
}

/// The paths of all items on rustdoc's page.
fn items(page: &str) -> Vec<String> {
    let lists = page.split("class=\"all-items\"").skip(1);
    let links = lists.flat_map(|list| {
        let list = list.split("</ul>").next().unwrap_or(list);
        list.split("<a href=").skip(1)
    });
    let texts = links.filter_map(|link| {
        let (_, text) = link.split_once('>')?;
        Some(text.split_once("</a>")?.0.replace("<wbr>", ""))
    });
    texts.collect()
}

/// Is `item` quoted in this row, by itself or with the crate's name before it?
fn names(row: &str, item: &str) -> bool {
    let quoted = row.split('`').skip(1).step_by(2);
    let plain = quoted.map(|text| text.strip_prefix("kettle::").unwrap_or(text));
    plain.map(|text| text.trim_end_matches(['!', '(', ')'])).any(|text| text == item)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_read_from_the_page() {
        let page = "<a href=\"x\">no</a><h3>Structs</h3><ul class=\"all-items\">\
            <li><a href=\"io/struct.ReadBuf.html\">io::ReadBuf</a></li>\
            <li><a href=\"time/struct.Sleep.html\">time::<wbr>Sleep</a></li></ul>\
            <a href=\"y\">no</a><ul class=\"all-items\"><li><a href=\"fn.spawn.html\">spawn</a></li></ul>";
        assert_eq!(items(page), ["io::ReadBuf", "time::Sleep", "spawn"]);
    }

    #[test]
    fn a_row_names_whole_paths() {
        let row = "| `kettle::io::ReadBuf`, `select!` | `tokio::io::ReadBuf` |";
        assert!(names(row, "io::ReadBuf"));
        assert!(names(row, "select"));
        assert!(!names(row, "ReadBuf"));
        assert!(!names(row, "io"));
    }
}
