//! `compat`: readers and writers of `futures-io`, both ways.

use std::future::poll_fn;
use std::io::{self, Cursor, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_io::AsyncBufRead as _;
use futures_io::AsyncWrite as _;
use kettle::io::{
    AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncSeek, AsyncSeekExt, AsyncWrite,
    AsyncWriteExt, ReadBuf,
};

use crate::auto_traits;
use crate::auto_traits::{NN, YN, YY};
use crate::names::tokio_util::compat::{
    Compat, FuturesAsyncReadCompatExt, FuturesAsyncWriteCompatExt, TokioAsyncReadCompatExt,
    TokioAsyncWriteCompatExt,
};

auto_traits!(Compat<NN>: !Send & !Sync & Unpin);
auto_traits!(Compat<YN>: Send & !Sync & Unpin);
auto_traits!(Compat<YY>: Send & Sync & Unpin);

/// What each call said, and whether it has to wait first: something of either world.
#[derive(Debug, Default)]
struct Scripted {
    told: Vec<String>,
    /// Must the next call of this kind wait once?
    waits: bool,
}

impl Scripted {
    /// Notes the call. Pending if it is to wait.
    fn call<R>(mut self: Pin<&mut Self>, what: String, ready: R) -> Poll<R> {
        self.told.push(what);
        if std::mem::take(&mut self.waits) { Poll::Pending } else { Poll::Ready(ready) }
    }
}

impl AsyncRead for Scripted {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let room = buf.remaining();
        let polled = self.call(format!("read into {room}"), Ok(()));
        if polled.is_ready() {
            buf.put_slice(b"tea");
        }
        polled
    }
}

impl AsyncBufRead for Scripted {
    fn poll_fill_buf(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        self.call("fill".to_owned(), Ok(&b"tea"[..]))
    }

    fn consume(self: Pin<&mut Self>, amt: usize) {
        let _ = self.call(format!("consume {amt}"), ());
    }
}

impl AsyncWrite for Scripted {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.call(format!("write {}", buf.len()), Ok(buf.len().min(2)))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.call("flush".to_owned(), Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.call("shutdown".to_owned(), Err(io::ErrorKind::NotConnected.into()))
    }
}

impl AsyncSeek for Scripted {
    fn start_seek(self: Pin<&mut Self>, position: SeekFrom) -> io::Result<()> {
        let _ = self.call(format!("start {position:?}"), ());
        Ok(())
    }

