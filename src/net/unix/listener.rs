//! How does a server accept connections from programs on its machine?
//!
//! As over TCP (`net/tcp/listener.rs`), but at an address that is a file. `bind` creates the file,
//! and fails if it already exists. Dropping the listener doesn't remove it.

use std::io;
use std::os::unix::net;
use std::path::Path;
use std::task::{Context, Poll, ready};

use kettle_runtime::event::{Direction, awaited};

use super::address::SocketAddr;
use super::stream::UnixStream;
use crate::io::Interest;
use crate::io::evented::Evented;
use crate::net::common::{handle, link};
use crate::origin::located;

/// A socket that accepts connections from programs on this machine.
///
/// ```
/// use kettle::io::AsyncReadExt;
/// use kettle::net::{UnixListener, UnixStream};
///
/// # #[kettle::main] async fn main() -> std::io::Result<()> {
/// # let path = std::env::temp_dir().join(format!("kettle-doc-{}.sock", std::process::id()));
/// let listener = UnixListener::bind(&path)?;
/// # let at = path.clone();
/// kettle::spawn(async move { UnixStream::connect(at).await });
///
/// let (mut socket, _peer) = listener.accept().await?;
/// let mut text = String::new();
/// socket.read_to_string(&mut text).await?;
/// assert_eq!(text, "");
/// std::fs::remove_file(&path)?;
/// # Ok(()) }
/// ```
pub struct UnixListener {
    io: Evented<mio::net::UnixListener>,
}

handle!(UnixListener: net::UnixListener, mio::net::UnixListener, Interest::READABLE, |_, _| None);

impl UnixListener {
    /// Creates the file and listens at it. On Linux a path that begins with a zero byte is an
    /// abstract name.
    ///
    /// # Errors
    ///
    /// The system's errors: `AddrInUse` if the file exists, …
    ///
    /// # Panics
    ///
    /// If called outside a runtime.
    #[track_caller]
    pub fn bind<P: AsRef<Path>>(path: P) -> io::Result<UnixListener> {
        UnixListener::bind_addr(&SocketAddr::of_path(path.as_ref())?)
    }

    /// Like [`UnixListener::bind`], at an address.
    #[track_caller]
    pub fn bind_addr(address: &SocketAddr) -> io::Result<UnixListener> {
        let io = mio::net::UnixListener::bind_addr(&address.0)?;
        let mut listener = UnixListener::from_mio(io)?;
        listener.io.link(|source, _| link::listening(source, None));
        Ok(listener)
    }

    /// Waits for the next connection, and returns its stream and the other side's address, which is
    /// usually unnamed.
    ///
    /// # Errors
    ///
    /// The system's errors. A server should carry on after an error.
    ///
    /// # Cancel safety
    ///
    /// No connection is lost if the future is dropped: it stays with the listener.
    #[track_caller]
    pub fn accept(&self) -> impl Future<Output = io::Result<(UnixStream, SocketAddr)>> {
        located(async {
            let (io, peer) = self.io.io(Direction::Read, mio::net::UnixListener::accept).await?;
            Ok((UnixStream::accepted(&self.io, io)?, SocketAddr(peer)))
        })
    }

    /// [`UnixListener::accept`] for hand-written futures. Only the latest caller is woken.
    #[track_caller]
    pub fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(UnixStream, SocketAddr)>> {
        let _line = awaited(None);
        let accept = mio::net::UnixListener::accept;
        let (io, peer) = ready!(self.io.poll_io(Direction::Read, cx, accept))?;
        Poll::Ready(UnixStream::accepted(&self.io, io).map(|stream| (stream, SocketAddr(peer))))
    }

    /// Returns the address that the listener is bound to.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.io.get_ref().local_addr().map(SocketAddr)
    }

    /// Takes the socket's pending error (`SO_ERROR`), if there is one.
    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        self.io.get_ref().take_error()
    }
}
