//! Does the page name what bounded a run, and nothing else?
//!
//! Random programs on a virtual clock, of 14 families. Each sleep in turn is made a millisecond
//! longer: if the run ends later, that sleep has bounded it, and else it hasn't. `cargo xtask test
//! page` has the traces written out, each with what its sleeps did to the end, and the page's own
//! scripts have to name the same ones (`tests/replay/checks/bounded.mjs`).
//!
//! The lengths are spread over eleven days, so that no two things end in the same millisecond by
//! chance, and a sleep is known by its length. Which of two polls of one moment that have nothing
//! to do with each other comes first must not matter: with such polls exchanged it is the same.
//!
//! Not here: whether the page knows the state (`fold.rs`).

#[path = "bounded/programs.rs"]
mod programs;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;
use std::{env, fs};

use kettle::runtime::Builder;
use kettle::time::Instant;
use kettle::trace::{Event, Record, Recorder, save};

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

/// The numbers of tasks, timers, waits and so on that some records name.
fn ids_of(records: &[Record]) -> BTreeSet<String> {
    let told = format!("{records:?}");
    let ids = told.split("Id(").skip(1).filter_map(|rest| rest.split(')').next());
    ids.map(str::to_owned).collect()
}

/// The records with neighbouring, independent polls of one moment exchanged, pair by pair.
fn exchanged(records: &[Record]) -> Vec<Record> {
    let starts = |record: &Record| matches!(record.event, Event::PollStart { .. });
    let ends = |record: &Record| matches!(record.event, Event::PollEnd { .. });
    let is_poll = |part: &[Record]| starts(&part[0]) && part.last().is_some_and(ends);
    let mut parts: Vec<_> = records.chunk_by(|a, b| !ends(a) && !starts(b)).collect();
    let mut next = 1;
    while let Some(&[a, b]) = parts.get(next - 1..=next) {
        let is_apart = a[0].time == b[0].time && ids_of(a).is_disjoint(&ids_of(b));
        if is_poll(a) && is_poll(b) && is_apart {
            parts.swap(next - 1, next);
            next += 1;
        }
        next += 1;
    }
    let mut all = parts.concat();
    all.iter_mut().zip(1..).for_each(|(record, seq)| record.seq = seq);
    all
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
        for (order, records) in [("", &records), ("-exchanged", &exchanged(&records))] {
            let path = Path::new(folder).join(format!("{number}{order}.html"));
            save(&path, records).unwrap();
            fs::write(&path, events_of(&fs::read_to_string(&path).unwrap())).unwrap();
            fs::write(path.with_extension("sleeps"), &sleeps).unwrap();
        }
    }
}
