//! How is a folder made?
//!
//! [`DirBuilder`] collects the settings, and makes the folder by `std` on the blocking pool.

use std::io;
use std::path::Path;

use super::off_thread::with_path;

/// Creates folders with settings of your own.
///
/// ```
/// use kettle::fs::{self, DirBuilder};
///
/// # #[kettle::main] async fn main() -> std::io::Result<()> {
/// let shelf = std::env::temp_dir().join(format!("kettle-shelf-{}", std::process::id()));
/// DirBuilder::new().recursive(true).create(shelf.join("green/tea")).await?;
/// assert!(fs::metadata(shelf.join("green")).await?.is_dir());
/// fs::remove_dir_all(shelf).await
/// # }
/// ```
#[derive(Debug, Default)]
pub struct DirBuilder {
    recursive: bool,
    #[cfg(unix)]
    mode: Option<u32>,
}

impl DirBuilder {
    /// Starts with the settings of [`create_dir`](super::create_dir).
    pub fn new() -> DirBuilder {
        DirBuilder::default()
    }

    /// Sets whether to create missing parents and to accept an existing folder. The default is no.
    pub fn recursive(&mut self, recursive: bool) -> &mut DirBuilder {
        self.recursive = recursive;
        self
    }

    /// Sets the folder's permissions, less the process's mask. The default is `0o777`.
    #[cfg(unix)]
    pub fn mode(&mut self, mode: u32) -> &mut DirBuilder {
        self.mode = Some(mode);
        self
    }

    /// Creates the folder.
    #[track_caller]
    pub fn create(&self, path: impl AsRef<Path>) -> impl Future<Output = io::Result<()>> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(self.recursive);
        #[cfg(unix)]
        if let Some(mode) = self.mode {
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, mode);
        }
        with_path(path, move |path| builder.create(path))
    }
}
