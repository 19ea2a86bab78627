//! Is the source still as small, and as safe, as the README says?
//!
//! No file over 410 lines, no more lines in all than there were, and no unsafe code: the lints of every
//! package forbid it, so the compiler finds it. The exception is `runtime/read-buf`, which is small. (The
//! engine's folders have limits of their own: `mod.rs`.) And are the book and the papers beside it still
//! as short?

use std::fs;
use std::path::PathBuf;

use kettle_kit::report::{Outcome, Report, none_of};
use kettle_kit::tally::Tally;
use kettle_kit::tree;

/// The most lines of a file: the last step of the ladder, a whole runtime, has nearly so many.
const FILE: usize = 410;

/// The most lines of Rust in the tree. They may only fall.
const TREE: usize = 175_100;

/// Where no file has more.
const FOLDERS: &[&str] =
    &["runtime", "trace", "src", "xtask", "interop", "benches", "examples/steps"];

/// The one package that may write unsafe code, and the most lines of code in its `src`.
const EXCEPTION: (&str, usize) = ("runtime/read-buf", 150);

/// The papers, those of them that have a limit of their own or none (records), and the most words of
/// the others together, tables and examples included. A sign of a table or of code is no word. (`wc -w`
/// counts them: for it the book has 56,000.) Its prose alone is limited in `book/chapters.rs`. They may
/// only fall.
const PAPERS: [(&str, &[&str], usize); 2] =
    [("docs", &["docs/book", "docs/records"], 31_100), ("docs/book/src", &[], 50_850)];

pub(crate) fn limits(report: &mut Report) {
    report.check("no file over 410 lines", || {
        let mut files = Vec::new();
        for folder in FOLDERS {
            let here = tree::files(&tree::root().join(folder), ".rs");
            if here.is_empty() {
                return Err(format!("{folder} has no Rust file: has it moved?").into());
            }
            files.extend(here);
        }
        none_of_files(files, |text| {
            let lines = text.lines().count();
            (lines > FILE).then(|| format!("{lines} lines, more than {FILE}"))
        })
    });
    report.check(&format!("at most {TREE} lines of Rust"), || {
        let files = tree::files(&tree::root(), ".rs");
        let texts = files.iter().map(fs::read_to_string).collect::<Result<Vec<_>, _>>()?;
        match texts.iter().map(|text| text.lines().count()).sum() {
            0 => Err("there is no Rust: has it moved?".into()),
            lines if lines > TREE => Err(format!("{lines} lines").into()),
            _ => Ok(Tally::success()),
        }
    });
    for (papers, others, most) in PAPERS {
        let folders = [&[papers], others].concat().join(", without ");
        report.check(&format!("at most {most} words in {folders}"), || {
            let mut files = tree::files(&tree::root().join(papers), ".md");
            files.retain(|file| !others.iter().any(|other| tree::shown(file).starts_with(other)));
            let texts = files.iter().map(fs::read_to_string).collect::<Result<Vec<_>, _>>()?;
            let is_word = |token: &&str| token.contains(char::is_alphanumeric);
            let words = |text: &String| text.split_whitespace().filter(is_word).count();
            match texts.iter().map(words).sum() {
                0 => Err(format!("{papers} has no words: has it moved?").into()),
                words if words > most => Err(format!("{words} words").into()),
                _ => Ok(Tally::success()),
            }
        });
    }
    let (exception, most) = EXCEPTION;
    report.check(&format!("every package but {exception} forbids unsafe code"), || {
        let mut manifests = tree::files(&tree::root(), "Cargo.toml");
        manifests.retain(|file| !file.starts_with(tree::root().join(exception)));
        none_of_files(manifests, |text| {
            let words = "neither [lints] workspace = true nor unsafe_code = \"forbid\"";
            (!forbids(text)).then(|| words.to_owned())
        })
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

/// Which files have the fault that is looked for?
fn none_of_files(files: Vec<PathBuf>, fault: impl Fn(&str) -> Option<String>) -> Outcome {
    let mut faults = Vec::new();
    for path in files {
        let found = fault(&fs::read_to_string(&path)?);
        faults.extend(found.map(|words| format!("{}: {words}", tree::shown(&path))));
    }
    none_of(&faults)
}

/// Does a package take the workspace's lints, which forbid it, or forbid it itself?
fn forbids(manifest: &str) -> bool {
    ["[lints]\nworkspace = true", "unsafe_code = \"forbid\""]
        .iter()
        .any(|words| manifest.contains(words))
}
