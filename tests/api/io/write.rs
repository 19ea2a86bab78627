//! `write`, `write_all`, `write_vectored`, `flush`, `shutdown`, and who is a writer.

use std::io::{Cursor, IoSlice};
use std::pin::{Pin, pin};

use kettle::io::{AsyncWrite, AsyncWriteExt, ErrorKind};

use crate::help::panic_of;

use super::script::{Claim, Fail, Later, Take, Writer, block_on, poll_and_cancel};

#[test]
fn write_asks_once_for_each_answer() {
    let mut writer = Writer::new([Later, Later, Take(5)]);
    assert_eq!(block_on(writer.write(b"green tea")).unwrap(), 5);
    assert_eq!(writer.written, b"green");
    assert_eq!(writer.calls, "www");
}

#[test]
fn write_hands_out_zero_and_interruptions() {
    let mut writer = Writer::new([Take(0), Fail(ErrorKind::Interrupted), Take(9)]);
    assert_eq!(block_on(writer.write(b"tea")).unwrap(), 0);
    assert_eq!(block_on(writer.write(b"tea")).unwrap_err().kind(), ErrorKind::Interrupted);
    assert_eq!(block_on(writer.write(b"")).unwrap(), 0);
    assert_eq!(writer.polls(), 3, "an empty slice asks the writer all the same");
}

#[test]
fn write_has_written_nothing_when_it_is_cancelled() {
    let mut writer = Writer::new([Later, Take(9)]);
    poll_and_cancel(writer.write(b"green"));
    block_on(writer.write(b"black")).unwrap();
    assert_eq!(writer.written, b"black");
}

#[test]
fn write_all_goes_on_until_all_is_written() {
    let mut writer =
        Writer::new([Take(1), Later, Take(3), Fail(ErrorKind::Interrupted), Take(4), Take(99)]);
    block_on(writer.write_all(b"green tea")).unwrap();
    assert_eq!(writer.written, b"green tea");
    assert_eq!(writer.calls, "wwwwww");
}

#[test]
fn write_all_of_nothing_asks_nobody() {
    let mut writer = Writer::new([]);
    block_on(writer.write_all(b"")).unwrap();
    assert_eq!(writer.polls(), 0);
}

#[test]
fn write_all_fails_if_the_writer_does_or_takes_no_more() {
    for (last, kind) in
        [(Take(0), ErrorKind::WriteZero), (Fail(ErrorKind::BrokenPipe), ErrorKind::BrokenPipe)]
    {
        let mut writer = Writer::new([Take(5), Later, last]);
        assert_eq!(block_on(writer.write_all(b"green tea")).unwrap_err().kind(), kind);
        assert_eq!(writer.written, b"green");
    }
}

#[test]
fn write_all_does_not_believe_in_more_than_all() {
    let mut writer = Writer::new([Claim(4)]);
    panic_of(|| _ = block_on(writer.write_all(b"tea")));
}

#[test]
fn write_all_forgets_how_far_it_was_when_it_is_cancelled() {
    let mut writer = Writer::new([Take(5), Later, Take(99)]);
    poll_and_cancel(writer.write_all(b"green tea"));
    assert_eq!(writer.written, b"green");
    block_on(writer.write_all(b"green tea")).unwrap();
    assert_eq!(writer.written, b"greengreen tea");
}

#[test]
fn flush_and_shutdown_ask_until_it_is_done() {
    let mut writer = Writer::new([Later, Take(0), Later, Later, Take(0)]);
    block_on(writer.flush()).unwrap();
    block_on(writer.shutdown()).unwrap();
    assert_eq!(writer.calls, "ffsss");
    let mut writer = Writer::new([Fail(ErrorKind::Interrupted), Fail(ErrorKind::NotConnected)]);
    assert_eq!(block_on(writer.flush()).unwrap_err().kind(), ErrorKind::Interrupted);
    assert_eq!(block_on(writer.shutdown()).unwrap_err().kind(), ErrorKind::NotConnected);
}

#[test]
fn by_itself_a_vectored_write_takes_the_first_slice_that_is_not_empty() {
    let mut writer = Writer::new([Later, Take(99), Take(99)]);
    assert!(!writer.is_write_vectored());
    let slices = [IoSlice::new(b""), IoSlice::new(b"green"), IoSlice::new(b"tea")];
    assert_eq!(block_on(writer.write_vectored(&slices)).unwrap(), 5);
    assert_eq!(block_on(writer.write_vectored(&[])).unwrap(), 0);
    assert_eq!(writer.written, b"green");
    assert_eq!(writer.calls, "www");
}

#[test]
fn memory_is_a_writer() {
    let slices = [IoSlice::new(b"green"), IoSlice::new(b""), IoSlice::new(b" tea")];

    let mut vec = b"-".to_vec();
    assert!(vec.is_write_vectored());
    block_on(vec.write_all(b"a ")).unwrap();
    assert_eq!(block_on(vec.write_vectored(&slices)).unwrap(), 9);
    assert_eq!(vec, b"-a green tea");

    let mut cursor = Cursor::new(b"a lot of coffee".to_vec());
    cursor.set_position(9);
    block_on(cursor.write_vectored(&slices)).unwrap();
    assert_eq!(cursor.into_inner(), b"a lot of green tea");

    let mut vec = Vec::new();
    let mut cursor = Cursor::new(&mut vec);
    cursor.set_position(2);
    block_on(cursor.write_all(b"tea")).unwrap();
    assert_eq!(vec, b"\0\0tea");

    let mut cursor = Cursor::new(vec![b'.'; 7].into_boxed_slice());
    assert!(cursor.is_write_vectored());
    assert_eq!(block_on(cursor.write_vectored(&slices)).unwrap(), 7, "what fits in");
    assert_eq!(block_on(cursor.write(b"x")).unwrap(), 0);
    assert_eq!(&*cursor.into_inner(), b"green t");

    let mut bytes = [b'.'; 4];
    let mut cursor = Cursor::new(&mut bytes[..]);
    block_on(cursor.write_all(b"tea")).unwrap();
    block_on(cursor.flush()).unwrap();
    block_on(cursor.shutdown()).unwrap();
    assert_eq!(&bytes, b"tea.");
}

#[test]
fn what_points_to_a_writer_is_one() {
    /// All five methods of the trait, through the pointer.
    fn go_through(writer: impl AsyncWrite) {
        let mut writer = pin!(writer);
        let slices = [IoSlice::new(b"green"), IoSlice::new(b" tea")];
        assert!(writer.is_write_vectored());
        assert_eq!(block_on(writer.write_vectored(&slices)).unwrap(), 9);
        block_on(writer.write_all(b"!")).unwrap();
        block_on(writer.flush()).unwrap();
        block_on(writer.shutdown()).unwrap();
    }
    let mut vec = Vec::new();
    go_through(&mut vec);
    go_through(Box::new(&mut vec));
    go_through(Box::pin(&mut vec));
    go_through(Pin::new(&mut vec));
    assert_eq!(vec, b"green tea!".repeat(4));

    let mut writer = Writer::new([Take(0), Take(0)]);
    let object: &mut (dyn AsyncWrite + Unpin) = &mut writer;
    assert!(!object.is_write_vectored());
    block_on(async {
        object.flush().await?;
        object.shutdown().await
    })
    .unwrap();
    assert_eq!(writer.calls, "fs");
}
