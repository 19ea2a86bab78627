//! What can a program do with a path without opening a file?
//!
//! Each function here runs its namesake in `std::fs` on the pool, with the same errors.

use std::fs::{Metadata, Permissions};
use std::io;
use std::path::{Path, PathBuf};

use super::off_thread::{with_path, with_paths};

/// Returns the absolute path, with links and dots resolved.
#[track_caller]
pub fn canonicalize(path: impl AsRef<Path>) -> impl Future<Output = io::Result<PathBuf>> {
    with_path(path, std::fs::canonicalize)
}

/// Copies a file's contents and permissions to another file, and returns the number of bytes.
#[track_caller]
pub fn copy(from: impl AsRef<Path>, to: impl AsRef<Path>) -> impl Future<Output = io::Result<u64>> {
    with_paths(from, to, std::fs::copy)
}

/// Creates a folder. Its parent must exist.
#[track_caller]
pub fn create_dir(path: impl AsRef<Path>) -> impl Future<Output = io::Result<()>> {
    with_path(path, std::fs::create_dir)
}

/// Creates a folder and its missing parents. It isn't an error if the folder exists.
#[track_caller]
pub fn create_dir_all(path: impl AsRef<Path>) -> impl Future<Output = io::Result<()>> {
    with_path(path, std::fs::create_dir_all)
}

/// Gives a file a second name.
#[track_caller]
pub fn hard_link(
    original: impl AsRef<Path>,
    link: impl AsRef<Path>,
) -> impl Future<Output = io::Result<()>> {
    with_paths(original, link, std::fs::hard_link)
}

/// Returns the metadata of a file or folder. Follows links.
#[track_caller]
pub fn metadata(path: impl AsRef<Path>) -> impl Future<Output = io::Result<Metadata>> {
    with_path(path, std::fs::metadata)
}

/// Reads a whole file.
#[track_caller]
pub fn read(path: impl AsRef<Path>) -> impl Future<Output = io::Result<Vec<u8>>> {
    with_path(path, std::fs::read)
}

/// Returns the path that a link points to.
#[track_caller]
pub fn read_link(path: impl AsRef<Path>) -> impl Future<Output = io::Result<PathBuf>> {
    with_path(path, std::fs::read_link)
}

/// Reads a whole file, which must be UTF-8.
#[track_caller]
pub fn read_to_string(path: impl AsRef<Path>) -> impl Future<Output = io::Result<String>> {
    with_path(path, std::fs::read_to_string)
}

/// Removes a folder, which must be empty.
#[track_caller]
pub fn remove_dir(path: impl AsRef<Path>) -> impl Future<Output = io::Result<()>> {
    with_path(path, std::fs::remove_dir)
}

/// Removes a folder and everything in it. Links are removed, not followed.
#[track_caller]
pub fn remove_dir_all(path: impl AsRef<Path>) -> impl Future<Output = io::Result<()>> {
    with_path(path, std::fs::remove_dir_all)
}

/// Removes a file.
#[track_caller]
pub fn remove_file(path: impl AsRef<Path>) -> impl Future<Output = io::Result<()>> {
    with_path(path, std::fs::remove_file)
}

/// Renames a file or folder, within one file system, and replaces any that has the new name.
#[track_caller]
pub fn rename(
    from: impl AsRef<Path>,
    to: impl AsRef<Path>,
) -> impl Future<Output = io::Result<()>> {
    with_paths(from, to, std::fs::rename)
}

/// Changes the permissions of a file or folder.
#[track_caller]
pub fn set_permissions(
    path: impl AsRef<Path>,
    perm: Permissions,
) -> impl Future<Output = io::Result<()>> {
    with_path(path, move |path| std::fs::set_permissions(path, perm))
}

/// Makes a link at `link` that points to `original`.
#[cfg(unix)]
#[track_caller]
pub fn symlink(
    original: impl AsRef<Path>,
    link: impl AsRef<Path>,
) -> impl Future<Output = io::Result<()>> {
    with_paths(original, link, std::os::unix::fs::symlink)
}

/// Makes a link at `link` that points to the folder `original`.
#[cfg(windows)]
#[track_caller]
pub fn symlink_dir(
    original: impl AsRef<Path>,
    link: impl AsRef<Path>,
) -> impl Future<Output = io::Result<()>> {
    with_paths(original, link, std::os::windows::fs::symlink_dir)
}

/// Makes a link at `link` that points to the file `original`.
#[cfg(windows)]
#[track_caller]
pub fn symlink_file(
    original: impl AsRef<Path>,
    link: impl AsRef<Path>,
) -> impl Future<Output = io::Result<()>> {
    with_paths(original, link, std::os::windows::fs::symlink_file)
}

/// Returns the metadata of a file, folder or link. Doesn't follow links.
#[track_caller]
pub fn symlink_metadata(path: impl AsRef<Path>) -> impl Future<Output = io::Result<Metadata>> {
    with_path(path, std::fs::symlink_metadata)
}

/// Returns whether the path exists, or an error if the program has no permission to find out.
#[track_caller]
pub fn try_exists(path: impl AsRef<Path>) -> impl Future<Output = io::Result<bool>> {
    with_path(path, std::fs::exists)
}

/// Writes a file with these contents, which are copied first, and replaces any existing file.
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
    let contents = contents.as_ref().to_owned();
    with_path(path, move |path| std::fs::write(path, contents))
}
