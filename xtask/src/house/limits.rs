//! Is the tree as small, and as safe, as the README says?
//!
//! There is a limit for all code together, for each file, and for the words of the book and of the
//! other papers. (The engine's folders have further limits: `mod.rs`.) No package has unsafe code,
//! because its lints forbid it; the exception is `runtime/read-buf`, which is small.

use std::process::Command;

use kettle_kit::report::{Outcome, Report, none_of, passes_if};
use kettle_kit::{files, process, tree};
use toml::{Table, Value};

/// The most lines of code in the tree: every file that git knows and whose name ends in one of
/// [`CODE`], tests and tools included. It is what the tree had when it was last made smaller, plus
/// one percent, and may only fall.
const MAX_TREE_LINES: usize = 141_290;
const CODE: [&str; 9] = ["rs", "js", "mjs", "css", "html", "jinja", "patch", "sh", "py"];

/// Limits for each file of code. Patches are exempt.
const MAX_FILE_LINES: usize = 410;
const MAX_COLUMNS: usize = 100;

/// The one package that may write unsafe code, and the most lines of code in its `src`.
pub(crate) const UNSAFE_PACKAGE: &str = "runtime/read-buf";
pub(crate) const MAX_UNSAFE_LINES: usize = 150;

/// The Markdown files of a folder, which may have this many words together.
struct WordLimit {
    folder: &'static str,
    /// Folders in it that don't count.
    without: &'static [&'static str],
    /// Files outside that count, too.
    with: &'static [&'static str],
    max_words: usize,
}

/// The limits for words, tables and examples included. They may only fall. A token without a letter
/// or digit, such as a sign in code, isn't counted. Records have no limit.
const WORD_LIMITS: [WordLimit; 2] = [
    WordLimit {
        folder: "docs",
        without: &["docs/book", "docs/records"],
        with: &["exercises/README.md", "examples/chat/README.md", "examples/scraper/README.md"],
        max_words: 24_500,
    },
    WordLimit { folder: "docs/book/src", without: &[], with: &[], max_words: 44_500 },
];

/// The code on this page isn't counted, because chapters quote and explain it.
const WITHOUT_CODE: &str = "docs/book/src/seven-rungs.md";

pub(super) fn limits(report: &mut Report) {
    limit_code(report);
    for limit in &WORD_LIMITS {
        let WordLimit { folder, with, max_words, .. } = limit;
        let beside = if with.is_empty() { "" } else { " and the READMEs that count with them" };
        report.check(&format!("at most {max_words} words in {folder}{beside}"), || {
            within("words", limit.count_words()?, *max_words)
        });
    }
    report.check(&format!("every package but {UNSAFE_PACKAGE} forbids unsafe code"), all_forbid);
    let name = format!("at most {MAX_UNSAFE_LINES} lines of code in {UNSAFE_PACKAGE}");
    report.check(&name, || {
        let mut lines = 0;
        for file in tree::files(&tree::root().join(UNSAFE_PACKAGE).join("src"), ".rs") {
            lines += lines_of_code(&files::read(&file)?);
        }
        within("lines of code", lines, MAX_UNSAFE_LINES)
    });
}

/// Passes if there are some of these things, and not too many.
fn within(things: &str, count: usize, max: usize) -> Outcome {
    passes_if((1..=max).contains(&count), format!("{count} {things}"))
}

fn limit_code(report: &mut Report) {
    let mut code = Vec::new();
    report.check(&format!("at most {MAX_TREE_LINES} lines of code"), || {
        code = code_files()?;
        let lines = code.iter().map(|file| file.text.lines().count()).sum();
        within("lines", lines, MAX_TREE_LINES)
    });
    let name = format!("no file over {MAX_FILE_LINES} lines, no line over {MAX_COLUMNS} columns");
    report.check(&name, || {
        let files = code.iter().filter(|file| ending(&file.name) != "patch");
        none_of(&files.flat_map(too_long).collect::<Vec<_>>())
    });
}

