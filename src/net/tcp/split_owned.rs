//! How can one task read a connection while another writes it?
//!
//! By two halves that share the stream in an `Arc` and go where they like. The connection is
//! closed when both are gone. To drop the half for writing says that nothing more will come: it
//! shuts its direction down, and the other side reads the end of the stream.
//!
//! tokio: `tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf}`.

use std::error::Error;
use std::fmt;
use std::io::{self, IoSlice, IoSliceMut};
use std::net::{Shutdown, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

#[cfg(feature = "io-util")]
use bytes::BufMut;

use super::stream::TcpStream;
use crate::io::{AsyncRead, AsyncWrite, Interest, ReadBuf, Ready};

/// The half for reading that a task can own: see [`TcpStream::into_split`].
///
/// tokio: `tokio::net::tcp::OwnedReadHalf`.
#[derive(Debug)]
pub struct OwnedReadHalf {
    inner: Arc<TcpStream>,
}

/// The half for writing that a task can own: see [`TcpStream::into_split`]. Dropped, it shuts its
/// direction down.
///
/// tokio: `tokio::net::tcp::OwnedWriteHalf`.
#[derive(Debug)]
pub struct OwnedWriteHalf {
    inner: Arc<TcpStream>,
    shutdown_on_drop: bool,
}

/// Two halves that don't belong together; here they are again.
///
/// tokio: `tokio::net::tcp::ReuniteError`.
#[derive(Debug)]
pub struct ReuniteError(pub OwnedReadHalf, pub OwnedWriteHalf);

impl TcpStream {
    /// Makes it two halves that different tasks can own. Dropping the one for writing shuts its
    /// direction down.
    ///
    /// tokio: `TcpStream::into_split`.
    ///
    /// ```
    /// # use kettle::io::{AsyncReadExt, AsyncWriteExt};
    /// # use kettle::net::{TcpListener, TcpStream};
    /// # #[kettle::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// # let near = TcpStream::connect(listener.local_addr()?).await?;
    /// # let (mut far, _) = listener.accept().await?;
    /// let (mut reader, mut writer) = near.into_split();
    /// kettle::spawn(async move { writer.write_all(b"ping").await });
    ///
    /// let mut text = String::new();
    /// far.read_to_string(&mut text).await?; // ends when `writer` is dropped
    /// assert_eq!(text, "ping");
    /// far.write_all(b"pong").await?;
    /// assert_eq!(reader.read(&mut [0; 8]).await?, 4);
    /// # Ok(())
    /// # }
    /// ```
    pub fn into_split(self) -> (OwnedReadHalf, OwnedWriteHalf) {
        let inner = Arc::new(self);
        let write = OwnedWriteHalf { inner: inner.clone(), shutdown_on_drop: true };
        (OwnedReadHalf { inner }, write)
    }
}

fn reunite(read: OwnedReadHalf, write: OwnedWriteHalf) -> Result<TcpStream, ReuniteError> {
    if !Arc::ptr_eq(&read.inner, &write.inner) {
        return Err(ReuniteError(read, write));
    }
    write.forget();
    // There are only ever two halves, and one has just been dropped.
    Ok(Arc::into_inner(read.inner).expect("the other half holds no stream any more"))
}

impl OwnedReadHalf {
    /// Puts two halves of one stream together again.
    ///
    /// # Errors
    ///
    /// If they are not of one stream; the error holds them.
    ///
    /// tokio: `OwnedReadHalf::reunite`.
    ///
    /// ```
    /// # use kettle::net::{TcpListener, TcpStream};
    /// # #[kettle::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// let stream = TcpStream::connect(listener.local_addr()?).await?;
    /// let address = stream.local_addr()?;
    /// let (reader, writer) = stream.into_split();
    /// let stream = reader.reunite(writer).unwrap();
    /// assert_eq!(stream.local_addr()?, address);
    /// # Ok(())
    /// # }
    /// ```
    pub fn reunite(self, other: OwnedWriteHalf) -> Result<TcpStream, ReuniteError> {
        reunite(self, other)
    }

    /// [`TcpStream::poll_peek`].
    pub fn poll_peek(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<usize>> {
        self.inner.poll_peek(cx, buf)
    }

    /// [`TcpStream::peek`], cancel safe like it.
    #[track_caller]
    pub fn peek(&mut self, buf: &mut [u8]) -> impl Future<Output = io::Result<usize>> {
        self.inner.peek(buf)
    }

    /// [`TcpStream::ready`], cancel safe like it.
    #[track_caller]
    pub fn ready(&self, interest: Interest) -> impl Future<Output = io::Result<Ready>> {
        self.inner.ready(interest)
    }

    /// [`TcpStream::readable`], cancel safe like it.
    #[track_caller]
    pub fn readable(&self) -> impl Future<Output = io::Result<()>> {
        self.inner.readable()
    }

    /// [`TcpStream::try_read`].
    pub fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
        self.inner.try_read(buf)
    }

    /// [`TcpStream::try_read_buf`].
    #[cfg(feature = "io-util")]
    pub fn try_read_buf<B: BufMut>(&self, buf: &mut B) -> io::Result<usize> {
        self.inner.try_read_buf(buf)
    }

    /// [`TcpStream::try_read_vectored`].
    pub fn try_read_vectored(&self, bufs: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
        self.inner.try_read_vectored(bufs)
    }

    /// The address on the other side.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.inner.peer_addr()
    }

    /// The address on this side.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.inner.local_addr()
    }
}

