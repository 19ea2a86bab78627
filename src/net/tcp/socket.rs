//! How are options set before a socket connects or listens?
//!
//! On a [`TcpSocket`], which hasn't done either yet. [`TcpSocket::connect`] and
//! [`TcpSocket::listen`] turn it into a [`TcpStream`] or a [`TcpListener`]; until then it isn't
//! registered with a runtime.

use std::fmt;
use std::io;
use std::net::{self, SocketAddr};
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, Type};

use super::listener::{TcpListener, listening};
use super::stream::TcpStream;
use crate::net::common::{begun, descriptor, ip_options, link};
use crate::origin::located;

/// A TCP socket that is neither connected nor listening.
///
/// ```
/// use kettle::net::TcpSocket;
///
/// # #[kettle::main] async fn main() -> std::io::Result<()> {
/// let socket = TcpSocket::new_v4()?;
/// socket.set_reuseaddr(true)?;
/// socket.bind("127.0.0.1:0".parse().unwrap())?;
/// let listener = socket.listen(1024)?;
///
/// let stream = TcpSocket::new_v4()?.connect(listener.local_addr()?).await?;
/// assert_eq!(stream.peer_addr()?, listener.local_addr()?);
/// # Ok(()) }
/// ```
pub struct TcpSocket {
    inner: Socket,
}

descriptor!(TcpSocket);
ip_options!(TcpSocket, self => &self.inner);

impl TcpSocket {
    /// Makes a socket for IPv4.
    pub fn new_v4() -> io::Result<TcpSocket> {
        TcpSocket::new(Domain::IPV4)
    }

    /// Makes a socket for IPv6.
    pub fn new_v6() -> io::Result<TcpSocket> {
        TcpSocket::new(Domain::IPV6)
    }

    fn new(domain: Domain) -> io::Result<TcpSocket> {
        // socket2 opens the socket so that child processes don't inherit it.
        let inner = Socket::new(domain, Type::STREAM, Some(Protocol::TCP))?;
        inner.set_nonblocking(true)?;
        Ok(TcpSocket { inner })
    }

    /// Converts a `std` socket that isn't connected yet, made elsewhere with its own options. The
    /// socket must be in non-blocking mode.
    pub fn from_std_stream(socket: net::TcpStream) -> TcpSocket {
        TcpSocket { inner: socket.into() }
    }

    /// Gives the socket a local address; port 0 lets the system choose the port.
    pub fn bind(&self, address: SocketAddr) -> io::Result<()> {
        self.inner.bind(&address.into())
    }

    /// Connects to an address.
    ///
    /// # Errors
    ///
    /// The system's errors (`ConnectionRefused`, …).
    ///
    /// # Panics
    ///
    /// If called outside a runtime.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, a connection that was being made is broken off.
    #[track_caller]
    pub fn connect(self, address: SocketAddr) -> impl Future<Output = io::Result<TcpStream>> {
        located(async move {
            begun(self.inner.connect(&address.into()))?;
            let link = |source, io: &_| link::connecting(source, io, address);
            TcpStream::made_elsewhere(self.inner.into(), link)?.connected().await
        })
    }

    /// Starts to listen. At most `backlog` connections can be waiting to be accepted.
    ///
    /// # Panics
    ///
    /// If called outside a runtime.
    #[track_caller]
    pub fn listen(self, backlog: u32) -> io::Result<TcpListener> {
        self.inner.listen(i32::try_from(backlog).unwrap_or(i32::MAX))?;
        TcpListener::made_elsewhere(self.inner.into(), listening)
    }

    /// Returns the local address.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        let no_ip = || io::Error::new(io::ErrorKind::InvalidInput, "not an IPv4 or IPv6 address");
        self.inner.local_addr()?.as_socket().ok_or_else(no_ip)
    }

    /// Takes the socket's pending error (`SO_ERROR`), if there is one.
    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        self.inner.take_error()
    }

    /// Returns whether a silent connection is probed from time to time (`SO_KEEPALIVE`).
    pub fn keepalive(&self) -> io::Result<bool> {
        self.inner.keepalive()
    }

    /// Sets whether a silent connection is probed from time to time.
    pub fn set_keepalive(&self, keepalive: bool) -> io::Result<()> {
        self.inner.set_keepalive(keepalive)
    }

    /// Returns whether an address with lingering connections can be bound (`SO_REUSEADDR`).
    pub fn reuseaddr(&self) -> io::Result<bool> {
        self.inner.reuse_address()
    }

    /// Sets `SO_REUSEADDR`, before `bind`. On Unix [`TcpListener::bind`] sets it, too.
    pub fn set_reuseaddr(&self, reuseaddr: bool) -> io::Result<()> {
        self.inner.set_reuse_address(reuseaddr)
    }

    /// Returns whether several sockets can be bound to one address (`SO_REUSEPORT`).
    #[cfg(all(unix, not(any(target_os = "solaris", target_os = "illumos", target_os = "cygwin"))))]
    pub fn reuseport(&self) -> io::Result<bool> {
        self.inner.reuse_port()
    }

    /// Sets `SO_REUSEPORT`, before `bind`. The system spreads connections over the listeners.
    #[cfg(all(unix, not(any(target_os = "solaris", target_os = "illumos", target_os = "cygwin"))))]
    pub fn set_reuseport(&self, reuseport: bool) -> io::Result<()> {
        self.inner.set_reuse_port(reuseport)
    }

    /// Returns the size in bytes of the send buffer (`SO_SNDBUF`). Linux doubles the size set.
    pub fn send_buffer_size(&self) -> io::Result<u32> {
        self.inner.send_buffer_size().map(clamp)
    }

    /// Sets the size in bytes of the system's send buffer.
    pub fn set_send_buffer_size(&self, size: u32) -> io::Result<()> {
        self.inner.set_send_buffer_size(size as usize)
    }

    /// Returns the size in bytes of the system's receive buffer (`SO_RCVBUF`).
    pub fn recv_buffer_size(&self) -> io::Result<u32> {
        self.inner.recv_buffer_size().map(clamp)
    }

    /// Sets the size in bytes of the system's receive buffer, before `connect` or `listen`.
    pub fn set_recv_buffer_size(&self, size: u32) -> io::Result<()> {
        self.inner.set_recv_buffer_size(size as usize)
    }

    /// The same as [`TcpStream::linger`].
    pub fn linger(&self) -> io::Result<Option<Duration>> {
        self.inner.linger()
    }

    /// The same as [`TcpStream::set_linger`].
    pub fn set_linger(&self, linger: Option<Duration>) -> io::Result<()> {
        self.inner.set_linger(linger)
    }

    /// The same as [`TcpStream::set_zero_linger`].
    pub fn set_zero_linger(&self) -> io::Result<()> {
        self.set_linger(Some(Duration::ZERO))
    }

    /// The same as [`TcpStream::nodelay`].
    pub fn nodelay(&self) -> io::Result<bool> {
        self.inner.tcp_nodelay()
    }

    /// The same as [`TcpStream::set_nodelay`].
    pub fn set_nodelay(&self, nodelay: bool) -> io::Result<()> {
        self.inner.set_tcp_nodelay(nodelay)
    }
}

fn clamp(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

impl fmt::Debug for TcpSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
