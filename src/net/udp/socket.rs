//! How are UDP datagrams sent and received without blocking the thread?
//!
//! Sending and receiving take `&self`, so any number of tasks can share a socket in an `Arc`. Each
//! datagram goes to one of the receiving tasks.
//!
//! If a datagram is refused because no program listens at its destination, the socket becomes ready
//! and the next call returns the error.

use std::io;
use std::net::{self, SocketAddr};
use std::task::{Context, Poll, ready};

use kettle_runtime::event::{Direction, awaited, done_here};
use socket2::SockRef;

use crate::io::evented::Evented;
use crate::io::{Interest, ReadBuf};
use crate::net::addr::{self, ToSocketAddrs};
use crate::net::common::link::{self, End};
use crate::net::common::{datagrams, handle, ip_options, length, readiness};
use crate::origin::located;

/// A UDP socket.
///
/// With many peers, use [`send_to`](UdpSocket::send_to), which names the receiver, and
/// [`recv_from`](UdpSocket::recv_from), which returns the sender. With one peer,
/// [`connect`](UdpSocket::connect) and then use [`send`](UdpSocket::send) and
/// [`recv`](UdpSocket::recv); the system drops datagrams from other senders.
///
/// A datagram that was sent may still be lost on the way.
///
/// ```
/// use kettle::net::UdpSocket;
///
/// # #[kettle::main] async fn main() -> std::io::Result<()> {
/// let server = UdpSocket::bind("127.0.0.1:0").await?;
/// let client = UdpSocket::bind("127.0.0.1:0").await?;
/// client.connect(server.local_addr()?).await?;
/// client.send(b"ping").await?;
///
/// let mut buffer = [0; 1500];
/// let (n, from) = server.recv_from(&mut buffer).await?;
/// assert_eq!(&buffer[..n], b"ping");
/// server.send_to(b"pong", from).await?;
/// assert_eq!(client.recv(&mut buffer).await?, 4);
/// # Ok(()) }
/// ```
pub struct UdpSocket {
    pub(super) io: Evented<mio::net::UdpSocket>,
}

handle!(
    UdpSocket: net::UdpSocket,
    mio::net::UdpSocket,
    Interest::READABLE.add(Interest::WRITABLE),
    |source, _| link::listening(source, None)
);
readiness!(UdpSocket, poll_recv_ready, poll_send_ready);
datagrams!(UdpSocket, SocketAddr);
ip_options!(UdpSocket, self => self.io.get_ref());

impl UdpSocket {
    /// Opens a socket at an address; port 0 lets the system choose the port. Given several
    /// addresses, it takes the first that the system grants.
    ///
    /// # Errors
    ///
    /// The system's error for the last address tried (`AddrInUse`, …); `InvalidInput` if there is
    /// no address to try.
    ///
    /// # Panics
    ///
    /// If called outside a runtime.
    #[track_caller]
    pub fn bind<A: ToSocketAddrs>(address: A) -> impl Future<Output = io::Result<UdpSocket>> {
        located(addr::first_of(address, |address| async move {
            let mut socket = UdpSocket::from_mio(mio::net::UdpSocket::bind(address)?)?;
            socket.io.link(|source, _| link::listening(source, None));
            Ok(socket)
        }))
    }

    /// Chooses the one peer that [`send`](UdpSocket::send) sends to and [`recv`](UdpSocket::recv)
    /// receives from. Nothing is sent, because UDP has no connections. Given several addresses, it
    /// takes the first that the system accepts.
    ///
    /// # Errors
    ///
    /// The same as for [`UdpSocket::bind`].
    #[track_caller]
    pub fn connect<A: ToSocketAddrs>(&self, address: A) -> impl Future<Output = io::Result<()>> {
        located(async move {
            let connect = |address| async move { self.io.get_ref().connect(self.reaches(address)) };
            addr::first_of(address, connect).await?;
            self.io.emit_ends(None);
            Ok(())
        })
    }

    /// Sends a datagram to an address, the first if there are several, and returns its length.
    ///
    /// # Errors
    ///
    /// The system's errors; `InvalidInput` if there is no address.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is ready, nothing was sent.
    #[track_caller]
    pub fn send_to<A: ToSocketAddrs>(
        &self,
        buf: &[u8],
        target: A,
    ) -> impl Future<Output = io::Result<usize>> {
        located(async move {
            let target = addr::resolve(target).await?.into_iter().next();
            let target = self.reaches(target.ok_or_else(addr::no_address)?);
            self.io.datagram(Direction::Write, |io| io.send_to(buf, target), length).await
        })
    }

