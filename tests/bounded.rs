//! Does the page name what bounded a run, and nothing else?
//!
//! Random programs on a virtual clock, of twelve families. Each sleep in turn is made a millisecond
//! longer: if the run ends later, that sleep has bounded it, and else it hasn't. `cargo xtask test
//! page` has the traces written out, each with what its sleeps did to the end, and the page's own
//! scripts have to name the same ones (`tests/replay/checks/bounded.mjs`).
//!
//! The lengths are spread over eleven days, so that no two things end in the same millisecond by
//! chance, and a sleep is known by its length.
//!
//! Not here: whether the page knows the state (`fold.rs`).

#[path = "bounded/programs.rs"]
mod programs;

use std::cell::Cell;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;
use std::{env, fs};

use kettle::runtime::Builder;
use kettle::time::Instant;
use kettle::trace::{Record, Recorder, save};

use programs::{FAMILIES, Program};

/// Runs it: how long it took.
fn length_of(program: &Program, builder: &mut Builder) -> Duration {
    let end = Cell::new(Duration::ZERO);
    builder.enable_all().start_paused(true).build().expect("a runtime").block_on(async {
        let begin = Instant::now();
        program.run().await;
        end.set(begin.elapsed());
    });
    end.get()
}

fn recorded(program: &Program) -> (Duration, Vec<Record>) {
    let (recorder, recording) = Recorder::new();
    let mut builder = Builder::new_current_thread();
    let length = length_of(program, builder.trace(recorder));
    (length, recording.records())
}

/// Of each sleep its length, and whether the end comes later if it is longer.
fn sleeps_of(program: &Program, length: Duration) -> String {
    let mut told = String::new();
    for (sleep, ms) in program.sleeps().into_iter().enumerate() {
        let longer = length_of(&program.with_longer(sleep), &mut Builder::new_current_thread());
        let bounds = longer == length + Duration::from_millis(1);
        writeln!(told, "{ms} {bounds}").unwrap();
    }
    told
}

/// Its lines without the page and the texts of source files, which are the same each time.
fn events_of(page: &str) -> String {
    let lines = page.rsplit_once("id=\"trace\">\n").unwrap().1.split_inclusive('\n');
    lines.filter(|line| !line.starts_with("{\"file\"")).collect()
}

#[test]
fn programs_whose_bounds_are_known() {
    let folder = env::var_os("KETTLE_BOUNDED");
    let asked =
        |name, otherwise| env::var(name).map_or(otherwise, |number| number.parse().unwrap());
    let (first, count) = (asked("KETTLE_FIRST", 0), asked("KETTLE_PROGRAMS", FAMILIES));
    for number in first..first + count {
        let program = Program::random(number);
        let (length, records) = recorded(&program);
        let sleeps = sleeps_of(&program, length);
        assert!(sleeps.contains("true"), "program {number}: nothing has bounded it");
        let Some(folder) = &folder else { continue };
        let path = Path::new(folder).join(format!("{number}.html"));
        save(&path, &records).unwrap();
        fs::write(&path, events_of(&fs::read_to_string(&path).unwrap())).unwrap();
        fs::write(path.with_extension("sleeps"), sleeps).unwrap();
    }
}
