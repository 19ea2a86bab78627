//! Where on this machine is a source file that the compiler has named?
//!
//! Most names are paths relative to the root of a workspace, and don't say which workspace. If the
//! program was started by cargo, the variable `CARGO_MANIFEST_DIR` tells. Otherwise cargo's list of
//! the program's sources may still be beside it. A guess isn't enough: an installed program may be
//! started in any project, each project has a `src/main.rs`, and the wrong text is worse than none.
//!
//! Interface: [`Disk::new`] is for this process; [`Disk::find`] gives the text of the file at a
//! [`Position`]. Invariant: there is no text if two different texts are possible.
//! Elsewhere: how the text gets into a trace (`sources.rs`).

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::whose::{is_kettles, own_root};

/// Finds source files by what is known about the origin of this process.
#[derive(Debug)]
pub(super) struct Disk {
    /// The folder of the program's package, if cargo has started it.
    package: Option<PathBuf>,
    /// The program's own file.
    program: Option<PathBuf>,
}

/// The text of a source file.
#[derive(Debug)]
pub(super) struct SourceText {
    pub(super) text: String,
    /// Was the file changed after this program was built? Then its lines may have moved.
    pub(super) is_newer: bool,
}

/// A position in a source file, which has the path that the compiler gave it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Position<'a> {
    pub(super) file: &'a str,
    pub(super) line: u32,
    pub(super) column: u32,
}

impl Disk {
    /// For this process.
    pub(super) fn new() -> Disk {
        Disk {
            package: std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from),
            program: std::env::current_exe().ok(),
        }
    }

    /// The text of the file that this position is in.
    pub(super) fn find(&self, position: Position<'_>) -> Option<SourceText> {
        let file = Path::new(position.file);
        if is_kettles(position.file) {
            return self.read(&own_root()?.join(file), position);
        }
        if file.is_absolute() {
            return self.read(file, position);
        }
        let roots = self.package.iter().flat_map(|package| roots_of(package));
        let by_cargo: Vec<PathBuf> = roots.map(|root| root.join(file)).collect();
        if by_cargo.iter().any(|path| path.exists()) {
            return self.read_if_unambiguous(&by_cargo, position);
        }
        self.read_if_unambiguous(&self.listed(file), position)
    }

    /// The text of these files, if all of them that the position fits have the same text.
    fn read_if_unambiguous(&self, paths: &[PathBuf], position: Position<'_>) -> Option<SourceText> {
        let mut texts = paths.iter().filter_map(|path| self.read(path, position));
        let first = texts.next()?;
        texts.all(|other| other.text == first.text).then_some(first)
    }

    /// The files whose paths end in this one, from cargo's list of the program's sources, which is
    /// `tea.d` beside `tea`: `…/debug/tea: /home/me/tea/src/main.rs /home/me/my\ cup/src/lib.rs`.
    fn listed(&self, file: &Path) -> Vec<PathBuf> {
        let list = self.program.as_deref().map(|program| program.with_extension("d"));
        let list = list.and_then(|list| fs::read_to_string(list).ok()).unwrap_or_default();
        let list = list.replace("\\ ", "\0"); // a space within a path
        let paths = list.split_whitespace().map(|path| PathBuf::from(path.replace('\0', " ")));
        paths.filter(|path| path.is_absolute() && path.ends_with(file)).collect()
    }

    /// The file's text, if it can be the one that the program was built from.
    fn read(&self, path: &Path, position: Position<'_>) -> Option<SourceText> {
        let text = fs::read_to_string(path).ok()?;
        let built = self.program.as_deref().and_then(modified);
        let is_newer = built.is_some_and(|built| modified(path).is_some_and(|time| time > built));
        let line = text.lines().nth((position.line as usize).checked_sub(1)?)?;
        let fits = is_newer || is_word_start(line, position.column);
        fits.then_some(SourceText { text, is_newer })
    }
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}

