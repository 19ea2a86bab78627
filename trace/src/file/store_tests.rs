//! Is the file bounded, ordered and on disk when it should be?

use super::*;
use crate::fixture::Scratch;

/// A store with a file of its own.
fn store(limit: u64) -> (Store, Scratch) {
    let scratch = Scratch::new("store");
    let mut store = Store::create(scratch.path()).unwrap();
    store.limit(limit);
    (store, scratch)
}

/// A line of ten bytes.
fn write(store: &mut Store, number: u64) -> Room {
    store.lines(1, number, |out| out.extend_from_slice(format!("line {number:4}\n").as_bytes()))
}

fn write_all(store: &mut Store, numbers: impl IntoIterator<Item = u64>) {
    for number in numbers {
        write(store, number);
    }
}

fn numbers(text: &str) -> Vec<u64> {
    text.lines().filter_map(|line| line.strip_prefix("line")?.trim().parse().ok()).collect()
}

#[test]
fn of_more_than_fits_the_head_and_the_tail_stay_and_the_rest_is_counted() {
    let (mut store, scratch) = store(1_600); // a head of 1,400 and a tail of up to twice 100
    let written: Vec<Room> = (1..=1_000).map(|number| write(&mut store, number)).collect();
    let full = written.iter().position(|&room| room == Room::Full);
    assert_eq!(full, Some(140), "the line with the number 141");
    assert_eq!(written.iter().filter(|&&room| room == Room::Full).count(), 1);
    assert_eq!(written.iter().filter(|&&room| room == Room::Half).count(), 85);
    store.aside(b"an aside\n");
    assert!(scratch.text().ends_with("an aside\n"), "it can't be forgotten");
    let forgotten = store.forgotten().unwrap();
    store.close(b"the gap\n", b"end\n");
    let text = scratch.text();
    let (head, tail) = text.split_once("the gap\n").unwrap();
    assert_eq!(numbers(head), (1..=141).collect::<Vec<_>>());
    let tail = numbers(tail);
    assert!((10..=20).contains(&tail.len()), "{tail:?}");
    assert_eq!(*tail.last().unwrap(), 1_000);
    assert!(tail.is_sorted_by(|a, b| a + 1 == *b), "{tail:?}");
    assert_eq!(forgotten, Forgotten { events: tail[0] - 142, after: 141 });
}

#[test]
fn what_is_no_event_is_not_counted_among_what_is_missing() {
    let (mut store, _scratch) = store(160);
    write_all(&mut store, 1..=100);
    let before = store.forgotten().unwrap().events;
    for _ in 0..100 {
        store.lines(0, 100, |out| out.extend_from_slice(b"a note 123\n"));
    }
    let forgotten = store.forgotten().unwrap();
    assert!(forgotten.events - before <= 2, "the two that were in the tail");
    assert_eq!(forgotten.after, 15);
}

#[test]
fn a_line_of_many_events_counts_as_many() {
    let (mut store, _scratch) = store(160);
    for block in 1..=20 {
        store.lines(10, block * 10, |out| out.extend_from_slice(b"0123456789\n"));
    }
    let forgotten = store.forgotten().unwrap();
    assert_eq!((forgotten.after, forgotten.events % 10), (130, 0));
    assert!(forgotten.events > 0);
}

#[test]
fn what_is_large_goes_to_the_file_by_itself() {
    let (mut store, scratch) = store(1 << 20);
    let many = LARGE as u64 / 10;
    // Of a short number: each of ten bytes.
    write_all(&mut store, (1..=many).map(|_| 3));
    assert_eq!(numbers(&scratch.text()).len(), 0, "some bytes are wanting to a large write");
    write(&mut store, 3);
    assert_eq!(numbers(&scratch.text()).len() as u64, many + 1);
}

#[test]
fn a_file_that_cannot_be_written_is_given_up_and_says_so_once() {
    let scratch = Scratch::new("store");
    let mut store = Store::create(scratch.path()).unwrap();
    // A handle that can only read stands for a disk that is full.
    store.file = Some(fs::File::open(scratch.path()).unwrap());
    write(&mut store, 1);
    store.flush();
    assert!(store.failure().is_some());
    write(&mut store, 2);
    store.flush();
    store.close(b"", b"end\n");
    assert!(store.failure().is_none());
    assert_eq!(scratch.text(), "");
}

#[test]
fn what_a_half_begins_with_does_not_count() {
    let (mut store, scratch) = store(1_600);
    let mut halves = 0;
    for number in 1..=1_000 {
        if write(&mut store, number) == Room::Half {
            halves += 1;
            store.anew(|out| out.extend_from_slice(&b"everything\n".repeat(100)));
        }
    }
    assert_eq!(halves, 85, "as many as without");
    store.close(b"the gap\n", b"");
    let text = scratch.text();
    let tail = text.split_once("the gap\n").unwrap().1;
    assert!(tail.starts_with("everything\n"), "nothing of the half before is needed");
    assert_eq!(*numbers(tail).last().unwrap(), 1_000);
}

#[test]
fn a_file_that_somebody_writes_is_not_taken_nor_emptied() {
    let (mut first, scratch) = store(1_600);
    write(&mut first, 1);
    first.flush();
    let second = Store::create(scratch.path());
    assert_eq!(second.err().map(|error| error.kind()), Some(io::ErrorKind::ResourceBusy));
    first.close(b"", b"end\n");
    assert_eq!(scratch.text(), "line    1\nend\n");
    drop(Store::create(scratch.path()).expect("it is free now"));
    assert_eq!(scratch.text(), "");
}
