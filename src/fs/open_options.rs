//! How is a file opened?

use std::io;
use std::path::Path;

use super::file::File;
use super::off_thread::off_thread;
use crate::origin::located;

/// Opens files, with settings. They are those of [`std::fs::OpenOptions`], which has their details.
///
/// ```
/// use kettle::fs::{self, OpenOptions};
/// use kettle::io::AsyncWriteExt;
///
/// # #[kettle::main]
/// # async fn main() -> std::io::Result<()> {
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
    /// No setting: such a file can't be opened yet.
    pub fn new() -> OpenOptions {
        OpenOptions(std::fs::OpenOptions::new())
    }

    /// May it be read?
    pub fn read(&mut self, read: bool) -> &mut OpenOptions {
        self.0.read(read);
        self
    }

    /// May it be written?
    pub fn write(&mut self, write: bool) -> &mut OpenOptions {
        self.0.write(write);
        self
    }

    /// Is every write put at its end?
    pub fn append(&mut self, append: bool) -> &mut OpenOptions {
        self.0.append(append);
        self
    }

    /// Is it emptied when it is opened?
    pub fn truncate(&mut self, truncate: bool) -> &mut OpenOptions {
        self.0.truncate(truncate);
        self
    }

    /// Is it made if there is none?
    pub fn create(&mut self, create: bool) -> &mut OpenOptions {
        self.0.create(create);
        self
    }

    /// Is it made, and an error if there is one?
    pub fn create_new(&mut self, create_new: bool) -> &mut OpenOptions {
        self.0.create_new(create_new);
        self
    }

    /// The permissions of a file that is made, before the process's mask takes some away.
    #[cfg(unix)]
    pub fn mode(&mut self, mode: u32) -> &mut OpenOptions {
        std::os::unix::fs::OpenOptionsExt::mode(&mut self.0, mode);
        self
    }

    /// Further flags for the system's `open`.
    #[cfg(unix)]
    pub fn custom_flags(&mut self, flags: i32) -> &mut OpenOptions {
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut self.0, flags);
        self
    }

    /// Opens the file.
    ///
    /// # Errors
    ///
    /// Those of [`std::fs::OpenOptions::open`].
    #[track_caller]
    pub fn open(&self, path: impl AsRef<Path>) -> impl Future<Output = io::Result<File>> {
        let (path, options) = (path.as_ref().to_owned(), self.0.clone());
        located(async { Ok(File::from_std(off_thread(move || options.open(path)).await?)) })
    }
}

/// The usual ways to open a file.
impl File {
    /// Opens a file for reading.
    #[track_caller]
    pub fn open(path: impl AsRef<Path>) -> impl Future<Output = io::Result<File>> {
        located(async { File::options().read(true).open(path).await })
    }

    /// Opens a file for writing: an empty one, in place of one that is there.
    #[track_caller]
    pub fn create(path: impl AsRef<Path>) -> impl Future<Output = io::Result<File>> {
        located(async { File::options().write(true).create(true).truncate(true).open(path).await })
    }

    /// Opens a new file for reading and writing. One that is there is an error.
    #[track_caller]
    pub fn create_new<P: AsRef<Path>>(path: P) -> impl Future<Output = io::Result<File>> {
        located(async { File::options().read(true).write(true).create_new(true).open(path).await })
    }

    /// The settings to open a file with.
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
