//! How is a file opened?
//!
//! [`OpenOptions`] collects the settings, and opens the file by `std` on the blocking pool.

use std::io;
use std::path::Path;

use super::file::File;
use super::off_thread::with_path;
use crate::origin::located;

/// Opens files with settings of your own. [`std::fs::OpenOptions`] explains each setting in detail.
///
/// ```
/// use kettle::fs::{self, OpenOptions};
/// use kettle::io::AsyncWriteExt;
///
/// # #[kettle::main] async fn main() -> std::io::Result<()> {
/// let path = std::env::temp_dir().join(format!("kettle-list-{}", std::process::id()));
/// fs::write(&path, "milk\n").await?;
/// let mut list = OpenOptions::new().append(true).open(&path).await?;
/// list.write_all(b"tea\n").await?;
/// list.flush().await?;
/// assert_eq!(fs::read_to_string(&path).await?, "milk\ntea\n");
/// fs::remove_file(path).await
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct OpenOptions(std::fs::OpenOptions);

impl OpenOptions {
    /// Starts with all settings off. At least one must be on to open a file.
    pub fn new() -> OpenOptions {
        OpenOptions(std::fs::OpenOptions::new())
    }

    /// Sets whether the file can be read.
    pub fn read(&mut self, read: bool) -> &mut OpenOptions {
        self.0.read(read);
        self
    }

    /// Sets whether the file can be written.
    pub fn write(&mut self, write: bool) -> &mut OpenOptions {
        self.0.write(write);
        self
    }

    /// Sets whether every write goes to the end of the file.
    pub fn append(&mut self, append: bool) -> &mut OpenOptions {
        self.0.append(append);
        self
    }

    /// Sets whether opening the file empties it.
    pub fn truncate(&mut self, truncate: bool) -> &mut OpenOptions {
        self.0.truncate(truncate);
        self
    }

    /// Sets whether the file is created if it doesn't exist.
    pub fn create(&mut self, create: bool) -> &mut OpenOptions {
        self.0.create(create);
        self
    }

    /// Sets whether the file must be new: if it exists, opening it fails.
    pub fn create_new(&mut self, create_new: bool) -> &mut OpenOptions {
        self.0.create_new(create_new);
        self
    }

    /// Sets the permissions of a new file, less the process's mask.
    #[cfg(unix)]
    pub fn mode(&mut self, mode: u32) -> &mut OpenOptions {
        std::os::unix::fs::OpenOptionsExt::mode(&mut self.0, mode);
        self
    }

    /// Sets further flags for the system's `open`.
    #[cfg(unix)]
    pub fn custom_flags(&mut self, flags: i32) -> &mut OpenOptions {
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut self.0, flags);
        self
    }

    /// Opens the file.
    #[track_caller]
    pub fn open(&self, path: impl AsRef<Path>) -> impl Future<Output = io::Result<File>> {
        let options = self.0.clone();
        let file = with_path(path, move |path| options.open(path));
        async { Ok(File::from_std(file.await?)) }
    }
}

/// The usual ways to open a file.
impl File {
    /// Opens a file for reading.
    #[track_caller]
    pub fn open(path: impl AsRef<Path>) -> impl Future<Output = io::Result<File>> {
        located(async { File::options().read(true).open(path).await })
    }

    /// Opens a file for writing, and empties it if it exists.
    #[track_caller]
    pub fn create(path: impl AsRef<Path>) -> impl Future<Output = io::Result<File>> {
        located(async { File::options().write(true).create(true).truncate(true).open(path).await })
    }

    /// Opens a new file for reading and writing. It is an error if the file exists.
    #[track_caller]
    pub fn create_new<P: AsRef<Path>>(path: P) -> impl Future<Output = io::Result<File>> {
        located(async { File::options().read(true).write(true).create_new(true).open(path).await })
    }

    /// Returns settings to open a file with.
    #[must_use]
    pub fn options() -> OpenOptions {
        OpenOptions::new()
    }
}

impl Default for OpenOptions {
    fn default() -> OpenOptions {
        OpenOptions::new()
    }
}

impl From<std::fs::OpenOptions> for OpenOptions {
    fn from(options: std::fs::OpenOptions) -> OpenOptions {
        OpenOptions(options)
    }
}
