//! Is the source still as small, and as safe, as the README says?
//!
//! No file over 400 lines; the engine (`runtime/src`) 8,450 lines at most, its heart 900 (why these:
//! `docs/decisions/0004-the-size-of-the-engine.md`); and not one `unsafe` outside
//! comments and strings, which every package's lints forbid besides.

use std::fs;
use std::path::Path;

use crate::manifest;
use crate::rust;
use kettle_kit::report::{Outcome, Report, none_of};
use kettle_kit::tree;

/// The most lines of a file.
const FILE: usize = 400;
/// The most lines of the engine, comments included, files of tests not.
const ENGINE: usize = 8_450;
/// The files (or directories of that name) that together are the engine's heart…
const HEART: &[&str] = &["context", "task", "waker", "letterbox", "executor"];
/// …and their most lines.
const HEART_LINES: usize = 900;

/// In pieces, because this file is searched too.
const UNSAFE: &str = concat!("un", "safe");

pub(crate) fn limits(report: &mut Report) {
    report.check("no file over 400 lines", files);
    // Once the engine has its table of floors, the part `house` counts it.
    if !kettle_house::declared() {
        report.check("the engine within 8,450 lines, its heart within 900", engine);
    }
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

fn engine() -> Outcome {
    let lengths = lengths(&tree::root().join("runtime/src"))?;
    let counted = lengths.iter().filter(|(name, _)| !name.ends_with("_tests.rs"));
    let all: usize = counted.map(|(_, lines)| lines).sum();
    let heart: Vec<&(String, usize)> = lengths.iter().filter(|(name, _)| in_heart(name)).collect();
    let heart_lines: usize = heart.iter().map(|(_, lines)| lines).sum();
    let mut faults = Vec::new();
    if all > ENGINE {
        faults.push(format!("runtime/src has {all} lines, more than {ENGINE}"));
    }
    if heart_lines > HEART_LINES {
        faults
            .push(format!("the heart has {heart_lines} lines, more than {HEART_LINES}: {heart:?}"));
    }
    for part in HEART {
        if !heart.iter().any(|(name, _)| belongs(name, part)) {
            faults.push(format!("runtime/src has no {part}.rs"));
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

fn in_heart(name: &str) -> bool {
    HEART.iter().any(|part| belongs(name, part))
}

/// Is `name` the file or in the directory that `part` names?
fn belongs(name: &str, part: &str) -> bool {
    let rest = name.strip_prefix("runtime/src/").and_then(|rest| rest.strip_prefix(part));
    rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heart_is_files_or_directories() {
        assert!(in_heart("runtime/src/task.rs"));
        assert!(in_heart("runtime/src/task/slot.rs"));
        assert!(!in_heart("runtime/src/task_local.rs"));
        assert!(!in_heart("src/task.rs"));
    }

    #[test]
    fn our_own_files_are_measured() {
        let lengths = lengths(&tree::root().join("xtask/src")).unwrap();
        assert!(lengths.iter().any(|(name, lines)| name == "xtask/src/limits.rs" && *lines > 100));
        assert!(lengths.iter().all(|(_, lines)| *lines <= FILE), "{lengths:?}");
    }
}
