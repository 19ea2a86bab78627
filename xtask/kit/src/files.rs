//! How is a file written so that Cargo builds only what has changed?
//!
//! Cargo compares the times of files. If a file is written again with the same text, Cargo builds
//! its package again. So [`put`], [`copy`] and [`copy_all`] leave such a file alone. An error names
//! the file.

use std::fs;
use std::io;
use std::path::Path;

use crate::tree::{self, from_root};

/// Writes `bytes`, unless the file has them already. Makes the folder, too.
pub fn put(path: &Path, bytes: impl AsRef<[u8]>) -> Result<(), String> {
    let bytes = bytes.as_ref();
    if fs::read(path).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    let failed = |error: io::Error| format!("cannot write {}: {error}", from_root(path));
    fs::create_dir_all(path.parent().unwrap_or(path)).map_err(failed)?;
    fs::write(path, bytes).map_err(failed)
}

/// Copies a file, unless `to` has the same bytes already.
pub fn copy(from: &Path, to: &Path) -> Result<(), String> {
    put(to, &fs::read(from).map_err(|error| format!("{}: {error}", from_root(from)))?)
}

/// Copies every file of a folder, unless the copy has the same bytes already. Files that are only
/// in the copy stay.
pub fn copy_all(from: &Path, to: &Path) -> Result<(), String> {
    for file in tree::files(from, "") {
        copy(&file, &to.join(file.strip_prefix(from).unwrap_or(&file)))?;
    }
    Ok(())
}

/// The text of a file that has to exist.
pub fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", from_root(path)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::SystemTime;

    #[test]
    fn what_is_the_same_is_not_written_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b.rs");
        put(&path, b"one").unwrap();
        fs::File::options()
            .write(true)
            .open(&path)
            .and_then(|file| file.set_modified(SystemTime::UNIX_EPOCH))
            .unwrap();
        let time = || fs::metadata(&path).and_then(|file| file.modified()).unwrap();
        put(&path, b"one").unwrap();
        assert_eq!(time(), SystemTime::UNIX_EPOCH);
        put(&path, b"two").unwrap();
        assert_eq!(read(&path).as_deref(), Ok("two"));
        assert_ne!(time(), SystemTime::UNIX_EPOCH);
        assert!(read(folder.path()).unwrap_err().starts_with(&from_root(folder.path())));
    }
}
