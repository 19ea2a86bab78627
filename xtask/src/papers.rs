//! Do the statements in `docs` and the README agree with the tree?
//!
//! - `docs/contract.md` has a row for each promise, which names one test or more, as ``
//!   `tests/engine/wakes.rs::a_wake_during_a_poll` ``. The file has to have this function, marked
//!   as a test or listed as a check of an exercise. (Checks judge the engine's own file, too.)
//! - `docs/dependencies.md` has a line for each dependency.
//! - Figures in the README are right.
//! - The page of all waits names items of the map. Files, items in them and commands that `docs`
//!   names exist.
//!
//! Elsewhere: the map to tokio (`api`), links and quotations (`book`), length (`house`), the
//! performance page (`bench`).

use kettle_kit::cargo::metadata;
use kettle_kit::report::{Outcome, Report, Trouble, none_of};
use kettle_kit::table::{cells, quoted, rows};
use kettle_kit::tree;
use regex_lite::Regex;
use toml::Table;

use crate::api::map::MAP;
use crate::house::EXCEPTION;

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
    let (manifest, first) = (table("Cargo.toml")?, table("exercises/ladder/rung1/exercise.toml")?);
    let rungs = tree::files(&tree::root().join("examples/rungs"), ".rs");
    let rungs = rungs.iter().filter(|file| tree::from_root(file).contains("/rungs/rung")).count();
    let in_words = |number: String| match number.as_str() {
        "7" => "seven".to_owned(),
        "20" => "twenty".to_owned(),
        _ => number,
    };
    let oldest = manifest["workspace"]["package"]["rust-version"].as_str().unwrap_or_default();
    let phrases = [
        format!("Rust {oldest} or newer"),
        format!("{} small runtimes", in_words(rungs.to_string())),
        format!("{} minutes", in_words(first["minutes"].to_string())),
        format!("at most {} lines", EXCEPTION.1),
    ];
    Ok(phrases.into_iter().filter(|words| !readme.contains(words)).collect())
}

/// Checks that each path in the first cells of the page is in the map, and that the page has an
/// item of each of these modules.
fn waits() -> Outcome {
    const WAITS: &str = "docs/book/src/waits.md";
    const MODULES: [&str; 8] = ["fs", "io", "net", "process", "signal", "sync", "task", "time"];
    let (page, map) = (tree::read(WAITS)?, tree::read(MAP)?);
    let first_cells = |text| rows(text).filter_map(|(_, row)| cells(row).next()).flat_map(quoted);
    let known: Vec<&str> = first_cells(&map).collect();
    let named: Vec<&str> = first_cells(&page).collect();
    let owner = |path: &str| path.rsplit_once("::").map_or("", |(owner, _)| owner).to_owned();
    let is_known = |path: &&&str| known.contains(*path) || known.contains(&&*owner(path));
    let unknown = named.iter().filter(|path| path.contains("::") && !is_known(path));
    let has = |module: &&&str| named.iter().any(|path| path.split("::").next() == Some(*module));
    let missing = MODULES.iter().filter(|module| !has(module));
    let faults = unknown.chain(missing).map(|it| format!("{WAITS} or {MAP} lacks `{it}`"));
    none_of(&faults.collect::<Vec<_>>())
}

/// Paths and commands in `docs` that don't exist. (A line about tokio may name a file of tokio's.)
fn missing_paths() -> Result<Vec<String>, Trouble> {
    const NAMED: &str = r"`((docs|examples|exercises|interop|tests|trace|xtask)(/[\w.-]+)+)`|cargo (run --example|xtask replay|exercise) ([a-z][\w-]+)";
    let (root, named) = (tree::root(), Regex::new(NAMED).expect("a pattern"));
    let exists = |path: &str| root.join(path).exists();
    let commands = tree::read("exercises/checker/src/main.rs")?.to_lowercase();
    let mut faults = Vec::new();
    for file in tree::files(&root.join("docs"), ".md").iter().map(|file| tree::from_root(file)) {
        for (number, line) in (1..).zip(tree::read(&file)?.lines()) {
            let wrong = named.captures_iter(line).filter(|it| {
                let word = it.get(5).map_or("", |word| word.as_str());
                !match (it.get(1), it.get(4).map(|command| command.as_str())) {
                    (Some(path), _) => exists(path.as_str()) || line.contains("tokio"),
                    (_, Some("exercise")) => {
                        let is_in = |folder| exists(&format!("exercises/{folder}{word}"));
                        commands.contains(word) || ["", "hunts/", "ladder/"].into_iter().any(is_in)
                    }
                    _ if word.starts_with("rung") || word == "metronome" => true,
                    _ => exists(&format!("examples/{word}.rs")),
                }
            });
            faults.extend(wrong.map(|it| format!("{file}:{number}: there is no `{}`", &it[0])));
        }
    }
    Ok(faults)
}

/// Items such as `` `time/wheel.rs: insert` `` in `docs` or in the comments of an example whose
/// file has no such item.
fn missing_items() -> Result<Vec<String>, Trouble> {
    let named = Regex::new(r"`([\w./-]+\.rs): (\w+::)*(\w+)").expect("a pattern");
    let (root, sources) = (tree::root(), tree::files(&tree::root(), ".rs"));
    let (mut faults, mut count) = (Vec::new(), 0);
    let papers =
        [tree::files(&root.join("docs"), ".md"), tree::files(&root.join("examples"), ".rs")];
    for file in papers.iter().flatten().map(|file| tree::from_root(file)) {
        for item in named.captures_iter(&tree::read(&file)?) {
            let (path, name) = (&item[1], &item[3]);
            let words = "fn|struct|enum|union|trait|type|const|static|mod|macro_rules!";
            let defines = Regex::new(&format!(r"\b({words}) {name}\b|\n +{name}\b[,( {{:]"));
            let defines = defines.expect("a pattern");
            let named = sources.iter().filter(|source| source.ends_with(path));
            let mut texts = named.map(|source| tree::read(&tree::from_root(source)));
            if !texts.any(|text| text.is_ok_and(|text| defines.is_match(&text))) {
                faults.push(format!("{file}: {path} has no `{name}`"));
            }
            count += 1;
        }
    }
    if count > 0 { Ok(faults) } else { Err("the papers name no item of a file".into()) }
}

/// Each `` `file.rs::path::test` `` in a row, split into file and test.
fn named_tests(row: &str) -> Vec<(String, &str)> {
    let split = |text: &'_ str| text.split_once(".rs::").map(|(file, _)| format!("{file}.rs"));
    let tests = quoted(row).filter_map(|text| Some((split(text)?, text.rsplit("::").next()?)));
    tests.collect()
}

/// Does `source` define a function `name` below an attribute that makes it a test, or list it as a
/// check of an exercise?
fn is_test(source: &str, name: &str) -> bool {
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let check = format!("check!({name} => ");
    if lines.iter().any(|line| line.starts_with(&check)) {
        return true;
    }
    let words = format!("fn {name}(");
    let Some(at) = lines.iter().position(|line| line.contains(&words) && !line.starts_with("//"))
    else {
        return false;
    };
    // An attribute may have several lines.
    let mut above = lines[..at].iter().rev().take_while(|line| !line.is_empty() && **line != "}");
    above.any(|line| line.starts_with("#[test]") || line.contains("::test"))
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
