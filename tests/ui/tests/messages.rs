//! Compiles every program in `cases/` and compares the errors with those that it expects.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// An error: the case, the line, the message. Sorted and compared.
type Messages = BTreeSet<(String, usize, String)>;

#[test]
fn every_mistake_gets_its_message_and_no_other() {
    let cases = cases();
    assert!(cases.len() > 20, "only {} cases found", cases.len());
    let expected: Messages = cases.iter().flat_map(|case| expected(case)).collect();
    let got = got(&check(&cases));

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

/// Checks all cases in one call of cargo, as binaries of a package made for them.
fn check(cases: &[PathBuf]) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ui-cases");
    fs::create_dir_all(&package).unwrap();
    let mut manifest = format!(
        "[package]\nname = 'ui-cases'\nversion = '0.0.0'\nedition = '2024'\n[workspace]\n\
         [dependencies]\nkettle = {{ path = '{}' }}\n",
        root.display()
    );
    for case in cases {
        write!(manifest, "[[bin]]\nname = '{}'\npath = '{}'\n", name(case), case.display())
            .unwrap();
    }
    fs::write(package.join("Cargo.toml"), manifest).unwrap();
    // The same versions as ours, so that nothing has to be fetched.
    fs::copy(root.join("Cargo.lock"), package.join("Cargo.lock")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["check", "--offline", "--keep-going", "--message-format", "short", "--target-dir"])
        .arg(package.join("target"))
        .current_dir(&package)
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("could not compile `ui-cases`"),
        "cargo did not get to the cases:\n{said}"
    );
    said
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