impl OwnedWriteHalf {
    /// Puts two halves of one stream together again: see [`OwnedReadHalf::reunite`].
    pub fn reunite(self, other: OwnedReadHalf) -> Result<TcpStream, ReuniteError> {
        reunite(other, self)
    }

    /// Drops the half without shutting its direction down.
    ///
    /// tokio: `OwnedWriteHalf::forget`.
    pub fn forget(mut self) {
        self.shutdown_on_drop = false;
    }

    /// [`TcpStream::ready`], cancel safe like it.
    #[track_caller]
    pub fn ready(&self, interest: Interest) -> impl Future<Output = io::Result<Ready>> {
        self.inner.ready(interest)
    }

    /// [`TcpStream::writable`], cancel safe like it.
    #[track_caller]
    pub fn writable(&self) -> impl Future<Output = io::Result<()>> {
        self.inner.writable()
    }

    /// [`TcpStream::try_write`].
    pub fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
        self.inner.try_write(buf)
    }

    /// [`TcpStream::try_write_vectored`].
    pub fn try_write_vectored(&self, bufs: &[IoSlice<'_>]) -> io::Result<usize> {
        self.inner.try_write_vectored(bufs)
    }

    /// The address on the other side.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.inner.peer_addr()
    }

    /// The address on this side.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.inner.local_addr()
    }
}

impl Drop for OwnedWriteHalf {
    fn drop(&mut self) {
        if self.shutdown_on_drop {
            // No caller is left that could get an error.
            let _ = self.inner.shutdown(Shutdown::Write);
        }
    }
}

impl AsyncRead for OwnedReadHalf {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.inner.read_by_ref(cx, buf)
    }
}

impl AsyncWrite for OwnedWriteHalf {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.inner.write_by_ref(cx, buf)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.inner.write_vectored_by_ref(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        let result = self.inner.shutdown(Shutdown::Write);
        if result.is_ok() {
            self.shutdown_on_drop = false;
        }
        Poll::Ready(result)
    }
}

impl AsRef<TcpStream> for OwnedReadHalf {
    fn as_ref(&self) -> &TcpStream {
        &self.inner
    }
}

impl AsRef<TcpStream> for OwnedWriteHalf {
    fn as_ref(&self) -> &TcpStream {
        &self.inner
    }
}

impl fmt::Display for ReuniteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("these two halves are not from the same socket")
    }
}

impl Error for ReuniteError {}
