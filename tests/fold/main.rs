//! Do the events of a program lead to the state that it is in?
//!
//! Small programs that are looked at in the middle: the records up to a certain one are folded, and the
//! state must be the one that the program was written to be in (`cases.rs`, and `values.rs` of what comes
//! to many). And whole programs, the examples, in which no record may contradict those before it
//! (`examples.rs`). The fold of random programs is beside the engine and beside the page in
//! `tests/models/tests/fold`.

mod cases;
mod examples;
#[path = "../folded/mod.rs"]
mod folded;
mod values;

use kettle::runtime::Builder;
use kettle::trace::fold::Fold;
use kettle::trace::{Event, Record, Recorder};

/// Runs this with the clock paused; what was recorded is free of contradictions.
fn watch<F: Future<Output = ()>>(future: F) -> Vec<Record> {
    let (recorder, recording) = Recorder::new();
    let mut builder = Builder::new_current_thread();
    builder.enable_all().start_paused(true).trace(recorder);
    builder.build().expect("a runtime").block_on(future);
    folded::whole(&recording.records());
    recording.records()
}

/// The state when the program has said this (`note`).
fn when_said(said: &'static str, records: &[Record]) -> Fold {
    let until = records.iter().position(|record| record.event == Event::Note { text: said });
    Fold::of(&records[..=until.expect("it was said")])
}
