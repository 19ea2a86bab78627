//! How do programs on one machine exchange streams of bytes?
//!
//! As over TCP, except that the address is a file.
//!
//! Not here: the methods that all streams share (`net/common/`); splitting (`split.rs`).

use std::io;
use std::os::fd::AsFd;
use std::os::unix::net;
use std::path::Path;
use std::process;

use super::address::SocketAddr;
use super::ucred::UCred;
use crate::io::Interest;
use crate::io::evented::Evented;
use crate::net::common::link::{self, Held};
use crate::net::common::{connected, end_writing, handle, readiness, reads, writes};
use crate::origin::located;

/// A connection between two programs on one machine.
///
/// [`AsyncReadExt`](crate::io::AsyncReadExt) and [`AsyncWriteExt`](crate::io::AsyncWriteExt) have
/// its methods. Dropping the stream closes it; call `shutdown` to stop writing and still read.
///
/// ```
/// use kettle::io::{AsyncReadExt, AsyncWriteExt};
/// use kettle::net::UnixStream;
///
/// # #[kettle::main] async fn main() -> std::io::Result<()> {
/// let (mut near, mut far) = UnixStream::pair()?;
/// near.write_all(b"hello").await?;
/// drop(near);
///
/// let mut text = String::new();
/// far.read_to_string(&mut text).await?;
/// assert_eq!(text, "hello");
/// # Ok(()) }
/// ```
pub struct UnixStream {
    pub(super) io: Evented<mio::net::UnixStream>,
}

const BOTH: Interest = Interest::READABLE.add(Interest::WRITABLE);

handle!(
    UnixStream: net::UnixStream,
    mio::net::UnixStream,
    BOTH,
    |_, _| None
);
readiness!(UnixStream, poll_read_ready, poll_write_ready);
reads!(UnixStream);
writes!(UnixStream);

impl UnixStream {
    /// Connects to a listener at a path. On Linux a path that begins with a zero byte is an
    /// abstract name.
    ///
    /// # Errors
    ///
    /// The system's errors: `NotFound`, `ConnectionRefused` (the file exists, but no program is
    /// listening), `WouldBlock` (too many connections are waiting to be accepted) …
    ///
    /// # Panics
    ///
    /// If called outside a runtime.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, a connection that was being made is broken off.
    #[track_caller]
    pub fn connect<P: AsRef<Path>>(path: P) -> impl Future<Output = io::Result<UnixStream>> {
        located(async move {
            let address = SocketAddr::of_path(path.as_ref())?;
            let io = mio::net::UnixStream::connect_addr(&address.0)?;
            UnixStream::from_mio(io)?.connected().await
        })
    }

    /// Like [`UnixStream::connect`], and as cancel safe, to a listener at an address.
    #[track_caller]
    pub fn connect_addr(address: &SocketAddr) -> impl Future<Output = io::Result<UnixStream>> {
        located(async move {
            let io = mio::net::UnixStream::connect_addr(&address.0)?;
            UnixStream::from_mio(io)?.connected().await
        })
    }

    pub(super) async fn connected(mut self) -> io::Result<UnixStream> {
        connected(&self.io).await?;
        self.io.link(of_process);
        Ok(self)
    }

    pub(super) fn accepted(
        listener: &Evented<mio::net::UnixListener>,
        io: mio::net::UnixStream,
    ) -> io::Result<UnixStream> {
        let mut io = listener.accepted(io)?;
        io.link(of_process);
        Ok(UnixStream { io })
    }

    /// Makes two streams that are connected to each other and have no address.
    ///
    /// # Panics
    ///
    /// If called outside a runtime.
    #[track_caller]
    pub fn pair() -> io::Result<(UnixStream, UnixStream)> {
        let (one, other) = mio::net::UnixStream::pair()?;
        let mut one = UnixStream::from_mio(one)?;
        let mut other = Evented::new_with(other, BOTH, Some(one.io.id()))?;
        one.io.link_with(&mut other);
        [&one.io, &other].into_iter().for_each(Evented::assume_writable);
        Ok((one, UnixStream { io: other }))
    }

    /// Returns the local address.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.io.get_ref().local_addr().map(SocketAddr)
    }

    /// Returns the peer's address.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.io.get_ref().peer_addr().map(SocketAddr)
    }

    /// Returns which user and process are at the other end.
    ///
    /// # Errors
    ///
    /// `Unsupported` on systems other than Linux and Android.
    ///
    /// ```
    /// # use kettle::net::UnixStream;
    /// # #[kettle::main] async fn main() -> std::io::Result<()> {
    /// # if !cfg!(target_os = "linux") { return Ok(()) }
    /// let (near, _far) = UnixStream::pair()?;
    /// let peer = near.peer_cred()?;
    /// assert_eq!(peer.pid(), Some(std::process::id() as i32)); // it is this program
    /// # Ok(()) }
    /// ```
    pub fn peer_cred(&self) -> io::Result<UCred> {
        UCred::of(self.io.get_ref().as_fd())
    }

    /// Takes the socket's pending error (`SO_ERROR`), if there is one.
    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        self.io.get_ref().take_error()
    }

    /// Shuts down the direction for writing, so that the other side reads the end of the stream.
    pub(super) fn end_writing(&self) -> io::Result<()> {
        end_writing(&self.io)
    }
}

impl AsRef<UnixStream> for UnixStream {
    fn as_ref(&self) -> &UnixStream {
        self
    }
}

/// Is the other end this process's own?
fn of_process(source: link::Source, io: &mio::net::UnixStream) -> Option<Held> {
    let peer = UCred::of(io.as_fd()).ok()?.pid()?;
    (u32::try_from(peer) == Ok(process::id())).then(|| link::of_process(source))?
}