/// Does a word or a sign begin in this column? In the wrong file it often doesn't.
fn is_word_start(line: &str, column: u32) -> bool {
    let Some(index) = (column as usize).checked_sub(1) else { return false };
    let is_in_word = |character: char| character.is_alphanumeric() || character == '_';
    let previous = line.chars().take(index).last();
    line.chars().nth(index).is_some_and(|first| {
        let continues_word = is_in_word(first) && previous.is_some_and(is_in_word);
        !first.is_whitespace() && !continues_word
    })
}

/// The folders to which the paths of a package's files may be relative: the root of its workspace,
/// and, if that excludes some packages, the package's own folder, since it may be one of these.
fn roots_of(package: &Path) -> Vec<PathBuf> {
    let manifest = |dir: &Path| fs::read_to_string(dir.join("Cargo.toml")).unwrap_or_default();
    let is_root =
        |dir: &&Path| manifest(dir).lines().any(|line| line.trim().starts_with("[workspace"));
    let root = package.ancestors().find(is_root).unwrap_or(package);
    let mut roots = vec![root.to_path_buf()];
    if root != package && manifest(root).contains("exclude") {
        roots.push(package.to_path_buf());
    }
    roots
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Scratch;

    /// Makes packages, each with a file `cup.rs`, in whose line 2 is the package's name.
    fn packages(names: &[&str]) -> Scratch {
        let root = Scratch::new("disk");
        for name in names {
            write(&root, &format!("{name}/cup.rs"), &format!("\n    {name}\n"));
        }
        root
    }

    fn write(root: &Scratch, path: &str, text: &str) {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// In which package is this file of the program `built/tea`?
    fn find(root: &Scratch, started_in: Option<&str>, file: &str) -> Option<String> {
        let package = started_in.map(|package| root.path().join(package));
        let disk = Disk { package, program: Some(root.path().join("built/tea")) };
        let found = disk.find(Position { file, line: 2, column: 5 })?;
        Some(found.text.trim().to_owned())
    }

    #[test]
    fn without_cargo_the_file_is_in_cargos_list_of_the_programs_sources() {
        let root = packages(&["my tea", "pot"]);
        assert_eq!(find(&root, None, "cup.rs"), None);
        let folder = root.path().display();
        let list = format!("{folder}/built/tea: lib.rs {folder}/my\\ tea/cup.rs");
        write(&root, "built/tea.d", &list);
        assert_eq!(find(&root, None, "cup.rs").as_deref(), Some("my tea"));
        write(&root, "built/tea.d", &format!("{list} {folder}/pot/cup.rs\n"));
        assert_eq!(find(&root, None, "cup.rs"), None, "either may be meant");
    }

    #[test]
    fn a_members_paths_are_relative_to_its_workspace() {
        let root = packages(&["work", "work/tea"]);
        let found = || ["cup.rs", "tea/cup.rs"].map(|file| find(&root, Some("work/tea"), file));
        write(&root, "work/Cargo.toml", "[workspace]\nmembers = [\"tea\"]");
        assert_eq!(found(), [Some("work".to_owned()), Some("work/tea".to_owned())]);
        write(&root, "work/Cargo.toml", "[workspace]\nexclude = [\"tea\"]");
        assert_eq!(found(), [None, Some("work/tea".to_owned())], "the first may be in either");
    }

    #[test]
    fn a_text_that_is_too_short_is_from_another_file() {
        let this = |line| Disk::new().find(Position { file: file!(), line, column: 1 });
        assert!(this(1).is_some() && this(100_000).is_none());
    }

    #[test]
    fn a_text_without_a_word_in_that_column_is_from_another_file() {
        assert!(is_word_start("    tea().await;", 5) && is_word_start("    tea().await;", 11));
        assert!(is_word_start("é tea", 3) && is_word_start("x", 1));
        for (line, column) in [("    tea();", 4), ("    tea();", 6), ("", 1), ("x", 2), ("x", 0)] {
            assert!(!is_word_start(line, column), "{line:?} {column}");
        }
    }
}
