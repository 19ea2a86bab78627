//! How do datagrams travel over IP without blocking the thread?
//!
//! Sending and receiving take `&self`: one socket in an `Arc` serves any number of tasks. Each
//! datagram goes to one receiver only.
//!
//! An error that an earlier datagram met on its way (no program listens there) makes the socket
//! ready, and the next call returns it.

use std::io;
use std::net::{self, SocketAddr};
use std::task::{Context, Poll, ready};

use kettle_runtime::event::{Direction, awaited, done_here};
use socket2::SockRef;

use crate::io::evented::Evented;
use crate::io::{Interest, ReadBuf};
use crate::net::addr::{self, ToSocketAddrs};
use crate::net::common::{datagrams, handle, ip_options, length, readiness};
use crate::origin::located;

/// A UDP socket.
///
/// It may be used in two ways. With many peers: [`send_to`](UdpSocket::send_to) names the receiver
/// each time, [`recv_from`](UdpSocket::recv_from) learns the sender. With one:
/// [`connect`](UdpSocket::connect), then [`send`](UdpSocket::send) and [`recv`](UdpSocket::recv);
/// the system drops what comes from others.
///
/// Sending a datagram is no promise that it arrives.
///
/// ```
/// use kettle::net::UdpSocket;
///
/// # #[kettle::main]
/// # async fn main() -> std::io::Result<()> {
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
/// # Ok(())
/// # }
/// ```
pub struct UdpSocket {
    pub(super) io: Evented<mio::net::UdpSocket>,
}

handle!(
    UdpSocket: net::UdpSocket,
    mio::net::UdpSocket,
    Interest::READABLE.add(Interest::WRITABLE)
);
readiness!(UdpSocket, poll_recv_ready, poll_send_ready);
datagrams!(UdpSocket, SocketAddr);
ip_options!(UdpSocket);

impl UdpSocket {
    /// Opens a socket at an address; port 0 lets the system choose. Of several addresses it takes
    /// the first that can be had.
    ///
    /// # Errors
    ///
    /// The system's, for the last address tried (`AddrInUse`, …); `InvalidInput` if there is no
    /// address to try.
    ///
    /// # Panics
    ///
    /// Outside of a runtime.
    #[track_caller]
    pub fn bind<A: ToSocketAddrs>(address: A) -> impl Future<Output = io::Result<UdpSocket>> {
        located(addr::first_of(address, |address| async move {
            UdpSocket::from_mio(mio::net::UdpSocket::bind(address)?)
        }))
    }

    /// Chooses the one peer that [`send`](UdpSocket::send) sends to and
    /// [`recv`](UdpSocket::recv) receives from. Nothing is sent: UDP knows no connection. Of
    /// several addresses it takes the first that the system accepts.
    ///
    /// # Errors
    ///
    /// As [`UdpSocket::bind`].
    #[track_caller]
    pub fn connect<A: ToSocketAddrs>(&self, address: A) -> impl Future<Output = io::Result<()>> {
        located(async move {
            let connect = |address| async move { self.io.get_ref().connect(address) };
            addr::first_of(address, connect).await?;
            self.io.emit_ends(None);
            Ok(())
        })
    }

    /// Sends a datagram to an address, the first one if there are several. Says how many bytes:
    /// all of them.
    ///
    /// # Errors
    ///
    /// The system's; `InvalidInput` if there is no address.
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
            let target = target.ok_or_else(addr::no_address)?;
            self.io.datagram(Direction::Write, |io| io.send_to(buf, target), length).await
        })
    }

    /// [`UdpSocket::send_to`] for hand-written futures. Of all that wait for writing by a `poll_*`
    /// method only the newest is woken.
    #[track_caller]
    pub fn poll_send_to(
        &self,
        cx: &mut Context<'_>,
        buf: &[u8],
        target: SocketAddr,
    ) -> Poll<io::Result<usize>> {
        let _line = awaited(None);
        self.io.poll_datagram(Direction::Write, cx, |io| io.send_to(buf, target), length)
    }

    /// Sends a datagram to an address, if there is room now; else `WouldBlock`.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_send_to(&self, buf: &[u8], target: SocketAddr) -> io::Result<usize> {
        done_here(|| self.io.try_datagram(Interest::WRITABLE, |io| io.send_to(buf, target), length))
    }

    /// Waits for a datagram and copies it into `buf` without taking it: the next call gets it
    /// again. What does not fit into `buf` is left out.
    ///
    /// # Errors
    ///
    /// The system's, as of [`UdpSocket::recv`].
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost if the future is dropped.
    #[track_caller]
    pub fn peek(&self, buf: &mut [u8]) -> impl Future<Output = io::Result<usize>> {
        located(async { self.io.io(Direction::Read, |io| io.peek(buf)).await })
    }

    /// [`UdpSocket::peek`] for hand-written futures. Of all that wait for reading by a `poll_*`
    /// method only the newest is woken.
    #[track_caller]
    pub fn poll_peek(&self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let _line = awaited(None);
        let peek = |io: &mio::net::UdpSocket| io.peek(buf.initialize_unfilled());
        let n = ready!(self.io.poll_io(Direction::Read, cx, peek))?;
        buf.advance(n);
        Poll::Ready(Ok(()))
    }

    /// [`UdpSocket::peek`] without waiting: `WouldBlock` if there is none.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_peek(&self, buf: &mut [u8]) -> io::Result<usize> {
        done_here(|| self.io.try_if_ready(Interest::READABLE, |io| io.peek(buf)))
    }

    /// [`UdpSocket::peek`], and the address that sent it.
    ///
    /// # Errors
    ///
    /// As [`UdpSocket::peek`].
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost if the future is dropped.
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

    /// [`UdpSocket::peek_from`] without waiting: `WouldBlock` if there is none.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_peek_from(&self, buf: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        done_here(|| self.io.try_if_ready(Interest::READABLE, |io| io.peek_from(buf)))
    }

    /// Waits for a datagram and gives its sender's address, without taking the datagram.
    ///
    /// # Errors
    ///
    /// As [`UdpSocket::peek`].
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost if the future is dropped.
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

    /// [`UdpSocket::peek_sender`] without waiting: `WouldBlock` if there is no datagram.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_peek_sender(&self) -> io::Result<SocketAddr> {
        done_here(|| self.io.try_if_ready(Interest::READABLE, sender))
    }

    /// The address on this side.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.io.get_ref().local_addr()
    }

    /// The address of the peer. `NotConnected` without [`UdpSocket::connect`].
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.io.get_ref().peer_addr()
    }
}

/// Who sent the next datagram? Within mio's `try_io`, so that on Windows it notices a `WouldBlock`.
fn sender(io: &mio::net::UdpSocket) -> io::Result<SocketAddr> {
    io.try_io(|| {
        let no_ip = || io::Error::other("the sender has no address of IPv4 or IPv6");
        SockRef::from(io).peek_sender()?.as_socket().ok_or_else(no_ip)
    })
}