/// Checks that every package but one forbids unsafe code.
fn all_forbid() -> Outcome {
    let mut manifests = tree::files(&tree::root(), "Cargo.toml");
    manifests.retain(|file| !file.starts_with(tree::root().join(UNSAFE_PACKAGE)));
    let mut faults = Vec::new();
    for manifest in manifests {
        if !forbids_unsafe(&files::read(&manifest)?) {
            let words = "neither [lints] workspace = true nor unsafe_code = \"forbid\"";
            faults.push(format!("{}: {words}", tree::from_root(&manifest)));
        }
    }
    none_of(&faults)
}

impl WordLimit {
    fn count_words(&self) -> Result<usize, String> {
        let mut files = tree::files(&tree::root().join(self.folder), ".md");
        files.retain(|file| !self.without.iter().any(|out| tree::from_root(file).starts_with(out)));
        files.extend(self.with.iter().map(|name| tree::root().join(name)));
        let is_word = |token: &&str| token.contains(char::is_alphanumeric);
        let mut words = 0;
        for file in files {
            let mut text = files::read(&file)?;
            if tree::from_root(&file) == WITHOUT_CODE {
                // Every second part is between two fences.
                text = text.split("```").step_by(2).collect();
            }
            words += text.split_whitespace().filter(is_word).count();
        }
        Ok(words)
    }
}

struct CodeFile {
    /// Its path from the root.
    name: String,
    text: String,
}

/// Every file with code that git knows.
fn code_files() -> Result<Vec<CodeFile>, String> {
    let mut git = Command::new("git");
    git.arg("ls-files").current_dir(tree::root());
    let listed = process::run(&mut git).map_err(|error| error.to_string())?.expect_success()?;
    let is_code = |name: &&str| CODE.contains(&ending(name));
    // A file may have been removed, but git knows it until the commit.
    let exists = |name: &&str| tree::root().join(name).exists();
    let names = listed.stdout.lines().filter(is_code).filter(exists);
    names.map(|name| Ok(CodeFile { name: name.to_owned(), text: tree::read(name)? })).collect()
}

fn ending(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, ending)| ending)
}

/// Says that a file is too long, and which of its lines are.
fn too_long(CodeFile { name, text }: &CodeFile) -> Vec<String> {
    let mut faults = Vec::new();
    let lines = text.lines().count();
    if lines > MAX_FILE_LINES {
        faults.push(format!("{name}: {lines} lines"));
    }
    let is_script = ["js", "mjs"].contains(&ending(name));
    for (number, line) in (1..).zip(text.lines()) {
        let columns = line.chars().count();
        if columns > MAX_COLUMNS && !may_be_long(line, is_script) {
            faults.push(format!("{name}:{number}: {columns} columns"));
        }
    }
    faults
}

/// A line may be longer if it is in a table in a comment, or if it has a literal or an address,
/// which can't be broken.
fn may_be_long(line: &str, is_script: bool) -> bool {
    let comment = line.trim_start().trim_start_matches(['/', '!']).trim_start();
    let has_literal = line.contains('"') || (line.contains('`') && is_script);
    comment.starts_with('|') || has_literal || line.contains("://") || line.ends_with('\\')
}

/// How many lines are neither blank nor a comment?
fn lines_of_code(text: &str) -> usize {
    let is_code = |line: &&str| !line.is_empty() && !line.starts_with("//");
    text.lines().map(str::trim).filter(is_code).count()
}

/// Does a package forbid unsafe code, by its own lints or by the workspace's? (A manifest may be a
/// workspace's without being a package's.)
fn forbids_unsafe(manifest: &str) -> bool {
    let manifest: Table = manifest.parse().unwrap_or_default();
    let of_workspace = manifest.get("workspace").and_then(|it| it.get("lints"));
    let lints: Vec<&Value> = manifest.get("lints").into_iter().chain(of_workspace).collect();
    let forbids = |it: &Value| Some(it.get("rust")?.get("unsafe_code")?.as_str()? == "forbid");
    let inherits = |it: &Value| it.get("workspace")?.as_bool();
    let is_safe = |it: &&Value| forbids(it) == Some(true) || inherits(it) == Some(true);
    !lints.is_empty() && lints.iter().all(is_safe)
}
