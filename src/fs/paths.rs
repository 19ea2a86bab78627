//! What can be done with a path, before there is a file?
//!
//! Each function here runs the `std::fs` function of the same name on the blocking pool. It does
//! the same, and returns the same errors.

use std::fs::{Metadata, Permissions};
use std::io;
use std::path::{Path, PathBuf};

use super::off_thread::off_thread;
use crate::origin::located;

/// The absolute path, without links and dots.
#[track_caller]
pub fn canonicalize(path: impl AsRef<Path>) -> impl Future<Output = io::Result<PathBuf>> {
    let path = path.as_ref().to_owned();
    located(async { off_thread(move || std::fs::canonicalize(path)).await })
}

/// Copies what is in a file, and its permissions, to another. Returns how many bytes that were.
#[track_caller]
pub fn copy(from: impl AsRef<Path>, to: impl AsRef<Path>) -> impl Future<Output = io::Result<u64>> {
    let (from, to) = (from.as_ref().to_owned(), to.as_ref().to_owned());
    located(async { off_thread(move || std::fs::copy(from, to)).await })
}

/// Makes a folder. Its parent must be there.
#[track_caller]
pub fn create_dir(path: impl AsRef<Path>) -> impl Future<Output = io::Result<()>> {
    let path = path.as_ref().to_owned();
    located(async { off_thread(move || std::fs::create_dir(path)).await })
}

/// Makes a folder and the parents that it lacks. One that is there already is no error.
#[track_caller]
pub fn create_dir_all(path: impl AsRef<Path>) -> impl Future<Output = io::Result<()>> {
    let path = path.as_ref().to_owned();
    located(async { off_thread(move || std::fs::create_dir_all(path)).await })
}

/// Gives a file a second name.
#[track_caller]
pub fn hard_link(
    original: impl AsRef<Path>,
    link: impl AsRef<Path>,
) -> impl Future<Output = io::Result<()>> {
    let (original, link) = (original.as_ref().to_owned(), link.as_ref().to_owned());
    located(async { off_thread(move || std::fs::hard_link(original, link)).await })
}

/// What the system knows about a file or a folder. A link is followed.
#[track_caller]
pub fn metadata(path: impl AsRef<Path>) -> impl Future<Output = io::Result<Metadata>> {
    let path = path.as_ref().to_owned();
    located(async { off_thread(move || std::fs::metadata(path)).await })
}

/// The whole file.
#[track_caller]
pub fn read(path: impl AsRef<Path>) -> impl Future<Output = io::Result<Vec<u8>>> {
    let path = path.as_ref().to_owned();
    located(async { off_thread(move || std::fs::read(path)).await })
}

/// Where a link leads.
#[track_caller]
pub fn read_link(path: impl AsRef<Path>) -> impl Future<Output = io::Result<PathBuf>> {
    let path = path.as_ref().to_owned();
    located(async { off_thread(move || std::fs::read_link(path)).await })
}

/// The whole file, which must be UTF-8.
#[track_caller]
pub fn read_to_string(path: impl AsRef<Path>) -> impl Future<Output = io::Result<String>> {
    let path = path.as_ref().to_owned();
    located(async { off_thread(move || std::fs::read_to_string(path)).await })
}

/// Removes a folder, which must be empty.
#[track_caller]
pub fn remove_dir(path: impl AsRef<Path>) -> impl Future<Output = io::Result<()>> {
    let path = path.as_ref().to_owned();
    located(async { off_thread(move || std::fs::remove_dir(path)).await })
}

/// Removes a folder and all that is in it. Links in it are removed, not followed.
#[track_caller]
pub fn remove_dir_all(path: impl AsRef<Path>) -> impl Future<Output = io::Result<()>> {
    let path = path.as_ref().to_owned();
    located(async { off_thread(move || std::fs::remove_dir_all(path)).await })
}

