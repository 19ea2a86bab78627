//! How do programs on one machine talk to each other?
//!
//! Through sockets whose addresses are files, and through pipes. The sockets behave like TCP's and
//! UDP's, are faster, and know which user is at the other end ([`UCred`]).
//!
//! ```
//! use kettle::io::{AsyncReadExt, AsyncWriteExt};
//! use kettle::net::UnixStream;
//!
//! # #[kettle::main] async fn main() -> std::io::Result<()> {
//! let (mut here, mut there) = UnixStream::pair()?;
//! here.write_all(b"tea").await?;
//! assert_eq!(there.read_u8().await?, b't');
//! # Ok(()) }
//! ```
//!
//! | file | what is in it |
//! |---|---|
//! | `address.rs` | [`SocketAddr`] |
//! | `ucred.rs` | [`UCred`] |
//! | `stream.rs`, `split.rs` | [`UnixStream`](super::UnixStream) and its halves |
//! | `listener.rs` | [`UnixListener`](super::UnixListener) |
//! | `datagram.rs` | [`UnixDatagram`](super::UnixDatagram) |
//! | `socket.rs` | [`UnixSocket`](super::UnixSocket): a socket that hasn't connected or listened yet |
//! | `pipe.rs`, `pipe_open.rs` | [`pipe`]: anonymous and named pipes |
//!
//! Interface: the items below; the sockets are re-exported one level up.

mod address;
pub(super) mod datagram;
pub(super) mod listener;
pub mod pipe;
pub(super) mod socket;
mod split;
pub(super) mod stream;
mod ucred;

pub use address::SocketAddr;
pub use split::{OwnedReadHalf, OwnedWriteHalf, ReadHalf, ReuniteError, WriteHalf};
pub use ucred::{UCred, gid_t, pid_t, uid_t};
