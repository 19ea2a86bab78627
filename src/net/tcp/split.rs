//! How can one task read a connection while it writes it?
//!
//! By two halves that borrow the stream: each sees only its direction, so that both can be used in
//! one `join!` or `select!`. They cost nothing. For two tasks there are the owned halves
//! (`split_owned.rs`).
//!
//! tokio: `tokio::net::tcp::{ReadHalf, WriteHalf}`.

use std::io::{self, IoSlice, IoSliceMut};
use std::net::{Shutdown, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};

#[cfg(feature = "io-util")]
use bytes::BufMut;

use super::stream::TcpStream;
use crate::io::{AsyncRead, AsyncWrite, Interest, ReadBuf, Ready};

/// The half for reading of a [`TcpStream`] that is borrowed: see [`TcpStream::split`].
///
/// tokio: `tokio::net::tcp::ReadHalf`.
///
/// ```
/// use kettle::io::{AsyncReadExt, AsyncWriteExt};
/// # use kettle::net::{TcpListener, TcpStream};
///
/// # #[kettle::main]
/// # async fn main() -> std::io::Result<()> {
/// # let listener = TcpListener::bind("127.0.0.1:0").await?;
/// # let mut stream = TcpStream::connect(listener.local_addr()?).await?;
/// # let (mut far, _) = listener.accept().await?;
/// # far.write_all(b"pong").await?;
/// let (mut reader, mut writer) = stream.split();
/// let mut answer = [0; 4];
/// let (sent, got) = kettle::join!(writer.write_all(b"ping"), reader.read_exact(&mut answer));
/// sent?;
/// got?;
/// assert_eq!(&answer, b"pong");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct ReadHalf<'a>(&'a TcpStream);

/// The half for writing of a [`TcpStream`] that is borrowed: see [`TcpStream::split`].
///
/// tokio: `tokio::net::tcp::WriteHalf`.
#[derive(Debug)]
pub struct WriteHalf<'a>(&'a TcpStream);

impl TcpStream {
    /// Lends a half for reading and a half for writing.
    ///
    /// tokio: `TcpStream::split`.
    pub fn split(&mut self) -> (ReadHalf<'_>, WriteHalf<'_>) {
        (ReadHalf(self), WriteHalf(self))
    }
}

impl ReadHalf<'_> {
    /// [`TcpStream::poll_peek`].
    pub fn poll_peek(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<usize>> {
        self.0.poll_peek(cx, buf)
    }

    /// [`TcpStream::peek`], cancel safe like it.
    #[track_caller]
    pub fn peek(&mut self, buf: &mut [u8]) -> impl Future<Output = io::Result<usize>> {
        self.0.peek(buf)
    }

    /// [`TcpStream::ready`], cancel safe like it.
    #[track_caller]
    pub fn ready(&self, interest: Interest) -> impl Future<Output = io::Result<Ready>> {
        self.0.ready(interest)
    }

    /// [`TcpStream::readable`], cancel safe like it.
    #[track_caller]
    pub fn readable(&self) -> impl Future<Output = io::Result<()>> {
        self.0.readable()
    }

    /// [`TcpStream::try_read`].
    pub fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.try_read(buf)
    }

    /// [`TcpStream::try_read_buf`].
    #[cfg(feature = "io-util")]
    pub fn try_read_buf<B: BufMut>(&self, buf: &mut B) -> io::Result<usize> {
        self.0.try_read_buf(buf)
    }

    /// [`TcpStream::try_read_vectored`].
    pub fn try_read_vectored(&self, bufs: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
        self.0.try_read_vectored(bufs)
    }

    /// The address on the other side.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.peer_addr()
    }

    /// The address on this side.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl WriteHalf<'_> {
    /// [`TcpStream::ready`], cancel safe like it.
    #[track_caller]
    pub fn ready(&self, interest: Interest) -> impl Future<Output = io::Result<Ready>> {
        self.0.ready(interest)
    }

    /// [`TcpStream::writable`], cancel safe like it.
    #[track_caller]
    pub fn writable(&self) -> impl Future<Output = io::Result<()>> {
        self.0.writable()
    }

    /// [`TcpStream::try_write`].
    pub fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
        self.0.try_write(buf)
    }

    /// [`TcpStream::try_write_vectored`].
    pub fn try_write_vectored(&self, bufs: &[IoSlice<'_>]) -> io::Result<usize> {
        self.0.try_write_vectored(bufs)
    }

    /// The address on the other side.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.peer_addr()
    }

    /// The address on this side.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl AsyncRead for ReadHalf<'_> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.0.read_by_ref(cx, buf)
    }
}

impl AsyncWrite for WriteHalf<'_> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.0.write_by_ref(cx, buf)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.0.write_vectored_by_ref(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.0.shutdown(Shutdown::Write))
    }
}

impl AsRef<TcpStream> for ReadHalf<'_> {
    fn as_ref(&self) -> &TcpStream {
        self.0
    }
}

impl AsRef<TcpStream> for WriteHalf<'_> {
    fn as_ref(&self) -> &TcpStream {
        self.0
    }
}
