//! When is a file written, and what becomes of one that was there?

use super::*;
use crate::file::dump::dump;
use crate::fixture::{Scratch, Script};

/// So many records.
fn run(length: usize) -> Vec<Record> {
    let mut script = Script::new();
    (0..length).for_each(|_| {
        script.write(Event::Note { text: "tea" });
    });
    script.records
}

/// One that has recorded something, to this file.
fn recorder(scratch: &Scratch) -> FlightRecorder {
    let mut recorder = FlightRecorder::create(scratch.path()).unwrap();
    recorder.record(&run(3));
    recorder
}

#[test]
fn a_recorder_that_fails_keeps_no_other_from_its_file() {
    let scratches = ["one", "broken", "other"].map(Scratch::new);
    let recorders = scratches.each_ref().map(recorder);
    {
        let mut broken = recorders[1].flight.lock();
        (broken.writer, broken.latest) = (None, "no/such/directory/tea.jsonl".into());
    }
    assert_eq!(dump().expect_err("one fails").kind(), io::ErrorKind::NotFound);
    for number in [0, 2] {
        assert!(scratches[number].text().ends_with("{\"end\":\"call\"}\n"), "{number}");
    }
}
