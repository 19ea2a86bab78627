//! Do the statements in `docs` and the README agree with the tree?
//!
//! The project calls its Markdown files *papers*. [`papers`] checks that
//!
//! - each promise in `docs/contract.md` names one test or more, as ``
//!   `tests/engine/wakes.rs::a_wake_during_a_poll` ``, and the file has a test of this name
//!   ([`contract`]);
//! - `docs/dependencies.md` has a line for each dependency ([`dependencies`]);
//! - figures in the README are right ([`missing_figures`]);
//! - files, commands ([`missing_paths`]) and items ([`missing_items`]) that `docs` names exist.

use kettle_kit::cargo::metadata;
use kettle_kit::report::{Outcome, Report, Trouble, none_of};
use kettle_kit::table::{cells, quoted, rows};
use kettle_kit::{files, tree};
use regex_lite::Regex;
use toml::Table;

use crate::api::map::MAP;
use crate::house::MAX_UNSAFE_LINES;

const CONTRACT: &str = "docs/contract.md";
/// The heading at which the promises end.
const AFTER_PROMISES: &str = "\n## What else is proven\n";
const DEPENDENCIES: &str = "docs/dependencies.md";

pub(crate) fn papers(report: &mut Report) {
    report.check("every line of the contract has its test", contract);
    crate::book::check_links(report);
    report.check("every dependency has its reason", dependencies);
    report.check("the README's figures are those of the tree", || none_of(&missing_figures()?));
    report.check("the page of all waits and the map name the same", waits);
    report.check("every path and command in the papers exists", || none_of(&missing_paths()?));
    report.check("every item in papers and examples is in its file", || none_of(&missing_items()?));
    let name = "the page of performance shows the saved figures";
    report.check(name, crate::bench::check_page);
}

fn contract() -> Outcome {
    let paper = tree::read(CONTRACT)?;
    let paper = paper.split(AFTER_PROMISES).next().unwrap_or_default();
    let mut faults = Vec::new();
    for (number, row) in rows(paper) {
        let tests = named_tests(row);
        if tests.is_empty() {
            faults.push(format!("{CONTRACT}:{number}: a promise without a test"));
        }
        for (file, test) in tests {
            // A file that doesn't exist has no test either.
            if !is_test(&tree::read(&file).unwrap_or_default(), test) {
                faults.push(format!("{CONTRACT}:{number}: {file} has no test `{test}`"));
            }
        }
    }
    if rows(paper).next().is_none() {
        faults.push(format!("{CONTRACT} has no row"));
    }
    none_of(&faults)
}

