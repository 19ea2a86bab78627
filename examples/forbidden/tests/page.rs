//! Is what the page says about the compiler true?
//!
//! `README.md` has a section for each case: the program that must not compile, what rustc says, the
//! cure, what the cure prints. Here both programs are built, and what they give is compared. No
//! error may be missing on the page, and none be on it that does not come.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use kettle_kit::{cargo, files, process, tree};

/// A section of the page: its case's name, and its four blocks.
struct Section {
    name: String,
    program: String,
    errors: String,
    cure: String,
    output: String,
}

#[test]
fn each_program_is_refused_and_cured_as_the_page_says() {
    let page = page();
    assert_eq!(page.len(), 12, "sections of the page");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("forbidden");
    let said = built(&folder, &page);
    for Section { name, errors, output, .. } in &page {
        let said = errors_in(&said, &format!("--> cases/{name}.rs"));
        assert_eq!(headlines(errors), headlines(&said), "{name}: all that rustc says:\n{said}");
        quotes(&said, errors, name);
        let cure = target().join("debug").join(cure_of(name));
        let cured = process::run(&mut Command::new(cure)).unwrap().expect_success().unwrap();
        assert_eq!(&cured.stdout, output, "what the cure of {name} prints");
    }
}

fn page() -> Vec<Section> {
    let text = tree::read("examples/forbidden/README.md").unwrap();
    let sections = text.split("\n## ").skip(1);
    sections.map(section).collect()
}

fn section(text: &str) -> Section {
    let blocks: Vec<_> = text.split("\n```").skip(1).step_by(2).collect();
    let kinds: Vec<_> = blocks.iter().map(|block| block.lines().next().unwrap()).collect();
    assert_eq!(kinds, ["rust,ignore", "text", "rust", "text"], "the blocks of a section: {text}");
    let blocks = blocks.iter().map(|block| format!("{}\n", block.split_once('\n').unwrap().1));
    let [program, errors, cure, output] = blocks.collect::<Vec<_>>().try_into().unwrap();
    let (_, place) = errors.split_once("--> cases/").expect("a place in rustc's words");
    let name = place.split_once(".rs").unwrap().0.to_owned();
    Section { name, program, errors, cure, output }
}

fn cure_of(name: &str) -> String {
    format!("cure_{name}")
}

/// Where the exercises are built: with the same settings, so kettle is built once for both.
fn target() -> PathBuf {
    tree::root().join("target/exercises/target")
}

/// What Cargo says when it builds all programs of the page, as those of a package of their own.
fn built(folder: &Path, page: &[Section]) -> String {
    let root = tree::root();
    let mut manifest = format!(
        "[package]\nname = 'cases'\nversion = '0.0.0'\nedition = '2024'\n[workspace]\n\
         [profile.dev.package.'*']\ndebug = false\n[dependencies]\nkettle = {{ path = '{}' }}\n",
        root.display()
    );
    for Section { name, program, cure, .. } in page {
        for (name, text) in [(name, program), (&cure_of(name), cure)] {
            files::put(&folder.join(format!("cases/{name}.rs")), text).unwrap();
            write!(manifest, "[[bin]]\nname = '{name}'\npath = 'cases/{name}.rs'\n").unwrap();
        }
    }
    files::put(&folder.join("Cargo.toml"), manifest).unwrap();
    // The same versions as ours, so that nothing has to be fetched.
    files::copy(&root.join("Cargo.lock"), &folder.join("Cargo.lock")).unwrap();
    let mut command = cargo::command(&["build", "--offline", "--keep-going", "--target-dir"]);
    command.arg(target()).current_dir(folder).env_remove("RUSTFLAGS");
    process::run(&mut command).unwrap().transcript
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
