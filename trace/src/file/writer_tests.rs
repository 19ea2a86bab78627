//! What is in a file that was not written to its end?

use super::*;
use crate::fixture::parse;
use crate::fixture::{Scratch, Script};

/// Records up to this number.
fn run(last: usize) -> Vec<Record> {
    let mut script = Script::new();
    (0..last).for_each(|_| {
        script.write(Event::Note { text: "tea" });
    });
    script.records
}

#[test]
fn what_a_panic_has_cost_is_told_and_what_follows_is_written() {
    let scratch = Scratch::new("torn");
    let mut file = Writer::create(scratch.path()).unwrap();
    file.write(&run(2), &[]);
    // As a panic at the third of five leaves it.
    file.given = 5;
    file.write(&run(6)[5..], &[]);
    file.close(None, Duration::ZERO);
    let text = scratch.text();
    let told: Vec<_> =
        text.lines().map(parse).filter(|l| l.get("file").is_none()).skip(1).collect();
    let number = |line: usize, key: &str| told[line][key].as_u64().unwrap();
    assert_eq!((number(0, "n"), number(1, "n"), number(3, "n")), (1, 2, 6));
    assert_eq!((number(2, "lost"), number(2, "after")), (3, 2));
    assert_eq!(told[4]["end"].as_str().unwrap(), "complete");
}

#[test]
fn a_panic_at_the_end_leaves_no_whole_trace() {
    let scratch = Scratch::new("torn-end");
    let mut file = Writer::create(scratch.path()).unwrap();
    file.write(&run(2), &[]);
    file.given = 5;
    // Another runtime has begun since: an end that names it may never come.
    let other = scratch.path().with_extension("2.jsonl");
    let _ = [scratch.path(), &other].map(|page| crate::file::pages::begun(scratch.path(), page));
    file.write(&run(6)[5..], &[]);
    file.given = 9;
    file.close(None, Duration::ZERO);
    let text = scratch.text();
    assert!(text.contains("{\"pages\":[{\"page\":\""), "{text}");
    assert!(text.ends_with("{\"lost\":3,\"after\":6}\n"), "{text}");
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
