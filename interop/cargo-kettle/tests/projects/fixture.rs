//! A project of somebody else's, in a folder of its own, and the command called in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// What a test of the command needs: a folder of files, and what they were.
pub(crate) struct Fixture {
    folder: TempDir,
    before: BTreeMap<PathBuf, Vec<u8>>,
}

impl Fixture {
    /// Of these files. Cargo takes only packages that are here already: kettle's tests have them.
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

    /// `cargo kettle` in this folder of it. Afterwards every file is as it was.
    pub(crate) fn kettle(&self, folder: &str, words: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-kettle"));
        command.arg("kettle").args(words).current_dir(self.path().join(folder));
        command.env_remove("RUSTFLAGS").env_remove("KETTLE_TRACE").env("CI", "1");
        // Left from a search of our own caller's.
        command.env("KETTLE_SEEDS", "3").env("KETTLE_REPORT", "no/such/folder");
        let output = command.output().unwrap();
        self.is_as_it_was();
        output
    }

    /// What the command says when it can't.
    pub(crate) fn refused(&self, words: &[&str]) -> String {
        let output = self.kettle("", words);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{said}");
        said
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
