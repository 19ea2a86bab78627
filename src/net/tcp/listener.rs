//! How does a server accept connections?
//!
//! [`TcpListener::accept`] tries at once. If no connection is waiting, the calling task is woken
//! when the next one arrives. Several tasks may share one listener in an `Arc`: a connection wakes
//! them all, one of them gets it, and the others wait again.

use std::io;
use std::net::{self, SocketAddr};
use std::task::{Context, Poll, ready};

use kettle_runtime::event::{Direction, awaited};

use super::stream::TcpStream;
use crate::io::Interest;
use crate::io::evented::Evented;
use crate::net::addr::{self, ToSocketAddrs};
use crate::net::common::handle;
use crate::net::common::link::{self, Held};
use crate::origin::located;

/// A socket that accepts TCP connections.
///
/// ```
/// use kettle::io::AsyncReadExt;
/// use kettle::net::{TcpListener, TcpStream};
///
/// # #[kettle::main] async fn main() -> std::io::Result<()> {
/// let listener = TcpListener::bind("127.0.0.1:0").await?;
/// let address = listener.local_addr()?;
/// kettle::spawn(async move { TcpStream::connect(address).await });
///
/// let (mut socket, _peer) = listener.accept().await?;
/// let mut text = String::new();
/// socket.read_to_string(&mut text).await?;
/// assert_eq!(text, "");
/// # Ok(()) }
/// ```
pub struct TcpListener {
    io: Evented<mio::net::TcpListener>,
}

handle!(TcpListener: net::TcpListener, mio::net::TcpListener, Interest::READABLE, listening);

impl TcpListener {
    /// Opens a listener at an address; port 0 lets the system choose the port. Given several
    /// addresses, it takes the first that the system grants. On Unix a restarted server can bind
    /// the same address at once (`SO_REUSEADDR`).
    ///
    /// # Errors
    ///
    /// The system's error for the last address tried (`AddrInUse`, `PermissionDenied`, …);
    /// `InvalidInput` if there is no address to try.
    ///
    /// # Panics
    ///
    /// If called outside a runtime.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost if the future is dropped.
    #[track_caller]
    pub fn bind<A: ToSocketAddrs>(address: A) -> impl Future<Output = io::Result<TcpListener>> {
        located(addr::first_of(address, |address| async move {
            let mut listener = TcpListener::from_mio(mio::net::TcpListener::bind(address)?)?;
            listener.io.link(listening);
            Ok(listener)
        }))
    }

    /// Waits for the next connection, and returns its stream and the other side's address.
    ///
    /// # Errors
    ///
    /// The system's errors. A server should carry on after one: having too many open files is a
    /// passing state, and so is a connection dropped by the other side before it was accepted.
    ///
    /// # Cancel safety
    ///
    /// No connection is lost if the future is dropped: it stays with the listener.
    #[track_caller]
    pub fn accept(&self) -> impl Future<Output = io::Result<(TcpStream, SocketAddr)>> {
        located(async {
            let (io, peer) = self.io.io(Direction::Read, mio::net::TcpListener::accept).await?;
            Ok((TcpStream::accepted(&self.io, io, peer)?, peer))
        })
    }

    /// [`TcpListener::accept`] for hand-written futures. Only the latest caller is woken.
    #[track_caller]
    pub fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(TcpStream, SocketAddr)>> {
        let _line = awaited(None);
        let accept = mio::net::TcpListener::accept;
        let (io, peer) = ready!(self.io.poll_io(Direction::Read, cx, accept))?;
        Poll::Ready(TcpStream::accepted(&self.io, io, peer).map(|stream| (stream, peer)))
    }

    /// Returns the address that the listener is bound to, including a port that the system chose.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.io.get_ref().local_addr()
    }

    /// Returns how many routers a packet from here may pass (`IP_TTL`).
    pub fn ttl(&self) -> io::Result<u32> {
        self.io.get_ref().ttl()
    }

    /// Sets how many routers a packet from here may pass; accepted connections inherit it.
    pub fn set_ttl(&self, ttl: u32) -> io::Result<()> {
        self.io.get_ref().set_ttl(ttl)
    }
}

pub(super) fn listening(source: link::Source, io: &mio::net::TcpListener) -> Option<Held> {
    link::listening(source, io.local_addr().ok())
}
