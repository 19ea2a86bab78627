//! `read`, `read_exact`, `chain`, `take`, and who is a reader.

use std::io::Cursor;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Waker};

use kettle::io::{AsyncRead, AsyncReadExt, ErrorKind};

use super::script::{
    Eof, Error, Pending, Reader, Wait, Wakes, block_on, bytes, one_by_one, poll_and_cancel,
    poll_once,
};

#[test]
fn read_asks_once_for_each_answer() {
    let mut reader = Reader::new([Pending, Pending, bytes(b"tea")]);
    let mut buffer = [0; 8];
    assert_eq!(block_on(reader.read(&mut buffer)).unwrap(), 3);
    assert_eq!(&buffer, b"tea\0\0\0\0\0");
    assert_eq!(reader.rooms, [8, 8, 8]);
}

#[test]
fn read_into_nothing_asks_the_reader_all_the_same() {
    let mut reader = Reader::new([bytes(b"tea"), Error(ErrorKind::ConnectionReset)]);
    assert_eq!(block_on(reader.read(&mut [])).unwrap(), 0);
    assert_eq!(reader.rooms, [0]);
    assert_eq!(block_on(reader.read(&mut [0; 3])).unwrap(), 3, "nothing was lost by it");
    assert_eq!(block_on(reader.read(&mut [])).unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[test]
fn read_hands_out_an_interruption() {
    let mut reader = Reader::new([Error(ErrorKind::Interrupted), bytes(b"x")]);
    assert_eq!(block_on(reader.read(&mut [0; 1])).unwrap_err().kind(), ErrorKind::Interrupted);
    assert_eq!(reader.polls(), 1);
}

#[test]
fn read_loses_nothing_when_it_is_cancelled() {
    let mut reader = Reader::new([Pending, bytes(b"tea")]);
    let mut buffer = [0; 3];
    poll_and_cancel(reader.read(&mut buffer));
    assert_eq!(block_on(reader.read(&mut buffer)).unwrap(), 3);
    assert_eq!(&buffer, b"tea");
}

#[test]
fn the_reader_is_given_the_newest_waker() {
    let (first, second) = (Arc::new(Wakes::default()), Arc::new(Wakes::default()));
    let mut reader = Reader::new([Wait, Wait]);
    {
        let mut buffer = [0; 4];
        let mut future = pin!(reader.read_exact(&mut buffer));
        for wakes in [&first, &second] {
            let waker = Waker::from(wakes.clone());
            assert!(future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        }
    }
    reader.waker.unwrap().wake();
    assert_eq!((first.count(), second.count()), (0, 1));
}

#[test]
fn read_exact_goes_on_until_the_buffer_is_full() {
    let mut reader = Reader::new(one_by_one(b"green tea"));
    let mut buffer = [0; 5];
    assert_eq!(block_on(reader.read_exact(&mut buffer)).unwrap(), 5);
    assert_eq!(&buffer, b"green");
    assert_eq!(reader.rooms, [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]);
}

#[test]
fn read_exact_of_nothing_asks_nobody() {
    let mut reader = Reader::new([]);
    assert_eq!(block_on(reader.read_exact(&mut [])).unwrap(), 0);
    assert_eq!(reader.polls(), 0);
}

#[test]
fn read_exact_fails_at_an_early_end() {
    let mut reader = Reader::new([bytes(b"gre"), Pending, Eof]);
    let mut buffer = [0; 5];
    let error = block_on(reader.read_exact(&mut buffer)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
    assert_eq!(error.to_string(), "early eof");
    assert_eq!(&buffer, b"gre\0\0");
}

#[test]
fn read_exact_hands_out_an_error_but_no_interruption() {
    let reset = ErrorKind::ConnectionReset;
    let mut reader =
        Reader::new([Error(ErrorKind::Interrupted), bytes(b"g"), Error(reset), bytes(b"r")]);
    assert_eq!(block_on(reader.read_exact(&mut [0; 5])).unwrap_err().kind(), reset);
    assert_eq!(reader.polls(), 3);
}

#[test]
fn read_exact_forgets_how_far_it_was_when_it_is_cancelled() {
    let mut reader = Reader::new([bytes(b"gr"), Pending, bytes(b"een tea")]);
    let mut buffer = [0; 5];
    poll_and_cancel(reader.read_exact(&mut buffer));
    assert_eq!(&buffer, b"gr\0\0\0", "these two have left the reader");
    block_on(reader.read_exact(&mut buffer)).unwrap();
    assert_eq!(&buffer, b"een t");
}

#[test]
fn chain_reads_the_second_after_the_end_of_the_first() {
    let first = Reader::new([Pending, bytes(b"green "), Eof]);
    let second = Reader::new([Pending, bytes(b"tea"), Eof]);
    let mut chain = first.chain(second);
    let mut text = String::new();
    assert_eq!(block_on(chain.read_to_string(&mut text)).unwrap(), 9);
    assert_eq!(text, "green tea");
    let (first, second) = chain.into_inner();
    assert!(first.is_done() && second.is_done());
    assert_eq!((first.polls(), second.polls()), (3, 3));
}

#[test]
fn chain_takes_a_full_buffer_for_no_end() {
    let (first, second): (&[u8], &[u8]) = (b"green", b"tea");
    let mut chain = first.chain(second);
    assert_eq!(block_on(chain.read(&mut [])).unwrap(), 0);
    let mut buffer = [0; 5];
    assert_eq!(block_on(chain.read(&mut buffer)).unwrap(), 5);
    assert_eq!(&buffer, b"green");
    let read: (&&[u8], &&[u8]) = chain.get_ref();
    assert_eq!(read, (&&b""[..], &&b"tea"[..]));
    assert_eq!(format!("{chain:?}"), "Chain { t: [], u: [116, 101, 97] }");
}

#[test]
fn chain_stays_with_the_first_after_an_error() {
    let first = Reader::new([Error(ErrorKind::TimedOut), bytes(b"x"), Eof]);
    let mut chain = first.chain(&b"y"[..]);
    assert_eq!(block_on(chain.read(&mut [0; 4])).unwrap_err().kind(), ErrorKind::TimedOut);
    let mut bytes = Vec::new();
    block_on(chain.read_to_end(&mut bytes)).unwrap();
    assert_eq!(bytes, b"xy");
}

#[test]
fn take_shows_the_reader_no_more_room_than_the_limit() {
    let mut take = Reader::new([Pending, bytes(b"gr"), bytes(b"een tea")]).take(5);
    let mut text = String::new();
    assert_eq!(block_on(take.read_to_string(&mut text)).unwrap(), 5);
    assert_eq!(text, "green");
    assert_eq!(take.limit(), 0);
    assert_eq!(take.get_ref().rooms, [5, 5, 3], "and at the limit it is not asked");
    take.set_limit(2);
    assert_eq!(block_on(take.read(&mut [0; 8])).unwrap(), 2);
    assert_eq!(take.get_mut().polls(), 4);
}

#[test]
fn take_does_not_count_errors() {
    let mut take = Reader::new([Error(ErrorKind::TimedOut), bytes(b"tea"), Eof]).take(4);
    assert!(block_on(take.read(&mut [0; 8])).is_err());
    assert_eq!(take.limit(), 4);
    assert_eq!(block_on(take.read(&mut [0; 8])).unwrap(), 3);
    assert_eq!(take.limit(), 1);
    assert_eq!(block_on(take.read(&mut [0; 8])).unwrap(), 0);
    assert_eq!(take.limit(), 1);
}

#[test]
fn what_points_to_a_reader_is_one() {
    fn word(reader: impl AsyncRead) -> String {
        let mut reader = pin!(reader);
        let mut text = String::new();
        block_on(reader.read_to_string(&mut text)).unwrap();
        text
    }
    let mut slice: &[u8] = b"tea";
    let pointer: &mut &[u8] = &mut slice;
    assert_eq!(word(pointer), "tea");
    assert_eq!(slice, b"");
    let boxed: Box<dyn AsyncRead + Unpin> = Box::new(&b"tea"[..]);
    assert_eq!(word(boxed), "tea");
    let pinned: Pin<Box<dyn AsyncRead + Send>> = Box::pin(&b"tea"[..]);
    assert_eq!(word(pinned), "tea");
    assert_eq!(word(Cursor::new("green tea")), "green tea");
}

#[test]
fn a_cursor_reads_on_from_its_position() {
    let mut cursor = Cursor::new(b"green tea".to_vec());
    cursor.set_position(6);
    let mut buffer = [0; 2];
    assert_eq!(block_on(cursor.read(&mut buffer)).unwrap(), 2);
    assert_eq!(&buffer, b"te");
    assert_eq!(cursor.position(), 8);
    for behind_the_end in [9, 10, u64::MAX] {
        cursor.set_position(behind_the_end);
        assert_eq!(block_on(cursor.read(&mut buffer)).unwrap(), 0);
        assert_eq!(cursor.position(), behind_the_end);
    }
}

#[test]
fn a_finished_future_that_is_still_there_borrows_nothing() {
    let mut reader: &[u8] = b"tea";
    let mut bytes = Vec::new();
    let mut future = pin!(reader.read_to_end(&mut bytes));
    assert!(poll_once(future.as_mut()).is_ready());
    // This compiles because the future has no `Drop`, and `future` is not used below.
    assert_eq!(bytes, b"tea");
}
