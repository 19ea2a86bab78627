//! Do all imports go down?
//!
//! The engine and its tools are built like a house: each folder of `runtime/src` and of `trace/src`
//! is on a *floor*, whose number stands in the table of `lib.rs`. A file imports only from its own
//! folder and from lower floors, and in no package do files import each other in a circle.
//!
//! Reading order: `imports.rs` (which file imports from which), `floors.rs` (the table, and which
//! imports go up), then this file, which applies them to the project and limits the lines of each
//! floor. `limits.rs` checks how much code there is, how long a file is, and where unsafe code may
//! be; `locks.rs` checks the types of locks.

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

/// The most lines of some folders together. A limit may fall, or rise with a reason here. (Decision
/// 10 says why the engine has more than the 5,000 lines that were aimed at.)
const LIMITS: &[(&[&str], usize)] = &[
    // With the guard that restores a task's waker, and the owners of tasks, timers and sources.
    (&[ENGINE], 6_050),
    // With the table of everything in a runtime (decision 26), polls and waits that are cheap while
    // nothing is recorded, and the faults of a network.
    (&[EVENTS], 3_416),
    // With the pool of blocking threads and the loop's counters, which the top floor had.
    (&["runtime/src/executor"], 574),
    // The folders that can be read alone, with the scope of a poll and the way to the sink.
    (&["runtime/src/base", "runtime/src/inbox", "runtime/src/tasks"], 1_610),
];

pub(crate) fn house(report: &mut Report) {
    limits::limits(report);
    locks::locks(report);
    let mut all = Vec::new();
    report.check("no files import each other in a circle", || {
        let mut faults = Vec::new();
        for manifest in tree::files(&tree::root(), "Cargo.toml") {
            let imports = imports(&manifest.with_file_name("src"))?;
            faults.extend(circular(&imports).iter().map(|import| {
                let [from, to] = [&import.from, &import.to].map(|file| tree::from_root(file));
                format!("{from} -> {to}: {}", import.path)
            }));
            all.extend(imports);
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
        none_of(&[floors.upward(imports), floors.outside(&folder)].concat())
    });
}
