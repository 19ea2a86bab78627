//! Where on this machine is a file that the compiler has named?
//!
//! It named most by a path that counts from the root of a workspace, and doesn't say which. Under
//! cargo, `CARGO_MANIFEST_DIR` tells. Else cargo's note of the sources may still be beside the
//! program. An installed program is started in other people's projects, too, and each has a
//! `src/main.rs`: to show the wrong text is worse than none.
//!
//! Interface: [`Disk::new`], [`Disk::find`].
//!
//! Not here: what becomes of the text (`sources.rs`).

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::whose::{is_kettles, own_root};

/// What is known of the places where files may be.
#[derive(Debug)]
pub(super) struct Disk {
    /// From cargo: the program's package.
    package: Option<PathBuf>,
    program: Option<PathBuf>,
}

/// A file's text.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) text: String,
    /// Was the file changed after this program was built? Then its lines may have moved.
    pub(super) newer: bool,
}

/// A place as the compiler names it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named<'a> {
    pub(super) file: &'a str,
    pub(super) line: u32,
    pub(super) column: u32,
}

impl Disk {
    /// Of this process.
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
        self.only(&self.noted(named.file), named)
    }

    /// The one text that it can be, if it is in one of these files.
    fn only(&self, paths: &[PathBuf], named: Named<'_>) -> Option<Text> {
        let mut texts = paths.iter().filter_map(|path| self.read(path, named));
        let first = texts.next()?;
        texts.all(|other| other.text == first.text).then_some(first)
    }

    /// Files of this name of which cargo has noted, in `tea.d` beside `tea`, that the program was
    /// built of them: `…/target/debug/tea: /home/me/tea/src/main.rs /home/me/my\ cup/src/lib.rs`.
    fn noted(&self, file: &str) -> Vec<PathBuf> {
        let note = self.program.as_deref().map(|program| program.with_extension("d"));
        let note = note.and_then(|note| fs::read_to_string(note).ok()).unwrap_or_default();
        let note = note.replace("\\ ", "\0"); // a space within a path
        let paths = note.split_whitespace().map(|path| PathBuf::from(path.replace('\0', " ")));
        paths.filter(|path| path.is_absolute() && path.ends_with(file)).collect()
    }

    /// The text, if it can be the one that was built.
    fn read(&self, path: &Path, named: Named<'_>) -> Option<Text> {
        let text = fs::read_to_string(path).ok()?;
        let changed =
            |path: &Path| -> Option<SystemTime> { fs::metadata(path).ok()?.modified().ok() };
        let built = self.program.as_deref().and_then(changed);
        let newer =
            matches!((changed(path), built), (Some(changed), Some(built)) if changed > built);
        let line = text.lines().nth(usize::try_from(named.line).ok()?.checked_sub(1)?)?;
        (newer || begins(line, named.column)).then_some(Text { text, newer })
    }
}

/// Does something begin in this column?
fn begins(line: &str, column: u32) -> bool {
    let Some(before) = column.checked_sub(1).and_then(|before| usize::try_from(before).ok()) else {
        return false;
    };
    let is_inside = |character: char| character.is_alphanumeric() || character == '_';
    let previous = before.checked_sub(1).and_then(|previous| line.chars().nth(previous));
    let goes_on = |first| is_inside(first) && previous.is_some_and(is_inside);
    line.chars().nth(before).is_some_and(|first| !first.is_whitespace() && !goes_on(first))
}

/// From where cargo lets the compiler name a package's files: the root of its workspace. A
/// workspace may leave packages out that lie in it: then it may be either.
fn roots_of(package: &Path) -> Vec<PathBuf> {
    let manifest = |dir: &Path| fs::read_to_string(dir.join("Cargo.toml")).unwrap_or_default();
    let is_root =
        |dir: &&Path| manifest(dir).lines().any(|line| line.trim().starts_with("[workspace"));
    match package.ancestors().find(is_root) {
        None => vec![package.to_path_buf()],
        Some(root) if root == package || !manifest(root).contains("exclude") => {
            vec![root.to_path_buf()]
        }
        Some(root) => vec![root.to_path_buf(), package.to_path_buf()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_where_it_can_be_no_other() {
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
        // From anywhere, if cargo's note is beside the program.
        let noted = |path: &str| at(path).to_str().unwrap().replace(' ', "\\ ");
        let note =
            format!("{}: lib.rs {}", noted("built/debug/tea"), noted("my tea/benches/cup.rs"));
        write("built/debug/tea.d", &format!("{note}\n"));
        assert_eq!(find(None, cup).as_deref(), Some("my tea"));
        write("built/debug/tea.d", &format!("{note} {}\n", noted("pot/benches/cup.rs")));
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
    fn a_text_in_which_nothing_begins_there_is_another() {
        assert!(begins("    tea().await;", 5) && begins("    tea().await;", 11));
        assert!(begins("é tea", 3) && begins("x", 1));
        for (line, column) in [("    tea();", 4), ("    tea();", 6), ("", 1), ("x", 2), ("x", 0)] {
            assert!(!begins(line, column), "{line:?} {column}");
        }
    }
}
