//! Do all imports go down?
//!
//! The floors are the folders of `runtime/src` and of `trace/src`, whose `lib.rs` says in a table
//! which number each has. A file imports only from its own folder and from folders with lower
//! numbers, and in no package do files import each other in a circle.
//!
//! Reading order: `imports.rs` (which file imports from which), `floors.rs` (the table, and what
//! breaks it), and here all of it on this project, with the limits of the floors. `limits.rs`: how
//! much code there may be, how long a file is, and where unsafe code may be. `locks.rs`: which
//! locks are no locks of state.

mod floors;
mod imports;
mod limits;
mod locks;

use kettle_kit::report::{Report, none_of};
use kettle_kit::tree;

use floors::Floors;
use imports::{Import, circular, imports};
pub(crate) use limits::EXCEPTION;

const ENGINE: &str = "runtime/src";
const EVENTS: &str = "runtime/events/src";
/// The tools that watch a run.
const TRACE: &str = "trace/src";

/// The most lines of some folders together; the last is for what can be read alone. They may fall,
/// or rise with a reason here. (The decision on floors says why the engine has more than the 5,000
/// that were aimed at.)
const LIMITS: &[(&[&str], usize)] = &[
    // With what puts a task's own waker back after a nested poll, and the owners of what exists.
    (&[ENGINE], 6_113),
    // With what exists in a runtime (decision 26), which is kept once and looked at, and with what
    // makes a poll and a wait cheap where nothing is recorded, what a network's fault is, and which
    // waits a report has ended that nobody has asked since.
    (&[EVENTS], 3_659),
    // With the pool of threads that block, and what the loop counts, which the top floor had.
    (&["runtime/src/executor"], 602),
    // With the scope of a poll and the door to the sink, which are files of their own now, and a
    // guard that puts a task's own waker back, and what the scheduler alone knows of its tasks.
    (&["runtime/src/base", "runtime/src/inbox", "runtime/src/tasks"], 1_650),
];

pub(crate) fn house(report: &mut Report) {
    limits::limits(report);
    locks::locks(report);
    let mut all = Vec::new();
    report.check("no files import each other in a circle", || {
        let mut faults = Vec::new();
        for manifest in tree::files(&tree::root(), "Cargo.toml") {
            let of_package = imports(&manifest.with_file_name("src"))?;
            faults.extend(circular(&of_package).iter().map(|import| {
                let [from, to] = [&import.from, &import.to].map(|file| tree::shown(file));
                format!("{from} -> {to}: {}", import.path)
            }));
            all.extend(of_package);
        }
        if all.is_empty() { Err("no file imports another".into()) } else { none_of(&faults) }
    });
    floors(report, ENGINE, &all);
    floors(report, TRACE, &all);
    report.check("the floors within their limits", || {
        let sum = |folders: &[&str]| -> usize {
            folders.iter().map(|folder| floors::lines(&tree::root().join(folder))).sum()
        };
        let too_long = LIMITS.iter().filter(|(folders, most)| !(1..=*most).contains(&sum(folders)));
        let faults = too_long.map(|(folders, most)| {
            format!("{}: {} lines, not 1 to {most}", folders.join(" + "), sum(folders))
        });
        none_of(&faults.collect::<Vec<_>>())
    });
}

fn floors(report: &mut Report, source: &str, imports: &[Import]) {
    let folder = tree::root().join(source);
    report.check(&format!("no import goes up in {source}"), || {
        let floors = Floors::read(&folder)?;
        none_of(&[floors.upward(imports), floors.strangers(&folder)].concat())
    });
}
