//! `BufReader`, `BufWriter`, `BufStream`.

use std::io::{Cursor, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use kettle::io::{
    self, AsyncBufReadExt, AsyncReadExt, AsyncSeekExt, AsyncWrite, AsyncWriteExt, BufReader,
    BufStream, BufWriter, ErrorKind, SeekFrom,
};

use crate::help::{panic_of, text_of};

use super::script::{
    Answer, Eof, Fail, Later, Reader, Take, Writer, block_on, bytes, poll_and_cancel,
};

const ALL: Answer = Take(usize::MAX);

#[test]
fn many_small_reads_are_one_large_one() {
    let mut reader = BufReader::with_capacity(8, Reader::new([bytes(b"green tea"), Eof]));
    let mut byte = [0; 1];
    for expected in b"green te" {
        block_on(reader.read(&mut byte)).unwrap();
        assert_eq!(byte, [*expected]);
    }
    assert_eq!(reader.get_ref().rooms, [8]);
    assert_eq!(reader.buffer(), b"");
    assert_eq!(block_on(reader.read(&mut byte)).unwrap(), 1);
    assert_eq!(block_on(reader.read(&mut byte)).unwrap(), 0);
    assert_eq!(reader.get_ref().rooms, [8, 8, 8]);
}

#[test]
fn a_read_takes_what_is_buffered_and_does_not_wait_for_more() {
    let mut reader = BufReader::new(Reader::new([bytes(b"green tea")]));
    block_on(reader.fill_buf()).unwrap();
    reader.consume(6);
    assert_eq!(reader.buffer(), b"tea");
    let mut large = [0; 64];
    assert_eq!(block_on(reader.read(&mut large)).unwrap(), 3);
    reader.consume(99);
    assert_eq!(reader.buffer(), b"", "there was no more to consume");
}

#[test]
fn a_large_read_passes_the_buffer_by() {
    let mut reader = BufReader::with_capacity(4, Reader::new([bytes(b"green tea"), bytes(b"!")]));
    let mut large = [0; 5];
    assert_eq!(block_on(reader.read(&mut large)).unwrap(), 5);
    assert_eq!(reader.get_ref().rooms, [5]);
    assert_eq!(block_on(reader.read(&mut large[..3])).unwrap(), 3);
    assert_eq!(reader.get_ref().rooms, [5, 4], "a smaller one does not");
    assert_eq!(reader.buffer(), b"a");
    assert_eq!(block_on(reader.read(&mut large)).unwrap(), 1, "not while there is something");
}

#[test]
fn a_buffered_reader_needs_a_buffer() {
    let panicked = panic_of(|| BufReader::with_capacity(0, io::empty()));
    assert_eq!(panicked.file, file!());
    let panicked = panic_of(|| BufStream::with_capacity(0, 1, io::empty()));
    assert_eq!(panicked.file, file!());
    drop(BufWriter::with_capacity(0, io::sink()));
}

/// Seeks, and counts how often and how.
struct Seeks {
    bytes: Cursor<Vec<u8>>,
    positions: Vec<SeekFrom>,
    /// This many polls of a seek are `Pending`.
    late: usize,
    fails: bool,
}

fn seeks(bytes: &[u8]) -> Seeks {
    Seeks { bytes: Cursor::new(bytes.to_vec()), positions: Vec::new(), late: 0, fails: false }
}

impl io::AsyncRead for Seeks {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut io::ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.bytes).poll_read(cx, buf)
    }
}

impl AsyncWrite for Seeks {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.bytes).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl io::AsyncSeek for Seeks {
    fn start_seek(mut self: Pin<&mut Self>, position: SeekFrom) -> io::Result<()> {
        self.positions.push(position);
        Pin::new(&mut self.bytes).start_seek(position)
    }