fn dependencies() -> Outcome {
    let paper = tree::read(DEPENDENCIES)?;
    let metadata = metadata()?;
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

/// Phrases with figures that the README has to have, and lacks.
fn missing_figures() -> Result<Vec<String>, Trouble> {
    let readme = tree::read("README.md")?.replace('\n', " ");
    let table = |file| tree::read(file)?.parse::<Table>().map_err(|error| error.to_string());
    let manifest = table("Cargo.toml")?;
    let oldest_rust = manifest["workspace"]["package"]["rust-version"].as_str().unwrap_or_default();
    let first_exercise = table("exercises/ladder/rung1/exercise.toml")?;
    let mut rungs = tree::files(&tree::root().join("examples/rungs"), ".rs");
    rungs.retain(|file| tree::from_root(file).contains("/rungs/rung"));
    let in_words = |number: String| match number.as_str() {
        "7" => "seven".to_owned(),
        "20" => "twenty".to_owned(),
        _ => number,
    };
    let phrases = [
        format!("Rust {oldest_rust} or newer"),
        format!("{} small runtimes", in_words(rungs.len().to_string())),
        format!("{} minutes", in_words(first_exercise["minutes"].to_string())),
        format!("at most {MAX_UNSAFE_LINES} lines"),
    ];
    Ok(phrases.into_iter().filter(|words| !readme.contains(words)).collect())
}

/// Checks that each path in the first cells of the page is in the map, itself or its owner, and
/// that the page has an item of each of these modules.
fn waits() -> Outcome {
    const WAITS: &str = "docs/book/src/waits.md";
    const MODULES: [&str; 8] = ["fs", "io", "net", "process", "signal", "sync", "task", "time"];
    let (page, map) = (tree::read(WAITS)?, tree::read(MAP)?);
    let (in_page, in_map) = (quoted_in_first_cells(&page), quoted_in_first_cells(&map));
    let mut faults = Vec::new();
    for path in &in_page {
        let Some((owner, _)) = path.rsplit_once("::") else { continue };
        if !in_map.contains(path) && !in_map.contains(&owner) {
            faults.push(format!("{MAP} lacks `{path}`, which {WAITS} names"));
        }
    }
    for module in MODULES {
        if !in_page.iter().any(|path| path.split("::").next() == Some(module)) {
            faults.push(format!("{WAITS} names nothing of `{module}`"));
        }
    }
    none_of(&faults)
}

fn quoted_in_first_cells(paper: &str) -> Vec<&str> {
    rows(paper).filter_map(|(_, row)| cells(row).next()).flat_map(quoted).collect()
}

/// Paths and commands in `docs` that don't exist.
fn missing_paths() -> Result<Vec<String>, Trouble> {
    const NAMED: &str = r"`(?<path>(docs|examples|exercises|interop|tests|trace|xtask)(/[\w.-]+)+)`|cargo exercise (?<exercise>[a-z][\w-]+)|cargo (run --example|xtask replay) (?<example>[a-z][\w-]+)";
    let named = Regex::new(NAMED).expect("a pattern");
    let checker = tree::read("exercises/checker/src/main.rs")?.to_lowercase();
    let mut faults = Vec::new();
    for file in tree::files(&tree::root().join("docs"), ".md") {
        let file = tree::from_root(&file);
        for (number, line) in (1..).zip(tree::read(&file)?.lines()) {
            for named in named.captures_iter(line) {
                let group = |name| named.name(name).map(|group| group.as_str());
                let is_there = match (group("path"), group("exercise"), group("example")) {
                    // A line about tokio may name a file of tokio's.
                    (Some(path), _, _) => exists(path) || line.contains("tokio"),
                    // The word is an exercise or a command, an item of clap's enum in the checker.
                    (_, Some(word), _) => is_exercise(word) || checker.contains(word),
                    (_, _, example) => example.is_none_or(is_example),
                };
                if !is_there {
                    let name = named[0].trim_matches('`');
                    faults.push(format!("{file}:{number}: there is no `{name}`"));
                }
            }
        }
    }
    Ok(faults)
}

fn exists(path: &str) -> bool {
    tree::root().join(path).exists()
}

fn is_exercise(name: &str) -> bool {
    ["", "hunts/", "ladder/"].iter().any(|folder| exists(&format!("exercises/{folder}{name}")))
}

/// Is there an example of this name? (The rungs and `metronome` have folders of their own.)
fn is_example(name: &str) -> bool {
    name.starts_with("rung") || name == "metronome" || exists(&format!("examples/{name}.rs"))
}

/// Items such as `` `time/wheel.rs: insert` `` in `docs` or in the comments of an example whose
/// file has no such item.
fn missing_items() -> Result<Vec<String>, Trouble> {
    let named = Regex::new(r"`(?<file>[\w./-]+\.rs): (\w+::)*(?<item>\w+)").expect("a pattern");
    let (root, sources) = (tree::root(), tree::files(&tree::root(), ".rs"));
    let mut papers = tree::files(&root.join("docs"), ".md");
    papers.extend(tree::files(&root.join("examples"), ".rs"));
    let (mut faults, mut count) = (Vec::new(), 0);
    for paper in papers.iter().map(|paper| tree::from_root(paper)) {
        for named in named.captures_iter(&tree::read(&paper)?) {
            let (file, item) = (&named["file"], &named["item"]);
            let definition = definition_of(item);
            let mut files = sources.iter().filter(|source| source.ends_with(file));
            if !files.any(|file| files::read(file).is_ok_and(|text| definition.is_match(&text))) {
                faults.push(format!("{paper}: {file} has no `{item}`"));
            }
            count += 1;
        }
    }
    if count > 0 { Ok(faults) } else { Err("the papers name no item of a file".into()) }
}

/// A pattern for the definition of an item, or of a field, a variant or a macro's arm.
fn definition_of(name: &str) -> Regex {
    let keywords = "fn|struct|enum|union|trait|type|const|static|mod|macro_rules!";
    Regex::new(&format!(r"\b({keywords}) {name}\b|\n +{name}\b[,( {{:]")).expect("a pattern")
}

/// Each `` `file.rs::path::test` `` in a row, split into file and test.
fn named_tests(row: &str) -> Vec<(String, &str)> {
    let mut tests = Vec::new();
    for text in quoted(row) {
        if let Some((file, path)) = text.split_once(".rs::") {
            tests.push((format!("{file}.rs"), path.rsplit("::").next().unwrap_or(path)));
        }
    }
    tests
}

/// Does `source` define a function `name` below an attribute that makes it a test, or list it as a
/// check of an exercise, which judges the engine's own file, too?
fn is_test(source: &str, name: &str) -> bool {
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let check = format!("check!({name} => ");
    if lines.iter().any(|line| line.starts_with(&check)) {
        return true;
    }
    let signature = format!("fn {name}(");
    let defines = |line: &&str| line.contains(&signature) && !line.starts_with("//");
    let Some(place) = lines.iter().position(defines) else { return false };
    // Its attributes, which may have several lines, and the comments between them.
    let above = lines[..place].iter().rev();
    let mut attributes = above.take_while(|line| !line.is_empty() && **line != "}");
    attributes.any(|line| line.starts_with("#[test]") || line.contains("::test"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_has_an_attribute() {
        let source = "
            fn helper() {}

            #[kettle::test(start_paused = true)]
            async fn virtual_time() {}

            #[test]
            #[cfg_attr(
                on_tokio,
                ignore = why
            )]
            #[cfg(unix)]
            // why
            pub(crate) fn plain() {}

            // fn commented() {}
            #[inline]
            fn not_one() {}
        ";
        assert!(is_test(source, "plain") && is_test(source, "virtual_time"));
        let checks = "
            check!(of_an_answer => \"an answer is right\"),
            fn of_an_answer() {}
        ";
        assert!(is_test(checks, "of_an_answer") && !is_test(checks, "of_an"));
        assert!(!["helper", "not_one", "commented", "virtual"].iter().any(|n| is_test(source, n)));
    }
}
