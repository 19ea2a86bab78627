//! How are bytes read from and written to a TCP connection?
//!
//! A [`TcpStream`] is a source with the traits [`AsyncRead`](crate::io::AsyncRead) and
//! [`AsyncWrite`](crate::io::AsyncWrite). `poll_read` tries to read; if nothing has arrived, the
//! source keeps the caller's waker until the selector reports the socket readable. Each direction
//! has its own waiters, so one task may read while another writes (`split.rs`).
//!
//! Connecting is a wait for writing: it begins without blocking, and once the socket is writable
//! the connection is either established or has failed.
//!
//! Not here: the methods that all streams share (`net/common/`); options (`stream_options.rs`).
//!
//! tokio: `tokio::net::TcpStream` registers before its first attempt, and takes the first report as
//! the end of `connect`.

use std::io;
use std::net::{self, SocketAddr};
use std::task::{Context, Poll, ready};

use kettle_runtime::event::Direction;

use crate::io::evented::Evented;
use crate::io::{Interest, ReadBuf, room};
use crate::net::addr::{self, ToSocketAddrs};
use crate::net::common::{connected, end_writing, handle, link, readiness, reads, writes};
use crate::origin::located;

const BOTH: Interest = Interest::READABLE.add(Interest::WRITABLE);

/// A TCP connection.
///
/// [`AsyncReadExt`](crate::io::AsyncReadExt) and [`AsyncWriteExt`](crate::io::AsyncWriteExt) have
/// its methods. Dropping the stream closes it; call `shutdown` to stop writing and still read.
///
/// ```
/// use kettle::io::{AsyncReadExt, AsyncWriteExt};
/// use kettle::net::{TcpListener, TcpStream};
///
/// # #[kettle::main] async fn main() -> std::io::Result<()> {
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
/// # Ok(()) }
/// ```
///
/// A task can also wait first and then try to read, so that it needs no buffer while it is waiting:
///
/// ```
/// # use kettle::io::AsyncWriteExt;
/// # use kettle::net::{TcpListener, TcpStream};
/// # use std::io::ErrorKind;
/// # #[kettle::main] async fn main() -> std::io::Result<()> {
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
/// # Ok(()) }
/// ```
pub struct TcpStream {
    pub(super) io: Evented<mio::net::TcpStream>,
}

handle!(TcpStream: net::TcpStream, mio::net::TcpStream, BOTH, link::returned);
readiness!(TcpStream, poll_read_ready, poll_write_ready);
reads!(TcpStream);
writes!(TcpStream);

impl TcpStream {
    /// Connects to an address. Given several, tries them until one answers.
    ///
    /// # Errors
    ///
    /// The system's error for the last address tried (`ConnectionRefused`, …); `InvalidInput` if
    /// there is no address to try.
    ///
    /// # Panics
    ///
    /// If called outside a runtime.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, a connection that was being made is broken off.
    #[track_caller]
    pub fn connect<A: ToSocketAddrs>(address: A) -> impl Future<Output = io::Result<TcpStream>> {
        located(addr::first_of(address, |address| async move {
            let mut stream = TcpStream::from_mio(mio::net::TcpStream::connect(address)?)?;
            stream.io.link(|source, io| link::connecting(source, io, address));
            stream.connected().await
        }))
    }

    pub(super) async fn connected(self) -> io::Result<TcpStream> {
        connected(&self.io).await?;
        Ok(self)
    }

    pub(super) fn accepted(
        listener: &Evented<mio::net::TcpListener>,
        io: mio::net::TcpStream,
        peer: SocketAddr,
    ) -> io::Result<TcpStream> {
        let mut io = listener.accepted(io)?;
        io.link(|source, io| link::accepted(source, io, peer));
        Ok(TcpStream { io })
    }

    /// Waits for data and copies it into `buf` without taking it: the next read gets it again.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost if the future is dropped.
    #[track_caller]
    pub fn peek(&self, buf: &mut [u8]) -> impl Future<Output = io::Result<usize>> {
        located(async { self.io.io(Direction::Read, |io| io.peek(buf)).await })
    }

    /// [`TcpStream::peek`] for hand-written futures. Only the latest caller of a `poll_*` method
    /// for reading is woken.
    pub fn poll_peek(
        &self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<usize>> {
        let n = ready!(self.io.poll_io(Direction::Read, cx, |io| io.peek(room(buf))))?;
        buf.advance(n);
        Poll::Ready(Ok(n))
    }

    /// Shuts down the direction for writing, so that the other side reads the end of the stream.
    pub(super) fn end_writing(&self) -> io::Result<()> {
        end_writing(&self.io)
    }
}

impl AsRef<TcpStream> for TcpStream {
    fn as_ref(&self) -> &TcpStream {
        self
    }
}
