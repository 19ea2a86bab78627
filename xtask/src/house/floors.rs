//! Which floors does a crate have, and what breaks the rule?
//!
//! [`Floors::read`] takes them from the table in the head of a `lib.rs`: rows that begin
//! `` | 3 | `tasks/` | ``; below the engine's is the crate of its events. [`Floors::upward`] are the imports
//! that go up or sideways, [`Floors::strangers`] the files on no floor, [`furnished`] what a
//! `mod.rs` defines. [`Floors::table`] shows how much there is on each.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use syn::spanned::Spanned;
use syn::{Item, Visibility};

use crate::house::imports::{Imports, line};
use kettle_kit::{files, table, tree};

/// A crate's floors, the highest first.
pub(crate) struct Floors {
    source: PathBuf,
    pub(crate) floors: Vec<Floor>,
}

/// One folder.
pub(crate) struct Floor {
    number: u32,
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
}

impl Floors {
    /// The floors of the crate whose `lib.rs` is in `source`.
    pub(crate) fn read(source: &Path) -> Result<Floors, String> {
        let text = files::read(&source.join("lib.rs"))?;
        let head = text.lines().take_while(|line| line.starts_with("//!"));
        let floor = |(number, name): (u32, String)| {
            let folder = source.join(&name);
            Floor { number, name, folder }
        };
        let mut floors: Vec<Floor> = head.filter_map(row).flatten().map(floor).collect();
        let folder = tree::plain(&source.join("../events/src"));
        if folder.is_dir() {
            floors.push(Floor { number: 0, name: "events".to_owned(), folder });
        }
        floors.sort_by_key(|floor| Reverse(floor.number));
        match floors.iter().find(|floor| !floor.folder.is_dir()) {
            Some(missing) => Err(format!("there is no {}", tree::shown(&missing.folder))),
            None if floors.is_empty() => {
                Err(format!("no floors declared in {}", tree::shown(source)))
            }
            None => Ok(Floors { source: source.to_path_buf(), floors }),
        }
    }

    /// The floor that a file is on.
    fn of(&self, file: &Path) -> Option<&Floor> {
        self.floors.iter().find(|floor| file.starts_with(&floor.folder))
    }

    /// What isn't an import from one's own folder or from one with a lower number.
    pub(crate) fn upward(&self, imports: &Imports) -> Vec<String> {
        let mut faults = Vec::new();
        for ((from, to), names) in imports.edges.iter().chain(&imports.handed_on) {
            let Some(floor) = self.of(from) else { continue };
            let place = match self.of(to) {
                Some(below) if below.name == floor.name || below.number < floor.number => continue,
                Some(above) => format!("on floor {}", above.number),
                None => "which is on no floor".to_owned(),
            };
            let edge = line(from, to, names);
            faults.push(format!("{edge} (from floor {} to a file {place})", floor.number));
        }
        faults
    }

    /// The crate's own files that are in no folder of the table; `lib.rs` may be.
    pub(crate) fn strangers(&self, files: &BTreeSet<&Path>) -> Vec<String> {
        let is_own = |file: &Path| file.starts_with(&self.source) && !file.ends_with("lib.rs");
        let strangers = files.iter().filter(|file| is_own(file) && self.of(file).is_none());
        strangers.map(|file| format!("{}: in no folder of the table", tree::shown(file))).collect()
    }

    /// `floor folder files lines code`, a line each, and the floors that it imports from.
    pub(crate) fn table(&self, files: &BTreeSet<&Path>, all: &[Imports]) -> Result<String, String> {
        let row = |floor: &str, name: &str, size: [usize; 3]| {
            let [files, lines, code] = size;
            format!("{floor:>5}  {name:<12}{files:>7}{lines:>8}{code:>8}")
        };
        let mut rows = vec!["floor  folder        files   lines    code  imports from".to_owned()];
        let mut sum = [0; 3];
        for floor in &self.floors {
            let size = size(files, &floor.folder)?;
            sum = std::array::from_fn(|at| sum[at] + size[at]);
            let from_here = all.iter().flat_map(|imports| imports.edges.keys());
            let from_here = from_here.filter(|(from, _)| from.starts_with(&floor.folder));
            let needs = from_here.filter_map(|(_, to)| Some(self.of(to)?.name.as_str()));
            let needs: BTreeSet<&str> = needs.filter(|name| *name != floor.name).collect();
            let needs: Vec<&str> = needs.into_iter().collect();
            let row = row(&floor.number.to_string(), &format!("{}/", floor.name), size);
            rows.push(format!("{row}  {}", needs.join(", ")));
        }
        rows.push(row("", "together", sum));
        Ok(rows.join("\n"))
    }
}

/// The floor's number and its folders, from a row of the table.
fn row(line: &str) -> Option<Vec<(u32, String)>> {
    let mut cells = table::cells(line);
    let number = cells.next()?.parse().ok()?;
    let folders = table::quoted(cells.next()?).filter_map(|text| text.strip_suffix('/'));
    Some(folders.map(|name| (number, name.to_owned())).collect())
}

/// How much of `files` is in a folder: files, lines, lines that are neither blank nor a comment.
pub(crate) fn size(files: &BTreeSet<&Path>, folder: &Path) -> Result<[usize; 3], String> {
    let mut size = [0; 3];
    for file in files.iter().filter(|file| file.starts_with(folder)) {
        let text = files::read(file)?;
        let own = [1, text.lines().count(), tree::lines_of_code(&text)];
        size = std::array::from_fn(|at| size[at] + own[at]);
    }
    Ok(size)
}

/// What a `mod.rs` has beside modules, re-exports and documentation.
pub(crate) fn furnished(file: &Path) -> Result<Vec<String>, String> {
    let shown = tree::shown(file);
    let parsed = syn::parse_file(&files::read(file)?);
    let items = parsed.map_err(|error| format!("{shown}: {error}"))?.items;
    let is_face = |item: &Item| match item {
        Item::Mod(item) => item.content.is_none() || item.ident == "tests",
        Item::Use(item) => !matches!(item.vis, Visibility::Inherited),
        _ => false,
    };
    let others = items.iter().filter(|item| !is_face(item)).map(|item| item.span().start().line);
    let said = |line| format!("{shown}:{line}: more than a module, a re-export or documentation");
    Ok(others.map(said).collect())
}
