//! How do bytes go to and fro on a connection?
//!
//! A [`TcpStream`] is an engine's [`Source`] with the traits [`AsyncRead`] and [`AsyncWrite`].
//! `poll_read` tries to read; if there is nothing, the source remembers the caller and the
//! selector's report wakes it. Reading and writing wait apart, so that one task may read while
//! another writes: split the stream for that.
//!
//! Connecting is a wait for writing, as the system has it: it begins without blocking, and when
//! the socket becomes writable, the connection is established or has failed.
//!
//! Not here: waiting for readiness without an operation, and single tries (`stream_ready.rs`);
//! options (`stream_options.rs`); `split` and `into_split`, beside the halves that they make
//! (`split.rs`, `split_owned.rs`).
//!
//! tokio: `tokio::net::TcpStream`; it registers before its first try, and asks once more after a
//! connection's first report.

use std::fmt;
use std::io::{self, IoSlice, Read, Write};
use std::net::{self, Shutdown};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use kettle_runtime::event::Direction;
use kettle_runtime::{Interest, Source};

use crate::origin::located;

use super::assert_non_blocking;
use crate::io::{AsyncRead, AsyncWrite, ReadBuf, room};
use crate::net::addr::{self, ToSocketAddrs};

const BOTH: Interest = Interest::READABLE.add(Interest::WRITABLE);

/// A TCP connection.
///
/// Reading and writing are in the traits [`AsyncReadExt`](crate::io::AsyncReadExt) and
/// [`AsyncWriteExt`](crate::io::AsyncWriteExt). Dropping the stream closes it; to end the own
/// direction and still read, call `shutdown`.
///
/// tokio: `tokio::net::TcpStream`.
///
/// ```
/// use kettle::io::{AsyncReadExt, AsyncWriteExt};
/// use kettle::net::{TcpListener, TcpStream};
///
/// # #[kettle::main]
/// # async fn main() -> std::io::Result<()> {
/// let listener = TcpListener::bind("127.0.0.1:0").await?;
/// let address = listener.local_addr()?;
/// kettle::spawn(async move {
///     let (mut socket, _) = listener.accept().await.unwrap();
///     socket.write_all(b"hello").await.unwrap();
/// });
///
/// let mut stream = TcpStream::connect(address).await?;
/// let mut text = String::new();
/// stream.read_to_string(&mut text).await?;
/// assert_eq!(text, "hello");
/// # Ok(())
/// # }
/// ```
pub struct TcpStream {
    pub(super) source: Source<mio::net::TcpStream>,
}

impl TcpStream {
    /// Connects to an address. Of several it takes the first that answers.
    ///
    /// # Errors
    ///
    /// The system's, for the last address tried (`ConnectionRefused`, …); `InvalidInput` if there
    /// is no address to try.
    ///
    /// # Panics
    ///
    /// Outside of a runtime.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, a connection that was begun is broken off.
    ///
    /// tokio: `TcpStream::connect`.
    #[track_caller]
    pub fn connect<A: ToSocketAddrs>(address: A) -> impl Future<Output = io::Result<TcpStream>> {
        located(async {
            let mut last = None;
            for address in addr::resolve(address).await? {
                let begun = match mio::net::TcpStream::connect(address) {
                    Ok(io) => TcpStream::connected(io).await,
                    Err(error) => Err(error),
                };
                match begun {
                    Ok(stream) => return Ok(stream),
                    Err(error) => last = Some(error),
                }
            }
            Err(last.unwrap_or_else(addr::no_address))
        })
    }

    /// Waits for the end of a `connect` that was begun: it has failed if the socket has an error,
    /// and is established if there is a peer.
    pub(super) async fn connected(io: mio::net::TcpStream) -> io::Result<TcpStream> {
        let stream = TcpStream { source: Source::new(io, BOTH)? };
        let has_ended = |io: &mio::net::TcpStream| match io.take_error()? {
            Some(error) => Err(error),
            None => match io.peer_addr() {
                Err(error) if error.kind() == io::ErrorKind::NotConnected => {
                    Err(io::ErrorKind::WouldBlock.into())
                }
                _ => Ok(()),
            },
        };
        // Within mio's `try_io`, so that on Windows it notices the `WouldBlock`.
        stream.source.io(Direction::Write, |io| io.try_io(|| has_ended(io))).await?;
        Ok(stream)
    }

