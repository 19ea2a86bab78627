//! Where on this machine is a source file that the compiler has named?
//!
//! Most names are paths relative to the root of a workspace, and don't say which workspace. If the
//! program was started by cargo, the variable `CARGO_MANIFEST_DIR` tells. Otherwise cargo's list of
//! the program's sources may still be beside it. A guess isn't enough: an installed program may be
//! started in any project, each project has a `src/main.rs`, and the wrong text is worse than none.
//!
//! Interface: [`Disk::new`] is for this process; [`Disk::find`] gives the text of the file at a
//! place. Invariant: there is no text if two different texts are possible.
//! Elsewhere: how the text gets into a trace (`sources.rs`).

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::whose::{is_kettles, own_root};

/// Where this process came from, which helps to find its sources.
#[derive(Debug)]
pub(super) struct Disk {
    /// The folder of the program's package, if cargo has started it.
    package: Option<PathBuf>,
    /// The program's own file.
    program: Option<PathBuf>,
}

/// A file's text.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) text: String,
    /// Was the file changed after this program was built? Then its lines may have moved.
    pub(super) newer: bool,
}

/// A place in a source file, which has the path that the compiler gave it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named<'a> {
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

    /// The text of the file that this place is in.
    pub(super) fn find(&self, named: Named<'_>) -> Option<Text> {
        let ours = own_root().filter(|_| is_kettles(named.file));
        // Joining an absolute path gives that path.
        if Path::new(named.file).is_absolute() || ours.is_some() {
            return self.read(&ours.unwrap_or(Path::new("")).join(named.file), named);
        }
        let roots = self.package.iter().flat_map(|at| roots_of(at));
        let by_cargo: Vec<PathBuf> = roots.map(|root| root.join(named.file)).collect();
        if by_cargo.iter().any(|path| path.exists()) {
            return self.only(&by_cargo, named);
        }
        self.only(&self.listed(named.file), named)
    }

    /// The text of these files, if all that can be meant have the same.
    fn only(&self, paths: &[PathBuf], named: Named<'_>) -> Option<Text> {
        let mut texts = paths.iter().filter_map(|path| self.read(path, named));
        let first = texts.next()?;
        texts.all(|other| other.text == first.text).then_some(first)
    }

    /// The files of this name in cargo's list of the program's sources, which is `tea.d` beside
    /// `tea`: `…/target/debug/tea: /home/me/tea/src/main.rs /home/me/my\ cup/src/lib.rs`.
    fn listed(&self, file: &str) -> Vec<PathBuf> {
        let list = self.program.as_deref().map(|program| program.with_extension("d"));
        let list = list.and_then(|list| fs::read_to_string(list).ok()).unwrap_or_default();
        let list = list.replace("\\ ", "\0"); // a space within a path
        let paths = list.split_whitespace().map(|path| PathBuf::from(path.replace('\0', " ")));
        paths.filter(|path| path.is_absolute() && path.ends_with(file)).collect()
    }

    /// The file's text, if it can be the one that the program was built from.
    fn read(&self, path: &Path, named: Named<'_>) -> Option<Text> {
        let text = fs::read_to_string(path).ok()?;
        let changed =
            |path: &Path| -> Option<SystemTime> { fs::metadata(path).ok()?.modified().ok() };
        let built = self.program.as_deref().and_then(changed);
        let newer =
            matches!((changed(path), built), (Some(changed), Some(built)) if changed > built);
        let line = text.lines().nth((named.line as usize).checked_sub(1)?)?;
        (newer || is_word_start(line, named.column)).then_some(Text { text, newer })
    }
}

/// Does a word or a sign begin in this column? In the wrong file it often doesn't.
fn is_word_start(line: &str, column: u32) -> bool {
    let Some(before) = (column as usize).checked_sub(1) else { return false };
    let is_inside = |character: char| character.is_alphanumeric() || character == '_';
    let previous = before.checked_sub(1).and_then(|previous| line.chars().nth(previous));
    let goes_on = |first| is_inside(first) && previous.is_some_and(is_inside);
    line.chars().nth(before).is_some_and(|first| !first.is_whitespace() && !goes_on(first))
}

/// The folders to which the paths of a package's files may be relative: the root of its workspace,
/// and, if that excludes some packages, the package's own folder, since it may be one of these.
fn roots_of(package: &Path) -> Vec<PathBuf> {
    let manifest = |dir: &Path| fs::read_to_string(dir.join("Cargo.toml")).unwrap_or_default();
    let is_root =
        |dir: &&Path| manifest(dir).lines().any(|line| line.trim().starts_with("[workspace"));
    let root = package.ancestors().find(is_root).unwrap_or(package);
    let excluded = Some(package).filter(|_| root != package && manifest(root).contains("exclude"));
    [Some(root), excluded].into_iter().flatten().map(Path::to_path_buf).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_if_no_other_text_is_possible() {
        let root = std::env::temp_dir().join(format!("kettle-trace-disk-{}", std::process::id()));
        let at = |path: &str| root.join(path);
        let write = |path: &str, text: &str| {
            fs::create_dir_all(at(path).parent().unwrap()).unwrap();
            fs::write(at(path), text).unwrap();
        };
        for folder in ["my tea", "pot", "work", "work/tea"] {
            write(&format!("{folder}/benches/cup.rs"), &format!("\n    {folder}\n"));
        }
        write("built/debug/tea", "");
        let find = |package: Option<&str>, file| {
            let disk = Disk { package: package.map(at), program: Some(at("built/debug/tea")) };
            let found = disk.find(Named { file, line: 2, column: 5 });
            found.map(|found| found.text.trim().to_owned())
        };
        let cup = "benches/cup.rs";
        assert_eq!(find(None, cup), None);
        // The program may be started from anywhere, if cargo's list is beside it.
        let listed = |path: &str| at(path).to_str().unwrap().replace(' ', "\\ ");
        let list =
            format!("{}: lib.rs {}", listed("built/debug/tea"), listed("my tea/benches/cup.rs"));
        write("built/debug/tea.d", &format!("{list}\n"));
        assert_eq!(find(None, cup).as_deref(), Some("my tea"));
        write("built/debug/tea.d", &format!("{list} {}\n", listed("pot/benches/cup.rs")));
        assert_eq!(find(None, cup), None, "two that may be meant are one too many");
        // A member's paths count from its workspace.
        let member = "tea/benches/cup.rs";
        write("work/Cargo.toml", "[workspace]\nmembers = [\"tea\"]");
        let both = || [cup, member].map(|file| find(Some("work/tea"), file));
        assert_eq!(both(), ["work", "work/tea"].map(|text| Some(text.to_owned())));
        write("work/Cargo.toml", "[workspace]\nmembers = []\nexclude = [\"tea\"]");
        assert_eq!(both(), [None, Some("work/tea".to_owned())], "either may be meant");
        let _ = fs::remove_dir_all(&root);
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
