//! Do the papers say what is the case?
//!
//! - `docs/contract.md` is tables: a promise a row, and in the row one test or more, each written as
//!   `` `tests/wakes.rs::a_wake_during_a_poll` ``. Each named file has to have that function, marked as a
//!   test.
//! - rustdoc lists all items of crate `kettle` on one page, `all.html`; `docs/tokio-map.md` has to have
//!   each of their paths in a row of a table, as `` `kettle::time::Sleep` `` or `` `time::Sleep` ``.
//! - `docs/dependencies.md` has to have a line for each package from outside.
//!
//! Not here: links, numbers, figures and style (`tools/book`), the page of performance (`tools/bench`).

use std::fs;

use kettle_kit::report::{Outcome, Report, none_of};
use kettle_kit::tree;

use crate::cargo;

const CONTRACT: &str = "docs/contract.md";
const MAP: &str = "docs/tokio-map.md";
const DEPENDENCIES: &str = "docs/dependencies.md";

pub(crate) fn papers(report: &mut Report) {
    report.check("every line of the contract has its test", contract);
    report.check("every public item stands in the map to tokio", map);
    kettle_book::check_papers(report);
    report.check("every dependency has its reason", dependencies);
    let name = "the page of performance is up to date, each miss has a note";
    report.check(name, kettle_bench_tool::check_page);
}

fn contract() -> Outcome {
    let paper = tree::read(CONTRACT)?;
    let mut faults = Vec::new();
    for (number, row) in rows(&paper) {
        let tests = named_tests(row);
        if tests.is_empty() {
            faults.push(format!("{CONTRACT}:{number}: a promise without a test"));
        }
        for (file, test) in tests {
            if !is_test(&tree::read(&file).unwrap_or_default(), test) {
                faults.push(format!("{CONTRACT}:{number}: {file} has no test `{test}`"));
            }
        }
    }
    if rows(&paper).next().is_none() {
        faults.push(format!("{CONTRACT} has no row"));
    }
    none_of(&faults)
}

fn map() -> Outcome {
    let paper = tree::read(MAP)?;
    cargo::document()?;
    let page = fs::read_to_string(tree::target()?.join("doc/kettle/all.html"))?;
    let items = items(&page);
    if items.is_empty() {
        return Err("rustdoc's all.html lists no item: has its form changed?".into());
    }
    let named: Vec<&str> = rows(&paper).flat_map(|(_, row)| named_items(row)).collect();
    let missing = items.iter().filter(|item| !named.contains(&item.as_str()));
    let missing = missing.map(|item| format!("{MAP}: no row for `{item}`"));
    none_of(&missing.chain(contradictions(&paper)).collect::<Vec<_>>())
}

/// What a row `` `T`, what is missing `` names, though a row of `T` has it.
fn contradictions(paper: &str) -> Vec<String> {
    let cells = |row: &str| -> Vec<String> {
        row.split('|').skip(1).take(2).map(|cell| cell.trim().to_owned()).collect()
    };
    let rows = || rows(paper).map(|(number, row)| (number, cells(row)));
    let mut faults = Vec::new();
    for (number, row) in rows().filter(|(_, row)| row[0].ends_with(", what is missing")) {
        let Some(owner) = quoted(&row[0]).next() else { continue };
        let is_its = |cell: &str| {
            let first = quoted(cell).next().unwrap_or_default();
            first.rsplit("::").next() == Some(owner) && !cell.ends_with(", what is missing")
        };
        for (_, other) in rows().filter(|(_, other)| is_its(&other[0])) {
            let both = quoted(&row[1]).filter(|item| quoted(&other[0]).any(|it| it == *item));
            let both = both.map(|item| format!("{MAP}:{number}: `{item}` of `{owner}` is there"));
            faults.extend(both);
        }
    }
    faults
}

fn dependencies() -> Outcome {
    let paper = tree::read(DEPENDENCIES)?;
    let metadata = cargo::metadata()?;
    let members = metadata.workspace_packages();
    let is_ours = |name: &str| members.iter().any(|package| *package.name == name);
    let mut faults = Vec::new();
    for package in &members {
        for dependency in package.dependencies.iter().map(|one| &one.name) {
            if !is_ours(dependency) && !paper.contains(&format!("`{dependency}`")) {
                let package = &package.name;
                faults.push(format!("{DEPENDENCIES}: no line for `{dependency}` ({package})"));
            }
        }
    }
    none_of(&faults)
}

/// The rows of all tables, without the head of each and the rule under it; with line numbers.
fn rows(paper: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut in_body = false;
    paper.lines().enumerate().filter_map(move |(at, line)| {
        let is_rule = line.starts_with("|-") || line.starts_with("|:");
        let is_row = in_body && line.starts_with('|');
        in_body = is_rule || is_row;
        is_row.then_some((at + 1, line))
    })
}

