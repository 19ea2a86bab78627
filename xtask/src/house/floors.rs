//! Which floors does a crate have, and what breaks the rule?
//!
//! [`Floors::read`] takes them from the table in the head of a `lib.rs`: rows that begin `` | 3 |
//! `tasks/` | ``. Below the engine's floors is the crate of its events.

use std::cmp::Reverse;
use std::path::{Path, PathBuf};

use crate::house::imports::{Import, is_apart};
use kettle_kit::{files, table, tree};

/// A crate's floors, the highest first.
pub(crate) struct Floors(Vec<Floor>);

/// One folder.
struct Floor {
    number: u32,
    folder: PathBuf,
}

impl Floors {
    /// The floors of the crate whose `lib.rs` is in `source`.
    pub(crate) fn read(source: &Path) -> Result<Floors, String> {
        let text = files::read(&source.join("lib.rs"))?;
        let head = text.lines().take_while(|line| line.starts_with("//!"));
        let floor = |(number, name)| Floor { number, folder: source.join(name) };
        let mut floors: Vec<Floor> = head.filter_map(row).flatten().map(floor).collect();
        let events = tree::plain(&source.join("../events/src"));
        if events.is_dir() {
            floors.push(Floor { number: 0, folder: events });
        }
        floors.sort_by_key(|floor| Reverse(floor.number));
        match floors.iter().find(|floor| !floor.folder.is_dir()) {
            Some(missing) => Err(format!("there is no {}", tree::shown(&missing.folder))),
            None if floors.is_empty() => Err(format!("{} has no floors", tree::shown(source))),
            None => Ok(Floors(floors)),
        }
    }

    fn of(&self, file: &Path) -> Option<&Floor> {
        self.0.iter().find(|floor| file.starts_with(&floor.folder))
    }

    /// What isn't an import from one's own folder or from one with a lower number.
    pub(crate) fn upward(&self, imports: &[Import]) -> Vec<String> {
        let mut faults = Vec::new();
        for Import { from, to, path, .. } in imports {
            let Some(floor) = self.of(from) else { continue };
            match self.of(to) {
                Some(below) if below.folder == floor.folder || below.number < floor.number => {}
                above => faults.push(format!(
                    "{} -> {}: {path} (from floor {} to {})",
                    tree::shown(from),
                    tree::shown(to),
                    floor.number,
                    above.map_or("none".to_owned(), |above| above.number.to_string()),
                )),
            }
        }
        faults
    }

    /// The files of the crate that are in no folder of the table; `lib.rs` may be.
    pub(crate) fn strangers(&self, source: &Path) -> Vec<String> {
        let mut files = code(source);
        files.retain(|file| !file.ends_with("lib.rs") && self.of(file).is_none());
        let fault = |file: &PathBuf| format!("{}: in no folder of the table", tree::shown(file));
        files.iter().map(fault).collect()
    }
}

/// The floor's number and its folders, from a row of the table.
fn row(line: &str) -> Option<Vec<(u32, String)>> {
    let mut cells = table::cells(line);
    let number = cells.next()?.parse().ok()?;
    let folders = table::quoted(cells.next()?).filter_map(|text| text.strip_suffix('/'));
    Some(folders.map(|name| (number, name.to_owned())).collect())
}

/// How many lines of Rust a folder has, without tests.
pub(crate) fn lines(folder: &Path) -> usize {
    let texts = code(folder).into_iter().filter_map(|file| files::read(&file).ok());
    texts.map(|text| text.lines().count()).sum()
}

/// The files of Rust in a folder, without tests.
fn code(folder: &Path) -> Vec<PathBuf> {
    let mut files = tree::files(folder, ".rs");
    let name = |file: &Path| file.file_stem().unwrap_or_default().display().to_string();
    files.retain(|file| !is_apart(&name(file)));
    files
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::house::imports::imports;

    const TABLE: &str = "//! | floor | folder |\n//! |---|---|\n//! | 2 | `top/` |\n\
        //! | 1 | `left/`, `right/` |\n//! | 0 | `base/` |\n\nmod base; mod left; mod right; mod top;\n";

    fn upward(all: &[(&str, &str)]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let always =
            [("lib.rs", TABLE), ("base/mod.rs", "pub mod b;"), ("right/mod.rs", "pub struct R;")];
        let own = [("left/mod.rs", ""), ("top/mod.rs", "pub struct T;")];
        for (name, text) in always.iter().chain(&own).chain(all) {
            files::put(&folder.path().join(name), text).unwrap();
        }
        let floors = Floors::read(folder.path()).unwrap();
        floors.upward(&imports(folder.path()).unwrap())
    }

    #[test]
    fn an_import_goes_down_or_stays_in_its_folder() {
        let fine = [
            ("base/b.rs", "pub struct B;"),
            ("left/mod.rs", "mod l; mod m; fn f(_: crate::base::b::B) {}"),
            ("left/l.rs", "use super::m::M; struct L(M);"),
            ("left/m.rs", "pub struct M;"),
        ];
        assert_eq!(upward(&fine), [""; 0]);
        let up = upward(&[("base/b.rs", "use crate::top::T;")]);
        assert!(up.len() == 1 && up[0].ends_with("crate::top::T (from floor 0 to 2)"), "{up:?}");
        let aside = upward(&[("left/mod.rs", "pub use crate::right::R;")]);
        assert_eq!(aside.len(), 1, "another folder of the floor, by a re-export only");
    }
}
