//! `AsyncBufRead` and its methods: `read_until`, `read_line`, `lines`, `split`, `fill_buf`,
//! `consume`.

use std::io::Cursor;
use std::pin::Pin;
use std::task::{Context, Poll};

use kettle::io::{
    self, AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader, ErrorKind, ReadBuf,
};

use crate::help::{Polled, Side, panic_of, side};

use super::script::{
    Eof, Error, Pending, Reader, Step, Wait, block_on, bytes, one_by_one, poll_and_cancel,
};

fn buffered(steps: impl IntoIterator<Item = Step>) -> BufReader<Reader> {
    BufReader::new(Reader::new(steps))
}

#[test]
fn read_until_tries_again_when_interrupted_and_keeps_what_came_before_an_error() {
    let interrupted = Error(ErrorKind::Interrupted);
    let mut reader =
        buffered([interrupted.clone(), bytes(b"gr"), interrupted, Error(ErrorKind::TimedOut)]);
    let mut buf = Vec::new();
    let error = block_on(reader.read_until(b'\n', &mut buf)).unwrap_err();
    assert_eq!((error.kind(), &buf[..]), (ErrorKind::TimedOut, &b"gr"[..]));
}

#[test]
fn read_until_loses_nothing_when_it_is_cancelled() {
    let mut reader = buffered([bytes(b"green "), Pending, bytes(b"tea\n")]);
    let mut buf = Vec::new();
    poll_and_cancel(reader.read_until(b'\n', &mut buf));
    assert_eq!(buf, b"green ");
    assert_eq!(block_on(reader.read_until(b'\n', &mut buf)).unwrap(), 4, "it counts anew");
    assert_eq!(buf, b"green tea\n");
}

#[test]
fn read_line_adds_a_line_with_its_end() {
    let mut reader: &[u8] = "grün\r\ntea".as_bytes();
    let mut line = String::from("a ");
    assert_eq!(block_on(reader.read_line(&mut line)).unwrap(), 7);
    assert_eq!(line, "a grün\r\n");
    line.clear();
    assert_eq!(block_on(reader.read_line(&mut line)).unwrap(), 3);
    assert_eq!(line, "tea");
    assert_eq!(block_on(reader.read_line(&mut line)).unwrap(), 0);
}

#[test]
fn read_line_says_where_the_text_ends() {
    let mut line = String::from("gr\u{fc}n");
    let error = block_on((&b"tea\xff\n"[..]).read_line(&mut line)).unwrap_err();
    let no_text = error.get_ref().unwrap().downcast_ref::<std::str::Utf8Error>().unwrap();
    assert_eq!(no_text.valid_up_to(), 5 + 3, "from the beginning of the string");
}

#[test]
fn read_line_refuses_what_is_no_text() {
    for before in ["", "green"] {
        let mut reader: &[u8] = b"\xff\xff\ntea\n";
        let mut line = String::from(before);
        let error = block_on(reader.read_line(&mut line)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData);
        assert_eq!(line, before);
        assert_eq!(block_on(reader.read_line(&mut line)).unwrap(), 4, "the line is lost");
        assert_eq!(line, before.to_owned() + "tea\n");
    }
}

#[test]
fn read_line_keeps_text_that_came_before_an_error() {
    let line_of = |first: &[u8]| {
        let mut reader = buffered([bytes(first), Error(ErrorKind::TimedOut)]);
        let mut line = String::from("a ");
        assert_eq!(block_on(reader.read_line(&mut line)).unwrap_err().kind(), ErrorKind::TimedOut);
        line
    };
    assert_eq!(line_of(b"green"), "a green");
    assert_eq!(line_of(b"green\xff"), "a ", "not text");
}

#[test]
fn read_line_loses_what_it_has_read_when_it_is_cancelled() {
    let mut reader = buffered([bytes(b"green "), Pending, bytes(b"tea\n")]);
    let mut line = String::from("a ");
    poll_and_cancel(reader.read_line(&mut line));
    // tokio promises nothing of the string, and leaves it empty.
    let left = if side() == Side::Kettle { "a " } else { "" };
    assert_eq!(line, left);
    block_on(reader.read_line(&mut line)).unwrap();
    assert_eq!(line, left.to_owned() + "tea\n");
}