    fn poll_complete(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        if self.late > 0 {
            self.late -= 1;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if std::mem::take(&mut self.fails) {
            return Poll::Ready(Err(ErrorKind::TimedOut.into()));
        }
        Pin::new(&mut self.bytes).poll_complete(cx)
    }
}

#[test]
fn a_seek_starts_where_the_program_is_and_forgets_the_buffer() {
    let mut reader = BufReader::new(seeks(b"green tea"));
    assert_eq!(block_on(reader.read_u8()).unwrap(), b'g');
    assert_eq!(reader.buffer().len(), 8);
    assert_eq!(block_on(reader.seek(SeekFrom::Current(2))).unwrap(), 3);
    assert_eq!(reader.buffer(), b"", "though the position is within it");
    assert_eq!(reader.get_ref().positions, [SeekFrom::Current(2 - 8)]);
    assert_eq!(block_on(reader.read_u8()).unwrap(), b'e');
    assert_eq!(block_on(reader.stream_position()).unwrap(), 4);
    assert_eq!(block_on(reader.rewind()).unwrap(), 0);
    assert_eq!(block_on(reader.read_u8()).unwrap(), b'g');
    assert_eq!(block_on(reader.seek(SeekFrom::End(-3))).unwrap(), 6);
    assert_eq!(block_on(text_of(&mut reader)), "tea");
}

#[test]
fn a_seek_too_long_for_one_number_is_two() {
    for late in 0..4 {
        let mut reader = BufReader::new(seeks(b"green tea"));
        block_on(reader.read_u8()).unwrap();
        reader.get_mut().late = late;
        let error = block_on(reader.seek(SeekFrom::Current(i64::MIN))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "before the start");
        let both = [SeekFrom::Current(-8), SeekFrom::Current(i64::MIN)];
        assert_eq!(reader.get_ref().positions, both);
        assert_eq!(reader.get_ref().bytes.position(), 1, "where the program was");
        assert_eq!(block_on(reader.read_u8()).unwrap(), b'r');
    }
}

#[test]
fn a_seek_that_fails_is_over() {
    let mut reader = BufReader::new(seeks(b"green tea"));
    block_on(reader.read_u8()).unwrap();
    let error = block_on(reader.seek(SeekFrom::Current(-9))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(reader.buffer(), b"reen tea", "nothing is lost");
    assert_eq!(block_on(reader.seek(SeekFrom::Current(1))).unwrap(), 2);
    reader.get_mut().fails = true;
    assert_eq!(block_on(reader.rewind()).unwrap_err().kind(), ErrorKind::TimedOut);
    assert_eq!(block_on(reader.seek(SeekFrom::Start(6))).unwrap(), 6);
}

#[test]
fn a_seek_that_is_cancelled_is_waited_for_by_the_next() {
    let mut reader = BufReader::new(seeks(b"green tea"));
    block_on(reader.read_u8()).unwrap();
    reader.get_mut().late = 2;
    poll_and_cancel(reader.seek(SeekFrom::Start(6)));
    assert_eq!(block_on(reader.seek(SeekFrom::Current(1))).unwrap(), 2);
    assert_eq!(reader.get_ref().positions, [SeekFrom::Current(-7)], "the first had not begun");
}

#[test]
fn many_small_writes_are_one_large_one() {
    let mut writer = BufWriter::with_capacity(8, Writer::new([ALL; 4]));
    for byte in b"green te" {
        block_on(writer.write_u8(*byte)).unwrap();
    }
    assert_eq!((writer.buffer(), writer.get_ref().polls()), (&b"green te"[..], 0));
    block_on(writer.write_u8(b'a')).unwrap();
    assert_eq!((writer.buffer(), &writer.get_ref().written[..]), (&b"a"[..], &b"green te"[..]));
    block_on(writer.flush()).unwrap();
    assert_eq!((writer.buffer(), &writer.get_ref().calls[..]), (&b""[..], "wwf"));
    assert_eq!(writer.into_inner().written, b"green tea");
}

#[test]
fn a_large_write_passes_the_buffer_by() {
    let mut writer = BufWriter::with_capacity(4, Writer::new([ALL, Take(5), ALL]));
    block_on(writer.write_all(b"a ")).unwrap();
    assert_eq!(block_on(writer.write(b"green tea")).unwrap(), 5);
    assert_eq!(writer.get_ref().written, b"a green", "after what was buffered");
    let mut writer = BufWriter::with_capacity(0, Writer::new([ALL]));
    block_on(writer.write_all(b"tea")).unwrap();
    assert_eq!(writer.get_ref().written, b"tea");
}

/// If the writer takes one slice at a time.
#[test]
fn after_a_slice_that_passes_the_buffer_by_no_other_is_taken() {
    let mut writer = BufWriter::with_capacity(4, Writer::new([ALL]));
    let slices = [IoSlice::new(b"green"), IoSlice::new(b"tea")];
    assert_eq!(block_on(writer.write_vectored(&slices)).unwrap(), 5);
    assert_eq!((&writer.get_ref().written[..], writer.buffer()), (&b"green"[..], &b""[..]));
}

#[test]
fn what_is_buffered_goes_before_a_shutdown_and_is_lost_by_a_drop() {
    let mut writer = BufWriter::new(Writer::new([Take(2), Later, ALL, Later, ALL]));
    block_on(writer.write_all(b"tea")).unwrap();
    block_on(writer.shutdown()).unwrap();
    let inner = writer.get_ref();
    assert_eq!((&inner.written[..], &inner.calls[..]), (&b"tea"[..], "wwwss"));
    let mut writer = BufWriter::new(Writer::new([]));
    block_on(writer.write_all(b"tea")).unwrap();
    assert_eq!(writer.into_inner().written, b"");
}

#[test]
fn handing_over_goes_on_where_it_was() {
    let mut writer = BufWriter::with_capacity(6, Writer::new([Take(2), Later, Take(1), ALL, ALL]));
    block_on(writer.write_all(b"green")).unwrap();
    poll_and_cancel(writer.flush());
    assert_eq!(writer.get_ref().written, b"gr");
    assert_eq!(writer.buffer(), b"green", "what is written already is still shown");
    block_on(writer.write_all(b" tea")).unwrap();
    assert_eq!((&writer.get_ref().written[..], writer.buffer()), (&b"green"[..], &b" tea"[..]));
}

#[test]
fn an_error_leaves_the_rest_in_the_buffer() {
    let answers =
        [Take(2), Fail(ErrorKind::TimedOut), Take(0), Fail(ErrorKind::Interrupted), ALL, ALL];
    let mut writer = BufWriter::new(Writer::new(answers));
    block_on(writer.write_all(b"green")).unwrap();
    assert_eq!(block_on(writer.flush()).unwrap_err().kind(), ErrorKind::TimedOut);
    assert_eq!(writer.buffer(), b"een");
    assert_eq!(block_on(writer.flush()).unwrap_err().kind(), ErrorKind::WriteZero);
    block_on(writer.flush()).unwrap();
    assert_eq!(writer.get_ref().written, b"green");
}

fn slices<'a>(all: &[&'a [u8]]) -> Vec<IoSlice<'a>> {
    all.iter().map(|slice| IoSlice::new(slice)).collect()
}

