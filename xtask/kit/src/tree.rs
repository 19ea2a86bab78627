//! Where does everything lie?
//!
//! The project's root, the directory Cargo builds into, and the files between them: not what was
//! built, not what a learner has written (`learn/`), and nothing hidden.

use std::fs;
use std::io;
use std::path::{Component, MAIN_SEPARATOR, Path, PathBuf};

/// The root of the project: where `Cargo.lock` is.
pub fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    let root = here.ancestors().find(|above| above.join("Cargo.lock").exists());
    root.map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// Where Cargo puts programs of the profile we were built in ourselves.
pub fn built() -> io::Result<PathBuf> {
    let me = std::env::current_exe()?;
    let directory = me.parent().ok_or_else(|| io::Error::other("this program has no directory"))?;
    // A unit test of ours lies one level deeper.
    let deeper = directory.ends_with("deps");
    Ok(if deeper { directory.join("..") } else { directory.to_path_buf() })
}

/// The target directory itself.
pub fn target() -> io::Result<PathBuf> {
    Ok(built()?.join(".."))
}

/// The program of an example, once it is built.
pub fn example(name: &str) -> io::Result<PathBuf> {
    Ok(built()?.join("examples").join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}

/// All files under `directory` whose names end in `ending`, sorted; none if there is no directory.
pub fn files(directory: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    gather(directory, ending, &mut found);
    found.sort();
    found
}

/// A path as the reader would write it: from the root.
pub fn shown(path: &Path) -> String {
    slashed(path.strip_prefix(root()).unwrap_or(path))
}

/// A path as it stands in a link: on Windows a path that was joined has backslashes.
pub fn slashed(path: &Path) -> String {
    path.display().to_string().replace(MAIN_SEPARATOR, "/")
}

/// A path without `..` in its middle, so that one file has one path.
pub fn plain(path: &Path) -> PathBuf {
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

/// The text of a file that has to be there, named from the root.
pub fn read(name: &str) -> Result<String, String> {
    fs::read_to_string(root().join(name)).map_err(|error| format!("{name}: {error}"))
}

/// The lines that are neither blank nor a comment.
pub fn lines_of_code(text: &str) -> usize {
    let is_code = |line: &&str| !line.is_empty() && !line.starts_with("//");
    text.lines().map(str::trim).filter(is_code).count()
}

fn gather(directory: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            let foreign =
                ["target", "node_modules"].contains(&name.as_str()) || path == root().join("learn");
            if !name.starts_with('.') && !foreign {
                gather(&path, ending, found);
            }
        } else if name.ends_with(ending) {
            found.push(path);
        }
    }
}
