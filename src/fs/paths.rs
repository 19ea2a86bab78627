//! What can a program do with a path without opening a file?
//!
//! Each function here runs its namesake in `std::fs` on the pool, with the same errors.

use std::fs::{Metadata, Permissions};
use std::io;
use std::path::{Path, PathBuf};

use super::off_thread::{with_path, with_paths};

/// `name(its paths) -> output = std's function;`
macro_rules! namesakes {
    ($($(#[$about:meta])* $name:ident($($path:ident),+) -> $output:ty = $std:path;)*) => { $(
        $(#[$about])*
        #[track_caller]
        pub fn $name($($path: impl AsRef<Path>),+) -> impl Future<Output = io::Result<$output>> {
            namesakes!(@ $($path),+; $std)
        }
    )* };
    (@ $path:ident; $std:path) => { with_path($path, $std) };
    (@ $from:ident, $to:ident; $std:path) => { with_paths($from, $to, $std) };
}

namesakes! {
    /// Returns the absolute path, with links and dots resolved.
    canonicalize(path) -> PathBuf = std::fs::canonicalize;

    /// Copies a file's contents and permissions to another file, and returns the number of bytes.
    copy(from, to) -> u64 = std::fs::copy;

    /// Creates a folder. Its parent must exist.
    create_dir(path) -> () = std::fs::create_dir;

    /// Creates a folder and its missing parents. It isn't an error if the folder exists.
    create_dir_all(path) -> () = std::fs::create_dir_all;

    /// Gives a file a second name.
    hard_link(original, link) -> () = std::fs::hard_link;

    /// Returns the metadata of a file or folder. Follows links.
    metadata(path) -> Metadata = std::fs::metadata;

    /// Reads a whole file.
    read(path) -> Vec<u8> = std::fs::read;

    /// Returns the path that a link points to.
    read_link(path) -> PathBuf = std::fs::read_link;

    /// Reads a whole file, which must be UTF-8.
    read_to_string(path) -> String = std::fs::read_to_string;

    /// Removes a folder, which must be empty.
    remove_dir(path) -> () = std::fs::remove_dir;

    /// Removes a folder and everything in it. Links are removed, not followed.
    remove_dir_all(path) -> () = std::fs::remove_dir_all;

    /// Removes a file.
    remove_file(path) -> () = std::fs::remove_file;

    /// Renames a file or folder, within one file system, and replaces any that has the new name.
    rename(from, to) -> () = std::fs::rename;

    /// Makes a link at `link` that points to `original`.
    #[cfg(unix)]
    symlink(original, link) -> () = std::os::unix::fs::symlink;

    /// Makes a link at `link` that points to the folder `original`.
    #[cfg(windows)]
    symlink_dir(original, link) -> () = std::os::windows::fs::symlink_dir;

    /// Makes a link at `link` that points to the file `original`.
    #[cfg(windows)]
    symlink_file(original, link) -> () = std::os::windows::fs::symlink_file;

    /// Returns the metadata of a file, folder or link. Doesn't follow links.
    symlink_metadata(path) -> Metadata = std::fs::symlink_metadata;

    /// Returns whether the path exists, or an error if the program has no permission to find out.
    try_exists(path) -> bool = std::fs::exists;
}

/// Changes the permissions of a file or folder.
#[track_caller]
pub fn set_permissions(
    path: impl AsRef<Path>,
    perm: Permissions,
) -> impl Future<Output = io::Result<()>> {
    with_path(path, move |path| std::fs::set_permissions(path, perm))
}

/// Writes a file with these contents, which are copied first, and replaces any existing file.
///
/// ```
/// use kettle::fs;
///
/// # #[kettle::main] async fn main() -> std::io::Result<()> {
/// let path = std::env::temp_dir().join(format!("kettle-tea-{}", std::process::id()));
/// fs::write(&path, "green").await?;
/// assert_eq!(fs::read(&path).await?, b"green");
/// assert_eq!(fs::metadata(&path).await?.len(), 5);
/// fs::remove_file(&path).await?;
/// assert!(!fs::try_exists(&path).await?);
/// # Ok(()) }
/// ```
#[track_caller]
pub fn write(
    path: impl AsRef<Path>,
    contents: impl AsRef<[u8]>,
) -> impl Future<Output = io::Result<()>> {
    let contents = contents.as_ref().to_owned();
    with_path(path, move |path| std::fs::write(path, contents))
}
