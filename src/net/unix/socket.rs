//! How is a Unix socket given an address before it connects or listens?
//!
//! On a [`UnixSocket`], which hasn't done either yet. [`listen`](UnixSocket::listen),
//! [`connect`](UnixSocket::connect) and [`datagram`](UnixSocket::datagram) turn it into a listener,
//! a stream or a datagram socket; until then it isn't registered with a runtime.

use std::io;
use std::path::Path;

use socket2::{Domain, SockAddr, Socket, Type};

use super::datagram::UnixDatagram;
use super::listener::UnixListener;
use super::stream::UnixStream;
use crate::net::common::{begun, descriptor};
use crate::origin::located;

/// A Unix socket that is neither connected nor listening.
///
/// ```
/// use kettle::net::UnixSocket;
///
/// # #[kettle::main] async fn main() -> std::io::Result<()> {
/// # let path = std::env::temp_dir().join(format!("kettle-doc-{}.socket", std::process::id()));
/// let socket = UnixSocket::new_stream()?;
/// socket.bind(&path)?;
/// let listener = socket.listen(16)?;
/// let stream = UnixSocket::new_stream()?.connect(&path).await?;
/// assert_eq!(stream.peer_addr()?.as_pathname(), Some(path.as_path()));
/// std::fs::remove_file(&path)?;
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct UnixSocket {
    inner: Socket,
}

descriptor!(UnixSocket);

impl UnixSocket {
    /// Makes a datagram socket.
    pub fn new_datagram() -> io::Result<UnixSocket> {
        UnixSocket::new(Type::DGRAM)
    }

    /// Makes a stream socket.
    pub fn new_stream() -> io::Result<UnixSocket> {
        UnixSocket::new(Type::STREAM)
    }

    fn new(kind: Type) -> io::Result<UnixSocket> {
        // socket2 opens the socket so that child processes don't inherit it.
        let inner = Socket::new(Domain::UNIX, kind, None)?;
        inner.set_nonblocking(true)?;
        Ok(UnixSocket { inner })
    }

    /// Gives the socket an address, and creates the file.
    pub fn bind(&self, path: impl AsRef<Path>) -> io::Result<()> {
        self.inner.bind(&SockAddr::unix(path)?)
    }

    /// Starts to listen. At most `backlog` connections can be waiting to be accepted.
    ///
    /// # Errors
    ///
    /// The system's errors, and one if the socket was made for datagrams.
    ///
    /// # Panics
    ///
    /// If called outside a runtime.
    #[track_caller]
    pub fn listen(self, backlog: u32) -> io::Result<UnixListener> {
        self.refuse_type(Type::DGRAM, "listen cannot be called on a datagram socket")?;
        self.inner.listen(i32::try_from(backlog).unwrap_or(i32::MAX))?;
        UnixListener::made_elsewhere(self.inner.into(), |_, _| None)
    }

    /// Connects to a listener at a path.
    ///
    /// # Errors
    ///
    /// The system's errors, and one if the socket was made for datagrams.
    ///
    /// # Panics
    ///
    /// If called outside a runtime.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, a connection that was being made is broken off.
    #[track_caller]
    pub fn connect(self, path: impl AsRef<Path>) -> impl Future<Output = io::Result<UnixStream>> {
        located(async move {
            self.refuse_type(Type::DGRAM, "connect cannot be called on a datagram socket")?;
            begun(self.inner.connect(&SockAddr::unix(path)?))?;
            UnixStream::made_elsewhere(self.inner.into(), |_, _| None)?.connected().await
        })
    }

    /// Turns the socket into a datagram socket.
    ///
    /// # Errors
    ///
    /// The socket's pending error, and one if the socket was made for a stream.
    ///
    /// # Panics
    ///
    /// If called outside a runtime.
    #[track_caller]
    pub fn datagram(self) -> io::Result<UnixDatagram> {
        self.refuse_type(Type::STREAM, "datagram cannot be called on a stream socket")?;
        if let Some(error) = self.inner.take_error()? {
            return Err(error);
        }
        UnixDatagram::made_elsewhere(self.inner.into(), |_, _| None)
    }

    fn refuse_type(&self, kind: Type, message: &'static str) -> io::Result<()> {
        if self.inner.r#type()? == kind { Err(io::Error::other(message)) } else { Ok(()) }
    }
}
