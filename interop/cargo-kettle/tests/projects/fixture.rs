//! A project of somebody else's, in a folder of its own, and the command called in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A folder of files, and what was in them before the command ran.
pub(crate) struct Fixture {
    folder: TempDir,
    before: BTreeMap<PathBuf, Vec<u8>>,
}

/// How a command ended, and what it printed.
pub(crate) struct Ran {
    pub(crate) has_passed: bool,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Fixture {
    /// A folder with these files. Cargo takes only packages that were fetched for kettle's tests.
    pub(crate) fn of(files: &[(&str, &str)]) -> Fixture {
        let folder = tempfile::tempdir().unwrap();
        let mut fixture = Fixture { folder, before: BTreeMap::new() };
        fixture.add(".cargo/config.toml", "[net]\noffline = true\n");
        for (name, text) in files {
            fixture.add(name, text);
        }
        fixture
    }

    /// A package with one program, which has these dependencies and this `main`.
    pub(crate) fn package(dependencies: &str, main: &str) -> Fixture {
        Fixture::of(&[("Cargo.toml", &manifest("pot", dependencies)), ("src/main.rs", main)])
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Adds a file, or writes it anew.
    pub(crate) fn add(&mut self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self.before = all(self.path());
    }

    /// Runs `cargo kettle` in this folder of it. Afterwards every file is as it was.
    pub(crate) fn kettle(&self, folder: &str, args: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-kettle"));
        command.arg("kettle").args(args).current_dir(self.path().join(folder));
        command.env_remove("RUSTFLAGS").env_remove("KETTLE_TRACE").env("CI", "1");
        // Left from a search of our own caller's.
        command.env("KETTLE_SEEDS", "3").env("KETTLE_REPORT", "no/such/folder");
        let Output { status, stdout, stderr } = command.output().unwrap();
        self.is_as_it_was();
        let [stdout, stderr] = [stdout, stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        Ran { has_passed: status.success(), stdout, stderr }
    }

    /// The error of a command that fails.
    pub(crate) fn refused(&self, args: &[&str]) -> String {
        let Ran { has_passed, stdout, stderr } = self.kettle("", args);
        assert!(!has_passed, "{stdout}{stderr}");
        stderr
    }

    pub(crate) fn is_as_it_was(&self) {
        let after = all(self.path());
        let names = |all: &BTreeMap<PathBuf, Vec<u8>>| all.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&after), names(&self.before));
        assert!(after == self.before, "a file has changed");
    }
}

/// The manifest of a package.
pub(crate) fn manifest(name: &str, dependencies: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\
         [dependencies]\n{dependencies}\n"
    )
}

/// Each file below a folder, and what is in it; and each folder.
fn all(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path()) {
        if entry.is_dir() {
            found.append(&mut all(&entry));
            found.insert(entry, Vec::new());
        } else {
            found.insert(entry.clone(), fs::read(&entry).unwrap());
        }
    }
    found
}