    pub(super) fn accepted(
        listener: &Source<mio::net::TcpListener>,
        io: mio::net::TcpStream,
    ) -> io::Result<TcpStream> {
        Ok(TcpStream { source: listener.accepted(io)? })
    }

    /// Makes one of a connection of `std`, which must be in non-blocking mode.
    ///
    /// # Panics
    ///
    /// Outside of a runtime; in debug builds on Unix, if the stream is in blocking mode.
    ///
    /// tokio: `TcpStream::from_std`.
    #[track_caller]
    pub fn from_std(stream: net::TcpStream) -> io::Result<TcpStream> {
        assert_non_blocking(&stream);
        Ok(TcpStream { source: Source::new(mio::net::TcpStream::from_std(stream), BOTH)? })
    }

    /// Takes the connection out of its runtime, still in non-blocking mode.
    ///
    /// tokio: `TcpStream::into_std`.
    ///
    /// ```
    /// # use kettle::net::{TcpListener, TcpStream};
    /// # #[kettle::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// let stream = TcpStream::connect(listener.local_addr()?).await?;
    /// let stream = stream.into_std()?;
    /// stream.set_nonblocking(false)?; // for a thread that blocks on it
    /// # Ok(())
    /// # }
    /// ```
    pub fn into_std(self) -> io::Result<net::TcpStream> {
        Ok(self.source.into_inner()?.into())
    }

    // What the traits do, by `&self`: the halves share a stream.

    #[inline]
    pub(super) fn read_by_ref(
        &self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let room = room(buf);
        let asked = room.len();
        let read = |mut io: &mio::net::TcpStream| io.read(room);
        let n = ready!(self.source.poll_transfer(Direction::Read, cx, asked, read))?;
        buf.advance(n);
        Poll::Ready(Ok(()))
    }

    #[inline]
    pub(super) fn write_by_ref(&self, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let write = |mut io: &mio::net::TcpStream| io.write(buf);
        self.source.poll_transfer(Direction::Write, cx, buf.len(), write)
    }

    pub(super) fn write_vectored_by_ref(
        &self,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        // No `poll_transfer`: the system takes a limited number of slices at a time, and what it
        // leaves for that reason is not a sign of a full buffer.
        self.source.poll_io(Direction::Write, cx, |mut io| io.write_vectored(bufs))
    }

    pub(super) fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        match self.source.get_ref().shutdown(how) {
            // The other side has reset the connection already: nothing is left to be shut down.
            Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(()),
            result => result,
        }
    }
}

impl AsyncRead for TcpStream {
    #[inline]
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.read_by_ref(cx, buf)
    }
}

impl AsyncWrite for TcpStream {
    #[inline]
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.write_by_ref(cx, buf)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.write_vectored_by_ref(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    /// There is no buffer of ours to be emptied.
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    /// Ends the direction for writing: the other side will read the end of the stream.
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.shutdown(Shutdown::Write))
    }
}

impl TryFrom<net::TcpStream> for TcpStream {
    type Error = io::Error;

    #[track_caller]
    fn try_from(stream: net::TcpStream) -> io::Result<TcpStream> {
        TcpStream::from_std(stream)
    }
}

impl AsRef<TcpStream> for TcpStream {
    fn as_ref(&self) -> &TcpStream {
        self
    }
}

impl fmt::Debug for TcpStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source.fmt(f)
    }
}

#[cfg(unix)]
mod sys {
    use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};

    impl AsFd for super::TcpStream {
        fn as_fd(&self) -> BorrowedFd<'_> {
            self.source.get_ref().as_fd()
        }
    }

    impl AsRawFd for super::TcpStream {
        fn as_raw_fd(&self) -> RawFd {
            self.source.get_ref().as_raw_fd()
        }
    }
}

#[cfg(windows)]
mod sys {
    use std::os::windows::io::{AsRawSocket, AsSocket, BorrowedSocket, RawSocket};

    impl AsSocket for super::TcpStream {
        fn as_socket(&self) -> BorrowedSocket<'_> {
            self.source.get_ref().as_socket()
        }
    }

    impl AsRawSocket for super::TcpStream {
        fn as_raw_socket(&self) -> RawSocket {
            self.source.get_ref().as_raw_socket()
        }
    }
}
