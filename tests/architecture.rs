//! Does `docs/ARCHITECTURE.md` tell the truth about one wake-up?
//!
//! The table of stops is read from the document, a real `make_tea` is recorded, and each stop with
//! an event must be the place of that event, in the same order. The name of the function is found
//! in the source, above the line that the event carries.

use std::fs;
use std::path::Path;

use kettle::trace::{Event, Record, record};

mod make_tea {
    include!("../examples/make_tea.rs");

    pub(crate) fn run() {
        main();
    }
}

/// A row of the table: the file, the function, the event's name.
#[derive(Debug, PartialEq)]
struct Stop {
    file: String,
    function: String,
    event: String,
}

/// The rows of the section "One wake-up", those with an event.
fn told() -> Vec<Stop> {
    let text = fs::read_to_string("docs/ARCHITECTURE.md").unwrap();
    let (_, section) = text.split_once("## One wake-up").expect("the section is there");
    let (section, _) = section.split_once("\n## ").expect("another section follows");
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.filter_map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let (file, function) = cells[0].trim_matches('`').split_once(": ").expect("file: function");
        let event = cells[2].trim_matches('`').to_owned();
        let stop = Stop { file: file.to_owned(), function: function.to_owned(), event };
        (!stop.event.is_empty()).then_some(stop)
    })
    .collect()
}

/// The function around the event's line.
fn seen(record: &Record) -> Stop {
    let file = record.place.file().replace('\\', "/");
    let source = fs::read_to_string(&file).unwrap();
    let above: Vec<&str> = source.lines().take(record.place.line() as usize).collect();
    let named = |line: &&str| {
        line.trim_start().split_once("fn ").map(|(before, after)| {
            let plain = before.is_empty() || before.ends_with(' ');
            plain.then(|| after.split(['(', '<']).next().unwrap_or_default().to_owned())
        })
    };
    let function = above.iter().rev().find_map(|line| named(line).flatten()).expect("a function");
    let debug = format!("{:?}", record.event);
    let event = debug.split([' ', '{']).next().unwrap_or_default().to_owned();
    Stop { file, function, event }
}

#[test]
fn a_wake_up_passes_the_stops_that_the_document_names() {
    let told = told();
    assert!(told.len() >= 8, "the document names the stops: {told:?}");
    let ((), records) = record(make_tea::run);
    let first_poll = records.iter().position(|r| matches!(r.event, Event::PollStart { .. }));
    let from = first_poll.expect("make_tea is polled");
    let after = |index: &usize| matches!(records[*index].event, Event::PollStart { .. });
    let to = (from + 1..records.len()).find(after).expect("and polled again");
    let seen: Vec<Stop> = records[from..=to].iter().map(seen).collect();
    assert_eq!(told, seen);
}

/// The files that the document names are there.
#[test]
fn every_file_that_the_document_names_exists() {
    let text = fs::read_to_string("docs/ARCHITECTURE.md").unwrap();
    let (_, section) = text.split_once("## Where a thing lives").expect("the section is there");
    let (section, _) = section.split_once("\n## ").expect("another section follows");
    let names = section.split('`').skip(1).step_by(2).filter(|name| is_rust(name));
    let names: Vec<&str> = names.collect();
    for name in &names {
        assert!(fs::exists(format!("runtime/src/{name}")).unwrap(), "runtime/src/{name}");
    }
    // And the other way round: no file of the engine is left out.
    let listed = |name: &str| names.contains(&name);
    for folder in ["", "timer/", "event/", "task/"] {
        for entry in fs::read_dir(format!("runtime/src/{folder}")).unwrap() {
            let name = format!("{folder}{}", entry.unwrap().file_name().into_string().unwrap());
            let passed_over = ["lib.rs", "sync.rs", "task/upkeep.rs"].contains(&name.as_str());
            if is_rust(&name) && !name.ends_with("_tests.rs") && !passed_over {
                assert!(listed(&name), "{name} is in no row of `Where a thing lives`");
            }
        }
    }
}

fn is_rust(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "rs")
}
