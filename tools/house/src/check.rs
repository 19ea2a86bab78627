//! Is this project's house in order?
//!
//! [`house`] is the part of `cargo xtask test`: no cycle in any package, and, in those whose `lib.rs`
//! has a table of floors, no import that goes up. The engine's floors have limits too.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cargo_metadata::{MetadataCommand, TargetKind};

use crate::floors::{Floors, furnished, size};
use crate::imports::{Imports, imports};
use crate::modules::{self, Package, Root};
use kettle_kit::report::{Outcome, Report, Trouble, none_of};
use kettle_kit::tally::Tally;
use kettle_kit::tree;

const ENGINE: &str = "runtime/src";
const EVENTS: &str = "runtime/events/src";
/// The tools that watch a run.
const TRACE: &str = "trace/src";

/// The most lines of some folders together; the second is for what can be read alone. What was aimed
/// at and is not reached yet (5,000 for the engine, 900 for its events, 1,400 for the three lowest
/// floors) is in `docs/decisions/`. These may only fall.
const LIMITS: &[(&[&str], usize)] = &[(&["executor"], 450), (&["base", "inbox", "tasks"], 1_475)];
const ENGINE_LINES: usize = 6_010;
const EVENTS_LINES: usize = 990;
const COLUMNS: usize = 100;
/// A file that is longer gets a word, but passes.
const LONG_FILE: usize = 250;

pub fn house(report: &mut Report) {
    let mut packages = Vec::new();
    report.check("the imports of every package are read", || {
        packages = read_all()?;
        Ok(Tally::success())
    });
    report.check("no files import each other in a circle", || cycles(&packages));
    let engine = inside(&packages, &[ENGINE, EVENTS]);
    if let Some(floors) = floors(report, ENGINE, &engine) {
        let files = files(&engine);
        report.check("the floors within their limits", || limits(&floors, &files));
        for file in &files {
            if let Ok(size) = size([*file].into_iter())
                && size.lines > LONG_FILE
            {
                report.show(&format!("long: {} has {} lines", tree::shown(file), size.lines));
            }
        }
    }
    floors(report, TRACE, &inside(&packages, &[TRACE]));
}

/// The floors of `source`, once they are checked: `None` if there is no reading them.
fn floors(report: &mut Report, source: &str, inside: &[&Read]) -> Option<Floors> {
    let declared = Floors::read(&tree::root().join(source))
        .and_then(|floors| floors.ok_or_else(|| format!("no floors declared in {source}/lib.rs")));
    let floors = match declared {
        Ok(floors) => floors,
        Err(words) => {
            report.check(&format!("the table of floors of {source}"), || Err(words.into()));
            return None;
        }
    };
    let files = files(inside);
    let imports: Vec<&Imports> = inside.iter().map(|read| &read.imports).collect();
    match floors.table(&files, &imports) {
        Ok(table) => report.show(&table),
        Err(words) => report.show(&words),
    }
    report.check(&format!("no import goes up in {source}"), || {
        let upward = imports.iter().flat_map(|imports| floors.upward(imports));
        none_of(&upward.chain(floors.strangers(&files)).collect::<Vec<_>>())
    });
    report.check(&format!("a mod.rs of {source} is its folder's face, and no more"), || {
        faces(&files)
    });
    Some(floors)
}

fn files<'a>(inside: &[&'a Read]) -> BTreeSet<&'a Path> {
    inside.iter().flat_map(|read| read.package.files()).collect()
}

/// A package, and its imports.
struct Read {
    directory: PathBuf,
    package: Package,
    imports: Imports,
}

/// The packages whose source is in one of these folders.
fn inside<'a>(packages: &'a [Read], sources: &[&str]) -> Vec<&'a Read> {
    let is_inside = |read: &&Read| {
        sources.iter().any(|source| read.directory.join("src") == tree::root().join(source))
    };
    packages.iter().filter(is_inside).collect()
}

/// Every package's libraries and programs; those of its tests and examples stand for themselves.
fn read_all() -> Result<Vec<Read>, Trouble> {
    let mut packages = Vec::new();
    for manifest in tree::files(&tree::root(), "Cargo.toml") {
        let directory = manifest.parent().unwrap_or(Path::new("")).to_path_buf();
        let mut command = MetadataCommand::new();
        let metadata = command.manifest_path(&manifest).no_deps().exec();
        let metadata = metadata.map_err(|error| format!("{}: {error}", manifest.display()))?;
        let mut own = metadata.packages.iter().filter(|package| package.manifest_path == manifest);
        let Some(package) = own.next() else { continue };
        let kinds = [TargetKind::Lib, TargetKind::ProcMacro, TargetKind::Bin];
        let targets = package.targets.iter().filter(|t| t.kind.iter().any(|k| kinds.contains(k)));
        let roots = targets.map(|target| Root {
            file: target.src_path.clone().into_std_path_buf(),
            library: (!target.kind.contains(&TargetKind::Bin)).then(|| target.name.clone()),
        });
        let package = modules::read(&roots.collect::<Vec<_>>())?;
        let mut imports = imports(&package);
        // What `#[path]` takes from elsewhere is that package's.
        let outside = |file: &Path| !file.starts_with(&directory);
        for edges in [&mut imports.edges, &mut imports.handed_on] {
            edges.retain(|(from, to), _| !outside(from) && !outside(to));
        }
        packages.push(Read { directory, package, imports });
    }
    Ok(packages)
}

fn cycles(packages: &[Read]) -> Outcome {
    let mut faults = Vec::new();
    for read in packages {
        for group in read.imports.cycles() {
            faults.push(format!("{} files import each other:", group.len()));
            faults.extend(read.imports.within(&group).into_iter().map(|edge| format!("  {edge}")));
        }
    }
    none_of(&faults)
}

fn faces(files: &BTreeSet<&Path>) -> Outcome {
    let mut faults = Vec::new();
    for file in files.iter().filter(|file| file.ends_with("mod.rs")) {
        faults.extend(furnished(file)?);
    }
    none_of(&faults)
}

fn limits(floors: &Floors, files: &BTreeSet<&Path>) -> Outcome {
    let mut faults = Vec::new();
    let mut check = |what: &str, lines: usize, most: usize| {
        if lines > most {
            faults.push(format!("{what}: {lines} lines, more than {most}"));
        }
    };
    for (source, most) in [(ENGINE, ENGINE_LINES), (EVENTS, EVENTS_LINES)] {
        let folder = tree::root().join(source);
        let inside = files.iter().copied().filter(|file| file.starts_with(&folder));
        check(source, size(inside)?.lines, most);
    }
    for (names, most) in LIMITS {
        let mut lines = 0;
        for floor in floors.floors.iter().filter(|floor| names.contains(&floor.name.as_str())) {
            lines += floor.size(files)?.lines;
        }
        check(&names.join(" + "), lines, *most);
    }
    for file in files {
        let text = std::fs::read_to_string(file)?;
        for (index, line) in text.lines().enumerate() {
            let columns = line.chars().count();
            if columns > COLUMNS {
                let place = format!("{}:{}", tree::shown(file), index + 1);
                faults.push(format!("{place}: {columns} columns, more than {COLUMNS}"));
            }
        }
    }
    none_of(&faults)
}