#[test]
fn slices_are_buffered_together() {
    let mut writer = BufWriter::with_capacity(8, Writer::of_slices(9, [ALL; 4]));
    assert!(writer.is_write_vectored());
    let write = |writer: &mut BufWriter<Writer>, all: &[&[u8]]| {
        block_on(writer.write_vectored(&slices(all))).unwrap()
    };
    assert_eq!(write(&mut writer, &[b"gr", b"", b"een"]), 5);
    assert_eq!((writer.buffer(), writer.get_ref().polls()), (&b"green"[..], 0));
    assert_eq!(write(&mut writer, &[b" t", b"ea"]), 4, "no room: the first five go");
    assert_eq!((writer.buffer(), &writer.get_ref().written[..]), (&b" tea"[..], &b"green"[..]));
    assert_eq!(write(&mut writer, &[b"or bla", b"ck tea"]), 12, "too large for the buffer");
    let inner = writer.get_ref();
    assert_eq!((&inner.written[..], &inner.calls[..]), (&b"green teaor black tea"[..], "ww2"));
    assert_eq!(write(&mut writer, &[b"", b""]), 0);
}

#[test]
fn slices_are_buffered_as_far_as_they_fit_if_the_writer_takes_one_at_a_time() {
    let mut writer = BufWriter::with_capacity(8, Writer::new([ALL; 4]));
    let write = |writer: &mut BufWriter<Writer>, all: &[&[u8]]| {
        block_on(writer.write_vectored(&slices(all))).unwrap()
    };
    assert_eq!(write(&mut writer, &[b"", b"green", b" t", b"ea", b"!"]), 7);
    assert_eq!(writer.buffer(), b"green t");
    assert_eq!(write(&mut writer, &[b"ea"]), 2);
    assert_eq!((writer.buffer(), &writer.get_ref().written[..]), (&b"ea"[..], &b"green t"[..]));
    assert_eq!(write(&mut writer, &[b"", b""]), 0);
    assert_eq!(write(&mut writer, &[]), 0);
}

