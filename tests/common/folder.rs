//! A folder of a test's own.

#![allow(dead_code, unreachable_pub)] // each test file uses its part

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// An empty folder, which is removed with all that is in it when this is dropped.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Folder {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let (package, process) = (env!("CARGO_PKG_NAME"), std::process::id());
        let path = std::env::temp_dir().join(format!("tests-{package}-{process}-{number}"));
        let _ = fs::remove_dir_all(&path); // left by a killed run that had the same process number
        fs::create_dir_all(&path).expect("a folder");
        Folder(path)
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// A file with this in it.
    pub fn file(&self, name: &str, contents: &str) -> PathBuf {
        let path = self.at(name);
        fs::write(&path, contents).expect("a file");
        path
    }

    pub fn text(&self, name: &str) -> String {
        fs::read_to_string(self.at(name)).expect("the file is there")
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
