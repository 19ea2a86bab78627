//! Which options does a TCP connection have?
//!
//! Each method makes one system call on the socket and never waits.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use socket2::SockRef;

use super::stream::TcpStream;

impl TcpStream {
    /// Returns the local address.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.io.get_ref().local_addr()
    }

    /// Returns the peer's address.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.io.get_ref().peer_addr()
    }

    /// Takes the socket's pending error (`SO_ERROR`), if there is one.
    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        self.io.get_ref().take_error()
    }

    /// Returns whether small pieces are sent at once, without waiting for more (`TCP_NODELAY`).
    pub fn nodelay(&self) -> io::Result<bool> {
        let told = self.io.end().and_then(|end| end.nodelay(None));
        told.map_or_else(|| self.io.get_ref().nodelay(), Ok)
    }

    /// Sets whether small pieces are sent at once. When both sides send messages shorter than a
    /// packet, `true` saves up to 40 ms a message.
    ///
    /// ```
    /// # use kettle::net::{TcpListener, TcpStream};
    /// # #[kettle::main] async fn main() -> std::io::Result<()> {
    /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// let stream = TcpStream::connect(listener.local_addr()?).await?;
    /// stream.set_nodelay(true)?;
    /// assert!(stream.nodelay()?);
    /// # Ok(()) }
    /// ```
    pub fn set_nodelay(&self, nodelay: bool) -> io::Result<()> {
        let told = self.io.end().and_then(|end| end.nodelay(Some(nodelay)));
        told.map_or_else(|| self.io.get_ref().set_nodelay(nodelay), |_| Ok(()))
    }

    /// Returns whether the system confirms each packet at once, instead of waiting for an answer
    /// that can carry the confirmation (`TCP_QUICKACK`).
    #[cfg(any(
        target_os = "linux",
        target_os = "android",
        target_os = "fuchsia",
        target_os = "cygwin"
    ))]
    pub fn quickack(&self) -> io::Result<bool> {
        SockRef::from(self.io.get_ref()).tcp_quickack()
    }

    /// Sets whether packets are confirmed at once. The system may change the setting back later.
    #[cfg(any(
        target_os = "linux",
        target_os = "android",
        target_os = "fuchsia",
        target_os = "cygwin"
    ))]
    pub fn set_quickack(&self, quickack: bool) -> io::Result<()> {
        SockRef::from(self.io.get_ref()).set_tcp_quickack(quickack)
    }

    /// Returns how long closing may take to send the remaining data (`SO_LINGER`). With `None` the
    /// system goes on sending after the close has returned.
    pub fn linger(&self) -> io::Result<Option<Duration>> {
        SockRef::from(self.io.get_ref()).linger()
    }

    /// Sets how long closing may take, in whole seconds. Dropping the stream closes it, and *blocks
    /// the thread* for up to that time, except that zero resets the connection at once.
    pub fn set_linger(&self, linger: Option<Duration>) -> io::Result<()> {
        SockRef::from(self.io.get_ref()).set_linger(linger)
    }

    /// Makes dropping the stream reset the connection, which loses data that hasn't been sent yet.
    pub fn set_zero_linger(&self) -> io::Result<()> {
        self.set_linger(Some(Duration::ZERO))
    }

    /// Returns how many routers a packet from here may pass (`IP_TTL`).
    pub fn ttl(&self) -> io::Result<u32> {
        self.io.get_ref().ttl()
    }

    /// Sets how many routers a packet from here may pass.
    pub fn set_ttl(&self, ttl: u32) -> io::Result<()> {
        self.io.get_ref().set_ttl(ttl)
    }
}