    /// [`UdpSocket::send_to`] for hand-written futures. Only the latest caller of a `poll_*` method
    /// for writing is woken.
    #[track_caller]
    pub fn poll_send_to(
        &self,
        cx: &mut Context<'_>,
        buf: &[u8],
        target: SocketAddr,
    ) -> Poll<io::Result<usize>> {
        let _line = awaited(None);
        let target = self.reaches(target);
        self.io.poll_datagram(Direction::Write, cx, |io| io.send_to(buf, target), length)
    }

    /// Sends a datagram to an address, or returns `WouldBlock` if there is no room now.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_send_to(&self, buf: &[u8], target: SocketAddr) -> io::Result<usize> {
        let target = self.reaches(target);
        done_here(|| self.io.try_datagram(Interest::WRITABLE, |io| io.send_to(buf, target), length))
    }

    /// Waits for a datagram and copies it into `buf` without taking it: the next call gets it
    /// again. Bytes that don't fit into `buf` are left out.
    ///
    /// # Errors
    ///
    /// The system's errors, as for [`UdpSocket::recv`].
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost if the future is dropped.
    #[track_caller]
    pub fn peek(&self, buf: &mut [u8]) -> impl Future<Output = io::Result<usize>> {
        located(async { self.io.io(Direction::Read, |io| io.peek(buf)).await })
    }

    /// [`UdpSocket::peek`] for hand-written futures. Only the latest caller of a `poll_*` method
    /// for reading is woken.
    #[track_caller]
    pub fn poll_peek(&self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let _line = awaited(None);
        let peek = |io: &mio::net::UdpSocket| io.peek(buf.initialize_unfilled());
        let n = ready!(self.io.poll_io(Direction::Read, cx, peek))?;
        buf.advance(n);
        Poll::Ready(Ok(()))
    }

    /// [`UdpSocket::peek`] without waiting: `WouldBlock` if no datagram has arrived.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_peek(&self, buf: &mut [u8]) -> io::Result<usize> {
        done_here(|| self.io.try_if_ready(Interest::READABLE, |io| io.peek(buf)))
    }

    /// Like [`UdpSocket::peek`], and as cancel safe, but also returns the sender's address.
    #[track_caller]
    pub fn peek_from(
        &self,
        buf: &mut [u8],
    ) -> impl Future<Output = io::Result<(usize, SocketAddr)>> {
        located(async { self.io.io(Direction::Read, |io| io.peek_from(buf)).await })
    }

    /// [`UdpSocket::peek_from`] for hand-written futures, as [`UdpSocket::poll_peek`].
    #[track_caller]
    pub fn poll_peek_from(
        &self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<SocketAddr>> {
        let _line = awaited(None);
        let peek = |io: &mio::net::UdpSocket| io.peek_from(buf.initialize_unfilled());
        let (n, from) = ready!(self.io.poll_io(Direction::Read, cx, peek))?;
        buf.advance(n);
        Poll::Ready(Ok(from))
    }

    /// [`UdpSocket::peek_from`] without waiting: `WouldBlock` if no datagram has arrived.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_peek_from(&self, buf: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        done_here(|| self.io.try_if_ready(Interest::READABLE, |io| io.peek_from(buf)))
    }

    /// Like [`UdpSocket::peek_from`], and as cancel safe, but returns only the sender's address.
    #[track_caller]
    pub fn peek_sender(&self) -> impl Future<Output = io::Result<SocketAddr>> {
        located(async { self.io.io(Direction::Read, sender).await })
    }

    /// [`UdpSocket::peek_sender`] for hand-written futures, as [`UdpSocket::poll_peek`].
    #[track_caller]
    pub fn poll_peek_sender(&self, cx: &mut Context<'_>) -> Poll<io::Result<SocketAddr>> {
        let _line = awaited(None);
        self.io.poll_io(Direction::Read, cx, sender)
    }

    /// [`UdpSocket::peek_sender`] without waiting: `WouldBlock` if no datagram has arrived.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_peek_sender(&self) -> io::Result<SocketAddr> {
        done_here(|| self.io.try_if_ready(Interest::READABLE, sender))
    }

    /// From another machine an answer may come.
    fn reaches(&self, to: SocketAddr) -> SocketAddr {
        if !to.ip().to_canonical().is_loopback() {
            self.io.end().into_iter().for_each(End::leaves);
        }
        to
    }

    /// Returns the local address.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.io.get_ref().local_addr()
    }

    /// Returns the peer's address, or the error `NotConnected` before [`UdpSocket::connect`].
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.io.get_ref().peer_addr()
    }
}

/// Returns the next datagram's sender, within mio's `try_io`: on Windows mio must see a
/// `WouldBlock`.
fn sender(io: &mio::net::UdpSocket) -> io::Result<SocketAddr> {
    io.try_io(|| {
        let no_ip = || io::Error::other("the sender's address is neither IPv4 nor IPv6");
        SockRef::from(io).peek_sender()?.as_socket().ok_or_else(no_ip)
    })
}
