//! A trace's file may grow no more (`EFBIG`, as `ulimit -f` says it). What a program's own files do
//! on a full disk is in `tests/api/fs.rs`.

use std::fs;

use crate::common::engine::{runtime, yield_times};
use crate::common::folder::Folder;
use crate::program_that;

/// The program ends as if there were no trace, and says that the trace ends early. What is in the
/// file is as much as there was room for, and does not claim to be all.
#[test]
fn a_trace_for_which_there_is_no_room_ends_early_and_the_program_does_not() {
    // In blocks of 512 bytes.
    for (ending, room) in [("jsonl", 128), ("html", blocks_of_the_page() + 128)] {
        let place = Folder::new();
        let trace = place.at(&format!("tea.{ending}"));
        let mut program = program_that("yields", &format!("trap '' XFSZ; ulimit -f {room}"));
        let output = program.env("KETTLE_TRACE", &trace).output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{ending}: {said}");
        assert!(said.contains("the trace ends early"), "{ending}: {said}");
        let text = fs::read(&trace).unwrap();
        assert_eq!(text.len(), room * 512, "{ending}");
        let text = String::from_utf8_lossy(&text);
        assert!(!text.contains("{\"end\":\"complete\""), "{ending}");
    }
}

/// The page of a replay comes before its first line: so much of the file is there however little is
/// recorded.
fn blocks_of_the_page() -> usize {
    let place = Folder::new();
    let trace = place.at("tea.html");
    program_that("yields", "true").env("KETTLE_TRACE", &trace).output().expect("it runs");
    let text = fs::read_to_string(&trace).unwrap();
    text.rsplit_once("id=\"trace\">").expect("the lines have a tag").0.len() / 512
}

/// Enough events for any of these.
pub(crate) fn yields() {
    runtime().block_on(yield_times(10_000));
}