fn all_lines(reader: impl AsyncBufRead + Unpin) -> Vec<String> {
    let mut lines = reader.lines();
    let mut all = Vec::new();
    while let Some(line) = block_on(lines.next_line()).unwrap() {
        all.push(line);
    }
    assert_eq!(block_on(lines.next_line()).unwrap(), None, "and again");
    all
}

#[test]
fn lines_are_without_their_ends() {
    assert_eq!(all_lines(&b"one\ntwo\r\n\n\r\nthree\r"[..]), ["one", "two", "", "", "three\r"]);
    assert_eq!(all_lines(&b"one\n"[..]), ["one"], "no empty line after the last end");
    assert_eq!(all_lines(&b""[..]), [""; 0]);
    assert_eq!(all_lines(&b"\r\n\r"[..]), ["", "\r"]);
    let steps = one_by_one("grün\r\ntea".as_bytes()).into_iter().chain([Eof, Eof, Eof]);
    assert_eq!(all_lines(buffered(steps)), ["grün", "tea"]);
}

#[test]
fn next_line_loses_nothing_when_it_is_cancelled_or_fails() {
    let error = Error(ErrorKind::TimedOut);
    let mut lines =
        buffered([bytes(b"gr"), Pending, bytes(b"e"), error, bytes(b"en\nt"), Pending, Eof])
            .lines();
    poll_and_cancel(lines.next_line());
    assert_eq!(block_on(lines.next_line()).unwrap_err().kind(), ErrorKind::TimedOut);
    assert_eq!(block_on(lines.next_line()).unwrap().unwrap(), "green");
    poll_and_cancel(lines.next_line());
    assert_eq!(block_on(lines.next_line()).unwrap().unwrap(), "t");
}

#[test]
fn next_segment_loses_nothing_when_it_is_cancelled_or_fails() {
    let error = Error(ErrorKind::TimedOut);
    let mut parts =
        buffered([bytes(b"a"), Pending, bytes(b"b"), error, bytes(b"c,d"), Eof]).split(b',');
    poll_and_cancel(parts.next_segment());
    assert_eq!(block_on(parts.next_segment()).unwrap_err().kind(), ErrorKind::TimedOut);
    assert_eq!(block_on(parts.next_segment()).unwrap().unwrap(), b"abc");
    assert_eq!(block_on(parts.next_segment()).unwrap().unwrap(), b"d");
}

#[test]
fn the_polls_of_lines_and_segments_keep_the_waker() {
    let mut lines = buffered([Wait, bytes(b"a\n")]).lines();
    let mut line =
        Polled::waiting(std::future::poll_fn(|cx| Pin::new(&mut lines).poll_next_line(cx)));
    assert_eq!(line.ready().unwrap().unwrap(), "a");
    let mut parts = buffered([Wait, bytes(b"a,")]).split(b',');
    let mut part =
        Polled::waiting(std::future::poll_fn(|cx| Pin::new(&mut parts).poll_next_segment(cx)));
    assert_eq!(part.ready().unwrap().unwrap(), b"a");
}

#[test]
fn fill_buf_lends_what_is_there_until_it_is_consumed() {
    let mut reader = buffered([Pending, bytes(b"green tea"), Eof, Eof]);
    assert_eq!(block_on(reader.fill_buf()).unwrap(), b"green tea");
    reader.consume(6);
    assert_eq!(block_on(reader.fill_buf()).unwrap(), b"tea");
    assert_eq!(block_on(reader.fill_buf()).unwrap(), b"tea");
    reader.consume(3);
    assert_eq!(block_on(reader.fill_buf()).unwrap(), b"");
    // The end of file was asked for once only: one more is in the script.
    assert_eq!(block_on(reader.fill_buf()).unwrap(), b"");
    assert!(reader.get_ref().is_done());
}

