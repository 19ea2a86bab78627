//! Is the source still as small, and as safe, as the README says?
//!
//! No file over 440 lines, and not one `unsafe` outside comments and strings, which every package's
//! lints forbid besides. (The engine's folders have limits of their own: part `house`.)

use std::fs;
use std::path::Path;

use crate::manifest;
use crate::rust;
use kettle_kit::report::{Outcome, Report, none_of};
use kettle_kit::tree;

/// The most lines of a file: the timer wheel has them.
const FILE: usize = 440;

/// In pieces, because this file is searched too.
const UNSAFE: &str = concat!("un", "safe");

pub(crate) fn limits(report: &mut Report) {
    report.check("no file over 440 lines", files);
    report.check("no unsafe code", no_unsafe);
    report.check("every package forbids unsafe code", forbidden);
}

fn files() -> Outcome {
    let root = tree::root();
    let mut faults = Vec::new();
    for directory in ["runtime", "src", "xtask", "tools", "benches", "examples/steps"] {
        for (name, lines) in lengths(&root.join(directory))? {
            if lines > FILE {
                faults.push(format!("{name}: {lines} lines, more than {FILE}"));
            }
        }
    }
    none_of(&faults)
}

fn no_unsafe() -> Outcome {
    let mut faults = Vec::new();
    for path in tree::files(&tree::root(), ".rs") {
        let source = fs::read_to_string(&path)?;
        match rust::lines_with_word(&source, UNSAFE) {
            Ok(lines) => faults.extend(
                lines.iter().map(|line| format!("{}:{line}: {UNSAFE}", tree::shown(&path))),
            ),
            Err(words) => faults.push(format!("{}: {words}", tree::shown(&path))),
        }
    }
    none_of(&faults)
}

/// Each package takes the workspace's lints, and those forbid it; or it forbids it itself.
fn forbidden() -> Outcome {
    let lint = concat!("un", "safe_code");
    let mut faults = Vec::new();
    for path in tree::files(&tree::root(), "Cargo.toml") {
        let shown = tree::shown(&path);
        let forbids = manifest::forbids(&fs::read_to_string(&path)?, lint);
        if !forbids.map_err(|words| format!("{shown}: {words}"))? {
            faults.push(format!("{shown}: neither [lints] workspace = true nor forbid {lint}"));
        }
    }
    none_of(&faults)
}

/// Each Rust file under `directory`, from the root, and how many lines it has.
fn lengths(directory: &Path) -> Result<Vec<(String, usize)>, String> {
    let files = tree::files(directory, ".rs");
    if files.is_empty() {
        return Err(format!("{}: no Rust file", tree::shown(directory)));
    }
    let count = |path: &std::path::PathBuf| {
        let name = tree::shown(path);
        let text = fs::read_to_string(path).map_err(|error| format!("{name}: {error}"))?;
        Ok((name, text.lines().count()))
    };
    files.iter().map(count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_files_are_measured() {
        let lengths = lengths(&tree::root().join("xtask/src")).unwrap();
        assert!(lengths.iter().any(|(name, lines)| name == "xtask/src/limits.rs" && *lines > 50));
        assert!(lengths.iter().all(|(_, lines)| *lines <= FILE), "{lengths:?}");
    }
}
