//! Does the compiler say the right thing when one of kettle's macros is used wrongly?
//!
//! Every program in `cases/` is compiled, and the errors are compared with those that it expects.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// An error: the case, the line, the message. Sorted and compared.
type Messages = BTreeSet<(String, usize, String)>;

#[test]
fn every_mistake_gets_its_message_and_no_other() {
    let cases = cases();
    assert!(cases.len() > 20, "only {} cases found", cases.len());
    let expected: Messages = cases.iter().flat_map(|case| expected(case)).collect();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ui-cases");
    let said = kettle_refused::said(&folder, &cases, &["--message-format", "short"]);
    let got = got(&said.expect("Cargo's words"));

    // What was said may go on: an expected message is its beginning.
    let fits = |e: &(String, usize, String), g: &(String, usize, String)| {
        e.0 == g.0 && e.1 == g.1 && g.2.starts_with(&e.2)
    };
    let mut report = String::new();
    for e in expected.iter().filter(|e| !got.iter().any(|g| fits(e, g))) {
        writeln!(report, "missing: {}.rs:{}: {}", e.0, e.1, e.2).unwrap();
    }
    for g in got.iter().filter(|g| !expected.iter().any(|e| fits(e, g))) {
        writeln!(report, "not expected: {}.rs:{}: {}", g.0, g.1, g.2).unwrap();
    }
    assert!(report.is_empty(), "\n{report}");
}

fn cases() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let files = fs::read_dir(directory).unwrap();
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

fn name(case: &Path) -> String {
    case.file_stem().unwrap().to_str().unwrap().to_owned()
}

/// The `//~ ERROR` comments of a case. `//~^` speaks of the line above.
fn expected(case: &Path) -> Messages {
    let text = fs::read_to_string(case).unwrap();
    let comment = |(index, line): (usize, &str)| {
        let (_, comment) = line.split_once("//~")?;
        let (above, message) = comment.split_once("ERROR ").expect("`ERROR` after `//~`");
        Some((name(case), index + 1 - above.matches('^').count(), message.trim().to_owned()))
    };
    text.lines().enumerate().filter_map(comment).collect()
}

/// The errors in cargo's short format, `path/to/case.rs:LINE:COLUMN: error[CODE]: message`.
fn got(said: &str) -> Messages {
    let error = |line: &str| {
        let (place, message) = line.split_once(": error")?;
        let (_, message) = message.split_once(": ")?;
        let mut place = place.rsplitn(3, ':');
        let (_column, line, file) = (place.next()?, place.next()?, place.next()?);
        Some((name(Path::new(file)), line.parse().ok()?, message.to_owned()))
    };
    said.lines().filter_map(error).collect()
}
