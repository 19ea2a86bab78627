//! Do all imports go down?
//!
//! The floors are the folders of `runtime/src` and of `trace/src`, whose `lib.rs` says in a table
//! which number each has. A file imports only from its own folder and from folders with lower
//! numbers, and in no package do files import each other in a circle.
//!
//! Reading order: `files.rs` (the paths that a file writes), `imports.rs` (which file defines what
//! another one names), `floors.rs` (the table, and what breaks it), and here all of it on this
//! project, with the limits of the floors. `limits.rs`: how long a file may be, and where unsafe
//! code may be.

mod files;
mod floors;
mod imports;
mod limits;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use kettle_kit::report::{Outcome, Report, none_of};
use kettle_kit::tally::Tally;
use kettle_kit::tree;

use floors::{Floors, furnished, size};
use imports::Imports;

const ENGINE: &str = "runtime/src";
const EVENTS: &str = "runtime/events/src";
/// The tools that watch a run.
const TRACE: &str = "trace/src";

/// The most lines of some folders together; the last is for what can be read alone. What was aimed
/// at and is not reached yet (5,000 for the engine) is in `docs/decisions/`. These may fall, or rise
/// with a reason here.
/// (The engine's has risen by ids, hooks and counts that tokio's tasks and runtimes have, and by
/// waiting for any descriptor, for errors and urgent data; and by twenty lines for the running task's
/// own waker, which is cloned under a lock. The events' has risen by what each tool above had an
/// answer of its own to: `about.rs`, and in `fields.rs` how an event is written; and by what recording
/// takes, which a record tells; and by the stacks of waits, which can be taken only where the event is
/// emitted; and by what a schedule chooses, and when an await is over. The engine's and its lower
/// floors' have risen by the one place for chance, `tasks/schedule.rs`, which the random numbers of the highest floor have become;
/// the lower floors' by nine more when it came down from `runtime/runtime.rs` to the scheduler's side, and by eight
/// when the count of jobs came down from the executor to the messages, to be modelled with them.)
const LIMITS: &[(&[&str], usize)] = &[
    (&[ENGINE], 6_109),
    (&[EVENTS], 1_284),
    (&["runtime/src/executor"], 440),
    (&["runtime/src/base", "runtime/src/inbox", "runtime/src/tasks"], 1_508),
];
const COLUMNS: usize = 100;

pub(crate) fn house(report: &mut Report) {
    limits::limits(report);
    let (mut paths, mut packages) = (Vec::new(), Vec::new());
    report.check("the imports of every package are read", || {
        for manifest in tree::files(&tree::root(), "Cargo.toml") {
            let files = files::read(&manifest.with_file_name("src"))?;
            packages.push(imports::imports(&files));
            let own = files.into_iter().filter(|file| !file.is_for_tests);
            paths.extend(own.map(|file| file.path));
        }
        Ok(Tally::success())
    });
    report.check("no files import each other in a circle", || {
        let said = |imports: &Imports| {
            let groups = imports.cycles().into_iter();
            groups
                .map(|group| {
                    let edges = imports.within(&group).join("\n  ");
                    format!("{} files import each other:\n  {edges}", group.len())
                })
                .collect::<Vec<_>>()
        };
        none_of(&packages.iter().flat_map(said).collect::<Vec<_>>())
    });
    let inside = |places: &[&str]| -> BTreeSet<&Path> {
        let is_inside =
            |path: &&Path| places.iter().any(|place| path.starts_with(tree::root().join(place)));
        paths.iter().map(PathBuf::as_path).filter(is_inside).collect()
    };
    let engine = inside(&[ENGINE, EVENTS]);
    floors(report, ENGINE, &engine, &packages);
    report.check("the floors within their limits", || too_long(&engine));
    floors(report, TRACE, &inside(&[TRACE]), &packages);
}

fn floors(report: &mut Report, source: &str, files: &BTreeSet<&Path>, packages: &[Imports]) {
    let mut table = String::new();
    report.check(&format!("no import goes up in {source}"), || {
        let floors = Floors::read(&tree::root().join(source))?;
        table = floors.table(files, packages)?;
        let upward = packages.iter().flat_map(|imports| floors.upward(imports));
        none_of(&upward.chain(floors.strangers(files)).collect::<Vec<_>>())
    });
    report.show(&table);
    report.check(&format!("a mod.rs of {source} is its folder's face, and no more"), || {
        let faces = files.iter().filter(|file| file.ends_with("mod.rs"));
        none_of(&faces.map(|face| furnished(face)).collect::<Result<Vec<_>, _>>()?.concat())
    });
}

/// What is too long: a floor, or a line.
fn too_long(engine: &BTreeSet<&Path>) -> Outcome {
    let mut faults = Vec::new();
    for (folders, most) in LIMITS {
        let mut sum = 0;
        for folder in *folders {
            sum += size(engine, &tree::root().join(folder))?[1];
        }
        if sum > *most {
            faults.push(format!("{}: {sum} lines, more than {most}", folders.join(" + ")));
        }
    }
    for file in engine {
        let (shown, text) = (tree::shown(file), kettle_kit::files::read(file)?);
        for (line, columns) in (1..).zip(text.lines().map(|line| line.chars().count())) {
            if columns > COLUMNS {
                faults.push(format!("{shown}:{line}: {columns} columns, more than {COLUMNS}"));
            }
        }
    }
    none_of(&faults)
}
