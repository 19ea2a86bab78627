//! Is what `examples/forbidden` says about the compiler true?
//!
//! Its `README.md` has a section for each case: the program that must not compile, what rustc says, the
//! cure, what the cure prints. All four are compared with what is so. No error may be missing on the
//! page, and none be on it that does not come.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use kettle_kit::tree;

const HERE: &str = "examples/forbidden";

/// A section of the page: its four blocks.
struct Section {
    program: String,
    errors: String,
    cure: String,
    output: String,
}

#[test]
fn each_program_is_refused_as_the_page_says() {
    let (page, cases) = (page(), names("cases"));
    assert_eq!(page.keys().cloned().collect::<Vec<_>>(), cases, "the sections, and `cases/`");
    let said = said(&cases);
    for (name, section) in &page {
        assert_eq!(section.program, source("cases", name), "cases/{name}.rs on the page");
        let said = &said[name];
        assert_eq!(
            headlines(&section.errors),
            headlines(said),
            "{name}: all that rustc says:\n{said}"
        );
        quotes(said, &section.errors, name);
    }
}

/// That the cure prints this, `cargo xtask test examples` checks.
#[test]
fn each_cure_and_its_output_are_on_the_page() {
    let (page, cures) = (page(), names("cures"));
    assert_eq!(page.keys().cloned().collect::<Vec<_>>(), cures, "the sections, and `cures/`");
    for (name, section) in page {
        assert_eq!(section.cure, source("cures", &name), "cures/{name}.rs on the page");
        let output = tree::read(&format!("examples/expected/forbidden_{name}.txt"));
        assert_eq!(output.as_ref(), Ok(&section.output), "what {name} prints");
    }
}

/// The sections with blocks in them, by the name of their case.
fn page() -> BTreeMap<String, Section> {
    let text = tree::read(&format!("{HERE}/README.md")).unwrap();
    let sections = text.split("\n## ").skip(1).filter(|section| section.contains("\n```"));
    sections.map(section).collect()
}

fn section(text: &str) -> (String, Section) {
    let blocks: Vec<_> = text.split("\n```").skip(1).step_by(2).collect();
    let kinds: Vec<_> = blocks.iter().map(|block| block.lines().next().unwrap()).collect();
    assert_eq!(kinds, ["rust,ignore", "text", "rust", "text"], "the blocks of a section: {text}");
    let block = |at: usize| format!("{}\n", blocks[at].split_once('\n').unwrap().1);
    let section = Section { program: block(0), errors: block(1), cure: block(2), output: block(3) };
    let (_, place) = section.errors.split_once("--> cases/").expect("a place in rustc's words");
    (place.split_once(".rs").unwrap().0.to_owned(), section)
}

fn names(directory: &str) -> Vec<String> {
    let files = fs::read_dir(tree::root().join(HERE).join(directory)).unwrap();
    let stem = |file: PathBuf| file.file_stem().unwrap().to_str().unwrap().to_owned();
    let mut names: Vec<_> = files.map(|file| stem(file.unwrap().path())).collect();
    names.sort();
    names
}

fn source(directory: &str, name: &str) -> String {
    tree::read(&format!("{HERE}/{directory}/{name}.rs")).unwrap()
}

/// What rustc says about each case.
fn said(cases: &[String]) -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("forbidden-cases");
    let here = tree::root().join(HERE);
    let files: Vec<PathBuf> =
        cases.iter().map(|name| here.join(format!("cases/{name}.rs"))).collect();
    let text = kettle_refused::said(&folder, &files, &[]).expect("Cargo's words");
    let text = text.replace(&format!("{}/", here.display()), "");
    let about = |name: &String| (name.clone(), errors_in(&text, &format!("--> cases/{name}.rs")));
    cases.iter().map(about).collect()
}

/// The errors with this place: from the line above it to the next empty one.
fn errors_in(text: &str, place: &str) -> String {
    let mut errors = String::new();
    for paragraph in text.split("\n\n") {
        let lines: Vec<_> = paragraph.lines().collect();
        let is_begin = |pair: &[&str]| pair[0].starts_with("error") && pair[1].contains(place);
        if let Some(begin) = lines.windows(2).position(is_begin) {
            lines[begin..].iter().for_each(|line| writeln!(errors, "{line}").unwrap());
        }
    }
    errors
}

/// The error's first line and its place, for each error.
fn headlines(text: &str) -> Vec<String> {
    let mut lines = text.lines();
    let mut headlines = Vec::new();
    while let Some(line) = lines.next() {
        if line.starts_with("error") {
            headlines.push(format!("{line} {}", lines.next().unwrap_or_default().trim_start()));
        }
    }
    headlines
}

/// Is each line of `quoted` in `said`, behind the one before it? `…` stands for lines left out.
fn quotes(said: &str, quoted: &str, name: &str) {
    let mut said_lines = said.lines();
    let mut gap = false;
    for line in quoted.lines() {
        if line == "…" {
            gap = true;
            continue;
        }
        let found = if gap {
            said_lines.any(|other| other == line)
        } else {
            said_lines.next() == Some(line)
        };
        assert!(found, "{name}: rustc doesn't say {line:?} there. It says:\n{said}");
        gap = false;
    }
}
