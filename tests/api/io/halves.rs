//! `split`, `unsplit`, `join`.

use std::io::IoSlice;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use kettle::io::{
    self, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf, split,
};

use crate::help::{Drops, Polled, Side, panic_of, rounds, side};

use super::script::{Take, Writer, block_on, bytes};

const ALL: super::script::Answer = Take(usize::MAX);

#[test]
fn each_half_does_its_part() {
    let stream = io::join(super::script::Reader::new([bytes(b"tea")]), Writer::new([ALL; 3]));
    let (mut reader, mut writer) = split(stream);
    assert_eq!(block_on(reader.read(&mut [0; 9])).unwrap(), 3);
    block_on(writer.write_all(b"green")).unwrap();
    block_on(writer.flush()).unwrap();
    block_on(writer.shutdown()).unwrap();
    assert!(!writer.is_write_vectored());
    let (_, writer) = reader.unsplit(writer).into_inner();
    assert_eq!((&writer.written[..], &writer.calls[..]), (&b"green"[..], "wfs"));
}

#[test]
fn halves_know_their_pair() {
    let (r1, w1) = split(io::empty());
    let (r2, w2) = split(io::empty());
    assert!(r1.is_pair_of(&w1) && w2.is_pair_of(&r2));
    assert!(!r1.is_pair_of(&w2) && !w1.is_pair_of(&r2));
}

#[test]
fn halves_of_two_streams_are_not_united() {
    let (reader, _) = split(io::empty());
    let (_, writer) = split(io::empty());
    assert_eq!(panic_of(|| reader.unsplit(writer)).file, file!());
}

#[test]
fn the_stream_is_dropped_with_the_second_half() {
    let drops = Drops::default();
    let value = drops.value();
    let (reader, writer) = split(runs(move || _ = &value));
    drop(writer);
    assert_eq!(drops.count(), 0);
    drop(reader);
    assert_eq!(drops.count(), 1);
}

#[test]
fn a_half_that_waits_does_not_keep_the_other() {
    let (stream, mut peer) = io::duplex(4);
    let (mut reader, mut writer) = split(stream);
    let mut read = Polled::waiting(reader.read_u8());
    block_on(writer.write_all(b"tea")).unwrap();
    assert_eq!(read.wakes(), 0);
    block_on(peer.write_all(b"x")).unwrap();
    assert_eq!((read.wakes(), read.ready().unwrap()), (1, b'x'));
}

/// Runs a closure each time it is read.
struct Runs<F>(F);

impl<F: FnMut() + Unpin> AsyncRead for Runs<F> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        (self.0)();
        buf.put_slice(b"x");
        Poll::Ready(Ok(()))
    }
}

/// A stream that takes whatever is written.
fn runs<F: FnMut() + Unpin>(read: F) -> io::Join<Runs<F>, io::Sink> {
    io::join(Runs(read), io::sink())
}

/// The writing half is polled while the reading half is.
#[test]
#[cfg_attr(on_tokio, ignore = "tokio hangs: the thread waits for a lock that it holds")]
fn a_half_that_is_polled_inside_the_other_waits_its_turn() {
    type Write = Pin<Box<dyn Future<Output = io::Result<()>> + Send>>;
    let inner: Arc<Mutex<Option<Polled<Write>>>> = Arc::default();
    let write = inner.clone();
    let (mut reader, mut writer) = split(runs(move || {
        if let Some(write) = &mut *write.lock().unwrap() {
            write.pending();
        }
    }));
    let future: Write = Box::pin(async move { writer.write_all(b"tea").await });
    *inner.lock().unwrap() = Some(Polled::new(future));
    assert_eq!(block_on(reader.read_u8()).unwrap(), b'x');
    let mut write = inner.lock().unwrap().take().unwrap();
    assert_eq!(write.wakes(), 1, "the stream is back");
    write.ready().unwrap();
}

/// tokio's lock is poisoned by it, and both halves panic from then on.
#[test]
fn a_panic_in_the_stream_leaves_it_to_the_halves() {
    let mut first = true;
    let (mut reader, mut writer) = split(runs(move || {
        assert!(!std::mem::take(&mut first), "the first time");
    }));
    let mut again = |what: &str| {
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            if what == "read" {
                block_on(reader.read_u8()).unwrap();
            } else {
                block_on(writer.write_all(b"tea")).unwrap();
            }
        }));
        caught.is_ok()
    };
    assert!(!again("read"));
    assert_eq!(again("read"), side() == Side::Kettle);
    assert_eq!(again("write"), side() == Side::Kettle);
}

#[kettle::test]
async fn halves_on_two_threads() {
    let rounds = rounds(2000);
    let (stream, mut peer) = io::duplex(5);
    let (mut reader, mut writer) = split(stream);
    let thread = std::thread::spawn(move || {
        let runtime = kettle::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async move {
            for n in 0..rounds {
                writer.write_u32(n).await.unwrap();
            }
            writer
        })
    });
    let echo = kettle::spawn(async move {
        for n in 0..rounds {
            assert_eq!(peer.read_u32().await.unwrap(), n);
            peer.write_u32(n).await.unwrap();
        }
    });
    for n in 0..rounds {
        assert_eq!(reader.read_u32().await.unwrap(), n);
    }
    echo.await.unwrap();
    drop(reader.unsplit(thread.join().unwrap()));
}

#[test]
fn a_joined_stream_reads_from_the_one_and_writes_to_the_other() {
    let mut stream = io::join(&b"green tea"[..], Vec::new());
    assert!(stream.is_write_vectored());
    let mut word = Vec::new();
    block_on(stream.read_until(b' ', &mut word)).unwrap();
    assert_eq!(block_on(stream.fill_buf()).unwrap(), b"tea");
    block_on(stream.write_all(&word)).unwrap();
    let slices = [IoSlice::new(b"t"), IoSlice::new(b"ea")];
    block_on(stream.write_vectored(&slices)).unwrap();
    block_on(stream.flush()).unwrap();
    block_on(stream.shutdown()).unwrap();
    assert_eq!((*stream.reader(), &stream.writer()[..]), (&b"tea"[..], &b"green tea"[..]));
    *stream.reader_mut() = b"black";
    stream.writer_mut().clear();
    stream.consume(1);
    *Pin::new(&mut stream).reader_pin_mut() = b"white";
    Pin::new(&mut stream).writer_pin_mut().push(7);
    assert_eq!(format!("{stream:?}"), "Join { reader: [119, 104, 105, 116, 101], writer: [7] }");
    assert_eq!(stream.into_inner(), (&b"white"[..], vec![7]));
}
