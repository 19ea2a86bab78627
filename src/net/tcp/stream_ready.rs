//! How does one wait for a connection without reading, and try without waiting?
//!
//! `readable().await` waits until a read may succeed, and `try_read` tries it once. Readiness is a
//! belief: the try may still say `WouldBlock`, and then one waits again. A buffer need not be kept
//! while one waits; that is what this is for.
//!
//! tokio: `tokio::net::TcpStream`; a fresh connection is ready at once here, because nobody has
//! tried it yet.

use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::task::{Context, Poll, ready};

#[cfg(feature = "io-util")]
use bytes::BufMut;
use kettle_runtime::event::Direction;

use crate::origin::located;

use super::stream::TcpStream;
use crate::io::{Interest, ReadBuf, Ready, room};

impl TcpStream {
    /// Waits until one of the directions in `interest` is believed ready, and says which.
    ///
    /// # Errors
    ///
    /// If the runtime that the stream belongs to has ended.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost if the future is dropped. Any number of tasks may wait.
    ///
    /// tokio: `TcpStream::ready`.
    #[track_caller]
    pub fn ready(&self, interest: Interest) -> impl Future<Output = io::Result<Ready>> {
        located(async move { Ok(Ready::new(self.source.ready(interest.directions()).await?)) })
    }

    /// Waits until a read may succeed: there is data, the end of the stream, or an error.
    ///
    /// # Cancel safety
    ///
    /// As [`TcpStream::ready`].
    ///
    /// tokio: `TcpStream::readable`.
    ///
    /// ```
    /// # use kettle::io::AsyncWriteExt;
    /// # use kettle::net::{TcpListener, TcpStream};
    /// # use std::io::ErrorKind;
    /// # #[kettle::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// # let mut far = TcpStream::connect(listener.local_addr()?).await?;
    /// # let (stream, _) = listener.accept().await?;
    /// # far.write_all(b"hello").await?;
    /// let mut buffer = [0; 1024];
    /// let n = loop {
    ///     stream.readable().await?;
    ///     match stream.try_read(&mut buffer) {
    ///         Err(error) if error.kind() == ErrorKind::WouldBlock => continue,
    ///         result => break result?,
    ///     }
    /// };
    /// assert_eq!(&buffer[..n], b"hello");
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn readable(&self) -> impl Future<Output = io::Result<()>> {
        located(async { self.ready(Interest::READABLE).await.map(drop) })
    }

    /// Waits until a write may succeed.
    ///
    /// # Cancel safety
    ///
    /// As [`TcpStream::ready`].
    ///
    /// tokio: `TcpStream::writable`.
    #[track_caller]
    pub fn writable(&self) -> impl Future<Output = io::Result<()>> {
        located(async { self.ready(Interest::WRITABLE).await.map(drop) })
    }