/// Removes a file.
#[track_caller]
pub fn remove_file(path: impl AsRef<Path>) -> impl Future<Output = io::Result<()>> {
    let path = path.as_ref().to_owned();
    located(async { off_thread(move || std::fs::remove_file(path)).await })
}

/// Gives a file or a folder another name, in place of what has that name already.
/// Both names must be on one file system.
#[track_caller]
pub fn rename(
    from: impl AsRef<Path>,
    to: impl AsRef<Path>,
) -> impl Future<Output = io::Result<()>> {
    let (from, to) = (from.as_ref().to_owned(), to.as_ref().to_owned());
    located(async { off_thread(move || std::fs::rename(from, to)).await })
}

/// Changes who may use a file or a folder.
#[track_caller]
pub fn set_permissions(
    path: impl AsRef<Path>,
    perm: Permissions,
) -> impl Future<Output = io::Result<()>> {
    let path = path.as_ref().to_owned();
    located(async { off_thread(move || std::fs::set_permissions(path, perm)).await })
}

/// Makes a link at `link` that leads to `original`.
#[cfg(unix)]
#[track_caller]
pub fn symlink(
    original: impl AsRef<Path>,
    link: impl AsRef<Path>,
) -> impl Future<Output = io::Result<()>> {
    let (original, link) = (original.as_ref().to_owned(), link.as_ref().to_owned());
    located(async { off_thread(move || std::os::unix::fs::symlink(original, link)).await })
}

/// Makes a link at `link` that leads to the folder `original`.
#[cfg(windows)]
#[track_caller]
pub fn symlink_dir(
    original: impl AsRef<Path>,
    link: impl AsRef<Path>,
) -> impl Future<Output = io::Result<()>> {
    let (original, link) = (original.as_ref().to_owned(), link.as_ref().to_owned());
    located(async { off_thread(move || std::os::windows::fs::symlink_dir(original, link)).await })
}

/// Makes a link at `link` that leads to the file `original`.
#[cfg(windows)]
#[track_caller]
pub fn symlink_file(
    original: impl AsRef<Path>,
    link: impl AsRef<Path>,
) -> impl Future<Output = io::Result<()>> {
    let (original, link) = (original.as_ref().to_owned(), link.as_ref().to_owned());
    located(async { off_thread(move || std::os::windows::fs::symlink_file(original, link)).await })
}

/// What the system knows about a file, a folder or a link. A link is not followed.
#[track_caller]
pub fn symlink_metadata(path: impl AsRef<Path>) -> impl Future<Output = io::Result<Metadata>> {
    let path = path.as_ref().to_owned();
    located(async { off_thread(move || std::fs::symlink_metadata(path)).await })
}

/// Is there anything at this path? An error if that can't be told, for lack of permission.
#[track_caller]
pub fn try_exists(path: impl AsRef<Path>) -> impl Future<Output = io::Result<bool>> {
    let path = path.as_ref().to_owned();
    located(async { off_thread(move || std::fs::exists(path)).await })
}

/// Makes a file with these contents, in place of one that is there. They are copied first.
///
/// ```
/// use kettle::fs;
///
/// # #[kettle::main]
/// # async fn main() -> std::io::Result<()> {
/// let path = std::env::temp_dir().join(format!("kettle-tea-{}", std::process::id()));
/// fs::write(&path, "green").await?;
/// assert_eq!(fs::read(&path).await?, b"green");
/// assert_eq!(fs::metadata(&path).await?.len(), 5);
/// fs::remove_file(&path).await?;
/// assert!(!fs::try_exists(&path).await?);
/// # Ok(())
/// # }
/// ```
#[track_caller]
pub fn write(
    path: impl AsRef<Path>,
    contents: impl AsRef<[u8]>,
) -> impl Future<Output = io::Result<()>> {
    let path = path.as_ref().to_owned();
    let contents = contents.as_ref().to_owned();
    located(async { off_thread(move || std::fs::write(path, contents)).await })
}
