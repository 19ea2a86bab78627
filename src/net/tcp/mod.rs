//! What are the parts of a TCP connection?
//!
//! The halves of a [`TcpStream`](super::TcpStream), for one task that reads and another that
//! writes: borrowed ([`ReadHalf`], [`WriteHalf`]) or owned ([`OwnedReadHalf`], [`OwnedWriteHalf`]).
//! The sockets themselves are re-exported one level up.
//!
//! tokio: `tokio::net::tcp`.

pub(super) mod listener;
pub(super) mod socket;
mod split;
pub(super) mod stream;
mod stream_options;

pub use split::{OwnedReadHalf, OwnedWriteHalf, ReadHalf, ReuniteError, WriteHalf};
