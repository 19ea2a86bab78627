//! Which floors does the engine have, and what breaks the rule?
//!
//! [`Floors::read`] takes them from the table in the head of `runtime/src/lib.rs`: rows that begin
//! `` | 3 | `tasks/` | ``. [`Floors::upward`] are the imports that go up or sideways,
//! [`Floors::strangers`] the files on no floor, [`furnished`] the `mod.rs` that define something.
//! [`Floor::size`] counts what [`Floors::table`] prints.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use syn::{Item, Visibility};

use crate::attributes::{for_tests, of_item};
use crate::imports::{Imports, line};
use kettle_kit::tree;

/// The engine's floors, the highest first.
pub(crate) struct Floors {
    source: PathBuf,
    pub(crate) floors: Vec<Floor>,
}

/// One folder.
pub(crate) struct Floor {
    pub(crate) number: u32,
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
}

/// How much there is in some files.
#[derive(Clone, Copy, Default)]
pub(crate) struct Size {
    pub(crate) files: usize,
    /// All lines.
    pub(crate) lines: usize,
    /// Those that are neither blank nor a comment.
    pub(crate) code: usize,
}

impl Floors {
    /// The floors of the crate whose `lib.rs` is in `source`; `None` if it has no such table.
    pub(crate) fn read(source: &Path) -> Result<Option<Floors>, String> {
        let file = source.join("lib.rs");
        let text = fs::read_to_string(&file)
            .map_err(|error| format!("{}: {error}", tree::shown(&file)))?;
        let head = text.lines().take_while(|line| line.starts_with("//!"));
        let rows: Vec<(u32, String)> = head.filter_map(row).flatten().collect();
        if rows.is_empty() {
            return Ok(None);
        }
        let mut floors = Vec::new();
        for (number, name) in rows {
            let folder = source.join(&name);
            if !folder.is_dir() {
                let file = tree::shown(&file);
                return Err(format!("{file}: the table names `{name}/`, which isn't there"));
            }
            floors.push(Floor { number, name, folder });
        }
        let events = source.join("../events/src");
        if floors.iter().all(|floor| floor.name != "events") && events.is_dir() {
            floors.push(Floor {
                number: 0,
                name: "events".to_owned(),
                folder: tree::plain(&events),
            });
        }
        floors.sort_by_key(|floor| Reverse(floor.number));
        Ok(Some(Floors { source: source.to_path_buf(), floors }))
    }

    /// The floor that a file is on.
    pub(crate) fn of(&self, file: &Path) -> Option<&Floor> {
        self.floors.iter().find(|floor| file.starts_with(&floor.folder))
    }

    /// What isn't an import from one's own folder or from one with a lower number.
    pub(crate) fn upward(&self, imports: &Imports) -> Vec<String> {
        let mut faults = Vec::new();
        for ((from, to), names) in imports.edges.iter().chain(&imports.handed_on) {
            let Some(floor) = self.of(from) else { continue };
            let allowed = self
                .of(to)
                .is_some_and(|below| below.name == floor.name || below.number < floor.number);
            if !allowed {
                let place = self.of(to).map_or_else(
                    || "which is on no floor".to_owned(),
                    |above| format!("on floor {}", above.number),
                );
                let edge = line(from, to, names);
                faults.push(format!("{edge} (from floor {} to a file {place})", floor.number));
            }
        }
        faults
    }

    /// The crate's own files that are in no folder of the table; `lib.rs` may be.
    pub(crate) fn strangers(&self, files: &BTreeSet<&Path>) -> Vec<String> {
        let lib = self.source.join("lib.rs");
        let own = files.iter().filter(|file| file.starts_with(&self.source) && **file != lib);
        let strangers = own.filter(|file| self.of(file).is_none());
        let said = |file: &&Path| format!("{}: in no folder of the table", tree::shown(file));
        strangers.map(said).collect()
    }

    /// `floor folder files lines code`, a line each, and the floors that it imports from.
    pub(crate) fn table(
        &self,
        files: &BTreeSet<&Path>,
        all: &[&Imports],
    ) -> Result<String, String> {
        let mut rows = vec!["floor  folder        files   lines    code  imports from".to_owned()];
        let mut sum = Size::default();
        for floor in &self.floors {
            let size = floor.size(files)?;
            let name = format!("{}/", floor.name);
            let row = size.row(&floor.number.to_string(), &name);
            rows.push(format!("{row}  {}", self.needs(floor, all).join(", ")));
            sum.add(size);
        }
        rows.push(sum.row("", "together"));
        Ok(rows.join("\n"))
    }

    /// The other floors that a floor's files import from.
    fn needs(&self, floor: &Floor, all: &[&Imports]) -> Vec<&str> {
        let edges = all.iter().flat_map(|imports| imports.edges.keys());
        let from_here = edges.filter(|(from, _)| from.starts_with(&floor.folder));
        let floors: BTreeSet<&str> =
            from_here.filter_map(|(_, to)| self.of(to)).map(|below| below.name.as_str()).collect();
        floors.into_iter().filter(|name| *name != floor.name).collect()
    }
}

impl Floor {
    /// How much is on it, of the files given.
    pub(crate) fn size(&self, files: &BTreeSet<&Path>) -> Result<Size, String> {
        size(files.iter().copied().filter(|file| file.starts_with(&self.folder)))
    }
}

impl Size {
    fn add(&mut self, other: Size) {
        self.files += other.files;
        self.lines += other.lines;
        self.code += other.code;
    }

    fn row(self, floor: &str, name: &str) -> String {
        let Size { files, lines, code } = self;
        format!("{floor:>5}  {name:<12}{files:>7}{lines:>8}{code:>8}")
    }
}

/// How much is in these files.
pub(crate) fn size<'a>(files: impl Iterator<Item = &'a Path>) -> Result<Size, String> {
    let mut size = Size::default();
    for file in files {
        let text =
            fs::read_to_string(file).map_err(|error| format!("{}: {error}", tree::shown(file)))?;
        let is_code = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with("//");
        let code = text.lines().filter(is_code).count();
        size.add(Size { files: 1, lines: text.lines().count(), code });
    }
    Ok(size)
}

/// What a `mod.rs` has beside modules, re-exports and documentation.
pub(crate) fn furnished(file: &Path) -> Result<Vec<String>, String> {
    let shown = tree::shown(file);
    let text = fs::read_to_string(file).map_err(|error| format!("{shown}: {error}"))?;
    let items = syn::parse_file(&text).map_err(|error| format!("{shown}: {error}"))?.items;
    let face = |item: &&Item| match item {
        Item::Mod(item) => item.content.is_none() || for_tests(&item.attrs),
        Item::Use(item) => !matches!(item.vis, Visibility::Inherited),
        other => for_tests(of_item(other)),
    };
    let others = items.iter().filter(|item| !face(item));
    let at = |item: &Item| syn::spanned::Spanned::span(item).start().line;
    let said = |item: &Item| {
        format!("{shown}:{}: more than a module, a re-export or documentation", at(item))
    };
    Ok(others.map(said).collect())
}

/// The floor's number and its folders, from a row of the table.
fn row(line: &str) -> Option<Vec<(u32, String)>> {
    let mut cells = line.trim_start_matches("//!").trim().strip_prefix('|')?.split('|');
    let number = cells.next()?.trim().parse().ok()?;
    let quoted = cells.next()?.split('`').skip(1).step_by(2);
    let folders = quoted.filter_map(|text| text.strip_suffix('/'));
    Some(folders.map(|name| (number, name.to_owned())).collect())
}
