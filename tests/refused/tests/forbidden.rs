//! Is what the page says about the compiler true?
//!
//! `README.md` has a section for each case: the program that must not compile, what rustc says, the
//! cure, what the cure prints. All four are compared with what is so. No error may be missing on the
//! page, and none be on it that does not come.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use kettle_kit::refused;

const HERE: &str = env!("CARGO_MANIFEST_DIR");

/// The programs built of `cures/`.
const CURES: [(&str, &str); 8] = [
    ("borrowed_local", env!("CARGO_BIN_EXE_borrowed_local")),
    ("guard_across_await", env!("CARGO_BIN_EXE_guard_across_await")),
    ("guard_dropped", env!("CARGO_BIN_EXE_guard_dropped")),
    ("joined_borrows", env!("CARGO_BIN_EXE_joined_borrows")),
    ("missing_move", env!("CARGO_BIN_EXE_missing_move")),
    ("moved_away", env!("CARGO_BIN_EXE_moved_away")),
    ("rc_in_spawn", env!("CARGO_BIN_EXE_rc_in_spawn")),
    ("two_borrows", env!("CARGO_BIN_EXE_two_borrows")),
];

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

#[test]
fn each_cure_prints_what_the_page_says() {
    let page = page();
    let cures = CURES.map(|(name, _)| name.to_owned());
    assert_eq!(page.keys().cloned().collect::<Vec<_>>(), cures, "the sections, and the cures");
    assert_eq!(names("cures"), cures, "the files in `cures/`, and the cures");
    for (name, program) in CURES {
        assert_eq!(page[name].cure, source("cures", name), "cures/{name}.rs on the page");
        let output = Command::new(program).output().unwrap();
        assert!(output.status.success(), "{name}: {output:?}");
        assert_eq!(String::from_utf8(output.stdout).unwrap(), page[name].output, "{name} prints");
    }
}

/// The sections with blocks in them, by the name of their case.
fn page() -> BTreeMap<String, Section> {
    let text = fs::read_to_string(Path::new(HERE).join("README.md")).unwrap();
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
    let files = fs::read_dir(Path::new(HERE).join(directory)).unwrap();
    let stem = |file: PathBuf| file.file_stem().unwrap().to_str().unwrap().to_owned();
    let mut names: Vec<_> = files.map(|file| stem(file.unwrap().path())).collect();
    names.sort();
    names
}

fn source(directory: &str, name: &str) -> String {
    fs::read_to_string(Path::new(HERE).join(directory).join(name).with_extension("rs")).unwrap()
}

/// What rustc says about each case.
fn said(cases: &[String]) -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("forbidden-cases");
    let files: Vec<PathBuf> =
        cases.iter().map(|name| format!("{HERE}/cases/{name}.rs").into()).collect();
    let text = refused::said(&folder, &files, &[]).expect("Cargo's words");
    let text = text.replace(&format!("{HERE}/"), "");
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
