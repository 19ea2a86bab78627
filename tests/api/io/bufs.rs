//! Reading into a `BufMut` and writing from a `Buf`: `read_buf`, `write_buf`, `write_all_buf`,
//! `try_read_buf`; and reading into memory that is not initialised.

use std::collections::VecDeque;
use std::io::{self, Cursor, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf, BufMut, Bytes, BytesMut};
use kettle::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, ReadBuf};

use crate::common::engine::connection as pair;
use crate::help::Polled;

use super::script::{Fail, Later, Take, Writer};

/// Answers in turn what it is given; `None` is `Pending`. It fills the buffer in every case.
struct Script(VecDeque<Option<io::Result<()>>>);

impl Script {
    fn new(answers: impl IntoIterator<Item = Option<io::Result<()>>>) -> Script {
        Script(answers.into_iter().collect())
    }

    fn next(&mut self, cx: &Context<'_>) -> Poll<io::Result<()>> {
        let answer = self.0.pop_front().expect("one poll more than expected");
        if answer.is_none() {
            cx.waker().wake_by_ref();
        }
        answer.map_or(Poll::Pending, Poll::Ready)
    }
}

impl AsyncRead for Script {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        buf.put_slice(b"tea");
        self.next(cx)
    }
}

#[test]
fn read_buf_appends_and_says_how_much() {
    let mut reader: &[u8] = b"green tea";
    let mut vec = b"a ".to_vec();
    assert_eq!(Polled::new(reader.read_buf(&mut vec)).ready().unwrap(), 9);
    assert_eq!(Polled::new(reader.read_buf(&mut vec)).ready().unwrap(), 0);
    assert_eq!(vec, b"a green tea");

    let mut reader: &[u8] = b"green tea";
    let mut bytes = BytesMut::with_capacity(64).limit(5);
    assert_eq!(Polled::new(reader.read_buf(&mut bytes)).ready().unwrap(), 5);
    assert_eq!(bytes.get_ref(), &b"green"[..]);

    let mut array = [b'.'; 6];
    let mut slice = &mut array[..];
    assert_eq!(Polled::new(reader.read_buf(&mut slice)).ready().unwrap(), 4);
    assert_eq!(slice.len(), 2);
    assert_eq!(&array, b" tea..");
}

#[test]
fn read_buf_without_room_does_not_ask_the_reader() {
    let mut reader = Script::new([]);
    let mut slice: &mut [u8] = &mut [];
    assert_eq!(Polled::new(reader.read_buf(&mut slice)).ready().unwrap(), 0);
}

#[test]
fn read_buf_leaves_the_buffer_alone_until_it_succeeds() {
    let interrupted = || Some(Err(ErrorKind::Interrupted.into()));
    let mut reader = Script::new([None, interrupted(), None, Some(Ok(()))]);
    let mut vec = Vec::new();
    let mut read = Polled::waiting(reader.read_buf(&mut vec));
    assert_eq!(read.wakes(), 1);
    assert_eq!(read.ready().unwrap_err().kind(), ErrorKind::Interrupted);
    drop(read);
    assert_eq!(vec, b"");
    let read = Polled::waiting(reader.read_buf(&mut vec));
    drop(read); // cancelled
    assert_eq!(vec, b"");
    assert_eq!(Polled::new(reader.read_buf(&mut vec)).ready().unwrap(), 3);
    assert_eq!(vec, b"tea");
}

#[test]
fn write_buf_takes_from_the_front_what_was_written() {
    let mut writer = Writer::new([Take(4); 3]);
    let mut words = Cursor::new("green tea");
    for (taken, position) in [(4, 4), (4, 8), (1, 9), (0, 9)] {
        assert_eq!(Polled::new(writer.write_buf(&mut words)).ready().unwrap(), taken);
        assert_eq!(words.position(), position);
    }
    assert_eq!((&writer.written[..], &writer.calls[..]), (&b"green tea"[..], "www"));
}

#[test]
fn write_buf_that_fails_or_waits_takes_nothing() {
    let mut writer = Writer::new([Later, Fail(ErrorKind::Interrupted)]);
    let mut words = Bytes::from("tea");
    let mut write = Polled::waiting(writer.write_buf(&mut words));
    assert_eq!(write.ready().unwrap_err().kind(), ErrorKind::Interrupted);
    drop(write);
    assert_eq!(words, "tea");
}

#[test]
fn pieces_are_offered_together() {
    let pieces = || Bytes::from("green").chain(Bytes::from(" ")).chain(Bytes::from("tea"));
    let mut writer = Writer::of_slices(2, [Take(9)]);
    let mut words = pieces();
    assert_eq!(Polled::new(writer.write_buf(&mut words)).ready().unwrap(), 6);
    assert_eq!((words.chunk(), &writer.calls[..]), (&b"tea"[..], "3"));

    // A writer that knows of no slices gets one at a time.
    for (mut writer, calls) in
        [(Writer::of_slices(2, [Take(9); 2]), "31"), (Writer::new([Take(9); 3]), "www")]
    {
        Polled::new(writer.write_all_buf(&mut pieces())).ready().unwrap();
        assert_eq!((&writer.written[..], &writer.calls[..]), (&b"green tea"[..], calls));
    }
}

#[test]
fn write_all_buf_goes_on_where_it_was_cancelled() {
    let mut writer = Writer::new([Take(2), Fail(ErrorKind::Interrupted), Later, Take(2)]);
    let mut words = Bytes::from("tea!");
    let write = Polled::waiting(writer.write_all_buf(&mut words));
    drop(write);
    assert_eq!((&words[..], &writer.written[..]), (&b"a!"[..], &b"te"[..]));
    Polled::new(writer.write_all_buf(&mut words)).ready().unwrap();
    assert_eq!((&words[..], &writer.written[..]), (&b""[..], &b"tea!"[..]));
    // Nothing is left: the writer is not asked.
    Polled::new(writer.write_all_buf(&mut words)).ready().unwrap();
}

#[test]
fn write_all_buf_to_a_writer_that_is_full() {
    let mut cup = [0; 5];
    let mut writer = Cursor::new(&mut cup[..]);
    let mut words = Bytes::from("green tea");
    let error = Polled::new(writer.write_all_buf(&mut words)).ready().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WriteZero);
    assert_eq!((&words[..], &cup), (&b" tea"[..], b"green"));
}

/// A socket fills memory that is not initialised, also when there is much of it.
#[kettle::test]
async fn a_socket_reads_into_a_large_vector() {
    let (mut near, mut far) = pair().await;
    let sent: Vec<u8> = (0..300_000_u32).map(|i| i.to_le_bytes()[i as usize % 3]).collect();
    let write = async {
        far.write_all(&sent).await.unwrap();
        drop(far);
    };
    let mut got = Vec::with_capacity(1_000_000);
    let ((), read) = kettle::join!(write, near.read_to_end(&mut got));
    assert_eq!(read.unwrap(), 300_000);
    assert!(got == sent);
}

/// `Take` lends a smaller buffer; what is read through it counts in the larger one.
#[test]
fn take_reads_into_memory_that_is_not_initialised() {
    let mut take = AsyncReadExt::take(&b"green tea"[..], 5);
    let mut vec = Vec::with_capacity(64);
    assert_eq!(Polled::new(take.read_buf(&mut vec)).ready().unwrap(), 5);
    assert_eq!(Polled::new(take.read_buf(&mut vec)).ready().unwrap(), 0);
    assert_eq!((&vec[..], take.limit()), (&b"green"[..], 0));
}
