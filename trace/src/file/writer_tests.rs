//! What is in a file that was not written to its end?

use super::*;
use crate::fixture::{Scratch, Script};

/// Records up to this number.
fn run(last: usize) -> Vec<Record> {
    let mut script = Script::new();
    (0..last).for_each(|_| {
        script.write(Event::Note { text: "tea" });
    });
    script.records
}

/// An end that names it may never come.
#[test]
fn a_runtime_that_begins_meanwhile_is_named_at_once() {
    let scratch = Scratch::new("meanwhile");
    let mut file = Writer::create(scratch.path()).unwrap();
    file.write(&run(2), &[]);
    let other = scratch.path().with_extension("2.jsonl");
    let _ = [scratch.path(), &other].map(|page| crate::file::pages::begun(scratch.path(), page));
    file.write(&run(6)[2..], &[]);
    file.flush();
    assert!(scratch.text().contains("{\"pages\":[{\"page\":\""), "{}", scratch.text());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_known_when_the_file_is_made() {
    for ending in ["html", "json", "jsonl"] {
        let scratch = Scratch::ending(&format!("full.{ending}"));
        std::os::unix::fs::symlink("/dev/full", scratch.path()).unwrap();
        let error = Writer::create(scratch.path()).expect_err(ending);
        assert_eq!(error.kind(), io::ErrorKind::StorageFull, "{ending}: {error}");
    }
}
