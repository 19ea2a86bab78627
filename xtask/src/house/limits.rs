//! Is the tree as small, and as safe, as the README says?
//!
//! There is a limit for all code together, for each file, and for the words of the book and of the
//! other papers. (The engine's folders have further limits: `mod.rs`.) No package has unsafe code,
//! because its lints forbid it; the exception is `runtime/read-buf`, which is small.

use std::path::PathBuf;
use std::process::Command;

use kettle_kit::report::{Outcome, Report, none_of};
use kettle_kit::tally::Tally;
use kettle_kit::{files, process, tree};
use toml::{Table, Value};

/// The most lines of code in the tree: every file that git knows and whose name ends in one of
/// [`CODE`], tests and tools included. It is what the tree had when it was last made smaller, plus
/// one percent, and may only fall.
const TREE: usize = 141_290;
const CODE: [&str; 9] = ["rs", "js", "mjs", "css", "html", "jinja", "patch", "sh", "py"];

/// The most lines of a file, and columns of a line. Patches are exempt.
const FILE: usize = 410;
const COLUMNS: usize = 100;

/// The one package that may write unsafe code, and the most lines of code in its `src`.
pub(crate) const EXCEPTION: (&str, usize) = ("runtime/read-buf", 150);

/// The limits for words, tables and examples included. They may only fall. A token without a letter
/// or digit, such as a sign in code, isn't counted. Records have no limit.
const PAPERS: [Papers; 2] = [
    Papers { of: "docs", without: &["docs/book", "docs/records"], with: &READMES, most: 24_500 },
    Papers { of: "docs/book/src", without: &[], with: &[], most: 44_500 },
];
const READMES: [&str; 3] =
    ["exercises/README.md", "examples/chat/README.md", "examples/scraper/README.md"];

/// The code on this page isn't counted, because chapters quote and explain it.
const WITHOUT_CODE: &str = "docs/book/src/seven-rungs.md";

/// The Markdown files of a folder, `without` some folders in it, and `with` some other files.
struct Papers {
    of: &'static str,
    without: &'static [&'static str],
    with: &'static [&'static str],
    /// How many words they may have together.
    most: usize,
}

pub(super) fn limits(report: &mut Report) {
    limit_code(report);
    for papers in &PAPERS {
        let Papers { of, with, most, .. } = papers;
        let beside = if with.is_empty() { "" } else { " and the READMEs that count with them" };
        report.check(&format!("at most {most} words in {of}{beside}"), || {
            within("words", papers.words()?, *most)
        });
    }
    let (exception, most) = EXCEPTION;
    report.check(&format!("every package but {exception} forbids unsafe code"), packages_forbid);
    report.check(&format!("at most {most} lines of code in {exception}"), || {
        let files = tree::files(&tree::root().join(exception).join("src"), ".rs");
        let texts = files.iter().map(|file| files::read(file)).collect::<Result<Vec<_>, _>>()?;
        within("lines of code", texts.iter().map(|text| lines_of_code(text)).sum(), most)
    });
}

/// Passes if there are some of these things, and not too many.
fn within(things: &str, count: usize, most: usize) -> Outcome {
    let words = format!("{count} {things}");
    if (1..=most).contains(&count) { Ok(Tally::success()) } else { Err(words.into()) }
}

fn limit_code(report: &mut Report) {
    let mut code = Vec::new();
    report.check(&format!("at most {TREE} lines of code"), || {
        code = code_files()?;
        within("lines", code.iter().map(|(_, text)| text.lines().count()).sum(), TREE)
    });
    report.check(&format!("no file over {FILE} lines, no line over {COLUMNS} columns"), || {
        let files = code.iter().filter(|(name, _)| ending(name) != "patch");
        none_of(&files.flat_map(|(name, text)| too_long(name, text)).collect::<Vec<_>>())
    });
}

fn packages_forbid() -> Outcome {
    let mut manifests = tree::files(&tree::root(), "Cargo.toml");
    manifests.retain(|file| !file.starts_with(tree::root().join(EXCEPTION.0)));
    let mut faults = Vec::new();
    for manifest in manifests {
        if !forbids_unsafe(&files::read(&manifest)?) {
            let words = "neither [lints] workspace = true nor unsafe_code = \"forbid\"";
            faults.push(format!("{}: {words}", tree::from_root(&manifest)));
        }
    }
    none_of(&faults)
}

impl Papers {
    fn words(&self) -> Result<usize, String> {
        let mut files = tree::files(&tree::root().join(self.of), ".md");
        files.retain(|file| !self.without.iter().any(|out| tree::from_root(file).starts_with(out)));
        files.extend(self.with.iter().map(|name| tree::root().join(name)));
        let text = |file: &PathBuf| {
            let (text, is_cut) = (files::read(file)?, tree::from_root(file) == WITHOUT_CODE);
            Ok(if is_cut { text.split("```").step_by(2).collect() } else { text })
        };
        let texts = files.iter().map(text).collect::<Result<Vec<_>, String>>()?;
        let is_word = |token: &&str| token.contains(char::is_alphanumeric);
        Ok(texts.iter().map(|text| text.split_whitespace().filter(is_word).count()).sum())
    }
}

/// Every file with code that git knows, with its text.
fn code_files() -> Result<Vec<(String, String)>, String> {
    let mut git = Command::new("git");
    git.arg("ls-files").current_dir(tree::root());
    let listed = process::run(&mut git).map_err(|error| error.to_string())?.expect_success()?;
    let is_code = |name: &&str| CODE.contains(&ending(name));
    // A file may have been removed, but git knows it until the commit.
    let exists = |name: &&str| tree::root().join(name).exists();
    let names = listed.stdout.lines().filter(is_code).filter(exists);
    names.map(|name| Ok((name.to_owned(), tree::read(name)?))).collect()
}

fn ending(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, ending)| ending)
}

/// Says that a file is too long, and which of its lines are. A line may be longer if it is in a
/// table in a comment, or if it has a literal or an address, which can't be broken.
fn too_long(name: &str, text: &str) -> Vec<String> {
    let lines = text.lines().count();
    let whole = (lines > FILE).then(|| format!("{name}: {lines} lines"));
    let is_script = ["js", "mjs"].contains(&ending(name));
    let may_be = |line: &str| {
        let is_table =
            line.trim_start().trim_start_matches(['/', '!']).trim_start().starts_with('|');
        let is_text = line.contains('"') || (line.contains('`') && is_script);
        is_table || is_text || line.contains("://") || line.ends_with('\\')
    };
    let long = (1..).zip(text.lines()).filter(|(_, line)| line.chars().count() > COLUMNS);
    let long = long.filter(|(_, line)| !may_be(line));
    let long =
        long.map(|(number, line)| format!("{name}:{number}: {} columns", line.chars().count()));
    whole.into_iter().chain(long).collect()
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
    let mut lints = [manifest.get("lints"), of_workspace].into_iter().flatten().peekable();
    let forbid =
        |lints: &Value| lints.get("rust")?.get("unsafe_code")?.as_str().map(|it| it == "forbid");
    let inherits = |lints: &Value| lints.get("workspace")?.as_bool();
    lints.peek().is_some() && lints.all(|it| forbid(it).or(inherits(it)) == Some(true))
}
