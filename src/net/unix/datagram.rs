//! How do programs on one machine send each other datagrams?
//!
//! As over UDP, except that the address is a file, and that datagrams aren't lost on the way
//! because a sender waits until its receiver has room.

use std::io;
use std::net::Shutdown;
use std::os::unix::net;
use std::path::Path;
use std::task::{Context, Poll};

use kettle_runtime::event::{Direction, awaited, done_here};

use super::address::SocketAddr;
use crate::io::Interest;
use crate::io::evented::Evented;
use crate::net::common::{datagrams, handle, length, readiness};
use crate::origin::located;

/// A Unix socket for datagrams.
///
/// ```
/// use kettle::net::UnixDatagram;
///
/// # #[kettle::main] async fn main() -> std::io::Result<()> {
/// let (near, far) = UnixDatagram::pair()?;
/// near.send(b"one").await?;
/// near.send(b"two").await?;
///
/// let mut buffer = [0; 16];
/// assert_eq!(far.recv(&mut buffer).await?, 3); // one at a time
/// assert_eq!(&buffer[..3], b"one");
/// # Ok(()) }
/// ```
pub struct UnixDatagram {
    io: Evented<mio::net::UnixDatagram>,
}

const BOTH: Interest = Interest::READABLE.add(Interest::WRITABLE);

handle!(
    UnixDatagram: net::UnixDatagram,
    mio::net::UnixDatagram,
    BOTH,
    |_, _| None
);
readiness!(UnixDatagram, poll_recv_ready, poll_send_ready);
datagrams!(UnixDatagram, SocketAddr);

impl UnixDatagram {
    /// Creates the file and opens a socket at it. The file stays when the socket is dropped.
    ///
    /// # Errors
    ///
    /// The system's errors: `AddrInUse` if the file exists, …
    ///
    /// # Panics
    ///
    /// If called outside a runtime.
    #[track_caller]
    pub fn bind<P: AsRef<Path>>(path: P) -> io::Result<UnixDatagram> {
        UnixDatagram::from_mio(mio::net::UnixDatagram::bind(path)?)
    }

    /// Makes two sockets that are connected to each other and have no address.
    ///
    /// # Panics
    ///
    /// If called outside a runtime.
    #[track_caller]
    pub fn pair() -> io::Result<(UnixDatagram, UnixDatagram)> {
        let (one, other) = mio::net::UnixDatagram::pair()?;
        let mut one = UnixDatagram::from_mio(one)?;
        let mut other = Evented::new_with(other, BOTH, Some(one.io.id()))?;
        one.io.link_with(&mut other);
        [&one.io, &other].into_iter().for_each(Evented::assume_writable);
        Ok((one, UnixDatagram { io: other }))
    }

    /// Makes a socket without an address, which can send but can't be answered.
    ///
    /// # Panics
    ///
    /// If called outside a runtime.
    #[track_caller]
    pub fn unbound() -> io::Result<UnixDatagram> {
        UnixDatagram::from_mio(mio::net::UnixDatagram::unbound()?)
    }

    /// Chooses the one peer that [`send`](UnixDatagram::send) sends to and
    /// [`recv`](UnixDatagram::recv) receives from.
    ///
    /// # Errors
    ///
    /// The system's errors: `NotFound`, `ConnectionRefused` …
    pub fn connect<P: AsRef<Path>>(&self, path: P) -> io::Result<()> {
        self.io.get_ref().connect(path)
    }

    /// Sends a datagram to the socket at a path, and returns its length.
    ///
    /// # Errors
    ///
    /// The system's errors: `NotFound`, `ConnectionRefused` …
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is ready, nothing was sent.
    ///
    /// ```
    /// # use kettle::net::UnixDatagram;
    /// # #[kettle::main] async fn main() -> std::io::Result<()> {
    /// # let path = std::env::temp_dir().join(format!("kettle-doc-{}.dgram", std::process::id()));
    /// let server = UnixDatagram::bind(&path)?;
    /// UnixDatagram::unbound()?.send_to(b"hello", &path).await?;
    ///
    /// let mut buffer = [0; 16];
    /// let (n, from) = server.recv_from(&mut buffer).await?;
    /// assert_eq!(&buffer[..n], b"hello");
    /// assert!(from.is_unnamed());
    /// std::fs::remove_file(&path)?;
    /// # Ok(()) }
    /// ```
    #[track_caller]
    pub fn send_to<P: AsRef<Path>>(
        &self,
        buf: &[u8],
        target: P,
    ) -> impl Future<Output = io::Result<usize>> {
        located(async move {
            let send = |io: &mio::net::UnixDatagram| io.send_to(buf, target.as_ref());
            self.io.datagram(Direction::Write, send, length).await
        })
    }

    /// [`UnixDatagram::send_to`] for hand-written futures. Only the latest caller of a `poll_*`
    /// method for writing is woken.
    #[track_caller]
    pub fn poll_send_to<P: AsRef<Path>>(
        &self,
        cx: &mut Context<'_>,
        buf: &[u8],
        target: P,
    ) -> Poll<io::Result<usize>> {
        let _line = awaited(None);
        self.io.poll_datagram(Direction::Write, cx, |io| io.send_to(buf, target.as_ref()), length)
    }

    /// Sends a datagram to the socket at a path, or returns `WouldBlock` if there is no room now.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_send_to<P: AsRef<Path>>(&self, buf: &[u8], target: P) -> io::Result<usize> {
        done_here(|| self.io.try_datagram(Interest::WRITABLE, |io| io.send_to(buf, target), length))
    }

    /// Returns the local address.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.io.get_ref().local_addr().map(SocketAddr)
    }

    /// Returns the peer's address, if the socket is connected.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.io.get_ref().peer_addr().map(SocketAddr)
    }

    /// Takes the socket's pending error (`SO_ERROR`), if there is one.
    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        self.io.get_ref().take_error()
    }

    /// Shuts down sending, receiving or both.
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.io.get_ref().shutdown(how)
    }
}
