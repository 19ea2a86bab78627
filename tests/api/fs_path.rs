//! `fs`: how long does a path live that was given away?

use std::path::{Path, PathBuf};

use kettle::fs::{self, File, OpenOptions};

use crate::help::Folder;

/// A file that its path's owner deletes, as a temporary file's does.
struct Temporary(PathBuf);

impl AsRef<Path> for Temporary {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).unwrap();
    }
}

#[kettle::test]
async fn a_path_lives_as_long_as_the_operation_on_it() {
    let folder = Folder::new();
    let tea = || {
        std::fs::write(folder.at("tea"), "green").unwrap();
        Temporary(folder.at("tea"))
    };
    assert_eq!(fs::read(tea()).await.unwrap(), b"green");
    assert_eq!(fs::copy(tea(), folder.at("copy")).await.unwrap(), 5);
    OpenOptions::new().read(true).open(tea()).await.unwrap();
    File::open(tea()).await.unwrap();
    assert!(!folder.at("tea").exists(), "the operation is over");
}
