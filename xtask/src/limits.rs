//! Is the source still as small, and as safe, as the README says?
//!
//! No file over 440 lines, and not one `unsafe` outside comments and strings, which every package's
//! lints forbid besides. (The engine's folders have limits of their own: part `house`.)

use std::fs;
use std::path::PathBuf;

use kettle_kit::report::{Outcome, Report, none_of};
use kettle_kit::tree;
use proc_macro2::{TokenStream, TokenTree};

/// The most lines of a file: the timer wheel has them.
const FILE: usize = 440;

/// Where no file has more.
const FOLDERS: &[&str] =
    &["runtime", "trace", "src", "xtask", "tools", "benches", "examples/steps"];

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
    report.check("no unsafe code", || {
        none_of_files(tree::files(&tree::root(), ".rs"), |text| match text.parse() {
            Ok(tokens) => first_unsafe(tokens).map(|line| format!("line {line}: {UNSAFE}")),
            Err(error) => Some(format!("no Rust: {error}")),
        })
    });
    report.check("every package forbids unsafe code", || {
        none_of_files(tree::files(&tree::root(), "Cargo.toml"), |text| {
            let words = format!("neither [lints] workspace = true nor {UNSAFE}_code = \"forbid\"");
            (!forbids(text)).then_some(words)
        })
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
    fn a_lint_is_forbidden_here_or_by_the_workspace() {
        let lint = format!("{UNSAFE}_code");
        assert!(forbids("[lints]\nworkspace = true"));
        assert!(forbids(&format!("[lints.rust]\n{lint} = \"forbid\"")));
        assert!(!forbids(&format!("[lints.rust]\n{lint} = \"warn\"\nother = \"forbid\"")));
        assert!(!forbids("[lints]\nworkspace = false"));
        assert!(!forbids("[lints]\n[dependencies.a]\nworkspace = true"));
    }
}
