//! When is a file written, and what becomes of one that was there?

use std::fs;

use super::*;
use crate::doctor::LintKind;
use crate::file::dump::dump;
use crate::file::lines::CALL;
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

#[test]
fn what_an_earlier_run_wrote_stays_until_something_is_written() {
    for ending in ["html", "jsonl"] {
        let scratch = Scratch::ending(&format!("crash.{ending}"));
        crate::save(scratch.path(), &run(1)).unwrap();
        let earlier = scratch.text() + "of an earlier run";
        fs::write(scratch.path(), &earlier).unwrap();
        let again = recorder(&scratch);
        assert_eq!(scratch.text(), earlier, "{ending}: something has begun");
        let other = FlightRecorder::create(scratch.path()).expect_err("it is ours");
        assert_eq!(other.kind(), io::ErrorKind::ResourceBusy);
        drop(again);
        assert_eq!(scratch.text(), earlier, "{ending}: nothing has happened");
        let again = recorder(&scratch);
        again.flight.lock().write(CALL).unwrap().expect("a file");
        assert!(!scratch.text().contains("of an earlier run"), "{ending}");
        let written = scratch.text();
        drop(again);
        assert_eq!(scratch.text(), written, "{ending}");
    }
}

#[test]
fn a_note_is_no_reason_to_write() {
    let scratch = Scratch::new("notes");
    let mut recorder = recorder(&scratch);
    let lint = |kind| Lint::new(kind, None, "so it is".to_owned(), 2);
    for kind in [LintKind::End, LintKind::Decision] {
        recorder.keep(&lint(kind));
        assert_eq!(scratch.text(), "", "{kind}");
    }
    recorder.keep(&lint(LintKind::BusyLoop));
    let text = scratch.text();
    assert!(text.contains("\"lint\":\"busy_loop\"") && text.contains("\"lint\":\"end\""), "{text}");
}

#[test]
fn the_ring_takes_no_more_than_it_may_and_forgets_a_block_at_a_time() {
    let (scratch, room) = (Scratch::new("ring"), 1_030);
    let mut recorder = FlightRecorder::create(scratch.path()).unwrap();
    recorder = recorder.limit((room * size_of::<Record>()) as u64).showing_stacks();
    for some in run(3 * room).chunks(7) {
        let stacks: Vec<_> = some.iter().map(|one| (one.seq, Stack::default())).collect();
        recorder.stacks(&stacks);
        recorder.record(some);
        let flight = recorder.flight.lock();
        let room = flight.ring.iter().map(|block| block.records.capacity()).sum::<usize>();
        assert!(room <= 1_030, "{room}");
    }
    let count = |of: fn(&Work) -> usize| recorder.flight.lock().ring.iter().map(of).sum::<usize>();
    let kept = count(|block| block.records.len());
    assert!((1_024 - BLOCK..=1_024).contains(&kept), "{kept}");
    assert_eq!(count(|block| block.stacks.len()), kept);
}

/// [`FlightRecorder::limit`] and `docs/watch.md` say so.
#[cfg(target_pointer_width = "64")]
#[test]
fn an_event_takes_168_bytes() {
    assert_eq!(size_of::<Record>(), 168);
}