    fn poll_complete(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<u64>> {
        self.call("complete".to_owned(), Ok(7))
    }
}

/// Polls once.
fn once<R>(mut poll: impl FnMut(&mut Context<'_>) -> Poll<R>) -> Poll<R> {
    poll(&mut Context::from_waker(std::task::Waker::noop()))
}

#[test]
fn a_reader_reads_into_a_slice() {
    let mut theirs =
        TokioAsyncReadCompatExt::compat(Scripted { waits: true, ..Scripted::default() });
    let mut buf = [0; 5];
    let mut read = |buf: &mut [u8]| {
        once(|cx| futures_io::AsyncRead::poll_read(Pin::new(&mut theirs), cx, buf))
    };
    assert!(read(&mut buf).is_pending());
    assert!(matches!(read(&mut buf), Poll::Ready(Ok(3))));
    assert_eq!(&buf, b"tea\0\0");
    assert_eq!(theirs.get_ref().told, ["read into 5", "read into 5"]);
    theirs.get_mut().told.clear();
    assert!(theirs.into_inner().told.is_empty());
}

#[test]
fn a_buffered_reader_is_one_on_the_other_side() {
    let mut theirs = TokioAsyncReadCompatExt::compat(Scripted::default());
    let filled = once(|cx| match Pin::new(&mut theirs).poll_fill_buf(cx) {
        Poll::Ready(Ok(buf)) => Poll::Ready(buf.len()),
        _ => Poll::Pending,
    });
    assert_eq!(filled, Poll::Ready(3));
    futures_io::AsyncBufRead::consume(Pin::new(&mut theirs), 2);
    assert_eq!(theirs.get_ref().told, ["fill", "consume 2"]);
}

#[test]
fn a_writer_is_closed_by_a_shutdown() {
    let mut theirs = TokioAsyncWriteCompatExt::compat_write(Scripted::default());
    let wrote = once(|cx| futures_io::AsyncWrite::poll_write(Pin::new(&mut theirs), cx, b"tea"));
    assert!(matches!(wrote, Poll::Ready(Ok(2))));
    assert!(once(|cx| futures_io::AsyncWrite::poll_flush(Pin::new(&mut theirs), cx)).is_ready());
    match once(|cx| Pin::new(&mut theirs).poll_close(cx)) {
        Poll::Ready(Err(error)) => assert_eq!(error.kind(), io::ErrorKind::NotConnected),
        other => panic!("{other:?}"),
    }
    assert_eq!(theirs.get_ref().told, ["write 3", "flush", "shutdown"]);
}

#[test]
fn a_seek_in_one_step_begins_once() {
    let mut theirs = TokioAsyncReadCompatExt::compat(Scripted::default());
    let mut seek = |to| once(|cx| futures_io::AsyncSeek::poll_seek(Pin::new(&mut theirs), cx, to));
    assert!(matches!(seek(SeekFrom::Start(1)), Poll::Ready(Ok(7))));
    assert!(matches!(seek(SeekFrom::End(-2)), Poll::Ready(Ok(7))));
    assert!(matches!(seek(SeekFrom::End(-2)), Poll::Ready(Ok(7))), "the same is a seek of its own");
    let one = ["complete", "start Start(1)", "complete"];
    let two = ["complete", "start End(-2)", "complete"];
    assert_eq!(theirs.get_ref().told, [one, two, two].concat());
}

#[test]
fn a_seek_that_waits_is_not_begun_again_unless_it_goes_elsewhere() {
    /// Seeks that must wait in their last step.
    #[derive(Default)]
    struct Slow(Vec<String>, usize);
    impl AsyncSeek for Slow {
        fn start_seek(mut self: Pin<&mut Self>, position: SeekFrom) -> io::Result<()> {
            self.1 = 1;
            self.0.push(format!("{position:?}"));
            Ok(())
        }
        fn poll_complete(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<u64>> {
            match std::mem::take(&mut self.1) {
                0 => Poll::Ready(Ok(9)),
                _ => Poll::Pending,
            }
        }
    }
    impl AsyncRead for Slow {
        fn poll_read(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
            _: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    let mut theirs = TokioAsyncReadCompatExt::compat(Slow::default());
    let mut seek = |to| once(|cx| futures_io::AsyncSeek::poll_seek(Pin::new(&mut theirs), cx, to));
    assert!(seek(SeekFrom::Start(1)).is_pending());
    assert!(matches!(seek(SeekFrom::Start(1)), Poll::Ready(Ok(9))));
    assert!(seek(SeekFrom::Start(2)).is_pending());
    assert!(seek(SeekFrom::Start(3)).is_pending(), "another, after the one that was given up");
    assert!(matches!(seek(SeekFrom::Start(3)), Poll::Ready(Ok(9))));
    assert_eq!(theirs.into_inner().0, ["Start(1)", "Start(2)", "Start(3)"]);
}

/// There and back again: what is read and written is the same.
#[kettle::test]
async fn it_goes_both_ways() {
    let theirs = TokioAsyncReadCompatExt::compat(Cursor::new(b"green\nblack\n".to_vec()));
    let mut ours = FuturesAsyncReadCompatExt::compat(theirs);
    let mut line = String::new();
    assert_eq!(ours.read_line(&mut line).await.unwrap(), 6);
    assert_eq!(line, "green\n");
    assert_eq!(ours.seek(SeekFrom::End(-6)).await.unwrap(), 6);
    let mut rest = String::new();
    ours.read_to_string(&mut rest).await.unwrap();
    assert_eq!(rest, "black\n");
    assert_eq!(ours.seek(SeekFrom::Start(2)).await.unwrap(), 2);

    let theirs = TokioAsyncWriteCompatExt::compat_write(Vec::new());
    let mut ours = FuturesAsyncWriteCompatExt::compat_write(theirs);
    ours.write_all(b"tea").await.unwrap();
    ours.flush().await.unwrap();
    ours.shutdown().await.unwrap();
    assert_eq!(ours.into_inner().into_inner(), b"tea");
}

#[kettle::test]
async fn a_position_without_a_seek_is_0() {
    let theirs = TokioAsyncReadCompatExt::compat(Cursor::new(vec![0; 9]));
    let mut ours = FuturesAsyncReadCompatExt::compat(theirs);
    assert_eq!(poll_fn(|cx| Pin::new(&mut ours).poll_complete(cx)).await.unwrap(), 0);
}

#[kettle::test]
async fn a_read_keeps_what_is_in_the_buffer() {
    let theirs = TokioAsyncReadCompatExt::compat(&b"tea"[..]);
    let mut ours = FuturesAsyncReadCompatExt::compat(theirs);
    let mut bytes = [0; 8];
    let mut buf = ReadBuf::new(&mut bytes);
    buf.put_slice(b"hot ");
    poll_fn(|cx| AsyncRead::poll_read(Pin::new(&mut ours), cx, &mut buf)).await.unwrap();
    assert_eq!(buf.filled(), b"hot tea");
}

#[cfg(unix)]
#[kettle::test]
async fn the_descriptor_shows_through() {
    use std::os::fd::AsRawFd;

    let listener = kettle::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let stream = kettle::net::TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let descriptor = stream.as_raw_fd();
    assert_eq!(TokioAsyncReadCompatExt::compat(stream).as_raw_fd(), descriptor);
}