#[test]
fn a_seek_hands_over_what_is_buffered() {
    let mut writer = BufWriter::new(seeks(b"green tea"));
    block_on(writer.write_all(b"black")).unwrap();
    writer.get_mut().late = 3;
    assert_eq!(block_on(writer.seek(SeekFrom::Current(1))).unwrap(), 6);
    block_on(writer.write_all(b"T")).unwrap();
    assert_eq!(block_on(writer.stream_position()).unwrap(), 7);
    assert_eq!(writer.get_ref().bytes.get_ref(), b"black Tea");
    let error = block_on(writer.seek(SeekFrom::Current(-99))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(block_on(writer.rewind()).unwrap(), 0);
}

#[test]
fn each_passes_the_other_direction_through() {
    let mut reader = BufReader::new(io::join(&b"green tea\n"[..], Writer::of_slices(9, [ALL; 4])));
    assert!(reader.is_write_vectored());
    block_on(reader.write_all(b"one")).unwrap();
    block_on(reader.write_vectored(&slices(&[b"tw", b"o"]))).unwrap();
    block_on(reader.flush()).unwrap();
    block_on(reader.shutdown()).unwrap();
    let inner = reader.get_ref().writer();
    assert_eq!((&inner.written[..], &inner.calls[..]), (&b"onetwo"[..], "w2fs"));

    let mut writer = BufWriter::new(io::join(&b"green tea\n"[..], Vec::new()));
    let mut line = String::new();
    block_on(writer.read_line(&mut line)).unwrap();
    assert_eq!(line, "green tea\n");
    assert_eq!(block_on(writer.read(&mut [0; 1])).unwrap(), 0);
}

#[kettle::test]
async fn a_stream_is_buffered_both_ways() {
    let (client, server) = io::duplex(64);
    let mut client = BufStream::with_capacity(16, 16, client);
    let mut server = BufStream::new(server);
    client.write_all(b"green tea\n").await.unwrap();
    client.flush().await.unwrap();
    let mut line = String::new();
    server.read_line(&mut line).await.unwrap();
    assert_eq!(line, "green tea\n");
    server.write_all(b"here").await.unwrap();
    server.shutdown().await.unwrap();
    line.clear();
    client.read_to_string(&mut line).await.unwrap();
    assert_eq!(line, "here");
    let _: &io::DuplexStream = client.get_ref();
    let _: &mut io::DuplexStream = client.get_mut();
    let _: Pin<&mut io::DuplexStream> = Pin::new(&mut client).get_pin_mut();
    let mut inner: io::DuplexStream = client.into_inner();
    assert_eq!(inner.read(&mut [0; 1]).await.unwrap(), 0);
}

#[test]
fn a_stream_of_two_buffers_keeps_what_they_hold() {
    let stream = || io::join(&b"green tea"[..], Vec::new());
    let mut inside = BufReader::with_capacity(6, BufWriter::with_capacity(3, stream()));
    block_on(inside.read_u8()).unwrap();
    block_on(inside.write_all(b"a")).unwrap();
    let mut outside = BufWriter::with_capacity(3, BufReader::with_capacity(6, stream()));
    block_on(outside.read_u8()).unwrap();
    block_on(outside.write_all(b"a")).unwrap();
    for mut stream in [BufStream::from(inside), BufStream::from(outside)] {
        assert_eq!(stream.get_ref().reader(), b"tea");
        assert_eq!(block_on(stream.fill_buf()).unwrap(), b"reen ");
        stream.consume(5);
        block_on(stream.flush()).unwrap();
        assert_eq!(stream.get_ref().writer(), b"a");
    }
}

#[test]
fn a_stream_seeks_after_it_has_written() {
    let mut stream = BufStream::new(seeks(b"green tea"));
    assert_eq!(block_on(stream.read_u8()).unwrap(), b'g');
    assert_eq!(block_on(stream.seek(SeekFrom::Current(1))).unwrap(), 2);
    block_on(stream.write_all(b"E")).unwrap();
    assert_eq!(block_on(stream.seek(SeekFrom::Start(1))).unwrap(), 1);
    assert_eq!(block_on(stream.read_u8()).unwrap(), b'r');
    assert_eq!(stream.into_inner().bytes.into_inner(), b"grEen tea");
}