/// What stands in backquotes.
fn quoted(row: &str) -> impl Iterator<Item = &str> {
    row.split('`').skip(1).step_by(2)
}

/// Every `` `file.rs::path::test` `` of a row, as file and test.
fn named_tests(row: &str) -> Vec<(String, &str)> {
    let split = |text: &'_ str| text.split_once(".rs::").map(|(file, _)| format!("{file}.rs"));
    let tests = quoted(row).filter_map(|text| Some((split(text)?, text.rsplit("::").next()?)));
    tests.collect()
}

/// Does `source` define a function `name`, right under an attribute that makes it a test?
fn is_test(source: &str, name: &str) -> bool {
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let words = format!("fn {name}(");
    let Some(at) = lines.iter().position(|line| line.contains(&words) && !line.starts_with("//"))
    else {
        return false;
    };
    let above = lines[..at].iter().rev();
    let mut above = above.take_while(|line| line.starts_with("#[") || line.starts_with("//"));
    above.any(|line| line.starts_with("#[test]") || line.contains("::test"))
}

/// The paths of all items on rustdoc's page.
fn items(page: &str) -> Vec<String> {
    let lists = page.split("class=\"all-items\"").skip(1);
    let lists = lists.filter_map(|list| list.split("</ul>").next());
    let links = lists.flat_map(|list| list.split("<a href=").skip(1));
    let texts = links.filter_map(|link| link.split_once('>')?.1.split_once("</a>"));
    texts.map(|(text, _)| text.replace("<wbr>", "")).collect()
}

/// The items that a row names, without the crate's name and what a call or a macro has behind it.
fn named_items(row: &str) -> impl Iterator<Item = &str> {
    let plain = quoted(row).map(|text| text.strip_prefix("kettle::").unwrap_or(text));
    plain.map(|text| text.trim_end_matches(['!', '(', ')']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_told_from_heads() {
        let paper =
            "# T\n\n| promise | test |\n|---|---|\n| a | `x.rs::b` |\n| c | |\ntext\n| d |\n";
        let rows: Vec<(usize, &str)> = rows(paper).collect();
        assert_eq!(rows, [(5, "| a | `x.rs::b` |"), (6, "| c | |")]);
    }

    #[test]
    fn tests_and_items_are_found_in_a_row() {
        let row = "| one | `tests/wakes.rs::late`, `runtime/src/a.rs::tests::deep` and `fn` |";
        let tests = [("tests/wakes.rs", "late"), ("runtime/src/a.rs", "deep")];
        assert_eq!(named_tests(row), tests.map(|(file, test)| (file.to_owned(), test)));
        let row = "| `kettle::io::ReadBuf`, `select!` | `tokio::io::ReadBuf` |";
        let items: Vec<&str> = named_items(row).collect();
        assert_eq!(items, ["io::ReadBuf", "select", "tokio::io::ReadBuf"]);
    }

    #[test]
    fn what_is_there_is_not_missing() {
        let paper = "|a|b|\n|-|-|\n| `x::T`: `new`, `metrics` | same |\n\
            | `T`, what is missing | `metrics`: ask `Handle` |\n| `U`, what is missing | `new` |\n";
        let told = contradictions(paper);
        assert!(told.len() == 1 && told[0].contains(":4: `metrics` of `T`"), "{told:?}");
        assert_eq!(contradictions(&paper.replace("`new`, `metrics`", "`new`")), [""; 0]);
    }

    #[test]
    fn a_test_has_an_attribute() {
        let source = "
            fn helper() {}

            #[kettle::test(start_paused = true)]
            async fn virtual_time() {}

            #[test]
            #[cfg(unix)]
            // why
            pub(crate) fn plain() {}

            // fn commented() {}
            #[inline]
            fn not_one() {}
        ";
        assert!(is_test(source, "plain") && is_test(source, "virtual_time"));
        assert!(!["helper", "not_one", "commented", "virtual"].iter().any(|n| is_test(source, n)));
    }

    #[test]
    fn items_are_read_from_the_page() {
        let page = "<a href=\"x\">no</a><h3>Structs</h3><ul class=\"all-items\">\
            <li><a href=\"io/struct.ReadBuf.html\">io::ReadBuf</a></li>\
            <li><a href=\"time/struct.Sleep.html\">time::<wbr>Sleep</a></li></ul>\
            <a href=\"y\">no</a><ul class=\"all-items\"><li><a href=\"fn.spawn.html\">spawn</a></li></ul>";
        assert_eq!(items(page), ["io::ReadBuf", "time::Sleep", "spawn"]);
    }
}
