//! Is the source still as small, and as safe, as the README says?
//!
//! No file over 440 lines, and not one `unsafe` outside comments and strings, which every package's
//! lints forbid besides. The exception is `runtime/read-buf`, which is small. (The engine's folders have
//! limits of their own: part `house`.)

use std::fs;
use std::path::PathBuf;

use kettle_kit::report::{Outcome, Report, none_of};
use kettle_kit::tally::Tally;
use kettle_kit::tree;
use proc_macro2::{TokenStream, TokenTree};

/// The most lines of a file: the timer wheel has them.
const FILE: usize = 440;

/// Where no file has more.
const FOLDERS: &[&str] =
    &["runtime", "trace", "src", "xtask", "tools", "benches", "examples/steps"];

/// The one package that may write unsafe code, and the most lines of code in its `src`.
const EXCEPTION: (&str, usize) = ("runtime/read-buf", 150);

/// In pieces, because this file is searched too.
const UNSAFE: &str = concat!("un", "safe");

pub(crate) fn limits(report: &mut Report) {
    report.check("no file over 440 lines", || {
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
    let (exception, most) = EXCEPTION;
    report.check(&format!("no unsafe code but in {exception}"), || {
        none_of_files(outside(exception, ".rs"), |text| match text.parse() {
            Ok(tokens) => first_unsafe(tokens).map(|line| format!("line {line}: {UNSAFE}")),
            Err(error) => Some(format!("no Rust: {error}")),
        })
    });
    report.check("every other package forbids unsafe code", || {
        none_of_files(outside(exception, "Cargo.toml"), |text| {
            let words = format!("neither [lints] workspace = true nor {UNSAFE}_code = \"forbid\"");
            (!forbids(text)).then_some(words)
        })
    });
    report.check(&format!("at most {most} lines of code in {exception}"), || {
        let files = tree::files(&tree::root().join(exception).join("src"), ".rs");
        let texts = files.iter().map(fs::read_to_string).collect::<Result<Vec<_>, _>>()?;
        let code: usize = texts.iter().map(|text| lines_of_code(text)).sum();
        match code {
            0 => Err(format!("{exception} has no code: has it moved?").into()),
            code if code > most => Err(format!("{code} lines of code").into()),
            _ => Ok(Tally::success()),
        }
    });
}

/// All files but those of one package.
fn outside(package: &str, ending: &str) -> Vec<PathBuf> {
    let mut files = tree::files(&tree::root(), ending);
    files.retain(|file| !file.starts_with(tree::root().join(package)));
    files
}

/// Those that are neither blank nor a comment.
fn lines_of_code(text: &str) -> usize {
    let is_code = |line: &&str| !line.is_empty() && !line.starts_with("//");
    text.lines().map(str::trim).filter(is_code).count()
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

/// The line of the first `unsafe` among the compiler's own tokens: a word in a comment is none, and
/// one in a macro is.
fn first_unsafe(tokens: TokenStream) -> Option<usize> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Group(group) => first_unsafe(group.stream()),
        TokenTree::Ident(word) if word == UNSAFE => Some(word.span().start().line),
        _ => None,
    })
}

/// Does a package take the workspace's lints, which forbid it, or forbid it itself?
fn forbids(manifest: &str) -> bool {
    let lines = || manifest.lines().map(str::trim);
    let lint = format!("{UNSAFE}_code = \"forbid\"");
    let after_head = || lines().skip_while(|line| *line != "[lints]").skip(1);
    lines().any(|line| line == lint)
        || after_head().take_while(|line| !line.starts_with('[')).any(|l| l == "workspace = true")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_in_a_comment_or_a_text_is_none() {
        let first = |source: &str| first_unsafe(source.replace("bad", UNSAFE).parse().unwrap());
        let none = "// bad\n/* /* bad */ */ fn f() { \"bad\"; r#\"bad\"#; 'b'; bad_too(); }\n";
        assert_eq!(first(none), None);
        assert_eq!(first(&format!("{none}m!({{ bad }})")), Some(3));
    }

    #[test]
    fn comments_and_blank_lines_are_no_code() {
        assert_eq!(lines_of_code("//! a\n\n  // b\nfn f() {\n    g(); // c\n}\n"), 3);
    }

    #[test]
    fn a_lint_is_forbidden_here_or_by_the_workspace() {
        let lint = format!("{UNSAFE}_code");
        assert!(forbids("[lints]\nworkspace = true"));
        assert!(forbids(&format!("[lints.rust]\n{lint} = \"forbid\"")));
        assert!(!forbids(&format!("[lints.rust]\n{lint} = \"warn\"\nother = \"forbid\"")));
        assert!(!forbids("[lints]\nworkspace = false"));
        assert!(!forbids("[lints]\n[dependencies.a]\nworkspace = true"));
    }
}
