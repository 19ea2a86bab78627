//! How can one task read from a Unix connection while another writes to it?
//!
//! The halves of all streams are in `net/common/halves.rs`.
//!
//! tokio: `net/unix/split.rs`, `net/unix/split_owned.rs`.

use super::address::SocketAddr;
use super::stream::UnixStream;
use crate::net::common::halves;

halves!(UnixStream, SocketAddr);

impl UnixStream {
    /// The same as [`TcpStream::split`](crate::net::TcpStream::split).
    pub fn split(&mut self) -> (ReadHalf<'_>, WriteHalf<'_>) {
        (ReadHalf(self), WriteHalf(self))
    }

    /// The same as [`TcpStream::into_split`](crate::net::TcpStream::into_split).
    pub fn into_split(self) -> (OwnedReadHalf, OwnedWriteHalf) {
        into_split(self)
    }
}