    /// [`TcpStream::readable`] for hand-written futures. Of all that wait for reading by a
    /// `poll_*` method only the newest is woken.
    ///
    /// tokio: `TcpStream::poll_read_ready`.
    pub fn poll_read_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.source.poll_ready(Direction::Read, cx).map_ok(drop)
    }

    /// [`TcpStream::writable`] for hand-written futures. Of all that wait for writing by a
    /// `poll_*` method only the newest is woken.
    ///
    /// tokio: `TcpStream::poll_write_ready`.
    pub fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.source.poll_ready(Direction::Write, cx).map_ok(drop)
    }

    /// Reads what is there into `buf` and says how many bytes; 0 is the end of the stream.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if there is nothing yet, or the system's.
    ///
    /// tokio: `TcpStream::try_read`.
    pub fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
        self.source.try_transfer(Direction::Read, buf.len(), |mut io| io.read(buf))
    }

    /// [`TcpStream::try_read`] into the free room of a buffer, which then has so many bytes more: a
    /// `Vec<u8>` or a `BytesMut`, say. One without room yields 0.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if there is nothing yet, or the system's; the buffer is then as it was.
    ///
    /// tokio: `TcpStream::try_read_buf`.
    ///
    /// ```
    /// # use kettle::io::AsyncWriteExt;
    /// # use kettle::net::{TcpListener, TcpStream};
    /// # #[kettle::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// # let mut far = TcpStream::connect(listener.local_addr()?).await?;
    /// # let (stream, _) = listener.accept().await?;
    /// # far.write_all(b"tea").await?;
    /// let mut bytes = b"green ".to_vec();
    /// stream.readable().await?;
    /// assert_eq!(stream.try_read_buf(&mut bytes)?, 3);
    /// assert_eq!(bytes, b"green tea");
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "io-util")]
    pub fn try_read_buf<B: BufMut>(&self, buf: &mut B) -> io::Result<usize> {
        kettle_read_buf::fill(buf, |part| {
            let n = self.try_read(room(part))?;
            part.advance(n);
            Ok(())
        })
    }

    /// [`TcpStream::try_read`] into several buffers, one after another.
    ///
    /// tokio: `TcpStream::try_read_vectored`.
    pub fn try_read_vectored(&self, bufs: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
        self.source.try_io(Direction::Read, |mut io| io.read_vectored(bufs))
    }

    /// Writes as much of `buf` as there is room for, and says how many bytes.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if there is no room yet, or the system's.
    ///
    /// tokio: `TcpStream::try_write`.
    pub fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
        self.source.try_transfer(Direction::Write, buf.len(), |mut io| io.write(buf))
    }

    /// [`TcpStream::try_write`] from several buffers, one after another.
    ///
    /// tokio: `TcpStream::try_write_vectored`.
    pub fn try_write_vectored(&self, bufs: &[IoSlice<'_>]) -> io::Result<usize> {
        self.source.try_io(Direction::Write, |mut io| io.write_vectored(bufs))
    }

    /// Tries an operation of your own on the socket, if a direction in `interest` is believed
    /// ready. Its `WouldBlock` must be the socket's: it makes the direction count as not ready,
    /// and what is there nevertheless (data, the end of the stream) is not reported again.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if no direction is ready, or what `f` returned.
    ///
    /// tokio: `TcpStream::try_io`.
    pub fn try_io<R>(
        &self,
        interest: Interest,
        f: impl FnOnce() -> io::Result<R>,
    ) -> io::Result<R> {
        let mut f = Some(f);
        for &direction in interest.directions() {
            // mio's `try_io` inside, so that on Windows it notices a `WouldBlock`.
            let result = self.source.try_io(direction, |io| match f.take() {
                Some(f) => io.try_io(f),
                None => Err(io::ErrorKind::WouldBlock.into()),
            });
            if f.is_none() {
                return result;
            }
        }
        Err(io::ErrorKind::WouldBlock.into())
    }

    /// Waits for readiness and tries `f`, until it does not say `WouldBlock`: only the socket's, as
    /// in [`TcpStream::try_io`].
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost if the future is dropped: `f` is not running then.
    ///
    /// tokio: `TcpStream::async_io`.
    #[track_caller]
    pub fn async_io<R>(
        &self,
        interest: Interest,
        mut f: impl FnMut() -> io::Result<R>,
    ) -> impl Future<Output = io::Result<R>> {
        located(async move {
            loop {
                self.ready(interest).await?;
                match self.try_io(interest, &mut f) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    result => return result,
                }
            }
        })
    }

    /// Waits for data and copies it into `buf` without taking it: the next read gets it again.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost if the future is dropped.
    ///
    /// tokio: `TcpStream::peek`.
    #[track_caller]
    pub fn peek(&self, buf: &mut [u8]) -> impl Future<Output = io::Result<usize>> {
        located(async { self.source.io(Direction::Read, |io| io.peek(buf)).await })
    }

    /// [`TcpStream::peek`] for hand-written futures. Of all that wait for reading by a `poll_*`
    /// method only the newest is woken.
    ///
    /// tokio: `TcpStream::poll_peek`.
    pub fn poll_peek(
        &self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<usize>> {
        let room = room(buf);
        let n = ready!(self.source.poll_io(Direction::Read, cx, |io| io.peek(room)))?;
        buf.advance(n);
        Poll::Ready(Ok(n))
    }
}
