//! `read_to_end` and `read_to_string`: all that comes, whatever happens.

use kettle::io::{AsyncReadExt, ErrorKind};

use crate::help::{Side, panic_of, side};

use super::script::{
    Eof, Error, Panic, Pending, Reader, block_on, bytes, one_by_one, poll_and_cancel,
};

#[test]
fn read_to_end_adds_to_what_is_there() {
    let mut steps = one_by_one(b" tea");
    steps.extend([Error(ErrorKind::Interrupted), bytes(b" and"), bytes(b" more"), Pending, Eof]);
    let mut reader = Reader::new(steps);
    let mut vec = b"green".to_vec();
    assert_eq!(block_on(reader.read_to_end(&mut vec)).unwrap(), 13);
    assert_eq!(vec, b"green tea and more");
    assert!(reader.is_done());
}

#[test]
fn read_to_end_keeps_what_came_before_an_error() {
    let mut reader = Reader::new([bytes(b" tea"), Error(ErrorKind::ConnectionReset)]);
    let mut vec = b"green".to_vec();
    let error = block_on(reader.read_to_end(&mut vec)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert_eq!(vec, b"green tea");
}

#[test]
fn read_to_end_keeps_what_came_before_it_was_cancelled() {
    let mut reader = Reader::new([bytes(b"green"), Pending, bytes(b" tea"), Eof]);
    let mut vec = Vec::new();
    poll_and_cancel(reader.read_to_end(&mut vec));
    assert_eq!(vec, b"green");
    assert_eq!(block_on(reader.read_to_end(&mut vec)).unwrap(), 4);
    assert_eq!(vec, b"green tea");
}

#[test]
fn read_to_end_shows_no_zeroes_after_a_panic() {
    let mut reader = Reader::new([bytes(b" tea"), Panic]);
    let mut vec = b"green".to_vec();
    panic_of(|| block_on(reader.read_to_end(&mut vec)));
    assert_eq!(vec, b"green tea");
}

#[test]
fn a_vector_made_to_measure_does_not_grow_for_the_end_of_file() {
    for len in [32, 33, 1000, 100_000] {
        let data = vec![b'x'; len];
        let mut vec = Vec::with_capacity(len);
        let given = vec.capacity();
        let mut reader = Reader::new([Pending, bytes(&data), Eof]);
        assert_eq!(block_on(reader.read_to_end(&mut vec)).unwrap(), len);
        assert_eq!(vec, data);
        assert_eq!(vec.capacity(), given);
    }
}

#[test]
#[cfg_attr(on_tokio, ignore = "tokio lends all the room that there is")]
fn a_large_vector_is_not_offered_whole_to_a_slow_reader() {
    let mut reader = Reader::new(one_by_one(b"tea").into_iter().chain([Eof]));
    let mut vec = Vec::with_capacity(1 << 20);
    block_on(reader.read_to_end(&mut vec)).unwrap();
    assert_eq!(reader.rooms, [8192; 7], "what is offered has been zeroed");
}

#[test]
#[cfg_attr(on_tokio, ignore = "tokio lends all the room that there is")]
fn a_fast_reader_is_offered_more_and_more() {
    let mut reader = Reader::new([bytes(&vec![b'x'; 1 << 20]), Eof]);
    let mut vec = Vec::with_capacity(2 << 20);
    block_on(reader.read_to_end(&mut vec)).unwrap();
    assert_eq!(vec.len(), 1 << 20);
    // 8 KiB, 16 KiB, ... 512 KiB are 1 MiB less 8 KiB; the last 8 KiB; the end of file.
    assert_eq!(reader.polls(), 9);
    // Without a capacity to begin with, the vector doubles from 32 bytes on.
    let mut reader = Reader::new([bytes(&vec), Eof]);
    let mut vec = Vec::new();
    block_on(reader.read_to_end(&mut vec)).unwrap();
    assert_eq!(vec.len(), 1 << 20);
    assert!(reader.polls() <= 30, "{:?}", reader.rooms);
}

#[test]
fn read_to_string_uses_the_memory_of_an_empty_string() {
    let mut text = String::with_capacity(100);
    let given = text.as_ptr();
    block_on(Reader::new([bytes(b"tea"), Eof]).read_to_string(&mut text)).unwrap();
    assert_eq!(text, "tea");
    assert_eq!(text.as_ptr(), given);
}

#[test]
fn read_to_string_puts_the_string_back_after_what_is_no_text() {
    for before in ["", "grün"] {
        let mut text = String::from(before);
        let mut reader = Reader::new([bytes(b"tea \xff"), Pending, bytes(b"x"), Eof]);
        let error = block_on(reader.read_to_string(&mut text)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData);
        let no_text = error.get_ref().unwrap().downcast_ref::<std::str::Utf8Error>().unwrap();
        assert_eq!(no_text.valid_up_to(), before.len() + 4, "from the beginning of the string");
        assert_eq!(text, before);
        assert!(reader.is_done(), "it reads to the end before it looks");
    }
}

#[test]
fn read_to_string_puts_the_string_back_after_an_error() {
    for came in [&b" tea"[..], b"\xff"] {
        let mut text = String::from("green");
        let mut reader = Reader::new([bytes(came), Error(ErrorKind::ConnectionReset)]);
        let error = block_on(reader.read_to_string(&mut text)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionReset);
        assert_eq!(text, "green");
    }
}

#[test]
fn read_to_string_leaves_the_string_alone_when_it_is_cancelled() {
    let mut text = String::from("green");
    let mut reader = Reader::new([bytes(b" tea"), Pending, bytes(b" leaves"), Eof]);
    poll_and_cancel(reader.read_to_string(&mut text));
    // tokio promises nothing of the string, and leaves it empty.
    let left = if side() == Side::Kettle { "green" } else { "" };
    assert_eq!(text, left);
    block_on(reader.read_to_string(&mut text)).unwrap();
    assert_eq!(text, left.to_owned() + " leaves", "what was read by the first future is lost");
}
