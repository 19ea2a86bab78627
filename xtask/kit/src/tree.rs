//! Where are the project's files?
//!
//! - [`root`], [`target`], [`profile_dir`], [`example`]: the project's root, the directory that
//!   Cargo builds into, and in it that of this program's profile and the program of an example.
//! - [`files`] lists the files below a directory, and [`read`] reads one. What Cargo or npm wrote
//!   isn't listed, nor are hidden files and what a learner has written (`learn/`).
//! - [`from_root`], [`with_slashes`], [`without_dots`] rewrite a path.

use std::fs;
use std::io;
use std::path::{Component, MAIN_SEPARATOR, Path, PathBuf};

/// The root of the project: where `Cargo.lock` is.
pub fn root() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    let root = package.ancestors().find(|above| above.join("Cargo.lock").exists());
    root.map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// The directory of the profile with which this program was built, such as `target/debug`.
pub fn profile_dir() -> io::Result<PathBuf> {
    let program = std::env::current_exe()?;
    let directory =
        program.parent().ok_or_else(|| io::Error::other("this program has no folder"))?;
    // A test program is in `deps`, one level deeper.
    let is_test = directory.ends_with("deps");
    Ok(if is_test { directory.join("..") } else { directory.to_path_buf() })
}

/// The target directory itself.
pub fn target() -> io::Result<PathBuf> {
    Ok(profile_dir()?.join(".."))
}

/// The program of an example, once it is built.
pub fn example(name: &str) -> io::Result<PathBuf> {
    Ok(profile_dir()?.join("examples").join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}

/// All files below `directory` whose names end in `ending`, sorted; none if there is no directory.
pub fn files(directory: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    add_files(directory, ending, &mut found);
    found.sort();
    found
}

fn add_files(directory: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            let is_left_out = name.starts_with('.')
                || ["target", "node_modules"].contains(&name.as_str())
                || path == root().join("learn");
            if !is_left_out {
                add_files(&path, ending, found);
            }
        } else if name.ends_with(ending) {
            found.push(path);
        }
    }
}

/// The text of a file that has to exist, named from the root.
pub fn read(name: &str) -> Result<String, String> {
    fs::read_to_string(root().join(name)).map_err(|error| format!("{name}: {error}"))
}

/// A path as the reader would write it: from the root.
pub fn from_root(path: &Path) -> String {
    with_slashes(path.strip_prefix(root()).unwrap_or(path))
}

/// A path as it stands in a link: on Windows a path that was joined has backslashes.
pub fn with_slashes(path: &Path) -> String {
    path.display().to_string().replace(MAIN_SEPARATOR, "/")
}

/// A path without `..` in its middle, so that one file has one path.
pub fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        if part == Component::ParentDir {
            plain.pop();
        } else {
            plain.push(part);
        }
    }
    plain
}
