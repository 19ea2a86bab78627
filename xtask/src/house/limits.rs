//! Is the tree still as small, and as safe, as the README says?
//!
//! All code together has a limit, and so has each file. No package has unsafe code: its lints
//! forbid that, so the compiler finds it. The exception is `runtime/read-buf`, which is small. (The
//! engine's folders have limits of their own: `mod.rs`.) And are the book and the papers beside it
//! still as short?

use std::fs;
use std::process::Command;

use kettle_kit::process;
use kettle_kit::report::{Report, none_of};
use kettle_kit::tally::Tally;
use kettle_kit::tree;
use toml::{Table, Value};

/// The most lines of code in the tree: every file that git knows and whose name ends in one of
/// [`CODE`], tests and tools included. What enters takes something out: it may only fall.
const TREE: usize = 144_798;
const CODE: [&str; 9] = ["rs", "js", "mjs", "css", "html", "jinja", "patch", "sh", "py"];

/// The most lines of a file, and columns of a line. Of a patch neither is asked.
const FILE: usize = 410;
const COLUMNS: usize = 100;

/// The one package that may write unsafe code, and the most lines of code in its `src`.
pub(crate) const EXCEPTION: (&str, usize) = ("runtime/read-buf", 150);

/// Papers, which of them have a limit of their own or none (records), which others are counted with
/// them, and the most words of all, tables and examples included. A sign of a table or of code is
/// no word. They may only fall.
const PAPERS: [Papers; 2] = [
    Papers { of: "docs", without: &["docs/book", "docs/records"], with: &READMES, most: 24_500 },
    Papers { of: "docs/book/src", without: &[], with: &[], most: 44_500 },
];
const READMES: [&str; 3] =
    ["exercises/README.md", "examples/chat/README.md", "examples/scraper/README.md"];

/// The chapters explain the code of this page, so that isn't counted again.
const TO_BE_READ: &str = "docs/book/src/seven-rungs.md";

struct Papers {
    of: &'static str,
    without: &'static [&'static str],
    with: &'static [&'static str],
    most: usize,
}

pub(super) fn limits(report: &mut Report) {
    let mut code = Vec::new();
    report.check(&format!("at most {TREE} lines of code"), || {
        code = code_files()?;
        match code.iter().map(|(_, text)| text.lines().count()).sum() {
            0 => Err("git knows no code here".into()),
            lines if lines > TREE => Err(format!("{lines} lines").into()),
            _ => Ok(Tally::success()),
        }
    });
    report.check(&format!("no file over {FILE} lines, no line over {COLUMNS} columns"), || {
        let files = code.iter().filter(|(name, _)| ending(name) != "patch");
        none_of(&files.flat_map(|(name, text)| too_long(name, text)).collect::<Vec<_>>())
    });
    for papers in &PAPERS {
        let Papers { of, with, most, .. } = papers;
        let beside = if with.is_empty() { "" } else { " and the READMEs that count with them" };
        report.check(&format!("at most {most} words in {of}{beside}"), || {
            match papers.words()? {
                0 => Err(format!("{of} has no words: has it moved?").into()),
                words if words > *most => Err(format!("{words} words").into()),
                _ => Ok(Tally::success()),
            }
        });
    }
    let (exception, most) = EXCEPTION;
    report.check(&format!("every package but {exception} forbids unsafe code"), || {
        let mut manifests = tree::files(&tree::root(), "Cargo.toml");
        manifests.retain(|file| !file.starts_with(tree::root().join(exception)));
        let words = "neither [lints] workspace = true nor unsafe_code = \"forbid\"";
        let mut faults = Vec::new();
        for manifest in manifests {
            if !forbids(&fs::read_to_string(&manifest)?) {
                faults.push(format!("{}: {words}", tree::shown(&manifest)));
            }
        }
        none_of(&faults)
    });
    report.check(&format!("at most {most} lines of code in {exception}"), || {
        let files = tree::files(&tree::root().join(exception).join("src"), ".rs");
        let texts = files.iter().map(fs::read_to_string).collect::<Result<Vec<_>, _>>()?;
        let code: usize = texts.iter().map(|text| tree::lines_of_code(text)).sum();
        match code {
            0 => Err(format!("{exception} has no code: has it moved?").into()),
            code if code > most => Err(format!("{code} lines of code").into()),
            _ => Ok(Tally::success()),
        }
    });
}

impl Papers {
    fn words(&self) -> Result<usize, std::io::Error> {
        let mut files = tree::files(&tree::root().join(self.of), ".md");
        files.retain(|file| !self.without.iter().any(|out| tree::shown(file).starts_with(out)));
        files.extend(self.with.iter().map(|name| tree::root().join(name)));
        let text = |file: &std::path::PathBuf| {
            let (text, is_read) = (fs::read_to_string(file)?, tree::shown(file) == TO_BE_READ);
            Ok(if is_read { text.split("```").step_by(2).collect() } else { text })
        };
        let texts = files.iter().map(text).collect::<Result<Vec<_>, std::io::Error>>()?;
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
    // One that is about to be committed as removed is not there.
    let there =
        listed.stdout.lines().filter(is_code).filter(|name| tree::root().join(name).exists());
    there.map(|name| Ok((name.to_owned(), tree::read(name)?))).collect()
}

fn ending(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, ending)| ending)
}

/// What is too long in a file. A line may be if it is of a comment's table, or has a literal or an
/// address, which nothing breaks.
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

/// Does a package take the workspace's lints, which forbid it, or forbid it itself? (The root of a
/// workspace may be no package.)
fn forbids(manifest: &str) -> bool {
    let manifest: Table = manifest.parse().unwrap_or_default();
    let of_workspace = manifest.get("workspace").and_then(|it| it.get("lints"));
    let mut lints = [manifest.get("lints"), of_workspace].into_iter().flatten().peekable();
    let forbid =
        |lints: &Value| lints.get("rust")?.get("unsafe_code")?.as_str().map(|it| it == "forbid");
    let inherits = |lints: &Value| lints.get("workspace")?.as_bool();
    lints.peek().is_some() && lints.all(|it| forbid(it).or(inherits(it)) == Some(true))
}
