//! Which floors does a crate have, and which imports go up?
//!
//! [`Floors::read`] takes the floors from the table in the head of a `lib.rs`, in which a row
//! begins `` | 3 | `tasks/` | ``. Floor 0 is the crate of events, if the crate has one below it.
//! [`Floors::upward`] lists the imports that go up, and [`Floors::outside`] the files that are on
//! no floor. [`count_lines`] counts the lines of a folder.

use std::cmp::Reverse;
use std::path::{Path, PathBuf};

use crate::house::imports::{Import, is_for_tests_or_checks};
use kettle_kit::{files, table, tree};

/// A crate's floors, the highest first.
pub(crate) struct Floors(Vec<Floor>);

/// A folder, with the number of its floor.
struct Floor {
    number: u32,
    folder: PathBuf,
}

impl Floors {
    /// The floors of the crate whose `lib.rs` is in `source`.
    pub(crate) fn read(source: &Path) -> Result<Floors, String> {
        let text = files::read(&source.join("lib.rs"))?;
        let head = text.lines().take_while(|line| line.starts_with("//!"));
        let mut floors: Vec<Floor> = head.filter_map(|line| row(line, source)).flatten().collect();
        let events = tree::without_dots(&source.join("../events/src"));
        if events.is_dir() {
            floors.push(Floor { number: 0, folder: events });
        }
        floors.sort_by_key(|floor| Reverse(floor.number));
        match floors.iter().find(|floor| !floor.folder.is_dir()) {
            Some(missing) => Err(format!("there is no {}", tree::from_root(&missing.folder))),
            None if floors.is_empty() => Err(format!("{} has no floors", tree::from_root(source))),
            None => Ok(Floors(floors)),
        }
    }

    fn containing(&self, file: &Path) -> Option<&Floor> {
        self.0.iter().find(|floor| file.starts_with(&floor.folder))
    }

    /// The imports that go neither to the same folder nor to one with a lower number.
    pub(crate) fn upward(&self, imports: &[Import]) -> Vec<String> {
        let mut faults = Vec::new();
        for Import { from, to, path, .. } in imports {
            let Some(floor) = self.containing(from) else { continue };
            let target = self.containing(to);
            let is_allowed = target.is_some_and(|target| {
                target.folder == floor.folder || target.number < floor.number
            });
            if !is_allowed {
                let (from, to, number) = (tree::from_root(from), tree::from_root(to), floor.number);
                let to_number = target.map_or("none".to_owned(), |it| it.number.to_string());
                let floors = format!("from floor {number} to {to_number}");
                faults.push(format!("{from} -> {to}: {path} ({floors})"));
            }
        }
        faults
    }

    /// The files of the crate, except `lib.rs`, that aren't in a folder of the table.
    pub(crate) fn outside(&self, source: &Path) -> Vec<String> {
        let mut faults = Vec::new();
        for file in counted_files(source) {
            if !file.ends_with("lib.rs") && self.containing(&file).is_none() {
                faults.push(format!("{}: in no folder of the table", tree::from_root(&file)));
            }
        }
        faults
    }
}

/// Reads a row of the table: a floor for each of its folders.
fn row(line: &str, source: &Path) -> Option<Vec<Floor>> {
    let mut cells = table::cells(line);
    let number = cells.next()?.parse().ok()?;
    let folders = table::quoted(cells.next()?).filter_map(|text| text.strip_suffix('/'));
    Some(folders.map(|name| Floor { number, folder: source.join(name) }).collect())
}

/// How many lines of Rust a folder has, without tests and checks.
pub(crate) fn count_lines(folder: &Path) -> usize {
    let texts = counted_files(folder).into_iter().filter_map(|file| files::read(&file).ok());
    texts.map(|text| text.lines().count()).sum()
}

/// The files of Rust in a folder, without tests and checks.
fn counted_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = tree::files(folder, ".rs");
    let name = |file: &Path| file.file_stem().unwrap_or_default().display().to_string();
    files.retain(|file| !is_for_tests_or_checks(&name(file)));
    files
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::house::imports::imports;

    const TABLE: &str = "//! | floor | folder |\n//! |---|---|\n//! | 2 | `top/` |\n\
        //! | 1 | `left/`, `right/` |\n//! | 0 | `base/` |\n\nmod base; mod left; mod right; \
        mod top;\n";

    /// The imports that go up in a crate of these files and some others.
    fn upward(sources: &[(&str, &str)]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let others = [
            ("lib.rs", TABLE),
            ("base/mod.rs", "pub mod b;"),
            ("left/mod.rs", ""),
            ("right/mod.rs", "pub struct R;"),
            ("top/mod.rs", "pub struct T;"),
        ];
        for (name, text) in others.iter().chain(sources) {
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