#[test]
fn fill_buf_takes_nothing_when_it_is_cancelled_and_hands_errors_out() {
    let mut reader = buffered([Pending, Error(ErrorKind::Interrupted), bytes(b"tea")]);
    poll_and_cancel(reader.fill_buf());
    assert_eq!(block_on(reader.fill_buf()).unwrap_err().kind(), ErrorKind::Interrupted);
    assert_eq!(block_on(reader.fill_buf()).unwrap(), b"tea");
}

#[test]
fn fill_buf_is_not_polled_again_when_it_was_ready() {
    let mut reader: &[u8] = b"tea";
    let mut fill = Polled::new(reader.fill_buf());
    fill.ready().unwrap();
    panic_of(|| _ = fill.poll());
}

#[test]
fn memory_is_its_own_buffer() {
    let mut cursor = Cursor::new(b"green tea");
    assert_eq!(block_on(cursor.fill_buf()).unwrap(), b"green tea");
    cursor.consume(6);
    assert_eq!(cursor.position(), 6);
    cursor.set_position(99);
    assert_eq!(block_on(cursor.fill_buf()).unwrap(), b"");
    assert_eq!(block_on(io::empty().fill_buf()).unwrap(), b"");
}

#[test]
fn what_points_to_a_reader_with_a_buffer_is_one() {
    fn word<R: AsyncBufRead + Unpin>(mut reader: R) -> Vec<u8> {
        let mut word = Vec::new();
        block_on(reader.read_until(b' ', &mut word)).unwrap();
        word
    }
    let mut reader: &[u8] = b"green tea or black tea";
    assert_eq!(word::<&mut &[u8]>(&mut reader), b"green ");
    let boxed: Box<dyn AsyncBufRead + Unpin + '_> = Box::new(reader);
    assert_eq!(word(boxed), b"tea ");
    let mut pinned = Box::pin(reader);
    assert_eq!(word(pinned.as_mut()), b"tea ");
    assert_eq!(word(pinned), b"or ");
}

#[test]
fn a_chain_lends_the_first_buffer_and_then_the_second() {
    let mut chain = (&b"one"[..]).chain(&b"two"[..]);
    assert_eq!(block_on(chain.fill_buf()).unwrap(), b"one");
    chain.consume(2);
    assert_eq!(block_on(chain.fill_buf()).unwrap(), b"e");
    chain.consume(1);
    assert_eq!(block_on(chain.fill_buf()).unwrap(), b"two");
    chain.consume(1);
    assert_eq!(chain.into_inner(), (&b""[..], &b"wo"[..]));
    assert_eq!(all_lines((&b"a\nb"[..]).chain(&b"c\nd"[..])), ["a", "bc", "d"]);
}

#[test]
fn take_lends_no_more_than_its_limit() {
    let mut take = (&b"green tea"[..]).take(5);
    assert_eq!(block_on(take.fill_buf()).unwrap(), b"green");
    take.consume(2);
    assert_eq!((take.limit(), block_on(take.fill_buf()).unwrap()), (3, &b"een"[..]));
    take.consume(99);
    assert_eq!((take.limit(), *take.get_ref()), (0, &b" tea"[..]));
    assert_eq!(block_on(take.fill_buf()).unwrap(), b"");
    take.set_limit(u64::MAX);
    assert_eq!(block_on(take.fill_buf()).unwrap(), b" tea");
    // At the limit, the reader is not asked at all.
    assert_eq!(block_on(buffered([]).take(0).fill_buf()).unwrap(), b"");
}

/// A reader that shows its bytes once only breaks the contract.
struct Fickle(bool);

impl AsyncRead for Fickle {
    fn poll_read(
        self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        _buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl AsyncBufRead for Fickle {
    fn poll_fill_buf(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        self.0 = !self.0;
        if self.0 { Poll::Ready(Ok(b"tea")) } else { Poll::Pending }
    }

    fn consume(self: Pin<&mut Self>, _amt: usize) {}
}

#[test]
fn fill_buf_does_not_hang_on_a_reader_that_takes_its_bytes_back() {
    let mut reader = Fickle(false);
    let filled = Polled::new(reader.fill_buf()).ready();
    // kettle asks twice, tokio once.
    assert_eq!(filled.is_ok(), side() == Side::Tokio);
}
